"""What a unit of work says of itself while it works, kept beside the answers, and what follows from all of it for the run.

`status/<account>.json` is replaced whole every few seconds. It is no evidence: no pack holds it, nothing is judged by it, and a run
without it is as good as one with it.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Literal, get_args

import orjson

from evidence.run.run import STATUS, Run, RunFacts, stamp
from evidence.run.scope import Account
from evidence.run.store import Store

State = Literal["could not be entered", "not heard of", "cut short", "asking", "entering", "waiting", "done"]
STATES: tuple[str, ...] = get_args(State)
"""The worst first, the best last."""
SETTLED = frozenset({"done", "could not be entered"})
"""States that nothing more comes after, unless somebody begins the account again."""
AT_WORK = frozenset({"entering", "asking"})
MISSED = 5
"""So many intervals without a word, and a unit at work counts as not heard of: its worker may be dead."""
NOT_MADE, KEPT = "not made", "kept"
"""Beside the endings: calls that were passed over (a replayed run never made them); answers of a finished account that said nothing."""
_STANDSTILL = 0.001
"""Calls per second; what is slower stands still, for all that can be said of when it ends."""
_NAME = re.compile(rf"{STATUS}\d{{12}}\.json", re.ASCII)


@dataclass(frozen=True)
class AccountStatus:
    """One account, as whoever works on it sees it. `done` = the sum of `endings` + `reused`, and is never above `known`, which grows
    while lists arrive.

    endings     calls made in this attempt, by how they ended; what was asked to enter the account is not among them
    reused      calls whose kept answer still stands
    services    {service: (done, known)}
    throttled   HTTP requests that AWS refused for their number, those included that were made again and answered
    rate        calls that ended per second, over the last two minutes at most
    started     when the attempt began; `updated` when this was written; `last` when a call last ended (UTC, ISO 8601, or empty)
    every       seconds from one update to the next
    worker      the process id of whoever works on it
    error       the last thing that went wrong, in a sentence
    """

    account: str
    name: str = ""
    state: State = "waiting"
    done: int = 0
    known: int = 0
    reused: int = 0
    endings: Mapping[str, int] = field(default_factory=dict)
    services: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    throttled: int = 0
    rate: float = 0.0
    started: str = ""
    updated: str = ""
    last: str = ""
    every: float = 0.0
    worker: int = 0
    error: str = ""

    @property
    def left(self) -> int:
        return max(self.known - self.done, 0)

    def to_json(self) -> bytes:
        return orjson.dumps(vars(self), option=orjson.OPT_SORT_KEYS) + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> "AccountStatus | None":
        """None where it is none that can be read: another version's, or half of one."""
        try:
            raw = orjson.loads(data)
            known = {f.name for f in fields(cls)}
            services = {name: _pair(int(done), int(all_)) for name, (done, all_) in raw.get("services", {}).items()}
            said = cls(**{**{k: v for k, v in raw.items() if k in known}, "services": services})
            moments = [dt.datetime.fromisoformat(m) for m in (said.started, said.updated, said.last) if m]
            sound = (
                said.state in STATES and all(m.tzinfo for m in moments) and min(said.done, said.known - said.done, said.rate) >= 0
            )
            return said if sound else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


@lru_cache(4096)  # of a thousand accounts most have the same few numbers
def _pair(done: int, known: int) -> tuple[int, int]:
    return done, known


def keep_status(store: Store, status: AccountStatus) -> None:
    store.replace(f"{STATUS}{status.account}.json", status.to_json())


@dataclass(frozen=True)
class Eta:
    """How long it may still take: seconds, None where that cannot be said, and what it was reckoned from."""

    seconds: float | None
    basis: str


