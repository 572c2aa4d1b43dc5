"""The in-toto statement: signed by the same key, about this pack and no other."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence.seal.keys import FileKey, read_private
from evidence.seal.sealing import STATEMENT, Sealing
from evidence.seal.statement import envelope
from evidence.seal.verify import Anchors, verify
from tests.seal.packs import key, made


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stated")
    made(folder / "pack", Sealing(key(folder / "K")))
    return folder


@pytest.fixture
def mine(once: Path) -> FileKey:
    return read_private(once / "K", lambda: "")


@pytest.fixture
def whole(once: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((once / "pack" / STATEMENT).read_bytes())
    return found


def said(once: Path, mine: FileKey, written: bytes) -> tuple[str, str]:
    """How step 6 comes out, and what it says, with these bytes for the statement."""
    path = once / "pack" / STATEMENT
    kept = path.read_bytes()
    path.write_bytes(written)
    try:
        (step,) = [s for s in verify(once / "pack", Anchors(key=mine.public)) if s.number == 6]
    finally:
        path.write_bytes(kept)
    return step.outcome, " ".join(step.says)


def payload(whole: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(whole["payload"]))
    return found


def test_it_says_who_when_with_what_and_how_much(once: Path, mine: FileKey, whole: dict[str, Any]) -> None:
    assert said(once, mine, json.dumps(whole).encode())[0] == "done"
    statement = payload(whole)
    sums = (once / "pack/SHA256SUMS").read_bytes()
    assert statement["subject"] == [{"name": "SHA256SUMS", "digest": {"sha256": hashlib.sha256(sums).hexdigest()}}]
    told = statement["predicate"]
    assert told["collected"]["by"] and told["collected"]["ended"] and told["tool"]["version"] and told["members"] == 12
    assert whole["payloadType"] == "application/vnd.in-toto+json"


Change = Callable[[dict[str, Any]], dict[str, Any]]


def resigned(**changes: Any) -> Callable[[dict[str, Any], FileKey], bytes]:
    return lambda whole, mine: envelope(json.dumps({**payload(whole), **changes}).encode(), mine)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (resigned(subject=[{"name": "SHA256SUMS", "digest": {"sha256": "0" * 64}}]), "about another SHA256SUMS"),
        (resigned(subject=[]), "about another SHA256SUMS"),
        (resigned(predicate={"pack": "EVP-other", "evidence_root": "0" * 64}), "names another pack"),
        (resigned(predicateType="https://example.org/other"), "another kind"),
        (resigned(_type="https://in-toto.io/Statement/v0.1"), "another kind"),
        (resigned(subject=None), "no in-toto statement"),
        (lambda whole, mine: envelope(b"[1, 2", mine), "no in-toto statement"),
        (lambda whole, mine: envelope(b"[" * 100_000, mine), "no in-toto statement"),
    ],
)
def test_a_statement_about_something_else_by_the_right_key(
    once: Path, mine: FileKey, whole: dict[str, Any], make: Callable[[dict[str, Any], FileKey], bytes], words: str
) -> None:
    outcome, says = said(once, mine, make(whole, mine))
    assert outcome == "failed" and words in says


def other_payload(whole: dict[str, Any]) -> dict[str, Any]:
    told = payload(whole)
    told["predicate"]["members"] = 13
    return {**whole, "payload": base64.b64encode(json.dumps(told).encode()).decode()}


def other_type(whole: dict[str, Any]) -> dict[str, Any]:
    return {**whole, "payloadType": "text/plain"}


def no_signatures(whole: dict[str, Any]) -> dict[str, Any]:
    return {**whole, "signatures": []}


def signature_of_nobody(whole: dict[str, Any]) -> dict[str, Any]:
    return {**whole, "signatures": [{"keyid": "0" * 64, "sig": whole["signatures"][0]["sig"]}]}


def signature_twice(whole: dict[str, Any]) -> dict[str, Any]:
    return {**whole, "signatures": whole["signatures"] * 2}


def signature_that_is_no_text(whole: dict[str, Any]) -> dict[str, Any]:
    return {**whole, "signatures": [{"keyid": 3, "sig": 4}]}


def no_payload(whole: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in whole.items() if k != "payload"}


def payload_with_breaks(whole: dict[str, Any]) -> dict[str, Any]:
    """Base64 that some readers skip over and some do not."""
    return {**whole, "payload": whole["payload"][:8] + "!" + whole["payload"][8:]}


@pytest.mark.parametrize(
    "change",
    [
        other_payload,
        other_type,
        no_signatures,
        signature_of_nobody,
        signature_twice,
        signature_that_is_no_text,
        no_payload,
        payload_with_breaks,
    ],
)
def test_an_envelope_that_was_changed(once: Path, mine: FileKey, whole: dict[str, Any], change: Change) -> None:
    outcome, says = said(once, mine, json.dumps(change(whole)).encode())
    assert outcome == "failed" and ("not signed by the key" in says or "no DSSE envelope" in says)


@pytest.mark.parametrize("written", [b"", b"{", b"3", b"[" * 100_000, b"\xff" * 10, b" " * (2 << 20)])
def test_what_is_no_envelope(once: Path, mine: FileKey, written: bytes) -> None:
    assert said(once, mine, written)[0] == "failed"


def test_the_signature_of_the_manifest_is_none_of_the_statement(once: Path, mine: FileKey, whole: dict[str, Any]) -> None:
    """What is signed begins otherwise in each (DSSE's own encoding), so that neither can stand for the other."""
    signature = base64.b64encode((once / "pack/seal/SHA256SUMS.sig").read_bytes()).decode()
    changed = {**whole, "signatures": [{**whole["signatures"][0], "sig": signature}]}
    assert said(once, mine, json.dumps(changed).encode()) == (
        "failed", "The statement in seal/attestation.dsse.json is not signed by the key you gave.",
    )  # fmt: skip
