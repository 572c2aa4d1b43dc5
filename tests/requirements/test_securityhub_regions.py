"""Security Hub CSPM, Region by Region."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, answered, ended, judge_answers

FSBP = "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
CIS = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"
HUB = answered("securityhub", "DescribeHub", {"HubArn": "arn:aws:securityhub:eu-west-1:012345678901:hub/default"})


def standards(*found: tuple[str, str]) -> Answer:
    value = [{"StandardsArn": arn, "StandardsStatus": status} for arn, status in found]
    return answered("securityhub", "GetEnabledStandards", {"StandardsSubscriptions": value})


def of(requirement: str, *answers: Answer, **parameters: Any) -> str:
    (member,) = judge_answers(f"securityhub.regions.{requirement}", *answers, **parameters).members
    return member.judgement


def test_enabled_not_enabled_and_denied_in_three_regions() -> None:
    regions = ("eu-west-1", "eu-west-2", "eu-west-3")
    judged = judge_answers(
        "securityhub.regions.enabled",
        HUB,
        ended("securityhub", "DescribeHub", "absent", region="eu-west-2", code="InvalidAccessException"),
        ended("securityhub", "DescribeHub", "denied", region="eu-west-3"),
        regions=regions,
    )
    assert {m.region: m.judgement for m in judged.members} == dict(zip(regions, ("meets", "exception", "gap"), strict=True))
    assert {m.id for m in judged.members} == {ACCOUNT}


def test_a_strange_or_missing_answer_is_a_gap() -> None:
    assert of("enabled", answered("securityhub", "DescribeHub", {"HubArn": 1})) == "gap"
    assert of("enabled") == "gap" and of("standards") == "gap"


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ([(FSBP, "READY")], [], "meets"),
        ([(FSBP, "INCOMPLETE")], [], "exception"),
        ([], [], "exception"),
        ([(FSBP, "READY"), (CIS, "PENDING")], ["aws-foundational-security-best-practices"], "meets"),
        ([(FSBP, "READY"), (CIS, "PENDING")], ["cis-aws-foundations-benchmark"], "exception"),
        ([(FSBP, "READY"), (CIS, "READY")], ["cis-aws-foundations-benchmark/v/1.2.0"], "meets"),
        ([(FSBP, "READY"), (CIS, "READY")], ["cis-aws-foundations-benchmark/v/3.0.0"], "exception"),
        ([(FSBP, "READY")], ["aws-foundational-security-best-practices", "pci-dss"], "exception"),
        # A name is a name, not the beginning of one.
        ([(FSBP, "READY")], ["aws-foundational"], "exception"),
    ],
)
def test_standards(found: list[tuple[str, str]], wanted: list[str], expected: str) -> None:
    assert of("standards", standards(*found), standards=wanted) == expected


def test_no_hub_has_no_standards_and_a_refusal_says_nothing() -> None:
    assert of("standards", ended("securityhub", "GetEnabledStandards", "absent", code="InvalidAccessException")) == "exception"
    assert of("standards", ended("securityhub", "GetEnabledStandards", "denied")) == "gap"
    assert of("standards", standards(("pci-dss", "READY"))) == "gap"
