"""Faults of reading: what was refused, cut, late, gone or elsewhere, and passed for a setting. Over the wire where they bit there."""

import datetime as dt
from typing import Any

import pytest

from evidence.aws.ask import Asker
from evidence.run.answer import Call
from evidence.services import asks
from tests.aws.wire import Wire, js
from tests.aws_simulator import Fault
from tests.judging import answered, ended, judge_answers
from tests.known_faults.over_the_wire import ACCOUNT, REGION, Aws

ENCRYPTED, VERSIONED, NOT_PUBLIC = "s3.buckets.encrypted", "s3.buckets.versioning", "s3.buckets.not-public"
VOLUMES, LOG_KEYS, ROLES = "ec2.volumes.encrypted", "logs.groups.customer-key", "iam.principals.administrators-known"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def buckets(aws: Aws, *names: str) -> None:
    """Buckets that are well kept."""
    aws.put("s3", "ListBuckets", {"Buckets": [{"Name": n, "BucketRegion": REGION} for n in names]}, region="global")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    for name in names:
        aws.put("s3", "GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}, Bucket=name)
        aws.put("s3", "GetBucketVersioning", {"Status": "Enabled"}, Bucket=name)
        aws.put("s3", "GetBucketAcl", {"Grants": [], "Owner": {"ID": "o"}}, Bucket=name)
        ownership = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}}
        aws.put("s3", "GetBucketOwnershipControls", ownership, Bucket=name)
    for operation, code in (
        ("GetBucketPolicyStatus", "NoSuchBucketPolicy"),
        ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
    ):
        aws.world.fail(ACCOUNT, REGION, "s3", operation, code, 404)
    aws.world.fail(ACCOUNT, "us-east-1", "s3control", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", 404)


@pytest.mark.parametrize(
    ("operation", "action", "requirement"),
    [
        ("GetBucketEncryption", "s3:GetEncryptionConfiguration", ENCRYPTED),
        # Nothing is found in a list that never came: that is not "nothing wrong".
        ("GetBucketAcl", "s3:GetBucketAcl", NOT_PUBLIC),
    ],
)
def test_what_was_refused_is_a_gap_that_names_the_action(aws: Aws, operation: str, action: str, requirement: str) -> None:
    """B01: the text of a refusal was taken for the value. The other requirements of the bucket keep their judgement."""
    buckets(aws, "ledger-archive")
    aws.world.faults.append(Fault("denied", service="s3", operation=operation, code="AccessDenied", status=403))
    seen = aws.judged(requirement, VERSIONED)
    assert seen.members(requirement) == {"ledger-archive": "gap"} and seen.members(VERSIONED) == {"ledger-archive": "meets"}
    assert f"s3:{operation} denied (AccessDenied)" in seen.member(requirement).reason
    assert seen.failed(operation).actions == (action,)
    assert seen.conclusion == "incomplete"


def test_without_the_refusal_the_same_bucket_meets(aws: Aws) -> None:
    """B01, the other way round: the test above fails for the refusal and for nothing else."""
    buckets(aws, "ledger-archive")
    assert aws.judged(ENCRYPTED, NOT_PUBLIC, VERSIONED).conclusion == "supported"


@pytest.mark.parametrize("refused", ["ListFindings", "GetFindings"])
def test_findings_that_were_refused_are_not_no_findings(aws: Aws, refused: str) -> None:
    """B01, its newest form: the list or its details are refused, no finding is seen, and none passed for "nothing is wrong"."""
    detector, ids = "d" * 32, ["f-1", "f-2"]
    aws.put("guardduty", "ListDetectors", {"DetectorIds": [detector]})
    aws.put("guardduty", "ListFindings", {"FindingIds": ids})
    aws.world.faults.append(Fault("denied", service="guardduty", operation=refused, code="AccessDeniedException", status=403))
    seen = aws.judged(requirement := "guardduty.findings.resolved-in-time")
    assert seen.members(requirement) == ({} if refused == "ListFindings" else dict.fromkeys(ids, "gap"))
    assert seen.result(requirement).judgement == "gap" and seen.conclusion == "incomplete"
    assert seen.failed(refused).actions == (f"guardduty:{refused}",)


@pytest.mark.parametrize(
    ("operation", "requirement", "answer"),
    [
        ("DescribeHub", "securityhub.regions.enabled", {"HubArn": "arn:aws:securityhub:eu-central-1:111122223333:hub/default"}),
        ("GetEbsEncryptionByDefault", "ec2.regions.ebs-encryption-default", {"EbsEncryptionByDefault": True}),
    ],
)
@pytest.mark.parametrize("code", ["BadRequestException", "AccessDeniedException"])
def test_a_refusal_is_neither_not_configured_nor_another_regions(
    aws: Aws, operation: str, requirement: str, answer: dict[str, Any], code: str
) -> None:
    """B02: a member account that may not ask was told that nothing is configured, in every Region. GuardDuty's delegated
    administrator, the call of the log, is asked by no requirement yet; the kind is the same for what is asked once a Region."""
    service = requirement.partition(".")[0]
    aws.regions(eu_west_1="opt_in_not_required", eu_central_1="opt_in_not_required")
    message = "caller is not the organisation management account"
    aws.put(service, operation, answer, region="eu-central-1")
    aws.world.fail(ACCOUNT, "eu-west-1", service, operation, code, 400, message)
    seen = aws.judged(requirement)
    assert seen.by_region(requirement) == {"eu-west-1": "gap", "eu-central-1": "meets"}
    assert code in next(m.reason for m in seen.assessment.members if m.region == "eu-west-1")


def roles(aws: Aws) -> None:
    listed = [
        {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "AttachedManagedPolicies": attached}
        for name, attached in (("reader-001", []), ("too-wide-101", [{"PolicyName": "a", "PolicyArn": ADMIN}]))
    ]
    aws.put("iam", "GetAccountAuthorizationDetails", {"RoleDetailList": listed, "IsTruncated": False}, region="global")


def keys(aws: Aws) -> None:
    arns = {name: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}" for name in ("kept", "going")}
    aws.put("kms", "ListKeys", {"Keys": [{"KeyId": k, "KeyArn": a} for k, a in arns.items()], "Truncated": False})
    for name, state in (("kept", "Enabled"), ("going", "PendingDeletion")):
        metadata = {"KeyId": name, "Arn": arns[name], "KeyManager": "CUSTOMER", "KeyState": state}
        aws.put("kms", "DescribeKey", {"KeyMetadata": metadata}, KeyId=arns[name])


def volumes(aws: Aws) -> None:
    aws.put("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": f"vol-{n}", "Encrypted": n == 1} for n in (1, 2)]})


