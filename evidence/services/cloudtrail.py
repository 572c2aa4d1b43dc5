"""AWS CloudTrail."""

from typing import Any

from evidence.services.declare import ACCOUNTS, Ask, Item, PopulationSpec, Service, document, flag, items, text, time

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
    asks=(DESCRIBE_TRAILS, GET_TRAIL_STATUS, GET_EVENT_SELECTORS, GET_INSIGHT_SELECTORS),
    populations=(TRAILS, ACCOUNT),
)
