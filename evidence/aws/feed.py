"""The members of one population listed in one place, waiting for their own calls."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evidence.run.answer import GLOBAL, merged
from evidence.run.scope import Account
from evidence.services.calls import needed, with_parent
from evidence.services.declare import Item, PopulationSpec
from evidence.services.path import Absent, WrongShape, walk

AHEAD = 32
"""How many members of one feed are under way or ready at once; the others wait where their list's page left them."""


@dataclass
class Chain:
    """The calls of one member (or one list, or one single call), made one after the other in the plan's order; `step` is
    the next one. `values` holds the answers that decide whether later steps apply."""

    order: tuple[int, ...]
    asks: tuple[int, ...]
    region: str
    item: Item | None = None
    feed: "Feed | None" = None
    step: int = 0
    values: dict[int, Any] = field(default_factory=dict)


class Feed:
    """Gives one member after the other, so that what is held is what is pending."""

    def __init__(self, number: int, spec: PopulationSpec, asks: tuple[int, ...], account: Account, region: str) -> None:
        self.number, self.spec, self.asks, self.account, self.region = number, spec, asks, account, region
        self.waiting = 0
        self.under_way = 0
        self.closed = False
        self._batches: deque[Iterator[Item]] = deque()
        self._given = 0

    def page(self, page: Mapping[str, Any], parent: Item | None = None) -> int:
        """Takes the members of a page of the list (asked for this member of another population); returns how many entries
        that were."""
        return self._take(page, parent) if self.spec.rows is None else 0

    def ended(self, pages: Iterable[Mapping[str, Any]], parent: Item | None = None) -> int:
        """A list has ended. A population that is read from the merged answer is read only now."""
        return self._take(merged(pages), parent) if self.spec.rows is not None else 0

    def add(self, entries: list[Item]) -> int:
        self._batches.append(iter(entries))
        self.waiting += len(entries)
        return len(entries)

    def _take(self, value: Mapping[str, Any], parent: Item | None) -> int:
        """What cannot be read has no members here; the population's reader says so, from the same answer."""
        try:
            entries = list(self.spec.rows(dict(value)) if self.spec.rows is not None else walk(self.spec.items, value))
            return self.add(with_parent(self.spec, entries, parent))
        except Exception:  # `rows` is a service file's own code, over whatever AWS sent
            return 0

    def next(self) -> Chain | None:
        """The next member that is one, None where none is waiting now."""
        while self._batches:
            for item in self._batches[0]:
                self.waiting -= 1
                self._given += 1
                if self._counts(item):
                    return Chain((1, self.number, self._given), self.asks, self.region, item, self)
            self._batches.popleft()
        return None

    @property
    def drained(self) -> bool:
        return self.closed and not self.waiting

    def _counts(self, item: Item) -> bool:
        """Whether the entry is a member at all, and of a Region that is asked (or one whose home may be elsewhere)."""
        try:
            if self.spec.only is not None and needed(self.spec.only, item, None, self.account.since) is False:
                return False
            own = self.region if self.spec.region is None else str(walk(self.spec.region, item))
        except (Absent, WrongShape):
            return False
        return self.spec.home or own in (GLOBAL, *self.account.asked)
