"""Concluding all programs over one run: what they share is judged once.

python -m benchmarks.concluding            # 1,000,000 members over the six requirements of benchmarks.judging
python -m benchmarks.concluding 100000

The requirements are judged in every variant that some program asks for; the others, which would only add to the time of judging, stand
with the result of one of them. "Apart" is what judging would take if each program were judged by itself.
"""

import sys
import time
from collections import Counter
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from benchmarks.judging import STRAIGHT, made
from evidence.assessment.conclude import conclude
from evidence.assessment.judge import judge, variant_of
from evidence.assessment.model import MappedResult, RequirementResult
from evidence.assessment.wanted import judged_by
from evidence.populations.population import Populations
from evidence.programs.load import programs
from evidence.programs.model import baselines
from evidence.requirements import requirements

MEMBERS = 1_000_000


def main(members: int) -> None:
    started = time.process_time()
    whole = programs()
    loading = time.process_time() - started
    chosen = [p for program in whole for p in (program, *baselines(program))]
    known = requirements()
    asked = judged_by(chosen, known)
    asking = Counter(
        (m.id, variant_of(known[m.id], m.parameters), p.id) for p in chosen for c in p.controls for m in c.requirements
    )
    by = Counter((id, variant) for id, variant, _ in asking)
    results: dict[tuple[str, str], RequirementResult] = {}
    once = apart = 0.0
    for id in STRAIGHT:
        population = made(id, members // len(STRAIGHT))
        for key in (k for k in asked if k[0] == id):
            requirement, parameters = asked[key]
            started = time.process_time()
            results[key], _ = judge(requirement, Populations({population.spec.name: population}), parameters)
            seconds = time.process_time() - started
            once, apart = once + seconds, apart + seconds * by[key]
    judged, one = len(results), next(iter(results.values()))
    results |= {key: replace(one, id=key[0], variant=key[1]) for key in asked if key not in results}
    started = time.process_time()
    controls = 0
    for program in chosen:
        for control in program.controls:
            mapped = [MappedResult(m.id, variant_of(known[m.id], m.parameters), m.reach, m.why) for m in control.requirements]
            conclude(program, control, mapped, results)
            controls += 1
    concluding = time.process_time() - started
    table = Table(f"{len(whole)} programs and {len(chosen) - len(whole)} baselines, {controls:,} controls", "CPU s")
    for what, seconds in (
        ("reading the program files", loading), (f"judging {members:,} members in {judged} variants, once", once),
        ("the same, each program apart", apart), ("concluding every control", concluding),
    ):  # fmt: skip
        table.add_row(what, f"{seconds:.2f}")
    table.add_row("concluding, of judging once", f"{100 * concluding / once:.1f} %")
    Console().print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS)
