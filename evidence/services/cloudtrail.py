"""AWS CloudTrail."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from evidence.services.config_items import capitalised
from evidence.services.declare import (
    ACCOUNTS,
    DAYS,
    Ask,
    History,
    Item,
    PopulationSpec,
    Redact,
    Service,
    document,
    flag,
    items,
    text,
    time,
)

# Shadow trails are wanted (the default): a trail made in another Region or by the organisation is then seen from anywhere.
DESCRIBE_TRAILS = Ask("cloudtrail", "DescribeTrails", ("cloudtrail:DescribeTrails",), result="trailList")
# TrailNotFoundException is not `gone`: an organisation's trail can be refused to a member account that way, and a trail left
# out of the population would make "there is no trail" of it.
GET_TRAIL_STATUS = Ask(
    "cloudtrail",
    "GetTrailStatus",
    ("cloudtrail:GetTrailStatus",),
    each="cloudtrail.trails",
    given={"Name": "TrailARN"},
    region="HomeRegion",
    result="IsLogging",
)
GET_EVENT_SELECTORS = Ask(
    "cloudtrail",
    "GetEventSelectors",
    ("cloudtrail:GetEventSelectors",),
    each="cloudtrail.trails",
    given={"TrailName": "TrailARN"},
    region="HomeRegion",
    result="TrailARN",
)
# Off is an error code here, not an answer; a member account may be refused an organisation's trail.
GET_INSIGHT_SELECTORS = Ask(
    "cloudtrail",
    "GetInsightSelectors",
    ("cloudtrail:GetInsightSelectors",),
    each="cloudtrail.trails",
    given={"TrailName": "TrailARN"},
    region="HomeRegion",
    absent=frozenset({"InsightNotEnabledException"}),
    result="InsightSelectors",
)


def _owner(item: Item, answer: Any) -> str:
    return str(item["TrailARN"].split(":")[4])


def _group(item: Item, answer: Any) -> str | None:
    """The name of the log group. Raises where it is not the home Region's and the owner's, as AWS has it."""
    arn = item.get("CloudWatchLogsLogGroupArn")
    if arn is None:
        return None
    _, _, _, region, account, _, name = arn.split(":", 6)
    if (region, account) != (item["HomeRegion"], _owner(item, answer)):
        raise ValueError(f"its log group is in {region} of account {account}")
    return str(name.removesuffix(":*"))


def _insights(item: Item, answer: Any) -> list[str]:
    """The kinds of Insights that watch management events. Where EventCategories is left out, they do."""
    return [
        one["InsightType"]
        for one in answer["InsightSelectors"]
        if "Management" in (one.get("EventCategories") or ("Management",))
    ]


TRAILS = PopulationSpec(
    name="cloudtrail.trails",
    noun="trail",
    type="AWS::CloudTrail::Trail",
    listed_by=DESCRIBE_TRAILS,
    items="trailList[]",
    identity="TrailARN",
    arn="{TrailARN}",
    region="HomeRegion",
    home=True,
    columns={
        "name": text("Name"),
        "owner": text(read=_owner, label="owner account"),
        "multi_region": flag("IsMultiRegionTrail", label="in all Regions"),
        "organization": flag("IsOrganizationTrail", label="organisation trail"),
        "global_events": flag("IncludeGlobalServiceEvents", label="global service events"),
        "file_validation": flag("LogFileValidationEnabled", label="log file validation"),
        "bucket": text("S3BucketName", label="bucket"),
        "key": text("KmsKeyId", label="KMS key"),
        "log_group": text("CloudWatchLogsLogGroupArn", label="log group"),
        "group_name": text(read=_group, label="log group"),
        "logging": flag("IsLogging", of=GET_TRAIL_STATUS),
        "delivered": time("LatestDeliveryTime", of=GET_TRAIL_STATUS, label="last delivery"),
        "delivery_error": text("LatestDeliveryError", of=GET_TRAIL_STATUS),
        "digest_error": text("LatestDigestDeliveryError", of=GET_TRAIL_STATUS, label="digest delivery error"),
        "log_group_delivered": time(
            "LatestCloudWatchLogsDeliveryTime", of=GET_TRAIL_STATUS, label="last delivery to CloudWatch Logs"
        ),
        "selectors": document(of=GET_EVENT_SELECTORS, label="event selectors"),
        "insights": items(of=GET_INSIGHT_SELECTORS, read=_insights, label="Insights on management events"),
    },
    history=History(
        "AWS::CloudTrail::Trail",
        frozenset(
            {"name", "owner", "multi_region", "organization", "global_events", "file_validation", "bucket", "key", "log_group"}
        ),
        lambda item: capitalised(item["configuration"]),
    ),
)

# CloudTrail's own memory, whether there is a trail or not: management events of the last ninety days, of the Region asked, by one
# attribute a call. Asked by name, so that the reads that consoles and pipelines make all day long are not listed. It takes two
# requests a second of an account and Region. Nobody else's event may be told from another by name alone: see _changes.
BEANSTALK = "elasticbeanstalk.amazonaws.com"
CHANGES = (
    "CreateEnvironment", "UpdateEnvironment", "TerminateEnvironment", "RebuildEnvironment", "SwapEnvironmentCNAMEs",
    "ApplyEnvironmentManagedAction", "CreateApplicationVersion", "DeleteApplication",
)  # fmt: skip
_TOLD = frozenset({
    "awsRegion", "errorCode", "eventCategory", "eventID", "eventName", "eventSource", "eventTime", "eventType", "eventVersion",
    "managementEvent", "readOnly", "recipientAccountId", "requestID", "sessionCredentialFromConsole", "sharedEventID",
    "sourceIPAddress", "tlsDetails", "userAgent", "userIdentity", "vpcEndpointId",
})  # fmt: skip
"""What is kept of an event: who, when, from where and how. What was sent and answered may hold option values, and is not."""
_REDACT = (Redact("Events[]", "details of a call", key="CloudTrailEvent", keeps=_TOLD),)
LOOKUP_CHANGES = tuple(
    Ask(
        "cloudtrail",
        "LookupEvents",
        ("cloudtrail:LookupEvents",),
        parameters={"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}]},
        result="Events",
        redact=_REDACT,
    )
    for name in CHANGES
)
# Every call that changed something, a day at a time so that a collection cut short goes on where it was. AWS keeps 90 days and
# takes two requests a second in each account and Region (evidence/services/rates.py).
# https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
LOOKUP_DAY = Ask(
    "cloudtrail",
    "LookupEvents",
    ("cloudtrail:LookupEvents",),
    parameters={"LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}], "MaxResults": 50},
    each="cloudtrail.days",
    given={"StartTime": "from", "EndTime": "to"},
    result="Events",
    redact=_REDACT,
)


def _changes(answer: Any) -> list[Item]:
    """The events of Elastic Beanstalk: other services have calls of the same names."""
    return [event for event in answer["Events"] if event["EventSource"] == BEANSTALK]


def _event(item: Item) -> Any:
    """The record itself. Raises where it is no JSON object, or was left out."""
    event = json.loads(item["CloudTrailEvent"])
    if not isinstance(event, dict):
        raise TypeError("the event is no JSON object")
    return event


def _told(*names: str) -> Callable[[Item, Any], Any]:
    """The member of the record at these names; None where one of them is left out."""

    def read(item: Item, answer: Any) -> Any:
        value = _event(item)
        for name in names:
            value = None if value is None else value.get(name)
        return value or None

    return read


def _who(item: Item, answer: Any) -> str | None:
    """Whom the record names: a principal, or the AWS service that acted; None where it names nobody."""
    identity = _event(item)["userIdentity"]
    behalf = identity.get("onBehalfOf") or {}
    return identity.get("arn") or identity.get("invokedBy") or behalf.get("userId") or identity.get("principalId") or None


def _by_service(item: Item, answer: Any) -> bool:
    """Whether an AWS service made the call, by itself or for somebody: no client of the account's spoke to the endpoint."""
    event = _event(item)
    identity = event["userIdentity"]
    return bool(identity.get("invokedBy")) or identity.get("type") == "AWSService" or event.get("eventType") == "AwsServiceEvent"


