"""Columns and truths of the same population seen together: one cell compared with another, several demands told as one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from evidence.populations.cells import UNREADABLE, Column, Gap, Truth, objects


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


def elsewhere(arns: Iterable[str], own: str) -> list[str]:
    """The ARNs that are not of the Region and account of the ARN `own`. What is no ARN raises ValueError: it lies nowhere."""
    return [arn for arn in arns if _place(arn) != _place(own)]


def _place(arn: str) -> tuple[str, str]:
    _, _, _, region, account, _ = arn.split(":", 5)
    return region, account


def all_hold(parts: Mapping[str, Truth], *, yes: str, no: str) -> Truth:
    """Whether every part holds, told in one sentence: which parts do not (after `no`), or that all do (after `yes`)."""
    truths = list(parts.values())
    answers = truths[0]
    for truth in truths[1:]:
        answers = answers & truth
    listed = {name: truth.listed() for name, truth in parts.items()}
    values, gaps, sources = [], [], []
    for row, holds in enumerate(answers.listed()):
        failing = [name for name, found in listed.items() if found[row] is False]
        values.append(None if holds is None else (f"{yes}: {', '.join(listed)}" if holds else f"{no}: {', '.join(failing)}",))
        gaps.append(_first_gap([truth for truth in truths if truth.listed()[row] is None], row) if holds is None else None)
        sources.append(tuple(dict.fromkeys(s for truth in truths for read in truth.reads for s in read._sources[row])))
    as_of = truths[0].reads[0]._as_of
    return Truth(answers.answers, (Column(no, no, objects(values), objects(gaps), objects(sources), as_of, _notes=True),))


def _first_gap(unknown: list[Truth], row: int) -> Gap:
    gaps = (read._gaps[row] for truth in unknown for read in truth.reads if read._gaps[row] is not None)
    return next(gaps, Gap("", "", "the answer", "unreadable", "a field is absent"))
