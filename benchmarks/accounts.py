"""One collection of 1, 10, 100 and 1,000 accounts of three Regions each: wall, CPU, calls, and the peak memory of the head and of
its workers, per account.

    python -m benchmarks.accounts 1 10 100 1000 -- --workers 2

What follows `--` is handed to `evidence collect`. All accounts are alike, the staging account of the sample organisation, which costs
the bench no more than one; none is the caller's own, so that each is entered by its role.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.watched import Used, cpu_of, watched
from tests.aws_simulator import World, serve
from tests.aws_simulator.world import Account
from tests.larkfield.base import REGIONS
from tests.larkfield.more.watching import MANAGEMENT, ORGANISATION
from tests.larkfield.organisation import EXTERNAL_ID, ROLE, STAGING
from tests.larkfield.world import larkfield

PROGRAM = "cis-aws-foundations-7.0"


def world(accounts: int) -> World:
    """An organisation of so many accounts, all like staging; its management account is no member of those listed."""
    made = larkfield()
    made.clock, made.faults = None, []
    ids = [f"7{n:011}" for n in range(accounts)]
    for id in ids:
        made.accounts[id] = Account(f"unit-{id}", [f"AKIA{id}"], f"arn:aws:iam::{id}:user/none", like=STAGING)
    listed = [
        {
            "Id": id,
            "Name": f"unit-{id}",
            "Email": f"{id}@larkfield.example",
            "Arn": f"arn:aws:organizations::{MANAGEMENT}:account/{ORGANISATION}/{id}",
            "Status": "ACTIVE",
            "State": "ACTIVE",
        }
        for id in ids
    ]
    made.put(MANAGEMENT, "global", "organizations", "ListAccounts", {"Accounts": listed})
    return made


def served(accounts: int, latency: float) -> None:
    """Serves until its input ends; says where, and how many requests there were whenever it is asked by a line."""
    with serve(world(accounts), latency=latency) as bench:
        print(json.dumps(bench.environment), flush=True)
        for _ in sys.stdin:
            print(len(bench.log), flush=True)


@contextmanager
def bench(accounts: int, latency: float) -> Iterator[tuple[dict[str, str], "subprocess.Popen[str]"]]:
    """The world in a process of its own, and the environment that sends AWS clients there."""
    command = [sys.executable, "-m", "benchmarks.accounts", "--serve", str(accounts), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield json.loads(process.stdout.readline()), process
        process.stdin.close()


def measured(accounts: int, latency: float, program: str, words: Sequence[str]) -> tuple[Used, int, float]:
    """One `evidence collect`, the calls it made, and the seconds of CPU that answering them took."""
    keys = {"AWS_ACCESS_KEY_ID": f"AKIA{MANAGEMENT}", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGIONS[0]}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    with tempfile.TemporaryDirectory() as scratch, bench(accounts, latency) as (there, process):
        command = [sys.executable, "-c", "from evidence.cli.app import main; main()", "collect"]
        command += ["--out", str(Path(scratch) / "run"), "--program", program, "--organization", "--role", ROLE]
        command += ["--external-id", EXTERNAL_ID, *(w for r in REGIONS for w in ("--region", r)), *words]
        before = cpu_of(process.pid)
        used = watched(command, {**clean, **keys, **there, "AWS_EC2_METADATA_DISABLED": "true"})
        answering = cpu_of(process.pid) - before
        if used.code not in (0, 3):
            raise SystemExit(f"evidence collect ended with {used.code}: {used.said}")
        assert process.stdin is not None and process.stdout is not None
        print(file=process.stdin, flush=True)
        return used, int(process.stdout.readline()), answering


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accounts", description=__doc__)
    parser.add_argument("accounts", nargs="*", type=int, default=[1, 10, 100], help="how many, one collection for each")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds by which every answer is late")
    parser.add_argument("--program", default=PROGRAM)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = sys.argv[1:]
    cut = given.index("--") if "--" in given else len(given)
    options, words = parser.parse_args(given[:cut]), given[cut + 1 :]
    if options.serve:
        served(options.serve, options.latency)
        return
    table = Table(
        "accounts", "wall s", "per account", "CPU s", "per account", "per account to the row before", "calls", "CPU per call",
        "peak MiB, head", "largest worker", "bench's CPU",
    )  # fmt: skip
    before: tuple[int, Used] | None = None
    for number in options.accounts:
        used, calls, answering = measured(number, options.latency, options.program, words)
        added = (
            (number - before[0], used.wall - before[1].wall, used.cpu - before[1].cpu)
            if before
            else (number, used.wall, used.cpu)
        )
        table.add_row(
            f"{number:,}", f"{used.wall:.1f}", f"{used.wall / number:.2f}", f"{used.cpu:.1f}", f"{used.cpu / number:.2f}",
            f"{added[1] / added[0]:.2f} s wall, {added[2] / added[0]:.2f} s CPU" if added[0] else "",
            f"{calls:,}", f"{used.cpu / calls * 1000:.2f} ms", f"{used.head:.0f}",
            f"{used.workers[0]:.0f}" if used.workers else "", f"{answering:.1f}",
        )  # fmt: skip
        Console(stderr=True).print(f"{time.strftime('%H:%M:%S')} {number} accounts: {used.wall:.1f} s", style="dim")
        before = number, used
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
