"""What AWS Config recorded through the quarter in the shop's good Region: taken from what the lists of the world hold, so that the last
item of each resource is what it is today, and some were otherwise before.

The catalogue's versions were not kept for nine days in August; the shop's database had a standby from 20 July on; a volume that was not
encrypted was made in July and deleted in August."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from evidence.services.config.history import TYPES
from tests.aws_simulator import World, typed
from tests.larkfield.base import ACCOUNT, GOOD, REGIONS, ago, ident
from tests.larkfield.more.place import Answer, More

JUST_MADE = "larkfield-financial-records"
"""A bucket that AWS Config has not recorded yet."""
LOST = ident("vol", "not encrypted and gone")
Item = dict[str, Any]


def add_history(world: World) -> None:
    """Call it once everything else is there, in the third quarter."""
    known = {kind: list(_of(world, kind)) for kind in TYPES}
    for number in world.accounts:
        for region in REGIONS:
            for kind in TYPES:
                found = known[kind] if (number, region) == (ACCOUNT, GOOD) else []
                listed = [_listed(kind, items) for items in found]
                when = {"resourceType": kind, "includeDeletedResources": True}
                world.put(number, region, "config", "ListDiscoveredResources", {"resourceIdentifiers": listed}, when)
    for kind, found in known.items():
        for items in found:
            key = {"resourceType": kind, "resourceId": items[0]["resourceId"]}
            world.put(
                ACCOUNT, GOOD, "config", "BatchGetResourceConfig", {"baseConfigurationItems": items[:1]}, {"resourceKeys": [key]}
            )
            world.put(ACCOUNT, GOOD, "config", "GetResourceConfigHistory", {"configurationItems": items}, key)


def _listed(kind: str, items: list[Item]) -> Item:
    gone = items[0]["configurationItemStatus"] == "ResourceDeleted"
    entry = {"resourceType": kind, "resourceId": items[0]["resourceId"]}
    return {**entry, "resourceDeletionTime": items[0]["configurationItemCaptureTime"]} if gone else entry


def _of(world: World, kind: str) -> Iterator[list[Item]]:
    """The items of each resource of the type, newest first."""
    for id, configuration, parts in _TODAY[kind](world):
        before = _BEFORE.get(id)
        items = before(kind, id, configuration, parts) if before else [_item(kind, id, 400, configuration, parts)]
        yield items
    if kind == "AWS::EC2::Volume":
        lost = {"volumeId": LOST, "encrypted": False, "size": 40, "attachments": [], "state": {"value": "available"}}
        gone = {**_item(kind, LOST, 45, {}, {}), "configurationItemStatus": "ResourceDeleted", "configuration": ""}
        made = {
            **_item(kind, LOST, 79.9, lost, {}),
            "configurationItemStatus": "ResourceDiscovered",
            "resourceCreationTime": ago(80),
        }
        yield [gone, made]


def _item(kind: str, id: str, days: float, configuration: Item, parts: Item) -> Item:
    return {
        "version": "1.3", "accountId": ACCOUNT, "configurationItemCaptureTime": ago(days), "configurationItemStatus": "OK",
        "configurationStateId": str(round(ago(days).timestamp() * 1000)), "resourceType": kind, "resourceId": id, "awsRegion": GOOD,
        "configuration": json.dumps(configuration), "supplementaryConfiguration": {name: json.dumps(part) for name, part in parts.items()},
    }  # fmt: skip


def _catalogue(kind: str, id: str, configuration: Item, parts: Item) -> list[Item]:
    """Its versions were not kept from 11 to 20 August."""
    off = {**parts, "BucketVersioningConfiguration": {"status": "Suspended", "isMfaDeleteEnabled": None}}
    return [
        _item(kind, id, 41, configuration, parts), _item(kind, id, 50, configuration, off), _item(kind, id, 300, configuration, parts),
    ]  # fmt: skip


def _orders(kind: str, id: str, configuration: Item, parts: Item) -> list[Item]:
    """The shop's database got its standby on 20 July."""
    return [_item(kind, id, 72, configuration, parts), _item(kind, id, 500, {**configuration, "multiAZ": False}, parts)]


