"""AWS Config's rules with what they found, conformance packs, and the environments that AWS Config knows."""

from typing import Any

from evidence.services.config.asks import (
    DESCRIBE_COMPLIANCE,
    DESCRIBE_EVALUATIONS,
    DESCRIBE_PACKS,
    DESCRIBE_RULES,
    LIST_ENVIRONMENTS,
)
from evidence.services.declare import Item, PopulationSpec, flag, items, text, time


def _compliance(item: Item, answer: Any) -> Item | None:
    """What AWS Config says of the rule; None where it says nothing of it."""
    entries = answer["ComplianceByConfigRules"]
    return next((e["Compliance"] for e in entries if e["ConfigRuleName"] == item["ConfigRuleName"]), None)


def _verdict(item: Item, answer: Any) -> str | None:
    found = _compliance(item, answer)
    return None if found is None else found["ComplianceType"]


def _contributors(item: Item, answer: Any) -> str | None:
    """How many resources do not comply; AWS stops counting at a limit, and the number is then the least there are."""
    found = _compliance(item, answer) or {}
    count = found.get("ComplianceContributorCount")
    return None if count is None else f"{'at least ' if count.get('CapExceeded') else ''}{count['CappedCount']}"


def _evaluated(item: Item, answer: Any) -> bool | None:
    """Whether the rule's last evaluation succeeded: there was one, and no failure after it. None where AWS does not say."""
    entries = answer["ConfigRulesEvaluationStatus"]
    status = next((e for e in entries if e["ConfigRuleName"] == item["ConfigRuleName"]), None)
    if status is None:
        return None
    good, bad = status.get("LastSuccessfulEvaluationTime"), status.get("LastFailedEvaluationTime")
    return good is not None and (bad is None or bool(bad < good))


RULES = PopulationSpec(
    name="config.rules",
    noun="AWS Config rule",
    type="AWS::Config::ConfigRule",
    listed_by=DESCRIBE_RULES,
    items="ConfigRules[]",
    identity="ConfigRuleName",
    arn="{ConfigRuleArn}",
    columns={
        "name": text("ConfigRuleName"),
        "owner": text("Source.Owner"),
        "identifier": text("Source.SourceIdentifier", label="managed rule"),
        "state": text("ConfigRuleState"),
        "made_by": text("CreatedBy", label="made by"),
        "modes": items("EvaluationModes[].Mode", label="evaluation modes"),
        "visibility": text("RuleEvaluationVisibility"),
        "compliance": text(of=DESCRIBE_COMPLIANCE, read=_verdict),
        "non_compliant": text(of=DESCRIBE_COMPLIANCE, read=_contributors, label="resources that do not comply"),
        "evaluated": flag(of=DESCRIBE_EVALUATIONS, read=_evaluated, label="last evaluation succeeded"),
    },
)

PACKS = PopulationSpec(
    name="config.conformance-packs",
    noun="conformance pack",
    type="AWS::Config::ConformancePack",
    listed_by=DESCRIBE_PACKS,
    items="ConformancePackStatusDetails[]",
    identity="ConformancePackName",
    arn="{ConformancePackArn}",
    columns={
        "name": text("ConformancePackName"),
        "state": text("ConformancePackState"),
        "reason": text("ConformancePackStatusReason"),
        "updated": time("LastUpdateCompletedTime"),
    },
)


def _named(item: Item, answer: Any) -> list[str]:
    return [item[key] for key in ("resourceId", "resourceName") if item.get(key)]


DISCOVERED = PopulationSpec(
    name="config.discovered-environments",
    noun="environment known to AWS Config",
    type="AWS::Config::ResourceIdentifier",
    listed_by=LIST_ENVIRONMENTS,
    items="resourceIdentifiers[]",
    identity="resourceId",
    columns={
        "named": items(read=_named, label="id and name"),
    },
)
