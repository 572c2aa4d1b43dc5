"""Judge: a requirement over its population, member by member. Pure."""

import datetime as dt
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from evidence.assessment.model import Judgement, MemberResult, RequirementResult
from evidence.assessment.tally import result_of, tally
from evidence.populations.cells import Column, Truth
from evidence.populations.population import Populations
from evidence.requirements.declare import Requirement

Environments = Mapping[tuple[str, str, str, str], tuple[str, ...]]
"""(account, Region, type, id) of a resource → ids of the environments that stand on it."""


def variant_of(requirement: Requirement, given: Mapping[str, Any]) -> str:
    """Tells apart the same requirement under different parameters; "" where they are the defaults."""
    changed = {k: v for k, v in sorted(given.items()) if v != requirement.parameters[k].default}
    return ",".join(f"{k}={','.join(map(str, v)) if isinstance(v, (list, tuple)) else v}" for k, v in changed.items())


def judge(
    requirement: Requirement,
    populations: Populations,
    given: Mapping[str, Any] | None = None,
    environments: Environments | None = None,
    accepted: Callable[[MemberResult], bool] = lambda member: False,
) -> tuple[RequirementResult, tuple[MemberResult, ...]]:
    """The requirement's result and one result per member. `given` overrides parameters; `accepted` says whether an acceptance in
    force covers an exception."""
    population = populations[requirement.over]
    members = judged_rows(requirement, populations, given, environments)
    members.sort(key=lambda m: (m.account, m.region, m.id))
    counted = tally(requirement, variant_of(requirement, given or {}), population, members, accepted)
    return result_of(requirement, parameters_of(requirement, given), counted), tuple(members)


def parameters_of(requirement: Requirement, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The requirement's parameters as used: what was given, else the defaults."""
    return {name: p.default for name, p in requirement.parameters.items()} | dict(given or {})


def judged_rows(
    requirement: Requirement,
    populations: Populations,
    given: Mapping[str, Any] | None = None,
    environments: Environments | None = None,
) -> list[MemberResult]:
    """One result for each row of the population, in its order."""
    population = populations[requirement.over]
    used = [populations.across(name) if name in requirement.across else populations[name] for name in requirement.uses]
    parameters = parameters_of(requirement, given)
    variant = variant_of(requirement, given or {})
    truth = requirement.judge(population, *used, **parameters)
    tests = [
        (applies.test(population, *used, **{name: parameters[name] for name in applies.given}), applies.otherwise)
        for applies in requirement.applies
    ]
    for answers in (truth, *(t for t, _ in tests)):
        if len(answers) != len(population):
            raise ValueError(f"{requirement.id} answered for {len(answers)} members, not for all {len(population)}")
    shown = tuple(population[name] for name in requirement.shows)
    eligible = [(test.listed(), test, otherwise) for test, otherwise in tests]
    holds = truth.listed()
    members = []
    with _uncollected():
        for row, member in enumerate(population.members):
            word, reason, sources = _member(row, holds[row], truth, eligible, shown)
            evidence = dict.fromkeys([member.listed, *sources] if member.listed else sources)
            standing = environments.get((member.account, member.region, member.type, member.id), ()) if environments else ()
            members.append(
                MemberResult(
                    requirement.id,
                    variant,
                    member.partition,
                    member.account,
                    member.region,
                    member.type,
                    member.id,
                    member.arn,
                    standing,
                    word,
                    reason,
                    tuple(evidence),
                )  # fmt: skip
            )
    return members


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage in cycles is made here, and looking for it among ever more results took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _member(
    row: int,
    holds: bool | None,
    truth: Truth,
    eligible: list[tuple[list[bool | None], Truth, str]],
    shown: tuple[Column, ...],
) -> tuple[Judgement, str, list[str]]:
    """One member's judgement, its reason, and the evidence ids read for it."""
    sources: list[str] = []
    for answers, test, otherwise in eligible:
        for read in test.reads:
            sources.extend(read._sources[row])
        if answers[row] is False:
            return "not_applicable", otherwise, sources
    unknown = [test for answers, test, _ in eligible if answers[row] is None]
    for read in (*truth.reads, *shown):
        sources.extend(read._sources[row])
    if unknown:
        return "gap", "whether it applies is unknown: " + _why_unknown(row, unknown[0].reads), sources
    if holds is None:
        return "gap", _why_unknown(row, truth.reads), sources
    return ("meets" if holds else "exception"), _observed(row, (*truth.reads, *shown)), sources


def _why_unknown(row: int, reads: Iterable[Column]) -> str:
    gaps = dict.fromkeys(str(read._gaps[row]) for read in reads if read._gaps[row] is not None)
    if gaps:
        return "; ".join(gaps)
    absent = dict.fromkeys(read.label for read in reads if read._values[row] is None)
    return f"{', '.join(absent)} was not in the answer" if absent else "the answer does not decide it"


def _observed(row: int, reads: Iterable[Column]) -> str:
    """What was read, in short: "encrypted = false; size in GiB = 80"; findings as they are. What AWS documents for a field that
    was left out is not shown as if it had been read: "shortest password = 8 (not set)"."""
    out: dict[str, None] = {}
    for read in reads:
        value = read._values[row]
        if read._notes:
            out.update(dict.fromkeys(value or ()))
        elif read._gaps[row] is not None:
            out[f"{read.label} unknown ({read._gaps[row]})"] = None
        else:
            meant = " (not set)" if read._meant is not None and read._meant[row] else ""
            out[f"{read.label} = {_shown(value)}{meant}"] = None
    return "; ".join(out)


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, list, tuple, dict)) and not value:
        return "none"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, (list, tuple)):
        plain = all(isinstance(v, (str, int)) for v in value)
        return ", ".join(_shown(v) for v in value) if plain else f"{len(value)} entries"
    return "a document" if isinstance(value, Mapping) else str(value)
