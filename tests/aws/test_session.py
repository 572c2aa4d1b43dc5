"""Entering AWS by the standard chain, and the sentences for when that fails."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import parse_timestamp

from evidence.aws.session import Session, Settings, fast_timestamp, open_session
from evidence.errors import EvidenceError
from tests.aws.wire import Wire, assumed, identity, query_error, xml


def write(tmp_path: Path, config: str) -> None:
    (tmp_path / "config").write_text(config)


@pytest.fixture
def bare(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    return wire


def test_a_profile_with_a_role_sends_its_external_id(bare: Wire, tmp_path: Path) -> None:
    write(tmp_path, """
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = x
[profile audit]
role_arn = arn:aws:iam::444455556666:role/audit
source_profile = base
external_id = ext-1
role_session_name = third-quarter
""")  # fmt: skip
    bare.on("AssumeRole", assumed("ASIAROLE"))
    bare.on("GetCallerIdentity", identity("444455556666"))
    session = open_session(Settings(profile="audit", region="eu-west-1"))
    assert session.client("sts", "global").get_caller_identity()["Account"] == "444455556666"
    role, who = bare.requests
    assert (role.key, role.parameters["ExternalId"], role.parameters["RoleSessionName"]) == ("AKIABASE", "ext-1", "third-quarter")
    assert who.key == "ASIAROLE"


def test_web_identity(bare: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("a.b.c")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/ci")
    reply = assumed("ASIAWEB")
    bare.on("AssumeRoleWithWebIdentity", xml(reply.body.decode().replace("AssumeRole", "AssumeRoleWithWebIdentity")))
    bare.on("GetCallerIdentity", identity("444455556666"))
    open_session(Settings(region="eu-west-1")).client("sts", "global").get_caller_identity()
    assert [r.key for r in bare.requests] == ["", "ASIAWEB"]


@pytest.mark.parametrize(("config", "settings", "words"), [
    ("[profile production]\n", Settings(profile="prodution"), ["'prodution'", "Did you mean production?"]),
    ("", Settings(), ["no AWS credentials", "--profile"]),
    ("[default]\naws_access_key_id = A\n", Settings(), ["incomplete", "aws_secret_access_key"]),
    ("[profile s]\nsso_start_url = https://x.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n",
     Settings(profile="s"), ["expired", "aws sso login --profile s"]),
    ("[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\naws_access_key_id=A\naws_secret_access_key=x\n",
     Settings(profile="r", region="eu-west-1"), ["could not be assumed", "external id"]),
    ("[profile r]\nrole_arn = arn:aws:iam::1:role/r\n", Settings(profile="r"), ["incomplete", "source_profile or credential_source"]),
])  # fmt: skip
def test_what_cannot_be_entered_is_a_sentence(
    bare: Wire, tmp_path: Path, config: str, settings: Settings, words: list[str]
) -> None:
    write(tmp_path, config)
    bare.on("AssumeRole", query_error("AccessDenied", 403))
    with pytest.raises(EvidenceError) as caught:
        open_session(settings)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert caught.value.todo


def test_clients_are_made_once_however_many_threads_ask(session: Session) -> None:
    clients = []
    threads = [threading.Thread(target=lambda: clients.append(session.client("ec2", "eu-west-1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, clients))) == 1
    assert len(clients) == 8


@pytest.mark.parametrize(("region", "home", "endpoint"), [
    ("eu-west-1", "us-east-1", "https://iam.amazonaws.com"),
    ("us-gov-east-1", "us-gov-west-1", "https://iam.us-gov.amazonaws.com"),
    ("cn-northwest-1", "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn"),
])  # fmt: skip
def test_services_without_regions_are_asked_at_home(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, region: str, home: str, endpoint: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    session = open_session(Settings(region=region))
    assert session.client("ec2", "global").meta.region_name == home
    assert session.client("iam", "global").meta.endpoint_url == endpoint


def test_the_user_agent_says_who_asks(session: Session) -> None:
    assert "evidence/" in session.client("ec2", "eu-west-1").meta.config.user_agent_extra


@pytest.mark.parametrize("value", [
    "2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00+02:00", "2026-03-01T10:00:00.5Z", 1772359200,
    1772359200.25, "1772359200", "Sun, 01 Mar 2026 10:00:00 GMT", "20260301T100000Z", "2026-03-01T10:00:00.123456789Z",
])  # fmt: skip
def test_fast_timestamps_are_botocores_timestamps(value: Any) -> None:
    ours, theirs = fast_timestamp(value), parse_timestamp(value)
    assert ours.tzinfo is not None
    assert ours == theirs


def test_a_time_without_an_offset_is_utc() -> None:
    assert fast_timestamp("2026-03-01T10:00:00") == dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
