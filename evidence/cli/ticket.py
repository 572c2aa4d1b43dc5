"""`evidence ticket RUN|PACK PROGRAM:CONTROL`: one control on one ticket, or a ticket for every control that has something open."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence.cli.common import EarlierRuns, RunOrPack, named, print_json
from evidence.cli.configuration import read_configuration
from evidence.cli.judged import Judged, Source, at_hand, judged, not_for_a_pack, opened
from evidence.errors import EvidenceError
from evidence.pack.ticket.index import index
from evidence.pack.ticket.make import control_of, find, ticket_of
from evidence.pack.ticket.model import key_of, name_of
from evidence.pack.ticket.write import Made, replaceable, write_all

if TYPE_CHECKING:
    from evidence.cli.jira import Board


def ticket(
    source: RunOrPack,
    control: Annotated[str | None, typer.Argument(help="PROGRAM:CONTROL, like soc2-2017:CC6.1.", metavar="CONTROL")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The ticket's folder, FOLDER.zip beside it (default: named after the ticket's key)."),
    ] = None,
    all_exceptions: Annotated[
        bool, typer.Option("--all-exceptions", help="A ticket for every control whose conclusion is exceptions, and an index.")
    ] = False,
    all_incomplete: Annotated[
        bool, typer.Option("--all-incomplete", help="A ticket for every control whose conclusion is incomplete, and an index.")
    ] = False,
    program: Annotated[
        list[str] | None,
        typer.Option("--program", callback=named, help="Of a run: judge for these programs. Of a pack: tickets of these only."),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Of a run: your evidence.toml, as for `evidence pack`.")] = None,
    acceptances: Annotated[Path | None, typer.Option("--acceptances", help="Of a run: acceptances.yaml.")] = None,
    responses: Annotated[Path | None, typer.Option("--responses", help="Of a run: responses.yaml.")] = None,
    earlier: EarlierRuns = None,
    jira: Annotated[
        str | None,
        typer.Option("--jira", help="Address of a Jira to upload to: one issue per key, made or updated.", metavar="URL"),
    ] = None,
    jira_project: Annotated[str | None, typer.Option("--jira-project", help="Key of the Jira project, like SEC.")] = None,
    jira_type: Annotated[str, typer.Option("--jira-type", help="Type of the issues made.")] = "Task",
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Write a control's ticket: Markdown to paste, a PDF, JSON, and the raw answers it cites. --jira takes the token from
    EVIDENCE_JIRA_TOKEN and, for Jira Cloud, the account's e-mail address from EVIDENCE_JIRA_USER."""
    asked = [word for word, wanted in (("exceptions", all_exceptions), ("incomplete", all_incomplete)) if wanted]
    if bool(control) == bool(asked):
        raise EvidenceError(
            "It is not said which ticket.", "Name one PROGRAM:CONTROL, or give --all-exceptions or --all-incomplete."
        )
    not_for_a_pack(source, config=config, acceptances=acceptances, responses=responses, earlier=earlier)
    settings = read_configuration(config, acceptances=acceptances, responses=responses)
    board = _board(jira, jira_project, jira_type)
    with at_hand(source) as place:
        found = opened(place, program or [])
        if control:
            program_id, number, where = _looked_up(found, control, out)
            result = judged(found, settings, earlier or [])
            one = ticket_of(result.assessment, find(result.assessment, program_id, number), result.origin)
            made = write_all(result.run, result.assessment, [(one, where)])
        else:
            made = _all(judged(found, settings, earlier or []), asked, program or [], out)
    _say(made, json, [] if board is None else board.upload_all(made))


def _board(url: str | None, project: str | None, kind: str) -> "Board | None":
    """Jira, before anything is judged, so that a wrong address or token is said at once; None where it was not asked for."""
    if url is None:
        return None
    from evidence.cli.jira import Board

    return Board.open(url, project or "", kind)


def _looked_up(source: Source, control: str, out: Path | None) -> tuple[str, str, Path]:
    """Program, control and folder of one ticket, refused before anything is judged where there is no such control."""
    id, _, number = control.partition(":")
    if not (id and number):
        raise EvidenceError(
            f"{control!r} is no PROGRAM:CONTROL.", "Name it like soc2-2017:CC6.1; `evidence programs` lists them."
        )
    control_of(source.programs, id, number)
    run = source.run.finished()
    key = key_of(id, number, run.scope.period or run.ended[:10])
    folder = out or Path(f"ticket-{name_of(key)}")
    replaceable(folder, key)
    return id, number, folder


def _all(found: Judged, asked: Sequence[str], only: Sequence[str], out: Path | None) -> list[Made]:
    """A ticket for every control with one of the conclusions asked for, and an index of them."""
    assessment = found.assessment
    known = [p.id for p in assessment.programs]
    strange = next((p for p in only if p not in known), None)
    if strange is not None:
        raise EvidenceError(f"The pack was not made for {strange}.", f"It was made for {', '.join(known)}.")
    out = out or Path(f"tickets-{name_of(assessment.run.period or assessment.run.as_of[:10])}")
    wanted = [c for c in assessment.conclusions if c.conclusion in asked and (not only or c.program in only)]
    tickets = [ticket_of(assessment, c, found.origin) for c in wanted]
    made = write_all(found.run, assessment, [(t, out / name_of(t.key)) for t in tickets])
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.md").write_text(index(assessment, tickets, asked, only), encoding="utf-8")
    return made


def _say(made: Sequence[Made], json: bool, issues: Sequence[str]) -> None:
    rows = [
        {"key": m.ticket.key, "title": m.ticket.title, "folder": str(m.folder), "zip": str(m.zip), "bytes": m.zip.stat().st_size}
        for m in made
    ]
    if json:
        print_json([{**row, **({"issue": issues[n]} if issues else {})} for n, row in enumerate(rows)])
        return
    for n, row in enumerate(rows):
        typer.echo(f"{row['title']}\n  {row['zip']}, {row['bytes']:,} bytes{f'; {issues[n]}' if issues else ''}")
    if not rows:
        typer.echo("No control has such a conclusion: no ticket was made.")
