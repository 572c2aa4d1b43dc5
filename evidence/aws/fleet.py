"""Units of work over threads of this process, processes of this machine, or a Dask cluster; one whose worker died is begun again."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from evidence.attended import attend
from evidence.aws.collect import Stop
from evidence.aws.session import Session
from evidence.aws.unit import Settled, Unit, collect_unit
from evidence.cluster import connected, gone
from evidence.errors import EvidenceError, few

AT_ONCE = 2
"""Accounts asked at once by one process: while one waits for AWS, the other is read."""
LIVES = 3
"""How often a unit is begun whose worker dies."""
NAMED = 5
"""Accounts that a sentence names."""


class WorkerDied(Exception):
    """The worker of a unit ended without a word: killed, out of memory, or gone from the network."""


@dataclass(frozen=True)
class Fleet:
    """Where units are worked on. `submit` begins one; its future raises WorkerDied where the worker died. `stop` has those that are
    under way end after the calls that are."""

    submit: Callable[[Unit], Future[Settled]]
    stop: Callable[[], None]


def over(fleet: Fleet, units: Sequence[Unit]) -> Iterator[Settled]:
    """What came of each unit, in the order in which they end. Raises what a unit raises, and lets no other begin then; raises
    EvidenceError, once all others are done, for units whose workers died again and again."""
    begun = {fleet.submit(unit): unit for unit in units}
    lives = dict.fromkeys((unit.account.id for unit in units), LIVES)
    lost = []
    try:
        while begun:
            for future in wait(begun, return_when=FIRST_COMPLETED).done:
                unit = begun.pop(future)
                try:
                    yield future.result()
                except WorkerDied:
                    lives[unit.account.id] -= 1
                    if lives[unit.account.id]:
                        begun[fleet.submit(unit)] = unit
                    else:
                        lost.append(unit.account.id)
    except BaseException:
        for future in begun:
            future.cancel()
        fleet.stop()
        raise
    if lost:
        raise EvidenceError(
            f"The worker that collected account {few(sorted(lost), NAMED)} died {LIVES} times, killed or out of memory.",
            "What was kept so far is whole: give workers more memory, and go on with `evidence collect --resume`.",
        )


@contextmanager
def threads(session: Session | None, at_once: int = AT_ONCE) -> Iterator[Fleet]:
    """Threads of this process, which enter accounts by our own session."""
    stop = threading.Event()
    with ThreadPoolExecutor(at_once, thread_name_prefix="account") as pool:
        yield Fleet(lambda unit: pool.submit(collect_unit, unit, session, stop), stop.set)


@contextmanager
def processes(workers: int) -> Iterator[Fleet]:
    """Processes of this machine, each with a session of its own. One that dies takes nothing of the others with it: each is a pool by
    itself, since a pool of several breaks as a whole."""
    own, pools = threading.local(), list[ProcessPoolExecutor]()
    spawn = multiprocessing.get_context("spawn")
    stopped = spawn.Event()

    def work(unit: Unit) -> Settled:
        if stopped.is_set():
            raise CancelledError
        if getattr(own, "pool", None) is None:
            own.pool = ProcessPoolExecutor(1, spawn, initializer=_listen, initargs=(stopped,))
            pools.append(own.pool)
        try:
            return own.pool.submit(_until_told, unit).result()
        except BrokenProcessPool as error:
            own.pool.shutdown(wait=False)
            own.pool = None
            if stopped.is_set():
                raise CancelledError from error
            raise WorkerDied from error

    try:
        with ThreadPoolExecutor(workers, thread_name_prefix="worker") as pool:
            yield Fleet(lambda unit: pool.submit(work, unit), stopped.set)
    finally:
        for one in pools:
            one.shutdown(wait=False, cancel_futures=True)


_TOLD: list[Stop] = []
"""In a process of `processes`: what its head has it end by."""


def _listen(stop: Stop) -> None:
    attend()
    _TOLD[:] = [stop]


def _until_told(unit: Unit) -> Settled:
    return collect_unit(unit, stop=_TOLD[0])


@contextmanager
def cluster(scheduler: str) -> Iterator[Fleet]:
    """The workers of a Dask cluster, by its scheduler's address. Raises EvidenceError where it cannot be reached."""

    def result_of(future: Future[Settled]) -> Future[Settled]:
        """The same, with a worker's death in the words of this module."""
        out: Future[Settled] = Future()

        def told(done: Future[Settled]) -> None:
            error = WorkerDied() if done.cancelled() else done.exception()
            if error is None:
                out.set_result(done.result())
            else:
                out.set_exception(WorkerDied() if isinstance(error, gone()) else error)

        future.add_done_callback(told)
        return out

    with connected(scheduler) as client:
        executor: Executor = client.get_executor(pure=False, retries=0)
        yield Fleet(
            lambda unit: result_of(executor.submit(collect_unit, unit)),
            lambda: executor.shutdown(wait=False),  # which cancels what is under way: its own reading of the word
        )
