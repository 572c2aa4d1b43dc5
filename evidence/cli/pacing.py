"""The options by which a collection is spread over workers and leaves room for others, the same for every command that collects."""

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
WorkerProcesses = Annotated[
    int | None,
    typer.Option("--workers", min=0, help="How many processes, each an account at a time (default: threads of this one)."),
]
Scheduler = Annotated[str | None, typer.Option("--scheduler", help="A Dask scheduler, whose workers collect: tcp://… or tls://…")]
Budget = Annotated[
    int | None,
    typer.Option(
        "--budget",
        min=1,
        help="At most so many requests; what is left is not asked, shown as a gap, and asked by --resume.",
    ),
]
