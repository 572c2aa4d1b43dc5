"""Inspector: what it scans, what it covers, and what it found that nobody fixed in time."""

import datetime as dt
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers

COVERED, IN_TIME = "ec2.instances.inspector-coverage", "inspector2.findings.resolved-in-time"
SCANNING = [(f"inspector2.regions.{kind}-scanning", kind) for kind in ("ec2", "ecr", "lambda")] + [
    ("inspector2.regions.lambda-code-scanning", "lambdaCode")
]


def equals(*values: str) -> list[dict[str, str]]:
    return [{"comparison": "EQUALS", "value": value} for value in values]


# An administrator sees the coverage and the findings of all its members: this account's alone are asked for.
COVERAGE_ASKED = {
    "filterCriteria": {
        "accountId": equals(ACCOUNT),
        "resourceType": equals("AWS_EC2_INSTANCE"),
        "scanType": equals("PACKAGE"),
    },
    "maxResults": 200,
}
FINDINGS_ASKED = {
    "filterCriteria": {
        "awsAccountId": equals(ACCOUNT),
        "severity": equals("CRITICAL", "HIGH"),
        "findingStatus": equals("ACTIVE", "SUPPRESSED"),
    },
    "maxResults": 100,
}


def status(*accounts: Any, **more: Any) -> Answer:
    page = {"accounts": list(accounts), **more}
    return answered("inspector2", "BatchGetAccountStatus", page, accountIds=[ACCOUNT])


def account(state: Any = "ENABLED", id: str = ACCOUNT, **kinds: Any) -> dict[str, Any]:
    scans = {kind: {"status": value} for kind, value in kinds.items()}
    return {"accountId": id, "state": {"status": state}, "resourceState": scans}


# -- scanning -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("requirement", "kind"), SCANNING)
@pytest.mark.parametrize(
    ("state", "value", "judgement"),
    [
        ("ENABLED", "ENABLED", "meets"),
        ("ENABLED", "DISABLED", "exception"),
        ("ENABLED", "ENABLING", "exception"),
        ("ENABLED", "DISABLING", "exception"),
        ("DISABLED", "DISABLED", "exception"),
        ("SUSPENDED", "ENABLED", "exception"),
        ("ENABLED", "SUSPENDED", "exception"),
        ("ENABLED", 1, "gap"),
    ],
)
def test_a_kind_of_resource_is_scanned(requirement: str, kind: str, state: str, value: Any, judgement: str) -> None:
    others = {other: "ENABLED" for _, other in SCANNING}
    assert judge_answers(requirement, status(account(state, **(others | {kind: value}))))[ACCOUNT] == judgement


@pytest.mark.parametrize(("requirement", "kind"), SCANNING)
def test_what_the_answer_does_not_say_is_a_gap(requirement: str, kind: str) -> None:
    rest = {other: "ENABLED" for _, other in SCANNING if other != kind}
    assert judge_answers(requirement, status(account(**rest)))[ACCOUNT] == "gap"


@pytest.mark.parametrize(
    "answer",
    [
        # HTTP 200, and yet nothing was said of this account.
        status(failedAccounts=[{"accountId": ACCOUNT, "errorCode": "ACCESS_DENIED", "errorMessage": "no"}]),
        status(
            account(ec2="ENABLED"), failedAccounts=[{"accountId": ACCOUNT, "errorCode": "INTERNAL_ERROR", "errorMessage": "x"}]
        ),
        status(),
        status(account(id="999999999999", ec2="ENABLED")),
        status("ENABLED"),
        ended("inspector2", "BatchGetAccountStatus", "denied", accountIds=[ACCOUNT]),
    ],
)
def test_an_account_that_inspector_could_not_speak_of_is_a_gap(answer: Answer) -> None:
    assert judge_answers("inspector2.regions.ec2-scanning", answer)[ACCOUNT] == "gap"


def test_the_reason_says_why_inspector_could_not_speak() -> None:
    failed = status(failedAccounts=[{"accountId": ACCOUNT, "errorCode": "ACCESS_DENIED", "errorMessage": "no"}])
    assert "ACCESS_DENIED" in judge_answers("inspector2.regions.ec2-scanning", failed).reason(ACCOUNT)


# -- coverage -----------------------------------------------------------------------------------------------------------


def instances(*ids: str, state: Any = "running") -> Answer:
    found = [{"InstanceId": id, "State": {"Name": state} if state else {}} for id in ids]
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": found}]})


def entry(id: Any, code: Any = "ACTIVE", reason: Any = "SUCCESSFUL", mode: str = "EC2_SSM_AGENT_BASED") -> dict[str, Any]:
    found = {"resourceId": id, "resourceType": "AWS_EC2_INSTANCE", "scanType": "PACKAGE", "scanMode": mode}
    return found | ({"scanStatus": {"statusCode": code, "reason": reason}} if code else {})


