"""What people hand in or still owe (Manual), and who answers for the pack (Sign-off)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.model import Assessment
from evidence.management.model import Document, Wanted
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Heading, Link, Sheet

_FOLDER = "evidence/manual/"
_MANUAL = (
    Heading("Program", 13), Heading("Control", 10), Heading("State", 18, "word"), Heading("What", 46),
    Heading("From, or owed by", 20), Heading("Due", 12, "date", like="Overdue"), Heading("Overdue", 10, "word"),
    Heading("Received", 12, "date"), Heading("Period", 11), Heading(f"File in {_FOLDER}", 38, "mono"),
    Heading("Bytes", 10, "number"), Heading("SHA-256", 36, "mono"),
)  # fmt: skip


def manual(assessment: Assessment, places: Places) -> Sheet:
    stated = assessment.management
    count = len(assessment.conclusions) + sum(len(d.controls) for d in stated.documents) + len(stated.wanted)
    title = "what no API can show: handed in, still wanted, or owed by nobody yet"
    return Sheet("Manual", title, _MANUAL, _manual(assessment, places), frozen=2, links=2 * count)


def _manual(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    """By control; then what was handed in for controls of other programs."""
    day = dt.datetime.fromisoformat(assessment.run.as_of).astimezone(dt.UTC).date()
    documents: dict[str, list[Document]] = defaultdict(list)
    wanted: dict[str, list[Wanted]] = defaultdict(list)
    for d in assessment.management.documents:
        for name in d.controls:
            documents[name].append(d)
    for w in assessment.management.wanted:
        wanted[w.control].append(w)
    for c in assessment.conclusions:
        name = f"{c.program}:{c.control}"
        given, owed = documents.pop(name, []), wanted.pop(name, [])
        where = (c.program, places.control(c.program, c.control))
        yield from ((*where, *_given(d)) for d in given)
        yield from ((*where, *_owed(w, day)) for w in owed)
        if c.conclusion == "needs a person" and not given and not owed:
            yield *where, "nothing handed in", c.adds, *("",) * 8
    for name in sorted({*documents, *wanted}):
        program, _, control = name.partition(":")
        yield from ((program, control, *_given(d)) for d in documents[name])
        yield from ((program, control, *_owed(w, day)) for w in wanted[name])


def _given(d: Document) -> Sequence[Any]:
    return "handed in", d.title, d.provider, "", "", d.received, d.period, Link(d.file, file=_FOLDER + d.file), d.bytes, d.sha256


def _owed(w: Wanted, day: dt.date) -> Sequence[Any]:
    overdue = "overdue" if w.due is not None and w.due < day else ""
    return "wanted", w.what, w.owner, w.due, overdue, "", "", "", "", ""


_SIGN_OFF = (
    Heading("Who", 12, "term"), Heading("Says", 42), Heading("Name", 24, "fill"), Heading("Title", 24, "fill"),
    Heading("Signature", 36, "fill"), Heading("Date", 14, "day"),
)  # fmt: skip
_SAYS = (
    ("Preparer", "I had this evidence collected and the pack made from it. Nothing was taken out or changed by hand."),
    ("Reviewer", "I reviewed this pack, its exceptions and what could not be read. I did not prepare it."),
    ("Approver", "I approve its handing over as management's evidence, and management's responses in it."),
    ("Auditor", "Left to the auditor. Procedures, results and conclusions are entered in Controls."),
)


def sign_off(assessment: Assessment) -> Sheet:
    title = "who answers for this pack; nobody has signed it by being named here"
    return Sheet("Sign-off", title, _SIGN_OFF, _sign_off(assessment), tall=True)


def _sign_off(assessment: Assessment) -> Iterator[Sequence[Any]]:
    people = assessment.management.people
    stated = {"Preparer": people.preparer, "Reviewer": people.reviewer, "Approver": people.approver}
    for role, says in _SAYS:
        person = stated.get(role)
        name = person.name if person else assessment.run.prepared_by if role == "Preparer" else ""
        yield role, says, name, person.title if person else "", "", ""
