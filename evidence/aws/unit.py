"""The unit of work: one account, entered and asked on whichever worker it falls to, kept straight into the run."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from evidence import __version__
from evidence.aws.ask import Asker
from evidence.aws.budget import Budget
from evidence.aws.collect import CONCURRENCY, Stop, collect_account, is_fresh
from evidence.aws.observers import Watch, Watched
from evidence.aws.pace import Pacer
from evidence.aws.process import prepare
from evidence.aws.redact import Redactor, known_key
from evidence.aws.replay import recorded, replay_session
from evidence.aws.scope import ASKS, enter_account
from evidence.aws.session import Session, Settings, open_session
from evidence.errors import EvidenceError
from evidence.run.answer import Answer
from evidence.run.ends import Ends
from evidence.run.run import Run, now
from evidence.run.scope import Account
from evidence.services import populations
from evidence.services.declare import Ask
from evidence.services.plan import asks_for

EXTERNAL_ID = "EVIDENCE_EXTERNAL_ID"
"""Where a worker finds the external id that nobody sent it."""


UNWATCHED = Watch("", every=0)


@dataclass(frozen=True)
class Unit:
    """What a worker needs to know of one account. It can be pickled, and holds no credentials: a worker has its own, and assumes the
    account's role by them.

    run          where the run lies
    account      the account as it was named: its role, and the time asked about besides the present
    regions      those named; empty for every one that is switched on
    columns      {population: columns} to be filled
    key          file of the redaction key, on the worker; empty for one that nobody knows
    key_sha256   of that key: a worker that has another one refuses the unit
    external_id  empty where the worker is to find it in its environment
    share        of AWS's request limits, None where they are not shared out
    budget       how many requests may be made, None for as many as it takes
    began        when the collection began or went on (UTC, ISO 8601): what is kept since then was paid for out of the budget
    replay       where the kept run lies that answers instead of AWS; empty for AWS itself
    watch        who is told how far it is
    tool         the version that made the unit: a worker of another one refuses it
    """

    run: str
    account: Account
    settings: Settings
    columns: Mapping[str, tuple[str, ...]]
    regions: tuple[str, ...] = ()
    key: str = ""
    key_sha256: str = ""
    external_id: str = field(default="", repr=False)
    retry_denied: bool = False
    concurrency: int = CONCURRENCY
    share: float | None = None
    budget: int | None = None
    began: str = ""
    replay: str = ""
    watch: Watch = UNWATCHED
    tool: str = __version__

    def asks(self) -> tuple[Ask, ...]:
        return asks_for(self.columns, populations())


@dataclass(frozen=True)
class Settled:
    """What came of a unit, small: the account as it was found, and sums.

    entered      whether there is anything to ask: an account of a kept run always counts as entered
    turned_away  the answers of an account that could not be entered: they are kept once another one was
    lost         who could not be told any more how far it is, and why
    ends         where the account's segments end, how its calls ended and what was redacted in it
    """

    account: Account
    entered: bool = True
    note: str = ""
    refused: EvidenceError | None = None
    turned_away: tuple[Answer, ...] = ()
    ends: Ends = field(default_factory=Ends)
    reused: int = 0
    lost: Mapping[str, str] = field(default_factory=dict)


def collect_unit(unit: Unit, session: Session | None = None, stop: Stop | None = None) -> Settled:
    """Enters the account and makes every call that is not answered yet. What is kept before is gone on with, so a unit that was cut off
    anywhere can be begun again.

    `session` is ours, where the worker is a thread of the process that has it. Raises EvidenceError where the answers cannot be kept,
    and KeyboardInterrupt where it was told to stop."""
    if unit.tool != __version__:
        raise EvidenceError(
            f"A worker has version {__version__} of this tool, the collection was begun with {unit.tool}.",
            "Install the same version on every worker.",
        )
    prepare()
    run = Run.open(unit.run)
    with run.store.hold(f"answers/{unit.account.id}"):
        if unit.replay:
            return _replayed(unit, run)
        redactor = Redactor(known_key(Path(unit.key), unit.key_sha256) if unit.key else None)
        with unit.watch.account(run.store, unit.account) as watched:
            found = _entered(unit, session or _own(unit.settings), redactor)
            for answer in found.answers:
                watched.answered(answer)
            settled = _asked(unit, run, found, redactor, watched, stop)
        return replace(settled, lost=watched.lost)


@dataclass
class _Found:
    """An account that was entered, or not, and what it answered."""

    account: Account
    session: Session
    asker: Asker
    answers: list[Answer]
    note: str
    refused: EvidenceError | None


@cache
def _own(settings: Settings) -> Session:
    """This worker's own session, by which it enters every account that falls to it."""
    return open_session(settings)


