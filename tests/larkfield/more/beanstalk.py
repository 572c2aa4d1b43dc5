"""More of Elastic Beanstalk: applications by whatever name, saved configurations, updates that failed, stacks beside it."""

from tests.larkfield.base import ago, digits, ident
from tests.larkfield.more.place import ARABIC, JAPANESE, OVERRIDE, Answer, More, tags
from tests.larkfield.more.secrets import ACCESS_KEY_ID, JVM_PASSWORD, MASTER_PASSWORD
from tests.larkfield.network import Names

APPLICATIONS = (ARABIC, JAPANESE, OVERRIDE, '=HYPERLINK("x","y")', "<img src=x onerror=alert(1)>")
"""Names that Elastic Beanstalk takes: up to 100 characters of any kind but the slash."""
_PROPERTIES = "aws:elasticbeanstalk:application:environment"


def add_beanstalk(place: More, n: Names) -> None:
    if n.good:
        health = {"EnvironmentName": n.environment, "HealthStatus": "Ok", "Status": "Green", "Color": "Green", "Causes": []}
        place.put("elasticbeanstalk", "DescribeEnvironmentHealth", health)
        place.add(
            "elasticbeanstalk",
            "DescribeApplications",
            "Applications",
            *(_application(place, name, kept) for name, kept in zip(APPLICATIONS, (1, 1, 1, 200, 200), strict=True)),
        )
    else:
        _neglect(place, n)
    deployed = place.said("elasticbeanstalk", "DescribeConfigurationSettings", EnvironmentName=n.environment)
    (entry,) = deployed["ConfigurationSettings"]
    more = [*_shared(n), *([] if n.good else _secret(entry))]
    entry = {**entry, "OptionSettings": [*entry["OptionSettings"], *more]}
    place.put(
        "elasticbeanstalk", "DescribeConfigurationSettings", {"ConfigurationSettings": [entry]}, EnvironmentName=n.environment
    )
    place.add("cloudformation", "ListStacks", "StackSummaries", _stack(place, "larkfield-network"))
    retired = {
        "PlatformName": "Python",
        "BranchName": "Python 3.8 running on 64bit Amazon Linux 2",
        "LifecycleState": "Retired",
        "BranchOrder": 100,
    }
    current = {
        **retired,
        "BranchName": "Python 3.13 running on 64bit Amazon Linux 2023",
        "LifecycleState": "Supported",
        "BranchOrder": 160,
    }
    place.put(
        "elasticbeanstalk",
        "ListPlatformBranches",
        {"PlatformBranchSummaryList": [{**b, "SupportedTierList": []} for b in (retired, current)]},
    )


def _application(place: More, name: str, kept: int) -> Answer:
    rules = {"MaxCountRule": {"Enabled": True, "MaxCount": kept, "DeleteSourceFromS3": False}}
    return {
        "ApplicationName": name, "ApplicationArn": place.arn("elasticbeanstalk", f"application/{name}"), "Description": OVERRIDE, "DateCreated": ago(90),
        "DateUpdated": ago(90), "Versions": [], "ConfigurationTemplates": [], "ResourceLifecycleConfig": {"VersionLifecycleConfig": rules},
    }  # fmt: skip


def _neglect(place: More, n: Names) -> None:
    """Yellow since an update failed. Managed updates have been off ever since."""
    place.amend("elasticbeanstalk", "DescribeEnvironments", "Environments", lambda _: {"Health": "Yellow"})
    failed = {
        "ActionId": digits("update", 12), "ActionType": "PlatformUpdate", "ActionDescription": "Platform update", "Status": "Failed",
        "FailureType": "RollbackSuccessful", "FailureDescription": "Instance deployment failed.", "ExecutedTime": ago(640), "FinishedTime": ago(639.98),
    }  # fmt: skip
    cured = {
        **failed,
        "ActionId": digits("refresh", 12),
        "ActionType": "InstanceRefresh",
        "Status": "Completed",
        "ExecutedTime": ago(700),
        "FinishedTime": ago(699.9),
    }
    kept = {key: value for key, value in cured.items() if not key.startswith("Failure")}
    place.put("elasticbeanstalk", "DescribeEnvironmentManagedActionHistory", {"ManagedActionHistoryItems": [failed, kept]})


def _shared(n: Names) -> list[Answer]:
    """Where the environment stands: what the console writes beside what people set."""
    subnets = ",".join(ident("subnet", zone) for zone in n.zones)
    return [
        _option("aws:ec2:vpc", "Subnets", subnets), _option("aws:ec2:vpc", "ELBSubnets", subnets), _option("aws:ec2:vpc", "ELBScheme", "public"),
        _option("aws:autoscaling:launchconfiguration", "SecurityGroups", n.sg("a")),
    ]  # fmt: skip


def _secret(entry: Answer) -> list[Answer]:
    """A key, a JVM's and the database's password; and AWS's own copy of every property for CloudFormation."""
    properties = [o for o in entry["OptionSettings"] if o["Namespace"] == _PROPERTIES]
    key = _option(_PROPERTIES, "AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
    copy = ",".join(f"{o['OptionName']}={o['Value']}" for o in (*properties, key))
    return [
        key, _option("aws:cloudformation:template:parameter", "EnvironmentVariables", copy),
        _option("aws:elasticbeanstalk:container:tomcat:jvmoptions", "JVM Options", f"-Djavax.net.ssl.keyStorePassword={JVM_PASSWORD}"),
        _option("aws:rds:dbinstance", "DBPassword", MASTER_PASSWORD),
    ]  # fmt: skip


def _option(namespace: str, name: str, value: str) -> Answer:
    return {"Namespace": namespace, "OptionName": name, "Value": value}


def _stack(place: More, name: str) -> Answer:
    id = place.arn("cloudformation", f"stack/{name}/{digits(place.region + name)}")
    return {
        "StackName": name,
        "StackId": id,
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": ago(900),
        "TemplateDescription": tags(x=JAPANESE)[0]["Value"],
    }
