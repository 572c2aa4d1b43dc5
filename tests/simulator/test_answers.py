"""What boto3 sees of a world, over the wire."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.aws_simulator import Bench, World, client, serve

ACCOUNT, OTHER, REGION = "012345678901", "999988887777", "eu-west-1"
TIME = dt.datetime(2026, 6, 22, 1, 11, tzinfo=dt.UTC)

# service, method, parameters, member of the answer, its value: at least one of each protocol
ANSWERS: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    ("ec2", "DescribeVolumes", REGION, {}, {"Volumes": [
        {"VolumeId": "vol-1", "Encrypted": False, "CreateTime": TIME, "Tags": [{"Key": "a", "Value": "<b>&é"}]},
    ]}),
    ("iam", "ListRoles", "global", {}, {"Roles": [{
        "RoleName": "r", "RoleId": "AROA", "Path": "/", "Arn": "arn:aws:iam::1:role/r", "CreateDate": TIME,
    }]}),
    ("iam", "GetCredentialReport", "global", {}, {"Content": b"user,arn\nroot,\xff\n", "GeneratedTime": TIME}),
    ("iam", "GetAccountSummary", "global", {}, {"SummaryMap": {"AccountMFAEnabled": 1, "Users": 0}}),
    ("rds", "DescribeDBInstances", REGION, {}, {"DBInstances": [
        {"DBInstanceIdentifier": "d", "MultiAZ": False, "InstanceCreateTime": TIME, "VpcSecurityGroups": []},
    ]}),
    ("elasticbeanstalk", "DescribeConfigurationSettings", REGION, {"ApplicationName": "shop"}, {
        "ConfigurationSettings": [{"EnvironmentName": "e", "OptionSettings": [
            {"Namespace": "aws:x", "OptionName": "StreamLogs", "Value": "true"},
        ]}],
    }),
    ("cloudformation", "DescribeStacks", REGION, {}, {"Stacks": [
        {"StackName": "s", "CreationTime": TIME, "StackStatus": "CREATE_COMPLETE"},
    ]}),
    ("autoscaling", "DescribeAutoScalingGroups", REGION, {}, {"AutoScalingGroups": [{
        "AutoScalingGroupName": "a", "MinSize": 0, "MaxSize": 2, "DesiredCapacity": 1, "DefaultCooldown": 300,
        "AvailabilityZones": ["eu-west-1a"], "HealthCheckType": "EC2", "CreatedTime": TIME,
    }]}),
    ("elbv2", "DescribeLoadBalancers", REGION, {}, {"LoadBalancers": [{"LoadBalancerArn": "arn:v2"}]}),
    ("elb", "DescribeLoadBalancers", REGION, {}, {"LoadBalancerDescriptions": [{"LoadBalancerName": "classic"}]}),
    ("kms", "DescribeKey", REGION, {"KeyId": "k"}, {
        "KeyMetadata": {"KeyId": "k", "CreationDate": TIME, "Enabled": True},
    }),
    ("logs", "DescribeLogGroups", REGION, {}, {"logGroups": [{"logGroupName": "/g", "storedBytes": 2**40}]}),
    ("cloudtrail", "DescribeTrails", REGION, {}, {"trailList": [{"Name": "t", "LogFileValidationEnabled": False}]}),
    ("cloudwatch", "DescribeAlarms", REGION, {}, {"MetricAlarms": [{"AlarmName": "a", "Threshold": 1.5}]}),
    ("securityhub", "GetEnabledStandards", REGION, {}, {"StandardsSubscriptions": [{
        "StandardsSubscriptionArn": "a", "StandardsArn": "b", "StandardsInput": {"k": "v"}, "StandardsStatus": "READY",
    }]}),
    ("s3", "ListBuckets", "global", {}, {"Buckets": [{"Name": "b", "CreationDate": TIME, "BucketRegion": REGION}]}),
    ("s3", "GetBucketLocation", REGION, {"Bucket": "b"}, {"LocationConstraint": REGION}),
    ("s3", "GetBucketPolicy", REGION, {"Bucket": "b"}, {"Policy": '{"Version": "2012-10-17"}'}),
    ("s3", "GetBucketEncryption", REGION, {"Bucket": "b"}, {"ServerSideEncryptionConfiguration": {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}],
    }}),
    ("s3control", "GetPublicAccessBlock", REGION, {"AccountId": ACCOUNT}, {"PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": True,
    }}),
]  # fmt: skip


def short(value: object) -> str:
    return str(value)[:30]


def code(call: Any, **parameters: Any) -> tuple[str, int]:
    """The error code and status in which a call ends."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    for service, operation, region, _, answer in ANSWERS:
        world.put(ACCOUNT, region, service, operation, answer)
    return world


