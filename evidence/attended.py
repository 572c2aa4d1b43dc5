"""Processes that work for another one: how each begins, and how all are ended at once."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor

_MOMENT = 0.1
"""Seconds from one look for children to the next."""


def end(pool: Executor) -> None:
    """Shuts down a pool whose work nobody waits for any more, and kills this process's children until it is: a pool may be beginning
    one in the place of another, which would wait for ever for a lock that a killed one held."""
    closing = threading.Thread(target=pool.shutdown, kwargs={"cancel_futures": True}, name="closing", daemon=True)
    closing.start()
    while closing.is_alive():
        for child in multiprocessing.active_children():
            child.kill()
        closing.join(_MOMENT)


def attend() -> None:
    """Begins a worker: the head alone hears Ctrl-C, and says what becomes of the work; a worker whose head was killed ends at once, since
    nobody is left to tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
