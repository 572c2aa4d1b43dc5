"""Amazon CloudWatch Logs."""

import datetime as dt
from typing import Any

from evidence.services.cloudwatch import metric_key
from evidence.services.declare import Ask, Item, PopulationSpec, Service, flag, items, number, text, time

DESCRIBE_LOG_GROUPS = Ask("logs", "DescribeLogGroups", ("logs:DescribeLogGroups",), result="logGroups")
# Without a log group: those of all.
DESCRIBE_METRIC_FILTERS = Ask("logs", "DescribeMetricFilters", ("logs:DescribeMetricFilters",), result="metricFilters")


def _created(item: Item, answer: Any) -> dt.datetime | None:
    """Milliseconds since 1970."""
    made = item.get("creationTime")
    return None if made is None else dt.datetime.fromtimestamp(made / 1000, dt.UTC)


def _kept(item: Item, answer: Any) -> str:
    days = item.get("retentionInDays")
    return "never expires" if days is None else f"{days} days"


GROUPS = PopulationSpec(
    name="logs.groups",
    noun="log group",
    type="AWS::Logs::LogGroup",
    listed_by=DESCRIBE_LOG_GROUPS,
    items="logGroups[]",
    identity="logGroupName",
    arn="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}",
    columns={
        "name": text("logGroupName"),
        "retention": number("retentionInDays", label="retention in days"),
        "kept": text(read=_kept, doc="The retention in words: a group without one keeps its events for ever."),
        "retention_policy": text("retentionPolicyName", label="account's retention policy"),
        "key": text("kmsKeyId", label="KMS key"),
        "stored_bytes": number("storedBytes"),
        "created": time(read=_created),
        "log_class": text("logGroupClass", label="log class"),
        "deletion_protection": flag("deletionProtectionEnabled"),
    },
)


def _filters(answer: Any) -> list[Item]:
    """A filter's name is unique within its log group only."""
    return [{**f, "Key": f"{f['logGroupName']}/{f['filterName']}"} for f in answer["metricFilters"]]


def _pattern(item: Item, answer: Any) -> Any:
    """Raises where the filter sees something else than the log events as they came."""
    if item.get("applyOnTransformedLogs"):
        raise ValueError("the filter sees log events as a transformer leaves them, which is not read")
    if item.get("fieldSelectionCriteria"):
        raise ValueError("the filter is limited to some system fields, which are not read")
    return item.get("filterPattern")


def _metrics(item: Item, answer: Any) -> list[str]:
    """The metrics that the filter fills. Raises where it splits them up by dimensions: no alarm sees the whole."""
    if item.get("emitSystemFieldDimensions") or any(m.get("dimensions") for m in item["metricTransformations"]):
        raise ValueError("the filter splits its metric up by dimensions, which are not read")
    return [metric_key(m["metricNamespace"], m["metricName"]) for m in item["metricTransformations"]]


METRIC_FILTERS = PopulationSpec(
    name="logs.metric-filters",
    noun="metric filter",
    type="AWS::Logs::MetricFilter",
    listed_by=DESCRIBE_METRIC_FILTERS,
    rows=_filters,
    identity="Key",
    columns={
        "group": text("logGroupName", label="log group"),
        "pattern": text(read=_pattern, label="filter pattern"),
        "metrics": items(read=_metrics),
    },
)

SERVICE = Service(
    "logs",
    "Amazon CloudWatch Logs",
    asks=(DESCRIBE_LOG_GROUPS, DESCRIBE_METRIC_FILTERS),
    populations=(GROUPS, METRIC_FILTERS),
)
