"""A quarter of thirteen weekly runs over resources whose life a simulator knows: time and memory of what is said of it, calls that its
last run asked of the past, and stretches that say what was not true.

python -m benchmarks.period            # 1,000 and 10,000 buckets
python -m benchmarks.period 3000
"""

import datetime as dt
import random
import resource
import subprocess
import sys
import time
from collections import Counter

from rich.console import Console
from rich.table import Table

from tests.period.past import OFF, ON, UNTIL, Bucket, Past, at, period, wrong

WEEKS = 13
LAST = UNTIL + dt.timedelta(days=1)


def past(buckets: int) -> Past:
    """One bucket in five changed in the quarter, some were made in it, some deleted; the recorder was off for two days."""
    dice = random.Random(7)
    found = []
    for n in range(buckets):
        life: dict[dt.datetime, str | None] = {at(-dice.uniform(1, 400)): ON if dice.random() < 0.9 else OFF}
        if dice.random() < 0.1:
            life = {at(dice.uniform(0, 90)): ON}
        for _ in range(dice.randrange(1, 4) if dice.random() < 0.2 else 0):
            life[at(dice.uniform(0, 92))] = dice.choice([ON, OFF])
        moments = sorted(life)
        if dice.random() < 0.05:
            life[moments[-1] + dt.timedelta(days=5)] = None
        found.append(Bucket(f"bucket-{n:06}", life))
    return Past(found, [(at(-500), at(40)), (at(42), None)])


def measure(buckets: int) -> None:
    """Prints members, calls of the last run, CPU seconds of reading and judging the runs and of the period, MiB, wrong stretches."""
    made = past(buckets)
    start = time.process_time()
    runs = [made.run(f"week-{n}", at(7 * n), history=False) for n in range(WEEKS)]
    runs.append(made.run("last", LAST, history=True, events=True))
    judged = time.process_time() - start
    calls = Counter(a.call.service for a in runs[-1].answers)
    start = time.process_time()
    found = period(runs)
    took = time.process_time() - start
    lives = {b.name: b for b in made.buckets}
    bad = sum(len(wrong(line, lives[line.id])) for line in found.timelines)
    spans = sum(len(t.spans) for t in found.timelines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(len(found.timelines), calls["config"], calls["cloudtrail"], round(judged, 1), round(took, 1), spans, bad, peak)


def main(sizes: list[int]) -> None:
    table = Table(
        "members",
        "calls: Config",
        "calls: CloudTrail",
        "14 runs judged, CPU s",
        "period, CPU s",
        "stretches",
        "wrong",
        "peak MiB",
    )
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.period", "--one", str(size)]
        table.add_row(*subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    Console().print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
    else:
        main([int(n) for n in sys.argv[1:]] or [1_000, 10_000])
