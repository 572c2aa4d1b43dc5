"""The options of `evidence pack` that seal a pack, and what is handed over beside its folder."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import typer

from evidence.aws.kms_signer import kms_signer
from evidence.cli.common import chosen
from evidence.cli.secrets import passphrase
from evidence.errors import EvidenceError
from evidence.pack.facts import PackFacts
from evidence.run.run import Run
from evidence.seal.archive import unpacked, write_zip
from evidence.seal.copies import Copies, needs_pyhanko, read_certificates
from evidence.seal.facts import Previous, opened, previous_of
from evidence.seal.keys import Signer, read_private
from evidence.seal.manifest import SUMS
from evidence.seal.sealing import Sealing, receipt_text


def sealing(
    key: Path | None,
    kms_key: str,
    tsa: str,
    previous: Path | None,
    run: str | Path,
    pades: Path | None = None,
    only: Sequence[str] = (),
) -> Sealing:
    """How the pack of a run is to be sealed; `only` are the programs that were asked for. Raises EvidenceError for options that contradict each other."""
    if key and kms_key:
        raise EvidenceError("--key and --kms-key are two signers.", "Give one of them: a pack has one signature.")
    signer = signer_of(key, kms_key)
    copies = _copies(pades, signer, run, only) if pades else None
    return Sealing(signer, tsa, _previous(previous, run) if previous else None, copies)


def _copies(pades: Path, signer: Signer | None, run: str | Path, only: Sequence[str]) -> Copies:
    """The signed copies of every PDF that the pack will have."""
    if signer is None:
        raise EvidenceError(
            "--pades signs copies of the PDFs, and there is no key to sign with.", "Add --key or --kms-key, or leave out --pades."
        )
    if missing := needs_pyhanko():
        raise missing
    certificates = read_certificates(pades, signer.public)
    facts = Run.open(run).finished()
    when = dt.datetime.fromisoformat(facts.ended)
    first, last = certificates[0].not_valid_before_utc, certificates[0].not_valid_after_utc
    if not first <= when <= last:
        typer.echo(
            f"evidence: the certificate in {pades} is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, and the copies say that they were "
            f"signed at the run's end, {when:%Y-%m-%d}: a PDF reader will say so.", err=True,
        )  # fmt: skip
    if signer.public.type == "ed25519":
        typer.echo("evidence: many PDF readers cannot check Ed25519; an ECDSA key's copies they can.", err=True)
    programs = chosen(only or facts.scope.programs)
    return Copies(certificates, ("report/summary.pdf", *(f"report/{p.id}.pdf" for p in programs)), when)


def signer_of(key: Path | None, kms_key: str = "") -> Signer | None:
    """The key in a file, or in AWS KMS; None where neither was named."""
    if kms_key:
        return kms_signer(kms_key)
    if key is None:
        return None
    if key.exists() and key.stat().st_mode & 0o077:
        typer.echo(f"evidence: others may read the private key {key}; `chmod 600 {key}` keeps it to yourself.", err=True)
    return read_private(key, passphrase)


def _previous(pack: Path, run: str | Path) -> Previous:
    with unpacked(pack) as folder:
        before = opened(folder)
        found = previous_of(before)
    ended = Run.open(run).finished().ended
    if before.as_of >= ended:
        raise EvidenceError(
            f"{pack} is as of {before.as_of}, which is not before this run's end ({ended}).",
            "Name the pack of the period before with --previous.",
        )
    return found


def beside(out: Path) -> tuple[Path, Path]:
    """The paths of a pack's zip file and of its receipt."""
    return out.with_name(f"{out.name}.zip"), out.with_name(f"{out.name}.receipt.txt")


def room_beside(out: Path) -> None:
    """Raises EvidenceError where the zip file or the receipt is there already."""
    for path in beside(out):
        if path.exists():
            raise EvidenceError(f"{path} is there already.", "Choose another name with --out: nothing is written over.")


def hand_over(out: Path, facts: PackFacts, as_of: str) -> None:
    """Writes the zip file and the receipt beside the folder."""
    archive, receipt = beside(out)
    room_beside(out)
    write_zip(out, archive, facts.id)
    sums = (out / SUMS).read_bytes()
    receipt.write_text(receipt_text(sums, facts.id, as_of, facts.signed), encoding="utf-8")
