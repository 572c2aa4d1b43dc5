"""What needs a person, from one run and the one before it: values, and the lines that say them. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.assessment.comparison import Comparison
from evidence.assessment.model import Assessment
from evidence.management.model import Acceptance, Wanted
from evidence.pack import words
from evidence.pack.changes import say
from evidence.pack.visible import visible

AHEAD = dt.timedelta(days=30)
"""How long before its last day an acceptance is named."""
_FEW = 4
"""Names in one line."""


@dataclass(frozen=True)
class Attention:
    """Counts are of results, one resource under one requirement each; requirements are named with how many.

    since        the end (UTC, ISO 8601) of the run compared with; "" where there is none, and all that follow from it are 0
    new          failing now and not before, besides those that regressed
    lost         were judged and could not be read, or stood on a list that was not read: nothing is known of them
    overdue      exceptions whose response's day is past, by requirement
    expiring     acceptances in force whose last day is within `AHEAD`; `expired` those whose last day is past
    """

    run: str
    period: str
    as_of: str
    calls_unread: int
    results_unread: int
    lists_unread: int
    accounts_refused: tuple[str, ...]
    exceptions: int
    accepted: int
    since: str
    new: int
    regressed: int
    still_failing: int
    fixed: int
    lost: int
    worse: tuple[tuple[str, int], ...]
    overdue: tuple[tuple[str, int], ...]
    expiring: tuple[Acceptance, ...]
    expired: tuple[Acceptance, ...]
    wanted: tuple[Wanted, ...]


def attention(assessment: Assessment, change: Comparison | None, today: dt.date) -> Attention:
    """`change` is what moved since the run before."""
    kinds = change.kinds if change else {}
    worse = [*(m for m in say.observed(change) if m.kind == "regressed"), *say.newly_failing(change)] if change else []
    stated = assessment.management
    unread = {r.population.name: len(r.population.unread) for r in assessment.requirements}
    return Attention(
        run=assessment.run.id,
        period=assessment.run.period,
        as_of=assessment.run.as_of,
        calls_unread=len(assessment.failed_calls),
        results_unread=sum(m.judgement == "gap" for m in assessment.members),
        lists_unread=sum(unread.values()),
        accounts_refused=tuple(a["id"] for a in assessment.run.in_scope if a.get("ending", "answered") != "answered"),
        exceptions=len(assessment.exceptions),
        accepted=sum(e.status == "accepted" for e in assessment.exceptions),
        since=change.old.as_of if change else "",
        new=len(say.newly_failing(change)) if change else 0,
        regressed=kinds.get("regressed", 0),
        still_failing=kinds.get("still failing", 0),
        fixed=kinds.get("fixed", 0),
        lost=kinds.get("no longer read", 0) + kinds.get("no longer visible", 0),
        worse=_most([m.requirement for m in worse]),
        overdue=_most([e.requirement for e in assessment.exceptions if e.overdue]),
        expiring=_by_day([a for a in stated.acceptances if a.in_force(today) and a.expires <= today + AHEAD]),
        expired=_by_day([a for a in stated.acceptances if a.expires < today]),
        wanted=tuple(sorted(stated.wanted, key=lambda w: (w.due or dt.date.max, w.control, w.what))),
    )


def lines(a: Attention, today: dt.date) -> tuple[str, ...]:
    """Six lines."""
    accounts = f"; could not be entered: account {', '.join(a.accounts_refused)}" if a.accounts_refused else ""
    overdue = sum(n for _, n in a.overdue)
    return (
        f"Gaps: {words.plural(a.calls_unread, 'call')} did not bring what was asked, {words.plural(a.results_unread, 'result')} and "
        f"{words.plural(a.lists_unread, 'list')} could not be read{accounts}.",
        f"Exceptions: {a.exceptions:,}, of which {a.accepted:,} accepted. {_moved(a)}",
        f"Overdue by management's own day: {overdue:,}{_named(a.overdue)}.",
        f"Acceptances that end within {AHEAD.days} days: {_acceptances(a.expiring)}; ended: {_acceptances(a.expired)}.",
        f"Documents still wanted: {_wanted(a.wanted, today)}.",
        _lost(a),
    )


def _moved(a: Attention) -> str:
    if not a.since:
        return "There is no earlier run to compare with."
    return (
        f"Since {a.since[:10]}: {a.new:,} new, {a.regressed:,} regressed, {a.still_failing:,} still failing, "
        f"{a.fixed:,} fixed{_named(a.worse)}."
    )


def _lost(a: Attention) -> str:
    if not a.since:
        return "Not seen any more: there is no earlier run to compare with."
    return f"Not seen any more since {a.since[:10]}: {words.plural(a.lost, 'result')}" + (
        "; nothing is known of them, so none counts as better." if a.lost else "."
    )


def _acceptances(found: Sequence[Acceptance]) -> str:
    return words.listed([visible(f"{a.id} on {a.expires} ({a.owner})", keep="") for a in found], _FEW) or "none"


def _wanted(found: Sequence[Wanted], today: dt.date) -> str:
    if not found:
        return "none"
    late = sum(w.due is not None and w.due < today for w in found)
    said = [visible(f"{w.control} {words.brief(w.what, 60)}" + (f" by {w.due}" if w.due else ""), keep="") for w in found]
    return f"{len(found):,}, {late:,} of them late ({words.listed(said, 2)})"


def _named(found: Sequence[tuple[str, int]]) -> str:
    return f" ({words.listed([f'{n:,} {requirement}' for requirement, n in found], _FEW)})" if found else ""


def _most(requirements: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The requirements with how often each is named, the most first."""
    return tuple(sorted(Counter(requirements).items(), key=lambda item: (-item[1], item[0])))


def _by_day(found: Sequence[Acceptance]) -> tuple[Acceptance, ...]:
    return tuple(sorted(found, key=lambda a: (a.expires, a.id)))
