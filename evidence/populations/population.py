"""A population: its members, their cells, and what of it could not be listed."""

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from evidence.errors import few
from evidence.populations.cells import Column, Gap, Truth, kleene, objects
from evidence.run.answer import GLOBAL
from evidence.services.declare import Ask, PopulationSpec

Within = Literal["region", "account", "accounts"]
"""Where a member's relations are looked for: its own account and Region, its account, or its Region in all accounts in scope."""
Key = str | Column
OWN = ("id", "arn", "account", "region")
"""Columns that every population has, read from the listing itself."""
EVERY_REGION = "every Region"
"""Where a list is unread of an account that was not entered, or did not say which Regions it has."""
_NAMED = 3
"""Members of another population that a reason names."""
ANSWERED = 10_000
"""Answers kept while members are linked, for those that refer to the same: a few megabytes, however many members there are."""
LISTS_CITED = 100
"""Lists cited where none of an organisation's accounts has what is looked for: each account's own, and the first of the others.
Without an end, every one of a thousand accounts would cite the lists of all thousand."""


@dataclass(frozen=True)
class Member:
    """One resource. Identity: partition, account, Region, type, id. `listed` is the evidence id of its list."""

    partition: str
    account: str
    region: str
    type: str
    id: str
    arn: str
    listed: str


@dataclass(frozen=True)
class Unread:
    """A list that could not be read, or not to its end, or that nothing confirms: account, Region, call and ending."""

    account: str
    region: str
    call: str
    ending: str
    detail: str = ""


@dataclass(frozen=True)
class Second:
    """A population counted a second time. `source` is the other population (several, with commas, where Regions differ), `limits` what
    that source does not show; names that only one of them has are itemised ("account/Region/identity"), save what is only in the list
    where the source never claims to name all. `reasons` says of such a name why, where a reason is known."""

    source: str
    limits: str
    ours: int
    theirs: int
    both: int
    only_ours: tuple[str, ...]
    only_theirs: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Population:
    """All resources of one kind in scope, as far as they could be read.

    unread          lists that were denied, cut off or not asked: while there is one, the population is incomplete
    lists           evidence ids of the lists read, by account and Region
    corroborated    a second source agreed (True), disagreed (False), or was not there or not readable (None)
    second          both counts, and what only one of them has; None where there is no second source or it could not be read
    uncounted       where no second source could count it, and why: "account/Region, account/Region and 5 more: why"
    gone            members that went away while they were read
    out_of_scope    members of Regions that were not asked about
    across          this is the population of the whole organisation, and may be looked up in from any account
    comparable      False where there was nothing that a second source could have counted: of several accounts that are counted
                    together, this one then says nothing for or against `corroborated`
    """

    spec: PopulationSpec
    members: tuple[Member, ...]
    cells: Mapping[str, Column]
    as_of: dt.datetime
    unread: tuple[Unread, ...] = ()
    lists: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    corroborated: bool | None = None
    second: Second | None = None
    gone: tuple[Member, ...] = ()
    out_of_scope: int = 0
    uncounted: tuple[str, ...] = ()
    across: bool = False
    comparable: bool = True

    @property
    def complete(self) -> bool:
        return not self.unread

    def __len__(self) -> int:
        return len(self.members)

    def __getattr__(self, name: str) -> Column:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Column:
        if name not in self.cells:
            raise AttributeError(f"{self.spec.name} has no column {name!r}; it declares {', '.join(sorted(self.cells))}")
        return self.cells[name]

    def first_unread(self, account: str, region: str, within: Within) -> Unread | None:
        """A list of this population, near enough to count, that was not read to its end; None where all were."""
        for unread in self.unread:
            near = within == "account" or GLOBAL in (unread.region, region) or unread.region in (region, EVERY_REGION)
            if near and (within == "accounts" or unread.account == account):
                return unread
        return None

    def some_in(
        self,
        other: "Population",
        on: tuple[Key, Key] | None = None,
        *,
        where: Truth | None = None,
        within: Within = "region",
        label: str = "",
    ) -> Truth:
        """For each member: does `other`, in the same account and Region (or `within` what is said), have a member with an
        equal key for which `where` holds?  `on` is this population's column and the other's, by name or as made of them, each a
        text or a list of texts of which one is enough.

        Unknown where a matching member is unknown, where a key could not be read, or where none was found and the
        other population is incomplete there, or was never listed there."""
        links = _Links(self, other, on, within)
        holds = None if where is None else where.listed()

        @lru_cache(ANSWERED)  # a thousand that name one account would each count the thousand
        def found(wanted: _Wanted) -> tuple[bool | None, str, Gap | None, tuple[str, ...]]:
            matched, maybe, gap = links.of(wanted)
            maybe = [r for r in maybe if holds is None or holds[r] is not False]  # what does not count need not be told apart
            verdicts = {r: True if holds is None else holds[r] for r in matched}
            yes = [r for r, v in verdicts.items() if v is True]
            unknown = [r for r, v in verdicts.items() if v is None]
            answer = True if yes else None if gap or maybe or unknown else False
            text = _counted([other.members[r].id for r in matched], [other.members[r].id for r in yes], where is None)
            why = None if yes else gap or links.gap_of(maybe + unknown, where)
            return answer, text, why, links.sources(wanted, matched, where)

        rows = [found(links.wanted(row)) for row in range(len(self))]
        answers, texts, gaps, sources = zip(*rows, strict=True) if rows else ((), (), (), ())
        label = label or f"{other.spec.noun} that counts"
        shown = Column(other.spec.name, label, objects(texts), objects(gaps), objects(links.with_own(sources)), self.as_of)
        return Truth(kleene(answers), (shown,))

    def lookup(
        self, other: "Population", on: tuple[Key, Key], column: str, *, within: Within = "region", label: str = ""
    ) -> Column:
        """The cell `column` of the one member of `other` whose key equals ours: absent where there is none and the other
        population is complete there, a gap where it is not, or where several members match."""
        links, theirs = _Links(self, other, on, within), other[column]

        @lru_cache(ANSWERED)
        def found(wanted: _Wanted) -> tuple[Any, Gap | None, tuple[str, ...]]:
            matched, maybe, gap = links.of(wanted)
            sources = links.sources(wanted, matched, None, theirs)
            if len(matched) == 1 and not maybe:
                return theirs._values[matched[0]], theirs._gaps[matched[0]], sources
            several = Gap("", "", other.spec.name, "unreadable", f"{len(matched)} members match") if matched else None
            return None, several or gap or links.gap_of(maybe, None), sources

        rows = [found(links.wanted(row)) for row in range(len(self))]
        values, gaps, sources = zip(*rows, strict=True) if rows else ((), (), ())
        label = label or f"{other.spec.noun} {theirs.label}"
        shown = objects(values), objects(gaps), objects(links.with_own(sources))
        return Column(f"{other.spec.name}.{column}", label, *shown, self.as_of)


