"""The in-toto statement of a pack in a DSSE envelope: for machines, the same that the signature says.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, https://github.com/secure-systems-lab/dsse
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from evidence.seal.keys import PublicKey, Signer
from evidence.seal.manifest import SUMS

PAYLOAD = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://evidence.invalid/collection/v1"
"""Names the kind of predicate; nothing is fetched from there (.invalid is reserved for that, RFC 2606)."""
_LARGEST = 1 << 20


def statement(sums: bytes, predicate: Mapping[str, Any]) -> bytes:
    """The statement in JSON, plain ASCII: its subject is SHA256SUMS, its predicate who collected what, when and with what."""
    subject = [{"name": SUMS, "digest": {"sha256": hashlib.sha256(sums).hexdigest()}}]
    said = {"_type": STATEMENT, "subject": subject, "predicateType": PREDICATE, "predicate": dict(predicate)}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def envelope(payload: bytes, signer: Signer) -> bytes:
    """The signed envelope, as it is written."""
    from securesystemslib.dsse import Envelope  # loads boto3 where it finds it, which importing this module must not
    from securesystemslib.signer import Signature

    made = Envelope(payload, PAYLOAD, {})
    key = signer.public.fingerprint
    made.signatures[key] = Signature(key, signer.sign(made.pae()).hex())
    return json.dumps(made.to_dict(), sort_keys=True, separators=(",", ":")).encode() + b"\n"


def problems(path: Path, key: PublicKey, sums: bytes, pack_id: str, root: str) -> list[str]:
    """What is wrong with the envelope in a file, in sentences; none where the key signed it and it speaks of this pack."""
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError
    from securesystemslib.signer import SSlibKey

    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("it is too large")
        raw = json.loads(path.read_bytes())
        for text in (raw["payload"], *(s["sig"] for s in raw["signatures"])):
            base64.b64decode(text, validate=True)
        found = Envelope.from_dict(raw)
        found.verify([SSlibKey.from_crypto(load_pem_public_key(key.pem), keyid=key.fingerprint)], 1)
    except VerificationError:
        return ["The statement in seal/attestation.dsse.json is not signed by the key you gave."]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return [f"seal/attestation.dsse.json is no DSSE envelope that can be read ({type(error).__name__}: {error})."]
    return _wrong_with(found.payload_type, found.payload, sums, pack_id, root)


def _wrong_with(kind: str, payload: bytes, sums: bytes, pack_id: str, root: str) -> list[str]:
    try:
        said = json.loads(payload)
        subjects = [(s["name"], s["digest"]["sha256"]) for s in said["subject"]]
        claims = (said["_type"], said["predicateType"], said["predicate"]["pack"], said["predicate"]["evidence_root"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return [f"What seal/attestation.dsse.json signs is no in-toto statement ({type(error).__name__}: {error})."]
    out = []
    if kind != PAYLOAD or claims[:2] != (STATEMENT, PREDICATE):
        out.append(f"seal/attestation.dsse.json is a statement of another kind ({kind}, {claims[0]}, {claims[1]}).")
    if subjects != [(SUMS, hashlib.sha256(sums).hexdigest())]:
        out.append(f"The statement in seal/attestation.dsse.json is about another {SUMS}.")
    if claims[2:] != (pack_id, root):
        out.append("The statement in seal/attestation.dsse.json names another pack or another evidence root than pack.json.")
    return out
