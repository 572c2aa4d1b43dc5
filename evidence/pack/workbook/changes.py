"""The sheets of a comparison: Comparability, Matrix, Bridge, Changes. A pack has the last alone."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.comparison import ARRIVALS, DEPARTURES, UNMOVED, Comparison, Moved
from evidence.assessment.model import JUDGEMENTS
from evidence.pack.changes.say import CAUSE_MEANINGS, KIND_MEANINGS, lines
from evidence.pack.workbook.sheet import Heading, Sheet, number, several

_POINTS = (
    Heading("Point", 30, "term"), Heading("OLD", 40), Heading("NEW", 40), Heading("State", 14, "word"), Heading("Effect", 60),
)  # fmt: skip


def comparability(c: Comparison) -> Sheet:
    """Whether the two can be compared; then the whole in ten lines."""
    rows: list[Sequence[Any]] = [(p.what, p.old, p.new, p.state, p.effect) for p in c.points]
    rows += [(f"In short, {n}", "", "", "", said) for n, said in enumerate(lines(c), 1)]
    return Sheet("Comparability", "whether the two can be compared, and the whole in ten lines", _POINTS, iter(rows))


_MATRIX = (
    Heading("Step", 30), Heading("Was", 22, "term"), Heading("Is", 22, "term"), number("Results", 12),
    Heading("What it says", 70),
)  # fmt: skip


def matrix(c: Comparison) -> Sheet:
    """Both matrices, cell by cell, those of no result too where both are judgements; then what each word means."""
    return Sheet("Matrix", "results by what they were and what they are; each step's totals foot", _MATRIX, _matrix(c), frozen=3)


def _matrix(c: Comparison) -> Iterator[Sequence[Any]]:
    if c.rules:
        yield from _cells("1 rule: OLD then, OLD today", c.rules)
    yield from _cells("2 observed: OLD today, NEW", c.matrix)
    for kind, meaning in KIND_MEANINGS.items():
        yield "Kind", kind, "", c.kinds.get(kind, 0), meaning
    for cause, meaning in CAUSE_MEANINGS.items():
        yield "Cause", cause, "", c.causes.get(cause, 0), meaning


def _cells(step: str, found: Sequence[Moved]) -> Iterator[Sequence[Any]]:
    counts = {(m.was, m.now): m.count for m in found}
    pairs = [*((a, b) for a in JUDGEMENTS for b in JUDGEMENTS), *counts]
    for was, now in dict.fromkeys(pairs):
        yield step, _word(was), _word(now), counts.get((was, now), 0), KIND_MEANINGS.get(was, KIND_MEANINGS.get(now, ""))
    before = [m for m in found if m.was not in (*ARRIVALS, "not judged")]
    after = [m for m in found if m.now not in (*DEPARTURES, "not judged")]
    yield step, "all of before", "", sum(m.count for m in before), "The sum of the rows whose “was” is a judgement."
    yield step, "", "all of after", sum(m.count for m in after), "The sum of the rows whose “is” is a judgement."


def _word(text: str | None) -> str:
    return (text or "").replace("_", " ")


_BRIDGE = (
    Heading("Population", 28, "mono"), Heading("Of", 26), number("As told then", 10), number("By rule", 9), number("Opening", 10),
    number("Created", 10), number("Newly visible", 10), number("Into scope", 10), number("Gone", 10),
    number("No longer visible", 10), number("Out of scope", 10), number("Closing", 10), Heading("OLD read to the end", 12, "word"),
    Heading("NEW read to the end", 12, "word"),
)  # fmt: skip


def bridge(c: Comparison) -> Sheet:
    """A row for each population: opening + created + newly visible + into scope - gone - no longer visible - out of scope = closing."""
    columns = (
        "told", "rule", "opening", "created", "newly_visible", "into_scope", "gone", "no_longer_visible", "out_of_scope", "closing",
    )  # fmt: skip
    rows = (
        (
            b.name,
            b.noun,
            *(getattr(b, column) for column in columns),
            *("yes" if w else "no" for w in (b.complete_old, b.complete_new)),
        )
        for b in c.bridge
    )
    heads = [h.text for h in _BRIDGE[2:12]]
    totals = {head: sum(getattr(b, column) for b in c.bridge) for head, column in zip(heads, columns, strict=True)}
    title = "opening + created + newly visible + into scope - gone - no longer visible - out of scope = closing"
    return Sheet("Bridge", title, _BRIDGE, rows, totals=totals)


_CHANGES = (
    Heading("Kind", 18, "term"), Heading("Cause", 11), Heading("Was", 14, "word"), Heading("Is", 14, "word"),
    Heading("Requirement", 28, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Resource", 38, "mono"),
    Heading("Observed, or why not", 40), Heading("First seen", 11, "date"), Heading("Days", 8, "number", bar=True),
    Heading("Exception in OLD", 11, "mono"), Heading("Exception", 11, "mono"), Heading("Status in OLD", 11, "word"),
    Heading("Status", 11, "word"), Heading("Overdue", 10, "word"), Heading("Evidence in OLD", 17, "mono"), Heading("Evidence", 17, "mono"),
    Heading("Comment", 24, "fill"),
)  # fmt: skip


def changes(c: Comparison) -> Sheet:
    """Each movement; and each exception that stays, with its age."""
    left = sum(c.kinds.get(kind, 0) for kind in UNMOVED)
    title = f"from {c.old.period or c.old.as_of[:10]} to {c.new.period or c.new.as_of[:10]}; {left:,} results that stayed as they were are counted, not listed"
    return Sheet("Changes", title, _CHANGES, _changes(c), frozen=1, turn="Observed, or why not", none="nothing moved")


def _changes(c: Comparison) -> Iterator[Sequence[Any]]:
    for m in c.movements:
        name = f"{m.requirement} ({m.variant})" if m.variant else m.requirement
        since = dt.datetime.fromisoformat(m.first_seen).astimezone(dt.UTC).date() if m.first_seen else ""
        age = m.days if m.first_seen else ""
        yield (
            m.kind, m.cause, _word(m.was), _word(m.now), name, m.account, m.region, m.arn or m.id, m.why, since, age,
            m.exception_was, m.exception, m.status_was, m.status, "overdue" if m.overdue else "", several(m.evidence_was),
            several(m.evidence_now), "",
        )  # fmt: skip