def _counted(matched: list[str], counting: list[str], all_count: bool) -> str:
    """ "none", "2: a, b", "1 of 2: a" or "none of 2: a, b": which members were found, the first few by name."""
    if not matched:
        return "none"
    named = counting or matched
    said = few(named, _NAMED)
    if all_count:
        return f"{len(matched):,}: {said}"
    return f"{len(counting):,} of {len(matched):,}: {said}" if counting else f"none of {len(matched):,}: {said}"


class _Wanted(NamedTuple):
    """What a member refers to: where it is looked for, and by which keys; None where it has none, and why where that was not read."""

    account: str
    region: str
    keys: tuple[str, ...] | None
    gap: Gap | None = None


class _Links:
    """Which members of another population each member refers to, by equal keys in the place that `within` names."""

    def __init__(self, left: Population, right: Population, on: tuple[Key, Key] | None, within: Within) -> None:
        if within == "accounts" and not right.across:
            raise ValueError(
                f"{left.spec.name} looks up {right.spec.name} in all accounts: the requirement must name it in `across`, for an "
                "account that is judged alone sees only what is named there of the others"
            )
        self.left, self.right, self.within = left, right, within
        self.key = _key(left, on[0]) if on else None
        self.theirs = _key(right, on[1]) if on else None
        self.by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.unread_keys: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, member in enumerate(right.members):
            place = self._place(member)
            if self.theirs is not None and self.theirs._gaps[row] is not None:
                self.unread_keys[place].append(row)
            for value in self._keys(row):
                self.by_key[(*place, value)].append(row)

    def _place(self, near: Member | _Wanted) -> tuple[str, ...]:
        return {
            "region": (near.account, near.region),
            "account": (near.account,),
            "accounts": (near.region,),
        }[self.within]

    def _keys(self, row: int) -> Iterator[str]:
        value = "" if self.theirs is None else self.theirs._values[row]
        if isinstance(value, (list, tuple)):
            yield from dict.fromkeys(str(v) for v in value)
        elif value is not None:
            yield str(value)

    def wanted(self, row: int) -> _Wanted:
        member = self.left.members[row]
        value = "" if self.key is None else self.key._values[row]
        if value is None:
            assert self.key is not None  # without a key the value is a text
            return _Wanted(member.account, member.region, None, self.key._gaps[row])
        keys = dict.fromkeys(str(v) for v in (value if isinstance(value, (list, tuple)) else (value,)))
        return _Wanted(member.account, member.region, tuple(keys))

    def of(self, wanted: _Wanted) -> tuple[list[int], list[int], Gap | None]:
        """Rows that match, rows that may (their key is unread), and why there may be others that nobody saw."""
        if wanted.keys is None:
            assert self.key is not None  # only a key may be absent
            found_by = f"the {self.right.spec.noun} is found by it"
            return [], [], wanted.gap or Gap(wanted.account, wanted.region, self.key.label, "not set", found_by)
        place = self._place(wanted)
        matched = list(dict.fromkeys(r for key in wanted.keys for r in self.by_key.get((*place, key), ())))
        return matched, self.unread_keys[place], self._unseen(wanted)

    def _unseen(self, near: _Wanted) -> Gap | None:
        """Why the other population may have members here that nobody saw. A trail's home may be a Region outside the
        scope: what is not listed there is not known to be missing."""
        unread = self.right.first_unread(near.account, near.region, self.within)
        if unread is not None:
            return Gap(unread.account, unread.region, unread.call, unread.ending, unread.detail)
        ask, lists = self.right.spec.listed_by, self.right.lists
        if self.within == "account" or not isinstance(ask, Ask):
            return None
        listed = any((near.account, region) in lists for region in (near.region, GLOBAL))
        return None if listed else Gap(near.account, near.region, ask.name, "not asked")

    def gap_of(self, rows: Sequence[int], where: Truth | None) -> Gap | None:
        """The first reason why one of these rows of the other population is unknown."""
        columns = (*(where.reads if where is not None else ()), *((self.theirs,) if self.theirs is not None else ()))
        for row in rows:
            for column in columns:
                if column._gaps[row] is not None:
                    gap: Gap = column._gaps[row]
                    return gap
        absent = next((column.label for row in rows for column in columns if column._values[row] is None), "a field")
        return Gap("", "", self.right.spec.name, "unreadable", f"{absent} was not in the answer") if rows else None

    def sources(self, wanted: _Wanted, matched: Sequence[int], where: Truth | None, *more: Column) -> tuple[str, ...]:
        """The answers behind the link: the matching members' own, or the lists in which none was found."""
        found = dict[str, None]()
        for r in matched:
            found[self.right.members[r].listed] = None
            for column in (*(where.reads if where is not None else ()), *more):
                found.update(dict.fromkeys(column._sources[r]))
        if not matched:
            found.update(dict.fromkeys(id for ids in self._lists_near(wanted) for id in ids))
        return tuple(found)

    def with_own(self, sources: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Before the answers behind each member's link those that its own key was read from."""
        if self.key is None:
            return list(sources)
        return [tuple(dict.fromkeys((*own, *theirs))) for own, theirs in zip(self.key._sources, sources, strict=True)]

    @cached_property
    def _lists(self) -> Mapping[str, list[tuple[int, str, str, tuple[str, ...]]]]:
        """The other population's lists in their order, by what a member near has in common with them: its account, or its Region."""
        found: dict[str, list[tuple[int, str, str, tuple[str, ...]]]] = defaultdict(list)
        for n, ((account, region), ids) in enumerate(self.right.lists.items()):
            found[region if self.within == "accounts" else account].append((n, account, region, ids))
        return found

    def _lists_near(self, near: _Wanted) -> Iterable[tuple[str, ...]]:
        """The lists in which a member that this one refers to would stand; of other accounts not more than LISTS_CITED."""
        if self.within != "accounts":
            lists = self._lists.get(near.account, ())
            return [ids for _, _, region, ids in lists if self.within == "account" or region in (near.region, GLOBAL)]
        places = [self._lists.get(region, ()) for region in dict.fromkeys((near.region, GLOBAL))]
        others = (entry for entry in heapq.merge(*places) if entry[1] != near.account)
        own = (entry for place in places for entry in place if entry[1] == near.account)
        return [ids for *_, ids in sorted((*own, *islice(others, LISTS_CITED)))]


def _key(population: Population, key: Key) -> Column:
    column = population[key] if isinstance(key, str) else key
    if len(column) != len(population):
        raise ValueError(
            f"a key of {len(column)} cells is not made of {population.spec.name}, which has {len(population)} members"
        )
    return column


@dataclass(frozen=True)
class Populations:
    """The populations of one run, or of one account of it, by name. `shared`: of an account, what it may look up in all others."""

    by_name: Mapping[str, Population]
    shared: Mapping[str, Population] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Population:
        if name not in self.by_name:
            raise KeyError(f"no population {name!r} was read; there are {', '.join(sorted(self.by_name))}")
        return self.by_name[name]

    def across(self, name: str) -> Population:
        """The population in all accounts, to be looked up in."""
        return replace(self.shared[name] if name in self.shared else self[name], across=True)
