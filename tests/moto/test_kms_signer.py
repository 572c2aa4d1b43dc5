"""Signing by a key in AWS KMS, against moto's own server: the one operation outside the read-only set."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from moto.kms.utils import ECDSAPrivateKey

from evidence.aws.kms_signer import SIGNING, KmsSigner, kms_signer, signing_policy
from evidence.aws.session import Settings, open_session
from evidence.aws.wall import Undeclared
from evidence.errors import EvidenceError
from evidence.seal.sealing import Sealing
from evidence.seal.verify import Anchors, verify
from evidence.services import asks
from tests.cli.commands import evidence, refused
from tests.moto.server import serve
from tests.moto.world import HOME
from tests.seal.packs import made

pytestmark = pytest.mark.xdist_group("moto")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAMOTO", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve() as found, pytest.MonkeyPatch.context() as patch:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": found.url}.items():
            patch.setenv(name, value)
        yield found.url
        # moto keeps its accounts for the whole process, and the other tests count the keys of theirs
        urllib.request.urlopen(urllib.request.Request(f"{found.url}/moto-api/reset", method="POST")).close()


@pytest.fixture
def digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto takes every message for a raw one and hashes it once more; AWS signs a DIGEST as it is."""

    def sign(self: ECDSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:
        assert len(message) == 32 and signing_algorithm == "ECDSA_SHA_256"
        return self.private_key.sign(message, ec.ECDSA(utils.Prehashed(hashes.SHA256())))

    monkeypatch.setattr(ECDSAPrivateKey, "sign", sign)


@pytest.fixture(scope="module")
def client(url: str) -> Any:
    return boto3.client("kms", region_name=HOME)


@pytest.fixture(scope="module")
def arn(client: Any) -> str:
    return str(client.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def signer(arn: str) -> KmsSigner:
    return kms_signer(arn)


@pytest.mark.usefixtures("digests")
def test_a_pack_signed_by_kms_verifies_with_openssl_and_with_us(signer: KmsSigner, arn: str, tmp_path: Path) -> None:
    facts = made(tmp_path / "pack", Sealing(signer))
    assert arn in str(facts.signed)
    assert {s.number for s in verify(tmp_path / "pack", Anchors(key=signer.public)) if s.outcome == "done"} == {1, 2, 3, 5, 6}
    (tmp_path / "K.pub").write_bytes(signer.public.pem)
    command = "openssl dgst -sha256 -verify ../K.pub -signature seal/SHA256SUMS.sig SHA256SUMS"
    said = subprocess.run(command, shell=True, cwd=tmp_path / "pack", capture_output=True, text=True, check=True)
    assert said.stdout == "Verified OK\n"


def test_a_signature_that_does_not_fit_the_key_seals_nothing(signer: KmsSigner, tmp_path: Path) -> None:
    """Which moto's does not: it signs the digest of the digest."""
    with pytest.raises(EvidenceError, match="does not fit its own public key"):
        made(tmp_path / "pack", Sealing(signer))
    assert not (tmp_path / "pack").exists()


def test_its_session_reaches_two_operations_and_no_read_of_a_collection(signer: KmsSigner) -> None:
    inner = signer.session.botocore
    for service, operation in (
        ("kms", "list_keys"),
        ("kms", "schedule_key_deletion"),
        ("kms", "decrypt"),
        ("s3", "list_buckets"),
    ):
        client = inner.create_client(service, region_name=HOME)
        words = {"schedule_key_deletion": {"KeyId": "k"}, "decrypt": {"CiphertextBlob": b"x"}}.get(operation, {})
        with pytest.raises(Undeclared):
            getattr(client, operation)(**words)


def test_a_collections_session_reaches_neither(url: str, arn: str) -> None:
    declared = {(ask.service, ask.operation) for ask in asks()}
    assert not declared & {(ask.service, ask.operation) for ask in SIGNING}
    session = open_session(Settings(region=HOME))
    with pytest.raises(Undeclared):
        session.client("kms", HOME).sign(KeyId=arn, Message=b"0" * 32, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")


def test_only_a_digest_is_sent(signer: KmsSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    events = signer.session.client("kms", HOME).meta.events
    events.register("provide-client-params.kms.Sign", lambda params, **_: sent.append(params), unique_id="test")
    try:
        signer.sign(b"x" * 100_000)
    finally:
        events.unregister("provide-client-params.kms.Sign", unique_id="test")
    assert len(sent[0]["Message"]) == 32 and sent[0]["MessageType"] == "DIGEST" and sent[0]["SigningAlgorithm"] == "ECDSA_SHA_256"


@pytest.mark.parametrize(
    ("spec", "usage", "words"),
    [
        ("RSA_2048", "SIGN_VERIFY", "another kind: it signs with RSASSA"),
        ("ECC_NIST_P384", "SIGN_VERIFY", "another kind: it signs with ECDSA_SHA_384"),
        ("ECC_SECG_P256K1", "SIGN_VERIFY", "public key of another kind"),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "AWS KMS refused get_public_key|another kind"),
    ],
)
def test_keys_of_another_kind(client: Any, spec: str, usage: str, words: str) -> None:
    other = client.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]
    with pytest.raises(EvidenceError, match=words):
        kms_signer(other)


def test_a_key_that_is_not_there_and_names_that_are_none(url: str, arn: str) -> None:
    missing = arn.rpartition("/")[0] + "/00000000-0000-0000-0000-000000000000"
    with pytest.raises(EvidenceError, match="AWS KMS refused get_public_key"):
        kms_signer(missing)
    for name in ("alias/packs", "1234abcd", arn.replace(":key/", ":alias/"), "arn:aws:s3:::bucket"):
        with pytest.raises(EvidenceError, match="no ARN of a key"):
            kms_signer(name)


def test_its_permissions_are_printed_apart(arn: str) -> None:
    policy = json.loads(evidence("policy", "--signing", arn).stdout)
    assert policy == signing_policy(arn)
    assert [(s["Action"], s["Resource"]) for s in policy["Statement"]] == [(["kms:GetPublicKey"], arn), (["kms:Sign"], arn)]
    collected = json.dumps(json.loads(evidence("policy").stdout))
    assert "kms:Sign" not in collected and "kms:GetPublicKey" not in collected
    assert "no ARN" in refused("policy", "--signing", "alias/packs")
