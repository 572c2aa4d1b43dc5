"""Trails: seen from every Region, counted once, read in their home."""

from typing import Any

import pytest

from evidence.populations.trail_events import missing_management, missing_s3
from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, ended, judge_answers
from tests.requirements.iam_answers import ago

OWN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
FOREIGN = "arn:aws:cloudtrail:us-east-1:444455556666:trail/org"
ALL = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]}
EXISTENCE = ("all-regions", "management-events", "s3-write-events", "s3-read-events")


def trail(arn: str = OWN, **more: Any) -> dict[str, Any]:
    return {
        "Name": arn.rsplit("/", 1)[-1], "TrailARN": arn, "HomeRegion": arn.split(":")[3], "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True, "IsOrganizationTrail": False, "LogFileValidationEnabled": True,
        "S3BucketName": "trail-logs",
    } | more  # fmt: skip


def listed(*trails: dict[str, Any], region: str = REGION) -> Answer:
    return answered("cloudtrail", "DescribeTrails", {"trailList": list(trails)}, region=region)


def status(arn: str = OWN, **more: Any) -> Answer:
    value = {"IsLogging": True, "LatestDeliveryTime": AS_OF} | more
    return answered("cloudtrail", "GetTrailStatus", value, region=arn.split(":")[3], Name=arn)


def selecting(value: dict[str, Any], arn: str = OWN) -> Answer:
    return answered("cloudtrail", "GetEventSelectors", {"TrailARN": arn} | value, region=arn.split(":")[3], TrailName=arn)


def of_account(name: str, *answers: Answer, regions: tuple[str, ...] = (REGION,)) -> str:
    return judge_answers(f"cloudtrail.account.{name}", *answers, regions=regions)[ACCOUNT]


def of_trail(name: str, one: dict[str, Any], *answers: Answer) -> Judged:
    return judge_answers(f"cloudtrail.trails.{name}", listed(one), *answers)


# -- something must exist: judged on the account -----------------------------------------------------------------------


def test_a_trail_seen_in_every_region_is_one_trail_and_counts_everywhere() -> None:
    regions = (REGION, "us-east-1")
    shadows = [listed(trail(), region=region) for region in regions]
    judged = judge_answers("cloudtrail.account.all-regions", *shadows, status(), regions=regions)
    assert judged[ACCOUNT] == "meets" and "1 of 1" in judged.reason(ACCOUNT)
    each = judge_answers("cloudtrail.trails.logging", *shadows, status(), regions=regions)
    assert [(m.id, m.region) for m in each.members] == [(OWN, REGION)]


def test_an_organisation_s_trail_is_seen_as_a_shadow_and_read_in_its_home_region() -> None:
    shadow = listed(trail(FOREIGN, IsOrganizationTrail=True))
    assert of_account("all-regions", shadow, status(FOREIGN)) == "meets"
    for refused in ("denied", "failed"):
        answer = ended("cloudtrail", "GetTrailStatus", refused, region="us-east-1", Name=FOREIGN)
        assert of_account("all-regions", shadow, answer) == "gap"


@pytest.mark.parametrize(
    ("more", "logging", "expected"),
    [
        ({"IsMultiRegionTrail": False}, True, "exception"),
        ({"IncludeGlobalServiceEvents": False}, True, "exception"),
        ({}, False, "exception"),
        ({"IsMultiRegionTrail": None}, True, "gap"),
        ({"IsMultiRegionTrail": "perhaps"}, True, "gap"),
        ({}, "perhaps", "gap"),
    ],
)
def test_a_trail_that_does_not_count(more: dict[str, Any], logging: Any, expected: str) -> None:
    assert of_account("all-regions", listed(trail(**more)), status(IsLogging=logging)) == expected


@pytest.mark.parametrize("name", EXISTENCE)
def test_no_trail_is_an_exception_and_an_unread_region_is_a_gap(name: str) -> None:
    regions = (REGION, "us-east-1")
    none = listed()
    assert of_account(name, none, listed(region="us-east-1"), regions=regions) == "exception"
    assert of_account(name, none, ended("cloudtrail", "DescribeTrails", "denied", region="us-east-1"), regions=regions) == "gap"
    assert of_account(name, none, regions=regions) == "gap"


