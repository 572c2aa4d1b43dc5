"""`evidence sample`: the sample organisation, replayed through the very code that a real account runs through."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.collect import replayed
from evidence.cli.common import FailOn
from evidence.cli.pack import write_pack


def sample(
    out: Annotated[Path, typer.Option("--out", help="A new folder: runs/2026-Q3 and pack are made in it.")] = Path(
        "build/sample"
    ),
) -> None:
    """Make the sample run and its pack, from answers that come with the tool."""
    run = out / "runs/2026-Q3"
    with as_file(files("evidence.sample") / "2026-Q3") as kept:
        replayed(kept, run)
    raise typer.Exit(write_pack(run, out / "pack", [], FailOn.nothing))
