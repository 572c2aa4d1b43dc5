"""The rest of the organisation: its management account, a staging account made from production's templates, one that refuses.

Production is the account of every other module. What the templates make for it is made for staging in a world of its own and
then moved, account number and all.
"""

import json
from collections.abc import Sequence

from evidence.services import asks
from evidence.services.declare import Ask, Said
from tests.aws_simulator import World, models
from tests.aws_simulator.cases import is_global
from tests.larkfield.account import BEANSTALK, BLOCKED, EC2, OWNER, REPORT, role, user_row
from tests.larkfield.base import ACCOUNT, BAD, GOOD, HOME, NAME, REGIONS, Place, ago, arn, digits, ident
from tests.larkfield.beanstalk import add_environment, add_logs_and_keys
from tests.larkfield.more.eb_network import add_block, add_platform_images
from tests.larkfield.more.people import add_nobody
from tests.larkfield.more.place import Answer, More
from tests.larkfield.more.records import add_elsewhere
from tests.larkfield.more.telling import add_queues
from tests.larkfield.more.watching import CONTACT, MANAGEMENT, ORGANISATION, add_config, add_reports, organisation
from tests.larkfield.network import Names, add_machines, add_network

STAGING, REFUSING, CLOSED = "210987654321", "300040005000", "100020003000"
ROOT, BOOKSHOP, LIVE, ANALYSIS = "r-lark", "ou-lark-b00kshop", "ou-lark-11vesh0p", "ou-lark-ana1ysis"
ROLE, EXTERNAL_ID = "evidence-reader", "larkfield-audit-7"
WORKER = Names(True, "orders-worker", "e-w7rk3rq2pz", "orders", ident("vpc", "orders"), (f"{GOOD}a", f"{GOOD}b"))
SINGLE = Names(True, "shop-staging", "e-5t4g1ng9xy", "shop", ident("vpc", "staging"), (f"{HOME}a",))
_ENVIRONMENT, _GROUP = "aws:elasticbeanstalk:environment", "aws:autoscaling:asg"


def add_organisation(world: World) -> None:
    """Adds the accounts to a world that has production."""
    members = (
        (MANAGEMENT, "larkfield-management", ()),
        (ACCOUNT, NAME, (BOOKSHOP, LIVE)),
        (STAGING, "larkfield-staging", (BOOKSHOP,)),
        (REFUSING, "larkfield-data", (ANALYSIS,)),
    )
    listed = [
        *(_listed(*member) for member in members),
        {**_listed(CLOSED, "larkfield-2019", (BOOKSHOP,)), "Status": "SUSPENDED", "State": "SUSPENDED"},
    ]
    _move(world, _management(), MANAGEMENT, "larkfield-management")
    _move(world, _staging(), STAGING, "larkfield-staging")
    world.put(MANAGEMENT, "global", "organizations", "ListAccounts", {"Accounts": listed})
    _settings(More(world, HOME), good=True)
    trails = More(world, GOOD).said("cloudtrail", "DescribeTrails")
    More(world, HOME).put("cloudtrail", "DescribeTrails", {"trailList": trails["trailList"][:1]})
    for number in (ACCOUNT, STAGING, MANAGEMENT):
        world.put(number, "global", "organizations", "DescribeOrganization", {"Organization": organisation()})
        add_elsewhere(world, number)
        say_that_nothing_else_is_there(world, number)


def _listed(number: str, name: str, units: Sequence[str]) -> Answer:
    return {
        "Paths": ["/".join((ORGANISATION, ROOT, *units, number, ""))],
        "Id": number, "Name": name, "Email": f"{name}@larkfield.example", "Arn": f"arn:aws:organizations::{MANAGEMENT}:account/{ORGANISATION}/{number}",
        "Status": "ACTIVE", "State": "ACTIVE", "JoinedMethod": "CREATED", "JoinedTimestamp": ago(900),
    }  # fmt: skip


