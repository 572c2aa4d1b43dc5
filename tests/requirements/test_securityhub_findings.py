"""Security Hub: what its controls found, and the state of the unified one."""

import datetime as dt
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.securityhub import GET_FAILED
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, ended, judge_answers

READY, UNIFIED = "securityhub.regions.standards-ready", "securityhub.regions.unified"
IN_TIME, CONTROLS = "securityhub.findings.resolved-in-time", "elasticbeanstalk.environments.security-hub-controls"


def equals(*values: str) -> list[dict[str, str]]:
    return [{"Value": value, "Comparison": "EQUALS"} for value in values]


def asked(region: str = REGION, **filters: tuple[str, ...]) -> dict[str, Any]:
    """An administrator sees its members' findings and an aggregation Region those of others: neither is asked for."""
    own = {"AwsAccountId": equals(ACCOUNT), "Region": equals(region), "RecordState": equals("ACTIVE")}
    return {"Filters": own | {name: equals(*values) for name, values in filters.items()}, "MaxResults": 100}


FAILED = {
    "ComplianceStatus": ("FAILED",),
    "SeverityLabel": ("CRITICAL", "HIGH"),
    "WorkflowStatus": ("NEW", "NOTIFIED", "SUPPRESSED"),
}
THREE = {"ComplianceSecurityControlId": ("ElasticBeanstalk.1", "ElasticBeanstalk.2", "ElasticBeanstalk.3")}


# -- standards and the unified Security Hub ------------------------------------------------------------------------------


def standard(name: str = "pci-dss/v/4.0.1", status: Any = "READY", reason: str | None = None) -> dict[str, Any]:
    found = {"StandardsArn": f"arn:aws:securityhub:eu-west-1::standards/{name}", "StandardsStatus": status}
    return found | ({"StandardsStatusReason": {"StatusReasonCode": reason}} if reason else {})


def standards(*found: Any) -> Answer:
    return answered("securityhub", "GetEnabledStandards", {"StandardsSubscriptions": list(found)})


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (standards(standard()), "meets"),
        (standards(standard(), standard("cis/v/3.0.0", "INCOMPLETE", "NO_AVAILABLE_CONFIGURATION_RECORDER")), "exception"),
        (standards(standard(status="PENDING")), "exception"),
        (standards(standard(status="DELETING")), "exception"),
        # Nothing enabled is nothing ready: another requirement says so, and this one does not pass.
        (standards(), "not_applicable"),
        (ended("securityhub", "GetEnabledStandards", "absent", code="InvalidAccessException"), "not_applicable"),
        (ended("securityhub", "GetEnabledStandards", "denied"), "gap"),
        (standards("pci-dss"), "gap"),
        (standards({"StandardsArn": "pci-dss", "StandardsStatus": "FAILED"}), "gap"),
    ],
)
def test_a_standard_that_is_enabled_is_ready(answer: Answer, judgement: str) -> None:
    assert judge_answers(READY, answer)[ACCOUNT] == judgement


def test_a_standard_that_is_not_ready_is_named_with_awss_reason() -> None:
    found = standards(standard("cis/v/3.0.0", "INCOMPLETE", "NO_AVAILABLE_CONFIGURATION_RECORDER"))
    assert "cis/v/3.0.0 is INCOMPLETE: NO_AVAILABLE_CONFIGURATION_RECORDER" in judge_answers(READY, found).reason(ACCOUNT)


def test_the_unified_security_hub_is_another_state_than_that_of_cspm() -> None:
    on = answered("securityhub", "DescribeSecurityHubV2", {"HubV2Arn": "arn:aws:securityhub:eu-west-1:1:hubv2/a"})
    off = ended("securityhub", "DescribeSecurityHubV2", "absent", code="ResourceNotFoundException")
    cspm = answered("securityhub", "DescribeHub", {"HubArn": "arn:aws:securityhub:eu-west-1:1:hub/default"})
    assert judge_answers(UNIFIED, on)[ACCOUNT] == "meets"
    assert judge_answers(UNIFIED, off, cspm)[ACCOUNT] == "exception"
    assert judge_answers("securityhub.regions.enabled", on)[ACCOUNT] == "gap"
    for answer in (ended("securityhub", "DescribeSecurityHubV2", "denied"), None):
        assert judge_answers(UNIFIED, *([answer] if answer else []))[ACCOUNT] == "gap"
    assert judge_answers(UNIFIED, answered("securityhub", "DescribeSecurityHubV2", {"HubV2Arn": 1}))[ACCOUNT] == "gap"


