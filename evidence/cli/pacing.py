"""The options by which a collection leaves room for others, the same for every command that collects."""

from typing import Annotated

import typer

Gentle = Annotated[
    float | None,
    typer.Option(
        "--gentle",
        metavar="SHARE",
        min=0.01,
        max=1.0,
        help="Take at most this share of each of AWS's request limits, e.g. 0.2, and leave the rest to the account's own automation.",
    ),
]
Budget = Annotated[
    int | None,
    typer.Option(
        "--budget",
        min=1,
        help="At most so many requests; what is left is not asked, shown as a gap, and asked by --resume.",
    ),
]
