"""How a process is set that asks with many threads."""

import ctypes
import gc
from functools import cache

_COLLECTED_AT = 50_000, 20, 100
"""Objects made since the last look for cycles, looks at the young and at those that outlived one: Python's 700, 10 and 10 are for less."""
_M_ARENA_MAX = -8
"""mallopt(3), of the GNU C library."""


@cache
def prepare() -> None:
    """Fewer looks for cycles, since parsed answers and service models have none; and one heap for all threads. The C library gives each
    thread its own, which keeps what the thread has let go; Python lets one thread run at a time, so none waits for the one heap."""
    gc.set_threshold(*_COLLECTED_AT)
    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
    except (OSError, AttributeError, TypeError):  # another C library
        return
