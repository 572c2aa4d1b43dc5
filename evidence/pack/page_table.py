"""Values once, by number: how the page's data say each repeated text a single time."""

from collections.abc import Hashable, Iterable
from typing import Any


class Table:
    """Values once, by number, in the order of their first use."""

    def __init__(self) -> None:
        self.known: dict[Hashable, int] = {}

    def at(self, value: Hashable) -> int:
        return self.known.setdefault(value, len(self.known))

    def all(self, values: Iterable[Hashable]) -> list[int]:
        return [self.at(v) for v in values]

    @property
    def values(self) -> list[Any]:
        return list(self.known)
