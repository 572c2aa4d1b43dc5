"""What management states, as pages: assertion, register of exceptions, acceptances, documents handed in and wanted. Pure."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from evidence.assessment.model import AcceptanceStatus, Conclusion, RegisteredException
from evidence.assessment.register import identity
from evidence.management.model import Document, Wanted
from evidence.pack import words
from evidence.pack.charts import age_classes, ageing, columns
from evidence.pack.facts import PackFacts
from evidence.pack.lens import Group, Lens, Row, of

ROWS_SHOWN = 400
"""Rows printed of acceptances, and of documents; the workbook has every one."""


@dataclass(frozen=True)
class Entry:
    """One exception of the register: its row, its age drawn, what management says of it."""

    row: Row
    registered: RegisteredException
    since: str
    drawn: Markup
    due: str
    owner: str
    said: str

    @property
    def tall(self) -> bool:
        """Whether the row may break over pages: unbroken, it could be taller than one."""
        return len(self.row.resource) + len(self.row.reason) + len(self.said) > 900


def assertion(lens: Lens, pack: PackFacts) -> dict[str, Any]:
    """Who states what, and the boxes that they sign; the auditor's stay blank."""
    run, people = lens.assessment.run, lens.assessment.management.people
    preparer = str(people.preparer or "") or run.prepared_by
    named = [("Prepared by", preparer), ("Reviewed by", str(people.reviewer or "")), ("Approved by", str(people.approver or ""))]
    return {
        "people": named,
        "unread": sum(n for ending, n in run.calls.items() if ending not in words.ENDING_COUNTS),
        "left_out": [str(a.get("id", "")) for a in run.accounts if a.get("status", "in scope") != "in scope"],
        "signed": pack.signed,
    }


def register(lens: Lens) -> dict[str, Any]:
    """The exceptions by requirement, each with its age and management's response; their ages counted."""
    groups, found = [], []
    by_key = {identity(e): e for e in lens.assessment.exceptions}
    most = max((by_key[identity(m)].days for key in lens.results for m in of(lens.members[key], "exception")), default=0)
    as_of = dt.datetime.fromisoformat(lens.assessment.run.as_of).date()
    for key, result in lens.results.items():
        mine = [by_key[identity(m)] for m in of(lens.members[key], "exception")]
        found += mine
        if mine:
            shown = lens.registered.get(key, [])
            entries = tuple(_entry(lens.row(m), by_key[identity(m)], most, as_of) for m in shown)
            groups.append((Group(result, (), len(mine), lens.controls_of.get(key, ())), entries))
    ages = age_classes([e.days for e in found])
    return {
        "groups": groups,
        "total": len(found),
        "shown": sum(len(entries) for _, entries in groups),
        "open": sum(e.status == "open" for e in found),
        "accepted": sum(e.status == "accepted" for e in found),
        "overdue": sum(e.overdue for e in found),
        "answered": sum(e.response is not None for e in found),
        "ages": ages,
        "ages_drawn": columns(ages, "Exceptions by their age in days"),
        "runs": len({e.seen_in for e in found}),
    }


def _entry(row: Row, e: RegisteredException, most: int, as_of: dt.date) -> Entry:
    until = e.acceptance.expires if e.acceptance else e.response.due if e.response else None
    owner = e.acceptance.owner if e.acceptance else e.response.owner if e.response else ""
    drawn = ageing(e.days, (until - as_of).days if until else None, most, accepted=e.acceptance is not None, overdue=e.overdue)
    return Entry(row, e, e.first_seen[:10], drawn, until.isoformat() if until else "", owner, _said(e))


def _said(e: RegisteredException) -> str:
    """Cause, effect, response and ticket in one line; empty where management said nothing."""
    if e.acceptance:
        return f"Accepted ({e.acceptance.id}): {words.sentence(e.acceptance.reason)}"
    if e.response is None:
        return ""
    r = e.response
    parts = [("Cause", r.cause), ("Effect", r.effect), ("Response", r.response), ("Ticket", r.ticket)]
    return " ".join(f"{name}: {words.sentence(text)}" for name, text in parts if text)


def accepted(lens: Lens) -> dict[str, Any]:
    """Every acceptance whose requirement is one of these programs', whatever became of it, with the exceptions it covers."""
    mine = {key[0] for key in lens.results}
    rows = [s for s in lens.assessment.acceptances if s.acceptance.requirement in mine]
    numbers: dict[str, list[str]] = defaultdict(list)
    for e in lens.assessment.exceptions:
        if e.acceptance is not None:
            numbers[e.acceptance.id].append(e.number)
    return {
        "rows": [(s, numbers[s.acceptance.id], _acceptance_note(s)) for s in rows[:ROWS_SHOWN]],
        "left": len(rows) - len(rows[:ROWS_SHOWN]),
        "covers": sum(s.covers for s in rows if s.status == "in force"),
        "elsewhere": len(lens.assessment.acceptances) - len(rows),
    }


def _acceptance_note(status: AcceptanceStatus) -> str:
    if status.status == "expired":
        named = f": {words.plural(status.covers, 'exception')} that it named count as open" if status.covers else ""
        return f"It no longer counts{named}."
    if status.status == "not yet in force":
        return "It does not count yet."
    if status.status == "covers no exception":
        return "No exception is like it: it may be taken back."
    if status.tags_unread:
        count = words.plural(status.tags_unread, "further exception" if status.covers else "exception")
        return f"The tags of {count} that it may name were not read, or not kept: it does not count for them."
    return ""


def manual(lens: Lens) -> dict[str, Any]:
    """Documents handed in and still wanted for these programs' controls, and each control that only a person can show."""
    stated, wanted = lens.assessment.management, {p.id for p in lens.programs}

    def mine(control: str) -> str:
        """The control as these pages name it; empty for another program's."""
        program, _, rest = control.partition(":")
        return (rest if len(lens.programs) == 1 else f"{program} {rest}") if program in wanted else ""

    documents = [(d, list(filter(None, map(mine, d.controls)))) for d in stated.documents]
    documents = [(d, controls) for d, controls in documents if controls]
    asked = [(w, mine(w.control)) for w in stated.wanted if mine(w.control)]
    people = [c for c in lens.conclusions if c.conclusion == "needs a person"]
    return {
        "documents": documents[:ROWS_SHOWN],
        "documents_left": len(documents) - len(documents[:ROWS_SHOWN]),
        "wanted": asked[:ROWS_SHOWN],
        "wanted_left": len(asked) - len(asked[:ROWS_SHOWN]),
        "handed_in": {c.control: handed_in(c, stated.documents) for c in people},
        "owners": {c.control: _owner(c, stated.wanted) for c in people},
        "without": sum(not handed_in(c, stated.documents) for c in people),
    }


def handed_in(conclusion: Conclusion, documents: tuple[Document, ...]) -> list[str]:
    """The files handed in for a control."""
    name = f"{conclusion.program}:{conclusion.control}"
    return [d.file for d in documents if name in d.controls]


def _owner(conclusion: Conclusion, wanted: tuple[Wanted, ...]) -> str:
    name = f"{conclusion.program}:{conclusion.control}"
    found = next((w for w in wanted if w.control == name), None)
    return "" if found is None else ", ".join(filter(None, (found.owner, found.due.isoformat() if found.due else "")))
