"""DMS replication instances: out of reach, and kept up to date."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import Judged, answered, ended, judge_answers


def listed(**fields: Any) -> Answer:
    found = {
        "ReplicationInstanceIdentifier": "mover",
        "ReplicationInstanceArn": "arn:mover",
        "ReplicationInstanceStatus": "available",
    }
    return answered("dms", "DescribeReplicationInstances", {"ReplicationInstances": [found | fields]})


def judged(requirement: str, *answers: Answer) -> Judged:
    return judge_answers(f"dms.replication-instances.{requirement}", *answers)


@pytest.mark.parametrize("requirement", ["not-public", "minor-upgrades"])
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("dms", "DescribeReplicationInstances", "denied")).result.judgement == "gap"
    empty = answered("dms", "DescribeReplicationInstances", {"ReplicationInstances": []})
    assert judged(requirement, empty).result.judgement == "not_applicable"
    assert not judged(requirement, listed(ReplicationInstanceStatus="deleting")).members


@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("not-public", {"PubliclyAccessible": False}, "meets"),
        ("not-public", {"PubliclyAccessible": True}, "exception"),
        ("not-public", {}, "gap"),
        ("not-public", {"PubliclyAccessible": "no"}, "gap"),
        ("minor-upgrades", {"AutoMinorVersionUpgrade": True}, "meets"),
        ("minor-upgrades", {"AutoMinorVersionUpgrade": False}, "exception"),
        ("minor-upgrades", {}, "gap"),
    ],
)
def test_a_setting(requirement: str, fields: dict[str, Any], expected: str) -> None:
    assert judged(requirement, listed(**fields))["mover"] == expected
