"""An alarm on each environment's health that tells somebody."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, judge_answers
from tests.requirements.elasticbeanstalk_answers import ID, environments
from tests.requirements.telling_answers import (
    FOREIGN_TOPIC,
    HEARD,
    TOPIC,
    alarms,
    attributes,
    composite,
    health_alarm,
    lost,
    subscriptions,
    topics,
)

HEALTH = "elasticbeanstalk.environments.health-alarm"
SCALING = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1:autoScalingGroupName/g:policyName/p"


def judged(*lists: Answer, heard: tuple[Answer, ...] = HEARD) -> Judged:
    return judge_answers(HEALTH, *environments(), *lists, *heard)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "meets"),
        ({"StateValue": "ALARM"}, "meets"),
        ({"StateValue": "INSUFFICIENT_DATA"}, "exception"),
        ({"StateValue": None}, "gap"),
        ({"Threshold": 25.0}, "meets"),
        ({"Threshold": 25.0, "ComparisonOperator": "GreaterThanThreshold"}, "exception"),
        ({"ComparisonOperator": "LessThanThreshold"}, "exception"),
        ({"Threshold": 30.0, "ComparisonOperator": "LessThanOrEqualToThreshold"}, "meets"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "gap"),
        ({"Threshold": "high"}, "gap"),
        ({"Threshold": None}, "gap"),
        ({"environment": "shop-2"}, "exception"),
        ({"MetricName": "ApplicationRequests5xx"}, "exception"),
        ({"Namespace": "Custom"}, "exception"),
        ({"Dimensions": [{"Name": "EnvironmentName", "Value": "shop"}, {"Name": "InstanceId", "Value": "i-1"}]}, "exception"),
        ({"Dimensions": [{"Name": "InstanceId", "Value": "shop"}]}, "exception"),
        ({"AlarmActions": [SCALING]}, "exception"),
        ({"AlarmActions": [FOREIGN_TOPIC]}, "gap"),
        ({"ActionsEnabled": False}, "exception"),
    ],
)
def test_the_health_alarm(more: dict[str, Any], expected: str) -> None:
    assert judged(*alarms(health_alarm(**more)))[ID] == expected


def test_an_alarm_on_a_query_for_the_metric_and_one_on_an_expression() -> None:
    dimension = [{"Name": "EnvironmentName", "Value": "shop"}]
    stat = {"Metric": {"Namespace": "AWS/ElasticBeanstalk", "MetricName": "EnvironmentHealth", "Dimensions": dimension}}
    query = {"Id": "m1", "MetricStat": stat}
    none = {"MetricName": None, "Namespace": None, "Dimensions": None}
    assert judged(*alarms(health_alarm(**none, Metrics=[query])))[ID] == "meets"
    assert judged(*alarms(health_alarm(**none, Metrics=[query, {"Id": "e", "Expression": "m1 * 2"}])))[ID] == "gap"


def test_the_reason_says_whether_there_is_an_alarm_at_all() -> None:
    nothing = judged(*alarms())
    assert nothing[ID] == "exception" and "alarms on its health = none" in nothing.reason(ID)
    quiet = judged(*alarms(health_alarm(AlarmActions=[])))
    assert quiet.reason(ID).startswith("alarms on its health = 1: a; of them, alarms that tell somebody = none of 1: a")


def test_unread_alarms_topics_and_subscriptions_are_gaps() -> None:
    metric, composites = alarms(health_alarm())
    assert judged(lost("denied", metric), composites)[ID] == "gap"
    assert judged()[ID] == "gap"
    assert judged(metric, composites, heard=(topics(TOPIC), attributes(), lost("denied", subscriptions("ok"))))[ID] == "gap"
    assert (
        judged(metric, composites, heard=(topics(TOPIC), attributes(), subscriptions("PendingConfirmation")))[ID] == "exception"
    )


def test_a_composite_alarm_tells_for_it() -> None:
    quiet = health_alarm(AlarmActions=[])
    assert judged(*alarms(quiet, composites=(composite('ALARM("a") OR ALARM("b")'),)))[ID] == "meets"
    assert judged(*alarms(quiet, composites=(composite("ALARM(a) AND ALARM(b)"),)))[ID] == "gap"
