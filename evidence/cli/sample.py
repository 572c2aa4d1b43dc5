"""`evidence sample`: the sample organisation, replayed through the very code that a real account runs through."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.collect import replayed
from evidence.cli.common import FailOn
from evidence.cli.configuration import read_configuration
from evidence.cli.pack import write_pack
from evidence.cli.verify import verify

QUARTERS = ("2026-Q2", "2026-Q3")
"""The runs that come with the tool, oldest first; the newest is packed."""
PACKED = ["soc2-2017", "cis-aws-foundations-7.0"]
"""The programs of the sample pack. The runs hold what every built-in program needs: `evidence pack --program P` makes the others."""


def sample(
    out: Annotated[Path, typer.Option("--out", help="A new folder: runs/2026-Q2, runs/2026-Q3 and pack are made in it.")] = Path(
        "build/sample"
    ),
) -> None:
    """Make the sample organisation's runs of two quarters and the pack of the newer, from answers that come with the tool."""
    for quarter in QUARTERS:
        with as_file(files("evidence.sample") / quarter) as kept:
            replayed(kept, out / "runs" / quarter)
        verify(str(out / "runs" / quarter))
    with as_file(files("evidence.sample") / "management") as stated:
        settings = read_configuration(stated / "evidence.toml")
        raise typer.Exit(
            write_pack(
                out / "runs" / QUARTERS[-1],
                out / "pack",
                PACKED,
                FailOn.nothing,
                settings,
                [out / "runs" / q for q in QUARTERS[:-1]],
            )
        )
