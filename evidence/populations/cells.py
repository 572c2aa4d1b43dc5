"""The three-valued heart: a column of cells, and what may be asked of it.

A cell is a value, *absent* (the call answered, the field was not there) or a *gap* (it could not be read). A question
about a column gives a `Truth`: for each member yes, no, or unknown (Kleene's strong three-valued logic, as pandas'
nullable booleans implement it). Nothing here turns a gap into yes or no; `absent_means` fills absent cells only.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Objects = np.ndarray[Any, Any]
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What a reader of strange input raises; each becomes a gap, never a judgement."""


@dataclass(frozen=True)
class Gap:
    """Why a cell could not be read: which call, in which account and Region, and how it ended.

    `ending` is one of the eight endings of a call, "not asked", "unreadable" (it came, in a shape we cannot read), or "not set"
    (`call` is the field that would name another resource, and was left out).
    """

    account: str
    region: str
    call: str
    ending: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.call} {self.ending}" + (f" ({self.detail})" if self.detail else "")


def objects(values: Iterable[Any]) -> Objects:
    """A one-dimensional array of Python objects, lists and tuples kept whole."""
    return np.fromiter(values, dtype=object)


@dataclass(frozen=True, eq=False)
class Column:
    """One typed cell per member. Only the questions below can be asked; there is no way to the raw values.

    `_values` holds Python values, None where absent or gap; `_gaps` a Gap or None; `_sources` tuples of evidence ids; `_meant`
    True where the value was not in the answer: it is what AWS documents for leaving it out.
    """

    name: str
    label: str
    _values: Objects
    _gaps: Objects
    _sources: Objects
    _as_of: dt.datetime
    _notes: bool = False
    _meant: Objects | None = None

    def absent_means(self, value: Any, *, source: str) -> "Column":
        """Reads an absent cell as `value`, AWS's documented meaning of leaving the field out; `source` is AWS's page.
        A gap stays a gap."""
        if not source.startswith("https://docs.aws.amazon.com/"):
            raise ValueError(f"{self.name}: absent_means needs the AWS page that documents the default")
        absent = objects(v is None and g is None for v, g in zip(self._values, self._gaps, strict=True))
        filled = objects(value if a else v for a, v in zip(absent, self._values, strict=True))
        return replace(self, _values=filled, _meant=absent if self._meant is None else absent | self._meant)

    def present(self) -> "Truth":
        """Yes where there is a value, no where the field was absent."""
        answers = [None if g is not None else v is not None for v, g in zip(self._values, self._gaps, strict=True)]
        return Truth(kleene(answers), (self,))

    # Comparisons. An absent cell answers "unknown", and so does a value of another type.
    def __eq__(self, other: object) -> "Truth":  # type: ignore[override]
        return self._ask(lambda v: _alike(v, other) and v == other)

    def __ne__(self, other: object) -> "Truth":  # type: ignore[override]
        return self._ask(lambda v: _alike(v, other) and v != other)

    def __ge__(self, other: Any) -> "Truth":
        return self._ask(lambda v: v >= other)

    def __le__(self, other: Any) -> "Truth":
        return self._ask(lambda v: v <= other)

    def __gt__(self, other: Any) -> "Truth":
        return self._ask(lambda v: v > other)

    def __lt__(self, other: Any) -> "Truth":
        return self._ask(lambda v: v < other)

    __hash__ = object.__hash__

    def is_in(self, values: Collection[Any]) -> "Truth":
        return self._ask(lambda v: v in values)

    def is_true(self) -> "Truth":
        return self._ask(lambda v: _alike(v, True) and v)

    def matches(self, pattern: str) -> "Truth":
        """Whether the regular expression is found anywhere in the text."""
        found = re.compile(pattern)
        return self._ask(lambda v: found.search(v) is not None)

    def within(self, *, days: float) -> "Truth":
        """Whether the instant lies at most `days` before the run's end (an instant after it does too)."""
        return self._ask(lambda v: self._as_of - v <= dt.timedelta(days=days))

    def beyond(self, *, days: float) -> "Truth":
        """Whether the instant lies more than `days` after the run's end."""
        return self._ask(lambda v: v - self._as_of > dt.timedelta(days=days))

    def each(self, test: Callable[[Any], bool]) -> "Truth":
        """Whether every entry of the list passes. An empty list answers "unknown": say `free_of` where nothing is fine."""
        return self._ask(lambda v: all([bool(test(e)) for e in _list(v)]) if v else None)

    def some(self, test: Callable[[Any], bool]) -> "Truth":
        """Whether at least one entry of the list passes; an empty list has none."""
        return self._ask(lambda v: any([bool(test(e)) for e in _list(v)]))

    def count(self) -> "Column":
        """How many different entries the list holds, as a number column."""
        return self.compute(lambda v: len({repr(e) for e in _list(v)}), label=f"number of {self.label}")

    def free_of(self, find: Callable[[Any], Iterable[str]]) -> "Truth":
        """Yes where `find(value)` finds nothing wrong. What it finds, short sentences, is what a report shows."""
        found = replace(self.compute(lambda v: tuple(find(v))), _notes=True)
        return found._ask(lambda notes: not notes)

    def compute(self, function: Callable[[Any], Any], *, label: str = "") -> "Column":
        """A column of `function(value)` (None: absent). A value that it cannot read becomes a gap; absent and gap cells
        stay what they are."""
        values, gaps = [], []
        for value, gap in zip(self._values.tolist(), self._gaps.tolist(), strict=True):
            try:
                values.append(None if value is None else function(value))
                gaps.append(gap)
            except UNREADABLE as error:
                values.append(None)
                gaps.append(Gap("", "", self.label, "unreadable", f"{type(error).__name__}: {error}"))
        return replace(self, label=label or self.label, _values=objects(values), _gaps=objects(gaps))

    def _ask(self, test: Callable[[Any], bool | None]) -> "Truth":
        asked = self.compute(test)
        return Truth(kleene(asked._values), (replace(self, _gaps=asked._gaps),))

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self.name} is a column and has no single truth value; combine questions with & | ~")

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self.name} is a column: ask it a question; raw values are not for requirements")

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, eq=False)
class Truth:
    """Yes, no or unknown for each member, and the columns that were read to say so."""

    answers: "pd.Series[Any] | Objects"
    reads: tuple[Column, ...] = ()

    def __and__(self, other: "Truth") -> "Truth":
        return self._with(other, self.answers & other.answers)

    def __or__(self, other: "Truth") -> "Truth":
        return self._with(other, self.answers | other.answers)

    def __invert__(self) -> "Truth":
        return Truth(~self.answers, self.reads)

    def listed(self) -> list[bool | None]:
        """The answers as Python values, None where unknown."""
        if isinstance(self.answers, np.ndarray):
            return []
        answers: list[bool | None] = self.answers.array.to_numpy(dtype=object, na_value=None).tolist()
        return answers

    def _with(self, other: "Truth", answers: "pd.Series[Any] | Objects") -> "Truth":
        return Truth(answers, self.reads + tuple(r for r in other.reads if not any(r is mine for mine in self.reads)))

    def __bool__(self) -> NoReturn:
        raise TypeError("a Truth has one answer per member; combine with & | ~ instead of and, or, not")

    def __len__(self) -> int:
        return len(self.answers)


def kleene(answers: Sequence[bool | None] | Objects) -> "pd.Series[Any] | Objects":
    """Yes, no and None (unknown) as pandas' nullable booleans, whose & | ~ are Kleene's; of nobody an empty array."""
    yes = np.array([bool(a) for a in answers], dtype=bool)
    if not len(yes):  # `needs` judges nobody to see what is read: half a second and 75 MiB that a collection does without
        return yes
    import pandas as pd

    unknown = np.array([a is None for a in answers], dtype=bool)
    return pd.Series(pd.arrays.BooleanArray(yes, unknown))


def _alike(value: Any, other: object) -> bool:
    numbers = (int, float)
    if isinstance(value, bool) or isinstance(other, bool):
        same = isinstance(value, bool) and isinstance(other, bool)
    else:
        same = isinstance(value, type(other)) or (isinstance(value, numbers) and isinstance(other, numbers))
    if not same:
        raise TypeError(f"{value!r} is no {type(other).__name__}")
    return True


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{value!r} is no list")
    return value
