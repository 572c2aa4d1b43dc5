"""Databases: encryption, sharing, certificates, TLS; what the world reaches, and versions."""

import datetime as dt
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import AS_OF, answered, ended, judge_answers


def instances(**more: Any) -> Answer:
    found = {"DBInstanceIdentifier": "db", "DBInstanceArn": "arn:db", "Engine": "postgres", "EngineVersion": "16.3", **more}
    return answered("rds", "DescribeDBInstances", {"DBInstances": [{k: v for k, v in found.items() if v is not None}]})


def clusters(**more: Any) -> Answer:
    found = {
        "DBClusterIdentifier": "cl",
        "DBClusterArn": "arn:cl",
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.4",
        "DBClusterParameterGroup": "cpg",
        "DBClusterMembers": [{"DBInstanceIdentifier": "a", "DBClusterParameterGroupStatus": "in-sync"}],
        **more,
    }
    return answered("rds", "DescribeDBClusters", {"DBClusters": [{k: v for k, v in found.items() if v is not None}]})


def snapshots(**more: Any) -> Answer:
    found = {"DBSnapshotIdentifier": "s", "DBSnapshotArn": "arn:s", "Engine": "postgres", **more}
    return answered("rds", "DescribeDBSnapshots", {"DBSnapshots": [found]}, SnapshotType="manual")


def cluster_snapshots(**more: Any) -> Answer:
    found = {"DBClusterSnapshotIdentifier": "s", "DBClusterSnapshotArn": "arn:s", "Engine": "aurora-mysql", **more}
    return answered("rds", "DescribeDBClusterSnapshots", {"DBClusterSnapshots": [found]}, SnapshotType="manual")


ENCRYPTED = [
    ({"flag": True, "StorageEncryptionType": "sse-kms"}, "meets"),
    # A key that AWS owns: the flag says false although the data is encrypted.
    ({"flag": False, "StorageEncryptionType": "sse-rds"}, "meets"),
    ({"flag": False, "StorageEncryptionType": "none"}, "exception"),
    ({"flag": True}, "meets"),
    # Without the kind, a false flag does not tell plain text from a key that AWS owns.
    ({"flag": False}, "gap"),
    ({}, "gap"),
    ({"flag": "true?"}, "gap"),
    ({"flag": False, "StorageEncryptionType": 1}, "gap"),
]


@pytest.mark.parametrize(("fields", "judgement"), ENCRYPTED)
def test_databases_and_snapshots_are_encrypted(fields: dict[str, Any], judgement: str) -> None:
    more = {k: v for k, v in fields.items() if k != "flag"}
    flag = {"flag": fields["flag"]} if "flag" in fields else {}
    stored = {**more, **({"StorageEncrypted": flag["flag"]} if flag else {})}
    plain = {**more, **({"Encrypted": flag["flag"]} if flag else {})}
    assert judge_answers("rds.instances.encrypted", instances(**stored))["db"] == judgement
    assert judge_answers("rds.clusters.encrypted", clusters(**stored))["cl"] == judgement
    assert judge_answers("rds.snapshots.encrypted", snapshots(**plain))["s"] == judgement
    assert judge_answers("rds.cluster-snapshots.encrypted", cluster_snapshots(**stored))["s"] == judgement


def test_a_policy_can_ask_for_a_key_of_ones_own() -> None:
    for flag in (True, False):
        owned = instances(StorageEncrypted=flag, StorageEncryptionType="sse-rds")
        assert judge_answers("rds.instances.encrypted", owned, kinds=["sse-kms"])["db"] == "exception"


def test_a_cluster_member_is_judged_with_its_cluster_and_other_services_are_left_out() -> None:
    judged = judge_answers("rds.instances.encrypted", instances(DBClusterIdentifier="cl", StorageEncrypted=False))
    assert judged["db"] == "not_applicable" and "rds.clusters.encrypted" in judged.reason("db")
    assert not judge_answers("rds.instances.encrypted", instances(Engine="docdb")).members
    assert not judge_answers("rds.clusters.encrypted", clusters(Engine="neptune")).members


LISTS = [
    ("rds.instances.encrypted", "DescribeDBInstances", {}),
    ("rds.instances.not-public", "DescribeDBInstances", {}),
    ("rds.instances.minor-upgrades", "DescribeDBInstances", {}),
    ("rds.instances.certificate-valid", "DescribeDBInstances", {}),
    ("rds.instances.tls-required", "DescribeDBInstances", {}),
    ("rds.clusters.encrypted", "DescribeDBClusters", {}),
    ("rds.clusters.tls-required", "DescribeDBClusters", {}),
    ("rds.snapshots.encrypted", "DescribeDBSnapshots", {"SnapshotType": "manual"}),
    ("rds.snapshots.not-public", "DescribeDBSnapshots", {"SnapshotType": "manual"}),
    ("rds.cluster-snapshots.encrypted", "DescribeDBClusterSnapshots", {"SnapshotType": "manual"}),
    ("rds.cluster-snapshots.not-public", "DescribeDBClusterSnapshots", {"SnapshotType": "manual"}),
]


