"""RFC 3161: asked of a local authority that is `openssl ts`, and verified against a root that the verifier brings."""

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import tsp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.seal.sealing import Sealing
from evidence.seal.timestamp import read_roots, stamp, verified
from evidence.seal.verify import Anchors, verify
from tests.seal.authority import Authority, serving
from tests.seal.conftest import Sealed
from tests.seal.packs import key, made
from tests.seal.test_verify import failed

SIGNATURE = b"a signature"


def test_a_timestamp_is_of_the_signature_and_openssl_agrees(authority: Authority, tmp_path: Path) -> None:
    with serving(authority) as (url, asked):
        stamped = stamp(SIGNATURE, url)
    assert len(asked) == 1 and stamped.chain.count(b"BEGIN CERTIFICATE") == 2
    when = verified(stamped.response, SIGNATURE, read_roots(authority.root))
    assert when <= dt.datetime.now(dt.UTC)
    (tmp_path / "sig").write_bytes(SIGNATURE)
    (tmp_path / "tsr").write_bytes(stamped.response)
    (tmp_path / "chain").write_bytes(stamped.chain)
    command = ["openssl", "ts", "-verify", "-data", "sig", "-in", "tsr", "-CAfile", authority.root, "-untrusted", "chain"]
    assert "Verification: OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


def test_a_timestamp_over_another_signature_is_none(authority: Authority) -> None:
    with pytest.raises(ValueError, match="Mismatch"):
        verified(authority.stamped(b"another"), SIGNATURE, read_roots(authority.root))


@pytest.mark.parametrize("days", [(-800, -400), (400, 800)], ids=["expired", "not yet valid"])
def test_a_timestamp_outside_the_certificates_validity_is_none(tmp_path: Path, days: tuple[int, int]) -> None:
    """openssl's authority refuses to stamp with it, so its clock is set; then the same certificate is good at that time."""
    other = Authority(tmp_path / "tsa", days)
    roots = read_roots(other.root)
    with pytest.raises(ValueError, match=r"(?i)certificate"):
        verified(other.stamped(SIGNATURE), SIGNATURE, roots)


def test_a_timestamp_of_an_authority_that_nobody_named_is_none(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path / "tsa")
    with pytest.raises(ValueError, match=r"(?i)certificate"):
        verified(other.stamped(SIGNATURE), SIGNATURE, read_roots(authority.root))


def test_certificates_that_come_with_the_timestamp_are_never_trusted(authority: Authority, sealed: Sealed) -> None:
    """The forger's whole chain lies in `seal/`, its root as well."""
    forger = Authority(sealed.folder.parent / "forger")
    signature = (sealed.folder / "seal/SHA256SUMS.sig").read_bytes()
    (sealed.folder / "seal/SHA256SUMS.sig.tsr").write_bytes(forger.stamped(signature))
    (sealed.folder / "seal/tsa-chain.pem").write_bytes(forger.root.read_bytes())
    assert set(failed(sealed.folder, sealed.anchors)) == {4}


def test_a_timestamp_of_another_pack_is_found(sealed: Sealed, authority: Authority) -> None:
    (sealed.folder / "seal/SHA256SUMS.sig.tsr").write_bytes(authority.stamped(b"another pack's signature"))
    assert "Mismatch" in failed(sealed.folder, sealed.anchors)[4]


def test_a_timestamp_from_before_the_collection_is_found(tmp_path: Path, authority: Authority) -> None:
    with serving(authority) as (url, _):
        made(tmp_path / "pack", Sealing(key(tmp_path / "K"), url), ended=dt.datetime(2199, 1, 1, tzinfo=dt.UTC))
    given = Anchors(roots=tuple(read_roots(authority.root)))
    assert "before the collection came to its end" in failed(tmp_path / "pack", given)[4]


