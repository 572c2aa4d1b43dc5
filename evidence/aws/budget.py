"""A budget of requests: what is beyond it is not asked, and nothing is made up in its place."""

import threading


class Spent(Exception):
    """The budget is spent: the request was not made. What the call had brought until then is let go with it."""


class Budget:
    """At most so many HTTP requests, those that are made again among them. Safe to share between threads.

    Workers share no memory, so that each gets a part of its own (`parts`): what one does not need, another cannot have."""

    def __init__(self, requests: int) -> None:
        self.left = requests
        self._lock = threading.Lock()

    @property
    def spent(self) -> bool:
        return self.left <= 0

    def spend(self) -> None:
        """Takes one request. Raises Spent where none is left."""
        with self._lock:
            if self.left <= 0:
                raise Spent
            self.left -= 1


def parts(requests: int, units: int) -> list[int]:
    """A budget as whole numbers for so many units of work: they differ by one at most, and their sum is the budget."""
    each, over = divmod(requests, max(units, 1))
    return [each + (number < over) for number in range(units)]
