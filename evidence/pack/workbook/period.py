"""The sheets of a period: Period, Timelines, Watched, PeriodControls."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.period.model import STATES, Period
from evidence.pack.period.say import last_day
from evidence.pack.workbook.sheet import Heading, Sheet, number, several

_PERIOD = (
    Heading("Requirement", 30, "mono"), Heading("Kind of time", 15, "term"), Heading("What it covers", 46), number("Members", 10),
    number("Exception at some time", 11), number("Not known at some time", 11), number("Met throughout", 11), number("Never applied", 10),
    *(number(f"Days {state.replace('_', ' ')}", 11) for state in STATES), Heading("Limits", 60),
)  # fmt: skip


def period(p: Period) -> Sheet:
    """A row for each requirement; the days of its members foot with the members times the days of the period."""
    rows = (
        (
            f"{r.id} ({r.variant})" if r.variant else r.id, r.kind, r.says, r.members, r.exception, r.unknown, r.always, r.other,
            *(round(r.days.get(state, 0.0), 3) for state in STATES), " ".join(r.limits),
        )
        for r in p.requirements
    )  # fmt: skip
    sums = {
        "Members": sum(r.members for r in p.requirements), "Exception at some time": sum(r.exception for r in p.requirements),
        "Not known at some time": sum(r.unknown for r in p.requirements), "Met throughout": sum(r.always for r in p.requirements),
        "Never applied": sum(r.other for r in p.requirements),
    }  # fmt: skip
    return Sheet(
        "Period",
        f"{p.since[:10]} to {last_day(p)}, requirement by requirement",
        _PERIOD,
        rows,
        totals=sums,
        none="nothing was asked",
    )


_CONTROLS = (
    Heading("Program", 18, "term"), Heading("Control", 16, "mono"), Heading("Title", 46), Heading("Responsibility", 14, "word"),
    Heading("Kind of time", 15, "word"), Heading("What it covers", 60), number("Exception at some time", 11),
    number("Not known at some time", 11),
)  # fmt: skip


def controls(p: Period) -> Sheet:
    rows = ((c.program, c.control, c.title, c.responsibility, c.kind, c.says, c.exception, c.unknown) for c in p.controls)
    return Sheet("PeriodControls", "what kind of time each control covers", _CONTROLS, rows, frozen=2)


_TIMELINES = (
    Heading("Requirement", 30, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Resource", 40, "mono"),
    Heading("From", 20, "mono"), Heading("Until", 20, "mono"), number("Days", 10), Heading("State", 14, "word"), Heading("Known by", 13),
    Heading("Observed, or why not known", 60), Heading("Evidence", 18, "mono"), Heading("Comment", 24, "fill"),
)  # fmt: skip


def timelines(p: Period) -> Sheet:
    """A row for each stretch of time. Who met throughout, known without a break, has one row."""
    title = "each member under each requirement, stretch by stretch (UTC); the stretches of one fill the period"
    return Sheet("Timelines", title, _TIMELINES, _spans(p), frozen=1, turn="Observed, or why not known", none="no member")


def _spans(p: Period) -> Iterator[Sequence[Any]]:
    for t in p.timelines:
        name = f"{t.requirement} ({t.variant})" if t.variant else t.requirement
        for s in t.spans:
            length = (dt.datetime.fromisoformat(s.end) - dt.datetime.fromisoformat(s.start)).total_seconds() / 86400
            yield (
                name, t.account, t.region, t.arn or t.id, s.start, s.end, round(length, 3), s.state.replace("_", " "), s.by, s.reason,
                several(s.evidence), "",
            )  # fmt: skip


_WATCHED = (
    Heading("What", 26, "term"), Heading("Account", 14, "mono"), Heading("Region", 14), Heading("From", 22, "mono"), Heading("Until", 22, "mono"),
    Heading("Evidence", 18, "mono"),
)  # fmt: skip
_WHAT = {"recorder": "AWS Config's recorder on", "events": "changing calls read"}


def watched(p: Period) -> Sheet:
    """When AWS Config's recorder was known to be on, and of which time every changing call was read; then each run."""
    rows = [(_WHAT[w.what], w.account, w.region, w.start, w.end, several(w.evidence)) for w in p.watched]
    rows += [("run", "", o.run, o.started, o.ended, "") for o in p.observations]
    return Sheet("Watched", "when something was recorded, and when runs looked", _WATCHED, iter(rows))
