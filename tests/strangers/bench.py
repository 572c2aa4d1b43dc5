"""The answers of the sample organisation, one of the calls answered otherwise, judged under every requirement that reads it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import CodeType
from typing import Any

from evidence.assessment.judge import judge
from evidence.aws.policy import ALWAYS
from evidence.populations.answers import Answers
from evidence.populations.population import Population, Populations
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.requirements.declare import Requirement
from evidence.requirements.needs import needs
from evidence.run.answer import Answer
from evidence.run.run import Run
from evidence.services import populations
from evidence.services.declare import Ask
from evidence.services.path import Absent, WrongShape, walk
from evidence.services.plan import asks_for
from tests.strangers.meanings import MEANINGS
from tests.strangers.shapes import Change, output_shape

Judgements = Mapping[tuple[str, str, str, str], str]
"""(requirement, account, Region, member) → its judgement; without a member ("") the requirement's own, in all places."""


@cache
def kept() -> tuple[Run, tuple[Answer, ...]]:
    run = Run.open(Path(str(files("evidence.sample"))) / "2026-Q3")
    return run, tuple(run.answers())


@cache
def readers() -> Mapping[str, tuple[Requirement, ...]]:
    """ "ec2:DescribeVolumes" → the requirements that read its answers. Of those that one function makes of different words, two
    stand for all."""
    out: dict[str, dict[str, Requirement]] = {}
    made = Counter[CodeType]()
    for requirement in requirements().values():
        code: CodeType = requirement.judge.__code__
        made[code] += 1
        if made[code] > 2:
            continue
        for ask in asks_for(needs([requirement], populations()), populations()):
            out.setdefault(ask.name, {})[requirement.id] = requirement
    return {name: tuple(found.values()) for name, found in out.items()}


class Bench:
    """What is judged of one call's answers, as they are and otherwise."""

    def __init__(self, call: str) -> None:
        run, answers = kept()
        self.call = call
        self.facts = run.finished()
        self.readers = readers()[call]
        specs, wanted = populations(), needs(self.readers, populations())
        read = {ask.name for ask in asks_for(wanted, specs)} | {ask.name for ask in ALWAYS}
        self.answers = [a for a in answers if a.call.name == call and a.ending == "answered"]
        self.others = [a for a in answers if a.call.name in read and not (a.call.name == call and a.ending == "answered")]
        touched = {n for n, columns in wanted.items() if any(a.name == call for a in asks_for({n: columns}, specs))}
        pairs = [(n, rule.population) for n in wanted if (rule := specs[n].corroborated_by) is not None]
        for _ in pairs:  # a second source may have one of its own
            touched |= {n for pair in pairs if touched & set(pair) for n in pair}
        self.asks = [a for a in asks_for(wanted, specs) if a.name == call]
        self.shape = output_shape(call)
        self.touched = {n: columns for n, columns in wanted.items() if n in touched}
        self.before = self._read(wanted, self.answers)
        self.full: Judgements = dict(self._judged(self.before, self.readers))
        self.last: tuple[Populations, Judgements] = self.before, {}

    def otherwise(self, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Judgements:
        """The judgements with every page of the call's answers changed, of the requirements for which that changed a cell or a list."""
        now = [_whole(self.asks, replace(a, pages=tuple(map(change, a.pages)))) for a in self.answers]
        read = self._read(self.touched, now)
        other = {(n, column) for n in self.touched for column in _other(read[n], self.before[n])}
        if other and any(_other(read[n], self.last[0][n]) for n in self.touched):  # "left out" and "null" mostly read the same
            again = [r for r in self.readers if other & _reads(r.id)]
            self.last = read, dict(self._judged(Populations({**self.before.by_name, **read.by_name}), again))
        return self.last[1] if other else {}

    def unexplained(self, now: Judgements, some: frozenset[Change], full: Judgements) -> Iterator[str]:
        """What is met now, was not in the full answer, and is by none of AWS's meanings of these changes."""
        met = [k for k, judgement in now.items() if judgement == "meets" and full.get(k) != "meets"]
        means = {
            r for m in MEANINGS if m.call == self.call for c in some if c.at == m.at and c.how in m.ways for r in m.requirements
        }
        yield from (f"{', '.join(map(str, some))}: {k} was {full.get(k, 'not there')}" for k in met if k[0] not in means)

    def _read(self, wanted: Mapping[str, Iterable[str]], answers: list[Answer]) -> Populations:
        return read_populations(Answers(self.facts.scope, [*self.others, *answers]), wanted, populations(), self.facts.as_of)

    def _judged(self, read: Populations, some: Iterable[Requirement]) -> Iterator[tuple[tuple[str, str, str, str], str]]:
        for requirement in some:
            result, members = judge(requirement, read)
            facts = result.population
            assert facts.listed == facts.judged + facts.not_applicable + facts.gaps == len(members)
            yield (requirement.id, "", "", ""), result.judgement
            yield from (((requirement.id, m.account, m.region, m.id), m.judgement) for m in members)


@cache
def bench(call: str) -> Bench:
    return Bench(call)


def _whole(asks: list[Ask], answer: Answer) -> Answer:
    """As it is kept: without the member that every whole answer has, it is none."""
    try:
        for ask in asks:
            if ask.result is not None:
                [walk(ask.result, page) for page in answer.pages]
    except (Absent, WrongShape):
        return replace(answer, ending="failed", pages=(), code="NotWhole")
    return answer


@cache
def _reads(id: str) -> frozenset[tuple[str, str]]:
    """(population, column) of all that the requirement reads, "" for the list of members."""
    found = needs([requirements()[id]], populations())
    return frozenset((name, column) for name, columns in found.items() for column in ("", *columns))


def _other(one: Population, other: Population) -> set[str]:
    """The columns in which the two differ; with "" all of them, where their members or their lists do."""
    if _listed(one) != _listed(other):
        return {"", *one.cells}
    cells = ((n, one.cells[n], other.cells[n]) for n in one.cells)
    return {n for n, a, b in cells if list(a._values) != list(b._values) or list(a._gaps) != list(b._gaps)}


def _listed(population: Population) -> tuple[Any, ...]:
    members = [replace(m, listed="") for m in (*population.members, *population.gone)]
    return members, len(population), population.unread, population.corroborated, population.out_of_scope
