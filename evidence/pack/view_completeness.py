"""Which time the evidence covers, whether each population is whole, AWS's side, and where every answer is kept. Pure."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from evidence.assessment.model import PopulationFacts, ProgramFacts
from evidence.assessment.register import identity
from evidence.pack import billed, words
from evidence.pack.charts import age_classes, columns, difference, timeline
from evidence.pack.kept import KeptAnswers
from evidence.pack.lens import Lens
from evidence.run.calendar import quarter

ITEMS_SHOWN, KEYS_SHOWN, WHYS_SHOWN = 60, 200, 20
"""Differences itemised for one population, access keys listed, reasons why nothing was counted again; the workbook has every one."""
CITED_SHOWN = 150
"""Answers in the evidence index, and files; the workbook has every one."""


def period(lens: Lens) -> dict[str, Any]:
    """The period, when AWS was asked in it, and what kind of time each control covers."""
    run, span = lens.assessment.run, quarter(lens.assessment.run.period)
    day = dt.datetime.fromisoformat(run.as_of).date()
    earlier = sorted({(s.since, s.run) for s in lens.assessment.management.earlier})
    seen = [(dt.datetime.fromisoformat(since).date(), id, False) for since, id in earlier]
    times = Counter[str](c.time for c in lens.conclusions)
    inside = span is not None and span[0] <= day <= span[1]
    return {
        "span": span,
        "drawn": timeline(*(span or (day, day)), [*seen[-5:], (day, run.id, True)]),
        "earlier": earlier,
        "times": [(time, meaning, times[time]) for time, meaning in words.TIME_MEANINGS.items()],
        "before": (day - span[0]).days if span and inside else None,
        "after": (span[1] - day).days if span and inside else None,
    }


def completeness(lens: Lens) -> dict[str, Any]:
    """Each population against its second source, with the differences itemised both ways."""
    seconds = [(p, p.second) for p in lens.populations if p.second is not None]
    said = Counter(sentence for _, s in seconds for sentence in _sentences(s.limits))
    shared = [sentence for sentence, n in said.items() if n > 1]
    most = max((n for _, s in seconds for n in (s.ours - s.both, s.theirs - s.both)), default=0)
    return {
        "rows": [
            (
                p,
                _verdict(p),
                " ".join(one for one in _sentences(s.limits) if one not in shared),
                difference(s.ours, s.theirs, s.both, most),
            )
            for p, s in seconds
        ],
        "limits": shared,
        "alone": [p for p in lens.populations if p.second is None],
        "uncounted": _uncounted(lens.populations),
        "differences": [row for p, _ in seconds for row in _differences(p)],
        "totals": _totals(lens.populations),
        "bill": _bill(lens),
    }


def _bill(lens: Lens) -> dict[str, Any]:
    """Used Regions and services beside Cost Explorer's bill."""
    found = lens.assessment.billing
    shown = found.differences[:ITEMS_SHOWN]
    return {
        "told": found,
        "not_asked": billed.NOT_ASKED,
        "counts": billed.counts(found),
        "untold": billed.untold(found),
        "differences": shown,
        "left": len(found.differences) - len(shown),
    }


def _sentences(text: str) -> list[str]:
    """What a source does not show, sentence by sentence: said once where it holds for several populations."""
    return re.split(r"(?<=\.) (?=[A-Z])", text) if text else []


def _verdict(p: PopulationFacts) -> str:
    if p.corroborated:
        return "corroborated"
    if p.corroborated is False:
        return "a second source disagrees"
    return "counted again in part" if p.uncounted else "agrees as far as both were read"


def _uncounted(populations: Iterable[PopulationFacts]) -> tuple[list[tuple[str, list[str]]], int]:
    """Where and why populations were not counted a second time, those of the most populations first, and how many more there are."""
    found: dict[str, list[str]] = defaultdict(list)
    for p in populations:
        for why in p.uncounted:
            found[why].append(p.name)
    rows = sorted(found.items(), key=lambda row: (-len(row[1]), row[0]))
    return rows[:WHYS_SHOWN], len(rows) - len(rows[:WHYS_SHOWN])


