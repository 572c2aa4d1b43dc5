"""What the printed pages show of a comparison: both matrices as tables, the bridge, and the movements that matter most. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evidence.assessment.comparable import points
from evidence.assessment.compare import compare
from evidence.assessment.comparison import ARRIVALS, DEPARTURES, Bridge, Comparison, Moved, Movement
from evidence.assessment.model import JUDGEMENTS, Assessment
from evidence.pack.changes import say
from evidence.pack.charts import age_classes, columns


def since(earlier: Assessment, assessment: Assessment, programs: Sequence[str]) -> Comparison:
    """What changed since an earlier run that was judged by the same requirements, for these programs."""
    return compare(earlier, assessment, programs, None, points(earlier, assessment, programs, None, {}))


ROWS_SHOWN = 12
"""Rows of one list that are printed; all stand in the sheet Changes."""


@dataclass(frozen=True)
class Listed:
    """Movements under one heading, and how many more there are."""

    title: str
    says: str
    rows: Sequence[Movement]
    more: int


def change(c: Comparison) -> dict[str, Any]:
    """Everything that `change.html` prints."""
    moved = [b for b in c.bridge if _moved(b)]
    failing = say.failing(c)
    ages = age_classes([m.days for m in failing])
    return {
        "old": say.named(c.old),
        "new": say.named(c.new),
        "lines": say.lines(c),
        "points": c.points,
        "observed": grid(c.matrix, JUDGEMENTS + _used(ARRIVALS, (m.was for m in c.matrix)), JUDGEMENTS + _used(DEPARTURES, (m.now for m in c.matrix))),
        "rules": grid(c.rules, *((*JUDGEMENTS, "not judged"),) * 2) if any(m.was != m.now for m in c.rules) else None,
        "rule": say.rule(c),
        "kinds": [(kind, meaning, c.kinds[kind]) for kind, meaning in say.KIND_MEANINGS.items() if c.kinds.get(kind)],
        "causes": [(cause, meaning, c.causes.get(cause, 0)) for cause, meaning in say.CAUSE_MEANINGS.items()],
        "bridge": moved,
        "unmoved": len(c.bridge) - len(moved),
        "sums": {name: sum(getattr(b, name) for b in c.bridge) for name in _SUMMED},
        "failing": len(failing),
        "ages": ages,
        "ages_drawn": columns(ages, "Exceptions of both, by their age in days"),
        "lists": [found for found in _lists(c) if found.rows],
    }  # fmt: skip


_SUMMED = (
    "told", "rule", "opening", "created", "newly_visible", "into_scope", "gone", "no_longer_visible", "out_of_scope", "closing",
)  # fmt: skip


def _moved(b: Bridge) -> bool:
    return any((b.rule, b.created, b.newly_visible, b.into_scope, b.gone, b.no_longer_visible, b.out_of_scope))


def _used(words: Sequence[str], found: Iterable[str]) -> tuple[str, ...]:
    there = set(found)
    return tuple(w for w in words if w in there)


def grid(found: Sequence[Moved], rows: Sequence[str], heads: Sequence[str]) -> dict[str, Any]:
    """The cells as a table with sums at the end of each row and column."""
    counts = {(m.was, m.now): m.count for m in found}
    lines = [(was, [counts.get((was, now), 0) for now in heads]) for was in rows]
    sums = [sum(cells[n] for _, cells in lines) for n in range(len(heads))]
    return {"heads": heads, "rows": [(was, cells, sum(cells)) for was, cells in lines], "sums": sums, "all": sum(sums)}


def _lists(c: Comparison) -> list[Listed]:
    seen = say.observed(c)
    failing = say.failing(c)
    late = sorted(failing, key=lambda m: (not m.overdue, not m.lapsed, -m.days))
    return [
        _listed("Regressed", say.KIND_MEANINGS["regressed"], [m for m in seen if m.kind == "regressed"]),
        _listed("Failing in NEW, not in OLD", "Besides those that regressed.", say.newly_failing(c)),
        _listed("Fixed", say.KIND_MEANINGS["fixed"], [m for m in seen if m.kind == "fixed"]),
        _listed(
            "Exceptions of OLD that are not fixed and that NEW does not show", "None counts as an improvement.",
            [m for m in say.vanished(c) if m.kind != "fixed"],
        ),
        _listed("Still failing", "Overdue first, then those whose acceptance lapsed, then the oldest.", late),
        _listed("Moved by the rule alone", "The same answers, judged otherwise.", [m for m in c.movements if m.cause == "rule"]),
    ]  # fmt: skip


def _listed(title: str, says: str, found: Sequence[Movement]) -> Listed:
    return Listed(title, says, found[:ROWS_SHOWN], len(found) - len(found[:ROWS_SHOWN]))
