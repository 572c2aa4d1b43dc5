"""Amazon GuardDuty: detectors, and the findings of high and critical severity that nobody has archived.

Not read: findings below severity 7.0, archived ones (by hand or by a suppression rule), those of other accounts that an
administrator's detector shows, and what GuardDuty no longer keeps (it drops findings after 90 days).
"""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, PopulationSpec, Redact, Service, items, number, text, time

AT_ONCE = 50
"""How many findings GetFindings describes in one call."""

LIST_DETECTORS = Ask("guardduty", "ListDetectors", ("guardduty:ListDetectors",), result="DetectorIds")
GET_DETECTOR = Ask(
    "guardduty",
    "GetDetector",
    ("guardduty:GetDetector",),
    each="guardduty.detectors",
    given={"DetectorId": "DetectorId"},
    result="Status",
)
LIST_FINDINGS = Ask(
    "guardduty",
    "ListFindings",
    ("guardduty:ListFindings",),
    parameters={
        "FindingCriteria": {
            "Criterion": {
                "severity": {"GreaterThanOrEqual": 7},
                "service.archived": {"Equals": ["false"]},
                "accountId": {"Equals": ["{account}"]},
            }
        },
        "MaxResults": 50,
    },
    each="guardduty.detectors",
    given={"DetectorId": "DetectorId"},
    result="FindingIds",
)
# Each finding names the fifty it is listed among, so that fifty findings make one call.
GET_FINDINGS = Ask(
    "guardduty",
    "GetFindings",
    ("guardduty:GetFindings",),
    each="guardduty.findings",
    given={"DetectorId": "DetectorId", "FindingIds": "Batch"},
    result="Findings",
    redact=(
        Redact("Findings[].Service.RuntimeDetails.Context", "command line", key="CommandLineExample"),
        Redact("Findings[].Service.Action.KubernetesApiCallAction", "request parameters", key="Parameters"),
    ),
)


def _detectors(answer: Any) -> list[Item]:
    return [{"DetectorId": _text(id)} for id in answer["DetectorIds"]]


def _batches(answer: Any) -> list[Item]:
    ids = [_text(id) for id in answer["FindingIds"]]
    batches = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    return [{"FindingId": id, "Batch": batch} for batch in batches for id in batch]


def _text(id: Any) -> str:
    if not isinstance(id, str):
        raise TypeError(f"an id was expected, not {type(id).__name__}")
    return id


def _of(name: str) -> Callable[[Item, Any], Any]:
    """Reads a field of the finding. One that was listed and is not described raises KeyError: a gap."""

    def read(item: Item, answer: Any) -> Any:
        for finding in answer["Findings"]:
            if finding["Id"] == item["FindingId"]:
                return finding.get(name)
        raise KeyError("the finding was listed but not described")

    return read


def _features(status: str) -> Callable[[Item, Any], Any]:
    """Reads the names of the features in this state. Names that are new to us are read like any other."""

    def read(item: Item, answer: Any) -> list[str] | None:
        if answer.get("Features") is None:
            return None
        return sorted(feature["Name"] for feature in answer["Features"] if feature["Status"] == status)

    return read


def _agents(item: Item, answer: Any) -> list[str] | None:
    """Reads the names of what GuardDuty does besides for the features that are enabled: it manages agents of one kind or another."""
    if answer.get("Features") is None:
        return None
    enabled = [feature for feature in answer["Features"] if feature["Status"] == "ENABLED"]
    more = [extra for feature in enabled for extra in feature.get("AdditionalConfiguration") or ()]
    return sorted(extra["Name"] for extra in more if extra["Status"] == "ENABLED")


REGION = PopulationSpec(
    name="guardduty.regions", noun="Region", type="AWS::GuardDuty::Detector", listed_by=REGIONS, columns={}
)  # fmt: skip
DETECTORS = PopulationSpec(
    name="guardduty.detectors",
    noun="GuardDuty detector",
    type="AWS::GuardDuty::Detector",
    listed_by=LIST_DETECTORS,
    rows=_detectors,
    identity="DetectorId",
    arn="arn:{partition}:guardduty:{region}:{account}:detector/{DetectorId}",
    columns={
        "status": text("Status", of=GET_DETECTOR),
        "publishing": text("FindingPublishingFrequency", of=GET_DETECTOR, label="findings published every"),
        "features": items(of=GET_DETECTOR, read=_features("ENABLED"), label="features enabled"),
        "features_off": items(of=GET_DETECTOR, read=_features("DISABLED"), label="features disabled"),
        "agents": items(of=GET_DETECTOR, read=_agents, label="additional configuration enabled"),
    },
)
FINDINGS = PopulationSpec(
    name="guardduty.findings",
    noun="GuardDuty finding of high or critical severity",
    type="AWS::GuardDuty::Finding",
    listed_by=LIST_FINDINGS,
    rows=_batches,
    carries=("DetectorId",),
    identity="FindingId",
    arn="arn:{partition}:guardduty:{region}:{account}:detector/{DetectorId}/finding/{FindingId}",
    columns={
        "severity": number(of=GET_FINDINGS, read=_of("Severity")),
        "kind": text(of=GET_FINDINGS, read=_of("Type"), label="type"),
        "created": time(of=GET_FINDINGS, read=_of("CreatedAt")),
        "updated": time(of=GET_FINDINGS, read=_of("UpdatedAt"), label="last updated"),
    },
)

SERVICE = Service(
    "guardduty",
    "Amazon GuardDuty",
    asks=(LIST_DETECTORS, GET_DETECTOR, LIST_FINDINGS, GET_FINDINGS),
    populations=(REGION, DETECTORS, FINDINGS),
)
