"""Topics, subscriptions, alarms, metric filters, trails and event rules as AWS answers for them."""

import json
from typing import Any

from evidence.run.answer import Answer, Ending
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ops"
FOREIGN_TOPIC = f"arn:aws:sns:{REGION}:444455556666:security"
TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
GROUP = "trail-events"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tell"
ALL_EVENTS = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}


# -- topics ----------------------------------------------------------------------------------------------------------------


def topics(*arns: str, region: str = REGION) -> Answer:
    return answered("sns", "ListTopics", {"Topics": [{"TopicArn": arn} for arn in arns]}, region=region)


def attributes(arn: str = TOPIC, **more: Any) -> Answer:
    value = {k: v for k, v in ({"TopicArn": arn} | more).items() if v is not None}
    return answered("sns", "GetTopicAttributes", {"Attributes": value}, region=arn.split(":")[3], TopicArn=arn)


def subscriptions(*states: str | None, arn: str = TOPIC, protocol: str = "email") -> Answer:
    """`states` are SubscriptionArns; "ok" is that of a confirmed one."""
    whole = {"ok": f"{arn}:6b0c5a3e"}
    entries = [{"SubscriptionArn": whole.get(s or "", s), "Protocol": protocol, "TopicArn": arn} for s in states]
    return answered("sns", "ListSubscriptionsByTopic", {"Subscriptions": entries}, region=arn.split(":")[3], TopicArn=arn)


HEARD = (topics(TOPIC), attributes(), subscriptions("ok"))
"""One topic that somebody hears."""


# -- alarms ----------------------------------------------------------------------------------------------------------------


def alarm(name: str = "a", **more: Any) -> dict[str, Any]:
    """An alarm on the metric Trail/Events that goes to the topic; None takes a field away."""
    whole = {
        "AlarmName": name, "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}", "ActionsEnabled": True,
        "AlarmActions": [TOPIC], "StateValue": "OK", "Namespace": "Trail", "MetricName": "Events", "Dimensions": [], "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }  # fmt: skip
    return {k: v for k, v in (whole | more).items() if v is not None}


def health_alarm(environment: str = "shop", **more: Any) -> dict[str, Any]:
    return alarm(
        **{
            "Namespace": "AWS/ElasticBeanstalk", "MetricName": "EnvironmentHealth", "Threshold": 20.0,
            "Dimensions": [{"Name": "EnvironmentName", "Value": environment}],
        }
        | more
    )  # fmt: skip


def composite(rule: str, name: str = "all", **more: Any) -> dict[str, Any]:
    whole = {
        "AlarmName": name, "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}", "ActionsEnabled": True,
        "AlarmActions": [TOPIC], "AlarmRule": rule, "StateValue": "OK",
    }  # fmt: skip
    return whole | more


def alarms(*entries: dict[str, Any], composites: tuple[dict[str, Any], ...] = (), region: str = REGION) -> tuple[Answer, Answer]:
    def asked(kind: str, key: str, found: tuple[dict[str, Any], ...]) -> Answer:
        return answered("cloudwatch", "DescribeAlarms", {key: list(found)}, region=region, AlarmTypes=[kind])

    return asked("MetricAlarm", "MetricAlarms", entries), asked("CompositeAlarm", "CompositeAlarms", composites)


# -- trails and their filters ----------------------------------------------------------------------------------------------


def trail(arn: str = TRAIL, *, selectors: dict[str, Any] = ALL_EVENTS, logging: Any = True, **more: Any) -> tuple[Answer, ...]:
    """A trail that is logging in all Regions and delivered to its log group."""
    _, _, _, region, owner, _ = arn.split(":", 5)
    group = f"arn:aws:logs:{region}:{owner}:log-group:{GROUP}:*"
    status = {"IsLogging": logging, "LatestCloudWatchLogsDeliveryTime": AS_OF}
    status |= {k: more.pop(k) for k in list(more) if k in status}
    whole = {
        "Name": "main", "TrailARN": arn, "HomeRegion": region, "IsMultiRegionTrail": True, "CloudWatchLogsLogGroupArn": group,
    } | more  # fmt: skip
    return (
        answered("cloudtrail", "DescribeTrails", {"trailList": [{k: v for k, v in whole.items() if v is not None}]}),
        answered("cloudtrail", "GetTrailStatus", {k: v for k, v in status.items() if v is not None}, region=region, Name=arn),
        answered("cloudtrail", "GetEventSelectors", {"TrailARN": arn} | selectors, region=region, TrailName=arn),
    )


def metric_filter(pattern: str | None, metric: str = "Events", group: str = GROUP, **more: Any) -> dict[str, Any]:
    change = {"metricNamespace": "Trail", "metricName": metric, "metricValue": "1"}
    whole = {
        "filterName": f"on-{metric}",
        "logGroupName": group,
        "filterPattern": pattern,
        "metricTransformations": [change],
    } | more
    return {k: v for k, v in whole.items() if v is not None}


def metric_filters(*entries: dict[str, Any], region: str = REGION) -> Answer:
    return answered("logs", "DescribeMetricFilters", {"metricFilters": list(entries)}, region=region)


# -- event rules -------------------------------------------------------------------------------------------------------------


def rule(pattern: dict[str, Any] | str | None, name: str = "r", state: str = "ENABLED") -> dict[str, Any]:
    entry = {"Name": name, "Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}", "State": state, "EventBusName": "default"}
    return entry | ({} if pattern is None else {"EventPattern": pattern if isinstance(pattern, str) else json.dumps(pattern)})


def rules(*entries: dict[str, Any], region: str = REGION) -> Answer:
    return answered("events", "ListRules", {"Rules": list(entries)}, region=region)


def targets(*arns: str, name: str = "r") -> Answer:
    entries = [{"Id": str(n), "Arn": arn} for n, arn in enumerate(arns)]
    return answered("events", "ListTargetsByRule", {"Targets": entries}, Rule=name)


def lost(ending: Ending, answer: Answer) -> Answer:
    """The same call, ended in another way."""
    call = answer.call
    return ended(call.service, call.operation, ending, region=call.region, account=call.account, **call.parameters)
