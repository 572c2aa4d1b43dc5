"""Faults about trails and logs: shadow copies, selectors, nothing there at all, and logs that are kept for ever."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended, judge_answers
from tests.known_faults import over_the_wire
from tests.known_faults.over_the_wire import Aws

EVERYWHERE, ENCRYPTED = "cloudtrail.account.all-regions", "cloudtrail.trails.customer-key"
TWO = (REGION, "us-east-1")
ORG = "arn:aws:cloudtrail:us-east-1:444455556666:trail/org"
SHADOW = {"Name": "org", "TrailARN": ORG, "HomeRegion": "us-east-1", "IsMultiRegionTrail": True, "IsOrganizationTrail": True,
          "IncludeGlobalServiceEvents": True, "S3BucketName": "org-logs"}  # fmt: skip


def listed(*trails: dict[str, Any], region: str = REGION) -> Answer:
    return answered("cloudtrail", "DescribeTrails", {"trailList": list(trails)}, region=region)


def status(arn: str = ORG, region: str = "us-east-1") -> Answer:
    value = {"IsLogging": True, "LatestDeliveryTime": AS_OF}
    return answered("cloudtrail", "GetTrailStatus", value, region=region, Name=arn)


def test_no_trail_at_all_is_an_exception_of_the_account_and_nothing_to_encrypt() -> None:
    """B06: an account without a trail had no row for "there is a trail", and dropped out of the pack; elsewhere it passed. An
    unread list is not an empty one. Not in the log: trails that are there, but in one Region only."""
    nothing = [listed(region=region) for region in TWO]
    exists = judge_answers(EVERYWHERE, *nothing, regions=TWO)
    assert [(m.id, m.judgement) for m in exists.members] == [(ACCOUNT, "exception")]
    each = judge_answers(ENCRYPTED, *nothing, regions=TWO)
    assert (each.result.judgement, each.members) == ("not_applicable", ())
    assert "There is no trail in scope" in each.result.reason
    unread = (nothing[0], ended("cloudtrail", "DescribeTrails", "denied", region="us-east-1"))
    assert judge_answers(EVERYWHERE, *unread, regions=TWO)[ACCOUNT] == "gap"
    assert judge_answers(ENCRYPTED, *unread, regions=TWO).result.judgement == "gap"
    local: dict[str, Any] = {**SHADOW, "TrailARN": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/local", "HomeRegion": REGION,
             "IsMultiRegionTrail": False}  # fmt: skip
    seen = judge_answers(EVERYWHERE, listed(local), nothing[1], status(local["TrailARN"], REGION), regions=TWO)
    assert seen[ACCOUNT] == "exception" and "none of 1" in seen.reason(ACCOUNT)


def test_a_trail_seen_from_every_region_is_one_trail_and_counts_for_the_member_account() -> None:
    """B21: shadow copies were counted again in each Region, or left out, so that members covered by the organisation's trail
    failed. The owner is named. What a member may not read stays a gap."""
    shadows = [listed(SHADOW, region=region) for region in TWO]
    judged = judge_answers(EVERYWHERE, *shadows, status(), regions=TWO)
    assert judged[ACCOUNT] == "meets" and f"1 of 1: {ORG}" in judged.reason(ACCOUNT)
    logging = judge_answers("cloudtrail.trails.logging", *shadows, status(), regions=TWO)
    assert [(m.id, m.region, m.judgement) for m in logging.members] == [(ORG, "us-east-1", "meets")]
    assert "owner account = 444455556666" in logging.reason(ORG)
    denied = ended("cloudtrail", "GetEventSelectors", "denied", region="us-east-1", TrailName=ORG)
    assert judge_answers("cloudtrail.account.management-events", *shadows, status(), denied, regions=TWO)[ACCOUNT] == "gap"
    bucket = answered("s3", "ListBuckets", {"Buckets": []}, region="global", MaxBuckets=1000)
    where = judge_answers("cloudtrail.trails.bucket-access-logging", *shadows, bucket, regions=TWO)
    assert where[ORG] == "gap", "the bucket is the owner's"


def test_a_shadow_trails_status_is_asked_once_at_its_home(aws: Aws) -> None:
    """B21, over the wire: two Regions list the trail; its status is asked by its ARN, in its home Region, once."""
    aws.regions(eu_west_1="opt_in_not_required", us_east_1="opt_in_not_required")
    for region in TWO:
        aws.put("cloudtrail", "DescribeTrails", {"trailList": [SHADOW]}, region=region)
    aws.put("cloudtrail", "GetTrailStatus", {"IsLogging": True, "LatestDeliveryTime": AS_OF}, region="us-east-1", Name=ORG)
    aws.world.fail(over_the_wire.ACCOUNT, REGION, "cloudtrail", "GetTrailStatus", "TrailNotFoundException", 400)
    seen = aws.judged(EVERYWHERE, "cloudtrail.trails.logging", ended=AS_OF)
    assert seen.members("cloudtrail.trails.logging") == {ORG: "meets"}
    assert seen.members(EVERYWHERE) == {over_the_wire.ACCOUNT: "meets"}
    status = [(r.region, r.parameters) for r in seen.asked if r.operation == "GetTrailStatus"]
    assert status == [("us-east-1", {"Name": ORG})]


def test_two_trails_of_one_name_are_two_trails() -> None:
    """B21, not in the log: a trail of the account's own may bear the same name; it is told apart by its ARN."""
    own = {**SHADOW, "TrailARN": f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/org", "IsOrganizationTrail": False}
    judged = judge_answers(
        "cloudtrail.trails.logging",
        *[listed(SHADOW, own, region=region) for region in TWO],
        status(),
        ended("cloudtrail", "GetTrailStatus", "failed", region="us-east-1", code="TrailNotFoundException", Name=own["TrailARN"]),
        regions=TWO,
    )
    assert sorted((m.id, m.judgement) for m in judged.members) == [(own["TrailARN"], "gap"), (ORG, "meets")]


def field(name: str, *values: str, operator: str = "Equals") -> dict[str, Any]:
    return {"Field": name, operator: list(values)}


MANAGEMENT = {"FieldSelectors": [field("eventCategory", "Management")]}
OBJECTS = (field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"))


@pytest.mark.parametrize(
    ("data", "management", "writes", "reads"),
    [
        ((*OBJECTS, field("readOnly", "false")), "meets", "meets", "exception"),
        (OBJECTS, "meets", "meets", "meets"),
        # Narrowed to all but one bucket: neither is whole.
        ((*OBJECTS, field("resources.ARN", "arn:aws:s3:::pay", operator="NotStartsWith")), "meets", "exception", "exception"),
        # Not in the log: another kind of resource, and a word for readOnly that is none.
        ((field("eventCategory", "Data"), field("resources.type", "AWS::DynamoDB::Table")), "meets", "exception", "exception"),
        ((*OBJECTS, field("readOnly", "perhaps")), "gap", "gap", "gap"),
    ],
)
def test_advanced_event_selectors_are_read(data: Any, management: str, writes: str, reads: str) -> None:
    """B22: only the classic selectors were read, and trails with advanced ones failed."""
    selectors = {"TrailARN": ORG, "AdvancedEventSelectors": [MANAGEMENT, {"FieldSelectors": list(data)}]}
    answers = (
        listed(SHADOW),
        status(),
        answered("cloudtrail", "GetEventSelectors", selectors, region="us-east-1", TrailName=ORG),
    )
    expected = {"management-events": management, "s3-write-events": writes, "s3-read-events": reads}
    found = {name: judge_answers(f"cloudtrail.account.{name}", *answers)[ACCOUNT] for name in expected}
    assert found == expected


def test_a_log_group_without_retention_is_kept_for_ever() -> None:
    """B42: an absent retention was read as 0 days. No requirement asks yet that an expiry is set. Not in the log: a retention that
    is no number, and just a day too short."""
    groups = [
        {"logGroupName": "/app/a", "storedBytes": 0},
        {"logGroupName": "/app/b", "retentionInDays": 365, "kmsKeyId": "arn:key"},
        {"logGroupName": "/app/c", "retentionInDays": 90},
        {"logGroupName": "/app/d", "retentionInDays": 364},
        {"logGroupName": "/app/e", "retentionInDays": "a year"},
    ]
    answer = answered("logs", "DescribeLogGroups", {"logGroups": groups})
    judged = judge_answers("logs.groups.retention", answer)
    assert [m.judgement for m in judged.members] == ["meets", "meets", "exception", "exception", "gap"]
    assert "never expires" in judged.reason("/app/a") and "= 0" not in judged.reason("/app/a")
    keys = judge_answers("logs.groups.customer-key", answer)
    assert [m.judgement for m in keys.members][:2] == ["exception", "meets"]
    assert "the service" in keys.result.logic, "the service encrypts them with its own key all the same"