def groups(aws: Aws) -> None:
    aws.put("logs", "DescribeLogGroups", {"logGroups": [{"logGroupName": "a", "kmsKeyId": "k"}, {"logGroupName": "b"}]})


def databases(aws: Aws) -> None:
    listed = [
        {"DBInstanceIdentifier": f"db-{n}", "DBInstanceArn": f"arn:db-{n}", "Engine": "mysql", "MultiAZ": n == 1} for n in (1, 2)
    ]
    aws.put("rds", "DescribeDBInstances", {"DBInstances": listed})


@pytest.mark.parametrize(
    ("fill", "requirement", "operation", "good", "bad"),
    [
        (roles, ROLES, "GetAccountAuthorizationDetails", "role/reader-001", "role/too-wide-101"),
        (keys, "kms.keys.not-pending-deletion", "ListKeys", "kept", "going"),
        (volumes, VOLUMES, "DescribeVolumes", "vol-1", "vol-2"),
        (groups, LOG_KEYS, "DescribeLogGroups", "a", "b"),
        (databases, "rds.instances.multi-az", "DescribeDBInstances", "db-1", "db-2"),
    ],
    ids=["IsTruncated and Marker", "Truncated and NextMarker", "NextToken", "nextToken", "Marker"],
)
def test_the_later_pages_are_read_and_one_that_is_lost_leaves_the_list_incomplete(
    aws: Aws, fill: Any, requirement: str, operation: str, good: str, bad: str
) -> None:
    """B03: only the first page was read, and what failed was on the second. Every service names its page token otherwise."""
    fill(aws)
    aws.world.page_size = 1
    seen = aws.judged(requirement)
    assert seen.members(requirement) == {good: "meets", bad: "exception"}
    assert [len(a.pages) for a in seen.of(operation)] == [2], "how many pages were read is in the evidence"
    aws.folder /= "again"
    aws.world.faults.append(Fault("cut_between_pages", operation=operation))
    cut = aws.judged(requirement)
    assert cut.members(requirement) == {good: "meets"} and cut.result(requirement).judgement == "gap"
    assert [u.call.rpartition(":")[2] for u in cut.result(requirement).population.unread] == [operation]


