"""ElastiCache: encryption at rest and on the wire, who may come in, backups, zones, versions."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import Judged, answered, ended, judge_answers

OPERATIONS = {
    "replication-groups": (
        "DescribeReplicationGroups",
        "ReplicationGroups",
        {"ReplicationGroupId": "c-1", "Status": "available"},
    ),
    "clusters": ("DescribeCacheClusters", "CacheClusters", {"CacheClusterId": "c-1", "CacheClusterStatus": "available"}),
    "serverless-caches": ("DescribeServerlessCaches", "ServerlessCaches", {"ServerlessCacheName": "c-1", "Status": "AVAILABLE"}),
}
ALL = [
    "replication-groups.encrypted", "replication-groups.tls-required", "replication-groups.authentication", "replication-groups.multi-az",
    "replication-groups.backups", "replication-groups.minor-upgrades", "clusters.backups", "clusters.tls-required", "clusters.own-subnet-group",
    "clusters.minor-upgrades", "serverless-caches.authentication", "serverless-caches.not-public", "serverless-caches.backups",
]  # fmt: skip


def listed(kind: str, **fields: Any) -> Answer:
    operation, members, common = OPERATIONS[kind]
    return answered("elasticache", operation, {members: [{**common, "ARN": "arn:aws:elasticache:::c-1", **fields}]})


def users(*found: dict[str, Any]) -> Answer:
    named = [{"UserId": f"u-{i}", "ARN": f"arn:u-{i}", "UserGroupIds": ["app"], **user} for i, user in enumerate(found)]
    return answered("elasticache", "DescribeUsers", {"Users": named})


def judged(requirement: str, *answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(f"elasticache.{requirement}", *answers, **parameters)


@pytest.mark.parametrize("requirement", ALL)
def test_lists(requirement: str) -> None:
    operation, members, _ = OPERATIONS[requirement.partition(".")[0]]
    assert judged(requirement, ended("elasticache", operation, "denied"), users()).result.judgement == "gap"
    assert judged(requirement, answered("elasticache", operation, {members: []}), users()).result.judgement == "not_applicable"
    assert judged(requirement, answered("elasticache", operation, {members: ["c-1"]}), users()).result.judgement == "gap"


def test_what_is_being_deleted_is_left_out() -> None:
    assert not judged("replication-groups.encrypted", listed("replication-groups", Status="deleting")).members
    assert not judged("clusters.own-subnet-group", listed("clusters", CacheClusterStatus="deleting")).members


@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("replication-groups.encrypted", {"StorageEncryptionType": "sse-kms"}, "meets"),
        ("replication-groups.encrypted", {"StorageEncryptionType": "sse-elasticache", "AtRestEncryptionEnabled": False}, "meets"),
        ("replication-groups.encrypted", {"StorageEncryptionType": "none", "AtRestEncryptionEnabled": True}, "exception"),
        ("replication-groups.encrypted", {"AtRestEncryptionEnabled": True}, "meets"),
        ("replication-groups.encrypted", {"AtRestEncryptionEnabled": False}, "gap"),  # it can be false although data is encrypted
        ("replication-groups.encrypted", {}, "gap"),
        ("replication-groups.tls-required", {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "required"}, "meets"),
        (
            "replication-groups.tls-required",
            {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"},
            "exception",
        ),
        ("replication-groups.tls-required", {"TransitEncryptionEnabled": False}, "exception"),
        ("replication-groups.tls-required", {"TransitEncryptionEnabled": True}, "gap"),
        ("replication-groups.tls-required", {}, "gap"),
        ("replication-groups.multi-az", {"MultiAZ": "enabled", "AutomaticFailover": "enabled"}, "meets"),
        ("replication-groups.multi-az", {"MultiAZ": "enabled", "AutomaticFailover": "enabling"}, "exception"),
        ("replication-groups.multi-az", {"MultiAZ": "disabled", "AutomaticFailover": "enabled"}, "exception"),
        ("replication-groups.multi-az", {"AutomaticFailover": "enabled"}, "gap"),
        ("replication-groups.backups", {"SnapshotRetentionLimit": 7}, "meets"),
        ("replication-groups.backups", {"SnapshotRetentionLimit": 0}, "exception"),
        ("replication-groups.backups", {}, "gap"),
        ("replication-groups.minor-upgrades", {"AutoMinorVersionUpgrade": True}, "meets"),
        ("replication-groups.minor-upgrades", {"AutoMinorVersionUpgrade": False}, "exception"),
        ("replication-groups.minor-upgrades", {"AutoMinorVersionUpgrade": "yes"}, "gap"),
        ("clusters.tls-required", {"TransitEncryptionEnabled": True}, "meets"),
        ("clusters.tls-required", {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}, "exception"),
        ("clusters.tls-required", {"TransitEncryptionEnabled": False}, "exception"),
        ("clusters.tls-required", {"TransitEncryptionEnabled": False, "ReplicationGroupId": "g-1"}, "not_applicable"),
        ("clusters.tls-required", {}, "gap"),
        ("clusters.own-subnet-group", {"CacheSubnetGroupName": "private"}, "meets"),
        ("clusters.own-subnet-group", {"CacheSubnetGroupName": "default", "ReplicationGroupId": "g-1"}, "exception"),
        ("clusters.own-subnet-group", {}, "gap"),
        ("clusters.backups", {"Engine": "redis", "SnapshotRetentionLimit": 7}, "meets"),
        ("clusters.backups", {"Engine": "valkey", "SnapshotRetentionLimit": 0}, "exception"),
        ("clusters.backups", {"Engine": "redis"}, "gap"),
        ("clusters.backups", {"Engine": "redis", "SnapshotRetentionLimit": "long"}, "gap"),
        ("clusters.backups", {"SnapshotRetentionLimit": 7}, "gap"),
        ("clusters.backups", {"Engine": "memcached"}, "not_applicable"),
        ("clusters.backups", {"Engine": "redis", "SnapshotRetentionLimit": 0, "ReplicationGroupId": "g-1"}, "not_applicable"),
        ("clusters.minor-upgrades", {"Engine": "redis", "AutoMinorVersionUpgrade": True}, "meets"),
        ("clusters.minor-upgrades", {"Engine": "redis", "AutoMinorVersionUpgrade": False}, "exception"),
        ("clusters.minor-upgrades", {"Engine": "memcached", "AutoMinorVersionUpgrade": False}, "not_applicable"),
        ("clusters.minor-upgrades", {"Engine": "redis", "ReplicationGroupId": "g-1"}, "not_applicable"),
        ("clusters.minor-upgrades", {"AutoMinorVersionUpgrade": True}, "gap"),
        ("serverless-caches.not-public", {"ConnectionType": "vpc"}, "meets"),
        ("serverless-caches.not-public", {}, "meets"),
        ("serverless-caches.not-public", {"ConnectionType": "public"}, "exception"),
        ("serverless-caches.not-public", {"ConnectionType": 1}, "gap"),
        ("serverless-caches.backups", {"SnapshotRetentionLimit": 8}, "meets"),
        ("serverless-caches.backups", {"SnapshotRetentionLimit": 6}, "exception"),
        ("serverless-caches.backups", {"SnapshotRetentionLimit": "all"}, "gap"),
    ],
)
def test_a_setting(requirement: str, fields: dict[str, Any], expected: str) -> None:
    assert judged(requirement, listed(requirement.partition(".")[0], **fields))["c-1"] == expected


def test_a_key_of_aws_s_may_not_count() -> None:
    answer = listed("replication-groups", StorageEncryptionType="sse-elasticache", AtRestEncryptionEnabled=True)
    assert judged("replication-groups.encrypted", answer, kinds=["sse-kms"])["c-1"] == "exception"


PASSWORD = {"Authentication": {"Type": "password", "PasswordCount": 1}, "AccessString": "on ~app:* +@read"}
ANYBODY = {"UserName": "default", "Authentication": {"Type": "no-password"}, "AccessString": "on ~* +@all"}
OFF = ANYBODY | {"AccessString": "off ~* -@all"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([PASSWORD], "meets"),
        ([PASSWORD, OFF], "meets"),
        ([PASSWORD, ANYBODY], "exception"),
        ([PASSWORD, {**ANYBODY, "UserGroupIds": ["other"]}], "meets"),
        ([{"AccessString": "on ~* +@all"}], "gap"),
        ([{**ANYBODY, "UserGroupIds": 7}], "gap"),
        ([{**ANYBODY, "AccessString": ["on"]}], "gap"),
    ],
)
def test_users_of_a_group_prove_who_they_are(found: list[dict[str, Any]], expected: str) -> None:
    group = listed("replication-groups", AuthTokenEnabled=False, UserGroupIds=["app"])
    assert judged("replication-groups.authentication", group, users(*found))["c-1"] == expected
    cache = listed("serverless-caches", Engine="valkey", UserGroupId="app")
    assert judged("serverless-caches.authentication", cache, users(*found))["c-1"] == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"AuthTokenEnabled": True}, "meets"),
        ({"AuthTokenEnabled": False}, "exception"),
        ({"AuthTokenEnabled": False, "UserGroupIds": []}, "exception"),
        ({"UserGroupIds": []}, "gap"),
        ({}, "gap"),
    ],
)
def test_a_group_without_users(fields: dict[str, Any], expected: str) -> None:
    assert judged("replication-groups.authentication", listed("replication-groups", **fields), users(PASSWORD))["c-1"] == expected


def test_a_serverless_cache_without_users() -> None:
    assert judged("serverless-caches.authentication", listed("serverless-caches", Engine="redis"), users())["c-1"] == "exception"
    memcached = listed("serverless-caches", Engine="memcached")
    assert judged("serverless-caches.authentication", memcached, users())["c-1"] == "not_applicable"
    assert judged("serverless-caches.authentication", listed("serverless-caches"), users())["c-1"] == "gap"


def test_users_that_could_not_be_read() -> None:
    denied = ended("elasticache", "DescribeUsers", "denied")
    group = listed("replication-groups", AuthTokenEnabled=False, UserGroupIds=["app"])
    assert judged("replication-groups.authentication", group, denied)["c-1"] == "gap"
    assert (
        judged("replication-groups.authentication", listed("replication-groups", AuthTokenEnabled=True), denied)["c-1"] == "meets"
    )
