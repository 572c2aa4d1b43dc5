"""Amazon CloudWatch: alarms on metrics, and alarms composed of alarms. Alarms on scheduled log queries are not read."""

import re
from collections.abc import Iterator
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Service, flag, items, text

# Without AlarmTypes only metric alarms are listed.
DESCRIBE_METRIC_ALARMS = Ask(
    "cloudwatch",
    "DescribeAlarms",
    ("cloudwatch:DescribeAlarms",),
    parameters={"AlarmTypes": ["MetricAlarm"]},
    result="MetricAlarms",
)
DESCRIBE_COMPOSITE_ALARMS = Ask(
    "cloudwatch",
    "DescribeAlarms",
    ("cloudwatch:DescribeAlarms",),
    parameters={"AlarmTypes": ["CompositeAlarm"]},
    result="CompositeAlarms",
)

SEVERE = 25
"""What the metric EnvironmentHealth says of an environment in severe health:
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html"""


def metric_key(namespace: str, name: str) -> str:
    """How a metric without dimensions is named here, by the filter that fills it and by the alarm that watches it."""
    return f"{namespace} | {name}"


HEALTH = metric_key("AWS/ElasticBeanstalk", "EnvironmentHealth")


def _watched(alarm: Item) -> Iterator[Item]:
    """The metrics an alarm watches, {Namespace, MetricName, Dimensions}; those of other accounts are left out."""
    if alarm.get("MetricName"):
        yield alarm
    for query in alarm.get("Metrics") or ():
        if query.get("MetricStat") and query.get("AccountId") in (None, alarm["AlarmArn"].split(":")[4]):
            yield query["MetricStat"]["Metric"]


def _dimensions(metric: Item) -> dict[str, str]:
    return {d["Name"]: d["Value"] for d in metric.get("Dimensions") or ()}


def _metrics(alarm: Item, answer: Any) -> list[str]:
    """The metrics without dimensions: an alarm that names a dimension sees nothing of what a plain filter counts."""
    found = (metric_key(m["Namespace"], m["MetricName"]) for m in _watched(alarm) if not _dimensions(m))
    return sorted(set(found))


def _environments(alarm: Item, answer: Any) -> list[str]:
    """Names of the Elastic Beanstalk environments whose health the alarm watches: the environment's, not an instance's."""
    health = [m for m in _watched(alarm) if metric_key(m["Namespace"], m["MetricName"]) == HEALTH]
    return sorted({d["EnvironmentName"] for d in map(_dimensions, health) if set(d) == {"EnvironmentName"}})


def _direct(alarm: Item, answer: Any) -> bool:
    """True where one metric decides. Raises where an expression does, since it is not read."""
    queries = list(alarm.get("Metrics") or [])
    if not queries and alarm.get("MetricName"):
        return True
    if len(queries) == 1 and queries[0].get("MetricStat"):
        return True
    raise ValueError("an expression over metrics decides, which is not read")


def _severe(alarm: Item, answer: Any) -> bool:
    """Whether the alarm goes off where the metric is 25."""
    _direct(alarm, answer)
    above = {"GreaterThanThreshold": alarm["Threshold"] < SEVERE, "GreaterThanOrEqualToThreshold": alarm["Threshold"] <= SEVERE}
    below = {"LessThanThreshold": alarm["Threshold"] > SEVERE, "LessThanOrEqualToThreshold": alarm["Threshold"] >= SEVERE}
    return {**above, **below}[alarm["ComparisonOperator"]]


def _topics(alarm: Item, answer: Any) -> list[str] | None:
    """What an alarm does may also be to scale, to stop an instance, or to open a case: topics alone are SNS's."""
    actions = alarm.get("AlarmActions")
    return None if actions is None else [a for a in actions if re.match(r"arn:[^:]+:sns:", a) is not None]


_COLUMNS = {
    "name": text("AlarmName"),
    "enabled": flag("ActionsEnabled", label="actions enabled"),
    "actions": items("AlarmActions", label="alarm actions"),
    "topics": items(read=_topics, label="topics told"),
    "state": text("StateValue"),
}

METRIC_ALARMS = PopulationSpec(
    name="cloudwatch.alarms",
    noun="CloudWatch alarm",
    type="AWS::CloudWatch::Alarm",
    listed_by=DESCRIBE_METRIC_ALARMS,
    items="MetricAlarms[]",
    identity="AlarmName",
    arn="{AlarmArn}",
    columns={
        **_COLUMNS,
        "metrics": items(read=_metrics, label="metrics watched"),
        "environments": items(read=_environments, label="environments whose health is watched"),
        "direct": flag(read=_direct, label="one metric decides"),
        "severe": flag(read=_severe, label="goes off at severe health"),
    },
)

_CHILD = r"""ALARM\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^\s()"']+))\s*\)"""
_ANY_CHILD = re.compile(rf"\s*\(*\s*{_CHILD}\s*\)*(?:\s+OR\s+\(*\s*{_CHILD}\s*\)*)*\s*", re.IGNORECASE)


def _children(alarm: Item, answer: Any) -> list[str]:
    """The names of the alarms that its rule asks for; they stand there as names or as ARNs."""
    named = re.findall(_CHILD, alarm["AlarmRule"], re.IGNORECASE)
    return sorted({"".join(one).rpartition(":alarm:")[2] for one in named})


def _any_child(alarm: Item, answer: Any) -> bool:
    """True where any of its children alone sets it off, and nothing holds its actions back. Raises for other rules."""
    if alarm.get("ActionsSuppressor"):
        raise ValueError("another alarm can hold its actions back")
    if _ANY_CHILD.fullmatch(alarm["AlarmRule"]) is None:
        raise ValueError("its rule is more than one alarm or another, which is not read")
    return True


COMPOSITE_ALARMS = PopulationSpec(
    name="cloudwatch.composite-alarms",
    noun="composite alarm",
    type="AWS::CloudWatch::CompositeAlarm",
    listed_by=DESCRIBE_COMPOSITE_ALARMS,
    items="CompositeAlarms[]",
    identity="AlarmName",
    arn="{AlarmArn}",
    columns={
        **_COLUMNS,
        "children": items(read=_children),
        "any_child": flag(read=_any_child, label="any child sets it off"),
    },
)

SERVICE = Service(
    "cloudwatch",
    "Amazon CloudWatch",
    asks=(DESCRIBE_METRIC_ALARMS, DESCRIBE_COMPOSITE_ALARMS),
    populations=(METRIC_ALARMS, COMPOSITE_ALARMS),
)
