"""GuardDuty: detectors, their features, and findings that stay open."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.guardduty import GET_FINDINGS
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

ENABLED, FEATURES = "guardduty.regions.enabled", "guardduty.detectors.features"
IN_TIME = "guardduty.findings.resolved-in-time"
ASKED = {
    "FindingCriteria": {
        "Criterion": {
            "severity": {"GreaterThanOrEqual": 7},
            "service.archived": {"Equals": ["false"]},
            "accountId": {"Equals": [ACCOUNT]},
        }
    },
    "MaxResults": 50,
}
"""Of this account alone: an administrator's detector shows the findings of all its members."""


def detectors(*ids: Any, region: str = REGION) -> Answer:
    return answered("guardduty", "ListDetectors", {"DetectorIds": list(ids)}, region=region)


def detector(status: Any = "ENABLED", features: Any = None, id: str = "d1", region: str = REGION) -> Answer:
    page = {"Status": status, "ServiceRole": "r"} | ({} if features is None else {"Features": features})
    return answered("guardduty", "GetDetector", page, region=region, DetectorId=id)


def listed(*pages: list[Any], id: str = "d1") -> Answer:
    return answered("guardduty", "ListFindings", *({"FindingIds": page} for page in pages), DetectorId=id, **ASKED)


def described(batch: list[str], *found: dict[str, Any], id: str = "d1") -> Answer:
    return answered("guardduty", "GetFindings", {"Findings": list(found)}, DetectorId=id, FindingIds=batch)


def finding(id: str, created: Any = "2026-09-29T00:00:00.000Z", **more: Any) -> dict[str, Any]:
    return {"Id": id, "CreatedAt": created, "UpdatedAt": "2026-09-30T00:00:00.000Z", "Severity": 8.0, "Type": "T", **more}


# -- enabled ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "judgement"),
    [
        ((detectors("d1"), detector()), "meets"),
        ((detectors("d1"), detector("DISABLED")), "exception"),
        # An empty list is how GuardDuty says that it is not enabled: no error comes.
        ((detectors(),), "exception"),
        ((detectors("d1"), detector("NEW_WORD")), "exception"),
        ((detectors("d1"), detector(7)), "gap"),
        ((detectors("d1"), ended("guardduty", "GetDetector", "denied", DetectorId="d1")), "gap"),
        ((detectors("d1"),), "gap"),
        ((detectors(7),), "gap"),
        ((ended("guardduty", "ListDetectors", "denied"),), "gap"),
        ((), "gap"),
    ],
)
def test_a_region_has_a_detector_that_is_enabled(answers: tuple[Answer, ...], judgement: str) -> None:
    assert judge_answers(ENABLED, *answers)[ACCOUNT] == judgement


def test_one_region_says_nothing_of_another() -> None:
    regions = (REGION, "eu-west-2", "eu-west-3")
    answers = (detectors("d1"), detector(), detectors(region="eu-west-2"))
    judged = judge_answers(ENABLED, *answers, regions=regions)
    assert [(m.region, m.judgement) for m in judged.members] == list(zip(regions, ("meets", "exception", "gap"), strict=True))


# -- features -----------------------------------------------------------------------------------------------------------


def on(*names: str) -> list[dict[str, str]]:
    return [{"Name": name, "Status": "ENABLED"} for name in names]


BASICS = on("FLOW_LOGS", "CLOUD_TRAIL", "DNS_LOGS")
OFF = [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]


