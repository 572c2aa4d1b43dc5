"""An organisation judged account by account, its members on disk, its controls concluded: time and memory at a tenth and at the whole.

python -m benchmarks.at_scale            # 10,000,000 members: a thousand accounts of 10,000 each
python -m benchmarks.at_scale 100000     # ten accounts

Members are under the six requirements of benchmarks.judging; the controls of all programs are concluded over these, in every account
and over all. One account is made once and judged again under each id: making it is not counted, nor is reading answers (see
benchmarks.organisation). Beside it the same predicates in bare pandas, over the same cells in memory, account by account: a table with
each member's judgement, what was read and its evidence, written to Parquet by pandas. "CPU" is of the worker and the head together.
"""

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.judging import AS_OF, READ, STRAIGHT, Cells, agree, made, straight_results
from evidence.assessment.assess import judged_members
from evidence.assessment.rules import Rules, rules_of
from evidence.assessment.together import Part, together
from evidence.pack.spill import spill
from evidence.populations.population import Population, Populations
from evidence.programs.load import programs
from evidence.programs.model import Control
from evidence.requirements import requirements
from evidence.run.run import Run, RunFacts
from evidence.run.scope import Account, Scope
from evidence.run.store import Folder
from evidence.services import populations

MEMBERS, IN_ACCOUNT = 10_000_000, 10_000
EACH = IN_ACCOUNT // len(STRAIGHT)
Counted = tuple[Part, float, float]
"""What an account adds, the worker's CPU seconds for it, and the worker's peak in MiB so far."""


@cache
def rules() -> Rules:
    """All programs and their controls, which stand on these six requirements alone."""

    def six(control: Control) -> Control:
        mapped = (replace(m, parameters={}) for m in control.requirements if m.id in STRAIGHT)
        return replace(control, requirements=tuple(mapped))

    chosen = [replace(p, controls=tuple(map(six, p.controls))) for p in programs()]
    return rules_of(chosen, requirements(), populations())


@cache
def account() -> dict[str, Population]:
    """An account's populations; two requirements may be over one."""
    found: dict[str, Population] = {}
    for id in STRAIGHT:
        one = made(id, EACH)
        before = found.get(one.spec.name)
        found[one.spec.name] = replace(one, cells={**before.cells, **one.cells}) if before else one
    return found


def kept(ids: list[str]) -> RunFacts:
    scope = Scope(tuple(Account(id, regions={"eu-west-1": "asked"}) for id in ids), period="2026-Q3")
    return RunFacts("run", scope, AS_OF.isoformat(), (AS_OF + dt.timedelta(minutes=1)).isoformat())


def ours(id: str, folder: str) -> Counted:
    read = {
        name: replace(
            p, members=tuple(replace(m, account=id) for m in p.members), lists={(id, "eu-west-1"): (f"{int(id):016x}",)}
        )
        for name, p in account().items()
    }
    asked, facts = rules(), kept([id])
    started = time.process_time()
    assessment = judged_members(facts, Populations(read), asked)
    part = spill(Run(Folder(Path(folder)), facts, folder), assessment, Path(folder) / id)
    return part, time.process_time() - started, peak()


@cache
def _cells() -> dict[str, Cells]:
    return {id: Cells(account()[requirements()[id].over], tuple(READ[id])) for id in STRAIGHT}


def bare(id: str, folder: str) -> tuple[None, float, float]:
    cells = _cells()
    for each in cells.values():
        each.ids["account"] = id
    started = time.process_time()
    for name, each in cells.items():
        straight_results(name, each).to_parquet(Path(folder) / f"{id}-{name}.parquet", compression="zstd")
    return None, time.process_time() - started, peak()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(whose: str, members: int) -> None:
    """Prints what was measured, in a process of its own: a peak cannot be reset."""
    ids = [f"{n:012}" for n in range(1, max(1, members // IN_ACCOUNT) + 1)]
    work: Callable[[str, str], tuple[Part | None, float, float]] = ours if whose == "ours" else bare
    worker = {"cpu": 0.0, "peak": 0.0}
    asked = rules()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as executor:

        def told() -> Iterator[Part]:
            for id in ids:
                part, cpu, most = executor.submit(work, id, folder).result()
                worker["cpu"] += cpu
                worker["peak"] = most
                if part is not None:
                    yield part

        started = time.process_time()
        result = together(kept(ids), asked, told()) if whose == "ours" else list(told())
        head = time.process_time() - started
        listed = len(ids) * EACH * len(STRAIGHT)
        if not isinstance(result, list):
            assert sum(r.population.listed for r in result.requirements) == listed
        size = sum(p.stat().st_size for p in Path(folder).rglob("*.parquet"))
    print(
        json.dumps(
            {"listed": listed, "head": head, "worker": worker["cpu"], "head_peak": peak(), "peak": worker["peak"], "bytes": size}
        )
    )


def measured(whose: str, members: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.at_scale", whose, str(members)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def main(members: int) -> None:
    for id in STRAIGHT:
        agree(id)
    table = Table(
        "members",
        "whose",
        "worker CPU s",
        "head CPU s",
        "µs a member",
        "to pandas",
        "worker peak MiB",
        "head peak MiB",
        "on disk MiB",
    )
    for some in (members // 10, members):
        theirs = measured("pandas", some)
        for whose, found in (("ours", measured("ours", some)), ("pandas", theirs)):
            seconds = found["worker"] + found["head"]
            cpu = (f"{found['worker']:.1f}", f"{found['head']:.2f}", f"{1e6 * seconds / found['listed']:.1f}")
            ratio = f"{seconds / (theirs['worker'] + theirs['head']):.2f}" if whose == "ours" else ""
            space = (f"{found['peak']:.0f}", f"{found['head_peak']:.0f}", f"{found['bytes'] / 2**20:.1f}")
            table.add_row(f"{found['listed']:,.0f}", whose, *cpu, ratio, *space)
    Console().print(table)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(sys.argv[1], int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS)
