"""Trails: who did what in the account, kept whole and out of reach."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.pairs import all_hold
from evidence.populations.population import Population
from evidence.populations.trail_events import READ, WRITE, missing_management, missing_s3, selected
from evidence.requirements.declare import Parameter, requirement

STATUS = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html"
TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html"
INSIGHTS = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html"
SELECTORS = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html"


def _everywhere(trails: Population) -> Truth:
    """Trails that are switched on in all Regions."""
    return trails.multi_region.is_true() & trails.logging.is_true()


@requirement(
    "cloudtrail.account.all-regions",
    says="Every account has a trail that is logging in all Regions, global services included.",
    why="What is done in a Region that nobody uses is then on record as well.",
    logic=(
        "The account has, or is given by its organisation, at least one trail whose IsMultiRegionTrail, "
        "IncludeGlobalServiceEvents and IsLogging are true; where none is found and a list of trails or a trail's status could "
        "not be read, it is a gap."
    ),
    covers=("LM-08",),
    uses=("cloudtrail.trails",),
    fix="aws cloudtrail create-trail --is-multi-region-trail --include-global-service-events, then start-logging.",
    source=TRAIL,
)
def all_regions(accounts: Population, trails: Population) -> Truth:
    counts = _everywhere(trails) & trails.global_events.is_true()
    return accounts.some_in(trails, where=counts, within="account", label="trails logging in all Regions")


@requirement(
    "cloudtrail.account.management-events",
    says="Every account has a trail in all Regions that records every management event, reads and writes.",
    why="Changes to resources, rights and logging itself are management events.",
    logic=(
        "At least one trail with IsMultiRegionTrail and IsLogging true has event selectors that together select management "
        "events of both reads and writes and exclude no event source: classic ones by IncludeManagementEvents, ReadWriteType and "
        "ExcludeManagementEventSources, advanced ones by eventCategory Management (without readOnly both)."
    ),
    covers=("LM-09",),
    uses=("cloudtrail.trails",),
    fix="aws cloudtrail put-event-selectors with IncludeManagementEvents true, ReadWriteType All and no excluded sources.",
    source=SELECTORS,
)
def management_events(accounts: Population, trails: Population) -> Truth:
    counts = _everywhere(trails) & trails.selectors.free_of(missing_management)
    return accounts.some_in(trails, where=counts, within="account", label="trails recording all management events")


@requirement(
    "cloudtrail.account.s3-write-events",
    says="Every account has a trail in all Regions that records the writes of objects in every S3 bucket.",
    why="Who changed or deleted an object is in no management event.",
    logic=(
        "At least one trail with IsMultiRegionTrail and IsLogging true selects the write data events of AWS::S3::Object for all "
        "buckets: a classic value that is the prefix of every bucket's ARN, or an advanced selector that no further field narrows."
    ),
    covers=("LM-13",),
    uses=("cloudtrail.trails",),
    fix="aws cloudtrail put-event-selectors with data events of AWS::S3::Object for all buckets, WriteOnly or All.",
    source=SELECTORS,
)
def s3_write_events(accounts: Population, trails: Population) -> Truth:
    counts = _everywhere(trails) & trails.selectors.free_of(lambda selectors: missing_s3(selectors, WRITE))
    return accounts.some_in(trails, where=counts, within="account", label="trails recording all S3 object writes")


@requirement(
    "cloudtrail.account.s3-read-events",
    says="Every account has a trail in all Regions that records the reads of objects in every S3 bucket.",
    why="Who read or copied an object is in no management event.",
    logic=(
        "At least one trail with IsMultiRegionTrail and IsLogging true selects the read data events of AWS::S3::Object for all "
        "buckets: a classic value that is the prefix of every bucket's ARN, or an advanced selector that no further field narrows."
    ),
    covers=("LM-13",),
    uses=("cloudtrail.trails",),
    fix="aws cloudtrail put-event-selectors with data events of AWS::S3::Object for all buckets, ReadOnly or All.",
    source=SELECTORS,
)
def s3_read_events(accounts: Population, trails: Population) -> Truth:
    counts = _everywhere(trails) & trails.selectors.free_of(lambda selectors: missing_s3(selectors, READ))
    return accounts.some_in(trails, where=counts, within="account", label="trails recording all S3 object reads")


_NEEDS = {"ApiCallRateInsight": (WRITE,), "ApiErrorRateInsight": (READ, WRITE)}
"""Which management events each kind of Insights looks at: one of these accesses is enough."""


def _watches(trails: Population, kind: str) -> Truth:
    """Trails with this kind of Insights on management events, that record events for it to look at."""

    def blind(selectors: Mapping[str, Any]) -> list[str]:
        seen = {access for one in selected(selectors) if not one.data for access in one.access}
        return [] if seen & set(_NEEDS[kind]) else [f"{kind} has no management events to look at"]

    on = trails.insights.present() & trails.insights.some(lambda found: found == kind)
    return _everywhere(trails) & on & trails.selectors.free_of(blind)


@requirement(
    "cloudtrail.account.insights",
    says="Every account has a trail in all Regions whose Insights look for unusual rates of calls and of errors.",
    why="A burst of calls or of refusals shows before anybody has thought of an alarm for it.",
    logic=(
        "For each kind of Insights that is asked for, at least one trail with IsMultiRegionTrail and IsLogging true has it in its "
        "Insights selectors for management events (EventCategories left out means those) and records events that it looks at: "
        "writes for the rate of calls, reads or writes for that of errors. InsightNotEnabledException says that they are off. "
        "Of an organisation's trail a member account may not be told: a gap, to be read in the account that owns it."
    ),
    covers=("LM-21",),
    uses=("cloudtrail.trails",),
    parameters={"kinds": Parameter(list(_NEEDS), "kinds of Insights asked for", INSIGHTS, choices=tuple(_NEEDS))},
    fix="aws cloudtrail put-insight-selectors with ApiCallRateInsight and ApiErrorRateInsight; AWS charges for the events analysed.",
    source=INSIGHTS,
)
def insights(accounts: Population, trails: Population, *, kinds: list[str]) -> Truth:
    found = {
        kind: accounts.some_in(trails, where=_watches(trails, kind), within="account", label=f"trails with {kind}")
        for kind in kinds
    }
    return all_hold(found, yes="watched by", no="not watched by")


@requirement(
    "cloudtrail.trails.logging",
    says="Every trail is logging and delivers its log files.",
    why="A trail that is switched off, or cannot write to its bucket, records nothing.",
    logic=(
        "IsLogging is true, LatestDeliveryTime is at most 24 hours before the run's end, and LatestDeliveryError is empty "
        "(absent: there was none)."
    ),
    covers=("LM-08",),
    shows=("bucket", "owner"),
    fix="aws cloudtrail start-logging; where there is a delivery error, put the bucket's policy right.",
    source=STATUS,
)
def logging_and_delivering(trails: Population) -> Truth:
    error = trails.delivery_error.absent_means("", source=STATUS)
    return trails.logging.is_true() & trails.delivered.within(days=1) & (error == "")


@requirement(
    "cloudtrail.trails.file-validation",
    says="Every trail signs digests of its log files.",
    why="A log file that was changed, deleted or forged afterwards can then be told.",
    logic=(
        "LogFileValidationEnabled is true and LatestDigestDeliveryError is empty (absent: there was none). The digests themselves "
        "are not checked here; aws cloudtrail validate-logs does that."
    ),
    covers=("LM-10",),
    shows=("owner",),
    fix="aws cloudtrail update-trail --enable-log-file-validation.",
    source=TRAIL,
)
def file_validation(trails: Population) -> Truth:
    error = trails.digest_error.absent_means("", source=STATUS)
    return trails.file_validation.is_true() & (error == "")


@requirement(
    "cloudtrail.trails.customer-key",
    says="Every trail encrypts its log files with a customer's KMS key.",
    why="Reading the logs then needs a right to the key as well as one to the bucket.",
    logic="KmsKeyId is set. Where it is absent the files are encrypted all the same, with S3's own keys (SSE-S3).",
    covers=("LM-11",),
    shows=("owner",),
    fix="aws cloudtrail update-trail --kms-key-id, with a key whose policy lets CloudTrail encrypt.",
    source=TRAIL,
)
def customer_key(trails: Population) -> Truth:
    return trails.key.present()


@requirement(
    "cloudtrail.trails.cloudwatch-logs",
    says="Every trail is delivered to CloudWatch Logs.",
    why="Metric filters and alarms can only see events that reach a log group.",
    logic=(
        "CloudWatchLogsLogGroupArn is set and LatestCloudWatchLogsDeliveryTime is at most 24 hours before the run's end. Of a "
        "trail that another account owns (an organisation's trail) the delivery time alone decides, since the log group "
        "is the owner's."
    ),
    covers=("LM-11",),
    shows=("owner",),
    fix="aws cloudtrail update-trail --cloud-watch-logs-log-group-arn --cloud-watch-logs-role-arn.",
    source=STATUS,
)
def cloudwatch_logs(trails: Population) -> Truth:
    # A trail is ours where its owner is an account whose trails we list here: only our own is among them.
    ours = trails.some_in(trails, on=("owner", "account"), within="account", label="owned by this account")
    return (trails.log_group.present() | ~ours) & trails.log_group_delivered.within(days=1)


@requirement(
    "cloudtrail.trails.bucket-access-logging",
    says="Every trail's bucket has server access logging on.",
    why="Who read or deleted the trail's own log files is then on record.",
    logic=(
        "The bucket named by S3BucketName is in the same account and has a LoggingEnabled target. A bucket that is not among the "
        "account's (a log archive's) could not be read from here: a gap, to be read in the account that owns it."
    ),
    covers=("LM-12",),
    uses=("s3.buckets",),
    shows=("bucket", "owner"),
    fix="aws s3api put-bucket-logging with a target bucket; where another account owns the bucket, gather there as well.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html",
)
def bucket_access_logging(trails: Population, buckets: Population) -> Truth:
    by_name = ("bucket", "id")
    found = trails.some_in(buckets, on=by_name, within="account", label="bucket of this account")
    target = trails.lookup(buckets, by_name, "logging_target", within="account", label="access logs go to")
    # `known` is unknown, not no, for a bucket of another account: absent cells answer so.
    known = trails.lookup(buckets, by_name, "id", within="account", label="bucket in this account's list").matches("")
    return (found & target.present()) | (~found & known)


REQUIREMENTS = (
    all_regions,
    management_events,
    s3_write_events,
    s3_read_events,
    insights,
    logging_and_delivering,
    file_validation,
    customer_key,
    cloudwatch_logs,
    bucket_access_logging,
)
