"""`evidence anonymise RUN --out NEW`: a run that can be shared, with ids, names, addresses and times replaced."""

import os
from pathlib import Path
from typing import Annotated

import orjson
import typer

from evidence import populations, requirements, services
from evidence.aws.vocabulary import vocabulary
from evidence.cli.common import RunAt
from evidence.errors import EvidenceError
from evidence.programs.load import program
from evidence.run.anonymise import anonymise as anonymised
from evidence.run.run import SEGMENT, Run


def anonymise(
    run: RunAt,
    out: Annotated[Path, typer.Option("--out", help="The new folder of the anonymised run.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Also write what was replaced by what to this new file, which undoes it all.")
    ] = None,
) -> None:
    """Replace ids, names, addresses and times of a run, each original always by the same, or refuse. AWS's own words stay."""
    if mapping is not None and (mapping.exists() or mapping.resolve().is_relative_to(out.resolve())):
        raise EvidenceError(
            f"{mapping} is there already or lies in {out}.", "Name a new file elsewhere: it undoes the replacing."
        )
    original = Run.open(run)
    asked = {name.rpartition("/")[2].removesuffix(SEGMENT) for name in original.finished().segments}
    sent = (value for ask in services.asks() for value in ask.parameters.values() if isinstance(value, str))
    words = vocabulary(asked, (populations, requirements, services), sent)
    own = [id for id in original.facts.scope.programs if not _known(id)]
    replaced = anonymised(original, out, words, own)
    if mapping is not None:
        with os.fdopen(os.open(mapping, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(orjson.dumps(replaced, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    typer.echo(
        f"{out} is the run, anonymised: {len(replaced):,} words, ids and addresses were replaced, and times moved together."
    )
    if own:
        typer.echo(f"Programs of your own are left out: {', '.join(own)}.")
    if mapping is not None:
        typer.echo(f"{mapping} undoes it: keep it to yourself.")
    typer.echo("Words that AWS uses too stay, and so do numbers and what is set up: look through it before you share it.")


def _known(id: str) -> bool:
    try:
        program(id)
    except EvidenceError:
        return False
    return True
