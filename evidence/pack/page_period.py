"""What the page's script reads of a whole period: each requirement's time, and the timelines that tell something. Pure."""

import datetime as dt
from typing import Any

from evidence.assessment.period.model import Period, Span
from evidence.pack.page_table import Table
from evidence.pack.period import say

MOST = 1_000
"""Timelines in one page; the workbook has every one."""


def over_time(p: Period, evidence: Table) -> dict[str, Any]:
    """A span is [state, seconds, from, until, by, reason, evidence]; `evidence` numbers evidence ids."""
    telling = say.telling(p.timelines)
    return {
        "since": p.since[:10],
        "last_day": say.last_day(p),
        "observations": len(p.observations),
        "longest_gap": f"{p.longest_gap:.1f}",
        "limits": p.limits,
        "said": {f"{c.program}:{c.control}": c.says for c in p.controls if c.kind != "not evidenced"},
        "requirements": [
            {
                "id": r.id, "variant": r.variant, "kind": r.kind, "says": r.says, "members": r.members, "exception": r.exception,
                "unknown": r.unknown, "always": r.always, "limits": r.limits,
            }
            for r in sorted(p.requirements, key=lambda r: (r.kind != "history", -r.exception, -r.unknown, r.id, r.variant))
            if r.members and r.kind != "point in time"
        ],
        "one_moment": sum(r.kind == "point in time" and r.members > 0 for r in p.requirements),
        "lines": [
            {
                "requirement": t.requirement, "name": t.arn or t.id, "account": t.account, "region": t.region,
                "spans": [_span(s, evidence) for s in t.spans],
            }
            for t in telling[:MOST]
        ],
        "left": len(p.timelines) - min(len(telling), MOST),
    }  # fmt: skip


def _span(span: Span, evidence: Table) -> list[Any]:
    length = dt.datetime.fromisoformat(span.end) - dt.datetime.fromisoformat(span.start)
    return [
        span.state, round(length.total_seconds()), span.start[:16].replace("T", " "), span.end[:16].replace("T", " "), span.by, span.reason,
        evidence.all(span.evidence[:1]),
    ]  # fmt: skip
