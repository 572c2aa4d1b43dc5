"""The collector, or one of its workers, killed with `kill -9` at a random point, and gone on with: is the run the same as one that nobody cut?

    python -m benchmarks.killed 200             # every fourth of them with two worker processes
    python -m benchmarks.killed 20 --seed 7

After each kill the run is resumed to its end. Then every call has the ending and the pages that it has in an uncut run; no call is kept
twice, which it would be had one been asked again that was kept; and every chain holds. Entering an account is asked anew each time, since
credentials are kept nowhere, and so are the names of the organisation's accounts.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.accounts import PROGRAM, bench
from evidence.aws.session import offline_session
from evidence.cli.collecting import asks_of
from evidence.cli.common import chosen
from evidence.run import segment
from evidence.run.run import Run
from tests.cli.forking import load
from tests.larkfield.base import REGIONS
from tests.larkfield.more.watching import MANAGEMENT
from tests.larkfield.organisation import EXTERNAL_ID, ROLE

ACCOUNTS, LATENCY = 3, 0.01
ANEW = {"AssumeRole", "GetCallerIdentity", "DescribeRegions", "DescribeOrganization", "ListAccounts"}
"""What is asked each time a collection begins."""
WORDS = ("--organization", "--role", ROLE, *(w for r in REGIONS for w in ("--region", r)))

WORKERS = ("--workers", "2")


def begun(out: Path, words: Sequence[str], environment: dict[str, str]) -> int:
    """A collector in a process group of its own; returns its process id. It is forked, since loading would take most of its time."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    os.environ.update(environment)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    sys.argv = ["evidence", "collect", "--out", str(out), "--external-id", EXTERNAL_ID, *words]
    sys.argv += ["--redaction-key", str(out.parent / "key")]
    code = 1
    try:
        from evidence.cli.app import main as command

        command()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def warm(program: str) -> None:
    """What every collector would load and parse again: the command line, and botocore's models."""
    load()
    session = offline_session("aws")
    for service in {ask.service for ask in asks_of(chosen([program]))}:
        session.client(service, REGIONS[0])
    session.close()


def ended(process: int) -> int:
    """Waits for the collector and for whatever it began; returns its exit code, negative where it was killed."""
    _, status = os.waitpid(process, 0)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(process, 0)
        except ProcessLookupError:
            break
        time.sleep(0.01)
    return os.waitstatus_to_exitcode(status)


def workers_of(head: int) -> list[int]:
    """The processes that the collector began to collect in, which are those with threads that ask."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != head:
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(fields[1]) == head and b"spawn_main" in command:
                found.append(int(entry.name))
    return found


def outcome(out: Path) -> tuple[dict[str, Any], list[str]]:
    """What a finished run holds of each call, and what is wrong with it."""
    run, wrong = Run.open(out), []
    run.finished()
    answers = [a for a in run.answers() if a.call.operation not in ANEW]
    wrong += [f"kept {n} times: {key}" for key, n in Counter(a.call.key for a in answers).items() if n > 1]
    wrong += [f"{name}: {said}" for name in run.store.names("answers") if (said := segment.broken_link(run.store.read(name)))]
    return {a.call.key: (a.ending, a.pages) for a in answers}, wrong


def trial(out: Path, chance: random.Random, lasts: float, words: Sequence[str], environment: dict[str, str]) -> str:
    """Kills once and goes on to the end; says whom it killed."""
    head = begun(out, words, environment)
    time.sleep(chance.uniform(0, lasts))
    victims = workers_of(head) if "--workers" in words and chance.random() < 0.5 else []
    killed = "a worker" if victims else "the head"
    try:
        os.kill(chance.choice(victims) if victims else head, signal.SIGKILL)
    except ProcessLookupError:
        killed = "nobody: it had ended"
    if ended(head) in (0, 3):
        return killed
    kept = (out / "run.json").exists()
    again = begun(out, ["--resume", *words] if kept else words, environment)
    code = ended(again)
    if code not in (0, 3):
        raise SystemExit(f"the resumed collection ended with {code}")
    return killed if kept else "the head, before anything was kept"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed")
    parser.add_argument("trials", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default=PROGRAM)
    options = parser.parse_args()
    warm(options.program)
    words = ("--program", options.program, *WORDS)
    keys = {"AWS_ACCESS_KEY_ID": f"AKIA{MANAGEMENT}", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGIONS[0]}
    chance, who, different, wrong = random.Random(options.seed), Counter[str](), 0, list[str]()
    with tempfile.TemporaryDirectory() as scratch, bench(ACCOUNTS, LATENCY) as (there, _):
        environment = {**keys, **there, "AWS_EC2_METADATA_DISABLED": "true"}
        lasts, whole = {}, {}
        (Path(scratch) / "key").write_bytes(
            bytes(range(32))
        )  # a key that nobody knows would mark the same secret differently each time
        for two in (False, True):
            out, started = Path(scratch) / f"uncut-{two}", time.monotonic()
            if ended(begun(out, [*words, *(WORKERS if two else ())], environment)) not in (0, 3):
                raise SystemExit("the uncut collection failed")
            lasts[two] = time.monotonic() - started
            whole, wrong = outcome(out)
        for n in range(options.trials):
            out, two = Path(scratch) / f"run-{n}", n % 4 == 3
            who[trial(out, chance, lasts[two], [*words, *(WORKERS if two else ())], environment)] += 1
            found, more = outcome(out)
            different += found != whole
            wrong += more
            shutil.rmtree(out)
    table = Table("killed", "times")
    for what, times in who.most_common():
        table.add_row(what, str(times))
    Console().print(table)
    print(f"{options.trials} kills, {len(whole)} calls each: {different} runs differ from an uncut one, {len(wrong)} faults")
    print(*wrong[:20], sep="\n")
    raise SystemExit(1 if different or wrong else 0)


if __name__ == "__main__":
    main()
