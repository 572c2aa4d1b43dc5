"""What a process keeps to that another one has work for it."""

import multiprocessing
import os
import signal
import threading


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
