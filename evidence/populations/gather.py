"""What all related members say, brought together: the cells of every member of another population that a key leads to."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from evidence.populations.cells import Column, Gap, objects
from evidence.populations.population import ANSWERED, Key, Population, Within, _key, _Links, _Wanted


def gather(
    left: Population, other: Population, on: tuple[Key, Key], column: Key, *, every: bool = False, within: Within = "region"
) -> Column:
    """For each member of `left`: the cells `column` of all members of `other` whose key equals ours, as a list; cells that are
    absent are left out. Empty where there is no such member and `other` is complete there.

    A gap where one of these cells, or a key, or the list of `other` could not be read; with `every` also where one of our keys
    leads to nobody, or a cell is absent, for what holds of the members found would be said of one that nobody saw."""
    links, theirs = _Links(left, other, on, within), _key(other, column)

    @lru_cache(ANSWERED)
    def found(wanted: _Wanted) -> tuple[list[Any] | None, Gap | None, tuple[str, ...]]:
        matched, maybe, gap = links.of(wanted)
        unread = next((theirs._gaps[r] for r in matched if theirs._gaps[r] is not None), None)
        gap = unread or gap or links.gap_of(maybe, None)
        if gap is None and every:
            place = links._place(wanted)
            missing = [f"{key} is not in the list" for key in wanted.keys or () if not links.by_key.get((*place, key))]
            missing += [f"{other.members[r].id} tells nothing of it" for r in matched if theirs._values[r] is None]
            gap = Gap("", "", other.spec.name, "unreadable", missing[0]) if missing else None
        values = None if gap else [theirs._values[r] for r in matched if theirs._values[r] is not None]
        return values, gap, links.sources(wanted, matched, None, theirs)

    rows = [found(links.wanted(row)) for row in range(len(left))]
    values, gaps, sources = zip(*rows, strict=True) if rows else ((), (), ())
    own = objects(links.with_own(sources))
    return replace(theirs, _values=objects(values), _gaps=objects(gaps), _sources=own, _meant=None)
