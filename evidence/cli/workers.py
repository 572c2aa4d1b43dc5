"""Where a command's units of work run: this process, or so many of this machine."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Annotated

import typer

from evidence.attended import attend
from evidence.errors import EvidenceError

UNITS = 32
"""Units of work of one process, which then makes way for a new one: what printing leaves behind in memory goes with it."""
Workers = Annotated[
    int,
    typer.Option("--workers", min=0, help="So many processes at the same time, an account each (default: this process alone)."),
]


@contextmanager
def executor(workers: int, todo: str) -> Iterator[Executor]:
    """An executor of so many processes; of 0, of this one. Raises EvidenceError, which says `todo`, where a process was ended from
    outside, or the user stopped it: nothing further is begun then."""
    pool: Executor = (
        ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=attend, max_tasks_per_child=UNITS)
        if workers
        else ThreadPoolExecutor(1, thread_name_prefix="account")
    )
    try:
        yield pool
    except BrokenProcessPool as error:
        raise EvidenceError("A worker was ended from outside, as happens where memory runs out.", todo) from error
    except KeyboardInterrupt as error:
        for child in multiprocessing.active_children():  # what they were making is not worth waiting for
            child.kill()
        raise EvidenceError("It was stopped.", todo) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
