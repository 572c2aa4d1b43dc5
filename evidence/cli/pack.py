"""`evidence pack RUN --out PACK`: judge a kept run and write the pack."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evidence.assessment.model import Assessment
from evidence.cli.common import COMPLETE, EXCEPTIONS, GAPS, EarlierRuns, FailOn, RunAt, counted, exit_code, named
from evidence.cli.configuration import Configuration, read_configuration
from evidence.cli.packing import of_unit, order_of, pack_of
from evidence.cli.sealing import beside, hand_over, room_beside, sealing
from evidence.cli.workers import Workers
from evidence.errors import EvidenceError
from evidence.pack.facts import PackFacts
from evidence.run.run import Run
from evidence.seal.manifest import SUMS, digest_of
from evidence.seal.sealing import UNSEALED, Sealing


class By(StrEnum):
    """What may have a pack of its own."""

    account = "account"


def pack(
    run: RunAt,
    out: Annotated[Path, typer.Option("--out", help="The new folder of the pack.")],
    program: Annotated[
        list[str] | None, typer.Option("--program", callback=named, help="Only these programs (default: those collected for).")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Your evidence.toml: parameters of requirements, and what environments stand on."),
    ] = None,
    acceptances: Annotated[
        Path | None, typer.Option("--acceptances", help="acceptances.yaml: exceptions that somebody signed off until a day.")
    ] = None,
    responses: Annotated[
        Path | None, typer.Option("--responses", help="responses.yaml: management's response to exceptions, owner and due day.")
    ] = None,
    manual: Annotated[
        Path | None, typer.Option("--manual", help="A folder of documents with its manual.yaml: evidence handed in by hand.")
    ] = None,
    earlier: EarlierRuns = None,
    oscal_findings: Annotated[
        bool, typer.Option("--oscal-findings", help="OSCAL with findings, which are the assessor's conclusions.")
    ] = False,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 where there are exceptions.")] = FailOn.nothing,
    key: Annotated[Path | None, typer.Option("--key", help="Sign the pack with this private key (`evidence keygen`).")] = None,
    kms_key: Annotated[
        str, typer.Option("--kms-key", help="Sign it with a key in AWS KMS, by its ARN (`evidence policy --signing ARN`).")
    ] = "",
    tsa: Annotated[str, typer.Option("--tsa", help="Have the signature stamped by this RFC 3161 authority (its address).")] = "",
    previous: Annotated[
        Path | None, typer.Option("--previous", help="The pack of the period before: this one will name it and its digest.")
    ] = None,
    pades: Annotated[
        Path | None,
        typer.Option(
            "--pades",
            help="Also sign a copy of each PDF for PDF readers, with this certificate of the key (PEM, its chain after it).",
        ),
    ] = None,
    zip: Annotated[bool, typer.Option("--zip", help="Also write OUT.zip, and OUT.receipt.txt to be sent another way.")] = False,
    by: Annotated[
        By | None, typer.Option("--by", help="A pack of each account, in OUT/accounts, and one of the organisation over them.")
    ] = None,
    ou: Annotated[
        str,
        typer.Option(
            "--ou", help="Only the accounts of this organisational unit and of those below it: its id, ou-… (or r-…, the root)."
        ),
    ] = "",
    workers: Workers = 0,
    scheduler: Annotated[
        str,
        typer.Option("--scheduler", help="A Dask scheduler, whose workers make the packs, an account each: tcp://… or tls://…"),
    ] = "",
) -> None:
    """Judge a kept run and write the pack: PDF, workbook, results and the raw answers behind them."""
    settings = read_configuration(config, acceptances=acceptances, responses=responses, manual=manual)
    if by is By.account:
        for option, given in (("--zip", zip), ("--pades", pades is not None), ("--ou", bool(ou))):
            if given:
                raise EvidenceError(f"{option} is of one pack, and --by account makes many.", f"Leave out {option}.")
        if workers and scheduler:
            raise EvidenceError(
                "Packs are made by processes of this machine or by a cluster, not by both.", "Leave out one of the two."
            )
        if key and scheduler:
            raise EvidenceError(
                "A private key is not sent to a cluster.", "Sign with a key in AWS KMS (--kms-key), or with --workers."
            )
        how = sealing(key, kms_key, tsa, None, run)
        raise typer.Exit(
            write_packs(
                run, out, program or [], fail_on, settings, earlier or [], how, previous, workers, oscal_findings, scheduler
            )
        )
    if workers or scheduler:
        raise EvidenceError(
            "--workers and --scheduler are for --by account: one pack is one unit of work.", "Leave it out, or add --by account."
        )
    how = sealing(key, kms_key, tsa, previous, run, pades, program or [])
    raise typer.Exit(write_pack(run, out, program or [], fail_on, settings, earlier or [], how, zip, oscal_findings, ou))


def write_pack(
    run: str | Path,
    out: Path,
    only: list[str],
    fail_on: FailOn,
    settings: Configuration,
    earlier: Sequence[str | Path] = (),
    sealed: Sealing = UNSEALED,
    zip: bool = False,
    oscal_findings: bool = False,
    ou: str = "",
) -> int:
    """Writes the pack, says what is in it and returns the exit code."""
    facts, assessment = make_pack(run, out, only, settings, earlier, sealed, zip, oscal_findings, ou)
    typer.echo(f"{facts.id} in {out}, evidence root {facts.evidence_root[:16]}, {'signed' if facts.signed else 'UNSIGNED'}")
    typer.echo(f"  receipt, to be sent another way than the pack: SHA-256 of {SUMS} {digest_of(out / SUMS)}")
    if zip:
        archive, receipt = beside(out)
        typer.echo(f"  {archive} and {receipt}")
    for p in assessment.programs:
        typer.echo(f"  {p.name}: {counted([c.conclusion for c in assessment.conclusions if c.program == p.id])}")
    exceptions = sum(m.judgement == "exception" for m in assessment.members)
    gaps = sum(m.judgement == "gap" for m in assessment.members)
    typer.echo(f"  {exceptions} exceptions, {gaps} gaps, {len(assessment.failed_calls)} calls that did not bring what was asked")
    return exit_code(assessment, fail_on)


def write_packs(
    run: str | Path,
    out: Path,
    only: Sequence[str],
    fail_on: FailOn,
    settings: Configuration,
    earlier: Sequence[str | Path],
    sealed: Sealing,
    previous: Path | None,
    workers: int,
    oscal_findings: bool = False,
    scheduler: str = "",
) -> int:
    """Writes the packs of all accounts and the organisation's, says what is in them and returns the exit code."""
    from evidence.cli.by_account import pack_by_account  # with all formats: whoever makes one pack needs less

    order = order_of(Run.open(run), only, settings, sealed, oscal_findings)
    facts, found, packs = pack_by_account(run, out, order, earlier, previous, workers, scheduler)
    where = out / "organisation"
    signed = "signed" if facts.signed else "UNSIGNED"
    typer.echo(f"{facts.id} in {where}, evidence root {facts.evidence_root[:16]}, {signed}")
    typer.echo(f"  receipt, to be sent another way than the packs: SHA-256 of {SUMS} {digest_of(where / SUMS)}")
    typer.echo(f"  {len(packs):,} packs of accounts in {out / 'accounts'}")
    for p in found.programs:
        typer.echo(f"  {p.name}: {counted([c.conclusion for c in found.conclusions if c.program == p.id])}")
    exceptions, gaps, calls = (
        found.exceptions,
        sum(a.counts["gap"] for a in found.accounts),
        sum(a.failed_calls for a in found.accounts),
    )
    typer.echo(f"  {exceptions} exceptions, {gaps} gaps, {calls} calls that did not bring what was asked")
    if fail_on is FailOn.exceptions and exceptions:
        return EXCEPTIONS
    return GAPS if calls or not all(r.whole for r in found.requirements) else COMPLETE


def make_pack(
    run: str | Path,
    out: Path,
    only: Sequence[str],
    settings: Configuration,
    earlier: Sequence[str | Path] = (),
    sealed: Sealing = UNSEALED,
    zip: bool = False,
    oscal_findings: bool = False,
    ou: str = "",
) -> tuple[PackFacts, Assessment]:
    """Writes the pack, and with `zip` its zip file and receipt beside it; of the accounts of one organisational unit where `ou` is given.
    Raises EvidenceError."""
    if zip:
        room_beside(out)
    kept, *before = [Run.open(path) for path in (run, *earlier)]
    order = order_of(kept, only, settings, sealed, oscal_findings)
    if ou:
        kept, *before = of_unit([kept, *before], ou, order)
    facts, assessment = pack_of(kept, before, order, out, lambda step: typer.echo(f"  {step}", err=True))
    if zip:
        hand_over(out, facts, assessment.run.as_of)
    return facts, assessment