def _move(world: World, made: World, number: str, name: str) -> None:
    text = json.dumps(made.to_dict()).replace(ACCOUNT, number)
    account = World.from_dict(json.loads(text)).account(number)
    account.name = name
    world.accounts[number] = account


def say_that_nothing_else_is_there(world: World, number: str) -> None:
    """Every list that the world does not speak of is empty in this account, and every setting that AWS has a code for is not
    set: AWS says so with an empty list or with the code, never with silence."""
    regions = world.account(number).regions
    off = {"status": "DISABLED", "errorCode": "ALREADY_ENABLED", "errorMessage": ""}
    inspector = {"accountId": number, "state": off, "resourceState": dict.fromkeys(("ec2", "ecr", "lambda"), off)}
    for region in REGIONS:
        if "inspector2" not in regions.get(region, {}):
            world.put(number, region, "inspector2", "BatchGetAccountStatus", {"accounts": [inspector], "failedAccounts": []})
    catalog = {"EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"}}
    for region in REGIONS:
        for service, operation, answer in (
            ("sqs", "ListQueues", {"QueueUrls": []}),
            ("cloudwatch", "DescribeAlarms", {"MetricAlarms": [], "CompositeAlarms": []}),
            ("kinesis", "ListStreams", {"StreamNames": [], "HasMoreStreams": False}),
            ("firehose", "ListDeliveryStreams", {"DeliveryStreamNames": [], "HasMoreDeliveryStreams": False}),
            ("glue", "GetDataCatalogEncryptionSettings", {"DataCatalogEncryptionSettings": catalog}),
            ("bedrock", "GetModelInvocationLoggingConfiguration", {}),
        ):
            if service not in regions.get(region, {}):
                world.put(number, region, service, operation, dict[str, object](answer))
    if "cloudfront" not in regions.get("global", {}):
        none = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0}
        world.put(number, "global", "cloudfront", "ListDistributions", {"DistributionList": none})
    for ask in asks():
        once = "global" if is_global(ask.service, ask.operation) else HOME
        for region in [once] if ask.whole_account else REGIONS:
            if ask.operation in regions.get(region, {}).get(ask.service, {}):
                continue
            if ask.absent and not ask.each:
                code = min(ask.absent, key=str)
                said = (code.code, code.words) if isinstance(code, Said) else (code, "not set")
                world.fail(number, region, ask.service, ask.operation, said[0], 404, said[1])
            elif ask.result and _is_list(ask):
                world.put(number, region, ask.service, ask.operation, {**_demanded(ask), str(ask.result): []})


_EMPTY = {"boolean": False, "integer": 0, "list": [], "string": ""}


def _demanded(ask: Ask) -> Answer:
    """What the answer must have besides the list, empty too."""
    shape = models.operation_model(ask.service, ask.operation).output_shape
    if shape is None:
        return {}
    kinds = {name: shape.members[name].type_name for name in shape.required_members}
    return {name: _EMPTY[kind] for name, kind in kinds.items() if kind in _EMPTY}


def _is_list(ask: Ask) -> bool:
    shape = models.operation_model(ask.service, ask.operation).output_shape
    return shape is not None and shape.members[ask.result].type_name == "list"


# -- management --------------------------------------------------------------------------------------------------------


def _management() -> World:
    """No resource but those that watch the others. Root signs in with a hardware key; nobody else signs in at all."""
    world = World(clock=None)
    everywhere = More(world, "global")
    _account(world, MANAGEMENT, root_mfa=True, users=(), roles=[], buckets={"larkfield-org-trail": GOOD})
    add_reports(More(world, HOME))
    contact = {
        "Name": "Larkfield security",
        "EmailAddress": CONTACT,
        "PhoneNumber": "+44 20 7946 0000",
        "AlternateContactType": "SECURITY",
    }
    everywhere.put("account", "GetAlternateContact", {"AlternateContact": contact})
    for region in REGIONS:
        place = More(world, region)
        _settings(place, good=True)
        analyzer = {
            "arn": place.arn("access-analyzer", "analyzer/organisation"),
            "name": "organisation",
            "type": "ORGANIZATION",
            "createdAt": ago(700),
            "status": "ACTIVE",
        }
        place.put("accessanalyzer", "ListAnalyzers", {"analyzers": [analyzer]})
        place.put("accessanalyzer", "ListFindingsV2", {"findings": []}, analyzerArn=analyzer["arn"])
    return world


