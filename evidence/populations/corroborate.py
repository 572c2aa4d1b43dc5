"""Counts a population a second time from another source, and says what only one of the two has."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from evidence.populations.answers import Answers
from evidence.populations.population import Population, Second, Unread
from evidence.services.calls import call_of
from evidence.services.declare import Ask, Corroboration, PopulationSpec


def corroborated(population: Population, others: Mapping[str, Population], answers: Answers) -> Population:
    """Compares a population with its second source, account by account and Region by Region. A filtered list counts as
    complete only where that source was read and names nobody else. Who went away meanwhile was listed, or was gone before: only a list
    that was read to its end says who is gone."""
    rule = population.spec.corroborated_by
    unread, gone, agreed = list(population.unread), list(population.gone), True
    counted: list[tuple[tuple[str, str], Set[str], Set[str]]] = []
    listing = population.spec.listed_by.name if isinstance(population.spec.listed_by, Ask) else population.spec.name
    other = others[rule.population] if rule else None
    for account, region in population.lists:
        if rule is None or other is None:
            agreed = False
            unread.append(Unread(account, region, listing, "filtered", "no second source"))
            continue
        missing = next((u for u in other.unread if (u.account, u.region) == (account, region)), None)
        if missing is not None:
            agreed = False
            if population.spec.filtered:
                unread.append(replace(missing, detail=f"needed to confirm {listing}"))
        whole = not any((u.account, u.region) == (account, region) for u in population.unread)
        known = (*population.members, *population.gone)
        ours = {m.id for m in known if (m.account, m.region) == (account, region)}
        theirs = _implied(rule, other, account, region)
        if missing is None:
            counted.append(((account, region), ours, theirs.keys()))
        for name, row in sorted(theirs.items()):
            if name in ours:
                continue
            if (
                whole
                and rule.made
                and _is_before(other[rule.made]._values[row], listed_at(answers, population.spec, account, region))
            ):
                gone.append(other.members[row])
                ours.add(name)  # counted by both: it was there when the second source was written
                continue
            agreed = False
            unread.append(Unread(account, region, listing, "filtered", f"{name} is in {other.spec.name} but was not listed"))
    if rule is None:
        return replace(population, unread=tuple(unread))
    population = replace(population, gone=tuple(gone), comparable=bool(population.lists))
    disagreed = any(u.ending == "filtered" for u in unread)
    verdict = True if agreed and population.lists else False if disagreed else None
    return replace(population, unread=tuple(unread), corroborated=verdict, second=_second(rule, counted))


def _second(rule: Corroboration, counted: Iterable[tuple[tuple[str, str], Set[str], Set[str]]]) -> Second | None:
    """Both counts over the places where both were read; None where there was none."""
    places = list(counted)
    if not places:
        return None
    ours, theirs, both = (
        sum(len(side) for side in sides)
        for sides in zip(*((ours, theirs, ours & theirs) for _, ours, theirs in places), strict=True)
    )
    return Second(
        rule.population, rule.limits, ours, theirs, both,
        only_ours=_itemised((place, ours - theirs) for place, ours, theirs in places),
        only_theirs=_itemised((place, theirs - ours) for place, ours, theirs in places),
    )  # fmt: skip


def _itemised(only: Iterable[tuple[tuple[str, str], Set[str]]]) -> tuple[str, ...]:
    return tuple(sorted(f"{account}/{region}/{name}" for (account, region), names in only for name in names))


def _implied(rule: Corroboration, other: Population, account: str, region: str) -> dict[str, int]:
    """The identities that the second source names, and in which of its rows."""
    found: dict[str, int] = {}
    for row, (member, value) in enumerate(zip(other.members, other[rule.column]._values, strict=True)):
        match = re.search(rule.pattern, value) if value and (member.account, member.region) == (account, region) else None
        if match:
            found.setdefault(match[1], row)
    return found


def listed_at(answers: Answers, spec: PopulationSpec, account: str, region: str) -> dt.datetime | None:
    """When the members were asked for, None where nobody noted it."""
    if not isinstance(spec.listed_by, Ask) or spec.listed_by.each is not None:
        return None
    answer = answers.find(call_of(spec.listed_by, answers.accounts[account], region))
    return dt.datetime.fromisoformat(answer.started) if answer is not None and answer.started else None


def _is_before(made: dt.datetime | None, listed: dt.datetime | None) -> bool:
    return made is not None and listed is not None and made < listed