def test_a_timestamp_that_is_gone_or_that_pack_json_does_not_name(sealed: Sealed) -> None:
    facts = json.loads((sealed.folder / "pack.json").read_bytes())
    (sealed.folder / "pack.json").write_text(json.dumps({**facts, "timestamped": None}))
    assert "there is a seal/SHA256SUMS.sig.tsr" in failed(sealed.folder)[4]
    (sealed.folder / "pack.json").write_text(json.dumps(facts))
    (sealed.folder / "seal/SHA256SUMS.sig.tsr").unlink()
    assert "was removed" in failed(sealed.folder)[4]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_timestamp_that_was_changed_anywhere_stops_the_verifier(authority: Authority, data: st.DataObject) -> None:
    """It says why, or it says the same time: some bytes carry nothing that is signed."""
    whole = getattr(authority, "kept", None) or authority.stamped(SIGNATURE)
    authority.kept = whole  # type: ignore[attr-defined]
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + data.draw(st.integers(1, 4)) :]
    roots = read_roots(authority.root)
    try:
        when = verified(changed, SIGNATURE, roots)
    except ValueError:
        return
    assert when == verified(whole, SIGNATURE, roots)


# -- authorities that do not do as they should -----------------------------------------------------------------------------


def test_an_authority_that_refuses_is_quoted() -> None:
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["no policy of that name"]}).dump()
    refusal = b"\x30" + bytes([len(status)]) + status
    with serving(refusal) as (url, _), pytest.raises(EvidenceError, match=r"127.0.0.1 refused \(.*no policy of that name"):
        stamp(SIGNATURE, url)


@pytest.mark.parametrize(
    ("reply", "kind", "status", "words"),
    [
        (b"<html>", "text/html", 200, "no timestamp"),
        (b"rubbish", "application/timestamp-reply", 200, "is no timestamp"),
        (b"", "application/timestamp-reply", 503, "HTTP 503"),
        (bytes(2 << 20), "application/timestamp-reply", 200, "no timestamp"),
    ],
)
def test_what_is_no_timestamp_is_said(reply: bytes, kind: str, status: int, words: str) -> None:
    with serving(reply, kind, status) as (url, _), pytest.raises(EvidenceError, match=words):
        stamp(SIGNATURE, url)


def test_a_timestamp_of_something_else_is_refused_when_it_comes(authority: Authority) -> None:
    with serving(authority.stamped(b"something else")) as (url, _), pytest.raises(EvidenceError, match="something else"):
        stamp(SIGNATURE, url)


def test_a_timestamp_with_our_nonce_of_another_digest_is_refused(authority: Authority) -> None:
    class Lying:
        def reply(self, query: bytes) -> bytes:
            asked = tsp.TimeStampReq.load(query)
            asked["message_imprint"]["hashed_message"] = bytes(32)
            return authority.reply(asked.dump(force=True))

    with serving(Lying()) as (url, _), pytest.raises(EvidenceError, match="something else"):  # type: ignore[arg-type]
        stamp(SIGNATURE, url)


def test_an_authority_that_is_not_there(tmp_path: Path) -> None:
    with serving(b"") as (url, _):
        pass
    with pytest.raises(EvidenceError, match="cannot be reached"):
        made(tmp_path / "pack", Sealing(key(tmp_path / "K"), url))
    assert not (tmp_path / "pack").exists(), "no pack that says it was stamped and was not"
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".pack")]


@pytest.mark.parametrize(
    "url", ["ftp://tsa.example/", "file:///etc/passwd", "tsa.example", "http://", "http://user:word@tsa.example/"]
)
def test_addresses_that_are_none(url: str, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no address"):
        Sealing(key(tmp_path / "K"), url)


def test_a_timestamp_without_a_signature_is_refused() -> None:
    with pytest.raises(EvidenceError, match="unsigned"):
        Sealing(None, "http://tsa.example/")


def test_roots_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("no certificate")
    for name, words in (("root.pem", "no certificate"), ("missing.pem", "Cannot read")):
        with pytest.raises(EvidenceError, match=words):
            read_roots(tmp_path / name)


def test_a_stamped_pack_moved_elsewhere_still_verifies(sealed: Sealed, tmp_path: Path) -> None:
    shutil.move(sealed.folder, tmp_path / "elsewhere")
    assert {s.number for s in verify(tmp_path / "elsewhere", sealed.anchors) if s.outcome == "failed"} == set()
