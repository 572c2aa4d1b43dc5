"""Nothing but declared reads leaves the process, and nothing is sent when a call is refused."""

import io
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError, UnknownClientMethodError
from botocore.loaders import create_loader
from botocore.model import OperationNotFoundError

from evidence.aws.models import loader
from evidence.aws.session import Session, Settings, open_session
from evidence.aws.wall import SDK_OWN, Undeclared, allowed_by
from evidence.services import asks
from tests.aws.wire import Wire, identity, js, xml

REFUSED: dict[str, Callable[[Any], Any]] = {
    "a write": lambda boto: boto.client("s3").create_bucket(Bucket="b"),
    "a read nobody declared": lambda boto: boto.client("s3").get_object(Bucket="b", Key="k"),
    "an upload by threads": lambda boto: boto.client("s3").upload_fileobj(io.BytesIO(b"x"), "b", "k"),
    "a presigned write": lambda boto: boto.client("s3").generate_presigned_url("put_object", {"Bucket": "b", "Key": "k"}),
    "a presigned declared read": lambda boto: boto.client("s3").generate_presigned_url("get_bucket_policy", {"Bucket": "b"}),
    "a presigned form": lambda boto: boto.client("s3").generate_presigned_post("b", "k"),
    "a database token": lambda boto: boto.client("rds").generate_db_auth_token("h", 1, "u"),
    "a resource": lambda boto: boto.resource("ec2").Instance("i-1").terminate(),
    "a secret": lambda boto: boto.client("secretsmanager").get_secret_value(SecretId="s"),
    "a raw client of the session": lambda boto: boto._session.create_client("iam", "eu-west-1").create_user(UserName="u"),
    "a waiter": lambda boto: boto.client("s3").get_waiter("object_exists").wait(Bucket="b", Key="k"),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_declared_is_refused_before_anything_is_sent(
    wire: Wire, session: Session, monkeypatch: pytest.MonkeyPatch, act: Callable[[Any], Any]
) -> None:
    """By the wall, also where botocore knows the operation; our clients do not know it, so that botocore itself may be who refuses."""
    with pytest.raises((Undeclared, UnknownClientMethodError, OperationNotFoundError)):
        act(boto3.Session(botocore_session=session.botocore, region_name="eu-west-1"))
    monkeypatch.setattr("evidence.aws.session.loader", lambda data_path, allowed: create_loader(data_path))
    knowing = open_session(Settings(region="eu-west-1"))
    with pytest.raises(Undeclared, match="read-only wall"):
        act(boto3.Session(botocore_session=knowing.botocore, region_name="eu-west-1"))
    assert wire.requests == []


def test_whatever_stands_in_a_models_way_is_not_cut_off_with_it() -> None:
    """Every declared operation takes and gives what botocore says, to the last member and error."""
    ours = botocore.session.Session()
    ours.register_component("data_loader", loader(None, allowed_by(asks())))
    whole, known = botocore.session.Session(), set[tuple[str, str]]()
    for service, operation in sorted(allowed_by(asks())):
        mine, theirs = (s.get_service_model(service).operation_model(operation) for s in (ours, whole))
        for one, other in (
            (mine.input_shape, theirs.input_shape),
            (mine.output_shape, theirs.output_shape),
            *zip(mine.error_shapes, theirs.error_shapes, strict=True),
        ):
            same(one, other, known)
    assert len(ours.get_service_model("ec2").shape_names) < len(whole.get_service_model("ec2").shape_names) / 4


def same(one: Any, other: Any, known: set[tuple[str, str]]) -> None:
    if one is None or (id(one._shape_resolver), one.name) in known:
        assert one is not None or other is None
        return
    known.add((id(one._shape_resolver), one.name))
    assert (one.name, one.type_name, one.serialization, one.metadata) == (
        other.name,
        other.type_name,
        other.serialization,
        other.metadata,
    )
    if one.type_name == "structure":
        assert list(one.members) == list(other.members)
    for inner in ("member", "key", "value"):
        if hasattr(one, inner):
            same(getattr(one, inner), getattr(other, inner), known)
    for name, member in one.members.items() if one.type_name == "structure" else ():
        same(member, other.members[name], known)


def test_an_assumed_role_stands_behind_the_same_wall(wire: Wire, session: Session) -> None:
    member = session.assume("arn:aws:iam::444455556666:role/audit")
    with pytest.raises(Undeclared):
        member.client("ec2", "eu-west-1").terminate_instances(InstanceIds=["i-1"])
    assert wire.requests == []


def test_declared_reads_pass(wire: Wire, session: Session) -> None:
    wire.on("GetCallerIdentity", identity())
    wire.on("DescribeLogGroups", js({"logGroups": []}))
    assert session.client("sts", "global").get_caller_identity()["Account"] == "111122223333"
    assert session.client("logs", "eu-west-1").describe_log_groups()["logGroups"] == []


def test_a_bucket_elsewhere_is_followed_through_the_wall(wire: Wire, session: Session) -> None:
    moved = xml("<Error><Code>PermanentRedirect</Code><Message>go away</Message></Error>", 301)
    there = type(moved)(moved.body, 301, {**moved.headers, "x-amz-bucket-region": "eu-central-1"})
    wire.on("GET /b?policy", there, js({"Version": "2012-10-17"}))
    assert session.client("s3", "eu-west-1").get_bucket_policy(Bucket="b")["Policy"]
    assert [r.region for r in wire.requests] == ["eu-west-1", "eu-central-1"]


def test_an_ordinary_error_is_still_botocores_own(wire: Wire, session: Session) -> None:
    wire.on("DescribeLogGroups", js({"__type": "ResourceNotFoundException"}, 400))
    client = session.client("logs", "eu-west-1")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.describe_log_groups()
    assert isinstance(caught.value, ClientError)


def test_the_sdks_own_calls_and_the_declared_ones_exist_and_change_nothing(session: Session) -> None:
    for service, operation in (*SDK_OWN, *((a.service, a.operation) for a in asks())):
        assert operation in session.botocore.get_service_model(service).operation_names, (service, operation)
    reads = ("Describe", "Get", "List", "BatchGet", "Lookup", "Search", "Select", "Simulate", "Head")
    odd = {a.name for a in asks() if not a.operation.startswith(reads) and a.plain}
    assert not odd, f"these are no plain reads; say plain=False and why they are safe: {odd}"
    assert all(a.note for a in asks() if not a.plain)


def test_importing_calls_nothing_and_reads_no_clock() -> None:
    """In a fresh interpreter: sockets, and the clock, are blocked."""
    program = """
import datetime, socket, sys
def refuse(*a, **k): raise AssertionError("a call was made while importing")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
import evidence.aws.exchange as exchange
for name in ("ask", "board", "collect", "complaints", "credentials", "detect", "doctor", "endings", "feed", "organization", "plan",
             "policy", "probe", "role_template",
             "redact", "models", "process", "replay", "scope", "session", "store_doctor", "wall", "whole"):
    __import__("evidence.aws." + name)
assert "detect_secrets" not in sys.modules
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