def coverage(*entries: Any) -> Answer:
    return answered("inspector2", "ListCoverage", {"coveredResources": list(entries)}, **COVERAGE_ASKED)


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ([entry("i-1")], "meets"),
        ([entry("i-1", mode="EC2_AGENTLESS")], "meets"),
        ([entry("i-1", reason="DEEP_INSPECTION_NO_INVENTORY")], "meets"),
        ([entry("i-1", "INACTIVE", "UNMANAGED_EC2_INSTANCE")], "exception"),
        ([entry("i-1", "INACTIVE", "EXCLUDED_BY_TAG")], "exception"),
        # Active, and without a result all the same.
        ([entry("i-1", "ACTIVE", "PENDING_INITIAL_SCAN")], "exception"),
        ([entry("i-1", "ACTIVE", "STALE_INVENTORY")], "exception"),
        ([entry("i-1", "ACTIVE", "NO_INVENTORY")], "exception"),
        # Instances are the list: one that Inspector does not know is not covered.
        ([], "exception"),
        ([entry("i-2")], "exception"),
        ([entry("i-1", None)], "gap"),
        ([entry("i-1", 1)], "gap"),
        ([entry("i-1", "ACTIVE", None)], "gap"),
        ([entry("i-1"), entry("i-1", "INACTIVE", "NO_INVENTORY", "EC2_AGENTLESS")], "gap"),
        (["i-1"], "gap"),
    ],
)
def test_a_running_instance_is_covered(found: list[Any], judgement: str) -> None:
    assert judge_answers(COVERED, instances("i-1"), coverage(*found))["i-1"] == judgement


def test_the_reason_is_inspectors_own() -> None:
    judged = judge_answers(COVERED, instances("i-1"), coverage(entry("i-1", "INACTIVE", "UNMANAGED_EC2_INSTANCE")))
    assert "status = INACTIVE" in judged.reason("i-1") and "UNMANAGED_EC2_INSTANCE" in judged.reason("i-1")


@pytest.mark.parametrize(("state", "judgement"), [("stopped", "not_applicable"), ("pending", "not_applicable"), (None, "gap")])
def test_an_instance_that_does_not_run_is_not_scanned(state: Any, judgement: str) -> None:
    assert judge_answers(COVERED, instances("i-1", state=state), coverage())["i-1"] == judgement


def test_without_either_list_coverage_is_a_gap() -> None:
    denied = ended("inspector2", "ListCoverage", "denied", **COVERAGE_ASKED)
    assert judge_answers(COVERED, instances("i-1"), denied)["i-1"] == "gap"
    assert judge_answers(COVERED, instances("i-1"))["i-1"] == "gap"
    assert judge_answers(COVERED, ended("ec2", "DescribeInstances", "denied"), coverage()).result.judgement == "gap"


# -- findings -----------------------------------------------------------------------------------------------------------


def finding(days_old: Any, severity: Any = "HIGH", state: Any = "ACTIVE", id: str = "f1") -> dict[str, Any]:
    seen = AS_OF - dt.timedelta(days=days_old) if isinstance(days_old, int) else days_old
    found = {"findingArn": id, "severity": severity, "status": state, "firstObservedAt": seen, "title": "CVE-2026-1 - openssl"}
    return {key: value for key, value in found.items() if value is not None}


def in_time(*findings: Any, **parameters: Any) -> Judged:
    return judge_answers(
        IN_TIME, answered("inspector2", "ListFindings", {"findings": list(findings)}, **FINDINGS_ASKED), **parameters
    )


@pytest.mark.parametrize(
    ("age", "severity", "judgement"),
    [
        (10, "CRITICAL", "meets"),
        (15, "CRITICAL", "meets"),
        (16, "CRITICAL", "exception"),
        (20, "HIGH", "meets"),
        (31, "HIGH", "exception"),
        (31, None, "gap"),
        (10, None, "meets"),
        (31, 9.8, "gap"),
        (None, "HIGH", "gap"),
        ("long ago", "HIGH", "gap"),
    ],
)
def test_a_finding_is_fixed_in_the_time_its_severity_allows(age: Any, severity: Any, judgement: str) -> None:
    assert in_time(finding(age, severity))["f1"] == judgement


def test_the_times_allowed_are_parameters_even_where_high_is_stricter() -> None:
    assert in_time(finding(20, "CRITICAL"), critical_days=25)["f1"] == "meets"
    assert in_time(finding(10), high_days=5)["f1"] == "exception"


def test_suppressed_findings_are_counted_apart_and_never_passed() -> None:
    judged = in_time(finding(31, state="SUPPRESSED"), finding(1, id="f2"))
    assert (judged["f1"], judged["f2"]) == ("not_applicable", "meets") and "who made the rule" in judged.reason("f1")
    assert in_time(finding(31, state=None))["f1"] == "gap"


def test_no_finding_is_not_applicable_and_a_list_that_was_not_read_a_gap() -> None:
    assert in_time().result.judgement == "not_applicable"
    denied = ended("inspector2", "ListFindings", "denied", {"findings": [finding(1)]}, **FINDINGS_ASKED)
    judged = judge_answers(IN_TIME, denied)
    assert judged["f1"] == "meets" and judged.result.judgement == "gap"
    assert in_time("finding").result.judgement == "gap"
