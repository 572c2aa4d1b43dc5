"""Databases: zones, backups, deletion protection, and logs outside the database."""

import datetime as dt
from typing import Any

import pytest

from tests.judging import AS_OF, Judged, answered, ended, judge_answers

NOW = AS_OF - dt.timedelta(minutes=5)


def instance(requirement: str, *, parameters: dict[str, Any] | None = None, **more: Any) -> Judged:
    found = {
        "DBInstanceIdentifier": "db",
        "DBInstanceArn": "arn:db",
        "Engine": "mysql",
        "DBInstanceStatus": "available",
        "LatestRestorableTime": NOW,
        **more,
    }
    kept = {k: v for k, v in found.items() if v is not None}
    return judge_answers(
        f"rds.instances.{requirement}", answered("rds", "DescribeDBInstances", {"DBInstances": [kept]}), **(parameters or {})
    )


def cluster(requirement: str, *, parameters: dict[str, Any] | None = None, **more: Any) -> Judged:
    found = {
        "DBClusterIdentifier": "cl",
        "DBClusterArn": "arn:cl",
        "Engine": "aurora-mysql",
        "Status": "available",
        "LatestRestorableTime": NOW,
        "DBClusterMembers": [{"DBInstanceIdentifier": "a"}, {"DBInstanceIdentifier": "b"}],
        **more,
    }
    kept = {k: v for k, v in found.items() if v is not None}
    return judge_answers(
        f"rds.clusters.{requirement}", answered("rds", "DescribeDBClusters", {"DBClusters": [kept]}), **(parameters or {})
    )


@pytest.mark.parametrize(
    ("fields", "judgement"),
    [
        ({"MultiAZ": True}, "meets"),
        ({"MultiAZ": False}, "exception"),
        # What is pending is not in force.
        ({"MultiAZ": False, "PendingModifiedValues": {"MultiAZ": True}}, "exception"),
        ({}, "gap"),
        ({"MultiAZ": "perhaps"}, "gap"),
        ({"MultiAZ": False, "DBClusterIdentifier": "cl"}, "not_applicable"),
        ({"MultiAZ": False, "ReadReplicaSourceDBInstanceIdentifier": "primary"}, "not_applicable"),
        ({"MultiAZ": False, "ReadReplicaSourceDBClusterIdentifier": "primary"}, "not_applicable"),
        ({"Engine": "custom-oracle-ee"}, "not_applicable"),
    ],
)
def test_instances_have_a_standby(fields: dict[str, Any], judgement: str) -> None:
    assert instance("multi-az", **fields)["db"] == judgement


def test_an_instance_that_names_no_engine_may_be_another_service_s() -> None:
    judged = instance("multi-az", MultiAZ=False, Engine=None)
    assert judged.result.judgement == "gap" and not judged.members and not judged.result.population.complete


def test_a_pending_standby_is_shown() -> None:
    reason = instance("multi-az", MultiAZ=False, PendingModifiedValues={"MultiAZ": True}).reason("db")
    assert "Multi-AZ = false" in reason and "pending Multi-AZ = true" in reason


@pytest.mark.parametrize(
    ("fields", "judgement"),
    [
        ({"MultiAZ": True}, "meets"),
        ({"MultiAZ": False}, "exception"),
        # One member has nowhere to fail over to, whatever the flag says.
        ({"MultiAZ": True, "DBClusterMembers": [{"DBInstanceIdentifier": "a"}]}, "exception"),
        ({"MultiAZ": True, "DBClusterMembers": []}, "exception"),
        # The zones where members may be started say nothing about where they are.
        ({"MultiAZ": False, "AvailabilityZones": ["a", "b", "c"]}, "exception"),
        ({}, "gap"),
        ({"MultiAZ": True, "DBClusterMembers": None}, "gap"),
        ({"MultiAZ": True, "DBClusterMembers": "two"}, "gap"),
    ],
)
def test_clusters_have_members_in_two_zones(fields: dict[str, Any], judgement: str) -> None:
    assert cluster("multi-az", **fields)["cl"] == judgement


