"""What the printed pages show of a period: each requirement's time, the controls by the kind of it, and the timelines that tell most."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from evidence.assessment.period.model import STATES, Period, Timeline
from evidence.pack.period import say
from evidence.pack.period.drawn import drawn

DRAWN, LISTED = 60, 120
"""Timelines that are drawn in one report, and requirements listed; the sheets have every one."""


def over_time(p: Period, requirements: Collection[tuple[str, str]] | None = None, program: str = "") -> dict[str, Any]:
    """Everything that `over_time.html` prints; with `requirements` ((id, variant)) and `program` only of these."""
    mine = [r for r in p.requirements if requirements is None or (r.id, r.variant) in requirements]
    controls = [c for c in p.controls if not program or c.program == program]
    lines = [t for t in p.timelines if requirements is None or (t.requirement, t.variant) in requirements]
    telling = say.telling(lines)
    kinds = Counter[str](c.kind for c in controls)
    with_members = sorted(
        (r for r in mine if r.members and r.kind != "point in time"),
        key=lambda r: (r.kind != "history", -r.exception, -r.unknown, r.id, r.variant),
    )
    shared = set.intersection(*(set(r.limits) for r in with_members)) if with_members else set()
    totals: Counter[str] = Counter()
    for r in mine:
        totals.update(r.days)
    return {
        "of": p,
        "last_day": say.last_day(p),
        "states": [(state, say.STATE_MEANINGS[state], totals.get(state, 0.0)) for state in STATES],
        "days": sum(totals.values()),
        "kinds": [(kind, meaning, kinds[kind]) for kind, meaning in say.KIND_MEANINGS.items()],
        "controls": len(controls),
        "said": {c.control: c.says if c.kind != "not evidenced" else "" for c in controls},
        "requirements": [(r, [limit for limit in r.limits if limit not in shared]) for r in with_members[:LISTED]],
        "shared": sorted(shared),
        "more_requirements": max(0, len(with_members) - LISTED),
        "one_moment": sum(r.kind == "point in time" and r.members > 0 for r in mine),
        "empty": sum(not r.members for r in mine),
        "lines": [(t, drawn(t, p.since, p.until), *_why(t)) for t in telling[:DRAWN]],
        "more_lines": max(0, len(telling) - DRAWN),
        "steady": sum(not t.states - {"meets", "not_applicable"} for t in lines),
        "unseen": sum(t.states == {"gap"} for t in lines),
        "watched": _watched(p),
    }


def _why(line: Timeline) -> tuple[str, tuple[str, ...]]:
    """Why the worst of it is said, the reason of its first exception, else of its first gap; and the answers it was read from."""
    for state in ("exception", "gap"):
        for span in line.spans:
            if span.state == state:
                return f"{span.start[:10]}: {span.reason}", span.evidence
    return "", tuple(dict.fromkeys(id for span in line.spans for id in span.evidence))


def _watched(p: Period) -> list[tuple[str, str, str, float]]:
    """(what, account, Region, days of the period in which it was on or read)."""
    out: dict[tuple[str, str, str], float] = defaultdict(float)
    for w in p.watched:
        length = dt.datetime.fromisoformat(w.end) - dt.datetime.fromisoformat(w.start)
        out[w.what, w.account, w.region] += length.total_seconds() / 86400
    return [(*key, value) for key, value in sorted(out.items())]
