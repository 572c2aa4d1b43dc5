"""Redshift clusters: encryption, TLS, network, logs, snapshots, versions."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.redshift import DESCRIBE_CLUSTERS
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

ALL = (
    "encrypted", "tls-required", "not-public", "vpc-routing", "admin-name", "audit-logs", "activity-logs", "snapshots", "multi-az",
    "version-upgrades",
)  # fmt: skip
GROUP = {"ParameterGroupName": "g", "ParameterApplyStatus": "in-sync"}


def listed(**fields: Any) -> Answer:
    found = {
        "ClusterIdentifier": "c",
        "ClusterStatus": "available",
        "NodeType": "ra3.large",
        "ClusterParameterGroups": [GROUP],
    } | fields
    return answered("redshift", "DescribeClusters", {"Clusters": [found]})


def parameters(**values: Any) -> Answer:
    found = [{"ParameterName": "datestyle", "ParameterValue": "ISO, MDY"}]
    found += [{"ParameterName": name, "ParameterValue": value} for name, value in values.items()]
    return answered("redshift", "DescribeClusterParameters", {"Parameters": found}, ParameterGroupName="g")


def logging(enabled: Any, **more: Any) -> Answer:
    return answered("redshift", "DescribeLoggingStatus", {"LoggingEnabled": enabled, **more}, ClusterIdentifier="c")


def judged(requirement: str, *answers: Answer, **given: Any) -> Judged:
    return judge_answers(f"redshift.clusters.{requirement}", *answers, **given)


@pytest.mark.parametrize("requirement", ALL)
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("redshift", "DescribeClusters", "denied")).result.judgement == "gap"
    assert judged(requirement, answered("redshift", "DescribeClusters", {"Clusters": []})).result.judgement == "not_applicable"
    assert judged(requirement, listed(ClusterStatus="deleting"), parameters()).result.judgement == "not_applicable"
    assert judged(requirement, answered("redshift", "DescribeClusters", {"Clusters": "c"})).result.judgement == "gap"


@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("encrypted", {"Encrypted": True}, "meets"),
        ("encrypted", {"Encrypted": False}, "exception"),
        ("encrypted", {}, "gap"),
        ("not-public", {"PubliclyAccessible": False}, "meets"),
        ("not-public", {"PubliclyAccessible": True}, "exception"),
        ("not-public", {"PubliclyAccessible": "no"}, "gap"),
        ("not-public", {}, "gap"),
        ("vpc-routing", {"EnhancedVpcRouting": True}, "meets"),
        ("vpc-routing", {"EnhancedVpcRouting": False}, "exception"),
        ("vpc-routing", {}, "gap"),
        ("admin-name", {"MasterUsername": "warehouse"}, "meets"),
        ("admin-name", {"MasterUsername": "AwsUser"}, "exception"),
        ("admin-name", {}, "gap"),
        ("snapshots", {"AutomatedSnapshotRetentionPeriod": 7}, "meets"),
        ("snapshots", {"AutomatedSnapshotRetentionPeriod": 6}, "exception"),
        ("snapshots", {}, "gap"),
        ("multi-az", {"MultiAZ": "Enabled"}, "meets"),
        ("multi-az", {"MultiAZ": "Disabled"}, "exception"),
        ("multi-az", {"MultiAZ": "Disabled", "NodeType": "dc2.large"}, "not_applicable"),
        ("multi-az", {"MultiAZ": "Moving"}, "gap"),
        ("multi-az", {}, "gap"),
        ("version-upgrades", {"AllowVersionUpgrade": True}, "meets"),
        ("version-upgrades", {"AllowVersionUpgrade": False}, "exception"),
        ("version-upgrades", {}, "gap"),
    ],
)
def test_a_setting(requirement: str, fields: dict[str, Any], expected: str) -> None:
    found = judged(requirement, listed(**fields))
    assert found["c"] == expected
    assert found.members[0].arn == f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:c"


def test_other_names_may_be_refused() -> None:
    assert judged("admin-name", listed(MasterUsername="admin"), names=["Admin", "root"])["c"] == "exception"


@pytest.mark.parametrize(
    ("fields", "values", "expected"),
    [
        ({}, {"require_ssl": "true"}, "meets"),
        ({}, {"require_ssl": "false"}, "exception"),
        ({}, {"require_ssl": "perhaps"}, "gap"),
        ({}, {}, "gap"),
        ({"ClusterParameterGroups": [{**GROUP, "ParameterApplyStatus": "pending-reboot"}]}, {"require_ssl": "true"}, "gap"),
        ({"ClusterParameterGroups": []}, {"require_ssl": "true"}, "gap"),
    ],
)
def test_tls_is_required(fields: dict[str, Any], values: dict[str, Any], expected: str) -> None:
    assert judged("tls-required", listed(**fields), parameters(**values))["c"] == expected


def test_parameters_that_could_not_be_read() -> None:
    denied = ended("redshift", "DescribeClusterParameters", "denied", ParameterGroupName="g")
    assert judged("tls-required", listed(), denied)["c"] == "gap"
    assert judged("activity-logs", listed(), denied, logging(True))["c"] == "gap"
    assert judged("activity-logs", listed(), denied, logging(False))["c"] == "exception"


@pytest.mark.parametrize(("enabled", "expected"), [(True, "meets"), (False, "exception"), ("on", "gap")])
def test_audit_logs_leave_the_cluster(enabled: Any, expected: str) -> None:
    assert judged("audit-logs", listed(), logging(enabled))["c"] == expected


@pytest.mark.parametrize(
    ("enabled", "value", "expected"),
    [(True, "true", "meets"), (True, "false", "exception"), (False, "true", "exception"), ("on", "true", "gap")],
)
def test_statements_are_logged(enabled: Any, value: str, expected: str) -> None:
    given = parameters(enable_user_activity_logging=value)
    assert judged("activity-logs", listed(), given, logging(enabled))["c"] == expected


@pytest.mark.parametrize("requirement", ["audit-logs", "activity-logs"])
def test_logs_that_could_not_be_read(requirement: str) -> None:
    given = parameters(enable_user_activity_logging="true")
    denied, gone = (ended("redshift", "DescribeLoggingStatus", ending, ClusterIdentifier="c") for ending in ("denied", "gone"))
    assert judged(requirement, listed(), given, denied)["c"] == "gap"
    assert not judged(requirement, listed(), given, gone).members


def test_a_password_on_its_way_is_not_kept() -> None:
    page: dict[str, Any] = {
        "Clusters": [{"ClusterIdentifier": "c", "PendingModifiedValues": {"MasterUserPassword": "hunter2", "NumberOfNodes": 3}}]
    }
    Redactor().apply(page, DESCRIBE_CLUSTERS.redact)
    assert "hunter2" not in repr(page)
    assert page["Clusters"][0]["PendingModifiedValues"]["NumberOfNodes"] == 3
