"""Who is told while an account is asked: its status, the log, OpenTelemetry. None of them can break a collection, or slow it.

`Watch` is what a unit of work carries to wherever it is done; `Watch.account` makes of it the one object that is told:

    with watch.account(run.store, account) as watched:
        ...                                      # enter the account; watched.answered(answer) for each answer of that
        watched.refused(sentence)                # where it could not be entered, or
        watched.entered(account)
        collect_account(..., on_progress=watched)
"""

import datetime as dt
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from evidence.aws.collect import Progress
from evidence.aws.endings import is_throttled
from evidence.aws.log import AccountLog, Log
from evidence.aws.telemetry import AccountSpan, telemetry
from evidence.errors import EvidenceError
from evidence.run.answer import READ, Answer
from evidence.run.run import now as utc_now
from evidence.run.run import stamp
from evidence.run.scope import Account
from evidence.run.status import NOT_MADE, AccountStatus, State, keep_status
from evidence.run.store import Store

EVERY, EVERY_S3 = 2.0, 15.0
"""Seconds from one status to the next: in a folder, and in S3, where each is a request that costs."""
WINDOW = 120.0
"""Seconds over which the pace is taken."""


class Observer(Protocol):
    """Who is told: that the account is being entered, that it was, of every call that ended, of how far it is, and, as the last word,
    in which state it ended and with which sentence."""

    def begun(self) -> None: ...
    def entered(self, account: Account) -> None: ...
    def answered(self, answer: Answer) -> None: ...
    def progressed(self, progress: Progress) -> None: ...
    def ended(self, state: State, sentence: str) -> None: ...


def observers(*told: Observer) -> "Watched":
    """All of them as one, which is an `on_progress` of `collect_account`. One that fails is told nothing more."""
    return Watched(told)


class Watched:
    """One account being watched. `lost` says which observer could not go on, and why."""

    def __init__(self, told: tuple[Observer, ...]) -> None:
        self._told = list(told)
        self._end: tuple[State, str] | None = None
        self.lost: dict[str, str] = {}

    def __call__(self, progress: Progress) -> None:
        self._tell(lambda observer: observer.progressed(progress))
        if progress.answer is not None:
            self.answered(progress.answer)

    def begun(self) -> None:
        self._tell(lambda observer: observer.begun())

    def entered(self, account: Account) -> None:
        """The account as it was found: its Regions are known now."""
        self._tell(lambda observer: observer.entered(account))

    def answered(self, answer: Answer) -> None:
        """A call has ended: of the collection, or of entering the account (AssumeRole, GetCallerIdentity, DescribeRegions)."""
        self._tell(lambda observer: observer.answered(answer))

    def refused(self, sentence: str) -> None:
        """The account could not be entered: that is how it ends."""
        self._end = ("could not be entered", sentence)

    def end(self, state: State, sentence: str = "") -> None:
        """The last word; where the account refused us, that stays it."""
        last = self._end or (state, sentence)
        self._tell(lambda observer: observer.ended(*last))

    def _tell(self, say: Callable[[Observer], None]) -> None:
        for observer in tuple(self._told):
            try:
                say(observer)
            except Exception as error:  # whoever watches is no part of the collection
                self._told.remove(observer)
                self.lost[type(observer).__name__] = f"{type(error).__name__}: {error}"


@dataclass(frozen=True)
class Watch:
    """What a unit carries so that it can be watched; picklable.

    run          the run's id
    every        seconds between two statuses; 0 for none
    log          the file that lines are appended to, "-" for standard error, empty for none
    traceparent  the span that the account's belongs to (W3C Trace Context), empty for none
    """

    run: str
    every: float = EVERY
    log: str = ""
    traceparent: str = ""

    @contextmanager
    def account(self, store: Store, account: Account, now: Callable[[], dt.datetime] = utc_now) -> Iterator[Watched]:
        """The account's observers, for as long as somebody works on it."""
        log, lost = self._opened()
        found = telemetry()
        span = AccountSpan(found, self.run, account, self.traceparent) if found is not None else None
        told: list[Observer] = [StatusWriter(store, account, every=self.every, now=now)] if self.every else []
        if log is not None:
            told.append(AccountLog(log, self.run, account, now, trace=span.traceparent if span is not None else ""))
        if span is not None:
            told.append(span)
        watched = observers(*told)
        watched.lost |= lost
        watched.begun()
        try:
            yield watched
        except BaseException as error:
            watched.end("cut short", _why(error))
            raise
        watched.end("done")

    def check(self) -> None:
        """Raises EvidenceError where lines cannot be appended to the log: better said before the first call than left out of all."""
        if self.log:
            Log.open(self.log).close()

    def _opened(self) -> tuple[Log | None, dict[str, str]]:
        try:
            return (Log.open(self.log) if self.log else None), {}
        except EvidenceError as error:
            return None, {Log.__name__: str(error)}


