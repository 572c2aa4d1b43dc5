"""Counts a population a second time from what AWS knows of many kinds at once: AWS Config, Resource Explorer, the tagging API.

These sources are behind the list, never ahead of it: they confirm a list, or show where it and they differ. They never make a list
incomplete, and never whole (docs/decisions/second-sources.md).
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from evidence.populations.answers import Answers
from evidence.populations.corroborate import listed_at
from evidence.populations.population import Member, Population, Second, Unread
from evidence.run.answer import GLOBAL
from evidence.run.scope import Account
from evidence.services.second import INDEXED, NAMED, RECORDED, REGIONS, SOURCES, TAGGED, VIEWS, Named, made_column

Place = tuple[str, str]
"""Account and Region."""
JUST_MADE = dt.timedelta(days=1)
"""How young a member is that a source may not know yet."""
PLACES_NAMED = 3
"""Accounts and Regions named where a reason is the same for many."""
_HOME = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-northwest-1"}
"""The Region that holds what belongs to none, by partition."""
_EVERYWHERE = "AWS::IAM::"
"""Types without a Region that AWS Config records in every Region where it is told to."""


@dataclass(frozen=True)
class _Silent:
    """Why a source says nothing of a kind in a Region. `settled`: it said all that it will; False where a call was denied, throttled,
    cut off or not made."""

    why: str
    settled: bool = True


@dataclass(frozen=True)
class _Said:
    """What a source says of a place: {what it has in common with a member of ours: (name, what is known of it)}."""

    names: Mapping[str, tuple[str, str]]
    settled: bool = True


class _Source:
    """One of the sources. `whole`: it claims to name every resource of the kinds it knows."""

    population: str
    called: str
    limits: str
    whole = True

    def __init__(self, others: Mapping[str, Population]) -> None:
        self.others = others
        self.rows: dict[Place, list[int]] = {}
        for row, member in enumerate(others[self.population].members if self.population in others else ()):
            self.rows.setdefault((member.account, member.region), []).append(row)

    def said(self, account: Account, region: str, named: Named, listed: dt.datetime | None) -> _Said | _Silent:
        """What it says of the account's Region; of what belongs to no Region, all Regions together in which it would be told."""
        places = [r for r in account.asked if self.tells_of_none(account, r, named)] if region == GLOBAL else [region]
        silent = {r: said for r in places if (said := self.silent(account, r, named)) is not None}
        settled = all(said.settled for said in silent.values())
        read = [r for r in places if r not in silent]
        if not read:
            worst = sorted(silent.values(), key=lambda said: said.settled)
            return _Silent(worst[0].why if worst else f"{self.called} tells of it in a Region that is not in scope", settled)
        return _Said({key: said for r in read for key, said in self.names(account, r, region, named, listed)}, settled)

    def tells_of_none(self, account: Account, region: str, named: Named) -> bool:
        """Whether it tells in this Region of what belongs to none."""
        return region == _HOME.get(account.partition)

    def silent(self, account: Account, region: str, named: Named) -> _Silent | None:
        """Why it says nothing of this kind in the Region; None where it was read."""
        if not named.arn:
            return _Silent(f"{self.called} does not tell this kind from others")
        return self.unread(self.population, account, region)

    def unread(self, name: str, account: Account, region: str) -> _Silent | None:
        population = self.others.get(name)
        unread = population.first_unread(account.id, region, "region") if population is not None else None
        if unread is not None:
            return _Silent(_lost(unread), settled=False)
        if population is None or (account.id, region) not in population.lists:
            return _Silent(f"{self.called} was not asked", settled=False)
        return None

    def names(
        self, account: Account, asked: str, region: str, named: Named, listed: dt.datetime | None
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        source = self.others[self.population]
        for row in self.rows.get((account.id, asked), ()):
            key, shown = self.key(source, row, account, region, named)
            if key:
                yield key, (shown, self.known(source, row, listed))

    def key(self, source: Population, row: int, account: Account, region: str, named: Named) -> tuple[str, str]:
        """What the row and a member of ours have in common, and its name; "" where it is of another kind, account or Region."""
        arn = source["named"]._values[row]
        return _key_of(arn, named.arn, account.id), str(arn)

    def known(self, source: Population, row: int, listed: dt.datetime | None) -> str:
        return ""


class _Recorded(_Source):
    population, called = RECORDED, "AWS Config"
    limits = "AWS Config names what its recorder saw: the last minutes may be missing, and a record may outlive its resource."

    def tells_of_none(self, account: Account, region: str, named: Named) -> bool:
        return named.config.startswith(_EVERYWHERE) or super().tells_of_none(account, region, named)

    def silent(self, account: Account, region: str, named: Named) -> _Silent | None:
        if not named.config:
            return _Silent("AWS Config records no such type")
        return self.unread(self.population, account, region) or self._unrecorded(account, region, named)

    def _unrecorded(self, account: Account, region: str, named: Named) -> _Silent | None:
        regions = self.others.get(REGIONS)
        for row, member in enumerate(regions.members if regions is not None else ()):
            if regions is None or (member.account, member.region) != (account.id, region):
                continue
            recording, left_out = regions["recording"], regions["not_recorded"]
            gap = recording._gaps[row] or left_out._gaps[row]
            if gap is not None:
                return _Silent(f"what AWS Config records is not known: {gap}", settled=False)
            if recording._values[row] is None:
                return _Silent("AWS Config has no recorder")
            if recording._values[row] is False:
                return _Silent("AWS Config's recorder is stopped")
            return _Silent("AWS Config does not record this type") if named.config in (left_out._values[row] or ()) else None
        return _Silent("what AWS Config records is not known", settled=False)

    def key(self, source: Population, row: int, account: Account, region: str, named: Named) -> tuple[str, str]:
        if source["kind"]._values[row] != named.config:
            return "", ""
        if named.by == "id":
            name = str(source["resource"]._values[row] or "")
            return name, name
        arn = source["named"]._values[row]
        return _key_of(arn, named.arn or ".+", account.id), str(arn)

    def known(self, source: Population, row: int, listed: dt.datetime | None) -> str:
        made, seen = source["made"]._values[row], source["seen"]._values[row]
        if made is not None and listed is not None and made > listed:
            return f"made {_at(made)}, after the list was read"
        return f"last recorded by AWS Config {_at(seen)}" if seen is not None else ""


class _Indexed(_Source):
    population, called = INDEXED, "Resource Explorer"
    limits = "Resource Explorer's index can be more than a day behind, and a view of it may leave resources out."

    def silent(self, account: Account, region: str, named: Named) -> _Silent | None:
        missing = self.unread(VIEWS, account, region)
        if missing is not None:
            return missing
        if not any((m.account, m.region) == (account.id, region) for m in self.others[VIEWS].members):
            return _Silent("Resource Explorer has no view")
        return super().silent(account, region, named)

    def key(self, source: Population, row: int, account: Account, region: str, named: Named) -> tuple[str, str]:
        owner, lies_in = source["owner"]._values[row], source["lies_in"]._values[row]
        elsewhere = region != GLOBAL and lies_in not in (None, region)
        return ("", "") if elsewhere or owner not in (None, account.id) else super().key(source, row, account, region, named)

    def known(self, source: Population, row: int, listed: dt.datetime | None) -> str:
        seen = source["seen"]._values[row]
        return f"last reported to Resource Explorer {_at(seen)}" if seen is not None else ""


class _Tagged(_Source):
    population, called, whole = TAGGED, "the tagging API", False
    limits = "The tagging API names only what has tags, or had: what is only in the list is counted, not itemised."


_BEST_FIRST: Sequence[type[_Source]] = (_Recorded, _Indexed, _Tagged)


class Recount:
    """The sources of one run, each read once for all populations."""

    def __init__(self, others: Mapping[str, Population], answers: Answers) -> None:
        self.answers = answers
        self.asked = any(name in others for name in SOURCES)
        self.sources = [kind(others) for kind in _BEST_FIRST] if self.asked else []

    def of(self, population: Population, left_out: Callable[[], Collection[Member]]) -> Population:
        """The population with what a second source says of it: in each account and Region the best that could be read. `left_out`
        gives what the list names and is no member (what is being deleted, or another's kind)."""
        named = NAMED.get(population.spec.name)
        if named is None or not self.asked:
            return population
        left_out = cache(left_out)
        counts = [self._count(population, named, place, left_out) for place in _places(population, self.answers)]
        used = [count for count in counts if count.source is not None]
        differ = any(count.differs for count in used)
        sure = bool(counts) and population.complete and all(count.confirms for count in counts)
        return replace(
            population,
            corroborated=False if differ else True if sure else None,
            second=_second(used),
            uncounted=_uncounted(c for c in counts if c.source is None),
        )

    def _count(self, population: Population, named: Named, place: Place, left_out: Callable[[], Collection[Member]]) -> "_Count":
        """The place as the best source counts it that has anything to say of it."""
        account, region = self.answers.accounts[place[0]], place[1]
        listed = listed_at(self.answers, population.spec, *place)
        lost = population.first_unread(*place, "region")
        why, settled = [], True
        for source in self.sources:
            said = source.said(account, region, named, listed)
            settled = settled and said.settled
            if isinstance(said, _Silent):
                why.append(said.why)
                continue
            by_id = named.by == "id" and isinstance(source, _Recorded)
            ours = {_own_key(m, by_id): m for m in (*population.members, *population.gone) if (m.account, m.region) == place}
            theirs = dict(said.names)
            if theirs.keys() - ours.keys():
                for key in {_own_key(m, by_id) for m in left_out() if (m.account, m.region) == place}:
                    theirs.pop(key, None)
            if not theirs and (ours or not source.whole):
                why.append(f"{source.called} names none" + (" of those listed" if ours else ""))
                continue
            made = _just_made(population, ours, listed)
            return _Count(place, source, ours, theirs, settled, _lost(lost) if lost else "", made)
        return _Count(place, None, {}, {}, False, "; ".join(why), {})


@dataclass(frozen=True)
class _Count:
    """Both counts of a place, by what the two have in common. `why` of a place that was counted: why its own list is not whole."""

    place: Place
    source: _Source | None
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
    sources = list(dict.fromkeys(kind.population for kind in _BEST_FIRST for c in counts if isinstance(c.source, kind)))
    limits = list(dict.fromkeys(kind.limits for kind in _BEST_FIRST for c in counts if isinstance(c.source, kind)))
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
    return tuple(
        f"{', '.join(found[:PLACES_NAMED])}{f' and {len(found) - PLACES_NAMED:,} more' * (len(found) > PLACES_NAMED)}: {why}"
        for why, found in sorted(places.items())
    )


def _places(population: Population, answers: Answers) -> list[Place]:
    """Where the population is counted: where it was listed; of a list for the whole account, the Regions in which members lie."""
    out: dict[Place, None] = {}
    for account, region in population.lists:
        spread = region == GLOBAL and population.spec.region is not None
        out.update(dict.fromkeys((account, r) for r in (answers.accounts[account].asked if spread else (region,))))
    return sorted(out)


def _just_made(population: Population, ours: Mapping[str, Member], listed: dt.datetime | None) -> dict[str, str]:
    column = made_column(population.spec)
    if not column or column not in population.cells or listed is None:
        return {}
    made = dict(zip(population.members, population[column]._values, strict=True))
    young = {key: made.get(member) for key, member in ours.items()}
    return {
        key: f"made {_at(when)}, less than a day before it was listed"
        for key, when in young.items()
        if when is not None and listed - JUST_MADE <= when <= listed
    }


def _own_key(member: Member, by_id: bool) -> str:
    return member.id if by_id else _key_of(member.arn, ".*", "") or member.id


def _key_of(arn: Any, pattern: str, account: str) -> str:
    """ "service:resource" of an ARN that is of the kind, "" of any other. Its account is left empty by some services, and told by others
    of the same resource; one of another account is none of ours."""
    parts = str(arn or "").split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or (account and parts[4] not in ("", account)):
        return ""
    key = f"{parts[2]}:{parts[5].removesuffix(':*')}"
    return key if re.fullmatch(pattern, key, re.DOTALL) else ""


def _lost(unread: Unread) -> str:
    return f"{unread.call} {unread.ending}"


def _at(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
