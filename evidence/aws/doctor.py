"""Whether a collection would bring what it asks for: who we are, the clock, the accounts, their Regions, each permission.

Every finding is a sentence with an outcome: "good"; "gap": something would be missing from the run; "stop": it cannot run;
"not checked", with the reason why nobody tried.
"""

import datetime as dt
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from evidence.aws.ask import Asker
from evidence.aws.probe import Tried, probe, reach
from evidence.aws.scope import Found, described
from evidence.aws.session import Session
from evidence.errors import EvidenceError
from evidence.run.answer import GLOBAL, READ, Answer, Attempt, Call
from evidence.run.scope import Account
from evidence.services.declare import Ask, PopulationSpec
from evidence.services.sts import GET_CALLER_IDENTITY

Outcome = Literal["good", "gap", "stop", "not checked"]
SKEW = 60.0
"""Seconds by which our clock may differ from AWS's: times in a run are ours. Beyond 300 AWS refuses what we sign."""
ROOM = 1 << 30
"""Bytes that should be free where a run is kept."""
LIMITS = (
    "In each account one Region is tried in full and the others by one list. Only first pages and the first resource of each "
    "kind were asked for: another resource's own policy may still refuse, and is then a gap of its own in the run."
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `details` are the lines behind the sentence; `todo` says what to do about it."""

    about: str
    outcome: Outcome
    says: str
    todo: str = ""
    details: tuple[str, ...] = ()


class Nowhere:
    """Keeps nothing."""

    def keep(self, answer: Answer) -> None:
        pass


def exit_code(findings: Iterable[Finding]) -> int:
    """0 where all that was looked at is good, 3 where something would be a gap, 2 where it cannot run."""
    outcomes = {finding.outcome for finding in findings}
    return 2 if "stop" in outcomes else 3 if "gap" in outcomes else 0


def stopped(about: str, error: EvidenceError) -> Finding:
    return Finding(about, "stop", error.what, error.todo)


def examine(
    enter: Callable[[], Session],
    asker_of: Callable[[Mapping[str, Session]], Asker],
    find: Callable[[Session, Asker], Found],
    asks: Sequence[Ask],
    specs: Mapping[str, PopulationSpec],
) -> Iterator[Finding]:
    """Looks at AWS's side, one finding after the other, until one of them says that it cannot run. Keeps nothing.

    `enter` opens our own session, `find` finds the scope; both raise EvidenceError."""
    sessions: dict[str, Session] = {}
    asker = asker_of(sessions)
    try:
        session = enter()
    except EvidenceError as error:
        yield stopped("credentials", error)
        return
    who = asker.ask(
        GET_CALLER_IDENTITY, Call("", GLOBAL, GET_CALLER_IDENTITY.service, GET_CALLER_IDENTITY.operation), session=session
    )
    yield clock(who.attempts)
    if who.ending != "answered":
        yield Finding(
            "credentials", "stop", f"AWS did not say who we are: {who.ending} ({who.code}: {who.message}).",
            "Check that the credentials are current, and that the Region belongs to their partition (aws, aws-us-gov, aws-cn).",
        )  # fmt: skip
        return
    page = who.pages[0]
    yield Finding("credentials", "good", f"AWS knows us as {page.get('Arn')} of account {page.get('Account')}.")
    try:
        found = find(session, asker)
    except EvidenceError as error:
        yield stopped("accounts", error)
        return
    sessions.update(found.sessions)
    for account in found.accounts:
        yield _entered(account, found.notes)
        if account.id in sessions:
            yield from _permissions(account, asks, specs, asker, sessions[account.id])
            sessions[account.id].close()
    yield Finding("permissions", "not checked", LIMITS)


def clock(attempts: Sequence[Attempt]) -> Finding:
    """Our clock beside AWS's, by the Date header of an answer, whatever the answer was."""
    dated = next((a for a in reversed(attempts) if a.date), None)
    if dated is None:
        return Finding("clock", "not checked", "AWS sent no answer whose date could be compared with our clock.")
    try:
        theirs = parsedate_to_datetime(str(dated.date))
        ours = [dt.datetime.fromisoformat(moment) for moment in (dated.started, dated.ended)]
    except ValueError:
        return Finding("clock", "not checked", f"AWS's date could not be read: {dated.date}.")
    # The header has whole seconds, and was written some time between our sending and receiving.
    late = max((theirs - ours[1]).total_seconds(), (ours[0] - theirs).total_seconds() - 1, 0.0)
    if late <= SKEW:
        return Finding("clock", "good", f"Our clock agrees with AWS's to {SKEW:.0f} seconds.")
    side = "behind" if theirs > ours[1] else "ahead of"
    return Finding(
        "clock", "gap", f"Our clock is {late:,.0f} seconds {side} AWS's: the times in a run would be wrong.",
        "Set the clock by NTP. Beyond 300 seconds AWS refuses every request.",
    )  # fmt: skip


def room(out: Path) -> Finding:
    """Whether a run can be kept in the folder, which need not be there yet."""
    there = out.absolute()
    while not there.exists():
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding("disk", "stop", f"{there} cannot be written to.", "Name a folder of your own with --out.")
    free = shutil.disk_usage(there).free
    says = f"{free / ROOM:,.1f} GiB are free at {there}."
    if free < ROOM:
        return Finding("disk", "gap", says, "Free some: a run that finds no room stops, and goes on with --resume.")
    return Finding("disk", "good", says)


def _entered(account: Account, notes: Iterable[str]) -> Finding:
    if account.status != "in scope":
        return Finding("accounts", "not checked", f"{described(account)}.")
    note = next((n for n in notes if account.id in n), "")
    if account.shut:
        return Finding(
            "accounts", "gap", note or f"{described(account)}.",
            "Check the role's name, its trust policy and the external id it asks for; "
            "`evidence policy --format cloudformation` makes such a role.",
        )  # fmt: skip
    away = [region for region, status in account.regions.items() if status == "not enabled"]
    details = (f"not enabled: {', '.join(away)}",) if away else ()
    if note or not account.asked:
        return Finding("regions", "gap", note or f"{described(account)}: none of the Regions named is enabled.", "", details)
    return Finding("regions", "good", f"{described(account)}.", "", details)


def _permissions(
    account: Account, asks: Sequence[Ask], specs: Mapping[str, PopulationSpec], asker: Asker, session: Session
) -> Iterator[Finding]:
    if not account.asked:
        return
    own = session.settings.region
    here = own if own in account.asked else account.asked[0]
    tried = probe(account, asks, specs, asker, here)
    where = f"account {account.id}, {here}"
    yield from _refused(where, tried)
    yield from _elsewhere(account, tried, asker, here)
    yield from _untried(where, tried)


def _refused(where: str, tried: Sequence[Tried]) -> Iterator[Finding]:
    by_ending: dict[str, list[tuple[Ask, Answer]]] = defaultdict(list)
    for t in tried:
        if t.answer is not None:
            by_ending["read" if t.answer.ending in READ else t.answer.ending].append((t.ask, t.answer))
    made = sum(map(len, by_ending.values()))
    read = by_ending.pop("read", [])
    outcome: Outcome = "good" if len(read) == made else "gap"
    yield Finding("permissions", outcome, f"{len(read)} of {made} kinds of call were answered in {where}.")
    for ending, calls in sorted(by_ending.items()):
        lines = tuple(": ".join(filter(None, (ask.name, answer.code, answer.message))) for ask, answer in calls)
        yield Finding(
            "permissions", "gap", f"{len(calls)} ended {ending} in {where}.", _todo(ending, [a for a, _ in calls]), lines
        )


def _todo(ending: str, asks: Iterable[Ask]) -> str:
    if ending == "denied":
        actions = sorted({action for ask in asks for action in ask.actions})
        return f"Allow {', '.join(actions)}, unless the organisation's own policy refuses them."
    if ending == "unsupported":
        return "AWS does not offer them there: leave the Region out with --region, or accept the gaps."
    return "Try again; what stays is a gap of the run."


def _elsewhere(account: Account, tried: Sequence[Tried], asker: Asker, here: str) -> Iterator[Finding]:
    """The other Regions, by one list that is answered in the Region tried in full."""
    others = [region for region in account.asked if region != here]
    lists = (t.ask for t in tried if t.region == here and t.ask.each is None and t.answer and t.answer.ending == "answered")
    ask = next(lists, None)
    if not others:
        return
    if ask is None:
        says = f"Account {account.id}: no list was answered that could be tried in {', '.join(others)}."
        yield Finding("regions", "not checked", says)
        return
    closed = {t.region: t.answer for t in reach(account, ask, asker, others) if t.answer and t.answer.ending not in READ}
    for region, answer in closed.items():
        yield Finding(
            "regions", "gap", f"Account {account.id} does not answer {ask.name} in {region}: {answer.ending} ({answer.code}).",
            "Leave the Region out with --region, or open it to the role.",
        )  # fmt: skip
    if fine := [region for region in others if region not in closed]:
        yield Finding("regions", "good", f"Account {account.id} answers {ask.name} in {', '.join(fine)} too.")


def _untried(where: str, tried: Sequence[Tried]) -> Iterator[Finding]:
    lines = tuple(f"{t.ask.name}: {t.why}" for t in tried if t.answer is None)
    if lines:
        yield Finding("permissions", "not checked", f"{len(lines)} kinds of call were not tried in {where}.", "", lines)
