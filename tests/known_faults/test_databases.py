"""Faults of judging databases: members of clusters, and the other services that answer through the RDS API."""

from typing import Any

import pytest

from evidence.programs.load import programs
from evidence.requirements import requirements
from evidence.run.answer import Answer
from tests.judging import answered, ended, judge_answers

A1 = {"DBInstanceIdentifier": "a1", "Engine": "aurora-postgresql", "DBClusterIdentifier": "a", "AvailabilityZone": "eu-west-1a",
      "MultiAZ": False, "DeletionProtection": False, "BackupRetentionPeriod": 1}  # fmt: skip
A2 = A1 | {"DBInstanceIdentifier": "a2", "AvailabilityZone": "eu-west-1b"}
ALONE = {"DBInstanceIdentifier": "p", "Engine": "postgres", "MultiAZ": False, "DeletionProtection": False,
         "BackupRetentionPeriod": 0, "DBInstanceStatus": "stopped"}  # fmt: skip
CLUSTER = {"DBClusterIdentifier": "a", "MultiAZ": True, "DeletionProtection": True, "BackupRetentionPeriod": 14, "Status": "stopped",
           "Engine": "aurora-postgresql", "AvailabilityZones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
           "DBClusterMembers": [{"DBInstanceIdentifier": "a1"}, {"DBInstanceIdentifier": "a2"}]}  # fmt: skip
BY_CLUSTER = ("multi-az", "deletion-protection", "backups")


def instances(*found: dict[str, Any]) -> Answer:
    return answered(
        "rds", "DescribeDBInstances", {"DBInstances": [i | {"DBInstanceArn": f"arn:{n}"} for n, i in enumerate(found)]}
    )


def clusters(*found: dict[str, Any]) -> Answer:
    return answered("rds", "DescribeDBClusters", {"DBClusters": [c | {"DBClusterArn": f"arn:{n}"} for n, c in enumerate(found)]})


@pytest.mark.parametrize("statement", BY_CLUSTER)
def test_what_a_cluster_decides_is_asked_of_the_cluster(statement: str) -> None:
    """B10: zones, protection and backups were read from the cluster's members, where they are always false. Whether one is a
    member is told by DBClusterIdentifier: a Multi-AZ DB cluster of another engine, not in the log, has members as well."""
    mysql = A1 | {"DBInstanceIdentifier": "m1", "Engine": "mysql", "DBClusterIdentifier": "m"}
    each = judge_answers(f"rds.instances.{statement}", instances(A1, A2, ALONE, mysql))
    assert {m.id: m.judgement for m in each.members} == {
        "a1": "not_applicable", "a2": "not_applicable", "m1": "not_applicable", "p": "exception",
    }  # fmt: skip
    assert f"rds.clusters.{statement}" in each.reason("a1")
    assert judge_answers(f"rds.clusters.{statement}", clusters(CLUSTER))["a"] == "meets"
    denied = judge_answers(f"rds.clusters.{statement}", ended("rds", "DescribeDBClusters", "denied"))
    assert denied.result.judgement == "gap"


def test_a_cluster_of_one_member_stands_in_one_zone_whatever_zones_its_storage_has() -> None:
    """B10: AvailabilityZones says where the storage is, and where instances may be made."""
    alone = CLUSTER | {"DBClusterMembers": [{"DBInstanceIdentifier": "a1"}]}
    assert judge_answers("rds.clusters.multi-az", clusters(alone))["a"] == "exception"
    assert judge_answers("rds.clusters.multi-az", clusters(alone | {"MultiAZ": False}))["a"] == "exception"


def test_a_program_that_leaves_members_to_their_cluster_looks_at_the_cluster_too() -> None:
    """B10, the whole kind: with the list of clusters refused the members are "not applicable" all the same (their own answer says
    that they are members), and the gap stands under the cluster. So a program that maps the one must map the other."""
    known, lonely, looked_at = requirements(), list[tuple[str, str]](), 0
    for program in programs():
        mapped = {m.id for c in program.controls for m in c.requirements}
        members = {id for id in mapped if any("A member of a DB cluster" in a.otherwise for a in known[id].applies)}
        looked_at += len(members)
        lonely += [(program.id, id) for id in members if id.replace("rds.instances.", "rds.clusters.") not in mapped]
    assert not lonely
    assert looked_at > 100, "otherwise little is looked at"


@pytest.mark.parametrize("statement", ["multi-az", "encrypted", "backups", "not-public"])
def test_documentdb_and_neptune_are_not_judged_as_rds(statement: str) -> None:
    """B54: instances of other services came through the RDS API, and were judged by what they cannot have, or counted twice.
    They are left out, clusters and all. Not in the log: an entry that names no engine may be any service's: the list is a gap."""
    found: list[dict[str, Any]] = [
        {"DBInstanceIdentifier": "doc-1", "Engine": "docdb", "MultiAZ": False, "StorageEncrypted": False},
        {"DBInstanceIdentifier": "nep-1", "Engine": "neptune", "MultiAZ": False, "StorageEncrypted": False},
        {"DBInstanceIdentifier": "my-1", "Engine": "mysql", "MultiAZ": True, "StorageEncrypted": True, "PubliclyAccessible": False,
         "BackupRetentionPeriod": 7, "DBInstanceStatus": "stopped"},
        {"DBInstanceIdentifier": "odd"},
    ]  # fmt: skip
    judged = judge_answers(f"rds.instances.{statement}", instances(*found))
    assert {m.id: m.judgement for m in judged.members} == {"my-1": "meets"}
    assert judged.result.population.listed == 1 and not judged.result.population.complete
    assert judged.result.judgement == "gap"
    if statement != "not-public":
        other = clusters(CLUSTER | {"Engine": "docdb", "MultiAZ": False})
        assert judge_answers(f"rds.clusters.{statement}", other).result.judgement == "not_applicable"