@pytest.mark.parametrize(("requirement", "operation", "parameters"), LISTS)
def test_a_denied_list_is_a_gap(requirement: str, operation: str, parameters: dict[str, Any]) -> None:
    assert judge_answers(requirement, ended("rds", operation, "denied", **parameters)).result.judgement == "gap"


def shared(kind: str, attributes: Any) -> Answer:
    page = {f"{kind}AttributesResult": {f"{kind}Attributes": attributes}}
    return answered("rds", f"Describe{kind}Attributes", page, **{f"{kind}Identifier": "s"})


@pytest.mark.parametrize(("kind", "listed"), [("DBSnapshot", snapshots()), ("DBClusterSnapshot", cluster_snapshots())])
@pytest.mark.parametrize(
    ("attributes", "judgement"),
    [
        ([{"AttributeName": "restore", "AttributeValues": []}], "meets"),
        ([{"AttributeName": "restore", "AttributeValues": ["999999999999"]}], "meets"),
        ([{"AttributeName": "restore", "AttributeValues": ["999999999999", "all"]}], "exception"),
        ([{"AttributeName": "other", "AttributeValues": ["all"]}], "gap"),
        ([{"AttributeName": "restore"}], "gap"),
        (["restore"], "gap"),
    ],
)
def test_snapshots_are_closed_to_the_public(kind: str, listed: Answer, attributes: Any, judgement: str) -> None:
    requirement = {"DBSnapshot": "rds.snapshots.not-public", "DBClusterSnapshot": "rds.cluster-snapshots.not-public"}[kind]
    assert judge_answers(requirement, listed, shared(kind, attributes))["s"] == judgement


def test_a_snapshots_attributes_denied_are_a_gap_and_gone_is_no_member() -> None:
    parameters = {"DBSnapshotIdentifier": "s"}
    denied = ended("rds", "DescribeDBSnapshotAttributes", "denied", **parameters)
    assert judge_answers("rds.snapshots.not-public", snapshots(), denied)["s"] == "gap"
    gone = ended("rds", "DescribeDBSnapshotAttributes", "gone", **parameters)
    assert not judge_answers("rds.snapshots.not-public", snapshots(), gone).members


# -- certificates -------------------------------------------------------------------------------------------------------


def ca(days: float | None) -> Answer:
    till = {} if days is None else {"ValidTill": AS_OF + dt.timedelta(days=days)}
    return answered("rds", "DescribeCertificates", {"Certificates": [{"CertificateIdentifier": "ca", **till}]})


@pytest.mark.parametrize(
    ("server", "authority", "judgement"),
    [
        (91, ca(1000), "meets"),
        (89, ca(1000), "exception"),
        # The CA ends first.
        (300, ca(30), "exception"),
        (-5, ca(1000), "exception"),
        (None, ca(1000), "gap"),
        (300, ca(None), "gap"),
        (300, ended("rds", "DescribeCertificates", "denied"), "gap"),
        (30, ended("rds", "DescribeCertificates", "denied"), "exception"),
    ],
)
def test_certificates_stay_valid(server: float | None, authority: Answer, judgement: str) -> None:
    details = None if server is None else {"CAIdentifier": "ca", "ValidTill": AS_OF + dt.timedelta(days=server)}
    judged = judge_answers("rds.instances.certificate-valid", instances(CertificateDetails=details), authority)
    assert judged["db"] == judgement


def test_the_days_that_must_be_left_can_be_chosen() -> None:
    soon = instances(CertificateDetails={"CAIdentifier": "ca", "ValidTill": AS_OF + dt.timedelta(days=60)})
    assert judge_answers("rds.instances.certificate-valid", soon, ca(1000), days=30)["db"] == "meets"


# -- TLS ----------------------------------------------------------------------------------------------------------------

IN_SYNC = [{"DBParameterGroupName": "pg", "ParameterApplyStatus": "in-sync"}]


def parameters(*found: dict[str, Any], of: str = "DBParameter") -> Answer:
    group = {"DBParameter": {"DBParameterGroupName": "pg"}, "DBClusterParameter": {"DBClusterParameterGroupName": "cpg"}}
    other = {"ParameterName": "max_connections", "ParameterValue": "100"}
    return answered("rds", f"Describe{of}s", {"Parameters": [other, *found]}, **group[of])


def setting(name: str, value: str | None) -> dict[str, Any]:
    return {"ParameterName": name, **({} if value is None else {"ParameterValue": value})}


SSL, SECURE = "rds.force_ssl", "require_secure_transport"


