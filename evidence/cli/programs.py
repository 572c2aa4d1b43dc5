"""`evidence programs [P]`: the compliance programs, or one program's controls."""

from typing import Annotated, Any

import typer

from evidence.cli.common import chosen, print_json
from evidence.programs.load import programs as all_programs
from evidence.programs.model import baselines


def programs(
    program: Annotated[str | None, typer.Argument(help="A program: its controls are listed.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the programs, or the controls of one."""
    if program is None:
        rows = [
            {"id": p.id, "name": p.name, "edition": p.edition, "body": p.body, "controls": len(p.controls)}
            for whole in all_programs()
            for p in (whole, *baselines(whole))
        ]
        if json:
            print_json({"programs": rows})
        for row in () if json else rows:
            typer.echo(f"{row['id']:28} {row['name']}, {row['edition']} ({row['body']}): {row['controls']} controls")
        return
    found = chosen([program])[0]
    controls: list[dict[str, Any]] = [
        {
            "id": c.id, "title": c.title, "group": c.group, "responsibility": c.responsibility, "adds": c.adds, "baselines": c.baselines,
            "derived": c.derived,
            "requirements": [{"id": m.id, "reach": m.reach, "parameters": dict(m.parameters), "why": m.why} for m in c.requirements],
        }
        for c in found.controls
    ]  # fmt: skip
    if json:
        print_json({"program": program, "controls": controls, "withdrawn": found.withdrawn})
        return
    width = max(8, *(len(c["id"]) for c in controls))
    for control in controls:
        mapped = ", ".join(f"{m['id']} ({m['reach']})" for m in control["requirements"])
        typer.echo(f"{control['id']:{width}} {control['title']} [{control['responsibility']}]{': ' + mapped if mapped else ''}")
    for id, went in found.withdrawn.items():
        typer.echo(f"{id:{width}} withdrawn: {went}")