_BEFORE: dict[str, Callable[[str, str, Item, Item], list[Item]]] = {
    "larkfield-catalogue": _catalogue,
    "shop-orders": _orders,
}


# -- what is there today, as AWS Config writes it --------------------------------------------------------------------

Today = Iterator[tuple[str, Item, Item]]


def _small(value: Any) -> Any:
    """With a small first letter of every member's name, and times as texts."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _small(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_small(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _said(world: World, place: str, service: str, operation: str, **when: Any) -> Answer:
    return typed.decode(typed.encode(More(world, place).said(service, operation, **when)))


def _trails(world: World) -> Today:
    for one in _said(world, GOOD, "cloudtrail", "DescribeTrails").get("trailList", ()):
        if one["HomeRegion"] == GOOD:
            yield one["TrailARN"], _small(one), {}


def _instances(world: World) -> Today:
    for reservation in _said(world, GOOD, "ec2", "DescribeInstances")["Reservations"]:
        for one in reservation["Instances"]:
            if one["State"]["Name"] != "terminated":
                yield one["InstanceId"], _small(one), {}


def _volumes(world: World) -> Today:
    for one in _said(world, GOOD, "ec2", "DescribeVolumes")["Volumes"]:
        yield one["VolumeId"], _small(one), {}


def _users(world: World) -> Today:
    for one in _said(world, "global", "iam", "GetAccountAuthorizationDetails")["UserDetailList"]:
        yield one["UserId"], _small(one), {}


def _keys(world: World) -> Today:
    for listed in _said(world, GOOD, "kms", "ListKeys")["Keys"]:
        told = _said(world, GOOD, "kms", "DescribeKey", KeyId=listed["KeyArn"])
        if told:
            turned = _said(world, GOOD, "kms", "GetKeyRotationStatus", KeyId=listed["KeyArn"])
            parts = {"KeyRotationStatus": turned["KeyRotationEnabled"]} if turned else {}
            yield listed["KeyId"], _small(told["KeyMetadata"]), parts


def _functions(world: World) -> Today:
    for one in _said(world, GOOD, "lambda", "ListFunctions").get("Functions", ()):
        yield one["FunctionName"], _small(one), {}


def _databases(world: World) -> Today:
    for one in _said(world, GOOD, "rds", "DescribeDBInstances")["DBInstances"]:
        yield one.get("DbiResourceId", one["DBInstanceIdentifier"]), _small(one), {}


def _buckets(world: World) -> Today:
    for one in _said(world, "global", "s3", "ListBuckets")["Buckets"]:
        name = one["Name"]
        if one.get("BucketRegion") != GOOD or name == JUST_MADE:
            continue
        kept = _said(world, GOOD, "s3", "GetBucketVersioning", Bucket=name)
        logged = _said(world, GOOD, "s3", "GetBucketLogging", Bucket=name)
        rules = _said(world, GOOD, "s3", "GetBucketEncryption", Bucket=name)
        mfa = {"Enabled": True, "Disabled": False}.get(kept.get("MFADelete", ""))
        parts: Item = {
            "BucketVersioningConfiguration": {"status": kept.get("Status", "Off"), "isMfaDeleteEnabled": mfa},
            "BucketLoggingConfiguration": {"destinationBucketName": logged.get("LoggingEnabled", {}).get("TargetBucket")},
        }
        if rules:
            by = [r["ApplyServerSideEncryptionByDefault"] for r in rules["ServerSideEncryptionConfiguration"]["Rules"]]
            told = [{"sseAlgorithm": d["SSEAlgorithm"], "kmsMasterKeyID": d.get("KMSMasterKeyID")} for d in by]
            parts["ServerSideEncryptionConfiguration"] = {"rules": [{"applyServerSideEncryptionByDefault": d} for d in told]}
        yield name, {"name": name}, parts


_TODAY: dict[str, Callable[[World], Today]] = {
    "AWS::CloudTrail::Trail": _trails, "AWS::EC2::Instance": _instances, "AWS::EC2::Volume": _volumes, "AWS::IAM::User": _users,
    "AWS::KMS::Key": _keys, "AWS::Lambda::Function": _functions, "AWS::RDS::DBInstance": _databases, "AWS::S3::Bucket": _buckets,
}  # fmt: skip