@dataclass(frozen=True)
class RunStatus:
    """A run as its accounts say, as of `now`.

    state     "finished", "under way", "not heard of", "cut short", "not begun", or "not closed": all is asked, run.json has no end yet
    heard     when any account was last heard of (UTC, ISO 8601), empty where none was
    expected  calls that an account may have of which nothing is known yet
    basis     where that number is from
    calls     of a finished run, how many calls ended in which way, as run.json counts them
    """

    id: str
    where: str
    state: str
    now: str
    started: str
    ended: str
    accounts: tuple[AccountStatus, ...]
    heard: str = ""
    expected: Mapping[str, float] = field(default_factory=dict)
    basis: str = ""
    calls: Mapping[str, int] = field(default_factory=dict)

    @property
    def states(self) -> dict[str, int]:
        """How many accounts are in which state, the worst first."""
        counted = Counter(a.state for a in self.accounts)
        return {state: counted[state] for state in STATES if counted[state]}  # type: ignore[index]

    @property
    def done(self) -> int:
        return sum(a.done for a in self.accounts)

    @property
    def known(self) -> int:
        return sum(a.known for a in self.accounts)

    @property
    def reused(self) -> int:
        return sum(a.reused for a in self.accounts)

    @property
    def throttled(self) -> int:
        return sum(a.throttled for a in self.accounts)

    @property
    def endings(self) -> dict[str, int]:
        return dict(sum((Counter(a.endings) for a in self.accounts), Counter()))

    @property
    def services(self) -> dict[str, tuple[int, int]]:
        done: Counter[str] = Counter()
        known: Counter[str] = Counter()
        for account in self.accounts:
            for name, (one, all_) in account.services.items():
                done[name] += one
                known[name] += all_
        return {name: (done[name], known[name]) for name in sorted(known)}

    @property
    def rate(self) -> float:
        """Calls that end per second now, in all accounts at work that are heard of."""
        return sum(a.rate for a in self.accounts if a.state in AT_WORK)

    @property
    def eta(self) -> Eta:
        """What is left by the pace of now; and no less than the slowest account needs by its own."""
        open_ = [a for a in self.accounts if a.state not in SETTLED]
        left = sum(max(self.expected.get(a.account, 0.0) - a.done, a.left, 0.0) for a in open_)
        if not open_ or self.state == "finished":
            return Eta(0.0, "nothing is left to ask")
        if self.state != "under way" or self.rate < _STANDSTILL:
            return Eta(None, "no call has ended lately")
        slowest = max((a.left / a.rate for a in open_ if a.state in AT_WORK and a.rate >= _STANDSTILL), default=0.0)
        return Eta(max(left / self.rate, slowest), self.basis)

    def to_json(self) -> dict[str, Any]:
        eta = self.eta
        return {
            "run": self.id, "where": self.where, "state": self.state, "now": self.now, "started": self.started, "ended": self.ended,
            "heard": self.heard, "states": self.states, "done": self.done, "known": self.known, "reused": self.reused,
            "endings": self.endings, "calls": dict(self.calls), "throttled": self.throttled, "calls_per_second": round(self.rate, 2),
            "eta_seconds": None if eta.seconds is None else round(eta.seconds), "eta_basis": eta.basis,
            "services": {name: {"done": done, "known": known} for name, (done, known) in self.services.items()},
            "accounts": [vars(a) for a in self.accounts],
        }  # fmt: skip


class StatusReader:
    """Reads a run's status again and again: what an account said last is not fetched anew once it is settled.

    `earlier` is a run of the same accounts that came to its end: what it kept of an account is what the account is expected to need."""

    def __init__(self, run: Run, earlier: RunFacts | None = None) -> None:
        self.run, self.before = run, kept_lines(earlier) if earlier is not None else {}
        self._settled: dict[str, AccountStatus] = {}

    def read(self, now: dt.datetime) -> RunStatus:
        facts = RunFacts.from_json(self.run.store.read("run.json"), f"{self.run.where}/run.json")
        said = {} if facts.ended and not self._any() else self._said()
        kept = kept_lines(facts)
        wanted = [a for a in facts.scope.accounts if a.status == "in scope"]
        accounts = [_as_of(account, said.get(account.id), facts, kept, now) for account in wanted]
        listed = {a.id for a in wanted}
        accounts += [_heard(status, now) for id, status in sorted(said.items()) if id not in listed and not facts.ended]
        return _run_status(self.run.where, facts, tuple(accounts), self.before, now)

    def _any(self) -> bool:
        return next(iter(self.run.store.names("status")), None) is not None

    def _said(self) -> dict[str, AccountStatus]:
        names = [name for name in self.run.store.names("status") if _NAME.fullmatch(name)]
        each = getattr(self.run.store, "each", map)  # several at once, where the store is far away
        return {found.account: found for found in each(self._of, names) if found is not None}

    def _of(self, name: str) -> AccountStatus | None:
        account = name.removeprefix(STATUS).removesuffix(".json")
        if account in self._settled:
            return self._settled[account]
        try:
            found = AccountStatus.from_json(self.run.store.read(name))
        except FileNotFoundError:
            return None
        if found is not None and found.state == "done":
            self._settled[account] = found
        return found if found is not None and found.account == account else None


