"""What AWS Config recorded over time: the resources it knows, the deleted among them, and how each looked since the beginning of the
time that is asked about."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from evidence.services.config.asks import ask
from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, items, text, time

TYPES = (
    "AWS::CloudTrail::Trail",
    "AWS::EC2::Instance",
    "AWS::EC2::Volume",
    "AWS::IAM::User",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
)
"""The types whose history is asked for: those that a population's `history` names."""
_NO_RECORDER = frozenset({"NoAvailableConfigurationRecorderException"})
# The only members of a configuration that are kept as they are: those that the populations read. Others may be anything.
# https://github.com/awslabs/aws-config-resource-schema
_KEPT = frozenset({
    # identity and tags
    "arn", "creationDate", "dBInstanceArn", "dBInstanceIdentifier", "functionArn", "functionName", "groupList", "homeRegion",
    "instanceId", "keyId", "name", "path", "tags", "trailARN", "userId", "userName", "volumeId",
    # AWS::CloudTrail::Trail
    "cloudWatchLogsLogGroupArn", "includeGlobalServiceEvents", "isMultiRegionTrail", "isOrganizationTrail", "kmsKeyId",
    "logFileValidationEnabled", "s3BucketName",
    # AWS::EC2
    "attachments", "encrypted", "iamInstanceProfile", "imageId", "keyName", "launchTime", "networkInterfaces", "publicIpAddress",
    "instanceType", "metadataOptions", "size", "state", "subnetId", "virtualizationType", "vpcId",
    # AWS::IAM::User
    "attachedManagedPolicies", "createDate", "userPolicyList",
    # AWS::KMS::Key
    "customerMasterKeySpec", "deletionDate", "keyManager", "keyState", "origin",
    # AWS::Lambda::Function
    "packageType", "runtime", "vpcConfig",
    # AWS::RDS::DBInstance
    "autoMinorVersionUpgrade", "availabilityZone", "backupRetentionPeriod", "pendingModifiedValues", "copyTagsToSnapshot", "dBClusterIdentifier", "dBInstanceStatus", "enabledCloudwatchLogsExports",
    "engine", "engineVersion", "iAMDatabaseAuthenticationEnabled", "masterUsername", "multiAZ", "publiclyAccessible",
    "readReplicaSourceDBInstanceIdentifier", "storageEncrypted", "vpcSecurityGroups",
})  # fmt: skip


def _redacted(path: str) -> Redact:
    return Redact(path, "recorded configuration", key="configuration", keeps=_KEPT)


def _moment(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _not_deleted(item: Item, answer: Any, since: str) -> bool:
    return item.get("resourceDeletionTime") is None


def _changed(item: Item, answer: Any, since: str) -> bool | None:
    """Whether the resource changed, or went away, after the beginning. None where its present state could not be read."""
    start = dt.datetime.fromisoformat(since)
    if item.get("resourceDeletionTime") is not None:
        return _moment(item["resourceDeletionTime"]) > start
    if answer is None:
        return None
    (now,) = answer["baseConfigurationItems"]
    return _moment(now["configurationItemCaptureTime"]) > start


def _reaches_behind(page: Mapping[str, Any], since: str) -> bool:
    """Whether the page, newest first, has the item that was in force at the beginning, or the first that there is."""
    start = dt.datetime.fromisoformat(since)
    return any(
        _moment(item["configurationItemCaptureTime"]) <= start or item.get("configurationItemStatus") == "ResourceDiscovered"
        for item in page.get("configurationItems", ())
        if item.get("configurationItemCaptureTime") is not None
    )


LIST_RESOURCES = tuple(
    ask(
        "ListDiscoveredResources",
        "resourceIdentifiers",
        parameters={"resourceType": kind, "includeDeletedResources": True},
        absent=_NO_RECORDER,
    )
    for kind in TYPES
)
GET_CURRENT = ask(
    "BatchGetResourceConfig",
    "baseConfigurationItems",
    each="config.resources",
    given={"resourceKeys": ("key",)},
    only=Only(test=_not_deleted),
    absent=_NO_RECORDER,
    redact=(_redacted("baseConfigurationItems[]"),),
)
# Newest first, since the item in force at the beginning may be much older than it. Each page spans seven days at most.
# https://docs.aws.amazon.com/config/latest/APIReference/API_GetResourceConfigHistory.html
GET_HISTORY = ask(
    "GetResourceConfigHistory",
    "configurationItems",
    each="config.resources",
    parameters={"laterTime": "{until}", "limit": 100, "chronologicalOrder": "Reverse"},
    given={"resourceType": "resourceType", "resourceId": "resourceId"},
    only=Only(of=GET_CURRENT, test=_changed),
    absent=frozenset({"ResourceNotDiscoveredException"}) | _NO_RECORDER,
    enough=_reaches_behind,
    redact=(_redacted("configurationItems[]"),),
)
ASKS: tuple[Ask, ...] = (*LIST_RESOURCES, GET_CURRENT, GET_HISTORY)


def _resources(answer: Any) -> list[Item]:
    """The resources listed, each with a key of its own: two types may use the same id."""
    return [
        {**entry, "key": {name: entry[name] for name in ("resourceType", "resourceId")}, "name": _name(entry)}
        for entry in answer["resourceIdentifiers"]
    ]


def _name(entry: Item) -> str:
    return f"{entry['resourceType']} {entry['resourceId']}"


RESOURCES = PopulationSpec(
    name="config.resources",
    noun="resource that AWS Config knows",
    type="AWS::Config::ConfigurationItem",
    listed_by=LIST_RESOURCES[0],
    also=LIST_RESOURCES[1:],
    rows=_resources,
    identity="name",
    columns={
        "kind": text("resourceType", label="type"),
        "deleted": time("resourceDeletionTime"),
        "current": items("baseConfigurationItems[]", of=GET_CURRENT),
        "recorded": items("configurationItems[]", of=GET_HISTORY),
    },
)