def _account(
    world: World, number: str, *, root_mfa: bool, users: tuple[str, ...], roles: list[Answer], buckets: dict[str, str]
) -> None:
    """What every account has: Regions, root, a credential report, the buckets named."""
    everywhere, home = More(world, "global"), More(world, HOME)
    enabled = [
        {"RegionName": r, "OptInStatus": "opt-in-not-required", "Endpoint": f"ec2.{r}.amazonaws.com"}
        for r in (*REGIONS, "eu-west-2")
    ]
    home.put("ec2", "DescribeRegions", {"Regions": enabled})
    rows = [REPORT, user_row("<root_account>", 1200, mfa=root_mfa), *users]
    everywhere.put("iam", "GenerateCredentialReport", {"State": "COMPLETE"})
    content = ("\n".join(rows) + "\n").replace(ACCOUNT, number).encode()  # bytes are not moved with the rest
    everywhere.put("iam", "GetCredentialReport", {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": ago(0.05)})
    present = {
        "AccountMFAEnabled": int(root_mfa),
        "AccountAccessKeysPresent": int(not root_mfa),
        "AccountSigningCertificatesPresent": 0,
    }
    everywhere.put("iam", "GetAccountSummary", {"SummaryMap": {**present, "AccountPasswordPresent": 1, "Users": len(users)}})
    everywhere.put("iam", "ListVirtualMFADevices", {"VirtualMFADevices": [], "IsTruncated": False})
    everywhere.put("iam", "ListServerCertificates", {"ServerCertificateMetadataList": [], "IsTruncated": False})
    if root_mfa:
        policy = {"MinimumPasswordLength": 20, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True,
                  "RequireLowercaseCharacters": True, "PasswordReusePrevention": 24, "AllowUsersToChangePassword": True}  # fmt: skip
        everywhere.put("iam", "GetAccountPasswordPolicy", {"PasswordPolicy": policy})
    else:
        everywhere.fail("iam", "GetAccountPasswordPolicy", "NoSuchEntity", 404, "The Password Policy cannot be found.")
    add_nobody(everywhere, of_organisation=number == MANAGEMENT)
    none = {"PolicyRoles": [], "PolicyGroups": [], "PolicyUsers": [], "IsTruncated": False}
    everywhere.put("iam", "ListEntitiesForPolicy", none)
    details = {"UserDetailList": [_user(row) for row in users], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []}
    everywhere.put("iam", "GetAccountAuthorizationDetails", {**details, "IsTruncated": False})
    listed = [{"Name": name, "CreationDate": ago(800), "BucketRegion": region} for name, region in buckets.items()]
    everywhere.put("s3", "ListBuckets", {"Buckets": listed, "Owner": OWNER})
    if root_mfa:
        home.put("s3control", "GetPublicAccessBlock", {"PublicAccessBlockConfiguration": BLOCKED})
    else:
        home.fail("s3control", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", 404, "none")
    for name, region in buckets.items():
        _bucket(More(world, region), name)


def _user(row: str) -> Answer:
    name = row.split(",")[0]
    return {
        "UserName": name, "UserId": f"AIDA{digits(name).upper()}", "Path": "/", "Arn": arn("iam", "", f"user/{name}"), "CreateDate": ago(500),
        "GroupList": [], "AttachedManagedPolicies": [], "UserPolicyList": [],
    }  # fmt: skip


def _bucket(place: More, name: str) -> None:
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": False,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }
    owned = {"Owner": OWNER, "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": OWNER["ID"]}, "Permission": "FULL_CONTROL"}]}
    answers: dict[str, Answer] = {
        "GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}, "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": BLOCKED},
        "GetBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}, "GetBucketVersioning": {"Status": "Enabled"},
        "GetBucketLogging": {}, "GetBucketAcl": owned,
    }  # fmt: skip
    for operation, answer in answers.items():
        place.put("s3", operation, answer, Bucket=name)
    for operation in ("GetBucketPolicy", "GetBucketPolicyStatus"):
        place.fail("s3", operation, "NoSuchBucketPolicy", 404, "The bucket policy does not exist", Bucket=name)


