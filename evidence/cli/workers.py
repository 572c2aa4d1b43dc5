"""Where a command's units of work run: this process, so many of this machine, or the workers of a Dask cluster."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer

from evidence.attended import attend, end
from evidence.cluster import connected, gone
from evidence.errors import EvidenceError

T = TypeVar("T")

UNITS = 32
"""Units of work of one process, which then makes way for a new one: what printing leaves behind in memory goes with it."""
Workers = Annotated[
    int,
    typer.Option("--workers", min=0, help="So many processes at the same time, an account each (default: this process alone)."),
]


@contextmanager
def executor(workers: int, todo: str, scheduler: str = "") -> Iterator[Executor]:
    """An executor of so many processes, of a cluster's workers, or of this one. Raises EvidenceError, which says `todo`, where a worker
    was ended from outside, or the user stopped it: nothing further is begun then."""
    if scheduler:
        with connected(scheduler) as client, _seen_to_its_end(_Cluster(client), gone(), todo) as pool:
            yield pool
        return
    here: Executor = (
        ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=attend, max_tasks_per_child=UNITS)
        if workers
        else ThreadPoolExecutor(1, thread_name_prefix="account")
    )
    with _seen_to_its_end(here, (BrokenProcessPool,), todo) as pool:
        yield pool


@contextmanager
def _seen_to_its_end(pool: Executor, died: tuple[type[Exception], ...], todo: str) -> Iterator[Executor]:
    try:
        yield pool
    except died as error:
        raise EvidenceError("A worker was ended from outside, as happens where memory runs out.", todo) from error
    except KeyboardInterrupt as error:
        end(pool)  # what they were making is not worth waiting for
        raise EvidenceError("It was stopped.", todo) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Cluster(Executor):
    """A cluster's executor, whose workers have what is installed here, or refuse: the same inputs are to give the same bytes."""

    def __init__(self, client: Any) -> None:
        from evidence.pack.build import made_with  # with all that a pack needs, as its workers need it

        self._pool: Executor = client.get_executor(pure=False, retries=0)
        self._here = made_with()

    def submit(self, work: Callable[..., T], /, *given: Any, **named: Any) -> Future[T]:
        return self._pool.submit(_alike, self._here, work, *given, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait=wait and not cancel_futures)  # Dask's knows no other word for it than not to wait


def _alike(expected: Mapping[str, str], work: Callable[..., T], *given: Any, **named: Any) -> T:
    """Does the work where this worker has the same versions as whoever asked for it."""
    from evidence.pack.build import made_with

    own = made_with()
    other = {name: (version, own.get(name, "none")) for name, version in expected.items()}
    differs = [f"{name} {there} and not {here}" for name, (here, there) in other.items() if here != there]
    if differs:
        raise EvidenceError(f"A worker has {', '.join(differs)}.", "Install the same versions on every worker.")
    return work(*given, **named)