@pytest.fixture(scope="module")
def bench(world: World) -> Iterator[Bench]:
    with serve(world) as bench:
        yield bench


@pytest.mark.parametrize(("service", "operation", "region", "parameters", "answer"), ANSWERS, ids=short)
def test_boto3_reads_what_the_world_says(
    bench: Bench, service: str, operation: str, region: str, parameters: dict[str, Any], answer: dict[str, Any]
) -> None:
    got = getattr(client(bench, service), xform_name(operation))(**parameters)
    assert {name: got[name] for name in answer} == answer
    asked = bench.log[-1]
    assert (asked.account, asked.region, asked.service, asked.operation) == (ACCOUNT, REGION, service, operation)
    assert (asked.parameters, asked.access_key) == (parameters, "AKIAANYONE")


def test_the_sample_is_what_aws_could_say(world: World) -> None:
    assert world.invalid() == world.doubtful() == []


def test_responses_carry_the_headers_of_aws(bench: Bench) -> None:
    for service, operation in (("ec2", "describe_volumes"), ("logs", "describe_log_groups"), ("s3", "list_buckets")):
        metadata = getattr(client(bench, service), operation)()["ResponseMetadata"]
        headers = metadata["HTTPHeaders"]
        assert metadata["RequestId"] == bench.log[-1].request_id
        assert {"date", "content-type", "content-length"} <= headers.keys()
        assert ("x-amz-id-2" in headers) == (service == "s3")
        assert headers["x-amz-request-id" if service == "s3" else "x-amzn-requestid"] == metadata["RequestId"]


def test_a_streamed_object_has_its_own_type_and_length() -> None:
    world = World()
    body = b"\x00 hello"
    world.put(ACCOUNT, REGION, "s3", "GetObject", {"Body": body, "ContentType": "text/csv", "ContentLength": 999})
    world.put(ACCOUNT, REGION, "s3", "HeadObject", {"ContentLength": 999, "LastModified": TIME})
    with serve(world) as bench:
        s3 = client(bench, "s3")
        got = s3.get_object(Bucket="b", Key="a/b c")
        assert (got["Body"].read(), got["ContentType"], got["ContentLength"]) == (body, "text/csv", len(body))
        assert bench.log[-1].parameters["Key"] == "a/b c"
        head = s3.head_object(Bucket="b", Key="k")
        assert (head["ContentLength"], head["LastModified"]) == (999, TIME)
        s3.put_object(Bucket="b", Key="k", Body=b"written")
        assert bench.log[-1].parameters["Body"] == b"written"


def test_the_first_case_that_fits_the_parameters_counts() -> None:
    world = World()
    world.fail(ACCOUNT, REGION, "s3", "GetBucketPolicy", "NoSuchBucketPolicy", 404, "There is none")
    world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "{}"}, when={"Bucket": "open"})
    world.fail(ACCOUNT, REGION, "s3", "HeadBucket", "403", 403, when={"Bucket": "closed"})
    with serve(world) as bench:
        s3 = client(bench, "s3")
        assert s3.get_bucket_policy(Bucket="open")["Policy"] == "{}"
        assert code(s3.get_bucket_policy, Bucket="other") == ("NoSuchBucketPolicy", 404)
        assert code(s3.head_bucket, Bucket="closed") == ("403", 403)
        world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "{2}"}, when={"Bucket": "open"})
        assert s3.get_bucket_policy(Bucket="open")["Policy"] == "{2}"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "error"),
    [
        ("ec2", "DescribeInstances", {}, "InvalidInstanceID.NotFound"),
        ("iam", "GetAccountPasswordPolicy", {}, "NoSuchEntity"),
        ("kms", "DescribeKey", {"KeyId": "k"}, "NotFoundException"),
        ("securityhub", "DescribeHub", {}, "InvalidAccessException"),
        ("cloudwatch", "DescribeAlarms", {}, "InvalidNextToken"),
        ("s3", "GetBucketTagging", {"Bucket": "b"}, "NoSuchTagSet"),
        ("s3control", "GetPublicAccessBlock", {"AccountId": ACCOUNT}, "NoSuchPublicAccessBlockConfiguration"),
    ],
)
def test_errors_are_read_as_errors(service: str, operation: str, parameters: dict[str, Any], error: str) -> None:
    world = World()
    world.fail(ACCOUNT, "global" if service == "iam" else REGION, service, operation, error, 404, "<none> & no more")
    with serve(world) as bench, pytest.raises(ClientError) as raised:
        getattr(client(bench, service), xform_name(operation))(**parameters)
    said = raised.value.response
    assert (said["Error"]["Code"], said["Error"]["Message"]) == (error, "<none> & no more")
    assert (said["ResponseMetadata"]["HTTPStatusCode"], said["ResponseMetadata"]["RequestId"]) == (
        404,
        bench.log[-1].request_id,
    )


