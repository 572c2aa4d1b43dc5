"""Each kind of fault, as botocore sees it."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.exceptions as errors
import pytest
from botocore.parsers import ResponseParserError

from tests.aws_simulator import KINDS, Bench, Fault, World, client, serve

ACCOUNT, REGION = "012345678901", "eu-west-1"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "ec2": ("describe_volumes", {}),
    "iam": ("list_roles", {}),
    "elasticbeanstalk": ("describe_environments", {}),
    "logs": ("describe_log_groups", {}),
    "securityhub": ("get_enabled_standards", {}),
    "s3": ("list_buckets", {}),
    "s3control": ("get_public_access_block", {"AccountId": ACCOUNT}),
}
# what each service says, in the order of CALLS
CODES: dict[str, list[tuple[str, int]]] = {
    "denied": [
        ("UnauthorizedOperation", 403), ("AccessDenied", 403), ("InsufficientPrivilegesException", 403),
        ("AccessDeniedException", 400), ("AccessDeniedException", 403), ("AccessDenied", 403), ("AccessDenied", 403),
    ],
    "throttled": [
        ("RequestLimitExceeded", 503), ("Throttling", 400), ("Throttling", 400),
        ("ThrottlingException", 400), ("TooManyRequestsException", 429), ("SlowDown", 503), ("SlowDown", 503),
    ],
    "expired": [
        ("RequestExpired", 400), ("ExpiredToken", 403), ("ExpiredToken", 403),
        ("ExpiredTokenException", 400), ("ExpiredTokenException", 403), ("ExpiredToken", 400), ("ExpiredToken", 400),
    ],
    "not_opted_in": [
        ("AuthFailure", 401), ("InvalidClientTokenId", 403), ("InvalidClientTokenId", 403),
        ("UnrecognizedClientException", 400), ("UnrecognizedClientException", 403),
        ("OptInRequired", 403), ("OptInRequired", 403),
    ],
    "unsupported": [
        ("InvalidAction", 400), ("InvalidAction", 400), ("InvalidAction", 400),
        ("UnknownOperationException", 400), ("UnknownOperationException", 404),
        ("MethodNotAllowed", 405), ("MethodNotAllowed", 405),
    ],
    "http_500": [
        ("InternalError", 500), ("InternalFailure", 500), ("InternalFailure", 500),
        ("InternalFailure", 500), ("InternalServerException", 500), ("InternalError", 500), ("InternalError", 500),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[World, Bench, dict[str, Any]]]:
    """A world of five items a list, in pages of two, and a client of each service that tries once."""
    world = World(page_size=2)
    world.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": f"vol-{n}"} for n in range(5)]})
    groups = [{"logGroupName": f"/{n}"} for n in range(5)]
    world.put(ACCOUNT, REGION, "logs", "DescribeLogGroups", {"logGroups": groups})
    world.put(ACCOUNT, "global", "s3", "ListBuckets", {"Buckets": [{"Name": f"b{n}"} for n in range(5)]})
    with serve(world) as bench:
        yield world, bench, {service: client(bench, service) for service in CALLS}


@pytest.fixture
def world(shared: tuple[World, Bench, dict[str, Any]]) -> Iterator[World]:
    yield shared[0]
    shared[0].faults.clear()


@pytest.fixture
def call(shared: tuple[World, Bench, dict[str, Any]]) -> Any:
    def call(service: str, **more: Any) -> Any:
        method, parameters = CALLS[service]
        return getattr(shared[2][service], method)(**parameters, **more)

    return call


@pytest.mark.parametrize("kind", CODES)
def test_each_service_says_it_by_its_own_code(world: World, call: Any, kind: str) -> None:
    for service, code in zip(CALLS, CODES[kind], strict=True):
        world.faults[:] = [Fault(kind, service=service)]
        with pytest.raises(errors.ClientError) as raised:
            call(service)
        said = raised.value.response
        assert (said["Error"]["Code"], said["ResponseMetadata"]["HTTPStatusCode"]) == code, service


def test_code_status_and_message_may_be_given(world: World, call: Any) -> None:
    world.faults[:] = [Fault("denied", code="AuthorizationError", status=401, message="by <policy>")]
    with pytest.raises(errors.ClientError, match=r"AuthorizationError.*by <policy>") as raised:
        call("iam")
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 401


@pytest.mark.parametrize("kind", ["cut_body", "cut_body_consistent", "malformed"])
def test_a_spoilt_body_passes_for_an_empty_answer_in_json_only(world: World, call: Any, kind: str) -> None:
    world.faults[:] = [Fault(kind)]
    for service in ("logs", "securityhub"):
        assert call(service).keys() == {"ResponseMetadata"}
    for service in ("ec2", "iam", "elasticbeanstalk", "s3control"):
        with pytest.raises(ResponseParserError):
            call(service)
    with pytest.raises(errors.ClientError, match="500"):  # botocore makes an error of it, for S3 only
        call("s3")


def test_the_length_of_a_cut_body_is_the_wholes_or_its_own(
    world: World, call: Any, shared: tuple[World, Bench, dict[str, Any]]
) -> None:
    """Only `before-parse` shows what arrived."""
    seen: list[tuple[int, int]] = []
    logs = shared[2]["logs"]

    def look(response_dict: dict[str, Any], **_: Any) -> None:
        seen.append((int(response_dict["headers"]["content-length"]), len(response_dict["body"])))

    logs.meta.events.register("before-parse.cloudwatch-logs", look)
    for kind in ("cut_body", "cut_body_consistent"):
        world.faults[:] = [Fault(kind)]
        call("logs")
    logs.meta.events.unregister("before-parse.cloudwatch-logs", look)
    (whole, half), (own, same) = seen
    assert whole // 2 == half == own == same


def test_what_a_malformed_body_says_may_be_given(world: World, call: Any) -> None:
    world.faults[:] = [Fault("malformed", body=b'{"logGroups": [{"logGroupName": "/another"}]}')]
    assert call("logs")["logGroups"] == [{"logGroupName": "/another"}]
    world.faults[:] = [Fault("malformed", body=b'{"logGroups": "text"}')]
    with pytest.raises(AttributeError):  # where a type is wrong, botocore itself stumbles
        call("logs")


@pytest.mark.parametrize("fault", [Fault("cut_chunked"), Fault("reset"), Fault("http_500", drop=True)], ids=str)
def test_a_lost_connection_is_said_so(world: World, call: Any, fault: Fault) -> None:
    world.faults[:] = [fault]
    for service in ("ec2", "iam", "logs", "securityhub", "s3"):
        with pytest.raises(errors.ConnectionClosedError):
            call(service)


def test_botocore_tries_again_after_some_faults_and_not_after_others(world: World, shared: Any) -> None:
    twice = client(shared[1], "ec2", attempts=2)
    for kind, tries in (
        ("throttled", 2),
        ("reset", 2),
        ("cut_chunked", 2),
        ("denied", 1),
        ("expired", 1),
        ("cut_body", 1),
    ):
        fault = Fault(kind)
        world.faults[:] = [fault]
        with pytest.raises(Exception, match=r"."):
            twice.describe_volumes()
        assert fault.fired == tries, kind


def test_a_reset_is_a_reset(world: World, shared: tuple[World, Bench, dict[str, Any]]) -> None:
    world.faults[:] = [Fault("reset")]
    with socket.create_connection(("127.0.0.1", int(shared[1].url.rpartition(":")[2]))) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nAuthorization: Credential=A/20260930/eu-west-1/s3/aws4_request\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_slow_answer_is_an_answer_or_a_timeout(world: World, shared: tuple[World, Bench, dict[str, Any]]) -> None:
    world.faults[:] = [Fault("slow", seconds=0.3)]
    began = time.monotonic()
    shared[2]["ec2"].describe_volumes()
    assert time.monotonic() - began >= 0.3
    with pytest.raises(errors.ReadTimeoutError):
        client(shared[1], "ec2", read_timeout=0.1).describe_volumes()
    world.faults.append(Fault("denied"))
    with pytest.raises(errors.ClientError, match="UnauthorizedOperation"):
        shared[2]["ec2"].describe_volumes()


@pytest.mark.parametrize(("service", "items"), [("ec2", "Volumes"), ("logs", "logGroups"), ("s3", "Buckets")])
@pytest.mark.parametrize("drop", [False, True])
def test_cut_between_pages(world: World, shared: Any, service: str, items: str, drop: bool) -> None:
    world.faults[:] = [Fault("cut_between_pages", service=service, page=2, drop=drop)]
    read: list[Any] = []
    with pytest.raises(errors.ConnectionClosedError if drop else errors.ClientError):
        for page in shared[2][service].get_paginator(CALLS[service][0]).paginate():
            read += page[items]
    assert len(read) == 4


def test_a_fault_is_for_what_its_fields_say(world: World, call: Any, shared: Any) -> None:
    ec2, page_two = shared[2]["ec2"], Fault("denied", page=1)
    for fault in (
        Fault("denied", account="999988887777"), Fault("denied", region="us-east-1"), Fault("denied", service="iam"),
        Fault("denied", operation="DescribeVpcs"), Fault("denied", when={"MaxResults": 7}),
        Fault("denied", access_key="AKIAOTHER"), Fault("denied", session_token="t"), Fault("denied", times=0),
        Fault("denied", matches=lambda request: request.operation != "DescribeVolumes"), page_two,
    ):  # fmt: skip
        world.faults[:] = [fault]
        call("ec2")
    with pytest.raises(errors.ClientError):
        ec2.describe_volumes(NextToken=call("ec2")["NextToken"])
    for fault in (
        Fault("denied", account=ACCOUNT, region=REGION, service="ec2", operation="DescribeVolumes", page=0),
        Fault("denied", when={"MaxResults": 7}), Fault("denied", access_key="AKIAANYONE"),
    ):  # fmt: skip
        world.faults[:] = [fault]
        with pytest.raises(errors.ClientError):
            call("ec2", MaxResults=7)


def test_every_call_but_two_denied(world: World, call: Any, shared: Any) -> None:
    allowed = {"GetCallerIdentity", "DescribeRegions"}
    world.faults[:] = [Fault("denied", matches=lambda request: request.operation not in allowed)]
    client(shared[1], "sts").get_caller_identity()
    shared[2]["ec2"].describe_regions()
    for service in CALLS:
        with pytest.raises(errors.ClientError):
            call(service)


def test_a_fault_ends_after_so_many_times(world: World, shared: Any) -> None:
    fault = Fault("throttled", service="ec2", times=1)
    world.faults[:] = [fault]
    assert client(shared[1], "ec2", attempts=2).describe_volumes()["ResponseMetadata"]["RetryAttempts"] == 1
    assert (fault.met, fault.fired) == (2, 1)


def test_credentials_expire_until_others_come() -> None:
    world = World()
    world.account(ACCOUNT)
    world.faults = [Fault("expired", access_key="ASIAONE", after=3), Fault("expired", session_token="two", after=1)]
    with serve(world) as bench:
        first, same_key = (
            client(bench, "ec2", access_key="ASIAONE", session_token="one"),
            client(bench, "ec2", access_key="ASIATWO", session_token="two"),
        )
        for _ in range(3):
            first.describe_vpcs()
        for _ in range(2):
            with pytest.raises(errors.ClientError, match="RequestExpired"):
                first.describe_vpcs()
        same_key.describe_vpcs()
        with pytest.raises(errors.ClientError, match="RequestExpired"):
            same_key.describe_vpcs()
        client(bench, "ec2", access_key="ASIATWO", session_token="three").describe_vpcs()


def test_faults_are_data(tmp_path: Path) -> None:
    faults = [Fault(kind, service="ec2", when={"MaxResults": 5}, times=2, body=b"\xff") for kind in KINDS]
    world = World(faults=faults)
    assert World.from_dict(world.to_dict()).faults == faults
    with pytest.raises(ValueError, match="predicate"):
        Fault("denied", matches=lambda request: True).to_dict()
    with pytest.raises(ValueError, match="no kind of fault is called 'nonsense'"):
        Fault("nonsense")
