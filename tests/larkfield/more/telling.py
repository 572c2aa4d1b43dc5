"""Who is told: topics with their subscribers, alarms, metric filters on the trail, event rules; and the queues of a worker."""

import json

from tests.larkfield.base import ACCOUNT, uuid
from tests.larkfield.more.place import FORMULA, Answer, More
from tests.larkfield.more.secrets import HOOK
from tests.larkfield.network import Names

ROOT_USE = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
TRAIL_CHANGES = (
    "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) "
    "|| ($.eventName = StopLogging) }"
)
SOME_POLICIES = "{ ($.eventName = DeleteGroupPolicy) || ($.eventName = PutGroupPolicy) }"
"""Two of the many calls that change a policy: less than is asked for."""
PATTERNS = {"root-use": ROOT_USE, "trail-changes": TRAIL_CHANGES, "iam-policy-changes": SOME_POLICIES}


def add_topics(place: More, n: Names) -> None:
    """A topic that the platform team hears, and one whose only subscriber never confirmed."""
    topic = place.arn("sns", "operations" if n.good else "old-alerts")
    place.put("sns", "ListTopics", {"Topics": [{"TopicArn": topic}]})
    own = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": topic}
    pinned = {**own, "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [pinned if n.good else own]})
    attributes = {"TopicArn": topic, "Owner": ACCOUNT, "Policy": policy, "DisplayName": FORMULA}
    key = {"KmsMasterKeyId": place.arn("kms", f"key/{uuid('topics')}")} if n.good else {}
    place.put("sns", "GetTopicAttributes", {"Attributes": {**attributes, **key}}, TopicArn=topic)
    hook = {"Protocol": "https", "Endpoint": HOOK, "TopicArn": topic, "Owner": ACCOUNT}
    state = f"{topic}:{uuid(topic)}" if n.good else "PendingConfirmation"
    place.put("sns", "ListSubscriptionsByTopic", {"Subscriptions": [{**hook, "SubscriptionArn": state}]}, TopicArn=topic)
    place.put("sqs", "ListQueues", {"QueueUrls": []})


def add_alarms(place: More, n: Names) -> None:
    topic = place.arn("sns", "operations" if n.good else "old-alerts")
    health = {
        "Namespace": "AWS/ElasticBeanstalk", "MetricName": "EnvironmentHealth", "Dimensions": [{"Name": "EnvironmentName", "Value": n.environment}],
        "Threshold": 20.0,
    }  # fmt: skip
    alarms = [_alarm(place, f"{n.environment} health", topic, health)]
    filters = []
    for name, pattern in PATTERNS.items() if n.good else ():
        metric = {"metricName": name, "metricNamespace": "Trail", "metricValue": "1"}
        filters.append(
            {"filterName": name, "filterPattern": pattern, "logGroupName": "larkfield-trail", "metricTransformations": [metric]}
        )
        alarms.append(_alarm(place, name, topic, {"Namespace": "Trail", "MetricName": name, "Dimensions": [], "Threshold": 1.0}))
    place.put("logs", "DescribeMetricFilters", {"metricFilters": filters})
    place.put("cloudwatch", "DescribeAlarms", {"MetricAlarms": alarms, "CompositeAlarms": []})
    rule = {"Name": "beanstalk", "Arn": place.arn("events", "rule/beanstalk"), "State": "ENABLED", "EventBusName": "default"}
    security = {"Name": "findings", "Arn": place.arn("events", "rule/findings"), "State": "ENABLED", "EventBusName": "default"}
    watched = {"source": ["aws.elasticbeanstalk"]}
    found = {"source": ["aws.securityhub", "aws.guardduty", "aws.config"]}
    rules = [{**rule, "EventPattern": json.dumps(watched)}, {**security, "EventPattern": json.dumps(found)}]
    place.put("events", "ListRules", {"Rules": rules if n.good else []})
    for one in rules if n.good else ():
        place.put("events", "ListTargetsByRule", {"Targets": [{"Id": "people", "Arn": topic}]}, Rule=one["Name"])


def _alarm(place: More, name: str, topic: str, metric: Answer) -> Answer:
    return {
        "AlarmName": name, "AlarmArn": place.arn("cloudwatch", f"alarm:{name}"), "ActionsEnabled": True, "AlarmActions": [topic], "OKActions": [],
        "InsufficientDataActions": [], "StateValue": "OK", "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Period": 300, "EvaluationPeriods": 1,
        "Statistic": "Maximum", **metric,
    }  # fmt: skip


def add_queues(place: More, urls: list[str]) -> None:
    """A worker's two queues: the one that is worked off is encrypted, the one of dead letters is not."""
    place.put("sqs", "ListQueues", {"QueueUrls": urls})
    for url, encrypted in zip(urls, ("true", "false"), strict=True):
        name = url.rpartition("/")[2]
        attributes = {"QueueArn": place.arn("sqs", name), "SqsManagedSseEnabled": encrypted, "VisibilityTimeout": "300"}
        place.put("sqs", "GetQueueAttributes", {"Attributes": attributes}, QueueUrl=url)
