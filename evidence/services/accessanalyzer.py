"""AWS IAM Access Analyzer: who outside the account, or outside the organisation, can reach its resources.

Only analyzers of external access are read: those of unused and of internal access are other products.
"""

from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, Only, PopulationSpec, Service, text, time
from evidence.services.organizations import DESCRIBE_ORGANIZATION

LIST_ANALYZERS = Ask("accessanalyzer", "ListAnalyzers", ("access-analyzer:ListAnalyzers",), result="analyzers")
LIST_FINDINGS = Ask(
    "accessanalyzer",
    "ListFindingsV2",
    ("access-analyzer:ListFindings",),
    parameters={"filter": {"status": {"eq": ["ACTIVE", "ARCHIVED"]}}},
    each="accessanalyzer.analyzers",
    given={"analyzerArn": "arn"},
    gone=frozenset({"ResourceNotFoundException"}),
    result="findings",
)


def _organisation(item: Item, answer: Any) -> str | None:
    """The organisation that the analyzer covers; None where it covers its own account."""
    return answer["Organization"]["Id"] if item["type"] == "ORGANIZATION" else None


def _status(item: Item, answer: Any) -> Any:
    """Raises ValueError for a finding that only says that the resource could not be analysed."""
    if item.get("error"):
        raise ValueError(f"the analyzer could not read {item.get('resource', 'a resource')}: {item['error']}")
    return item["status"]


# An organisation's analyzer is listed in its own account only. Whether there is an organisation decides what an empty list
# says: outside one, that nothing is analysed; inside one, nothing.
REGION = PopulationSpec(
    name="accessanalyzer.regions",
    noun="Region",
    type="AWS::AccessAnalyzer::Analyzer",
    listed_by=REGIONS,
    columns={
        "organization": text("Organization.Id", of=DESCRIBE_ORGANIZATION, label="organisation"),
    },
)

ANALYZERS = PopulationSpec(
    name="accessanalyzer.analyzers",
    noun="external access analyzer",
    type="AWS::AccessAnalyzer::Analyzer",
    listed_by=LIST_ANALYZERS,
    items="analyzers[]",
    identity="name",
    arn="{arn}",
    only=Only("type", frozenset({"ACCOUNT", "ORGANIZATION"})),
    columns={
        "kind": text("type", label="zone of trust"),
        "status": text("status"),
        "reason": text("statusReason.code"),
        "analysed": time("lastResourceAnalyzedAt", label="last resource analysed"),
        "organization": text(of=DESCRIBE_ORGANIZATION, read=_organisation, label="organisation covered"),
    },
)

FINDINGS = PopulationSpec(
    name="accessanalyzer.findings",
    noun="finding of external access",
    type="AWS::AccessAnalyzer::Finding",
    listed_by=LIST_FINDINGS,
    items="findings[]",
    identity="id",
    columns={
        "status": text(read=_status),
        "resource": text("resource"),
        "kind": text("resourceType", label="resource type"),
        "owner": text("resourceOwnerAccount", label="resource's account"),
        "updated": time("updatedAt"),
    },
)

SERVICE = Service(
    "accessanalyzer",
    "AWS IAM Access Analyzer",
    asks=(LIST_ANALYZERS, LIST_FINDINGS),
    populations=(REGION, ANALYZERS, FINDINGS),
)