def test_an_empty_page_with_a_token_is_not_the_end(wire: Wire, asker: Asker) -> None:
    """B03, the other way to lose a page: AWS may send a page with nothing in it and a token for the next."""
    wire.on(
        "DescribeLogGroups",
        js({"logGroups": [], "nextToken": "one"}),
        js({"logGroups": [], "nextToken": "two"}),
        js({"logGroups": [{"logGroupName": "late"}]}),
    )
    ask = next(a for a in asks() if a.name == "logs:DescribeLogGroups" and a.each is None)
    answer = asker.ask(ask, Call(ACCOUNT, REGION, ask.service, ask.operation))
    assert (answer.ending, [len(p["logGroups"]) for p in answer.pages]) == ("answered", [0, 0, 1])


@pytest.mark.parametrize(
    ("fill", "requirement", "service", "code"),
    [
        (volumes, VOLUMES, "ec2", "RequestExpired"),
        (groups, LOG_KEYS, "logs", "ExpiredTokenException"),
        (roles, ROLES, "iam", "ExpiredToken"),
    ],
)
def test_once_the_session_has_expired_nothing_that_follows_passes(
    aws: Aws, fill: Any, requirement: str, service: str, code: str
) -> None:
    """B04: after the role's session had run out, every further check printed an error and a pass. Credentials are fetched anew
    and the call is made again (tests/aws/test_ask.py); here they stay expired, and all that was not yet read is a gap. S3's
    TokenRefreshRequired is not in the log."""
    fill(aws)
    buckets(aws, "ledger-archive")
    aws.world.faults.append(Fault("expired", service=service, code=code, matches=lambda r: r.operation != "DescribeRegions"))
    aws.world.faults.append(Fault("expired", operation="GetBucketEncryption", code="TokenRefreshRequired"))
    seen = aws.judged(requirement, ENCRYPTED, VERSIONED)
    assert seen.result(requirement).judgement == "gap" and seen.members(requirement) == {}
    assert seen.members(ENCRYPTED) == {"ledger-archive": "gap"} and seen.members(VERSIONED) == {"ledger-archive": "meets"}
    spoilt = [f for f in seen.assessment.failed_calls if f.ending == "expired"]
    assert {f.code for f in spoilt if f.call.startswith(service)} == {code}
    assert seen.conclusion == "incomplete"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("not_opted_in", "UnrecognizedClientException"),
        ("denied", "AccessDeniedException"),
        ("not_opted_in", "AuthFailure"),  # not in the log: how EC2 says it
    ],
)
def test_regions_that_are_switched_off_are_named_and_not_asked(aws: Aws, kind: str, code: str) -> None:
    """B07: the SDK's own list of Regions was asked, and those switched off answered like bad credentials. In a Region that is
    switched on the same code, or the refusal of a service control policy, is a gap."""
    aws.regions(eu_west_1="opt_in_not_required", ap_east_1="not_opted_in", af_south_1="opted_in")
    for region in ("eu-west-1", "af-south-1"):
        aws.put("logs", "DescribeLogGroups", {"logGroups": [{"logGroupName": "a", "kmsKeyId": "k"}]}, region=region)
    aws.world.faults.append(Fault(kind, service="logs", region="af-south-1", code=code))
    seen = aws.judged(LOG_KEYS)
    assert {c.region: c.status for c in seen.assessment.coverage if c.region != "global"} == {
        "af-south-1": "in part",
        "ap-east-1": "not enabled",
        "eu-west-1": "read",
    }
    assert not [r for r in seen.asked if r.region == "ap-east-1"]
    unread = seen.result(LOG_KEYS).population.unread
    assert [(u.region, u.ending, u.detail) for u in unread] == [("af-south-1", "denied", code)]
    assert seen.by_region(LOG_KEYS) == {"eu-west-1": "meets"}
    assert "ap-east-1" not in {f.region for f in seen.assessment.failed_calls}


def test_a_bucket_deleted_meanwhile_is_shown_apart_and_its_neighbour_is_judged(aws: Aws) -> None:
    """B48: one bucket that went away between the list and the detail stopped the service. (That a second listing would still
    show it is not looked for: a resource whose own detail says that it is not there has gone.)"""
    buckets(aws, "keep", "gone")
    aws.world.faults.append(
        Fault("denied", operation="GetBucketEncryption", when={"Bucket": "gone"}, code="NoSuchBucket", status=404)
    )
    seen = aws.judged(ENCRYPTED)
    assert seen.members(ENCRYPTED) == {"keep": "meets"}
    facts = seen.result(ENCRYPTED).population
    assert (facts.gone, facts.complete, facts.listed, seen.conclusion) == (("arn:aws:s3:::gone",), True, 1, "supported")
    assert not seen.assessment.failed_calls


