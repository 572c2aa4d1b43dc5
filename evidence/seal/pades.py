"""PAdES by pyHanko: the signature in a copy of a report. Everything else about the copies is in `evidence.seal.copies`.

ETSI EN 319 142-1: level B-B, or B-T with a timestamp. https://docs.pyhanko.eu/
"""

import asyncio
import datetime as dt
import hashlib
from io import BytesIO
from typing import Any

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.registry import SimpleCertificateStore

from evidence.errors import EvidenceError
from evidence.seal.copies import Copies
from evidence.seal.keys import PublicKey, Signer, public_key_der
from evidence.seal.timestamp import host, posted, verified

FIELD = "Seal"
_DIGEST = {"ecdsa": "sha256", "ed25519": "sha512"}
"""RFC 8419 demands SHA-512 beside Ed25519."""
_OF_SIGNATURE, _OF_TIMESTAMP = 4096, 24576
"""Bytes kept free for the signature beside its certificates, and for a timestamp with its own."""


class _OurKey(CmsSigner):
    """Signs with a signer of ours, whose ECDSA is the same each time and whose key may be in KMS."""

    def __init__(self, signer: Signer, certificates: tuple[x509.Certificate, ...]) -> None:
        own, *others = (asn1.Certificate.load(c.public_bytes(Encoding.DER)) for c in certificates)
        store = SimpleCertificateStore()
        store.register_multiple(others)
        super().__init__(signing_cert=own, cert_registry=store)
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(72) if dry_run else self._signer.sign(data)


class _Update(IncrementalPdfFileWriter):
    """Adds to a report and leaves what it says of itself alone: XMP with its PDF/A marks, title, dates. The second half of
    the file's id, which pyHanko draws at random, follows from the report."""

    @classmethod
    def _handle_id(cls, prev: Any) -> ArrayObject:
        first, _ = super()._handle_id(prev)
        prev.stream.seek(0)
        return ArrayObject([first, ByteStringObject(hashlib.file_digest(prev.stream, "sha256").digest()[:16])])

    def _update_meta(self) -> None:
        pass


class _Of17(PdfSigner):
    """Leaves a report at PDF 1.7, as PDF/A-3 has it: for these keys pyHanko would make PDF 2.0 of it."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _Authority(TimeStamper):
    """Asks the authority as the rest of the seal does: bounded in time and size, and refusals are sentences."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(posted(self._url, host(self._url), req.dump()))


def signed_copy(report: bytes, signer: Signer, copies: Copies, tsa: str = "") -> bytes:
    """The report with its signature after it. Raises EvidenceError where it cannot be signed, or is not what it should be."""
    room = sum(len(c.public_bytes(Encoding.DER)) for c in copies.certificates) + _OF_SIGNATURE + (_OF_TIMESTAMP if tsa else 0)
    meta = PdfSignatureMetadata(FIELD, md_algorithm=_DIGEST[signer.public.type], subfilter=SigSeedSubFilter.PADES)
    spec = SigFieldSpec(FIELD, invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True))
    try:
        made = _Of17(
            meta, _OurKey(signer, copies.certificates), timestamper=_Authority(tsa) if tsa else None, new_field_spec=spec
        )
        data = _signed(made, _Update(BytesIO(report)), room, copies.when)
    except (PdfError, ValueError, OSError) as error:  # pyHanko's own, SigningError and TimestampRequestError among them
        raise EvidenceError(
            f"A report cannot be signed as a PDF ({type(error).__name__}: {error}).", "Make the pack without --pades."
        ) from error
    if said := problem(data, len(report), signer.public, (), timed=bool(tsa)):
        raise EvidenceError(
            f"The signed copy that was made is not in order: {said}.", "Nothing was sealed; check key and certificate."
        )
    return data


def _signed(made: PdfSigner, update: _Update, room: int, when: dt.datetime) -> bytes:
    session = made.init_signing_session(update)
    session.system_time = when
    document = session.prepare_tbs_document(None, bytes_reserved=2 * room)
    digest, out = document.digest_tbs_document(output=BytesIO())
    asyncio.run(document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=when)))
    out.seek(0)
    return bytes(out.read())


def problem(data: bytes, length: int, key: PublicKey, roots: tuple[x509.Certificate, ...], *, timed: bool) -> str | None:
    """What is wrong with a copy of which the first `length` bytes are the report; None where `key` signed it as it stands.

    The certificate in it is believed nothing: its key must be `key`. The timestamp is held against `roots` where there are any."""
    try:
        found = PdfFileReader(BytesIO(data)).embedded_signatures
        if len(found) != 1:
            return f"it has {len(found)} signatures, where a copy has one"
        return _wrong_with(found[0], length, key) or _wrong_time(found[0], roots, timed)
    except Exception as error:  # what somebody else made may break the reader in any way
        return f"it cannot be read as a signed PDF ({type(error).__name__}: {ascii(str(error))[:200]})"


def _wrong_with(found: EmbeddedPdfSignature, length: int, key: PublicKey) -> str | None:
    found.compute_integrity_info(skip_diff=True)
    if found.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return "its signature does not cover the whole file: something was appended after it, or left out of it"
    message = cms.ContentInfo.load(found.pkcs7_content).dump()
    if found.pkcs7_content.rstrip(b"\0") != message.rstrip(b"\0"):
        return "something stands in the room that was kept free after its signature"
    theirs = public_key_der(found.signer_cert.public_key.dump(), "its certificate")
    if theirs.fingerprint != key.fingerprint:
        return f"it was signed by another key, the {theirs.words}"
    intact, valid = validate_sig_integrity(found.signer_info, found.signer_cert, "data", found.compute_digest())
    if not intact or not valid:
        return "it was changed after it was signed, or its signature is not of that key"
    reader = found.reader
    if found.byte_range[0] != 0 or reader.total_revisions != 2:
        return "more than a signature was added to the report"
    return None


def _wrong_time(found: EmbeddedPdfSignature, roots: tuple[x509.Certificate, ...], timed: bool) -> str | None:
    tokens = [a["values"][0] for a in found.signer_info["unsigned_attrs"] if a["type"].native == "signature_time_stamp_token"]
    if len(tokens) != int(timed):
        return (
            "pack.json says that the pack was stamped, and this is not"
            if timed
            else "it has a timestamp of which pack.json says nothing"
        )
    if tokens and roots:
        answer = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": tokens[0]}).dump()
        try:
            verified(answer, found.signer_info["signature"].native, list(roots))
        except ValueError as error:
            return f"its timestamp is none of its signature by an authority of yours ({error})"
    return None