def _settings(place: More, *, good: bool) -> None:
    """What a Region is set to, where there need not be a resource."""
    place.put("ec2", "GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": good})
    place.put(
        "ec2",
        "GetSnapshotBlockPublicAccessState",
        {"State": "block-all-sharing" if good else "unblocked", "ManagedBy": "account"},
    )
    state = "block-new-sharing" if good else "unblocked"
    place.put("ec2", "GetImageBlockPublicAccessState", {"ImageBlockPublicAccessState": state, "ManagedBy": "account"})
    place.put(
        "ec2", "GetInstanceMetadataDefaults", {"AccountLevel": {"HttpTokens": "required", "ManagedBy": "account"} if good else {}}
    )
    place.put("ec2", "GetAllowedImagesSettings", {"State": "enabled" if good else "disabled", "ManagedBy": "account"})
    add_block(place, good=good)
    for operation in ("DescribeHub", "GetEnabledStandards"):
        place.fail("securityhub", operation, "InvalidAccessException", 401, "Account is not subscribed to AWS Security Hub")


# -- staging -----------------------------------------------------------------------------------------------------------


def _staging() -> World:
    """A worker environment with its queues, and one of a single instance. Root has a key and no MFA."""
    world = World(clock=None)
    buckets = {f"elasticbeanstalk-{GOOD}-{ACCOUNT}": GOOD, f"elasticbeanstalk-{HOME}-{ACCOUNT}": HOME}
    people = (user_row("release-bot", 300, key=(200, 1)), user_row("t.okafor", 200, console=3))
    health, updates = "service-role/AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"
    roles = [
        role("shop-web-service", BEANSTALK, attached=(health, updates)),
        role("shop-web-ec2", EC2, attached=("AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkWorkerTier"), profile=True),
    ]
    _account(world, STAGING, root_mfa=False, users=people, roles=roles, buckets=buckets)
    More(world, "global").fail(
        "account",
        "GetAlternateContact",
        "ResourceNotFoundException",
        404,
        "No contact of the inputted alternate contact type found.",
    )
    for region, names in ((GOOD, WORKER), (HOME, SINGLE)):
        place, more = Place(world, region), More(world, region)
        for add in (add_network, add_machines, add_environment, add_logs_and_keys):
            add(place, names)
        _alone(more, names)
        add_platform_images(more, names)
        add_block(more, good=region == GOOD)
        add_config(more, names)
        more.put("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": []})
        more.put("ec2", "DescribeManagedPrefixLists", {"PrefixLists": []})
        more.put("autoscaling", "DescribeLaunchConfigurations", {"LaunchConfigurations": []})
    _settings(More(world, BAD), good=False)
    add_reports(More(world, HOME))
    _worker(More(world, GOOD))
    _single(More(world, HOME))
    return world


