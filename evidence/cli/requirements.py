"""`evidence requirements [ID]`: what is judged, and how."""

from difflib import get_close_matches
from typing import Annotated

import typer

from evidence.cli.common import print_json
from evidence.errors import EvidenceError
from evidence.pack.build import requirement_json
from evidence.requirements import requirements as all_requirements
from evidence.requirements.declare import TOPICS


def requirements(
    id: Annotated[str | None, typer.Argument(help="One requirement.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the requirements by topic, or show one."""
    known = all_requirements()
    if id is not None and id not in known:
        near = get_close_matches(id, known, n=1)
        raise EvidenceError(
            f"There is no requirement {id}.", f"Did you mean {near[0]}?" if near else "`evidence requirements` lists them."
        )
    rows = [requirement_json(r) for r in known.values() if id in (None, r.id)]
    if json:
        print_json({"requirements": rows})
        return
    if id is not None:
        for name, value in rows[0].items():
            typer.echo(f"{name:15} {', '.join(map(str, value)) if isinstance(value, list) else value}")
        return
    for topic, title in TOPICS.items():
        typer.echo(title)
        for row in rows:
            if row["topic"] == topic:
                typer.echo(f"  {row['id']:55} {row['says']}")