BACKUPS = [
    ({"BackupRetentionPeriod": 7}, "meets"),
    ({"BackupRetentionPeriod": 6}, "exception"),
    # Backups are off: there is no restorable time then.
    ({"BackupRetentionPeriod": 0, "LatestRestorableTime": None}, "exception"),
    ({"BackupRetentionPeriod": 7, "LatestRestorableTime": AS_OF - dt.timedelta(days=2)}, "exception"),
    ({"BackupRetentionPeriod": 7, "LatestRestorableTime": None}, "gap"),
    ({}, "gap"),
    ({"BackupRetentionPeriod": "seven"}, "gap"),
]


@pytest.mark.parametrize(("fields", "judgement"), BACKUPS)
def test_databases_are_backed_up(fields: dict[str, Any], judgement: str) -> None:
    assert instance("backups", **fields)["db"] == judgement
    assert cluster("backups", **fields)["cl"] == judgement


def test_a_stopped_database_writes_nothing_to_restore() -> None:
    old = {"BackupRetentionPeriod": 7, "LatestRestorableTime": AS_OF - dt.timedelta(days=5)}
    assert instance("backups", DBInstanceStatus="stopped", **old)["db"] == "meets"
    assert cluster("backups", Status="stopped", **old)["cl"] == "meets"


def test_pending_retention_does_not_count_and_the_days_can_be_chosen() -> None:
    pending = instance("backups", BackupRetentionPeriod=1, PendingModifiedValues={"BackupRetentionPeriod": 35})
    assert pending["db"] == "exception"
    assert instance("backups", parameters={"days": 1}, BackupRetentionPeriod=1)["db"] == "meets"
    assert cluster("backups", parameters={"days": 30}, BackupRetentionPeriod=7)["cl"] == "exception"


def test_members_and_replicas_are_judged_where_they_belong() -> None:
    member = instance("backups", DBClusterIdentifier="cl", BackupRetentionPeriod=0)
    assert member["db"] == "not_applicable" and "rds.clusters.backups" in member.reason("db")
    replica = instance("backups", ReadReplicaSourceDBInstanceIdentifier="primary", BackupRetentionPeriod=0)
    assert replica["db"] == "not_applicable"


def test_databases_are_protected_against_deletion() -> None:
    for judge, name in ((instance, "db"), (cluster, "cl")):
        assert judge("deletion-protection", DeletionProtection=True)[name] == "meets"
        assert judge("deletion-protection", DeletionProtection=False)[name] == "exception"
        assert judge("deletion-protection")[name] == "gap"
        assert judge("deletion-protection", DeletionProtection=1)[name] == "gap"
    assert instance("deletion-protection", DBClusterIdentifier="cl", DeletionProtection=False)["db"] == "not_applicable"


@pytest.mark.parametrize(
    ("exports", "types", "judgement"),
    [
        (["error"], [], "meets"),
        (["error", "audit"], ["audit", "error"], "meets"),
        (["error"], ["audit"], "exception"),
        # AWS leaves the list out where nothing is exported.
        (None, [], "exception"),
        ([], [], "exception"),
        ("error", [], "gap"),
    ],
)
def test_databases_export_their_logs(exports: Any, types: list[str], judgement: str) -> None:
    for judge, name in ((instance, "db"), (cluster, "cl")):
        judged = judge("log-exports", parameters={"types": types}, EnabledCloudwatchLogsExports=exports)
        assert judged[name] == judgement


def test_log_exports_name_what_is_missing_and_a_members_are_set_on_its_cluster() -> None:
    judged = instance("log-exports", parameters={"types": ["audit"]}, EnabledCloudwatchLogsExports=["error"])
    assert "the audit log is not exported" in judged.reason("db")
    assert instance("log-exports", DBClusterIdentifier="cl")["db"] == "not_applicable"


@pytest.mark.parametrize("statement", ["multi-az", "backups", "deletion-protection", "log-exports"])
def test_denied_lists_are_a_gap(statement: str) -> None:
    for kind, operation in (("instances", "DescribeDBInstances"), ("clusters", "DescribeDBClusters")):
        judged = judge_answers(f"rds.{kind}.{statement}", ended("rds", operation, "denied"))
        assert judged.result.judgement == "gap"
