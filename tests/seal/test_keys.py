"""Keys: made once, never over anything, read by openssl, refused where they are of another kind."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.seal.keys import KeyType, generate, read_private, read_public
from tests.seal.packs import key

TYPES: tuple[KeyType, ...] = ("ecdsa", "ed25519")


def nobody() -> str:
    raise AssertionError("no passphrase is needed")


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_a_key_is_its_owners_alone_and_openssl_reads_it(tmp_path: Path, type: KeyType, umask: int) -> None:
    before = os.umask(umask)
    try:
        public = generate(type, tmp_path / "K")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "K").stat().st_mode) == 0o600
    assert (tmp_path / "K").read_text().startswith("-----BEGIN PRIVATE KEY-----")
    derived = subprocess.run(["openssl", "pkey", "-in", tmp_path / "K", "-pubout"], capture_output=True, check=True).stdout
    assert derived == (tmp_path / "K.pub").read_bytes() == public.pem
    der = "openssl pkey -pubin -in K.pub -outform DER | sha256sum"
    said = subprocess.run(der, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == public.fingerprint


@pytest.mark.parametrize("there", ["K", "K.pub"])
def test_a_key_is_never_written_over_anything(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(EvidenceError, match="is there already"):
        generate("ecdsa", tmp_path / "K")
    assert [p.name for p in tmp_path.iterdir()] == [there] and (tmp_path / there).read_text() == "mine"


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "K").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EvidenceError, match="is there already"):
        generate("ecdsa", tmp_path / "K")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("type", TYPES)
def test_a_passphrase_opens_and_another_does_not(tmp_path: Path, type: KeyType) -> None:
    public = generate(type, tmp_path / "K", "a long passphrase")
    assert "ENCRYPTED" in (tmp_path / "K").read_text()
    assert read_private(tmp_path / "K", lambda: "a long passphrase").public == public
    with pytest.raises(EvidenceError, match="does not open"):
        read_private(tmp_path / "K", lambda: "another")
    with pytest.raises(EvidenceError, match="does not open"):
        read_private(tmp_path / "K", lambda: "")


@pytest.mark.parametrize("type", TYPES)
def test_a_signature_is_of_one_message_by_one_key(tmp_path: Path, type: KeyType) -> None:
    mine, other = key(tmp_path / "mine", type), key(tmp_path / "other", type)
    signature = mine.sign(b"message")
    assert mine.public.verifies(signature, b"message")
    assert not mine.public.verifies(signature, b"massage") and not other.public.verifies(signature, b"message")
    assert not mine.public.verifies(signature[:-1], b"message") and not mine.public.verifies(b"", b"message")


def test_a_signature_of_the_other_kind_is_none(tmp_path: Path) -> None:
    first, second = key(tmp_path / "a", "ecdsa"), key(tmp_path / "b", "ed25519")
    assert not first.public.verifies(second.sign(b"m"), b"m") and not second.public.verifies(first.sign(b"m"), b"m")


OTHERS = {
    "rsa": "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "p-384": "openssl ecparam -name secp384r1 -genkey -noout",
    "secp256k1": "openssl ecparam -name secp256k1 -genkey -noout",
    "x25519": "openssl genpkey -algorithm X25519",
    "ed448": "openssl genpkey -algorithm ED448",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_keys_of_other_kinds_are_refused(tmp_path: Path, kind: str) -> None:
    subprocess.run(
        f"{OTHERS[kind]} > K && openssl pkey -in K -pubout > K.pub", shell=True, cwd=tmp_path, check=True, capture_output=True
    )
    for read in (lambda: read_private(tmp_path / "K", nobody), lambda: read_public(tmp_path / "K.pub")):
        with pytest.raises(EvidenceError, match=r"P-256 and Ed25519"):
            read()


@pytest.mark.parametrize(
    "text", [b"", b"no key", b"\x00" * 70_000, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
)
def test_what_is_no_key_is_said(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "K").write_bytes(text)
    with pytest.raises(EvidenceError):
        read_private(tmp_path / "K", nobody)
    with pytest.raises(EvidenceError):
        read_public(tmp_path / "K")


def test_a_private_key_for_a_public_one_is_pointed_out(tmp_path: Path) -> None:
    key(tmp_path / "K")
    with pytest.raises(EvidenceError, match="is a private key"):
        read_public(tmp_path / "K")
    with pytest.raises(EvidenceError, match="no private key"):
        read_private(tmp_path / "K.pub", nobody)


def test_keys_that_older_tools_write_are_read(tmp_path: Path) -> None:
    subprocess.run(
        "openssl ecparam -name prime256v1 -genkey -noout > K", shell=True, cwd=tmp_path, check=True, capture_output=True
    )
    assert "EC PRIVATE KEY" in (tmp_path / "K").read_text()
    assert read_private(tmp_path / "K", nobody).public.type == "ecdsa"