@pytest.mark.parametrize(
    ("engine", "version", "found", "judgement"),
    [
        ("postgres", "14.9", setting(SSL, "1"), "meets"),
        ("postgres", "16.3", setting(SSL, "0"), "exception"),
        ("mysql", "8.0.35", setting(SECURE, "ON"), "meets"),
        ("mysql", "8.0.35", setting(SECURE, "1"), "meets"),
        ("mariadb", "11.8.2", setting(SECURE, "OFF"), "exception"),
        ("sqlserver-ex", "15.00.4073", setting(SSL, "1"), "meets"),
        # Left to the engine: the documented default of its version.
        ("postgres", "15.4", setting(SSL, None), "meets"),
        ("postgres", "14.9", setting(SSL, None), "exception"),
        ("mysql", "8.4.3", setting(SECURE, None), "exception"),
        ("mysql", "9.7.0", setting(SECURE, None), "meets"),
        ("mysql", "9.1.0", setting(SECURE, None), "gap"),
        ("mariadb", "11.4.2", setting(SECURE, None), "exception"),
        ("mariadb", "11.8.2", setting(SECURE, None), "meets"),
        ("mariadb", "11.6.0", setting(SECURE, None), "gap"),
        ("sqlserver-ex", "15.00.4073", setting(SSL, None), "exception"),
        ("postgres", "sixteen", setting(SSL, None), "gap"),
        ("postgres", "16.3", setting(SSL, "perhaps"), "gap"),
        ("oracle-ee", "19.0", setting(SSL, "0"), "not_applicable"),
    ],
)
def test_instances_refuse_connections_without_tls(engine: str, version: str, found: dict[str, Any], judgement: str) -> None:
    listed = instances(Engine=engine, EngineVersion=version, DBParameterGroups=IN_SYNC)
    assert judge_answers("rds.instances.tls-required", listed, parameters(found))["db"] == judgement


def test_a_parameter_group_that_is_not_in_force_or_not_readable_is_a_gap() -> None:
    requirement, on = "rds.instances.tls-required", parameters(setting(SSL, "1"))
    waiting = [{"DBParameterGroupName": "pg", "ParameterApplyStatus": "pending-reboot"}]
    assert judge_answers(requirement, instances(DBParameterGroups=waiting), on)["db"] == "gap"
    assert judge_answers(requirement, instances(DBParameterGroups=None), on)["db"] == "gap"
    denied = ended("rds", "DescribeDBParameters", "denied", DBParameterGroupName="pg")
    assert judge_answers(requirement, instances(DBParameterGroups=IN_SYNC), denied)["db"] == "gap"
    strange = answered("rds", "DescribeDBParameters", {"Parameters": ["rds.force_ssl"]}, DBParameterGroupName="pg")
    assert judge_answers(requirement, instances(DBParameterGroups=IN_SYNC), strange)["db"] == "gap"


def test_a_cluster_members_setting_lives_in_the_cluster() -> None:
    member = instances(Engine="aurora-mysql", DBClusterIdentifier="cl", DBParameterGroups=IN_SYNC)
    judged = judge_answers("rds.instances.tls-required", member, parameters())
    assert judged["db"] == "not_applicable" and "rds.clusters.tls-required" in judged.reason("db")


@pytest.mark.parametrize(
    ("engine", "version", "found", "judgement"),
    [
        ("aurora-postgresql", "15.4", setting(SSL, "1"), "meets"),
        ("aurora-postgresql", "16.4", setting(SSL, None), "exception"),
        ("aurora-postgresql", "17.4", setting(SSL, None), "gap"),
        ("aurora-mysql", "8.0.mysql_aurora.3.08.0", setting(SECURE, None), "exception"),
        ("aurora-mysql", "8.4.mysql_aurora.4.01.0", setting(SECURE, None), "gap"),
        ("mysql", "8.0.35", setting(SECURE, "1"), "meets"),
    ],
)
def test_clusters_refuse_connections_without_tls(engine: str, version: str, found: dict[str, Any], judgement: str) -> None:
    answers = (clusters(Engine=engine, EngineVersion=version), parameters(found, of="DBClusterParameter"))
    assert judge_answers("rds.clusters.tls-required", *answers)["cl"] == judgement


def test_a_cluster_whose_members_wait_for_the_parameter_group_is_a_gap() -> None:
    waiting = [{"DBInstanceIdentifier": "a", "DBClusterParameterGroupStatus": "pending-reboot"}]
    on = parameters(setting(SSL, "1"), of="DBClusterParameter")
    assert judge_answers("rds.clusters.tls-required", clusters(DBClusterMembers=waiting), on)["cl"] == "gap"
    denied = ended("rds", "DescribeDBClusterParameters", "denied", DBClusterParameterGroupName="cpg")
    assert judge_answers("rds.clusters.tls-required", clusters(), denied)["cl"] == "gap"


# -- reach and versions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requirement", "field", "good"),
    [
        ("rds.instances.not-public", "PubliclyAccessible", False),
        ("rds.instances.minor-upgrades", "AutoMinorVersionUpgrade", True),
    ],
)
def test_flags_of_an_instance(requirement: str, field: str, good: bool) -> None:
    assert judge_answers(requirement, instances(**{field: good}))["db"] == "meets"
    assert judge_answers(requirement, instances(**{field: not good, "DBClusterIdentifier": "cl"}))["db"] == "exception"
    assert judge_answers(requirement, instances())["db"] == "gap"
    assert judge_answers(requirement, instances(**{field: 0}))["db"] == "gap"
