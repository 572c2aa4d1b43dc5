"""A collection being watched: what `collect` shows while it goes on, and the options by which it tells of itself.

The display reads what the accounts keep of themselves beside the answers, so it is the same for threads, processes and a cluster.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from evidence.aws.log import STDERR
from evidence.aws.observers import EVERY, EVERY_S3, Watch
from evidence.aws.telemetry import unheard
from evidence.cli.how_far import beside, left, notable, sentences
from evidence.run.run import Run, RunFacts, now
from evidence.run.status import SETTLED, RunStatus, StatusReader

PLAIN_EVERY = 30.0
"""Seconds from one line to the next, where there is no terminal to draw on."""

LogFile = Annotated[
    str, typer.Option("--log", help="Append a JSON object a line to this file for each call that ends ('-': standard error).")
]
StatusEvery = Annotated[
    float | None,
    typer.Option(
        "--status-every",
        min=0,
        help=f"Seconds between two updates of what `evidence status` reads (default {EVERY:.0f}, on S3 {EVERY_S3:.0f}; 0: none).",
    ),
]


def watch_of(run: Run, log: str = "", every: float | None = None, traceparent: str = "") -> Watch:
    """What the units of this run carry. Raises EvidenceError where the log cannot be written."""
    usual = EVERY_S3 if run.where.startswith("s3:") else EVERY
    # A worker elsewhere has another folder that it works in.
    name = log if log in ("", STDERR) else os.path.abspath(log)  # noqa: PTH100
    watch = Watch(run.facts.id, usual if every is None else every, name, traceparent)
    watch.check()
    if note := unheard(os.environ):
        typer.echo(f"evidence: {note}", err=True)
    return watch


@contextmanager
def watching(run: Run, *, every: float = 1.0, earlier: RunFacts | None = None, plain: bool = False) -> Iterator[None]:
    """Shows how far the run is for as long as it lasts: bars on a terminal, a line every half minute anywhere else (or with `plain`:
    where something else writes to standard error). Nothing that goes wrong in showing it reaches the collection."""
    console, stop = Console(stderr=True), threading.Event()
    reader = StatusReader(run, earlier)
    show = _lines if plain or not console.is_terminal else _bars
    thread = threading.Thread(target=show, args=(reader, console, stop, every), name="watching", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _looks(reader: StatusReader, stop: threading.Event, every: float) -> Iterator[RunStatus]:
    """The status until told to stop. Reading takes no more than a tenth of the time, and what cannot be read now may be later."""
    pause = every
    while not stop.wait(pause):
        began = time.monotonic()
        try:
            status = reader.read(now())
        except Exception:  # a store that cannot be reached now; the collection itself says so where it matters
            continue
        pause = max(every, 9 * (time.monotonic() - began))
        yield status


def _lines(reader: StatusReader, console: Console, stop: threading.Event, every: float) -> None:
    for status in _looks(reader, stop, max(every, PLAIN_EVERY)):
        typer.echo(f"evidence: {sentences(status)[1]}", err=True)


def _bars(reader: StatusReader, console: Console, stop: threading.Event, every: float) -> None:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[says]}"), TimeElapsedColumn()
    bars = Progress(*columns, console=console)
    accounts, calls = bars.add_task("accounts", total=None, says=""), bars.add_task("calls", total=None, says="")
    with Live(bars, console=console, auto_refresh=False, transient=True) as live:
        for status in _looks(reader, stop, every):
            settled = sum(a.state in SETTLED for a in status.accounts)
            bars.update(accounts, completed=settled, total=len(status.accounts) or None, says=beside(status.states))
            pace = f"{status.done:,} of {status.known:,} known, {status.rate:.1f}/s, {left(status)}"
            bars.update(calls, completed=status.done, total=max(status.known, 1), says=pace)
            live.update(Group(bars, *(Text(f"  {line}", style="dim") for line in notable(status))), refresh=True)
