"""The sample organisation collected as one, and its accounts one by one, at 50 ms latency: wall, calls, CPU, memory."""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.watched import watched
from tests.aws_simulator import serve
from tests.larkfield.base import ACCOUNT, REGIONS
from tests.larkfield.build import PROGRAMS
from tests.larkfield.more.watching import MANAGEMENT
from tests.larkfield.organisation import EXTERNAL_ID, ROLE, STAGING
from tests.larkfield.world import larkfield

LATENCY = 0.05
ENTER = ("--role", ROLE, "--external-id", EXTERNAL_ID)
CASES = {
    "the organisation": ("--organization", *ENTER),
    **{f"account {id} alone": ("--account", id, *ENTER) for id in (ACCOUNT, STAGING, MANAGEMENT)},
}


def measure(words: tuple[str, ...], out: Path) -> tuple[float, int, float, float]:
    """Wall seconds, calls, CPU seconds and peak MiB of one `evidence collect` in a process of its own."""
    command = [
        "collect",
        "--out",
        str(out),
        *(w for p in PROGRAMS for w in ("--program", p)),
        *(w for r in REGIONS for w in ("--region", r)),
    ]
    keys = {
        "AWS_ACCESS_KEY_ID": f"AKIA{MANAGEMENT}",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGIONS[0],
        "AWS_MAX_ATTEMPTS": "2",
    }
    with serve(larkfield(), latency=LATENCY) as bench:
        env = {**{k: v for k, v in os.environ.items() if not k.startswith("AWS_")}, **keys, **bench.environment}
        used = watched([sys.executable, "-c", "from evidence.cli.app import main; main()", *command, *words], env)
        if used.code not in (0, 3):
            raise SystemExit(f"evidence collect ended with {used.code}: {used.said}")
        return used.wall, bench.counts().total(), used.cpu, used.head


def main() -> None:
    table = Table("collected", "wall s", "calls", "CPU s", "peak MiB", "wall to the parts together")
    with tempfile.TemporaryDirectory() as scratch:
        found = {name: measure(words, Path(scratch) / str(n)) for n, (name, words) in enumerate(CASES.items())}
    parts = sum(wall for name, (wall, *_) in found.items() if name.startswith("account"))
    for name, (wall, calls, cpu, peak) in found.items():
        ratio = f"{wall / parts:.2f}" if name == "the organisation" else ""
        table.add_row(name, f"{wall:.1f}", f"{calls:,}", f"{cpu:.1f}", f"{peak:.0f}", ratio)
    Console().print(table)


if __name__ == "__main__":
    main()