class StatusWriter:
    """Keeps an account's status, from a thread of its own: what is told costs the collection a few additions, and a unit that waits
    for AWS is heard of all the same. A status that cannot be written is left out; a full disk stops the collection by its answers."""

    def __init__(self, store: Store, account: Account, *, every: float = EVERY, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._store, self._every, self._now = store, every, now
        self._status = AccountStatus(account.id, account.name, started=stamp(now()), every=every, worker=os.getpid())
        self._endings: Counter[str] = Counter()
        self._last = ""
        self._progress: Progress | None = None
        self._asked: deque[tuple[dt.datetime, int]] = deque([(now(), 0)])
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"status-{account.id}", daemon=True)

    def begun(self) -> None:
        self._set(state="entering")
        self._write()
        self._thread.start()

    def entered(self, account: Account) -> None:
        self._set(state="asking", name=account.name or self._status.name)

    def progressed(self, progress: Progress) -> None:
        with self._lock:
            self._progress = replace(progress, done_in=dict(progress.done_in), known_in=dict(progress.known_in))
            if progress.answer is not None:
                self._endings[progress.answer.ending] += 1

    def answered(self, answer: Answer) -> None:
        throttled = sum(map(is_throttled, answer.attempts))
        if throttled or answer.ending not in READ:
            error = self._status.error if answer.ending in READ else how_it_ended(answer)
            self._set(throttled=self._status.throttled + throttled, error=error)
        self._last = answer.ended or self._last

    def ended(self, state: State, sentence: str) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._set(state=state, error=sentence or self._status.error)
        self._write()

    def _set(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]

    def _work(self) -> None:
        while not self._stop.wait(self._every):
            self._write()

    def _write(self) -> None:
        try:
            keep_status(self._store, self.snapshot())
        except Exception:  # the next one may be written; the answers say whether there is room
            return

    def snapshot(self) -> AccountStatus:
        """The status as of now."""
        with self._lock:
            progress, moment = self._progress, self._now()
            if progress is not None:
                services = {name: (progress.done_in.get(name, 0), known) for name, known in progress.known_in.items() if known}
                not_made = progress.done - progress.reused - self._endings.total()
                endings = {**self._endings, **({NOT_MADE: not_made} if not_made else {})}
                self._status = replace(
                    self._status, done=progress.done, known=progress.known, reused=progress.reused,
                    endings=endings, services=services,
                )  # fmt: skip
            self._status = replace(self._status, updated=stamp(moment), last=self._last, rate=self._rate(moment))
            return self._status

    def _rate(self, moment: dt.datetime) -> float:
        """Calls made per second, over the last minutes."""
        self._asked.append((moment, self._endings.total()))
        while len(self._asked) > 2 and (moment - self._asked[1][0]).total_seconds() >= WINDOW:
            self._asked.popleft()
        (then, before), (_, after) = self._asked[0], self._asked[-1]
        seconds = (moment - then).total_seconds()
        return round((after - before) / seconds, 3) if seconds > 0 else 0.0


def _why(error: BaseException) -> str:
    """What stopped the work on an account: a sentence of ours, or the kind of error alone, since a message may quote what was asked."""
    if isinstance(error, EvidenceError):
        return str(error)
    return "stopped by hand" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}"


def how_it_ended(answer: Answer) -> str:
    """A call that brought nothing, in a sentence; AWS's own message stays out of it, since that may quote what was asked."""
    code = f" ({answer.code})" if answer.code else ""
    return f"{answer.call.name} in {answer.call.region} ended {answer.ending}{code}"
