"""`evidence programs`: the compliance programs, one program's controls, and programs of your own."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from evidence import __version__
from evidence.cli.common import chosen, named, print_json
from evidence.errors import EvidenceError
from evidence.programs.exchange.audit_manager import import_audit_manager
from evidence.programs.exchange.brought import Brought
from evidence.programs.exchange.conformance_pack import import_conformance_pack
from evidence.programs.exchange.oscal_import import import_oscal
from evidence.programs.exchange.starter import check_id, starter
from evidence.programs.load import load_program
from evidence.programs.load import programs as all_programs
from evidence.programs.model import Program, baselines
from evidence.requirements import requirements

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str, typer.Option("--id", help="The new program's id: small letters, digits, hyphens, full stops.")]
Out = Annotated[Path | None, typer.Option("--out", help="The new file (default: ID.yaml here).")]


class _Programs(TyperGroup):
    """`evidence programs soc2-2017` is short for `evidence programs show soc2-2017`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


app = typer.Typer(
    cls=_Programs, invoke_without_command=True, help="List the programs, show one's controls, or bring in a program of your own."
)


@app.callback()
def listed(ctx: typer.Context, json: Json = False) -> None:
    """List the programs and their baselines. With a program's id: its controls."""
    if ctx.invoked_subcommand is not None:
        return
    rows = [
        {"id": p.id, "name": p.name, "edition": p.edition, "body": p.body, "controls": len(p.controls)}
        for whole in all_programs()
        for p in (whole, *baselines(whole))
    ]
    if json:
        print_json({"programs": rows})
    width = max(len(str(row["id"])) for row in rows)
    for row in () if json else rows:
        typer.echo(f"{row['id']:{width}} {row['name']}, {row['edition']} ({row['body']}): {row['controls']} controls")


@app.command()
def show(program: Annotated[str, typer.Argument(help="A program's id, or its file.")], json: Json = False) -> None:
    """List the controls of a program, and the requirements mapped to each."""
    found = chosen(named([program]))[0]
    controls: list[dict[str, Any]] = [
        {
            "id": c.id, "title": c.title, "group": c.group, "responsibility": c.responsibility, "adds": c.adds, "baselines": c.baselines,
            "derived": c.derived,
            "requirements": [{"id": m.id, "reach": m.reach, "parameters": dict(m.parameters), "why": m.why} for m in c.requirements],
        }
        for c in found.controls
    ]  # fmt: skip
    if json:
        print_json({"program": found.id, "controls": controls, "withdrawn": found.withdrawn})
        return
    width = max(8, *(len(c["id"]) for c in controls))
    for control in controls:
        mapped = ", ".join(f"{m['id']} ({m['reach']})" for m in control["requirements"])
        typer.echo(f"{control['id']:{width}} {control['title']} [{control['responsibility']}]{': ' + mapped if mapped else ''}")
    for id, went in found.withdrawn.items():
        typer.echo(f"{id:{width}} withdrawn: {went}")


@app.command()
def new(
    id: Annotated[str, typer.Argument(help="The new program's id: small letters, digits, hyphens, full stops.")],
    name: Annotated[str, typer.Option("--name", help="What the program is called.")] = "",
    out: Out = None,
) -> None:
    """Begin a program of your own: a file with two controls to go on from."""
    _write(out or Path(f"{id}.yaml"), starter(id, name))


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A program file.")]) -> None:
    """Say whether a program file can be used, and where it cannot: file, line, and what to do."""
    found = load_program(file, requirements(), str(file))
    typer.echo(f"{file} can be used: {_counts(found)}.")


@app.command("import-oscal")
def oscal(file: Annotated[Path, typer.Argument(help="An OSCAL catalog or profile.")], id: Id, out: Out = None) -> None:
    """Bring in an OSCAL catalog; or a profile, which derives from the program that has its controls."""
    _bring(import_oscal(file, _new(id), all_programs()), id, out)


@app.command("import-audit-manager")
def audit_manager(
    files: Annotated[
        list[Path], typer.Argument(help="JSON of `aws auditmanager get-assessment-framework`, then of `get-control`.")
    ],
    id: Id,
    out: Out = None,
) -> None:
    """Bring in a framework of AWS Audit Manager with its controls."""
    _bring(import_audit_manager(files, _new(id)), id, out)


@app.command("import-conformance-pack")
def conformance_pack(
    file: Annotated[Path, typer.Argument(help="The template of an AWS Config conformance pack.")], id: Id, out: Out = None
) -> None:
    """Bring in the rules of an AWS Config conformance pack."""
    _bring(import_conformance_pack(file, _new(id)), id, out)


@app.command("export-oscal")
def export(
    program: Annotated[str, typer.Argument(help="A program's id, or its file.")],
    out: Annotated[Path, typer.Option("--out", help="The new file, JSON.")],
) -> None:
    """Write a program's mappings as an OSCAL component definition."""
    from evidence.programs.exchange.oscal_component import component_definition  # loads trestle's models

    found = chosen(named([program]))[0]
    _write(out, component_definition(found, requirements(), __version__, dt.datetime.now(dt.UTC).replace(microsecond=0)))


def _new(id: str) -> str:
    check_id(id)
    return id


def _bring(brought: Brought, id: str, out: Path | None) -> None:
    found = load_program(brought.text, requirements(), f"{id}.yaml")
    _write(out or Path(f"{id}.yaml"), brought.text)
    typer.echo(f"  {_counts(found)}")
    for line in brought.unmatched:
        typer.echo(f"  without a counterpart here: {line}", err=True)


def _write(out: Path, text: str) -> None:
    """Nobody's file is written over."""
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise EvidenceError(f"{out} is there already.", "Choose a new file with --out.") from error
    typer.echo(f"{out} written.")


def _counts(program: Program) -> str:
    mapped = sum(any(m.reach != "context" for m in c.requirements) for c in program.controls)
    return f"{program.id} has {len(program.controls)} controls, {mapped} with a requirement that is evidence for them"
