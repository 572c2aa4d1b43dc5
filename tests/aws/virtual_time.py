"""Time that passes only while every thread sleeps: what threads do with a clock, without waiting and without luck."""

import threading
from collections.abc import Callable, Iterable


class VirtualTime:
    """Its `clock` and `sleep` are for the threads that `run` starts; the earliest sleeper wakes when all sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self._turn = threading.Condition()
        self._awake = 0
        self._waking: list[tuple[float, int]] = []
        self._number = 0

    def clock(self) -> float:
        with self._turn:
            return self.now

    def sleep(self, seconds: float) -> None:
        with self._turn:
            self._number += 1
            mine = (self.now + seconds, self._number)
            self._waking.append(mine)
            self._awake -= 1
            self._advance()
            assert self._turn.wait_for(lambda: mine not in self._waking, timeout=30), "nothing wakes this thread"

    def run(self, works: Iterable[Callable[[], None]]) -> None:
        threads = [threading.Thread(target=self._work, args=(work,), daemon=True) for work in works]
        self._awake = len(threads)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "a thread never got its turn"

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._turn:
                self._awake -= 1
                self._advance()

    def _advance(self) -> None:
        if self._awake == 0 and self._waking:
            first = min(self._waking)
            self._waking.remove(first)
            self.now = max(self.now, first[0])
            self._awake += 1
            self._turn.notify_all()
