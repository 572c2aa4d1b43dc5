"""boto3's paginators read every item of a world once, in order, whatever the lengths of lists and pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.aws_simulator import Bench, World, client, models, paging, serve

ACCOUNT, REGION = "012345678901", "eu-west-1"

# service, operation, parameters, the lists' paths, and the member by which their items are told apart
PAGED: list[tuple[str, str, dict[str, Any], list[str], str | None]] = [
    ("ec2", "DescribeVolumes", {}, ["Volumes"], "VolumeId"),
    ("ec2", "DescribeVpcEndpointServices", {}, ["ServiceDetails", "ServiceNames"], None),
    ("iam", "ListRoles", {}, ["Roles"], "RoleName"),
    ("iam", "GetAccountAuthorizationDetails", {},
     ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"], None),
    ("rds", "DescribeDBInstances", {}, ["DBInstances"], "DBInstanceIdentifier"),
    ("rds", "DescribeEngineDefaultParameters", {"DBParameterGroupFamily": "f"},
     ["EngineDefaults.Parameters"], "ParameterName"),
    ("elbv2", "DescribeLoadBalancers", {}, ["LoadBalancers"], "LoadBalancerArn"),
    ("cloudformation", "DescribeStacks", {}, ["Stacks"], "StackName"),
    ("elasticbeanstalk", "DescribeEnvironments", {}, ["Environments"], "EnvironmentName"),
    ("autoscaling", "DescribeAutoScalingGroups", {}, ["AutoScalingGroups"], "AutoScalingGroupName"),
    ("kms", "ListKeys", {}, ["Keys"], "KeyId"),
    ("logs", "DescribeLogGroups", {}, ["logGroups"], "logGroupName"),
    ("cloudwatch", "DescribeAlarms", {}, ["MetricAlarms", "CompositeAlarms"], "AlarmName"),
    ("securityhub", "GetEnabledStandards", {}, ["StandardsSubscriptions"], "StandardsArn"),
    ("s3", "ListBuckets", {}, ["Buckets"], "Name"),
    ("s3", "ListObjects", {"Bucket": "b"}, ["Contents"], "Key"),
    ("s3", "ListObjectVersions", {"Bucket": "b"}, ["Versions", "DeleteMarkers"], "Key"),
    ("route53", "ListResourceRecordSets", {"HostedZoneId": "z"}, ["ResourceRecordSets"], "Name"),
    ("cloudfront", "ListDistributions", {}, ["DistributionList.Items"], "Id"),
]  # fmt: skip
# where the lists of an operation have items of different kinds; "" is a list of texts
NAMES = {
    "ServiceDetails": "ServiceName", "ServiceNames": "", "UserDetailList": "UserName", "GroupDetailList": "GroupName",
    "RoleDetailList": "RoleName", "Policies": "PolicyName",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    world.account(ACCOUNT)
    return world


@pytest.fixture(scope="module")
def bench(world: World) -> Iterator[Bench]:
    with serve(world) as bench:
        yield bench


@pytest.fixture(scope="module")
def clients() -> Any:
    """Clients by bench and service: making one takes longer than all its calls."""
    made: dict[str, Any] = {}
    return lambda bench, service: made.get(service) or made.setdefault(service, client(bench, service))


def item(path: str, name: str | None, number: int) -> Any:
    name = NAMES[path] if name is None else name
    return {name: f"{path}-{number}"} if name else f"{path}-{number}"


def nested(path: str, value: Any) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    return {name: nested(rest, value) if rest else value}


def looked_up(answer: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        answer = answer.get(name, {})
    return answer or []


@pytest.mark.parametrize(("service", "operation", "parameters", "paths", "name"), PAGED)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_paginator_reads_every_item_once_and_in_order(
    world: World, bench: Bench, service: str, operation: str, parameters: dict[str, Any], paths: list[str],
    name: str | None, clients: Any, data: st.DataObject,
) -> None:  # fmt: skip
    world.page_size = data.draw(st.integers(1, 7), "the bench's page size")
    limit = data.draw(st.none() | st.integers(1, 9), "the caller's page size")
    lists = {path: [item(path, name, number) for number in range(data.draw(st.integers(0, 17)))] for path in paths}
    answer: dict[str, Any] = {}
    for path, items in lists.items():
        answer |= nested(path, items)
    for region in ("global", REGION):
        world.put(ACCOUNT, region, service, operation, answer)
    rule = paging.rule(service, operation)
    assert rule is not None
    config = {"PageSize": limit} if limit and rule.limit else {}
    asked = len(bench.log)
    paginator = clients(bench, service).get_paginator(xform_name(operation))
    pages = list(paginator.paginate(**parameters, PaginationConfig=config))
    assert {path: [one for page in pages for one in looked_up(page, path)] for path in paths} == lists
    size = min(world.page_size, config.get("PageSize", world.page_size))
    total = sum(map(len, lists.values()))
    assert all(sum(len(looked_up(page, path)) for path in paths) <= size for page in pages)
    assert len(pages) == max(1, -(-total // size))
    assert [request.page for request in bench.log[asked:]] == list(range(len(pages)))


def test_where_botocore_has_no_paginator_the_names_tell() -> None:
    world = World(page_size=2)
    keys = [f"k{number}" for number in range(5)]
    world.put(ACCOUNT, REGION, "s3", "ListBucketInventoryConfigurations", {"InventoryConfigurationList": [
        {"Id": key, "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
         "Destination": {"S3BucketDestination": {"Bucket": "b", "Format": "CSV"}}} for key in keys
    ]})  # fmt: skip
    assert models.paginator("s3", "ListBucketInventoryConfigurations") is None
    with serve(world) as bench:
        s3, token, read = client(bench, "s3"), {}, []
        while True:
            page = s3.list_bucket_inventory_configurations(Bucket="b", **token)
            read += [configuration["Id"] for configuration in page["InventoryConfigurationList"]]
            if not page["IsTruncated"]:
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
    assert read == keys


def test_a_marker_may_be_the_last_item_seen() -> None:
    world = World(page_size=2)
    world.put(ACCOUNT, REGION, "s3", "ListObjects", {"Contents": [{"Key": key} for key in "abcde"]})
    with serve(world) as bench:
        page = client(bench, "s3").list_objects(Bucket="b", Marker="b")
    assert ([item["Key"] for item in page["Contents"]], page["IsTruncated"]) == (["c", "d"], True)


@pytest.mark.parametrize(
    ("service", "operation", "parameter", "code"),
    [
        ("ec2", "describe_volumes", "NextToken", "InvalidNextToken"),
        ("iam", "list_roles", "Marker", "ValidationError"),
        ("rds", "describe_db_instances", "Marker", "InvalidParameterValue"),
        ("elasticbeanstalk", "describe_environments", "NextToken", "InvalidParameterValue"),
        ("autoscaling", "describe_auto_scaling_groups", "NextToken", "InvalidNextToken"),
        ("kms", "list_keys", "Marker", "InvalidMarkerException"),
        ("logs", "describe_log_groups", "nextToken", "InvalidParameterException"),
        ("securityhub", "get_findings", "NextToken", "InvalidInputException"),
        ("s3", "list_buckets", "ContinuationToken", "InvalidArgument"),
    ],
)
def test_a_token_never_issued_is_refused(bench: Bench, service: str, operation: str, parameter: str, code: str) -> None:
    with pytest.raises(ClientError) as raised:
        getattr(client(bench, service), operation)(**{parameter: "1-2-0123456789abcdef01234567"})
    assert raised.value.response["Error"]["Code"] == code


def test_a_token_is_good_for_its_own_call_only() -> None:
    world = World(page_size=1)
    volumes = {"Volumes": [{"VolumeId": "vol-1"}, {"VolumeId": "vol-2"}]}
    for region in (REGION, "us-east-1"):
        world.put(ACCOUNT, region, "ec2", "DescribeVolumes", volumes)
    with serve(world) as bench:
        ec2 = client(bench, "ec2")
        token = ec2.describe_volumes(MaxResults=5)["NextToken"]
        assert ec2.describe_volumes(NextToken=token)["Volumes"] == [{"VolumeId": "vol-2"}]
        for other, parameters in (
            (client(bench, "ec2", "us-east-1"), {}),
            (ec2, {"Filters": [{"Name": "status", "Values": ["in-use"]}]}),
        ):
            with pytest.raises(ClientError, match="InvalidNextToken"):
                other.describe_volumes(NextToken=token, **parameters)
        world.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"Volumes": []})
        assert ec2.describe_volumes(NextToken=token)["Volumes"] == []
