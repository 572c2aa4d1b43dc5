"""What a process keeps to that another one has work for it."""

import multiprocessing
import os
import signal
import threading

_MOMENT = 0.2
"""Seconds within which a process that was killed is gone."""


def end_children() -> None:
    """Ends the processes of this one whose work nobody waits for any more. Again until none is left: a pool may be beginning one in the
    place of another, and what waits for a lock that a killed one held would wait for ever."""
    while children := multiprocessing.active_children():
        for child in children:
            child.kill()
        for child in children:
            child.join(_MOMENT)


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
