"""`evidence requirements [ID]`: what is judged, and how."""

from difflib import get_close_matches
from typing import Annotated, Any

import typer

from evidence.cli.common import print_json
from evidence.cli.reference import standing
from evidence.errors import EvidenceError
from evidence.pack.build import requirement_json
from evidence.requirements import requirements as all_requirements
from evidence.requirements.declare import TOPICS, Requirement


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
    rows = [_row(r) for r in known.values() if id in (None, r.id)]
    if json:
        print_json({"requirements": rows})
        return
    if id is not None:
        under = rows[0].pop("programs")
        for name, value in (*rows[0].items(), *under.items()):
            typer.echo(f"{name:15} {', '.join(map(str, value)) if isinstance(value, list) else value}")
        return
    for topic, title in TOPICS.items():
        typer.echo(title)
        for row in rows:
            if row["topic"] == topic:
                typer.echo(f"  {row['id']:55} {row['says']}")


def _row(requirement: Requirement) -> dict[str, Any]:
    """As a pack describes it, with the calls and permissions that it rests on and the controls that ask for it."""
    stands = standing(requirement)
    more = {"calls": list(stands.calls), "permissions": list(stands.actions)}
    return {**requirement_json(requirement), **more, "programs": {p: list(c) for p, c in stands.under.items()}}