# -- failed findings -----------------------------------------------------------------------------------------------------


def seen(days: float) -> str:
    return (AS_OF - dt.timedelta(days=days)).isoformat()


def failed(id: str = "f1", *, control: Any = "S3.1", workflow: Any = "NEW", first: Any = None, **more: Any) -> dict[str, Any]:
    found = {"Id": id, "FirstObservedAt": first, "CreatedAt": seen(400), "Title": "t", "Workflow": {"Status": workflow}, **more}
    return {**found, "Compliance": {"Status": "FAILED", "SecurityControlId": control}}


def in_time(*findings: Any, **parameters: Any) -> Judged:
    return judge_answers(
        IN_TIME, answered("securityhub", "GetFindings", {"Findings": list(findings)}, **asked(**FAILED)), **parameters
    )


@pytest.mark.parametrize(
    ("finding", "judgement"),
    [
        (failed(first=seen(29)), "meets"),
        (failed(first=seen(31)), "exception"),
        (failed(first=seen(31), workflow="NOTIFIED"), "exception"),
        # Without a first observation its making is what is known.
        (failed(), "exception"),
        (failed(CreatedAt=seen(1)), "meets"),
        (failed(CreatedAt=None), "gap"),
        (failed(first="last year"), "gap"),
        (failed(first=seen(31), workflow="SUPPRESSED"), "not_applicable"),
        (failed(first=seen(31), workflow=None), "gap"),
        (failed(first=seen(31), control=None), "not_applicable"),
        (failed(first=seen(31), control=3), "gap"),
    ],
)
def test_a_failed_control_is_put_right_in_time(finding: dict[str, Any], judgement: str) -> None:
    assert in_time(finding)["f1"] == judgement


def test_the_time_allowed_is_a_parameter_and_whoever_suppressed_must_say_why() -> None:
    assert in_time(failed(first=seen(31)), days=60)["f1"] == "meets"
    assert "why" in in_time(failed(workflow="SUPPRESSED")).reason("f1")


def test_failed_findings_page_by_page_and_a_list_cut_off() -> None:
    pages = ({"Findings": [failed("f1", first=seen(1))]}, {"Findings": [failed("f2", first=seen(99))]})
    judged = judge_answers(IN_TIME, answered("securityhub", "GetFindings", *pages, **asked(**FAILED)))
    assert (judged["f1"], judged["f2"]) == ("meets", "exception")
    judged = judge_answers(IN_TIME, ended("securityhub", "GetFindings", "throttled", pages[0], **asked(**FAILED)))
    assert judged["f1"] == "meets" and judged.result.judgement == "gap"
    assert in_time("finding").result.judgement == "gap"
    assert judge_answers(IN_TIME, ended("securityhub", "GetFindings", "denied", **asked(**FAILED))).result.judgement == "gap"


def test_no_finding_and_no_hub_pass_nothing() -> None:
    off = ended("securityhub", "GetFindings", "absent", code="InvalidAccessException", **asked(**FAILED))
    assert in_time().result.judgement == judge_answers(IN_TIME, off).result.judgement == "not_applicable"


def test_the_configuration_that_a_finding_repeats_is_not_kept() -> None:
    settings = [{"Namespace": "aws:elasticbeanstalk:application:environment", "OptionName": "DB", "Value": "hunter2"}]
    details = {"AwsElasticBeanstalkEnvironment": {"OptionSettings": settings}, "Other": {"token": "hunter2"}}
    page: dict[str, Any] = {"Findings": [{**failed(), "Resources": [{"Id": "arn:env", "Details": details}, {"Id": "b"}]}]}
    Redactor(b"k" * 32).apply(page, GET_FAILED.redact)
    assert "hunter2" not in str(page) and [r["Id"] for r in page["Findings"][0]["Resources"]] == ["arn:env", "b"]


