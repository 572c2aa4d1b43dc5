"""`evidence sign-off PACK --role R --name N`: a person's sign-off of a sealed pack, appended to it."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.sealing import signer_of
from evidence.errors import EvidenceError
from evidence.run.run import now
from evidence.seal.archive import unpacked, write_zip
from evidence.seal.facts import Opened, opened
from evidence.seal.manifest import SIGN_OFF
from evidence.seal.names import same_person, wrong_with
from evidence.seal.sign_off import Record, append, instant, people_of, record_of
from evidence.seal.verify import verify


class As(StrEnum):
    """What a person answers for."""

    preparer = "preparer"
    reviewer = "reviewer"
    approver = "approver"


def sign_off(
    pack: Annotated[Path, typer.Argument(help="The folder or the .zip of a pack.")],
    role: Annotated[As, typer.Option("--role", help="As what the person signs off.")],
    name: Annotated[str, typer.Option("--name", help="The person's name.")],
    title: Annotated[str, typer.Option("--title", help="The person's title or role in the organisation.")] = "",
    note: Annotated[str, typer.Option("--note", help="What the person adds, in one line.")] = "",
    at: Annotated[str, typer.Option("--at", help="When, with its time zone: 2026-10-02T09:00:00Z (default: now).")] = "",
    key: Annotated[
        Path | None, typer.Option("--key", help="The person's private key (`evidence keygen`), to sign the line.")
    ] = None,
) -> None:
    """Sign a pack off: one line that names its SHA256SUMS, appended to custody/sign-off.jsonl. A later change of the pack voids it."""
    with unpacked(pack) as folder:
        for step in verify(folder):
            if step.outcome == "failed":
                raise EvidenceError(f"{pack} cannot be signed off. {' '.join(step.says[:2])}", "`evidence verify` says more.")
        found = opened(folder)
        _knows(found)
        when = _when(at)
        record = record_of(found, str(role), name.strip(), title.strip(), note.strip(), when, signer_of(key))
        _note_other(found, record)
        append(folder, record)
        if not pack.is_dir():
            write_zip(folder, pack, found.id)
    _say(pack, record)


def _when(at: str) -> dt.datetime:
    try:
        when = instant(at) if at else now().replace(microsecond=0)
    except ValueError as error:
        raise EvidenceError(f"{at} is no time ({error}).", "Write it like 2026-10-02T09:00:00Z.") from error
    if when > now():
        raise EvidenceError(f"{at} has not come yet.", "Nobody signs off in advance.")
    return when


def _knows(pack: Opened) -> None:
    """By the procedure of an older pack's README.txt the sign-off would count as a file that was added."""
    if SIGN_OFF not in (pack.folder / "README.txt").read_text(encoding="utf-8", errors="replace") or wrong_with(pack.id):
        raise EvidenceError(
            f"{pack.id} was made by a version of the tool without sign-offs: its README.txt counts {SIGN_OFF} as a file that was added.",
            "Make the pack anew from its run.",
        )


def _note_other(pack: Opened, record: Record) -> None:
    named = people_of(pack.folder).get(record.role)
    if named and not same_person(named, record.name):
        typer.echo(f"evidence: the pack names {named} as {record.role}; {record.name} signs it off.", err=True)


def _say(pack: Path, record: Record) -> None:
    typer.echo(f"{record.who} signed off {record.pack}, {record.at}")
    typer.echo(f"  SHA-256 of its SHA256SUMS: {record.sha256sums}")
    by = f"signed by the key with the SHA-256 {record.key_sha256}" if record.key_sha256 else "UNSIGNED: sign it with --key"
    typer.echo(f"  {SIGN_OFF}: {by}")
    typer.echo(f"  SHA-256 of that line, to be kept apart from the pack: {record.digest}")
    beside = pack.with_name(f"{pack.name}.zip")
    if pack.is_dir() and beside.exists():
        typer.echo(
            f"evidence: {beside} does not hold this sign-off: sign that off instead, if it is what is handed over.", err=True
        )
