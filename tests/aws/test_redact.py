"""What must not be kept is replaced by a marker that says what it was like, without saying what it was."""

import base64
import stat
from pathlib import Path
from typing import Any

import pytest

from evidence.aws.detect import looks_like
from evidence.aws.redact import Redactor, Unredactable, load_key
from evidence.errors import EvidenceError
from evidence.run.answer import canonical
from evidence.run.redaction import class_of, is_redacted, redactions_in
from evidence.services.declare import Redact

RULE = Redact("Settings[]", "environment property", key="Value", name="Name", when=lambda s: s["Space"] == "env")


def page(*values: object, name: str = "DB_PASSWORD", space: str = "env") -> dict[str, object]:
    return {"Settings": [{"Space": space, "Name": name, "Value": v} for v in values]}


def redacted(redactor: Redactor, value: dict[str, object], *rules: Redact) -> list[object]:
    redactor.apply(value, rules or (RULE,))
    return [s["Value"] for s in value["Settings"]]  # type: ignore[attr-defined]


def test_the_marker_says_kind_class_and_a_digest_that_only_the_key_can_make() -> None:
    (one,) = redacted(Redactor(b"k" * 32), page("hunter2"))
    (same,) = redacted(Redactor(b"k" * 32), page("hunter2"))
    (other,) = redacted(Redactor(b"q" * 32), page("hunter2"))
    assert str(one).startswith("[redacted environment property; looks like password; digest ")
    assert one == same != other
    assert is_redacted(str(one))
    assert class_of(str(one)) == "password"


def test_without_a_key_digests_compare_within_the_run_only_and_that_is_said() -> None:
    first, second = Redactor(), Redactor()
    assert first.key_facts == "random"
    a, b = redacted(first, page("x", "x"))
    assert a == b != redacted(second, page("x"))[0]
    assert Redactor(b"k" * 32).key_facts == "kept by the entity"


def test_only_what_the_rule_means_is_touched() -> None:
    assert redacted(Redactor(), page("t3.micro", space="instance")) == ["t3.micro"]
    assert redacted(Redactor(), page("", None, name="X")) == ["", None]


def test_what_was_redacted_once_stays_as_it_is() -> None:
    redactor = Redactor(b"k" * 32)
    once = redacted(redactor, page("hunter2"))
    assert redacted(redactor, page(*once)) == once and redactions_in(canonical(once)) == {"environment property": 1}


def test_texts_maps_lists_and_bytes() -> None:
    redactor = Redactor(b"k" * 32)
    value: dict[str, Any] = {"Vars": {"TOKEN": "abc", "N": 5}, "List": ["a", "b"], "Data": {"Blob": b"\xff\x00"}}
    redactor.apply(value, (Redact("Vars", "variable"), Redact("List[]", "text"), Redact("Data", "blob", key="Blob")))
    flat = [*value["Vars"].values(), *value["List"], value["Data"]["Blob"]]
    assert all(is_redacted(str(v)) for v in flat)
    assert class_of(value["Vars"]["TOKEN"]) == "token"
    assert redactions_in(canonical(value)) == {"blob": 1, "text": 2, "variable": 2}


@pytest.mark.parametrize("strange", [{"Settings": {"Value": "x"}}, {"Settings": ["x"]}, {"Settings": "x"}])
def test_a_page_of_another_shape_is_refused_rather_than_kept(strange: dict[str, object]) -> None:
    with pytest.raises(Unredactable):
        Redactor().apply(strange, (RULE,))


def test_a_page_without_the_field_is_fine() -> None:
    value: dict[str, object] = {"Other": 1}
    Redactor().apply(value, (RULE,))
    assert value == {"Other": 1}


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    key = load_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == key
    path.write_bytes(b"short")
    with pytest.raises(EvidenceError, match="too short"):
        load_key(path)
    with pytest.raises(EvidenceError, match="cannot be made"):
        load_key(tmp_path / "missing" / "key")


# None of these is anyone's secret; they are put together here so that no scanner takes them for one.
@pytest.mark.parametrize(("name", "value", "looks"), [
    ("X", "AKIA" + "IOSFODNN7EXAMPLE", "AWS access key"),
    ("X", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIB", "private key"),
    ("DATABASE_URL", "postgres://app:" + "hunter2@db.internal/app", "connection string with a password"),
    ("X", "Server=db;Password=" + "hunter2", "text with a password in it"),
    ("X", base64.b64encode(b"#!/bin/sh\nexport DB_PASSWORD=hunter2\n").decode(), "text with a password in it"),
    ("DBPassword", "hunter2", "password"), ("dbPassword", "hunter2", "password"), ("MYPASSWORD", "hunter2", "password"),
    ("SMTP_PASS", "hunter2", "password"), ("SESSION_TOKEN", "abcdefgh", "token"), ("STRIPE_API_KEY", "abcdefgh", "API key"),
    ("apiKey", "abcdefgh", "API key"), ("SECRET_KEY_BASE", "abcdefgh", "secret"), ("AUTH_CREDENTIALS", "abc", "credential"),
    ("SSH_PRIVATE_KEY", "abcdefgh", "private key"), ("RAILS_MASTER_KEY", "abcdefgh", "encryption key"),
    ("LOG_LEVEL", "debug", None), ("BYPASS_CACHE", "nothing", None), ("TOKEN_LIFETIME", "3600", None), ("KEYBOARD", "qwertz", None),
    ("PASSWORD_LOGIN", "false", None), ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:db-x", None),
    ("DB_PASSWORD", "{{resolve:secretsmanager:db}}", None), ("DB_PASSWORD_PATH", "/prod/db/password", None),
    ("API_KEY_URL", "https://example.com/keys", None), ("PASSWORD", "", None),
])  # fmt: skip
def test_what_a_value_looks_like(name: str, value: str, looks: str | None) -> None:
    assert looks_like(value, name) == looks


def test_a_class_never_breaks_the_marker() -> None:
    redactor = Redactor(b"k" * 32)
    for value in ("AKIA" + "IOSFODNN7EXAMPLE", "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx", "p:\n]"):
        (marked,) = redacted(redactor, page(value))
        assert is_redacted(str(marked)), marked