@pytest.mark.parametrize(
    ("features", "wanted", "judgement"),
    [
        (BASICS + on("S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION"), None, "meets"),
        # A name that nobody here has heard of is one more feature.
        (BASICS + on("S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "NEW_IN_2027"), None, "meets"),
        (BASICS + OFF + on("EBS_MALWARE_PROTECTION"), None, "exception"),
        (BASICS, None, "exception"),
        (BASICS + OFF, ["FLOW_LOGS"], "meets"),
        (on("RUNTIME_MONITORING"), ["EKS_RUNTIME_MONITORING"], "meets"),
        (on("EKS_RUNTIME_MONITORING"), ["RUNTIME_MONITORING"], "exception"),
        (None, ["FLOW_LOGS"], "gap"),
        ("all", ["FLOW_LOGS"], "gap"),
        ([{"Name": "FLOW_LOGS"}], ["FLOW_LOGS"], "gap"),
    ],
)
def test_a_detector_has_the_features_expected(features: Any, wanted: Any, judgement: str) -> None:
    parameters = {} if wanted is None else {"features": wanted}
    assert judge_answers(FEATURES, detectors("d1"), detector(features=features), **parameters)["d1"] == judgement


def test_a_missing_feature_is_named_and_a_suspended_detector_has_none_at_work() -> None:
    judged = judge_answers(FEATURES, detectors("d1"), detector(features=BASICS + OFF))
    assert "S3_DATA_EVENTS is not enabled" in judged.reason("d1") and "EBS_MALWARE_PROTECTION is not enabled" in judged.reason(
        "d1"
    )
    suspended = judge_answers(FEATURES, detectors("d1"), detector("DISABLED", BASICS), features=["FLOW_LOGS"])
    assert suspended["d1"] == "exception"


def test_without_a_detector_there_are_no_features_to_judge() -> None:
    assert judge_answers(FEATURES, detectors()).result.judgement == "not_applicable"
    assert judge_answers(FEATURES, ended("guardduty", "ListDetectors", "throttled")).result.judgement == "gap"


# -- agents -------------------------------------------------------------------------------------------------------------

AGENTS = "guardduty.detectors.agents-managed"
EVERY_AGENT = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")


def watching(
    *agents: str, name: str = "RUNTIME_MONITORING", status: Any = "ENABLED", off: tuple[str, ...] = ()
) -> dict[str, Any]:
    extras = on(*agents) + [{"Name": agent, "Status": "DISABLED"} for agent in off]
    return {"Name": name, "Status": status, "AdditionalConfiguration": extras}


@pytest.mark.parametrize(
    ("features", "wanted", "judgement"),
    [
        ([*BASICS, watching(*EVERY_AGENT)], None, "meets"),
        ([watching(*EVERY_AGENT[:2], off=EVERY_AGENT[2:])], None, "exception"),
        ([watching(*EVERY_AGENT[:2], off=EVERY_AGENT[2:])], list(EVERY_AGENT[:1]), "meets"),
        ([watching(*EVERY_AGENT[:2])], None, "exception"),
        ([watching()], ["EC2_AGENT_MANAGEMENT"], "exception"),
        # The feature is off, whatever is set below it.
        ([watching(*EVERY_AGENT, status="DISABLED")], ["EC2_AGENT_MANAGEMENT"], "exception"),
        # The older feature knows EKS alone.
        ([watching("EKS_ADDON_MANAGEMENT", name="EKS_RUNTIME_MONITORING")], ["EKS_ADDON_MANAGEMENT"], "meets"),
        (BASICS, ["EC2_AGENT_MANAGEMENT"], "exception"),
        (None, ["EC2_AGENT_MANAGEMENT"], "gap"),
        ("all", ["EC2_AGENT_MANAGEMENT"], "gap"),
        ([{"Name": "RUNTIME_MONITORING"}], ["EC2_AGENT_MANAGEMENT"], "gap"),
        ([{**watching(), "AdditionalConfiguration": [{"Name": "EC2_AGENT_MANAGEMENT"}]}], ["EC2_AGENT_MANAGEMENT"], "gap"),
        ([{**watching(), "AdditionalConfiguration": "all"}], ["EC2_AGENT_MANAGEMENT"], "gap"),
    ],
)
def test_guardduty_manages_agents_itself(features: Any, wanted: Any, judgement: str) -> None:
    parameters = {} if wanted is None else {"agents": wanted}
    assert judge_answers(AGENTS, detectors("d1"), detector(features=features), **parameters)["d1"] == judgement


def test_agents_of_a_detector_that_is_suspended_or_unread() -> None:
    suspended = judge_answers(AGENTS, detectors("d1"), detector("DISABLED", [watching(*EVERY_AGENT)]))
    assert suspended["d1"] == "exception"
    denied = ended("guardduty", "GetDetector", "denied", DetectorId="d1")
    assert judge_answers(AGENTS, detectors("d1"), denied)["d1"] == "gap"
    missing = judge_answers(AGENTS, detectors("d1"), detector(features=[watching(*EVERY_AGENT[:2])]))
    assert "EC2_AGENT_MANAGEMENT is not enabled" in missing.reason("d1")
    assert judge_answers(AGENTS, detectors()).result.judgement == "not_applicable"
    assert judge_answers(AGENTS, ended("guardduty", "ListDetectors", "denied")).result.judgement == "gap"


# -- findings -----------------------------------------------------------------------------------------------------------


def in_time(*answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(IN_TIME, detectors("d1"), *answers, **parameters)


@pytest.mark.parametrize(
    ("created", "days", "judgement"),
    [
        ("2026-09-29T00:00:00.000Z", 7, "meets"),
        # Activity that goes on updates the finding, and does not make it younger.
        ("2026-09-01T00:00:00.000Z", 7, "exception"),
        ("2026-09-01T00:00:00.000Z", 30, "meets"),
        (None, 7, "gap"),
        ("yesterday", 7, "gap"),
        (1_700_000_000, 7, "gap"),
    ],
)
def test_a_finding_is_dealt_with_in_time(created: Any, days: int, judgement: str) -> None:
    assert in_time(listed(["f1"]), described(["f1"], finding("f1", created)), days=days)["f1"] == judgement


def test_fifty_findings_make_one_call_and_each_is_found_in_its_own() -> None:
    ids = [f"f{n:03}" for n in range(70)]
    first = described(ids[:50], *(finding(id) for id in reversed(ids[:50])))
    second = described(ids[50:], *(finding(id, "2026-01-01T00:00:00Z") for id in ids[50:]))
    judged = in_time(listed(ids[:40], ids[40:]), first, second)
    assert judged.result.counts == {"meets": 50, "exception": 20, "gap": 0, "not_applicable": 0}
    assert judged.members[69].evidence == (listed(ids[:40], ids[40:]).id, second.id)


def test_a_finding_that_was_listed_and_not_described_is_a_gap_and_costs_only_itself() -> None:
    judged = in_time(listed(["f1", "f2"]), described(["f1", "f2"], finding("f1")))
    assert (judged["f1"], judged["f2"]) == ("meets", "gap") and "not described" in judged.reason("f2")


def test_findings_that_could_not_be_listed_or_described_are_a_gap() -> None:
    assert in_time(ended("guardduty", "ListFindings", "denied", DetectorId="d1", **ASKED)).result.judgement == "gap"
    cut = ended("guardduty", "ListFindings", "throttled", {"FindingIds": ["f1"]}, DetectorId="d1", **ASKED)
    judged = in_time(cut, described(["f1"], finding("f1")))
    assert judged["f1"] == "meets" and judged.result.judgement == "gap"
    assert in_time(listed(["f1"]), ended("guardduty", "GetFindings", "denied", DetectorId="d1", FindingIds=["f1"]))["f1"] == "gap"
    assert in_time(listed([7])).result.judgement == "gap"
    assert in_time(listed([])).result.judgement == "not_applicable"
    assert judge_answers(IN_TIME, ended("guardduty", "ListDetectors", "denied")).result.judgement == "gap"


def test_a_finding_of_a_global_service_counts_where_it_was_listed() -> None:
    (member,) = in_time(listed(["f1"]), described(["f1"], finding("f1", Region="us-east-1"))).members
    assert member.region == REGION
    assert member.arn == f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/d1/finding/f1"


def test_command_lines_are_not_kept() -> None:
    page: dict[str, Any] = {
        "Findings": [
            finding("f1", Service={"RuntimeDetails": {"Context": {"CommandLineExample": "mysql -phunter2"}}}),
            finding("f2", Service={"Action": {"KubernetesApiCallAction": {"Parameters": "token=hunter2"}}}),
            finding("f3"),
        ]
    }
    Redactor(b"k" * 32).apply(page, GET_FINDINGS.redact)
    assert "hunter2" not in str(page) and page["Findings"][0]["Severity"] == 8.0
