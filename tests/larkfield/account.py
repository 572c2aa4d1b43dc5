"""The account as a whole: root, users, policies, roles, buckets, the trail."""

import json
from typing import Any

from tests.aws_simulator import World
from tests.larkfield.base import ACCOUNT, BAD, GOOD, HOME, Place, ago, arn

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ALL_BUT = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "iam:DeleteRole", "Resource": ["*"]}}
READ_ORDERS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::larkfield-catalogue/*"}],
}
BEANSTALK: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "elasticbeanstalk.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "elasticbeanstalk"}},
        }
    ],
}
EC2 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


def add_account(world: World) -> None:
    everywhere, home = Place(world, "global"), Place(world, HOME)
    regions = [GOOD, BAD, "eu-west-2", HOME]
    enabled = [{"RegionName": r, "OptInStatus": "opt-in-not-required", "Endpoint": f"ec2.{r}.amazonaws.com"} for r in regions]
    off = [{"RegionName": "me-central-1", "OptInStatus": "not-opted-in", "Endpoint": "ec2.me-central-1.amazonaws.com"}]
    home.put("ec2", "DescribeRegions", {"Regions": enabled + off})
    _iam(everywhere)
    _buckets(world, everywhere)
    _trail(world)


def _date(days: float) -> str:
    return ago(days).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def user_row(
    name: str, created: float, *, console: float | None = None, mfa: bool = False, key: tuple[float, float | None] | None = None
) -> str:
    """A row of the credential report: console = days since its last use; key = days since rotation, since last use."""
    root = name == "<root_account>"
    password = ["true", _date(console), _date(created), "N/A"] if console is not None else ["false", "N/A", "N/A", "N/A"]
    if root:
        password = ["not_supported", "no_information", "not_supported", "not_supported"]
    none = ["false", "N/A", "N/A", "N/A", "N/A"]
    one = none if key is None else ["true", _date(key[0]), "N/A" if key[1] is None else _date(key[1]), GOOD, "s3"]
    who = arn("iam", "", "root" if root else f"user/{name}")
    cells = [name, who, _date(created), *password, str(mfa).lower(), *one, *none, "false", "N/A", "false", "N/A"]
    return ",".join(cells)


def _iam(place: Place) -> None:
    rows = [
        REPORT,
        user_row("<root_account>", 1500, mfa=True),
        user_row("j.moreau", 700, console=2, mfa=True),
        user_row("contractor-07", 300, console=120),
        user_row("etl-export", 900, key=(400, 3)),
        user_row("ci-release", 60, key=(60, 1)),
    ]
    place.put("iam", "GenerateCredentialReport", {"State": "COMPLETE"})
    content = ("\n".join(rows) + "\n").encode()
    place.put("iam", "GetCredentialReport", {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": ago(0.05)})
    summary = {
        "AccountMFAEnabled": 1,
        "AccountAccessKeysPresent": 0,
        "AccountSigningCertificatesPresent": 0,
        "AccountPasswordPresent": 1,
    }
    place.put("iam", "GetAccountSummary", {"SummaryMap": {**summary, "Users": 4, "MFADevices": 2}})
    root_device = {"SerialNumber": arn("iam", "", "mfa/root-account-mfa-device"), "EnableDate": ago(1400)}
    device = {"SerialNumber": arn("iam", "", "mfa/j.moreau"), "EnableDate": ago(690)}
    owner = {
        "UserName": "j.moreau",
        "UserId": "AIDAJMOREAU",
        "Arn": arn("iam", "", "user/j.moreau"),
        "Path": "/",
        "CreateDate": ago(700),
    }
    root = {"UserName": "", "UserId": ACCOUNT, "Arn": arn("iam", "", "root"), "Path": "/", "CreateDate": ago(1500)}
    place.put(
        "iam",
        "ListVirtualMFADevices",
        {"VirtualMFADevices": [{**root_device, "User": root}, {**device, "User": owner}], "IsTruncated": False},
    )
    policy = {
        "MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": True, "AllowUsersToChangePassword": True, "ExpirePasswords": False, "PasswordReusePrevention": 5,
    }  # fmt: skip
    place.put("iam", "GetAccountPasswordPolicy", {"PasswordPolicy": policy})
    support = {
        "PolicyRoles": [{"RoleName": "support", "RoleId": "AROASUPPORT"}],
        "PolicyGroups": [],
        "PolicyUsers": [],
        "IsTruncated": False,
    }
    place.put("iam", "ListEntitiesForPolicy", support)
    expired = {
        "ServerCertificateName": "old-shop",
        "ServerCertificateId": "ASCAOLD",
        "Arn": arn("iam", "", "server-certificate/old-shop"),
    }
    place.put(
        "iam", "ListServerCertificates",
        {"ServerCertificateMetadataList": [{**expired, "Path": "/", "UploadDate": ago(800), "Expiration": ago(70)}], "IsTruncated": False},
    )  # fmt: skip
    place.put("iam", "GetAccountAuthorizationDetails", _details())


def _user(name: str, created: float, *, attached: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "UserName": name, "UserId": f"AIDA{name.upper().replace('.', '').replace('-', '')}", "Path": "/", "Arn": arn("iam", "", f"user/{name}"),
        "CreateDate": ago(created), "GroupList": list(groups), "AttachedManagedPolicies": _attached(attached), "UserPolicyList": [],
    }  # fmt: skip


def _attached(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"PolicyName": n.rpartition("/")[2], "PolicyArn": n if n.startswith("arn:") else f"arn:aws:iam::aws:policy/{n}"}
        for n in names
    ]


def role(
    name: str,
    trust: dict[str, Any],
    *,
    attached: tuple[str, ...] = (),
    inline: dict[str, Any] | None = None,
    profile: bool = False,
) -> dict[str, Any]:
    policies = [{"PolicyName": n, "PolicyDocument": _text(d)} for n, d in (inline or {}).items()]
    role = {
        "RoleName": name, "RoleId": f"AROA{name.upper().replace('-', '')}", "Path": "/", "Arn": arn("iam", "", f"role/{name}"), "CreateDate": ago(600),
        "AssumeRolePolicyDocument": _text(trust), "AttachedManagedPolicies": _attached(attached), "RolePolicyList": policies,
    }  # fmt: skip
    bare = {k: role[k] for k in ("RoleName", "RoleId", "Path", "Arn", "CreateDate")}
    instance = {
        "InstanceProfileName": name,
        "InstanceProfileId": f"AIPA{name}",
        "Path": "/",
        "Arn": arn("iam", "", f"instance-profile/{name}"),
    }
    return {**role, "InstanceProfileList": [{**instance, "CreateDate": ago(600), "Roles": [bare]}] if profile else []}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document)


def _policy(name: str, document: dict[str, Any], attached: int) -> dict[str, Any]:
    version = {"VersionId": "v1", "IsDefaultVersion": True, "CreateDate": ago(500), "Document": _text(document)}
    return {
        "PolicyName": name, "PolicyId": f"ANPA{name}", "Arn": arn("iam", "", f"policy/{name}"), "Path": "/", "DefaultVersionId": "v1",
        "AttachmentCount": attached, "PermissionsBoundaryUsageCount": 0, "IsAttachable": True, "CreateDate": ago(500), "UpdateDate": ago(500),
        "PolicyVersionList": [version],
    }  # fmt: skip


def _details() -> dict[str, Any]:
    own = arn("iam", "", "policy/legacy-deploy-full-access")
    reader = arn("iam", "", "policy/orders-reader")
    return {
        "UserDetailList": [
            _user("j.moreau", 700, groups=("administrators",)),
            _user("contractor-07", 300, groups=("readers",)),
            _user("etl-export", 900, attached=(reader,)),
            _user("ci-release", 60, groups=("deployers",)),
        ],
        "GroupDetailList": [
            _group("administrators", ("AdministratorAccess",)),
            _group("deployers", (own,)),
            _group("readers", ("ReadOnlyAccess",)),
        ],
        "RoleDetailList": [
            role("shop-web-service", BEANSTALK, attached=("service-role/AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy")),
            role("shop-web-ec2", EC2, attached=("AWSElasticBeanstalkWebTier",), inline={"read-catalogue": READ_ORDERS}, profile=True),
            role("aws-elasticbeanstalk-service-role", {**BEANSTALK, "Statement": [{**BEANSTALK["Statement"][0], "Condition": {}}]},
                  attached=("service-role/AWSElasticBeanstalkService",)),
            role("aws-elasticbeanstalk-ec2-role", EC2, attached=("AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkWorkerTier"), inline={"temp-admin": ALL_BUT}, profile=True),
            role("support", {**EC2, "Statement": [{"Effect": "Allow", "Principal": {"AWS": arn("iam", "", "root")}, "Action": "sts:AssumeRole"}]}, attached=("AWSSupportAccess",)),
        ],
        "Policies": [_policy("legacy-deploy-full-access", EVERYTHING, 1), _policy("orders-reader", READ_ORDERS, 1)],
        "IsTruncated": False,
    }  # fmt: skip


def _group(name: str, attached: tuple[str, ...]) -> dict[str, Any]:
    return {
        "GroupName": name, "GroupId": f"AGPA{name.upper()}", "Path": "/", "Arn": arn("iam", "", f"group/{name}"), "CreateDate": ago(700),
        "GroupPolicyList": [], "AttachedManagedPolicies": _attached(attached),
    }  # fmt: skip


BLOCKED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
OWNER = {"ID": "0" * 64}


def _buckets(world: World, everywhere: Place) -> None:
    made = {
        f"elasticbeanstalk-{GOOD}-{ACCOUNT}": GOOD, f"elasticbeanstalk-{BAD}-{ACCOUNT}": BAD, "larkfield-trail": GOOD,
        "larkfield-catalogue": GOOD, "larkfield-partner-drop": GOOD, "larkfield-old-assets": BAD, "larkfield-archive": "eu-west-2",
    }  # fmt: skip
    listed = [{"Name": n, "CreationDate": ago(900), "BucketRegion": r} for n, r in made.items()]
    everywhere.put("s3", "ListBuckets", {"Buckets": listed, "Owner": OWNER})
    Place(world, HOME).fail("s3control", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", 404)
    for name, region in made.items():
        _bucket(Place(world, region), name, good=region == GOOD)
    good = Place(world, GOOD)
    good.fail("s3", "GetBucketPolicy", "AccessDenied", 403, Bucket="larkfield-partner-drop")


def _bucket(place: Place, name: str, *, good: bool) -> None:
    algorithm = (
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn("kms", place.region, f"key/{KEY}")}
        if good
        else {"SSEAlgorithm": "AES256"}
    )
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": algorithm, "BucketKeyEnabled": good}
    rule["BlockedEncryptionTypes"] = {"EncryptionType": ["SSE-C" if good else "NONE"]}
    place.put("s3", "GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}, Bucket=name)
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": OWNER["ID"]}, "Permission": "FULL_CONTROL"}]
    if good:
        secure = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        }
        statement = {"Sid": "TlsOnly", **secure, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        place.put(
            "s3", "GetBucketPolicy", {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}, Bucket=name
        )
        place.put("s3", "GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": False}}, Bucket=name)
        place.put("s3", "GetPublicAccessBlock", {"PublicAccessBlockConfiguration": BLOCKED}, Bucket=name)
        place.put(
            "s3",
            "GetBucketOwnershipControls",
            {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
            Bucket=name,
        )
        place.put("s3", "GetBucketVersioning", {"Status": "Enabled"}, Bucket=name)
        place.put(
            "s3",
            "GetBucketLogging",
            {"LoggingEnabled": {"TargetBucket": "larkfield-archive", "TargetPrefix": f"{name}/"}},
            Bucket=name,
        )
    else:
        open_policy = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["s3:GetObject"],
            "Resource": f"arn:aws:s3:::{name}/*",
        }
        if name == "larkfield-old-assets":
            place.put(
                "s3", "GetBucketPolicy", {"Policy": json.dumps({"Version": "2012-10-17", "Statement": open_policy})}, Bucket=name
            )
            place.put("s3", "GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": True}}, Bucket=name)
            everyone = {
                "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
                "Permission": "READ",
            }
            grants.append(everyone)
        else:
            place.fail("s3", "GetBucketPolicy", "NoSuchBucketPolicy", 404, Bucket=name)
            place.fail("s3", "GetBucketPolicyStatus", "NoSuchBucketPolicy", 404, Bucket=name)
        place.fail("s3", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", 404, Bucket=name)
        place.fail("s3", "GetBucketOwnershipControls", "OwnershipControlsNotFoundError", 404, Bucket=name)
        place.put("s3", "GetBucketVersioning", {}, Bucket=name)
        place.put("s3", "GetBucketLogging", {}, Bucket=name)
    place.put("s3", "GetBucketAcl", {"Owner": OWNER, "Grants": grants}, Bucket=name)


KEY = "1111aaaa-22bb-33cc-44dd-555566667777"
TRAIL = arn("cloudtrail", GOOD, "trail/larkfield")


def _trail(world: World) -> None:
    trail = {
        "Name": "larkfield", "S3BucketName": "larkfield-trail", "IncludeGlobalServiceEvents": True, "IsMultiRegionTrail": True, "HomeRegion": GOOD,
        "TrailARN": TRAIL, "LogFileValidationEnabled": True, "KmsKeyId": arn("kms", GOOD, f"key/{KEY}"), "HasCustomEventSelectors": True,
        "CloudWatchLogsLogGroupArn": arn("logs", GOOD, "log-group:larkfield-trail:*"), "CloudWatchLogsRoleArn": arn("iam", "", "role/trail"),
        "HasInsightSelectors": False, "IsOrganizationTrail": False,
    }  # fmt: skip
    for region in (GOOD, BAD):
        Place(world, region).put("cloudtrail", "DescribeTrails", {"trailList": [trail]})
    good = Place(world, GOOD)
    status = {
        "IsLogging": True,
        "LatestDeliveryTime": ago(0.01),
        "LatestDigestDeliveryTime": ago(0.03),
        "LatestCloudWatchLogsDeliveryTime": ago(0.01),
    }
    good.put("cloudtrail", "GetTrailStatus", {**status, "StartLoggingTime": ago(900)})
    data = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
    selector = {
        "ReadWriteType": "WriteOnly",
        "IncludeManagementEvents": False,
        "DataResources": [data],
        "ExcludeManagementEventSources": [],
    }
    management = {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [],
        "ExcludeManagementEventSources": [],
    }
    good.put("cloudtrail", "GetEventSelectors", {"TrailARN": TRAIL, "EventSelectors": [management, selector]})
