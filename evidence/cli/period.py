"""`evidence period RUN…`: what can be said of a whole period, and with which limits."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from evidence.assessment.period.model import Period
from evidence.assessment.period.over_time import Observed, observed, over_time
from evidence.cli.assessing import assessment_of
from evidence.cli.common import COMPLETE, GAPS, chosen, named
from evidence.cli.configuration import read_configuration
from evidence.errors import EvidenceError
from evidence.management.model import Statements
from evidence.pack.period.say import lines
from evidence.pack.period.write import FILES, period_json, write_period
from evidence.programs.model import Program
from evidence.programs.parameters import with_parameters
from evidence.requirements import requirements
from evidence.run.calendar import midnight, quarter
from evidence.run.run import Run
from evidence.services import populations


def period(
    runs: Annotated[list[Path], typer.Argument(help="The folders of the runs that looked, in any order.")],
    first: Annotated[
        dt.datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="The first day (UTC). Default: that of the quarter that the last run names."
        ),
    ] = None,
    last: Annotated[dt.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day (UTC), likewise.")] = None,
    program: Annotated[
        list[str] | None,
        typer.Option(
            "--program", callback=named, help="For these programs (default: those that the last run was collected for)."
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Your evidence.toml, as for `evidence pack`.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new folder: period.json with its schema, period.xlsx and period.pdf.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the period as JSON.")] = False,
) -> None:
    """Say what each resource was through the period: by several runs, by AWS Config's history, by CloudTrail's events."""
    kept = in_order([Run.open(path) for path in runs])
    facts = kept[-1].finished()
    since, until = _span(facts.scope.period, first, last)
    management = read_configuration(config).statements()
    result = of_runs(kept, facts.scope.period, since, until, chosen(program or facts.scope.programs), management)
    if out is not None:
        write_period(result, facts.scope.entity, out)
    if json:
        typer.echo(period_json(result).decode().rstrip())
    else:
        for line in lines(result):
            typer.echo(line)
        if out is not None:
            typer.echo(f"{', '.join(FILES)} in {out}")
    raise typer.Exit(GAPS if any(r.unknown for r in result.requirements) else COMPLETE)


def in_order(runs: Sequence[Run]) -> list[Run]:
    """Finished runs by their end. Raises EvidenceError for one that was cut short, or that is named twice."""
    found = sorted(runs, key=lambda run: run.finished().as_of)
    for one, other in pairwise(found):
        if one.facts.id == other.facts.id:
            raise EvidenceError(f"{one.where} and {other.where} are the same run.", "Name each run once.")
    return found


def of_runs(
    runs: Sequence[Run], name: str, since: dt.datetime, until: dt.datetime, programs: Sequence[Program], management: Statements
) -> Period:
    """The period as these runs show it, each judged by today's requirements with management's parameters."""
    stated = replace(management, acceptances=(), responses=(), earlier=())
    looked: list[Observed] = []
    for run in runs:
        looked.append(observed(run.finished(), run.answers(), assessment_of(run, programs, stated)))
    judged_with = with_parameters(programs, management.parameters)
    return over_time(looked, name, since, until, judged_with, requirements(), populations())


def _span(name: str, first: dt.datetime | None, last: dt.datetime | None) -> tuple[dt.datetime, dt.datetime]:
    """The first moment, and the first after the last day. Raises EvidenceError."""
    days = quarter(name)
    if (first is None or last is None) and days is None:
        raise EvidenceError(
            f"The last run names {name or 'no period'}, which is no quarter: the period has no first and last day.",
            "Name them with --from and --to, e.g. --from 2026-07-01 --to 2026-09-30.",
        )
    start = first.date() if first is not None else days[0] if days else dt.date.max
    end = last.date() if last is not None else days[1] if days else dt.date.min
    if end < start:
        raise EvidenceError(f"The period would end on {end}, before it begins on {start}.", "Correct --from or --to.")
    return midnight(start), midnight(end + dt.timedelta(days=1))
