"""`evidence pack RUN --out PACK`: judge a kept run and write the pack."""

from pathlib import Path
from typing import Annotated

import typer

from evidence.assessment.wanted import judged_by, wanted
from evidence.aws.policy import policy as iam_policy
from evidence.cli.assessing import assessment_of
from evidence.cli.common import FailOn, chosen, counted, exit_code
from evidence.cli.configuration import read_configuration
from evidence.pack.build import build_pack, made_with
from evidence.programs.load import source
from evidence.programs.parameters import overruled
from evidence.requirements import requirements
from evidence.run.run import Run
from evidence.services import populations
from evidence.services.plan import asks_for


def pack(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    out: Annotated[Path, typer.Option("--out", help="The new folder of the pack.")],
    program: Annotated[
        list[str] | None, typer.Option("--program", help="Only these programs (default: those collected for).")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Your evidence.toml: parameters of requirements, and what environments stand on."),
    ] = None,
    oscal_findings: Annotated[
        bool, typer.Option("--oscal-findings", help="OSCAL with findings, which are the assessor's conclusions.")
    ] = False,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 where there are exceptions.")] = FailOn.nothing,
) -> None:
    """Judge a kept run and write the pack: PDF, workbook, results and the raw answers behind them."""
    raise typer.Exit(write_pack(run, out, program or [], fail_on, config, oscal_findings=oscal_findings))


def write_pack(
    run: Path, out: Path, only: list[str], fail_on: FailOn, config: Path | None = None, *, oscal_findings: bool = False
) -> int:
    """Writes the pack and returns the exit code."""
    settings = read_configuration(config)
    given = settings.parameters
    kept = Run.open(run)
    programs = chosen(only or kept.finished().scope.programs)
    for o in overruled(programs, given):
        typer.echo(
            f"evidence: {o.program} {o.control} demands {o.parameter} = {o.demanded} of {o.requirement} and is judged with it, not with your {o.given}.",
            err=True,
        )
    assessment = assessment_of(kept, programs, given, settings.stands_on)
    asks = asks_for(wanted(programs, requirements(), populations()), populations())
    facts = build_pack(
        kept,
        assessment,
        out,
        requirements=[r for r, _ in judged_by(programs, requirements()).values()],
        program_sources={p.id: source(p.id) for p in programs},
        policy=iam_policy(asks),
        versions=made_with(),
        oscal_findings=oscal_findings,
        on_step=lambda step: typer.echo(f"  {step}", err=True),
    )
    typer.echo(f"{facts.id} in {out}, evidence root {facts.evidence_root[:16]}, {'signed' if facts.signed else 'UNSIGNED'}")
    for p in programs:
        typer.echo(f"  {p.name}: {counted([c.conclusion for c in assessment.conclusions if c.program == p.id])}")
    exceptions = sum(m.judgement == "exception" for m in assessment.members)
    gaps = sum(m.judgement == "gap" for m in assessment.members)
    typer.echo(f"  {exceptions} exceptions, {gaps} gaps, {len(assessment.failed_calls)} calls that did not bring what was asked")
    return exit_code(assessment, fail_on)