def test_global_services_are_answered_alike_in_every_region() -> None:
    world = World()
    world.put(ACCOUNT, "global", "iam", "GetAccountSummary", {"SummaryMap": {"Users": 1}})
    world.put(ACCOUNT, "global", "s3", "ListBuckets", {"Buckets": [{"Name": "everywhere"}]})
    world.put(ACCOUNT, "us-east-1", "iam", "ListUsers", {"Users": []})
    world.put(ACCOUNT, "us-west-2", "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "west"}]})
    with serve(world) as bench:
        assert client(bench, "iam").get_account_summary()["SummaryMap"] == {"Users": 1}
        assert client(bench, "iam", "us-east-1").list_users()["Users"] == []
        assert client(bench, "s3", "us-west-2").list_buckets()["Buckets"] == [{"Name": "everywhere"}]
        assert client(bench, "ec2").describe_volumes()["Volumes"] == []
        assert client(bench, "ec2", "us-west-2").describe_volumes()["Volumes"] == [{"VolumeId": "west"}]


def test_what_the_world_does_not_list_is_empty_or_an_error() -> None:
    world = World()
    world.account(ACCOUNT)
    with serve(world) as bench:
        for service, operation in (("ec2", "describe_vpcs"), ("rds", "describe_db_instances"), ("kms", "list_keys")):
            got = getattr(client(bench, service), operation)()
            assert [value for name, value in got.items() if name != "ResponseMetadata"] == [[]]
        world.unlisted = "error"
        for service, operation in (("ec2", "describe_vpcs"), ("rds", "describe_db_instances"), ("s3", "list_buckets")):
            assert code(getattr(client(bench, service), operation)) == ("NotInWorld", 501)


def test_an_account_is_found_by_its_access_key() -> None:
    world = World()
    for account in (ACCOUNT, OTHER):
        world.put(account, REGION, "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": f"vol-{account}"}]})
    world.account(OTHER).access_keys.append("AKIASECOND")
    with serve(world) as bench:
        for key, account in ((f"AKIA{ACCOUNT}", ACCOUNT), (f"AKIA{OTHER}", OTHER), ("AKIASECOND", OTHER)):
            volumes = client(bench, "ec2", access_key=key).describe_volumes()["Volumes"]
            assert volumes == [{"VolumeId": f"vol-{account}"}]
            assert client(bench, "sts", access_key=key).get_caller_identity()["Account"] == account
        assert code(client(bench, "sts").get_caller_identity) == ("InvalidClientTokenId", 403)
        assert code(client(bench, "ec2").describe_volumes) == ("AuthFailure", 401)
        assert code(client(bench, "kms").list_keys) == ("UnrecognizedClientException", 400)


def test_sts_knows_who_asks_and_gives_roles_of_the_worlds_accounts() -> None:
    world = World()
    world.account(ACCOUNT).principal = f"arn:aws:iam::{ACCOUNT}:user/alice"
    world.put(OTHER, REGION, "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "theirs"}]})
    with serve(world) as bench:
        sts = client(bench, "sts", access_key=f"AKIA{ACCOUNT}")
        assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
        role = {"RoleArn": f"arn:aws:iam::{OTHER}:role/audit/Reader", "RoleSessionName": "alice"}
        given = sts.assume_role(**role, DurationSeconds=900)["Credentials"]
        assert given["Expiration"] - dt.datetime.now(dt.UTC) < dt.timedelta(seconds=901)
        credentials = {"access_key": given["AccessKeyId"], "session_token": given["SessionToken"]}
        assert client(bench, "ec2", **credentials).describe_volumes()["Volumes"] == [{"VolumeId": "theirs"}]
        identity = client(bench, "sts", **credentials).get_caller_identity()
        assert identity["Account"] == OTHER
        assert identity["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/audit/Reader/alice"
        assert sts.assume_role(**role)["Credentials"]["AccessKeyId"] != given["AccessKeyId"]
        unknown = {"RoleArn": "arn:aws:iam::111111111111:role/R", "RoleSessionName": "alice"}
        assert code(sts.assume_role, **unknown) == ("AccessDenied", 403)
        web = sts.assume_role_with_web_identity(**role, WebIdentityToken="signed elsewhere")
        assert web["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_what_the_world_says_of_sts_counts() -> None:
    world = World()
    no, yes = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("No", "Yes"))
    world.fail(ACCOUNT, "global", "sts", "AssumeRole", "AccessDenied", 403, when={"RoleArn": no})
    with serve(world) as bench:
        sts = client(bench, "sts")
        assert code(sts.assume_role, RoleArn=no, RoleSessionName="alice") == ("AccessDenied", 403)
        sts.assume_role(RoleArn=yes, RoleSessionName="alice")
