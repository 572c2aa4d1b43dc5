"""More identities: a name that a spreadsheet would compute, keys by the pair, rights by wildcard, a condition that helps."""

import json
from urllib.parse import quote

from tests.larkfield.account import EC2, READ_ORDERS
from tests.larkfield.base import ACCOUNT, GOOD, ago, arn, digits
from tests.larkfield.more.place import Answer, More

COMPUTED = "=1+1@larkfield"
"""IAM lets a user have this name."""
PASS_ANY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"}]}
PASS_TO_EC2 = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        }
    ],
}
NOBODY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/脚本": "\u202e<script>"}},
        }
    ],
}
SERVICE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def add_identities(everywhere: More) -> None:
    details = everywhere.said("iam", "GetAccountAuthorizationDetails")
    users = [
        _user(COMPUTED, 410, inline={"exports": PASS_ANY}),
        _user("warehouse-sync", 820, groups=("deployers",)),
        _user("n.suzuki", 200, groups=("readers",)),
    ]
    roles = [
        _role("larkfield-trail-to-logs", SERVICE, inline={"deliver": READ_ORDERS}),
        _role("build-runner", EC2, attached=("AWSCloudShellFullAccess",), inline={"pass-to-ec2": PASS_TO_EC2}),
    ]
    unused = _policy("legacy-superuser", NOBODY, attached=0)
    everywhere.put(
        "iam", "GetAccountAuthorizationDetails",
        {
            **details, "UserDetailList": [*details["UserDetailList"], *users], "RoleDetailList": [*details["RoleDetailList"], *roles],
            "Policies": [*details["Policies"], unused],
        },
    )  # fmt: skip
    report = everywhere.said("iam", "GetCredentialReport")
    rows = [
        _row(COMPUTED, 410, password=(ago_text(60), ago_text(410)), mfa=False, keys=[]),
        _row("warehouse-sync", 820, password=None, mfa=False, keys=[(30, 1), (800, 200)]),
        _row("n.suzuki", 200, password=(ago_text(1), ago_text(80)), mfa=True, keys=[]),
    ]
    content = report["Content"] + "".join(f"{row}\n" for row in rows).encode()
    everywhere.put("iam", "GetCredentialReport", {**report, "Content": content})
    certificate = {"ServerCertificateName": "warehouse", "ServerCertificateId": f"ASCA{digits('warehouse').upper()}", "Path": "/"}
    dates = {"Arn": arn("iam", "", "server-certificate/warehouse"), "UploadDate": ago(100), "Expiration": ago(-265)}
    everywhere.add("iam", "ListServerCertificates", "ServerCertificateMetadataList", {**certificate, **dates})


def ago_text(days: float) -> str:
    return ago(days).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _row(name: str, created: float, *, password: tuple[str, str] | None, mfa: bool, keys: list[tuple[float, float]]) -> str:
    """A row of the credential report: password = last use and last change; keys = days since rotation and since last use."""
    console = ["true", *password, "N/A"] if password else ["false", "N/A", "N/A", "N/A"]
    found = [["true", ago_text(made), ago_text(used), GOOD, "s3"] for made, used in keys]
    missing = [["false", "N/A", "N/A", "N/A", "N/A"]] * (2 - len(keys))
    cells = [name, arn("iam", "", f"user/{name}"), ago_text(created), *console, str(mfa).lower()]
    return ",".join([*cells, *(cell for key in (*found, *missing) for cell in key), "false", "N/A", "false", "N/A"])


def _document(document: Answer) -> str:
    """As IAM sends it: percent-encoded."""
    return quote(json.dumps(document, ensure_ascii=False))


def _user(name: str, created: float, *, groups: tuple[str, ...] = (), inline: dict[str, Answer] | None = None) -> Answer:
    return {
        "UserName": name, "UserId": f"AIDA{digits(name).upper()}", "Path": "/", "Arn": arn("iam", "", f"user/{name}"), "CreateDate": ago(created),
        "GroupList": list(groups), "AttachedManagedPolicies": [], "UserPolicyList": _inline(inline),
    }  # fmt: skip


def _role(name: str, trust: Answer, *, attached: tuple[str, ...] = (), inline: dict[str, Answer] | None = None) -> Answer:
    return {
        "RoleName": name, "RoleId": f"AROA{digits(name).upper()}", "Path": "/", "Arn": arn("iam", "", f"role/{name}"), "CreateDate": ago(500),
        "AssumeRolePolicyDocument": _document(trust), "InstanceProfileList": [], "RolePolicyList": _inline(inline),
        "AttachedManagedPolicies": [{"PolicyName": policy, "PolicyArn": f"arn:aws:iam::aws:policy/{policy}"} for policy in attached],
        "RoleLastUsed": {"LastUsedDate": ago(1), "Region": GOOD},
    }  # fmt: skip


def _inline(policies: dict[str, Answer] | None) -> list[Answer]:
    return [{"PolicyName": name, "PolicyDocument": _document(document)} for name, document in (policies or {}).items()]


def _policy(name: str, document: Answer, *, attached: int) -> Answer:
    version = {"VersionId": "v2", "IsDefaultVersion": True, "CreateDate": ago(300), "Document": _document(document)}
    return {
        "PolicyName": name, "PolicyId": f"ANPA{digits(name).upper()}", "Arn": f"arn:aws:iam::{ACCOUNT}:policy/{name}", "Path": "/", "DefaultVersionId": "v2",
        "AttachmentCount": attached, "PermissionsBoundaryUsageCount": 1, "IsAttachable": True, "CreateDate": ago(600), "UpdateDate": ago(300),
        "PolicyVersionList": [version],
    }  # fmt: skip