def read_status(run: Run, now: dt.datetime, earlier: RunFacts | None = None) -> RunStatus:
    """The status of a run under way, cut short or finished. Raises EvidenceError where its run.json cannot be read."""
    return StatusReader(run, earlier).read(now)


def kept_lines(facts: RunFacts) -> dict[str, Counter[str]]:
    """{account: {service: answers that were kept}} of a finished run; nothing of one that is not."""
    out: dict[str, Counter[str]] = {}
    for name, end in facts.segments.items():
        _, account, _, file = name.split("/")
        out.setdefault(account, Counter())[file.partition(".")[0]] += int(end["lines"])
    return out


def _as_of(
    account: Account, said: AccountStatus | None, facts: RunFacts, kept: Mapping[str, Counter[str]], now: dt.datetime
) -> AccountStatus:
    """What an account said last, in the light of whether it is still heard of and whether the run came to its end."""
    if not facts.ended:
        status = _heard(said, now) if said is not None else AccountStatus(account.id)
        return replace(status, name=status.name or account.name)
    state: State = "could not be entered" if account.shut else "done"
    if said is not None:
        return replace(said, name=account.name or said.name, state=said.state if said.state == "cut short" else state, rate=0.0)
    lines = kept.get(account.id, Counter())
    services = {name: (number, number) for name, number in sorted(lines.items())}
    return AccountStatus(account.id, account.name, state, lines.total(), lines.total(), 0, {KEPT: lines.total()}, services)


def _heard(status: AccountStatus, now: dt.datetime) -> AccountStatus:
    """The status, "not heard of" where its unit is at work and has not said so for several intervals."""
    if status.state not in AT_WORK or not status.updated:
        return status
    return (
        replace(status, state="not heard of", rate=0.0) if _age(status.updated, now) > MISSED * max(status.every, 1.0) else status
    )


def _run_status(
    where: str, facts: RunFacts, accounts: tuple[AccountStatus, ...], before: Mapping[str, Counter[str]], now: dt.datetime
) -> RunStatus:
    expected, basis = _expected(accounts, before)
    heard = max((a.updated for a in accounts), default="")
    return RunStatus(
        facts.id, where, _state(facts, accounts, now), stamp(now), facts.started, facts.ended, accounts, heard, expected, basis, facts.calls,
    )  # fmt: skip


def _state(facts: RunFacts, accounts: Iterable[AccountStatus], now: dt.datetime) -> str:
    states = {a.state for a in accounts}
    if facts.ended:
        return "finished"
    if states & AT_WORK:
        return "under way"
    if not any(a.updated for a in accounts):
        return "not begun"
    if states <= SETTLED:
        return "not closed"
    lately = {a.state for a in accounts if a.updated and _age(a.updated, now) <= MISSED * max(a.every, 1.0)}
    if "cut short" in lately:
        return "cut short"  # whoever has one cut short begins no other
    if lately and "waiting" in states:
        return "under way"  # one has just ended, and the next has not said a word yet
    return "not heard of" if "not heard of" in states or "waiting" in states else "cut short"


def _age(moment: str, now: dt.datetime) -> float:
    return (now - dt.datetime.fromisoformat(moment)).total_seconds()  # negative where clocks differ: then it is young


def _expected(accounts: Iterable[AccountStatus], before: Mapping[str, Counter[str]]) -> tuple[dict[str, float], str]:
    """How many calls each account may need of which nobody knows yet, and where that is from.

    Of an account that is at work its own lists say most; an earlier run says what they have not yet brought."""
    accounts = tuple(accounts)
    ended = [a.known for a in accounts if a.state == "done"]
    begun = ended or [a.known for a in accounts if a.known]
    mean = sum(begun) / len(begun) if begun else 0.0
    waiting = [a for a in accounts if a.state not in SETTLED and not a.known]
    if before:
        typical = sum(c.total() for c in before.values()) / len(before)
        open_ = [a for a in accounts if a.state not in SETTLED]
        new = sum(a.account not in before for a in open_)
        expected = {a.account: float(before[a.account].total()) if a.account in before else typical for a in open_}
        return expected, "from what an earlier run asked of the same accounts" + (f" ({new} are new: its mean)" if new else "")
    expected = {a.account: mean for a in waiting}
    if not waiting:
        return expected, "from what lists have brought so far"
    of = f"the mean of {len(begun)} accounts that are done" if ended else "the mean of those begun"
    return expected, f"from what lists have brought so far; for {len(waiting)} accounts that wait, {of}"
