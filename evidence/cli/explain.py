"""`evidence explain ID --in RUN`: from an evidence id, a requirement or a control to what stands behind it."""

from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.common import chosen, print_json
from evidence.cli.verify_accounts import is_organisation
from evidence.errors import EvidenceError, did_you_mean
from evidence.pack.build import OBSERVATIONS
from evidence.pack.organisation.model import ORGANISATION
from evidence.programs.load import programs as all_programs
from evidence.requirements import requirements
from evidence.run.answer import Answer, encode
from evidence.run.run import Run
from evidence.run.store import far


def explain(
    id: Annotated[str, typer.Argument(help="An evidence id (16 hex digits), a requirement's id, or PROGRAM:CONTROL.")],
    where: Annotated[
        str, typer.Option("--in", help="The run or pack that holds the evidence id: a folder, or a run's s3://bucket/prefix.")
    ] = ".",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what stands behind an evidence id, a requirement or a control."""
    if id in requirements():
        _requirement(id)
    elif ":" in id:
        _control(*id.split(":", 1))
    else:
        _answer(find(id, where), json)


def find(id: str, where: str | Path) -> Answer:
    """The kept answer whose evidence id begins with `id`."""
    if len(id) < 8 or not all(c in "0123456789abcdef" for c in id):
        raise EvidenceError(
            f"{id!r} is no evidence id, no requirement and no PROGRAM:CONTROL.",
            "An evidence id is the 16 hex digits beside a number; `evidence requirements` and `evidence programs` list the others.",
        )
    pack = Path(where)
    pack = pack / ORGANISATION if not far(where) and is_organisation(pack) else pack
    inside = not far(where) and (pack / "evidence/run.json").is_file()
    earlier = sorted(p.parent for p in (pack / OBSERVATIONS).glob("*/run.json")) if inside else []
    for place in (pack / "evidence" if inside else where, *earlier):
        for answer in Run.open(place).answers():
            if answer.digest.startswith(id):
                return answer
    todo = "Name the run or pack it was printed in with --in."
    if inside and Run.open(pack / "evidence").facts.part:
        todo = "It may be of an account that is not in this pack, looked up from one that is: name the organisation's pack with --in, OUT/organisation."
    raise EvidenceError(f"{where} keeps no answer with the evidence id {id}.", todo)


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


def _control(program_id: str, control: str) -> None:
    program = chosen([program_id])[0]
    if control in program.withdrawn:
        typer.echo(f"{program_id}:{control}  withdrawn: {program.withdrawn[control]}")
        return
    found = next((c for c in program.controls if c.id == control), None)
    if found is None:
        todo = did_you_mean(control, [c.id for c in program.controls])
        raise EvidenceError(
            f"There is no control {program_id}:{control}.", f"{todo} `evidence programs {program_id}` lists the controls.".strip()
        )
    typer.echo(f"{program_id}:{control}  {found.title}")
    typer.echo(f"responsibility  {found.responsibility}")
    if found.baselines:
        typer.echo(f"baselines       {', '.join(program.baselines[key] for key in found.baselines)}")
    if found.derived and program.derives:
        typer.echo(f"derived from    {', '.join(found.derived)}: {program.derives.source}")
    for m in found.requirements:
        typer.echo(f"{m.reach:15} {m.id}: {requirements()[m.id].says}")
    typer.echo(f"a person adds   {found.adds or 'nothing is named'}")
