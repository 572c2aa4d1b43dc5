"""Sealing a pack: what is asked for, what is written into `seal/`, and the receipt outside."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError
from evidence.seal.copies import FOLDER, Copies, copy_of, needs_pyhanko
from evidence.seal.facts import Previous
from evidence.seal.keys import Signer
from evidence.seal.manifest import SUMS
from evidence.seal.statement import envelope, statement
from evidence.seal.timestamp import host, stamp

SIGNATURE, PUBLIC, STATEMENT = "seal/SHA256SUMS.sig", "seal/signer.pub.pem", "seal/attestation.dsse.json"
TIMESTAMP, CHAIN = "seal/SHA256SUMS.sig.tsr", "seal/tsa-chain.pem"


@dataclass(frozen=True)
class Sealing:
    """How a pack is to be sealed. Without a signer it stays unsigned, and without a signature there is no timestamp.

    tsa        the address of the timestamp authority; "" for none
    previous   the pack of the period before, which pack.json will name
    copies     the PDFs that are signed once more, each in a copy that a PDF reader shows as signed
    """

    signer: Signer | None = None
    tsa: str = ""
    previous: Previous | None = None
    copies: Copies | None = None

    def __post_init__(self) -> None:
        if self.tsa and self.signer is None:
            raise EvidenceError(
                "A timestamp is of a signature, and this pack would be unsigned.",
                "Sign it with --key or --kms-key, or leave out --tsa.",
            )
        if self.tsa:
            host(self.tsa)

    @property
    def authority(self) -> str | None:
        return host(self.tsa) if self.tsa else None

    @property
    def files(self) -> tuple[str, ...]:
        """What will stand in `seal/`, in byte order."""
        signed = (SIGNATURE, PUBLIC, STATEMENT) if self.signer else ()
        copies = self.copies.files if self.copies and self.signer else ()
        return tuple(sorted((*signed, *((TIMESTAMP, CHAIN) if self.tsa else ()), *copies)))


UNSEALED = Sealing()


def seal(folder: Path, sealing: Sealing, predicate: Mapping[str, Any]) -> None:
    """Signs SHA256SUMS, has the signature stamped and writes the statement, into `seal/` of the folder."""
    signer = sealing.signer
    if signer is None:
        return
    sums = (folder / SUMS).read_bytes()
    signature = signer.sign(sums)
    if not signer.public.verifies(signature, sums):
        raise EvidenceError(f"What {signer.words} signed does not fit its own public key.", "Nothing was sealed; check the key.")
    (folder / "seal").mkdir()
    (folder / SIGNATURE).write_bytes(signature)
    (folder / PUBLIC).write_bytes(signer.public.pem)
    (folder / STATEMENT).write_bytes(envelope(statement(sums, predicate), signer))
    if sealing.tsa:
        stamped = stamp(signature, sealing.tsa)
        (folder / TIMESTAMP).write_bytes(stamped.response)
        (folder / CHAIN).write_bytes(stamped.chain)
    if sealing.copies:
        _copy(folder, signer, sealing.copies, sealing.tsa)


def _copy(folder: Path, signer: Signer, copies: Copies, tsa: str) -> None:
    if missing := needs_pyhanko():
        raise missing
    from evidence.seal.pades import signed_copy  # pyHanko is an extra

    (folder / FOLDER).mkdir()
    for report in copies.reports:
        (folder / copy_of(report)).write_bytes(signed_copy((folder / report).read_bytes(), signer, copies, tsa))


def receipt_text(sums: bytes, pack_id: str, as_of: str, signed: str | None) -> str:
    """The receipt that goes another way than the pack: one digest, and what to do with it."""
    return "\n".join(
        (
            f"Receipt of the evidence pack {pack_id}",
            f"Evidence as of {as_of} (the end of the collection)",
            f"Signed: {signed or 'UNSIGNED'}",
            "",
            f"SHA-256 of {SUMS}:",
            hashlib.sha256(sums).hexdigest(),
            "",
            "Keep this apart from the pack: in the ticket, in the e-mail that announces it, in the sign-off.",
            f"Whoever checks the pack compares the 64 digits with what `sha256sum {SUMS}` says in its folder",
            "(step 0 of its README.txt), or gives this file to: evidence verify PACK --receipt FILE",
            "A receipt that comes together with the pack proves nothing.",
            "",
        )
    )
