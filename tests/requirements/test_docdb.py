"""DocumentDB and Neptune: clusters and snapshots out of RDS's lists, judged as what they are."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import Judged, answered, ended, judge_answers

BOTH = ("docdb", "neptune")
COMMON = ("encrypted", "audit-logs", "multi-az", "backups", "deletion-protection")
OF_CLUSTERS = [(s, r) for s in BOTH for r in COMMON] + [
    ("docdb", "tls-required"), ("neptune", "iam-authentication"), ("neptune", "tags-on-snapshots"),
]  # fmt: skip
OF_SNAPSHOTS = [(s, r) for s in BOTH for r in ("encrypted", "not-public")]
MEMBERS = [{"DBInstanceIdentifier": name, "DBClusterParameterGroupStatus": "in-sync"} for name in ("a", "b")]


def clusters(service: str, **fields: Any) -> Answer:
    common = {"DBClusterIdentifier": "c", "DBClusterArn": "arn:c", "DBClusterMembers": MEMBERS, "DBClusterParameterGroup": "g"}
    found = [{**common, "Engine": service, **fields}, {**common, "DBClusterIdentifier": "other", "Engine": "aurora-mysql"}]
    return answered("rds", "DescribeDBClusters", {"DBClusters": found})


def snapshots(service: str, **fields: Any) -> Answer:
    found = {"DBClusterSnapshotIdentifier": "s", "DBClusterSnapshotArn": "arn:s", "Engine": service, **fields}
    return answered("rds", "DescribeDBClusterSnapshots", {"DBClusterSnapshots": [found]}, SnapshotType="manual")


def parameters(**values: str) -> Answer:
    """A group lists every parameter; one that is not set has no value."""
    names = ("profiler", "tls", "audit_logs", "neptune_enable_audit_log")
    found = [{"ParameterName": n, **({"ParameterValue": values[n]} if n in values else {})} for n in names]
    return answered("rds", "DescribeDBClusterParameters", {"Parameters": found}, DBClusterParameterGroupName="g")


def judged(service: str, requirement: str, *answers: Answer, **given: Any) -> Judged:
    return judge_answers(f"{service}.clusters.{requirement}", *answers, **given)


@pytest.mark.parametrize(("service", "requirement"), OF_CLUSTERS)
def test_lists_of_clusters(service: str, requirement: str) -> None:
    assert judged(service, requirement, ended("rds", "DescribeDBClusters", "denied")).result.judgement == "gap"
    other = clusters("aurora-postgresql")
    assert judged(service, requirement, other).result.judgement == "not_applicable"
    assert [m.id for m in judged(service, requirement, clusters(service), parameters()).members] == ["c"]
    strange = answered("rds", "DescribeDBClusters", {"DBClusters": {"c": service}})
    assert judged(service, requirement, strange).result.judgement == "gap"


@pytest.mark.parametrize(("service", "requirement"), OF_SNAPSHOTS)
def test_lists_of_snapshots(service: str, requirement: str) -> None:
    name = f"{service}.cluster-snapshots.{requirement}"
    assert (
        judge_answers(name, ended("rds", "DescribeDBClusterSnapshots", "denied", SnapshotType="manual")).result.judgement == "gap"
    )
    assert judge_answers(name, snapshots("aurora-mysql")).result.judgement == "not_applicable"


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("encrypted", {"StorageEncrypted": True}, "meets"),
        ("encrypted", {"StorageEncrypted": False}, "exception"),
        ("encrypted", {}, "gap"),
        ("backups", {"BackupRetentionPeriod": 7}, "meets"),
        ("backups", {"BackupRetentionPeriod": 1}, "exception"),
        ("backups", {"BackupRetentionPeriod": "long"}, "gap"),
        ("deletion-protection", {"DeletionProtection": True}, "meets"),
        ("deletion-protection", {"DeletionProtection": False}, "exception"),
        ("deletion-protection", {}, "gap"),
        ("multi-az", {"MultiAZ": True}, "meets"),
        ("multi-az", {"MultiAZ": True, "DBClusterMembers": MEMBERS[:1]}, "exception"),
        ("multi-az", {"MultiAZ": False}, "exception"),
        ("multi-az", {}, "gap"),
    ],
)
def test_a_setting(service: str, requirement: str, fields: dict[str, Any], expected: str) -> None:
    assert judged(service, requirement, clusters(service, **fields))["c"] == expected


@pytest.mark.parametrize(("given", "expected"), [(True, "meets"), (False, "exception"), (None, "gap")])
def test_neptune_asks_for_a_signature(given: Any, expected: str) -> None:
    answer = clusters("neptune", IAMDatabaseAuthenticationEnabled=given)
    assert judged("neptune", "iam-authentication", answer)["c"] == expected


@pytest.mark.parametrize(("given", "expected"), [(True, "meets"), (False, "exception"), (None, "gap"), ("all", "gap")])
def test_neptune_copies_tags_to_snapshots(given: Any, expected: str) -> None:
    assert judged("neptune", "tags-on-snapshots", clusters("neptune", CopyTagsToSnapshot=given))["c"] == expected


WAITING = [{**MEMBERS[0], "DBClusterParameterGroupStatus": "pending-reboot"}]


@pytest.mark.parametrize(
    ("values", "fields", "expected"),
    [
        ({"tls": "enabled"}, {}, "meets"),
        ({"tls": "tls1.2+"}, {}, "meets"),
        ({}, {}, "meets"),  # AWS's default
        ({"tls": "disabled"}, {}, "exception"),
        ({"tls": "enabled"}, {"DBClusterMembers": WAITING}, "gap"),
    ],
)
def test_documentdb_refuses_clients_without_tls(values: dict[str, str], fields: dict[str, Any], expected: str) -> None:
    assert judged("docdb", "tls-required", clusters("docdb", **fields), parameters(**values))["c"] == expected


@pytest.mark.parametrize(
    ("service", "exports", "values", "expected"),
    [
        ("docdb", ["audit"], {"audit_logs": "enabled"}, "meets"),
        ("docdb", ["audit", "profiler"], {"audit_logs": "ddl"}, "meets"),
        ("docdb", ["audit"], {"audit_logs": "none"}, "exception"),
        ("docdb", ["audit"], {}, "exception"),
        ("docdb", ["profiler"], {"audit_logs": "all"}, "exception"),
        ("docdb", None, {"audit_logs": "all"}, "exception"),
        ("docdb", "audit", {"audit_logs": "all"}, "gap"),
        ("neptune", ["audit"], {"neptune_enable_audit_log": "1"}, "meets"),
        ("neptune", ["audit"], {"neptune_enable_audit_log": "0"}, "exception"),
        ("neptune", ["audit"], {}, "gap"),
        ("neptune", None, {"neptune_enable_audit_log": "1"}, "exception"),
    ],
)
def test_audit_logs(service: str, exports: Any, values: dict[str, str], expected: str) -> None:
    answer = clusters(service, EnabledCloudwatchLogsExports=exports)
    assert judged(service, "audit-logs", answer, parameters(**values))["c"] == expected


def test_parameters_that_could_not_be_read() -> None:
    for page in ([], [{"ParameterName": None, "ParameterValue": "disabled"}], [{"ParameterName": "profiler"}]):
        listed = answered("rds", "DescribeDBClusterParameters", {"Parameters": page}, DBClusterParameterGroupName="g")
        assert judged("docdb", "tls-required", clusters("docdb"), listed)["c"] == "gap"
    assert judged("docdb", "tls-required", clusters("docdb", DBClusterParameterGroup=None))["c"] == "gap"
    denied = ended("rds", "DescribeDBClusterParameters", "denied", DBClusterParameterGroupName="g")
    assert judged("docdb", "tls-required", clusters("docdb"), denied)["c"] == "gap"
    for service in BOTH:
        assert judged(service, "audit-logs", clusters(service, EnabledCloudwatchLogsExports=["audit"]), denied)["c"] == "gap"


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize(
    ("values", "expected"), [([], "meets"), (["111122223333"], "meets"), (["all"], "exception"), ("all", "gap"), (None, "gap")]
)
def test_snapshots_are_closed(service: str, values: Any, expected: str) -> None:
    attributes = [{"AttributeName": "restore", "AttributeValues": values}]
    result = {"DBClusterSnapshotAttributesResult": {"DBClusterSnapshotAttributes": attributes}}
    shared = answered("rds", "DescribeDBClusterSnapshotAttributes", result, DBClusterSnapshotIdentifier="s")
    name = f"{service}.cluster-snapshots.not-public"
    assert judge_answers(name, snapshots(service), shared)["s"] == expected
    denied, gone = (
        ended("rds", "DescribeDBClusterSnapshotAttributes", e, DBClusterSnapshotIdentifier="s") for e in ("denied", "gone")
    )
    assert judge_answers(name, snapshots(service), denied)["s"] == "gap"
    assert not judge_answers(name, snapshots(service), gone).members


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize(("given", "expected"), [(True, "meets"), (False, "exception"), (None, "gap")])
def test_snapshots_are_encrypted(service: str, given: Any, expected: str) -> None:
    assert judge_answers(f"{service}.cluster-snapshots.encrypted", snapshots(service, StorageEncrypted=given))["s"] == expected