def test_an_unread_region_does_not_undo_a_trail_that_was_found() -> None:
    denied = ended("cloudtrail", "DescribeTrails", "denied", region="us-east-1")
    assert of_account("all-regions", listed(trail()), status(), denied, regions=(REGION, "us-east-1")) == "meets"


def test_management_events_of_a_trail_in_all_regions() -> None:
    writes = {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}
    assert of_account("management-events", listed(trail()), status(), selecting(ALL)) == "meets"
    assert of_account("management-events", listed(trail()), status(), selecting(writes)) == "exception"
    assert of_account("management-events", listed(trail()), status(IsLogging=False), selecting(ALL)) == "exception"
    assert of_account("management-events", listed(trail(IsMultiRegionTrail=False)), status(), selecting(ALL)) == "exception"
    assert of_account("management-events", listed(trail()), status(), selecting({})) == "gap"
    denied = ended("cloudtrail", "GetEventSelectors", "denied", TrailName=OWN)
    assert of_account("management-events", listed(trail()), status(), denied) == "gap"


def test_another_trail_does_not_lend_its_logging() -> None:
    """All conditions hold for one trail, or none counts."""
    other = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/off"
    writes = {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}
    answers = (listed(trail(), trail(other)), status(), status(other, IsLogging=False), selecting(writes), selecting(ALL, other))
    assert of_account("management-events", *answers) == "exception"


def test_s3_object_events() -> None:
    resources = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    writes = {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": resources}]}
    answers = (listed(trail()), status(), selecting(writes))
    assert of_account("s3-write-events", *answers) == "meets" and of_account("s3-read-events", *answers) == "exception"
    assert of_account("s3-write-events", listed(trail()), status(), selecting(ALL)) == "exception"


# -- event selectors -----------------------------------------------------------------------------------------------------


def classic(access: str = "All", management: bool = True, **more: Any) -> dict[str, Any]:
    return {"ReadWriteType": access, "IncludeManagementEvents": management} | more


def advanced(category: str = "Management", *fields: tuple[str, str, list[str]]) -> dict[str, Any]:
    first = {"Field": "eventCategory", "Equals": [category]}
    return {"FieldSelectors": [first, *({"Field": field, operator: values} for field, operator, values in fields)]}


S3 = ("resources.type", "Equals", ["AWS::S3::Object"])
READS, WRITES = ("readOnly", "Equals", ["true"]), ("readOnly", "Equals", ["false"])


@pytest.mark.parametrize(
    "selectors",
    [
        {"EventSelectors": [classic()]},
        {"EventSelectors": [classic("ReadOnly"), classic("WriteOnly")]},
        {"EventSelectors": [classic(ExcludeManagementEventSources=["kms.amazonaws.com"]), classic()]},
        {"AdvancedEventSelectors": [advanced()]},
        {"AdvancedEventSelectors": [advanced("Management", READS), advanced("Management", WRITES)], "EventSelectors": []},
        {"AdvancedEventSelectors": [advanced("Management", ("readOnly", "Equals", ["true", "false"]))]},
        {"AdvancedEventSelectors": [advanced(), advanced("NetworkActivity", ("eventSource", "Equals", ["s3.amazonaws.com"]))]},
    ],
)
def test_selectors_that_record_all_management_events(selectors: dict[str, Any]) -> None:
    assert missing_management(selectors) == []


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        ({"EventSelectors": [classic(management=False)]}, "read management events are not recorded"),
        ({"EventSelectors": [classic("ReadOnly")]}, "write management events are not recorded"),
        ({"EventSelectors": [classic(ExcludeManagementEventSources=["kms.amazonaws.com"])]}, "kms.amazonaws.com is excluded"),
        ({"AdvancedEventSelectors": [advanced("Management", WRITES)]}, "read management events are not recorded"),
        (
            {"AdvancedEventSelectors": [advanced("Management", ("eventSource", "NotEquals", ["kms.amazonaws.com"]))]},
            "eventSource NotEquals kms.amazonaws.com",
        ),
        ({"AdvancedEventSelectors": [advanced("Data", S3)]}, "read management events are not recorded"),
        ({"AdvancedEventSelectors": [advanced("NetworkActivity")]}, "read management events are not recorded"),
    ],
)
def test_selectors_that_leave_management_events_out(selectors: dict[str, Any], said: str) -> None:
    assert any(said in finding for finding in missing_management(selectors))