# -- the controls on Elastic Beanstalk -----------------------------------------------------------------------------------


def environment(created: Any, region: str) -> Answer:
    found = {"EnvironmentId": "e-1", "EnvironmentName": "shop", "ApplicationName": "app", "DateCreated": created}
    return answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": [found]}, region=region, IncludeDeleted=False)


def result(control: int, status: Any = "PASSED", region: str = REGION, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:elasticbeanstalk:{region}:{ACCOUNT}:environment/app/shop"
    compliance = {"Status": status, "SecurityControlId": f"ElasticBeanstalk.{control}"}
    return {"Id": f"{control}-{more}", "Compliance": compliance, "Resources": [{"Id": arn}], **more}


def results(*found: Any, region: str = REGION) -> Answer:
    return answered("securityhub", "GetFindings", {"Findings": list(found)}, region=region, **asked(region, **THREE))


def controls(*answers: Answer, region: str = REGION, created: Any = "2026-01-01T00:00:00Z") -> Judged:
    return judge_answers(CONTROLS, environment(created, region), *answers, regions=(region,))


PASSED = (result(1), result(2), result(3))


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        (PASSED, "meets"),
        ((result(1), result(2)), "exception"),
        # Zero findings is no pass.
        ((), "exception"),
        ((result(1), result(2), result(3, "FAILED")), "exception"),
        ((result(1), result(2), result(3, "WARNING")), "exception"),
        ((result(1), result(2), result(3, "NOT_AVAILABLE")), "exception"),
        # One finding for each standard: all of them count.
        ((*PASSED, result(3, "FAILED", GeneratorId="pci")), "exception"),
        ((*PASSED, result(3, GeneratorId="pci")), "meets"),
        ((result(1), result(2), result(3, "FAILED", Workflow={"Status": "SUPPRESSED"})), "exception"),
        ((result(1), result(2), {**result(3), "Resources": [{"Id": "arn:other"}]}), "exception"),
        ((result(1), result(2), result(3, None)), "gap"),
        ((result(1), result(2), result(3, 1)), "gap"),
        ((result(1), result(2), {**result(3), "Resources": "arn"}), "gap"),
    ],
)
def test_an_environment_passes_the_three_controls(found: tuple[Any, ...], judgement: str) -> None:
    assert controls(results(*found))["e-1"] == judgement


def test_a_refusal_is_a_gap_and_a_hub_that_is_off_passes_nobody() -> None:
    assert controls(ended("securityhub", "GetFindings", "denied", **asked(**THREE)))["e-1"] == "gap"
    assert controls()["e-1"] == "gap"
    off = ended("securityhub", "GetFindings", "absent", code="InvalidAccessException", **asked(**THREE))
    assert controls(off)["e-1"] == "exception"


@pytest.mark.parametrize(
    ("region", "found", "judgement"),
    [("eu-south-2", False, "gap"), ("eu-south-2", True, "meets"), ("mx-central-1", False, "not_applicable")],
)
def test_where_aws_may_not_offer_the_controls_nobody_can_say(region: str, found: bool, judgement: str) -> None:
    answer = results(*(result(n, region=region) for n in (1, 2, 3) if found), region=region)
    assert controls(answer, region=region)["e-1"] == judgement
    failing = results(result(1, "FAILED", region), region=region)
    assert controls(failing, region=region)["e-1"] == ("not_applicable" if region == "mx-central-1" else "exception")


def test_an_environment_made_today_may_not_have_been_looked_at() -> None:
    assert controls(results(), created="2026-09-30T12:00:00Z")["e-1"] == "not_applicable"
    assert controls(results(), created=None)["e-1"] == "gap"
