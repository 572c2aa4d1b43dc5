"""EFS file systems: encryption, TLS, automatic backups."""

import json
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import Judged, answered, ended, judge_answers

ALL = ("encrypted", "tls-only", "automatic-backups")
HERE = "arn:aws:elasticfilesystem:eu-west-1:012345678901:file-system/fs-1"


def listed(**fields: Any) -> Answer:
    found = {"FileSystemId": "fs-1", "LifeCycleState": "available", "Encrypted": True} | fields
    return answered("efs", "DescribeFileSystems", {"FileSystems": [{k: v for k, v in found.items() if v is not None}]})


def backups(status: Any) -> Answer:
    return answered("efs", "DescribeBackupPolicy", {"BackupPolicy": {"Status": status}}, FileSystemId="fs-1")


def policy(*statements: dict[str, Any]) -> Answer:
    return raw(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def raw(text: Any) -> Answer:
    return answered("efs", "DescribeFileSystemPolicy", {"FileSystemId": "fs-1", "Policy": text}, FileSystemId="fs-1")


def judged(requirement: str, *answers: Answer) -> Judged:
    return judge_answers(f"efs.file-systems.{requirement}", *answers)


@pytest.mark.parametrize("requirement", ALL)
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("efs", "DescribeFileSystems", "denied")).result.judgement == "gap"
    assert judged(requirement, answered("efs", "DescribeFileSystems", {"FileSystems": []})).result.judgement == "not_applicable"
    assert not judged(requirement, listed(LifeCycleState="deleted")).members


@pytest.mark.parametrize(
    ("encrypted", "judgement"), [(True, "meets"), (False, "exception"), (None, "gap"), ("yes", "gap"), (1, "gap")]
)
def test_file_systems_are_encrypted(encrypted: Any, judgement: str) -> None:
    assert judged("encrypted", listed(Encrypted=encrypted))["fs-1"] == judgement


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (backups("ENABLED"), "meets"),
        (backups("DISABLED"), "exception"),
        (backups("ENABLING"), "gap"),
        (backups("DISABLING"), "gap"),
        (answered("efs", "DescribeBackupPolicy", {"BackupPolicy": {}}, FileSystemId="fs-1"), "gap"),
        # PolicyNotFound: backups are off. Where AWS Backup does not exist the answer is ValidationException: no verdict.
        (ended("efs", "DescribeBackupPolicy", "absent", FileSystemId="fs-1", code="PolicyNotFound"), "exception"),
        (ended("efs", "DescribeBackupPolicy", "failed", FileSystemId="fs-1", code="ValidationException"), "gap"),
        (ended("efs", "DescribeBackupPolicy", "denied", FileSystemId="fs-1"), "gap"),
    ],
)
def test_file_systems_have_automatic_backups(answer: Answer, judgement: str) -> None:
    assert judged("automatic-backups", listed(), answer)["fs-1"] == judgement


IF_PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
DENY = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "*", "Condition": IF_PLAIN}
ALLOW = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientMount"}
CLIENT = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"]


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (policy(DENY), "meets"),
        (policy(ALLOW, DENY | {"Resource": HERE}), "meets"),
        (policy(DENY | {"Principal": "*", "Action": "elasticfilesystem:*", "Resource": "*"}), "meets"),
        (policy(DENY | {"Action": CLIENT}), "meets"),
        (policy(DENY | {"Action": CLIENT[:2]}), "exception"),
        (policy(DENY | {"Action": "elasticfilesystem:DescribeMountTargets"}), "exception"),
        (policy(DENY | {"Principal": {"AWS": "arn:aws:iam::012345678901:role/app"}}), "exception"),
        (policy(DENY | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}), "exception"),
        (policy(DENY | {"Condition": IF_PLAIN | {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}), "exception"),
        (policy(DENY | {"NotResource": "*"}), "exception"),
        (policy(DENY | {"Effect": "Allow"}), "exception"),
        # Access that is only given over TLS: a role's own policy may still give it without.
        (policy(ALLOW | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}), "exception"),
        (ended("efs", "DescribeFileSystemPolicy", "absent", FileSystemId="fs-1", code="PolicyNotFound"), "exception"),
        (ended("efs", "DescribeFileSystemPolicy", "denied", FileSystemId="fs-1"), "gap"),
        (raw("no JSON"), "gap"),
        (raw("{}"), "gap"),
    ],
)
def test_file_systems_refuse_clients_without_tls(answer: Answer, judgement: str) -> None:
    assert judged("tls-only", listed(), answer)["fs-1"] == judgement


def test_a_file_system_that_went_away_is_shown_apart() -> None:
    gone = judged("tls-only", listed(), ended("efs", "DescribeFileSystemPolicy", "gone", FileSystemId="fs-1"))
    assert not gone.members and gone.result.population.gone == (HERE,)