BEANSTALK_CHANGES = PopulationSpec(
    name="cloudtrail.beanstalk-changes",
    noun="change to Elastic Beanstalk",
    type="AWS::CloudTrail::Event",
    listed_by=LOOKUP_CHANGES[0],
    also=LOOKUP_CHANGES[1:],
    rows=_changes,
    identity="EventId",
    columns={
        "name": text("EventName", label="call"),
        "at": time("EventTime", label="made at"),
        "who": text(read=_who, label="made by"),
        "identity": text(read=_told("userIdentity", "type"), label="kind of identity"),
        "address": text(read=_told("sourceIPAddress"), label="made from"),
        "by_service": flag(read=_by_service, label="made by an AWS service"),
        "console": flag(read=_told("sessionCredentialFromConsole"), label="from a console session"),
        "tls": text(read=_told("tlsDetails", "tlsVersion"), label="TLS version"),
        "host": text(read=_told("tlsDetails", "clientProvidedHostHeader"), label="endpoint"),
    },
)

SOURCES: Mapping[str, str] = {
    **{
        name: f"{name}.amazonaws.com"
        for name in (
            "acm", "autoscaling", "cloudformation", "cloudfront", "cloudtrail", "config", "dynamodb", "ec2", "ecr", "ecs", "eks",
            "elasticache", "elasticbeanstalk", "guardduty", "iam", "kms", "lambda", "logs", "rds", "redshift", "s3",
            "secretsmanager", "sns", "sqs", "ssm", "wafv2",
        )
    },
    "efs": "elasticfilesystem.amazonaws.com",
    "elb": "elasticloadbalancing.amazonaws.com",
    "elbv2": "elasticloadbalancing.amazonaws.com",
    "cloudwatch": "monitoring.amazonaws.com",
}  # fmt: skip
"""How CloudTrail names a service that we collect; of others no event is attributed.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html"""
GLOBAL_EVENTS: Mapping[str, str] = {"aws": "us-east-1"}
"""In which Region the events of services without Regions are kept, by partition.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html"""

DAYS_OF_EVENTS = PopulationSpec(
    name="cloudtrail.days",
    noun="day of CloudTrail's event history",
    type="AWS::CloudTrail::Event",
    listed_by=DAYS,
    identity="day",
    columns={
        "from": time("from"),
        "to": time("to"),
        "changes": items("Events[]", of=LOOKUP_DAY, label="changing calls"),
    },
)

ACCOUNT = PopulationSpec(
    name="cloudtrail.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={},
)

SERVICE = Service(
    "cloudtrail",
    "AWS CloudTrail",
    asks=(DESCRIBE_TRAILS, GET_TRAIL_STATUS, GET_EVENT_SELECTORS, GET_INSIGHT_SELECTORS, *LOOKUP_CHANGES, LOOKUP_DAY),
    populations=(TRAILS, ACCOUNT, BEANSTALK_CHANGES, DAYS_OF_EVENTS),
)
