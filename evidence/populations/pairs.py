"""Two columns of the same population seen together: what a requirement needs to compare one cell with another."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from evidence.populations.cells import UNREADABLE, Column, Gap, objects


def paired(left: Column, right: Column, function: Callable[[Any, Any], Any], *, label: str) -> Column:
    """A column of `function(left, right)`: a gap where either cell is one (or the function cannot read them), absent
    where either is absent."""
    values, gaps, sources = [], [], []
    rows = zip(left._values, left._gaps, left._sources, right._values, right._gaps, right._sources, strict=True)
    for mine, my_gap, my_sources, theirs, their_gap, their_sources in rows:
        gap = my_gap if my_gap is not None else their_gap
        value = None
        if gap is None and mine is not None and theirs is not None:
            try:
                value = function(mine, theirs)
            except UNREADABLE as error:
                gap = Gap("", "", label, "unreadable", f"{type(error).__name__}: {error}")
        values.append(value)
        gaps.append(gap)
        sources.append(tuple(dict.fromkeys((*my_sources, *their_sources))))
    return replace(left, name=label, label=label, _values=objects(values), _gaps=objects(gaps), _sources=objects(sources))