@pytest.mark.parametrize(
    ("requirement", "listed", "detail", "code"),
    [
        (
            "rds.snapshots.not-public",
            ("rds", "DescribeDBSnapshots", {"DBSnapshots": [
                {"DBSnapshotIdentifier": n, "DBSnapshotArn": f"arn:{n}", "Engine": "mysql"} for n in ("keep", "gone")]},
             {"SnapshotType": "manual"}),
            ("DescribeDBSnapshotAttributes", "DBSnapshotIdentifier", {"DBSnapshotAttributesResult": {"DBSnapshotAttributes": [
                {"AttributeName": "restore", "AttributeValues": []}]}}),
            "DBSnapshotNotFound",
        ),
        (
            "elbv2.load-balancers.drop-invalid-headers",
            ("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [
                {"LoadBalancerArn": n, "Type": "application"} for n in ("keep", "gone")]}, {}),
            ("DescribeLoadBalancerAttributes", "LoadBalancerArn", {"Attributes": [
                {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
                {"Key": "routing.http.desync_mitigation_mode", "Value": "strictest"}]}),
            "LoadBalancerNotFound",
        ),
    ],
)  # fmt: skip
def test_whatever_went_away_costs_only_itself(requirement: str, listed: Any, detail: Any, code: str) -> None:
    """B48, for other services: each names the code by which it says that the resource is not there any more."""
    service, operation, page, sent = listed
    named, key, value = detail
    judged = judge_answers(
        requirement,
        answered(service, operation, page, **sent),
        answered(service, named, value, **{key: "keep"}),
        ended(service, named, "gone", code=code, **{key: "gone"}),
    )
    assert {m.id: m.judgement for m in judged.members} == {"keep": "meets"} and judged.result.judgement == "meets"
    assert len(judged.result.population.gone) == 1


@pytest.mark.parametrize(
    ("partition", "region", "home"),
    [("aws-cn", "cn-northwest-1", "cn-north-1"), ("aws-us-gov", "us-gov-east-1", "us-gov-west-1")],
)
def test_the_partition_is_the_callers(aws: Aws, partition: str, region: str, home: str) -> None:
    """B49: `arn:aws:` was written into the code, and global services were called in a Region of another partition. That a
    service is not offered in a Region stays a gap here, and is named: AWS says so by codes that mean other things as well."""
    aws.world.account(ACCOUNT).principal = f"arn:{partition}:sts::{ACCOUNT}:assumed-role/audit/x"
    aws.regions(**{region.replace("-", "_"): "opt_in_not_required"})
    aws.put("iam", "ListEntitiesForPolicy", {"PolicyRoles": [{"RoleName": "incident"}], "IsTruncated": False}, region="global",
            PolicyArn=f"arn:{partition}:iam::aws:policy/AWSSupportAccess")  # fmt: skip
    aws.put("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1", "Encrypted": True}]}, region=region)
    seen = aws.judged("iam.account.support-role", VOLUMES, region=region)
    assert seen.members("iam.account.support-role") == {ACCOUNT: "meets"}
    assert seen.member(VOLUMES).arn == f"arn:{partition}:ec2:{region}:{ACCOUNT}:volume/vol-1"
    asked = {r.operation: r.region for r in seen.asked}
    assert (asked["GetCallerIdentity"], asked["ListEntitiesForPolicy"], asked["DescribeVolumes"]) == (home, home, region)
    assert not [r for r in seen.asked if "arn:aws:" in repr(r.parameters)]


def test_a_time_of_another_zone_is_the_same_instant_everywhere() -> None:
    """B58: the zone was dropped before the time was converted. Times are UTC from the answer on; the day shown is UTC's."""
    east = dt.timezone(dt.timedelta(hours=3))
    times = {
        "east": dt.datetime(2026, 10, 1, 1, 11, tzinfo=east),  # 2026-09-30T22:11Z: before the run's end
        "utc": dt.datetime(2026, 10, 1, 1, 11, tzinfo=dt.UTC),
        "west": dt.datetime(2026, 9, 30, 22, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5))),  # 2026-10-01T03:30Z
        "none": None,
    }
    listed = [{"ServerCertificateName": n, "Arn": f"arn:{n}", **({"Expiration": t} if t else {})} for n, t in times.items()]
    page = {"ServerCertificateMetadataList": listed, "IsTruncated": False}
    judged = judge_answers(
        "iam.server-certificates.not-expired", answered("iam", "ListServerCertificates", page, region="global")
    )
    assert {m.id: m.judgement for m in judged.members} == {"east": "exception", "utc": "meets", "west": "meets", "none": "gap"}
    assert "2026-09-30" in judged.reason("east") and "2026-10-01" in judged.reason("west")
