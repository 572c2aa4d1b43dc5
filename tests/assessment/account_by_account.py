"""Runs of a few accounts, made of the sample organisation's answers, judged whole and account by account."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from evidence.assessment.assess import assess, assess_account, shared_of
from evidence.assessment.model import Assessment
from evidence.assessment.rules import Rules, rules_of
from evidence.assessment.together import Organisation, part_of, together
from evidence.management.model import Statements
from evidence.populations.shared import Shared
from evidence.programs.load import program
from evidence.programs.model import Program
from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.run.run import Run, RunFacts
from evidence.services import populations

SAMPLE = Path(str(files("evidence.sample"))) / "2026-Q3"
SUMMED = ("run", "programs", "requirements", "conclusions", "coverage", "acceptances", "aws_side", "services", "management")
"""What the organisation's result holds itself; the rest of an Assessment is with the accounts."""
WITH_ACCOUNTS = ("members", "failed_calls", "environments", "key_ages")


@cache
def sample() -> tuple[RunFacts, tuple[Answer, ...]]:
    run = Run.open(SAMPLE)
    return run.finished(), tuple(run.answers())


def asking(*ids: str) -> Program:
    """A program of one control for each requirement, and of one for all."""
    whole = program("soc2-2017")
    control = next(c for c in whole.controls if c.requirements)
    mapped = [replace(control.requirements[0], id=id, reach="full", parameters={}) for id in ids]
    each = [replace(control, id=f"C{n}", requirements=(m,)) for n, m in enumerate(mapped)]
    return replace(whole, controls=(*each, replace(control, id="all", requirements=tuple(mapped))))


def accounts_of(kept: RunFacts, answers: Sequence[Answer], rules: Rules) -> list[Assessment]:
    """Each account in scope judged by its own answers, and by a shared table of the calls that fill one."""
    shared = shared_by(kept, answers, rules)
    in_scope = [a.id for a in kept.scope.accounts if a.status == "in scope"]
    return [assess_account(kept, id, [a for a in answers if a.call.account == id], rules, shared) for id in in_scope]


def shared_by(kept: RunFacts, answers: Iterable[Answer], rules: Rules) -> Shared:
    silent = {a.id for a in kept.scope.accounts if a.shut or not a.regions}
    few = [a for a in answers if (a.call.service, a.call.operation) in rules.calls_across or a.call.account in silent]
    return Shared.from_json(shared_of(kept, few, rules).to_json(), populations())


def both(
    kept: RunFacts, answers: Sequence[Answer], programs: Sequence[Program], stated: Statements
) -> tuple[Assessment, Organisation, list[Assessment]]:
    rules = rules_of(programs, requirements(), populations(), stated)
    alone = accounts_of(kept, answers, rules)
    whole = assess(kept, answers, programs, requirements(), populations(), stated)
    return whole, together(kept, rules, map(part_of, alone)), alone


def differences(whole: Assessment, sum: Organisation, alone: Sequence[Assessment]) -> list[str]:
    """The fields in which the accounts together are not what the run is as a whole."""
    found = [name for name in SUMMED if getattr(sum, name) != getattr(whole, name)]
    for name in WITH_ACCOUNTS:
        if sorted(map(repr, getattr(whole, name))) != sorted(repr(entry) for one in alone for entry in getattr(one, name)):
            found.append(name)
    numbered = [replace(e, number=sum.number(e.account, e.number)) for one in alone for e in one.exceptions]
    if tuple(sorted(numbered, key=lambda e: int(e.number[2:]))) != whole.exceptions:
        found.append("exceptions")
    return found
