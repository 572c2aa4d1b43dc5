"""All asks of one account: lists, then the calls about what they list, many at once but never too many in one place."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from evidence.aws.ask import Asker, Keeper, Page
from evidence.aws.board import Board, Task
from evidence.aws.budget import Budget, Spent
from evidence.aws.wall import NotKept
from evidence.run.answer import Answer, Call
from evidence.run.scope import Account
from evidence.services.declare import Ask, PopulationSpec

CONCURRENCY = 32
FRESH = dt.timedelta(hours=12)
"""How old an answer may be that a resumed run keeps: ages are counted from the run's end, and the shortest that is judged is a day."""
LISTENS = 0.5
"""Seconds after which somebody who waits looks whether to stop."""
SETTLED = frozenset({"answered", "absent", "gone", "unsupported"})
"""Endings that asking again would not change."""


def is_fresh(answer: Answer, now: dt.datetime) -> bool:
    """Whether the answer is young enough to be judged as of a run that ends about now; one nobody noted the time of is not."""
    return bool(answer.ended) and now - dt.datetime.fromisoformat(answer.ended) <= FRESH


class Stop(Protocol):
    """An event of threads or of processes: somebody wants the collection to end."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True)
class Progress:
    """How far the collection of an account is: `known` grows while lists arrive. `reused` of those done stood already; `done_in` and
    `known_in` are by service, and go on changing once whoever was told has returned."""

    account: str
    done: int
    known: int
    answer: Answer | None = None
    reused: int = 0
    done_in: Mapping[str, int] = field(default_factory=dict)
    known_in: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Collected:
    """What came of it: calls by ending, calls whose kept answer still stands, calls that a replayed run never made, and calls not made
    since the budget was spent (what lists among them would have named is not even known)."""

    endings: Counter[str] = field(default_factory=Counter)
    reused: int = 0
    not_kept: int = 0
    unasked: int = 0


def collect_account(
    account: Account,
    asks: Iterable[Ask],
    populations: Mapping[str, PopulationSpec],
    asker: Asker,
    keeper: Keeper,
    *,
    already: Callable[[Call], Answer | None] | None = None,
    retry_denied: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    concurrency: int = CONCURRENCY,
    per_lane: int | None = None,
    budget: Budget | None = None,
    stop: Stop | None = None,
) -> Collected:
    """Makes every call of `asks` in one account and keeps every answer. An error stays with its own call.

    With `already` a collection is resumed: what it finds settled is not asked again. Ctrl-C, and `stop` in a thread that Ctrl-C does
    not reach, let the calls under way end and be kept, then raise KeyboardInterrupt. `on_progress` is called by one thread at a time,
    and once more at the end where kept answers stood. `per_lane` bounds the calls at once to one service in one Region, by default as
    the asker's pacer has it. No request is made beyond the `budget`: a call that would need one has no answer, which readers take for
    "not asked", and a resumed collection asks it."""
    if account.ending != "answered":
        return Collected()

    def settled(call: Call) -> Answer | None:
        answer = already(call) if already is not None else None
        stands = answer is not None and (answer.ending in SETTLED or (answer.ending == "denied" and not retry_denied))
        return answer if stands else None

    lane = asker.pacer.per_lane if per_lane is None else per_lane
    board = Board(account, asks, populations, settled, min(lane, concurrency))
    return _Crew(board, asker, keeper, on_progress, budget, stop or threading.Event()).run(concurrency)


class _Crew:
    """Threads that take calls from one board until nothing is left."""

    def __init__(
        self,
        board: Board,
        asker: Asker,
        keeper: Keeper,
        on_progress: Callable[[Progress], None] | None,
        budget: Budget | None,
        told: Stop,
    ) -> None:
        self.board, self.asker, self.keeper, self.on_progress = board, asker, keeper, on_progress
        self.budget, self.told = budget, told
        self.out = Collected()
        self.turn = threading.Condition()
        self.stop = False
        self.crash: BaseException | None = None

    def run(self, size: int) -> Collected:
        threads = [threading.Thread(target=self._work, name=f"ask-{n}", daemon=True) for n in range(size)]
        try:
            for thread in threads:
                thread.start()
            with self.turn:
                while not self.turn.wait_for(lambda: self.stop or self.board.finished, timeout=LISTENS):
                    if self.told.is_set():
                        raise KeyboardInterrupt
        finally:
            with self.turn:
                self.stop = True
                self.turn.notify_all()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        if self.crash is not None:
            raise self.crash
        self.out.reused = self.board.reused
        if self.board.reused:
            self._tell(None)  # what stood already may be all there was
        return self.out

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                answer = self._ask(task)
                if answer is not None:
                    self.keeper.keep(answer)
                with self.turn:
                    pushed = self.board.pushed
                    self.board.done(task, answer)
                    self._count(answer)
                    self._wake(1 + self.board.pushed - pushed)
        except BaseException as error:  # the run cannot be kept (disk full): all stop, and the caller gets to know
            with self.turn:
                self.crash = self.crash or error
                self.stop = True
                self.turn.notify_all()

    def _next(self) -> Task | None:
        with self.turn:
            while not self.stop:
                task = self.board.take()
                if task is not None:
                    return task
                if self.board.finished:
                    self.turn.notify_all()
                    return None
                self.turn.wait()
            return None

    def _ask(self, task: Task) -> Answer | None:
        def on_page(page: Page) -> None:
            with self.turn:
                pushed = self.board.pushed
                self.board.page(task, page)
                self._wake(self.board.pushed - pushed)

        if self.budget is not None and self.budget.spent:
            return None
        stop, since = task.ask.enough, self.board.account.since
        enough = None if stop is None else lambda page: stop(page, since)
        try:
            return self.asker.ask(task.ask, task.call, on_page=on_page, enough=enough, budget=self.budget)
        except (NotKept, Spent):
            return None
        except Exception as error:  # a fault of ours in one call is that call's ending, and the rest goes on
            return Answer(task.call, "failed", (), type(error).__name__, str(error))

    def _count(self, answer: Answer | None) -> None:
        if answer is None and self.asker.recorded is None:
            self.out.unasked += 1
        elif answer is None:
            self.out.not_kept += 1
        else:
            self.out.endings[answer.ending] += 1
        self._tell(answer)

    def _tell(self, answer: Answer | None) -> None:
        if self.on_progress is not None:
            board = self.board
            done = self.out.endings.total() + self.out.not_kept + self.out.unasked + board.reused
            self.on_progress(Progress(board.account.id, done, board.known, answer, board.reused, board.done_in, board.known_in))

    def _wake(self, count: int) -> None:
        if self.board.finished:
            self.turn.notify_all()
        elif count > 0:
            self.turn.notify(count)
