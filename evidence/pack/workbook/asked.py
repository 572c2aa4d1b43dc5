"""What was asked of AWS: where (Scope), every answer (Extractions), what was not read (NotCollected), what was hidden
before it was kept (Redactions)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from evidence.assessment.model import Assessment
from evidence.pack.facts import not_collected
from evidence.pack.material import Material
from evidence.pack.words import CELL_MEANINGS, ENDING_MEANINGS
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Heading, Link, Sheet, number, several
from evidence.run.answer import Answer, Attempt, canonical

_SCOPE = (
    Heading("Account", 15, "mono"), Heading("Region", 16), Heading("Status", 14, "word"), Heading("What it means", 34),
    number("Calls asked", 9), number("Calls answered", 10), Heading("Name", 18), Heading("Asked as", 40, "mono"),
    Heading("Evidence", 17, "mono"), Heading("Further evidence", 17, "mono"),
)  # fmt: skip


def scope(assessment: Assessment, places: Places) -> Sheet:
    cells = assessment.coverage
    totals = {"Calls asked": sum(c.asked for c in cells), "Calls answered": sum(c.answered for c in cells)}
    rows = _scope(assessment, places)
    return Sheet("Scope", "where was looked, and where not", _SCOPE, rows, frozen=2, totals=totals, links=len(cells))


def _scope(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    accounts = {a["id"]: a for a in assessment.run.accounts}
    for cell in assessment.coverage:
        account = accounts.get(cell.account, {})
        said = (cell.account, cell.region, cell.status, CELL_MEANINGS.get(cell.status, ""), cell.asked, cell.answered)
        yield *said, account.get("name"), account.get("principal"), *places.evidence(account.get("seen", ()))


_ANSWERS = "evidence/answers/"
_EXTRACTIONS = (
    Heading("Evidence", 18, "mono"), Heading("Call", 34, "mono"), Heading("Account", 14, "mono"), Heading("Region", 14),
    Heading("Parameters as sent", 38, "mono"), Heading("Ended", 12), Heading("Code", 18), number("Pages", 7),
    number("Rows received", 9), number("Attempts", 9), Heading("Started, UTC", 15), Heading("Ended, UTC", 15),
    Heading("AWS's date", 17), number("Clock skew, s", 9), Heading("Asked as", 52, "mono"), Heading("Request ids", 38, "mono"),
    Heading(f"Kept in {_ANSWERS}", 52, "mono"), Heading("SHA-256", 60, "mono"),
)  # fmt: skip


def extractions(material: Material, places: Places) -> Sheet:
    kept = sum(int(s.get("lines", 0)) for s in material.run.facts.segments.values())
    title = "every AWS answer: who asked what, when, and where it is kept"
    return Sheet("Extractions", title, _EXTRACTIONS, _extractions(material, places), turn="Asked as", links=kept)


def _extractions(material: Material, places: Places) -> Iterator[Sequence[Any]]:
    for row, a in enumerate(material.answers(), 1):
        places.answered(a.id, row)
        call, last = a.call, next((t for t in reversed(a.attempts) if t.date), None)
        sent = canonical(call.parameters).decode() if call.parameters else ""
        requests = several([t.request_id for t in a.attempts if t.request_id])
        file = material.kept.where[a.id]
        counted = (a.ending, a.code, len(a.pages), received(a), len(a.attempts))
        when = (_time(a.started), _time(a.ended), last.date if last else "", skew(last) if last else "")
        yield (
            a.id,
            call.name,
            call.account,
            call.region,
            sent,
            *counted,
            *when,
            a.principal,
            requests,
            Link(file.removeprefix(_ANSWERS), file=file),
            a.digest,
        )


def received(answer: Answer) -> int | str:
    """Entries of the answer's lists, over all pages; nothing where it is no list."""
    lists = [value for page in answer.pages for value in page.values() if isinstance(value, list)]
    return sum(map(len, lists)) if lists else ""


def skew(attempt: Attempt) -> int | str:
    """The local clock at the end of the exchange less AWS's own `Date`, in whole seconds; nothing where it gave none."""
    try:
        ended, date = dt.datetime.fromisoformat(attempt.ended), parsedate_to_datetime(attempt.date or "")
        return round((ended - date).total_seconds())
    except (TypeError, ValueError):
        return ""


def _time(iso: str) -> str:
    """With a place to break: the date, then the time."""
    return iso.replace("T", " ").removesuffix("Z")


_NOT_COLLECTED = (
    Heading("No.", 8, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Call", 32, "mono"),
    Heading("Ended", 11), Heading("What it means", 24), Heading("AWS said", 22), number("Calls", 7),
    Heading("Resources", 34, "mono"), Heading("Populations that lack it", 28, "mono"),
    Heading("IAM actions that would close it", 32, "mono"), Heading("Evidence", 17, "mono"),
    Heading("Further evidence", 17, "mono"),
)  # fmt: skip


def missing(assessment: Assessment, places: Places) -> Sheet:
    found = not_collected(assessment)
    title = "what could not be read, and what would close the gap"
    totals = {"Calls": len(assessment.failed_calls)}
    none = f"none of {sum(assessment.run.calls.values()):,} calls"
    rows = _missing(assessment, places)
    return Sheet("NotCollected", title, _NOT_COLLECTED, rows, totals=totals, links=len(found), none=none)


def _missing(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    for n in not_collected(assessment):
        what = (n.number, n.account, n.region, n.call, n.ending, ENDING_MEANINGS.get(n.ending, ""), n.code, n.count)
        yield *what, several(n.resources), several(n.populations), several(n.actions), *places.evidence(n.evidence)


_REDACTIONS = (Heading("What was replaced by a marker", 44), number("Texts", 10), Heading("Key of the markers' digests", 56))


def redactions(assessment: Assessment) -> Sheet:
    run = assessment.run
    kept = f"{run.redaction_key or 'not recorded'}"
    rows = ((kind, count, kept) for kind, count in sorted(run.redactions.items()))
    title = "what was hidden before anything was kept; nobody can read it in this pack"
    return Sheet("Redactions", title, _REDACTIONS, rows, totals={"Texts": sum(run.redactions.values())})