def _entered(unit: Unit, own: Session, redactor: Redactor) -> _Found:
    external_id = unit.external_id or os.environ.get(EXTERNAL_ID, "")
    if unit.account.external_id and not external_id:
        raise EvidenceError(
            "A worker does not know the external id by which accounts are entered, and it is sent to none.",
            f"Set {EXTERNAL_ID} in the environment of every worker.",
        )
    own.partition = unit.account.partition
    sessions: dict[str, Session] = {}
    asker = Asker(sessions.__getitem__, redactor, pacer=Pacer(unit.share))
    entry = enter_account(unit.account, own, asker, unit.regions, external_id if unit.account.external_id else "")
    sessions[unit.account.id] = entry.session
    return _Found(entry.account, entry.session, asker, entry.answers, entry.note, entry.refused)


def _asked(
    unit: Unit,
    run: Run,
    found: _Found,
    redactor: Redactor,
    watched: Watched,
    stop: Stop | None,
) -> Settled:
    if found.account.shut:
        turned = tuple(found.answers)
        watched.refused(found.note)
        return Settled(found.account, False, found.note, found.refused, turned)
    kept_before = list(run.answers(account=unit.account.id))
    for answer in found.answers:
        run.keep(answer)
    watched.entered(found.account)
    try:
        collected = collect_account(
            found.account,
            unit.asks(),
            populations(),
            found.asker,
            run,
            already=recorded([*(a for a in kept_before if is_fresh(a, now())), *found.answers]),
            retry_denied=unit.retry_denied,
            concurrency=unit.concurrency,
            on_progress=watched,
            budget=_budget(unit, kept_before),
            stop=stop,
        )
    finally:
        run.flush()
        if found.account.role:  # our own is used on
            found.session.close()
    ends = run.ends(unit.account.id)
    account = replace(found.account, unasked=collected.unasked)
    return Settled(account, True, found.note, None, (), ends, collected.reused)


def _budget(unit: Unit, kept: Iterable[Answer]) -> Budget | None:
    """What is left of the unit's budget where it was begun before and its worker died. What it did not come to keep is not known."""
    if unit.budget is None:
        return None
    entering = {ask.name for ask in ASKS}
    made = sum(len(a.attempts) for a in kept if a.call.name not in entering and unit.began and a.started >= unit.began)
    return Budget(unit.budget - made)


def _replayed(unit: Unit, run: Run) -> Settled:
    """The account as the kept run has it, entered by the same answers; calls are made one after the other, so that they are kept in the
    same order every time."""
    was = list(Run.open(unit.replay).answers(account=unit.account.id))
    session = replay_session(unit.account.partition)
    asker = Asker(lambda account: session, Redactor(b"\0" * 32), recorded=recorded(was))
    kept_before = list(run.answers(account=unit.account.id))
    found = again(unit.account.seen, was, asker)
    for answer in found:
        run.keep(answer)
    account = replace(unit.account, seen=tuple(a.id for a in found))
    try:
        collect_account(
            account, unit.asks(), populations(), asker, run, already=recorded([*kept_before, *found]), concurrency=1
        )  # fmt: skip
    finally:
        run.flush()
    return Settled(account, ends=run.ends(account.id))


def again(ids: Iterable[str], answers: Iterable[Answer], asker: Asker) -> list[Answer]:
    """The answers with these evidence ids, by which a scope was found, asked of the kept run once more."""
    calls = {answer.id: answer.call for answer in answers}
    known = {ask.name: ask for ask in ASKS}
    return [asker.ask(known[calls[id].name], calls[id]) for id in ids]
