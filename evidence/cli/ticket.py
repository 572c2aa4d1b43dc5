"""`evidence ticket RUN|PACK PROGRAM:CONTROL`: one control on one ticket, or a ticket for every control that has something open."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from evidence.assessment.model import Assessment
from evidence.assessment.named import check_named
from evidence.cli.assessing import assessment_of, with_earlier
from evidence.cli.common import chosen, print_json
from evidence.cli.configuration import Configuration, read_configuration
from evidence.errors import EvidenceError
from evidence.management.read import statements_of
from evidence.pack.results import results_json
from evidence.pack.ticket.index import index
from evidence.pack.ticket.make import find, ticket_of
from evidence.pack.ticket.model import Origin, Ticket, name_of
from evidence.pack.ticket.write import Made, write_all
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements
from evidence.run.run import Run
from evidence.seal.manifest import SUMS, digest_of
from evidence.seal.verify import verify

if TYPE_CHECKING:
    from evidence.cli.jira import Board


@dataclass(frozen=True)
class Judged:
    """What tickets are made from."""

    run: Run
    assessment: Assessment
    origin: Origin


def ticket(
    source: Annotated[Path, typer.Argument(help="The folder of a finished run, or of a pack.", metavar="RUN|PACK")],
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
        list[str] | None, typer.Option("--program", help="Of a run: judge for these programs. Of a pack: tickets of these only.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Of a run: your evidence.toml, as for `evidence pack`.")] = None,
    acceptances: Annotated[Path | None, typer.Option("--acceptances", help="Of a run: acceptances.yaml.")] = None,
    responses: Annotated[Path | None, typer.Option("--responses", help="Of a run: responses.yaml.")] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option("--earlier", help="Of a run: an earlier one, for since when each exception is seen.")
    ] = None,
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
    several = [word for word, asked in (("exceptions", all_exceptions), ("incomplete", all_incomplete)) if asked]
    if bool(control) == bool(several):
        raise EvidenceError(
            "It is not said which ticket.", "Name one PROGRAM:CONTROL, or give --all-exceptions or --all-incomplete."
        )
    id, _, number = (control or "").partition(":")
    if control and not (id and number):
        raise EvidenceError(
            f"{control!r} is no PROGRAM:CONTROL.", "Name it like soc2-2017:CC6.1; `evidence programs` lists them."
        )
    board = _board(jira, jira_project, jira_type)
    own = (config, acceptances, responses, *(earlier or ()))
    if (source / "pack.json").is_file():
        if any(own):
            raise EvidenceError(
                "A pack keeps what it was judged with.", "Leave out --config, --acceptances, --responses and --earlier."
            )
        judged = of_pack(source)
    else:
        settings = read_configuration(config, acceptances=acceptances, responses=responses)
        judged = of_run(source, program or [], settings, earlier or [])
    if control:
        wanted = [ticket_of(judged.assessment, find(judged.assessment, id, number), judged.origin)]
        folders = [out or Path(f"ticket-{name_of(wanted[0].key)}")]
    else:
        wanted = _all(judged, several, program or [])
        out = out or Path(f"tickets-{judged.assessment.run.period or judged.assessment.run.as_of[:10]}")
        folders = [out / name_of(t.key) for t in wanted]
    made = write_all(judged.run, judged.assessment, list(zip(wanted, folders, strict=True)))
    if not control and out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "index.md").write_text(index(judged.assessment, wanted, several, program or []), encoding="utf-8")
    _say(made, json, [] if board is None else board.upload_all(made))


def _board(url: str | None, project: str | None, kind: str) -> "Board | None":
    """Jira, asked for before anything is judged so that a wrong address or token is said at once; None where not asked for."""
    if url is None:
        return None
    from evidence.cli.jira import Board

    return Board.open(url, project or "", kind)


def of_run(path: Path, only: list[str], settings: Configuration, earlier: list[Path]) -> Judged:
    """Judges a run as `evidence pack` does, so that exceptions have the same numbers."""
    run = Run.open(path)
    programs = chosen(only or run.finished().scope.programs)
    management = with_earlier(settings.statements(), run, [Run.open(p) for p in earlier], programs)
    return Judged(run, assessment_of(run, programs, management), Origin())


def of_pack(pack: Path) -> Judged:
    """Judges a pack's kept answers with what the pack keeps, once its files are shown to be unchanged. Raises EvidenceError where
    that does not give what the pack's own reports say."""
    for step in verify(pack):
        if step.outcome == "failed":
            raise EvidenceError(
                f"{pack} is not the pack that was made: {' '.join(step.says[:2])}", "Get it again from whoever made it."
            )
    try:
        facts = orjson.loads((pack / "pack.json").read_bytes())
        origin = Origin(str(facts["id"]), str(facts["evidence_root"]), digest_of(pack / SUMS), bool(facts.get("signed")))
        programs = chosen(facts["programs"])
        stated = statements_of(orjson.loads((pack / "method/management.json").read_bytes()), "method/management.json")
        expected = (pack / "report/results.json").read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(
            f"{pack} cannot be read as a pack of this version ({error}).", "Use the version that made it: see pack.json."
        ) from error
    check_parameters(stated.parameters, requirements(), "method/management.json")
    check_named(stated.stands_on, "method/management.json")
    run = Run.open(pack / "evidence")
    assessment = assessment_of(run, programs, stated)
    if results_json(assessment) != expected:
        by = (facts.get("versions") or {}).get("evidence", "another version")
        raise EvidenceError(
            f"Judging the answers of {pack} again does not give its report/results.json, so a ticket would not say what the pack says.",
            f"Use version {by} of the tool, which made it, or make the ticket from the run.",
        )
    return Judged(run, assessment, origin)


def _all(judged: Judged, several: list[str], only: list[str]) -> list[Ticket]:
    known = [p.id for p in judged.assessment.programs]
    strange = next((p for p in only if p not in known), None)
    if strange is not None:
        raise EvidenceError(f"The pack was not made for {strange}.", f"It was made for {', '.join(known)}.")
    found = [c for c in judged.assessment.conclusions if c.conclusion in several and (not only or c.program in only)]
    return [ticket_of(judged.assessment, c, judged.origin) for c in found]


def _say(made: list[Made], json: bool, issues: list[str]) -> None:
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
