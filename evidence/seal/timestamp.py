"""RFC 3161: a third party's word on when the signature existed."""

import datetime as dt
import hashlib
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from evidence.errors import EvidenceError

SECONDS = 30
LARGEST = 1 << 20
_ELSE = "Try again later, name another authority with --tsa, or make the pack without a timestamp."


@dataclass(frozen=True)
class Stamp:
    """The authority's answer as it came, and the certificates in it as PEM."""

    response: bytes
    chain: bytes


def host(url: str) -> str:
    """The name of the authority, from its address. Raises EvidenceError for an address that is none."""
    try:
        parts = urlsplit(url)
        found = parts.hostname if parts.scheme in ("http", "https") and parts.username is None else None
    except ValueError:
        found = None
    if not found:
        raise EvidenceError(f"{url} is no address of a timestamp authority.", "Give one that begins with http:// or https://.")
    return found


def stamp(signature: bytes, url: str) -> Stamp:
    """Asks the authority at `url` for a timestamp of the signature. Raises EvidenceError where it gives none, or gives one
    of something else."""
    name = host(url)
    request = TimestampRequestBuilder().data(signature).hash_algorithm(HashAlgorithm.SHA256).build()
    data = posted(url, name, request.as_bytes())
    try:
        found = _decoded(data)
        if found.status != 0:
            raise EvidenceError(
                f"The timestamp authority {name} refused (status {found.status}: {'; '.join(found.status_string) or 'no reason given'}).",
                _ELSE,
            )
        info = found.tst_info
        ours = info.nonce == request.nonce and info.message_imprint.message == hashlib.sha256(signature).digest()
        chain = b"".join(sorted(_pem(c) for c in found.signed_data.certificates))
    except (ValueError, TypeError) as error:
        raise EvidenceError(f"What the timestamp authority {name} sent is no timestamp ({error}).", _ELSE) from error
    if not ours:
        raise EvidenceError(f"The timestamp authority {name} sent a timestamp of something else.", _ELSE)
    return Stamp(data, chain)


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def posted(url: str, name: str, body: bytes) -> bytes:
    """The answer of the authority at `url` to a query, both in DER. Raises EvidenceError where none comes, or none of that kind."""
    asked = urllib.request.Request(
        url, body, {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            data: bytes = answer.read(LARGEST + 1)
            kind = answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        raise EvidenceError(f"The timestamp authority {name} answered with HTTP {error.code}.", _ELSE) from error
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise EvidenceError(f"The timestamp authority {name} cannot be reached ({reason}).", _ELSE) from error
    if kind != "application/timestamp-reply" or len(data) > LARGEST:
        raise EvidenceError(f"The timestamp authority {name} sent something that is no timestamp ({kind}).", _ELSE)
    return data


def read_roots(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file: the roots that the verifier trusts."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise EvidenceError(
            f"Cannot read {path}: {error.strerror or error}.", "Name the authority's root certificate in PEM."
        ) from error
    except ValueError as error:
        raise EvidenceError(f"{path} holds no certificate in PEM.", "Name the authority's root certificate in PEM.") from error


def verified(data: bytes, signature: bytes, roots: list[x509.Certificate]) -> dt.datetime:
    """When the signature was stamped, by a chain that ends in one of `roots` and was valid at that time.

    Only `roots` are handed to the verifier: what else it is given it trusts as much. Raises ValueError that says why not."""
    found = _decoded(data)
    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(found, signature)
    except VerificationError as error:
        raise ValueError(str(error)) from error
    return found.tst_info.gen_time


def _decoded(data: bytes) -> TimeStampResponse:
    """The response in `data`. Raises ValueError where it is none.

    `openssl ts`, which stands behind many an authority, writes the certificates in the order of the chain; the reader wants
    the order that DER demands. No signature covers that order, so it is mended first."""
    if len(data) > LARGEST:
        raise ValueError("it is too large to be a timestamp")
    try:
        return decode_timestamp_response(data)
    except ValueError as error:
        if "InvalidSetOrdering" not in str(error):
            raise
    try:
        certificates = tsp.TimeStampResp.load(data, strict=True)["time_stamp_token"]["content"]["certificates"]
        mended = b"".join(sorted(certificate.dump() for certificate in certificates))
    except (KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"its certificates cannot be read ({error})") from error
    return decode_timestamp_response(data.replace(certificates.contents, mended, 1))
