"""`evidence status RUN`: how far a collection is, from another terminal; for folders and S3."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated

import orjson
import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from evidence.cli.common import print_json
from evidence.cli.how_far import sentences
from evidence.run.run import Run, now
from evidence.run.status import AT_WORK, SETTLED, STATES, AccountStatus, RunStatus, StatusReader

SHOWN = 20
"""Accounts that are shown; how many there are more of is said."""


def status(
    run: Annotated[str, typer.Argument(help="The run: a folder, or s3://bucket/prefix.", metavar="RUN")],
    earlier: Annotated[
        str, typer.Option("--earlier", help="A finished run of the same accounts: how much each may need is taken from it.")
    ] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Go on showing it until the run is finished.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.5, help="With --watch, seconds from one look to the next.")] = 2.0,
    shown: Annotated[int, typer.Option("--accounts", min=0, help="How many accounts are shown, the worst first.")] = SHOWN,
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON; with --watch an object a line.")] = False,
) -> None:
    """Say how far a collection is, by account and service: of a run under way, cut short or finished."""
    reader = StatusReader(Run.open(run), Run.open(earlier).finished() if earlier else None)
    if not watch:
        _print(reader.read(now()), shown, json)
        return
    console = Console()
    if json or not console.is_terminal:
        for status in _looks(reader, every):
            _print(status, shown, json, whole=False)
        return
    with Live(console=console, auto_refresh=False) as live:
        for status in _looks(reader, every):
            live.update(tables(status, shown), refresh=True)


def _looks(reader: StatusReader, every: float) -> Iterator[RunStatus]:
    """The status again and again, until the run is finished. Reading takes no more than a tenth of the time."""
    while True:
        began = time.monotonic()
        status = reader.read(now())
        yield status
        if status.state == "finished":
            return
        time.sleep(max(every, 9 * (time.monotonic() - began)))


def _print(status: RunStatus, shown: int, json: bool, whole: bool = True) -> None:
    console = Console()
    if json and whole:
        print_json(status.to_json())
    elif json:
        typer.echo(orjson.dumps(status.to_json()).decode())
    elif console.is_terminal:
        console.print(tables(status, shown))
    else:
        for line in lines(status, shown) if whole else sentences(status)[1:2]:
            typer.echo(line)


def lines(status: RunStatus, shown: int = SHOWN) -> Iterator[str]:
    """All of it as plain lines."""
    yield from sentences(status)
    accounts = worst_first(status.accounts)
    for account in accounts[:shown]:
        yield "  " + "  ".join(cell for cell in _cells(account) if cell)
    yield from (f"  {line}" for line in _more(accounts[shown:]))
    if status.services:
        yield "by service: " + ", ".join(f"{name} {done} of {known}" for name, (done, known) in by_left(status.services))


def tables(status: RunStatus, shown: int = SHOWN) -> RenderableType:
    """All of it for a terminal."""
    accounts = worst_first(status.accounts)
    by_account = Table("account", "name", "state", "calls", "a second", "throttled", "last heard", "what went wrong", box=None)
    for column in (3, 4, 5):
        by_account.columns[column].justify = "right"
    for account in accounts[:shown]:
        by_account.add_row(*(Text(cell) for cell in _cells(account)))
    services = by_left(status.services)
    by_service = Table("service", "done", "known", box=None)
    for name, (done, known) in islice(services, SHOWN):
        by_service.add_row(Text(name), f"{done:,}", f"{known:,}")
    more = [Text(line) for line in _more(accounts[shown:])]
    rest = [Text(f"and {len(services) - SHOWN} services more")] if len(services) > SHOWN else []
    return Group(*map(Text, sentences(status)), Text(), by_account, *more, Text(), *([by_service] if services else []), *rest)


def worst_first(accounts: Sequence[AccountStatus]) -> list[AccountStatus]:
    """By state, the worst first; of those at work, the one that needs longest."""
    return sorted(accounts, key=lambda a: (STATES.index(a.state), -(a.left / a.rate if a.rate else a.left), a.account))


def by_left(services: dict[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """The services, those with most left first, then those with most calls."""
    return sorted(services.items(), key=lambda s: (s[1][0] - s[1][1], -s[1][1], s[0]))


def _cells(account: AccountStatus) -> tuple[str, ...]:
    at_work = account.state in AT_WORK
    calls = (
        f"{account.done:,} of {account.known:,}" if account.state not in SETTLED else f"{account.done:,}" if account.done else ""
    )
    pace = f"{account.rate:.1f}/s" if at_work and account.rate else ""
    throttled = f"{account.throttled:,} throttled" if account.throttled else ""
    quiet = account.state == "not heard of"
    heard = f"not heard of since {account.updated[11:16]} UTC" if quiet else f"{account.updated[11:19]}" if at_work else ""
    state = "" if quiet else account.state
    return account.account, account.name, state, calls if account.known else "", pace, throttled, heard, account.error


def _more(left_out: Sequence[AccountStatus]) -> list[str]:
    if not left_out:
        return []
    counted = {state: sum(a.state == state for a in left_out) for state in STATES}
    return [f"and {len(left_out):,} more: " + ", ".join(f"{n:,} {state}" for state, n in counted.items() if n)]
