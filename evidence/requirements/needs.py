"""What a requirement needs to be read: found by judging nothing and noting which columns it asked for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from evidence.populations.cells import Column, Truth, objects
from evidence.populations.population import OWN, Population
from evidence.requirements.declare import Requirement
from evidence.services.declare import PopulationSpec

_NO_TIME = dt.datetime.min.replace(tzinfo=dt.UTC)


class _Noting(Mapping[str, Column]):
    """The columns of an empty population; remembers which were asked for."""

    def __init__(self, spec: PopulationSpec) -> None:
        self.spec = spec
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Column:
        if name not in self.spec.columns and name not in OWN:
            raise KeyError(name)
        if name not in OWN:
            self.asked.add(name)
        return _Timed(name, name, objects(()), objects(()), objects(()), _NO_TIME)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.spec.columns, *OWN))

    def __len__(self) -> int:
        return len(self.spec.columns) + len(OWN)


class _Timed(Column):
    """A column that remembers whether it was compared with the run's end."""

    def within(self, *, days: float) -> Truth:
        _ASKED_THE_TIME.append(self.name)
        return super().within(days=days)

    def beyond(self, *, days: float) -> Truth:
        _ASKED_THE_TIME.append(self.name)
        return super().beyond(days=days)


_ASKED_THE_TIME: list[str] = []


def depends_on_the_day(requirement: Requirement, specs: Mapping[str, PopulationSpec]) -> bool:
    """Whether the requirement compares anything with the day on which it is judged: what it says then changes though nothing did."""
    _ASKED_THE_TIME.clear()
    needs([requirement], specs)
    return bool(_ASKED_THE_TIME)


def needs(requirements: Iterable[Requirement], specs: Mapping[str, PopulationSpec]) -> dict[str, tuple[str, ...]]:
    """{population: columns} that these requirements read, second sources included. A misspelt population raises KeyError,
    a misspelt column AttributeError, a look-up in all accounts that is not declared ValueError."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for requirement in requirements:
        for name, columns in _asked(requirement, specs):
            wanted[name] |= columns
    return _with_second(wanted, specs)


def needed_across(requirements: Iterable[Requirement], specs: Mapping[str, PopulationSpec]) -> dict[str, tuple[str, ...]]:
    """{population: columns} that these requirements look up in all accounts, and what has to be read to know that a list is whole."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for requirement in (r for r in requirements if r.across):
        for name, columns in _asked(requirement, specs)[1:]:
            if name in requirement.across:
                wanted[name] |= columns
    return _with_second(wanted, specs)


def _asked(requirement: Requirement, specs: Mapping[str, PopulationSpec]) -> list[tuple[str, set[str]]]:
    """The populations that its function gets, in their order, each with the columns that it asks for."""
    names = (requirement.over, *requirement.uses)
    notes = [_Noting(specs[name]) for name in names]
    seen_whole = (False, *(name in requirement.across for name in requirement.uses))
    empty = [Population(note.spec, (), note, _NO_TIME, across=a) for note, a in zip(notes, seen_whole, strict=True)]
    defaults = {name: p.default for name, p in requirement.parameters.items()}
    requirement.judge(*empty, **defaults)
    for applies in requirement.applies:
        applies.test(*empty, **{name: defaults[name] for name in applies.given})
    for column in requirement.shows:
        empty[0][column]
    return [(name, note.asked) for name, note in zip(names, notes, strict=True)]


def _with_second(wanted: dict[str, set[str]], specs: Mapping[str, PopulationSpec]) -> dict[str, tuple[str, ...]]:
    second = list(wanted)
    for name in second:  # a second source may have one of its own: the list grows while it is walked
        rule = specs[name].corroborated_by
        if rule is not None:
            second.extend({rule.population} - wanted.keys())
            wanted[rule.population] |= rule.columns
    return {name: tuple(sorted(columns)) for name, columns in sorted(wanted.items())}
