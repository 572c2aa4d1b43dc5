"""Keys that sign a pack: ECDSA on P-256 with SHA-256, or Ed25519, in the files that openssl reads and writes."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from evidence.errors import EvidenceError

KeyType = Literal["ecdsa", "ed25519"]
WORDS: dict[KeyType, str] = {"ecdsa": "ECDSA P-256", "ed25519": "Ed25519"}
_LARGEST = 1 << 16
_OF_OURS = "Only ECDSA on P-256 and Ed25519 are used: `evidence keygen` makes either."


@dataclass(frozen=True)
class PublicKey:
    """A key that checks signatures. `pem` is its SubjectPublicKeyInfo."""

    type: KeyType
    pem: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of the key in DER: `openssl pkey -pubin -in K.pub -outform DER | sha256sum`."""
        return hashlib.sha256(self._key().public_bytes(*_DER)).hexdigest()

    @property
    def words(self) -> str:
        """ "Ed25519 key 3f2a…": its type and the first 16 digits of its fingerprint."""
        return f"{WORDS[self.type]} key {self.fingerprint[:16]}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key's holder signed the message."""
        key = self._key()
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, message)
            else:
                key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    def _key(self) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
        key = serialization.load_pem_public_key(self.pem)
        assert isinstance(key, ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey)
        return key


_DER = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
_PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Signer(Protocol):
    """Who signs: a key in a file, or one that never leaves its service. `words` is printed on the cover."""

    @property
    def public(self) -> PublicKey: ...
    @property
    def words(self) -> str: ...
    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True)
class FileKey:
    """A private key read from a file."""

    private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

    @property
    def public(self) -> PublicKey:
        return _public(self.private.public_key(), "the key's public half")

    @property
    def words(self) -> str:
        return self.public.words

    def sign(self, message: bytes) -> bytes:
        """The signature, the same each time: ECDSA takes its nonce from key and message (RFC 6979)."""
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        return self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    def __reduce__(self) -> tuple[object, ...]:
        """To a process of one's own that signs too: in its memory only."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return _unpickled, (pem,)


def _unpickled(pem: bytes) -> FileKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey)
    return FileKey(key)


def generate(type: KeyType, out: Path, passphrase: str = "") -> PublicKey:
    """Writes a new key: `out` (PKCS#8, only its owner may read it) and `out`.pub. Raises EvidenceError rather than
    write over anything."""
    beside = out.with_name(f"{out.name}.pub")
    for path in (out, beside):
        if path.exists() or path.is_symlink():
            raise EvidenceError(f"{path} is there already.", "A key is never written over another: choose a new name with --out.")
    key = ed25519.Ed25519PrivateKey.generate() if type == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    guard = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, guard)
    public = FileKey(key).public
    try:
        _create(out, private, 0o600)
        _create(beside, public.pem, 0o644)
    except OSError as error:
        raise EvidenceError(
            f"Cannot write the key {out}: {error.strerror or error}.", "Choose a folder that you may write to."
        ) from error
    return public


def _create(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)


def read_private(path: Path, ask: Callable[[], str]) -> FileKey:
    """The private key in a PEM file; `ask` is called for the passphrase where it has one."""
    data = _read(path)
    try:
        key = _load_private(data, path, ask)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{path} is no private key in PEM that can be read.", _OF_OURS) from error
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return FileKey(key)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return FileKey(key)
    raise EvidenceError(f"{path} is a private key of another kind.", _OF_OURS)


def _load_private(data: bytes, path: Path, ask: Callable[[], str]) -> object:
    try:
        return serialization.load_pem_private_key(data, None)
    except TypeError:  # it has a passphrase
        given = ask().encode()
    try:
        return serialization.load_pem_private_key(data, given)
    except (ValueError, TypeError) as error:
        raise EvidenceError(f"The passphrase does not open {path}.", "Run the command again with the right one.") from error


def read_public(path: Path) -> PublicKey:
    """The public key in a PEM file."""
    return public_key(_read(path), str(path))


def public_key(data: bytes, where: str) -> PublicKey:
    """A public key in PEM. Raises EvidenceError for anything else, a private key above all."""
    if b"PRIVATE KEY" in data:
        raise EvidenceError(f"{where} is a private key.", "Name the public one, K.pub: only that is needed to verify.")
    try:
        return _public(serialization.load_pem_public_key(data), where)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{where} is no public key in PEM (-----BEGIN PUBLIC KEY-----).", _OF_OURS) from error


def public_key_der(data: bytes, where: str) -> PublicKey:
    """A public key in DER, as AWS KMS gives it."""
    try:
        return _public(serialization.load_der_public_key(data), where)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{where} gave a public key that cannot be read.", _OF_OURS) from error


def _public(key: object, where: str) -> PublicKey:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey("ed25519", key.public_bytes(*_PEM))
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return PublicKey("ecdsa", key.public_bytes(*_PEM))
    raise EvidenceError(f"{where} is a public key of another kind.", _OF_OURS)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise EvidenceError(f"Cannot read the key {path}: {error.strerror or error}.", "Name the file that holds it.") from error
    if len(data) > _LARGEST:
        raise EvidenceError(f"{path} is too large to be a key.", _OF_OURS)
    return data
