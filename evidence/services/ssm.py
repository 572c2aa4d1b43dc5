"""AWS Systems Manager: managed nodes, patches, documents, and parameters.

What parameters hold is never asked: DescribeParameters gives names and types only.
"""

import json
from collections.abc import Callable
from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, Only, PopulationSpec, Redact, Service, flag, items, text, time

SESSION_PREFERENCES = "SSM-SessionManagerRunShell"
PUBLIC_SHARING = "/ssm/documents/console/public-sharing-permission"

DESCRIBE_INSTANCE_INFORMATION = Ask(
    "ssm", "DescribeInstanceInformation", ("ssm:DescribeInstanceInformation",), result="InstanceInformationList"
)
# An instance that was never scanned has no entry, and that is no error.
DESCRIBE_PATCH_STATES = Ask(
    "ssm",
    "DescribeInstancePatchStates",
    ("ssm:DescribeInstancePatchStates",),
    each="ec2.instances",
    given={"InstanceIds": ("InstanceId",)},
    only=Only("State.Name", frozenset({"running"})),
    result="InstancePatchStates",
)
DESCRIBE_PARAMETERS = Ask(
    "ssm",
    "DescribeParameters",
    ("ssm:DescribeParameters",),
    result="Parameters",
    redact=(Redact("Parameters[]", "description of a parameter", key="Description"),),
)
LIST_DOCUMENTS = Ask(
    "ssm",
    "ListDocuments",
    ("ssm:ListDocuments",),
    parameters={"Filters": [{"Key": "Owner", "Values": ["Self"]}]},
    result="DocumentIdentifiers",
)
DESCRIBE_DOCUMENT_PERMISSION = Ask(
    "ssm",
    "DescribeDocumentPermission",
    ("ssm:DescribeDocumentPermission",),
    parameters={"PermissionType": "Share"},
    each="ssm.documents",
    given={"Name": "Name"},
    gone=frozenset({"InvalidDocument"}),
    tokens=("NextToken", "NextToken"),
    result="AccountIds",
)
GET_PUBLIC_SHARING = Ask(
    "ssm",
    "GetServiceSetting",
    ("ssm:GetServiceSetting",),
    parameters={"SettingId": PUBLIC_SHARING},
    absent=frozenset({"ServiceSettingNotFound"}),
    result="ServiceSetting",
)


def _has_shell_profile(answer: Item) -> bool:
    """Whether the session preferences run commands at the start of a session, which may hold anything."""
    try:
        profile = json.loads(answer["Content"])["inputs"].get("shellProfile")
        return bool(profile) and any(profile.values())
    except (KeyError, TypeError, ValueError, AttributeError):
        return True


GET_SESSION_PREFERENCES = Ask(
    "ssm",
    "GetDocument",
    ("ssm:GetDocument",),
    parameters={"Name": SESSION_PREFERENCES, "DocumentFormat": "JSON"},
    absent=frozenset({"InvalidDocument"}),
    result="Content",
    redact=(Redact("", "session preferences with a shell profile", key="Content", when=_has_shell_profile),),
)


def _session_logs(_: Item, answer: Any) -> list[str]:
    """Where the output of sessions is kept."""
    inputs = json.loads(answer["Content"])["inputs"]
    kept = (("log group", inputs.get("cloudWatchLogGroupName")), ("bucket", inputs.get("s3BucketName")))
    return [f"{kind} {name}" for kind, name in kept if name]


def patch_state(field: str) -> Callable[[Item, Any], Any]:
    """Reads a field of the instance's one patch state; absent where it was never scanned."""

    def read(instance: Item, answer: Any) -> Any:
        found = [state for state in answer["InstancePatchStates"] if state["InstanceId"] == instance["InstanceId"]]
        return found[0].get(field) if found else None

    return read


MANAGED = PopulationSpec(
    name="ssm.managed-nodes",
    noun="managed node",
    type="AWS::SSM::ManagedInstance",
    listed_by=DESCRIBE_INSTANCE_INFORMATION,
    items="InstanceInformationList[]",
    identity="InstanceId",
    columns={
        "ping": text("PingStatus", label="ping status"),
        "last_ping": time("LastPingDateTime"),
        "agent": text("AgentVersion", label="SSM Agent"),
        "latest_agent": flag("IsLatestVersion", label="latest SSM Agent"),
        "platform": text("PlatformName"),
    },
)
PARAMETERS = PopulationSpec(
    name="ssm.parameters",
    noun="Systems Manager parameter",
    type="AWS::SSM::Parameter",
    listed_by=DESCRIBE_PARAMETERS,
    items="Parameters[]",
    identity="Name",
    columns={
        "parameter_name": text("Name", label="name"),
        "kind": text("Type", label="type"),
        "key": text("KeyId", label="KMS key"),
        "changed": time("LastModifiedDate", label="last modified"),
    },
)
DOCUMENTS = PopulationSpec(
    name="ssm.documents",
    noun="Systems Manager document of the account",
    type="AWS::SSM::Document",
    listed_by=LIST_DOCUMENTS,
    items="DocumentIdentifiers[]",
    identity="Name",
    arn="arn:{partition}:ssm:{region}:{account}:document/{Name}",
    columns={
        "kind": text("DocumentType", label="type"),
        "shared_with": items("AccountIds", DESCRIBE_DOCUMENT_PERMISSION, label="shared with"),
    },
)
REGION = PopulationSpec(
    name="ssm.regions",
    noun="Region",
    type="AWS::SSM::ServiceSetting",
    listed_by=REGIONS,
    columns={
        "public_sharing": text("ServiceSetting.SettingValue", GET_PUBLIC_SHARING, label="public sharing of documents"),
        "session_logs": items("", GET_SESSION_PREFERENCES, read=_session_logs, label="sessions are logged to"),
    },
)

SERVICE = Service(
    "ssm",
    "AWS Systems Manager",
    asks=(
        DESCRIBE_INSTANCE_INFORMATION, DESCRIBE_PATCH_STATES, DESCRIBE_PARAMETERS, LIST_DOCUMENTS, DESCRIBE_DOCUMENT_PERMISSION,
        GET_PUBLIC_SHARING, GET_SESSION_PREFERENCES,
    ),
    populations=(MANAGED, PARAMETERS, DOCUMENTS, REGION),
)  # fmt: skip