@pytest.mark.parametrize(
    ("selectors", "read", "write"),
    [
        ({"EventSelectors": [classic(DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::"]}])]}, True, True),
        ({"EventSelectors": [classic(DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws-cn:s3"]}])]}, True, True),
        ({"EventSelectors": [classic(DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::a/"]}])]}, False, False),
        ({"EventSelectors": [classic(DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::a/", "arn:aws:s3"]}])]}, True, True),
        ({"EventSelectors": [classic(DataResources=[{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}])]}, False, False),
        ({"EventSelectors": [classic("ReadOnly", DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}])]}, True, False),
        ({"AdvancedEventSelectors": [advanced(), advanced("Data", S3, WRITES)]}, False, True),
        ({"AdvancedEventSelectors": [advanced("Data", S3)]}, True, True),
        ({"AdvancedEventSelectors": [advanced("Data", S3, ("resources.ARN", "StartsWith", ["arn:aws:s3:::"]))]}, True, True),
        ({"AdvancedEventSelectors": [advanced("Data", S3, ("resources.ARN", "StartsWith", ["arn:aws:s3:::a/"]))]}, False, False),
        ({"AdvancedEventSelectors": [advanced("Data", S3, ("resources.ARN", "NotStartsWith", ["arn:aws:s3:::"]))]}, False, False),
        ({"AdvancedEventSelectors": [advanced("Data", ("resources.type", "Equals", ["AWS::Lambda::Function"]))]}, False, False),
        ({"AdvancedEventSelectors": [advanced()]}, False, False),
    ],
)  # fmt: skip
def test_s3_selectors(selectors: dict[str, Any], read: bool, write: bool) -> None:
    assert (missing_s3(selectors, "read") == [], missing_s3(selectors, "write") == []) == (read, write)


@pytest.mark.parametrize(
    "selectors",
    [
        {},
        {"EventSelectors": [], "AdvancedEventSelectors": []},
        {"EventSelectors": [classic()], "AdvancedEventSelectors": [advanced()]},
        {"EventSelectors": [classic("Everything")]},
        {"EventSelectors": [{"IncludeManagementEvents": True}]},
        {"EventSelectors": [{"ReadWriteType": "All"}]},
        {"EventSelectors": [classic(management="true")]},  # type: ignore[arg-type]
        {"EventSelectors": "All"},
        {"AdvancedEventSelectors": [{"FieldSelectors": []}]},
        {"AdvancedEventSelectors": [advanced("Management", ("readOnly", "NotEquals", ["true"]))]},
        {"AdvancedEventSelectors": [advanced("Management", ("readOnly", "Equals", ["maybe"]))]},
        {"AdvancedEventSelectors": [advanced("Data")]},
    ],
)
def test_selectors_that_cannot_be_read_are_a_gap(selectors: dict[str, Any]) -> None:
    assert of_account("management-events", listed(trail()), status(), selecting(selectors)) == "gap"


# -- each trail ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "meets"),
        ({"LatestDeliveryError": ""}, "meets"),
        ({"IsLogging": False}, "exception"),
        ({"LatestDeliveryError": "AccessDenied"}, "exception"),
        ({"LatestDeliveryTime": ago(1.5)}, "exception"),
        ({"LatestDeliveryTime": None}, "gap"),
        ({"LatestDeliveryTime": "never"}, "gap"),
        ({"IsLogging": None}, "gap"),
    ],
)
def test_a_trail_logs_and_delivers(more: dict[str, Any], expected: str) -> None:
    assert of_trail("logging", trail(), status(**more))[OWN] == expected


def test_no_trails_is_not_applicable_to_each_trail() -> None:
    for name in ("logging", "file-validation", "customer-key", "cloudwatch-logs"):
        assert judge_answers(f"cloudtrail.trails.{name}", listed()).result.judgement == "not_applicable"
        denied = judge_answers(f"cloudtrail.trails.{name}", ended("cloudtrail", "DescribeTrails", "denied"))
        assert denied.result.judgement == "gap"


def test_file_validation() -> None:
    assert of_trail("file-validation", trail(), status())[OWN] == "meets"
    assert of_trail("file-validation", trail(LogFileValidationEnabled=False), status())[OWN] == "exception"
    assert of_trail("file-validation", trail(), status(LatestDigestDeliveryError="AccessDenied"))[OWN] == "exception"
    assert of_trail("file-validation", trail(LogFileValidationEnabled=None), status())[OWN] == "gap"
    assert of_trail("file-validation", trail(), ended("cloudtrail", "GetTrailStatus", "denied", Name=OWN))[OWN] == "gap"


def test_customer_key() -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    assert of_trail("customer-key", trail(KmsKeyId=key))[OWN] == "meets"
    assert of_trail("customer-key", trail())[OWN] == "exception"
    assert of_trail("customer-key", trail(KmsKeyId=["k"]))[OWN] == "gap"


def test_delivery_to_cloudwatch_logs() -> None:
    group = {"CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail:*"}
    fresh, stale = (status(LatestCloudWatchLogsDeliveryTime=ago(days)) for days in (0.1, 2))
    assert of_trail("cloudwatch-logs", trail(**group), fresh)[OWN] == "meets"
    assert of_trail("cloudwatch-logs", trail(**group), stale)[OWN] == "exception"
    assert of_trail("cloudwatch-logs", trail(), status())[OWN] == "exception"
    assert of_trail("cloudwatch-logs", trail(**group), status())[OWN] == "gap"


def test_the_log_group_of_an_organisation_s_trail_is_its_owner_s() -> None:
    org = trail(FOREIGN, IsOrganizationTrail=True)
    assert of_trail("cloudwatch-logs", org, status(FOREIGN))[FOREIGN] == "gap"
    assert of_trail("cloudwatch-logs", org, status(FOREIGN, LatestCloudWatchLogsDeliveryTime=ago(0.1)))[FOREIGN] == "meets"
    # The owner's own view: no log group is no delivery.
    own = trail(IsOrganizationTrail=True)
    assert of_trail("cloudwatch-logs", own, status())[OWN] == "exception"


# -- the bucket that a trail writes to -----------------------------------------------------------------------------------


def buckets(*names: str) -> Answer:
    value = {"Buckets": [{"Name": name, "BucketRegion": REGION} for name in names]}
    return answered("s3", "ListBuckets", value, region="global", MaxBuckets=1000)


def bucket_logging(value: dict[str, Any], name: str = "trail-logs") -> Answer:
    return answered("s3", "GetBucketLogging", value, Bucket=name, ExpectedBucketOwner=ACCOUNT)


TARGET = {"LoggingEnabled": {"TargetBucket": "access-logs", "TargetPrefix": ""}}


def test_the_trail_s_own_bucket_logs_access() -> None:
    both, other = buckets("other", "trail-logs"), bucket_logging(TARGET, "other")
    assert of_trail("bucket-access-logging", trail(), both, bucket_logging(TARGET), other)[OWN] == "meets"
    # Off is an answer without the field; what another bucket does is no help.
    off = of_trail("bucket-access-logging", trail(), both, bucket_logging({}), other)
    assert off[OWN] == "exception" and "access logs go to = not set" in off.reason(OWN)


def test_a_bucket_that_could_not_be_read_or_is_another_account_s_is_a_gap() -> None:
    denied = ended("s3", "GetBucketLogging", "denied", Bucket="trail-logs", ExpectedBucketOwner=ACCOUNT)
    no_list = ended("s3", "ListBuckets", "denied", region="global", MaxBuckets=1000)
    for answers in (
        (buckets("trail-logs"), denied),
        (buckets("trail-logs"), bucket_logging({"LoggingEnabled": "yes"})),
        (buckets("other"), bucket_logging(TARGET, "other")),
        (buckets(),),
        (no_list,),
        (),
    ):
        assert of_trail("bucket-access-logging", trail(), *answers)[OWN] == "gap"
    assert (
        of_trail("bucket-access-logging", trail(S3BucketName=None), buckets("trail-logs"), bucket_logging(TARGET))[OWN] == "gap"
    )
