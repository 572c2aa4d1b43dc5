"""A tally: what a requirement came to, counted. Tallies of several accounts add up, and a result follows from one. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from evidence.assessment.model import JUDGEMENTS, Judgement, MemberResult, PopulationFacts, RequirementResult, gone_as
from evidence.populations.population import Population, Second, Unread
from evidence.populations.recount import both_sources, both_uncounted, read_uncounted, told_uncounted
from evidence.requirements.declare import Requirement

NAMED = 1_000
"""Of each list that grows with what is looked at, how many a sum names; the others it counts. Every account's own names them all."""
GROWING = ("unread", "gone", "lists", "only_ours", "only_theirs")
"""The lists of a result that grow with the accounts, their Regions and their members."""


@dataclass(frozen=True)
class Tally:
    """What a requirement came to in some accounts: the parts of `RequirementResult` that are not the requirement's own words.

    comparable  False where nothing was there that a second source could have counted (see Population)
    left_off    {one of GROWING: how many more there are than are named}
    """

    id: str
    variant: str
    population: PopulationFacts
    counts: Mapping[str, int]
    accepted: int
    lists: tuple[str, ...]
    comparable: bool = True
    left_off: Mapping[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """How many entries a list of GROWING has, named or not."""
        second = self.population.second
        named = {
            "unread": self.population.unread, "gone": self.population.gone, "lists": self.lists,
            "only_ours": second.only_ours if second else (), "only_theirs": second.only_theirs if second else (),
        }  # fmt: skip
        return len(named[name]) + self.left_off.get(name, 0)


def tally(
    requirement: Requirement,
    variant: str,
    population: Population,
    members: list[MemberResult],
    accepted: Callable[[MemberResult], bool],
) -> Tally:
    counts = {word: sum(m.judgement == word for m in members) for word in JUDGEMENTS}
    facts = PopulationFacts(
        population.spec.name, population.spec.noun, len(members), counts["meets"] + counts["exception"],
        counts["not_applicable"], counts["gap"], population.complete, population.corroborated, population.second,
        _sorted(population.unread), tuple(sorted(gone_as(m) for m in population.gone)), population.out_of_scope,
        population.uncounted,
    )  # fmt: skip
    lists = tuple(sorted({i for ids in population.lists.values() for i in ids}))
    covered = sum(accepted(m) for m in members if m.judgement == "exception")
    return Tally(requirement.id, variant, facts, counts, covered, lists, population.comparable)


def result_of(requirement: Requirement, parameters: Mapping[str, Any], tally: Tally) -> RequirementResult:
    """The result that follows from a tally. `parameters` are those used, defaults included."""
    word, reason = _worst(tally.population, tally.counts)
    return RequirementResult(
        requirement.id, tally.variant, requirement.topic, requirement.says, requirement.why, requirement.logic, requirement.fix,
        requirement.source, requirement.covers, dict(sorted(parameters.items())), word, reason, tally.population, tally.counts,
        tally.accepted, tally.lists,
    )  # fmt: skip


def _worst(facts: PopulationFacts, counts: Mapping[str, int]) -> tuple[Judgement, str]:
    if counts["exception"]:
        return "exception", ""
    if counts["gap"] or not facts.complete:
        return "gap", "" if facts.listed else f"It is not known whether there is any {facts.noun}: a list could not be read."
    if counts["meets"]:
        return "meets", ""
    if facts.listed:
        return "not_applicable", f"The requirement applies to none of the {facts.listed} listed."
    if facts.gone:
        return "not_applicable", f"There is no {facts.noun} in scope any more: each that was listed went away while it was read."
    return "not_applicable", f"There is no {facts.noun} in scope: every list was read to its end and was empty."


def _sorted(unread: Iterable[Unread]) -> tuple[Unread, ...]:
    return tuple(sorted(unread, key=lambda u: (u.account, u.region, u.call, u.detail)))


class Sum:
    """Adds up the tallies of one requirement, account by account. It holds numbers, and of each list the first NAMED entries, in
    the order in which the accounts come."""

    def __init__(self, id: str, variant: str, name: str, noun: str) -> None:
        self.id, self.variant = id, variant
        self._facts = PopulationFacts(name, noun, 0, 0, 0, 0, True, None, None, (), (), 0)
        self._counts = dict.fromkeys(JUDGEMENTS, 0)
        self._accepted = 0
        self._named: dict[str, list[Any]] = {name: [] for name in GROWING}
        self._left_off = dict.fromkeys(GROWING, 0)
        self._reasons: dict[str, str] = {}
        self._uncounted: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._differs, self._agrees, self._unsure = False, False, False

    def add(self, tally: Tally) -> None:
        mine, more = self._facts, tally.population
        self._facts = replace(
            mine, listed=mine.listed + more.listed, judged=mine.judged + more.judged, gaps=mine.gaps + more.gaps,
            not_applicable=mine.not_applicable + more.not_applicable, complete=mine.complete and more.complete,
            out_of_scope=mine.out_of_scope + more.out_of_scope, second=_both(mine.second, more.second),
        )  # fmt: skip
        self._counts = {word: n + tally.counts[word] for word, n in self._counts.items()}
        self._accepted += tally.accepted
        for name, entries in (("unread", more.unread), ("gone", more.gone), ("lists", tally.lists)):
            self._name(name, entries, tally)
        if more.second is not None:
            for name, entries in (("only_ours", more.second.only_ours), ("only_theirs", more.second.only_theirs)):
                taken = self._name(name, entries, tally)
                self._reasons |= {e: more.second.reasons[e] for e in taken if e in more.second.reasons}
        self._uncounted = both_uncounted(self._uncounted, read_uncounted(more.uncounted))
        self._differs |= more.corroborated is False
        self._agrees |= more.corroborated is True
        self._unsure |= more.corroborated is None and tally.comparable

    def _name(self, name: str, entries: tuple[Any, ...], tally: Tally) -> list[Any]:
        """Names as many of the entries as there is room for, and counts the others."""
        named = self._named[name]
        taken = list(islice(entries, max(0, NAMED - len(named))))
        named.extend(taken)
        self._left_off[name] += tally.number(name) - len(taken)
        return taken

    def tally(self) -> Tally:
        """The sum, its lists in the order in which one assessment of all accounts has them."""
        second = self._facts.second
        if second is not None:
            ours, theirs = (tuple(sorted(self._named[name])) for name in ("only_ours", "only_theirs"))
            second = replace(second, only_ours=ours, only_theirs=theirs, reasons=dict(sorted(self._reasons.items())))
        sure = self._agrees and not self._unsure
        facts = replace(
            self._facts, second=second, corroborated=False if self._differs else True if sure else None,
            unread=_sorted(self._named["unread"]), gone=tuple(sorted(self._named["gone"])), uncounted=told_uncounted(self._uncounted),
        )  # fmt: skip
        left_off = {name: n for name, n in self._left_off.items() if n}
        lists = tuple(sorted(self._named["lists"]))
        return Tally(self.id, self.variant, facts, self._counts, self._accepted, lists, left_off=left_off)


def _both(one: Second | None, other: Second | None) -> Second | None:
    """The counts of both; what only one of the two sources has is named by the `Sum`."""
    if one is None or other is None:
        found = one or other
        return replace(found, only_ours=(), only_theirs=(), reasons={}) if found else None
    source, limits = both_sources(one, other)
    return Second(source, limits, one.ours + other.ours, one.theirs + other.theirs, one.both + other.both, (), ())
