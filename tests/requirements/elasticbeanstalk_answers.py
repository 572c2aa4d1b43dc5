"""One environment, "shop", as Elastic Beanstalk answers for it; tests change what they are about."""

from typing import Any

from evidence.run.answer import Answer
from evidence.services.cloudformation import STANDING
from tests.judging import ACCOUNT, REGION, answered

ID, NAME, APPLICATION = "e-abcdef1234", "shop", "store"
ARN = f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:environment/{APPLICATION}/{NAME}"
STACK = f"awseb-{ID}-stack"
BRANCH = "Python 3.11 running on 64bit Amazon Linux 2023"
PLATFORM = f"arn:aws:elasticbeanstalk:{REGION}::platform/{BRANCH}/4.2.10"
ENVIRONMENT = {
    "EnvironmentName": NAME, "EnvironmentId": ID, "ApplicationName": APPLICATION, "EnvironmentArn": ARN, "PlatformArn": PLATFORM,
    "Status": "Ready", "Health": "Green", "HealthStatus": "Ok", "Tier": {"Name": "WebServer"},
    "SolutionStackName": "64bit Amazon Linux 2023 v4.2.10 running Python 3.11",
}  # fmt: skip
BY_ENVIRONMENT = {"ApplicationName": APPLICATION, "EnvironmentName": NAME}
RECOMMENDED = {"Filters": [{"Type": "PlatformLifecycleState", "Operator": "=", "Values": ["recommended"]}]}
LOG_PREFIX = f"/aws/elasticbeanstalk/{NAME}/"


def environments(*entries: dict[str, Any], stacks: tuple[str, ...] | None = None) -> tuple[Answer, Answer]:
    """The list of environments and the list of stacks that confirms it."""
    listed = entries or (ENVIRONMENT,)
    names = tuple(f"awseb-{e['EnvironmentId']}-stack" for e in listed) if stacks is None else stacks
    summaries = [{"StackName": n, "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{n}/1"} for n in names]
    return (
        answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": list(listed)}, IncludeDeleted=False),
        answered("cloudformation", "ListStacks", {"StackSummaries": summaries}, StackStatusFilter=list(STANDING)),
    )


def setting(option: str, value: Any = None, resource: str | None = None) -> dict[str, Any]:
    """An option setting; `option` is "namespace/name", and without a value it is listed without one."""
    namespace, _, name = option.rpartition("/")
    entry = {"Namespace": namespace, "OptionName": name, "Value": value, "ResourceName": resource}
    return {k: v for k, v in entry.items() if v is not None}


def configuration(status: str, *settings: dict[str, Any]) -> dict[str, Any]:
    """A set of settings; never empty, as AWS always lists some."""
    some = setting("aws:elasticbeanstalk:command/Timeout", "600")
    return {**BY_ENVIRONMENT, "DeploymentStatus": status, "OptionSettings": [some, *settings]}


def settings(*given: dict[str, Any], draft: dict[str, Any] | None = None) -> Answer:
    sets = [*([draft] if draft else []), configuration("deployed", *given)]
    return answered("elasticbeanstalk", "DescribeConfigurationSettings", {"ConfigurationSettings": sets}, **BY_ENVIRONMENT)


def health() -> Answer:
    page = {"EnvironmentName": NAME, "HealthStatus": "Ok", "Status": "Ready"}
    return answered("elasticbeanstalk", "DescribeEnvironmentHealth", page, AttributeNames=["All"], EnvironmentId=ID)


def stack(*types: str, status: str = "CREATE_COMPLETE") -> Answer:
    entries = [{"ResourceType": t, "PhysicalResourceId": f"id-{n}", "ResourceStatus": status} for n, t in enumerate(types)]
    return answered("cloudformation", "ListStackResources", {"StackResourceSummaries": entries}, StackName=STACK)


def log_groups(*groups: dict[str, Any]) -> Answer:
    return answered("logs", "DescribeLogGroups", {"logGroups": list(groups)}, logGroupNamePrefix=LOG_PREFIX)


def platform(state: str | None = "Supported", version: str = "4.2.10", arn: str = PLATFORM) -> Answer:
    described = {
        "PlatformArn": arn,
        "PlatformVersion": version,
        "PlatformBranchName": BRANCH,
        "PlatformBranchLifecycleState": state,
    }
    page = {"PlatformDescription": {k: v for k, v in described.items() if v is not None}}
    return answered("elasticbeanstalk", "DescribePlatformVersion", page, PlatformArn=arn)


def recommended(version: str = "4.2.10", branch: str = BRANCH, state: str = "recommended") -> Answer:
    entry = {"PlatformArn": f"{branch}/{version}", "PlatformVersion": version, "PlatformBranchName": branch}
    page = {"PlatformSummaryList": [{**entry, "PlatformLifecycleState": state}]}
    return answered("elasticbeanstalk", "ListPlatformVersions", page, **RECOMMENDED)
