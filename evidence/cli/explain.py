"""`evidence explain ID --in RUN`: from an evidence id, a requirement or a control to what stands behind it."""

from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.common import print_json
from evidence.errors import EvidenceError
from evidence.programs.load import programs as all_programs
from evidence.requirements import requirements
from evidence.run.answer import Answer, encode
from evidence.run.run import Run


def explain(
    id: Annotated[str, typer.Argument(help="An evidence id (16 hex digits), a requirement's id, or PROGRAM:CONTROL.")],
    where: Annotated[Path | None, typer.Option("--in", help="The run or pack that holds the evidence id (default: .).")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what stands behind an evidence id, a requirement or a control."""
    if id in requirements():
        _requirement(id)
    elif ":" in id:
        _control(*id.split(":", 1))
    else:
        _answer(find(id, where or Path()), json)


def find(id: str, where: Path) -> Answer:
    """The kept answer whose evidence id begins with `id`."""
    if len(id) < 8 or not all(c in "0123456789abcdef" for c in id):
        raise EvidenceError(
            f"{id!r} is no evidence id, no requirement and no PROGRAM:CONTROL.",
            "An evidence id is the 16 hex digits beside a number; `evidence requirements` and `evidence programs` list the others.",
        )
    folder = where / "evidence" if (where / "evidence/run.json").is_file() else where
    for answer in Run.open(folder).answers():
        if answer.digest.startswith(id):
            return answer
    raise EvidenceError(
        f"{where} keeps no answer with the evidence id {id}.", "Name the run or pack it was printed in with --in."
    )


def _answer(answer: Answer, json: bool) -> None:
    call = answer.call
    facts = {
        "evidence id": answer.id, "digest": answer.digest, "call": call.name, "account": call.account, "region": call.region,
        "parameters": encode(call.parameters), "ended": answer.ending, "code": answer.code, "message": answer.message,
        "asked by": answer.principal, "attempts": [vars(a) for a in answer.attempts], "pages": encode(answer.pages),
    }  # fmt: skip
    if json:
        print_json(facts)
        return
    for name in ("evidence id", "digest", "call", "account", "region", "parameters", "ended", "code", "message", "asked by"):
        if facts[name] not in (None, "", {}):
            typer.echo(f"{name:12} {facts[name]}")
    for a in answer.attempts:
        typer.echo(
            f"attempt      page {a.page}, {a.started} to {a.ended}, HTTP {a.status}, request id {a.request_id}, AWS's date {a.date}"
        )
    print_json(facts["pages"])


def _requirement(id: str) -> None:
    r = requirements()[id]
    rows = [("requirement", r.id), ("says", r.says), ("why", r.why), ("judged", r.logic), ("population", r.over)]
    rows += [("catalogue", ", ".join(r.covers)), ("to fix", r.fix), ("source", r.source)]
    rows += [("parameter", f"{name} = {p.default}: {p.says}") for name, p in r.parameters.items()]
    rows += [("not for", a.otherwise) for a in r.applies]
    for p in all_programs():
        rows += [("asked by", f"{p.id}:{c.id} ({m.reach}) {c.title}") for c in p.controls for m in c.requirements if m.id == id]
    for name, value in rows:
        typer.echo(f"{name:12} {value}")


def _control(program: str, control: str) -> None:
    found = next((c for p in all_programs() if p.id == program for c in p.controls if c.id == control), None)
    if found is None:
        raise EvidenceError(f"There is no control {program}:{control}.", f"`evidence programs {program}` lists the controls.")
    typer.echo(f"{program}:{control}  {found.title}")
    typer.echo(f"responsibility  {found.responsibility}")
    for m in found.requirements:
        typer.echo(f"{m.reach:15} {m.id}: {requirements()[m.id].says}")
    typer.echo(f"a person adds   {found.adds or 'nothing is named'}")