def _alone(place: More, n: Names) -> None:
    """Without load balancer and database, and without the keys that only production has."""
    held = place.said("elasticbeanstalk", "DescribeEnvironmentResources")["EnvironmentResources"]
    place.put("elasticbeanstalk", "DescribeEnvironmentResources", {"EnvironmentResources": {**held, "LoadBalancers": []}})
    parts = place.said("cloudformation", "ListStackResources", StackName=n.stack)["StackResourceSummaries"]
    kept = [part for part in parts if "LoadBalancer" not in part["ResourceType"] and "RDS" not in part["ResourceType"]]
    place.put("cloudformation", "ListStackResources", {"StackResourceSummaries": kept}, StackName=n.stack)
    first = place.said("kms", "ListKeys")["Keys"][:1]
    place.put("kms", "ListKeys", {"Keys": first, "Truncated": False})
    set_options(place, n, {("aws:rds:dbinstance", "HasCoupledDatabase"): "false"})


def set_options(place: More, n: Names, values: dict[tuple[str, str], str]) -> None:
    """Lets the environment's deployed settings have these options, in place of what they had."""
    (entry,) = place.said("elasticbeanstalk", "DescribeConfigurationSettings", EnvironmentName=n.environment)[
        "ConfigurationSettings"
    ]
    others = [o for o in entry["OptionSettings"] if (o["Namespace"], o["OptionName"]) not in values]
    own = [{"Namespace": space, "OptionName": name, "Value": value} for (space, name), value in values.items()]
    settings = {"ConfigurationSettings": [{**entry, "OptionSettings": [*others, *own]}]}
    place.put("elasticbeanstalk", "DescribeConfigurationSettings", settings, EnvironmentName=n.environment)


def _worker(place: More) -> None:
    queues = [
        {"Name": name, "URL": f"https://sqs.{GOOD}.amazonaws.com/{ACCOUNT}/{id}"}
        for name, id in (("WorkerQueue", "orders"), ("WorkerDeadLetterQueue", "orders-dead"))
    ]
    held = place.said("elasticbeanstalk", "DescribeEnvironmentResources")["EnvironmentResources"]
    place.put("elasticbeanstalk", "DescribeEnvironmentResources", {"EnvironmentResources": {**held, "Queues": queues}})
    add_queues(place, [queue["URL"] for queue in queues])
    tier = {"Tier": {"Name": "Worker", "Type": "SQS/HTTP", "Version": "3.0"}}
    place.amend("elasticbeanstalk", "DescribeEnvironments", "Environments", lambda _: tier)
    set_options(
        place, WORKER, {(_ENVIRONMENT, "LoadBalancerType"): "", ("aws:elasticbeanstalk:sqsd", "WorkerQueueURL"): queues[0]["URL"]}
    )


def _single(place: More) -> None:
    """One instance with an address of its own, which serves the internet as it is; a snapshot of every day since August."""
    (volume, *_) = place.said("ec2", "DescribeVolumes")["Volumes"]
    daily = {"VolumeId": volume["VolumeId"], "Encrypted": True, "OwnerId": ACCOUNT, "State": "completed", "VolumeSize": 20}
    snapshots = [{**daily, "SnapshotId": ident("snap", f"staging {day}"), "StartTime": ago(day)} for day in range(57)]
    place.put("ec2", "DescribeSnapshots", {"Snapshots": snapshots}, OwnerIds=["self"])
    address = {"PublicIpAddress": "54.72.10.20"}
    place.amend(
        "ec2",
        "DescribeInstances",
        "Reservations",
        lambda found: {"Instances": [{**one, **address} for one in found["Instances"]]},
    )
    place.amend(
        "autoscaling",
        "DescribeAutoScalingGroups",
        "AutoScalingGroups",
        lambda _: {"MinSize": 1, "MaxSize": 1, "HealthCheckType": "EC2"},
    )
    single = {
        (_ENVIRONMENT, "EnvironmentType"): "SingleInstance",
        (_ENVIRONMENT, "LoadBalancerType"): "",
        (_GROUP, "MinSize"): "1",
        (_GROUP, "MaxSize"): "1",
    }
    set_options(place, SINGLE, {**single, ("aws:elasticbeanstalk:command", "DeploymentPolicy"): "AllAtOnce"})