def _differences(p: PopulationFacts) -> list[tuple[str, str, list[tuple[str, str]], int]]:
    """(population, which source alone, the names, each with a reason where one is known, how many more)."""
    s = p.second
    if s is None:
        return []
    sides = (("only in the second source", s.only_theirs), ("only in the list", s.only_ours))
    return [
        (p.name, side, [(name, s.reasons.get(name, "")) for name in names[:ITEMS_SHOWN]], len(names) - len(names[:ITEMS_SHOWN]))
        for side, names in sides
        if names
    ]


def _totals(populations: Iterable[PopulationFacts]) -> dict[str, int]:
    found = list(populations)
    return {
        "listed": sum(p.listed for p in found),
        "unread": len({(u.account, u.region, u.call) for p in found for u in p.unread}),
        "gone": sum(len(p.gone) for p in found),
        "out_of_scope": sum(p.out_of_scope for p in found),
    }


def aws(lens: Lens) -> dict[str, Any]:
    """AWS's reports that cover these programs' inherited controls, as AWS Artifact lists them, and how far they reach."""
    side = lens.assessment.aws_side
    return {
        "side": side,
        "reports": [(r, _reach(r.days_short), lens.accounts.get(r.account, "")) for r in side.reports],
        "inherited": [c for c in lens.conclusions if c.conclusion == "inherited"],
        "services": [(s, covered(lens.programs[0], s.service)) for s in lens.assessment.services if s.resources],
        "maybe": [s.name for s in lens.assessment.services if not s.resources],
    }


def covered(program: ProgramFacts, service: str) -> str:
    """Whether AWS's own attestation for the program covers the service: "in scope", "not in scope" or "not known"."""
    return program.aws_services.covers(service) if program.aws_services else "not known"


def _reach(days: int | None) -> str:
    if days is None:
        return "AWS names no end"
    if days > 0:
        return f"ends {words.plural(days, 'day')} before our period does: ask for a bridge letter"
    return "reaches our period's end"


def keys(lens: Lens) -> dict[str, Any]:
    """The ages of active access keys, in classes and oldest first."""
    found = lens.assessment.key_ages
    known = sorted((k for k in found if k.days is not None), key=lambda k: (-(k.days or 0), k.account, k.user, k.key))
    classes = age_classes([k.days for k in known if k.days is not None])
    return {
        "all": len(found),
        "unknown": len(found) - len(known),
        "classes": classes,
        "drawn": columns(classes, "Active access keys by their age in days"),
        "oldest": known[:12],
    }


def index(lens: Lens, kept: KeptAnswers) -> dict[str, Any]:
    """The answers that exceptions and gaps of these pages were read from, and the files that hold them."""
    cited: dict[str, set[str]] = defaultdict(set)
    for key in lens.results:
        for m in lens.members[key]:
            if m.judgement in ("exception", "gap"):
                for id in m.evidence:
                    cited[id].add(lens.numbers.get(identity(m), ""))
    rows = [(kept.answers[id], sorted(filter(None, numbers))) for id, numbers in sorted(cited.items()) if id in kept.answers]
    rows.sort(key=lambda row: (row[0].file, row[0].call, row[0].id))
    holding = {row.file for row, _ in rows}
    files = [f for f in kept.files if f.file in holding]
    return {
        "files": files[:CITED_SHOWN],
        "files_left": len(kept.files) - len(files[:CITED_SHOWN]),
        "all_files": len(kept.files),
        "answers": sum(f.answers for f in kept.files),
        "rows": rows[:CITED_SHOWN],
        "cited": len(cited),
        "left": len(rows) - len(rows[:CITED_SHOWN]),
        "unknown": len(cited) - len(rows),
    }
