"""`evidence period RUN…`: what can be said of a whole period, and with which limits."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.common import COMPLETE, GAPS, chosen, named
from evidence.cli.configuration import read_configuration
from evidence.cli.observing import in_order, judged_alike, period_from
from evidence.errors import EvidenceError
from evidence.pack.period.say import lines
from evidence.pack.period.write import FILES, period_json, write_period
from evidence.run.calendar import midnight, quarter
from evidence.run.run import Run


def period(
    runs: Annotated[
        list[str],
        typer.Argument(help="The runs that looked, in any order: their folders, or s3://bucket/prefix.", metavar="RUN…"),
    ],
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
    if facts.started_at <= since:
        raise EvidenceError(
            f"The last run began on {facts.started[:10]}, before the period begins on {since.date()}.",
            "Name a run that looked in the period or after it, or another --from.",
        )
    programs = chosen(program or facts.scope.programs)
    result = period_from(judged_alike(kept, programs, management), since, until, programs, management)
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
