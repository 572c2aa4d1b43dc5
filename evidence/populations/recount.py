"""Counts a population a second time from what AWS knows of many kinds at once: AWS Config, Resource Explorer, the tagging API.

These sources are behind the list, never ahead of it: they confirm a list, or show where it and they differ. They never make a list
incomplete, and never whole (docs/decisions/second-sources.md).
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from evidence.populations.answers import Answers
from evidence.populations.corroborate import listed_at
from evidence.populations.population import Member, Population, Second
from evidence.populations.second_sources import BEST_FIRST, Place, Recorded, Silent, Source, at, key_of, lost
from evidence.run.answer import GLOBAL
from evidence.services.second import NAMED, SOURCES, Named, made_column

JUST_MADE = dt.timedelta(days=1)
"""How young a member is that a source may not know yet."""
PLACES_NAMED = 3
"""Accounts and Regions named where a reason is the same for many."""


class Recount:
    """The sources of one run, each read once for all populations."""

    def __init__(self, others: Mapping[str, Population], answers: Answers) -> None:
        self.answers = answers
        self.asked = any(name in others for name in SOURCES)
        self.sources = [kind(others) for kind in BEST_FIRST] if self.asked else []

    def of(self, population: Population, left_out: Callable[[], Collection[Member]]) -> Population:
        """The population with what a second source says of it: in each account and Region the best that could be read. `left_out`
        gives what the list names and is no member (what is being deleted, or another's kind)."""
        named = NAMED.get(population.spec.name)
        if named is None or not self.asked:
            return population
        listed = _Listed(population, left_out)
        counts = [self._count(listed, named, place) for place in _places(population, self.answers)]
        used = [count for count in counts if count.source is not None]
        differ = any(count.differs for count in used)
        sure = bool(counts) and population.complete and all(count.confirms for count in counts)
        return replace(
            population,
            corroborated=False if differ else True if sure else None,
            comparable=bool(counts) or not population.complete,
            second=_second(used),
            uncounted=_uncounted(c for c in counts if c.source is None),
        )

    def _count(self, listed: "_Listed", named: Named, place: Place) -> "_Count":
        """The place as the best source counts it that has anything to say of it."""
        account, region = self.answers.accounts[place[0]], place[1]
        when = listed_at(self.answers, listed.population.spec, *place)
        unread = listed.population.first_unread(*place, "region")
        why, settled = [], True
        for source in self.sources:
            said = source.said(account, region, named, when)
            settled = settled and said.settled
            if isinstance(said, Silent):
                why.append(said.why)
                continue
            by_id = named.by == "id" and isinstance(source, Recorded)
            ours = {_own_key(member, by_id): member for member in listed.members.get(place, ())}
            theirs = dict(said.names)
            if theirs.keys() - ours.keys():
                for member in listed.besides.get(place, ()):
                    theirs.pop(_own_key(member, by_id), None)
            if not theirs and (ours or not source.whole):
                why.append(f"{source.called} names none" + (" of those listed" if ours else ""))
                continue
            return _Count(place, source, ours, theirs, settled, lost(unread) if unread else "", listed.just_made(ours, when))
        return _Count(place, None, {}, {}, False, "; ".join(why), {})


class _Listed:
    """What the list names, by place. `besides`: what it names and is no member."""

    def __init__(self, population: Population, left_out: Callable[[], Collection[Member]]) -> None:
        self.population, self._left_out = population, left_out
        self.members = _by_place((*population.members, *population.gone))
        column = made_column(population.spec)
        values = population[column]._values if column in population.cells else ()
        self._made = {member: made for member, made in zip(population.members, values, strict=False) if made is not None}

    @cached_property
    def besides(self) -> Mapping[Place, Sequence[Member]]:
        return _by_place(self._left_out())

    def just_made(self, ours: Mapping[str, Member], listed: dt.datetime | None) -> dict[str, str]:
        made = {key: self._made[member] for key, member in ours.items() if member in self._made} if listed is not None else {}
        return {
            key: f"made {at(when)}, less than a day before it was listed"
            for key, when in made.items()
            if listed is not None and listed - JUST_MADE <= when <= listed
        }


def _by_place(members: Iterable[Member]) -> dict[Place, list[Member]]:
    out: dict[Place, list[Member]] = {}
    for member in members:
        out.setdefault((member.account, member.region), []).append(member)
    return out


@dataclass(frozen=True)
class _Count:
    """Both counts of a place, by what the two have in common. `why` of a place that was counted: why its own list is not whole."""

    place: Place
    source: Source | None
    ours: Mapping[str, Member]
    theirs: Mapping[str, tuple[str, str]]
    settled: bool
    why: str
    made: Mapping[str, str]

    @property
    def differs(self) -> bool:
        """The source names what a list that was read to its end does not."""
        return not self.why and bool(self.theirs.keys() - self.ours.keys())

    @property
    def confirms(self) -> bool:
        """A better source that was not read might have said otherwise."""
        return self.source is not None and self.settled and not self.why and not self.differs

    def only_ours(self) -> Iterator[tuple[str, str]]:
        if self.source is not None and self.source.whole:
            for key in self.ours.keys() - self.theirs.keys():
                yield self.ours[key].id, self.made.get(key, "")

    def only_theirs(self) -> Iterator[tuple[str, str]]:
        for key in self.theirs.keys() - self.ours.keys():
            name, known = self.theirs[key]
            yield name, f"the list was not read to its end ({self.why})" if self.why else known


def _second(counts: Sequence[_Count]) -> Second | None:
    if not counts:
        return None
    sources = list(dict.fromkeys(kind.population for kind in BEST_FIRST for c in counts if isinstance(c.source, kind)))
    limits = list(dict.fromkeys(kind.limits for kind in BEST_FIRST for c in counts if isinstance(c.source, kind)))
    ours = {f"{'/'.join(c.place)}/{name}": why for c in counts for name, why in c.only_ours()}
    theirs = {f"{'/'.join(c.place)}/{name}": why for c in counts for name, why in c.only_theirs()}
    return Second(
        ", ".join(sources), " ".join(limits), sum(len(c.ours) for c in counts), sum(len(c.theirs) for c in counts),
        sum(len(c.ours.keys() & c.theirs.keys()) for c in counts), tuple(sorted(ours)), tuple(sorted(theirs)),
        {name: why for name, why in sorted({**ours, **theirs}.items()) if why},
    )  # fmt: skip


def _uncounted(counts: Iterable[_Count]) -> tuple[str, ...]:
    """Why, and where: each reason once, with the first places by name."""
    places: dict[str, list[str]] = {}
    for count in counts:
        places.setdefault(count.why, []).append("/".join(count.place))
    return told_uncounted({why: (len(found), tuple(found[:PLACES_NAMED])) for why, found in places.items()})


Uncounted = Mapping[str, tuple[int, tuple[str, ...]]]
"""Why no second source could count a population → in how many places, and the first of them."""
_MORE = re.compile(r" and ([\d,]+) more$")


def told_uncounted(found: Uncounted) -> tuple[str, ...]:
    return tuple(
        f"{', '.join(first)}{f' and {places - len(first):,} more' * (places > len(first))}: {why}"
        for why, (places, first) in sorted(found.items())
    )


def read_uncounted(told: Iterable[str]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """What `told_uncounted` told. A place is an account and a Region, which hold neither comma nor colon."""
    out = {}
    for where, _, why in (text.partition(": ") for text in told):
        more = _MORE.search(where)
        first = tuple(where[: more.start() if more else None].split(", "))
        out[why] = (len(first) + (int(more[1].replace(",", "")) if more else 0), first)
    return out


def both_uncounted(one: Uncounted, other: Uncounted) -> dict[str, tuple[int, tuple[str, ...]]]:
    """What is said of the places of one and of the other together."""
    out = dict(one)
    for why, (places, first) in other.items():
        before, named = out.get(why, (0, ()))
        out[why] = (before + places, tuple(sorted((*named, *first))[:PLACES_NAMED]))
    return out


def both_sources(one: Second, other: Second) -> tuple[str, str]:
    """What counted the members of the two, and what that does not show."""
    if (one.source, one.limits) == (other.source, other.limits):
        return one.source, one.limits
    named = {name for second in (one, other) for name in second.source.split(", ")}
    kinds = [kind for kind in BEST_FIRST if kind.population in named]
    return ", ".join(kind.population for kind in kinds), " ".join(kind.limits for kind in kinds)


def _places(population: Population, answers: Answers) -> list[Place]:
    """Where the population is counted: where it was listed; of a list for the whole account, the Regions in which members lie."""
    out: dict[Place, None] = {}
    for account, region in population.lists:
        spread = region == GLOBAL and population.spec.region is not None
        out.update(dict.fromkeys((account, r) for r in (answers.accounts[account].asked if spread else (region,))))
    return sorted(out)


def _own_key(member: Member, by_id: bool) -> str:
    return member.id if by_id else key_of(member.arn, ".*", "") or member.id
