"""AWS Security Hub CSPM, the one that evaluates standards. The unified Security Hub is another state of the same service.

Of its findings two lists are read, both of this account and Region only, whatever an administrator or an aggregation Region
shows besides: active findings that failed with critical or high severity and are not resolved, and the active findings of the
three controls on Elastic Beanstalk. Not read: other severities, archived findings, resolved ones, and what the unified
Security Hub finds. Security Hub drops a finding that was not updated for 90 days.
"""

import re
from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, PopulationSpec, Redact, Service, flag, items, text, time

NOT_ENABLED = frozenset({"InvalidAccessException", "ResourceNotFoundException"})

DESCRIBE_HUB = Ask("securityhub", "DescribeHub", ("securityhub:DescribeHub",), absent=NOT_ENABLED, result="HubArn")
GET_ENABLED_STANDARDS = Ask(
    "securityhub",
    "GetEnabledStandards",
    ("securityhub:GetEnabledStandards",),
    absent=NOT_ENABLED,
    result="StandardsSubscriptions",
)
DESCRIBE_UNIFIED = Ask(
    "securityhub",
    "DescribeSecurityHubV2",
    ("securityhub:DescribeSecurityHubV2",),
    absent=frozenset({"ResourceNotFoundException"}),
    result="HubV2Arn",
)


def _get_findings(**filters: tuple[str, ...]) -> Ask:
    """The active findings of this account and Region that these filters let through. `Details` repeats the configuration of
    the resource, secrets included (environment properties, user data); no requirement reads it."""
    everywhere = {"AwsAccountId": ("{account}",), "Region": ("{region}",), "RecordState": ("ACTIVE",)}
    chosen = {
        name: [{"Value": value, "Comparison": "EQUALS"} for value in values] for name, values in {**everywhere, **filters}.items()
    }
    return Ask(
        "securityhub",
        "GetFindings",
        ("securityhub:GetFindings",),
        parameters={"Filters": chosen, "MaxResults": 100},
        absent=frozenset({"InvalidAccessException"}),
        result="Findings",
        redact=(Redact("Findings[].Resources[]", "resource detail", key="Details"),),
    )


BEANSTALK = ("ElasticBeanstalk.1", "ElasticBeanstalk.2", "ElasticBeanstalk.3")
GET_FAILED = _get_findings(
    ComplianceStatus=("FAILED",), SeverityLabel=("CRITICAL", "HIGH"), WorkflowStatus=("NEW", "NOTIFIED", "SUPPRESSED")
)
GET_BEANSTALK = _get_findings(ComplianceSecurityControlId=BEANSTALK)


def _name(standard: Item) -> str:
    """What follows `standards/` or `ruleset/` in the standard's ARN."""
    return re.split(r"[:/](?:standards|ruleset)/", standard["StandardsArn"], maxsplit=1)[1]


def _named(*statuses: str) -> Any:
    """Reads the names of the standards in one of these states."""

    def read(item: Item, answer: Any) -> list[str]:
        return sorted(_name(s) for s in answer["StandardsSubscriptions"] if not statuses or s["StandardsStatus"] in statuses)

    return read


def _not_ready(item: Item, answer: Any) -> list[str]:
    """One sentence for each standard that is not ready, with AWS's reason where it gives one."""
    out = []
    for standard in answer["StandardsSubscriptions"]:
        if standard["StandardsStatus"] != "READY":
            reason = (standard.get("StandardsStatusReason") or {}).get("StatusReasonCode")
            out.append(f"{_name(standard)} is {standard['StandardsStatus']}" + (f": {reason}" if reason else ""))
    return sorted(out)


def _first_seen(item: Item, _: Any) -> Any:
    """When the issue was first observed; where the finding does not say, when it was made."""
    return item.get("FirstObservedAt") or item["CreatedAt"]


REGION = PopulationSpec(
    name="securityhub.regions",
    noun="Region",
    type="AWS::SecurityHub::Hub",
    listed_by=REGIONS,
    arn="arn:{partition}:securityhub:{region}:{account}:hub/default",
    columns={
        "hub": text("HubArn", of=DESCRIBE_HUB, label="Security Hub"),
        "since": text("SubscribedAt", of=DESCRIBE_HUB),
        "auto_enable": flag("AutoEnableControls", of=DESCRIBE_HUB, label="new controls enabled automatically"),
        "standards": items(of=GET_ENABLED_STANDARDS, read=_named(), label="standards"),
        "ready": items(of=GET_ENABLED_STANDARDS, read=_named("READY"), label="standards ready"),
        "not_ready": items(of=GET_ENABLED_STANDARDS, read=_not_ready, label="standards not ready"),
        "unified": text("HubV2Arn", of=DESCRIBE_UNIFIED, label="unified Security Hub"),
        "unified_since": text("SubscribedAt", of=DESCRIBE_UNIFIED, label="since"),
    },
)
FAILED = PopulationSpec(
    name="securityhub.findings",
    noun="failed finding of critical or high severity",
    type="AWS::SecurityHub::Finding",
    listed_by=GET_FAILED,
    items="Findings[]",
    identity="Id",
    columns={
        "control": text("Compliance.SecurityControlId"),
        "severity": text("Severity.Label", label="severity"),
        "title": text("Title"),
        "resources": items("Resources[].Id"),
        "workflow": text("Workflow.Status", label="workflow status"),
        "first_observed": time(read=_first_seen, label="first observed"),
    },
)
CONTROLS = PopulationSpec(
    name="securityhub.beanstalk-findings",
    noun="finding of a control on Elastic Beanstalk",
    type="AWS::SecurityHub::Finding",
    listed_by=GET_BEANSTALK,
    items="Findings[]",
    identity="Id",
    columns={
        "control": text("Compliance.SecurityControlId"),
        "result": text("Compliance.Status", label="compliance status"),
        "resources": items("Resources[].Id"),
    },
)

SERVICE = Service(
    "securityhub",
    "AWS Security Hub CSPM",
    asks=(DESCRIBE_HUB, GET_ENABLED_STANDARDS, DESCRIBE_UNIFIED, GET_FAILED, GET_BEANSTALK),
    populations=(REGION, FAILED, CONTROLS),
)
