"""The register of exceptions with what management says of each (Exceptions), and what somebody accepted (Accepted)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.model import Assessment, RegisteredException
from evidence.assessment.register import identity
from evidence.pack import words
from evidence.pack.workbook.places import Places, controls_of, named
from evidence.pack.workbook.sheet import Heading, Sheet, number, several

_EXCEPTIONS = (
    Heading("No.", 8, "mono"), Heading("Status", 11, "word"), Heading("Requirement", 26, "mono"),
    Heading("Criterion: what must hold", 26), Heading("Account", 14, "mono"), Heading("Region", 12),
    Heading("Resource", 36, "mono"), Heading("Condition: observed", 28), Heading("First seen", 11, "date"),
    Heading("First seen in run", 16, "mono"), Heading("Days", 8, "number", bar=True), Heading("First control", 10),
    Heading("Controls", 18), Heading("Evidence", 17, "mono"), Heading("Further evidence", 17, "mono"),
    Heading("Management: owner", 15, "fill"), Heading("Management: cause", 28, "fill"),
    Heading("Management: effect", 28, "fill"), Heading("Management: response", 30, "fill"),
    Heading("Management: due", 14, "day", like="Overdue"), Heading("Overdue", 10, "word"),
    Heading("Management: ticket", 14, "fill"), Heading("Acceptance", 11, "mono"), Heading("How it is put right", 30),
    Heading("Environments", 14, "mono"),
)  # fmt: skip


def exceptions(assessment: Assessment, places: Places) -> Sheet:
    title = "read, and the requirement does not hold; tinted columns are management's"
    return Sheet(
        "Exceptions", title, _EXCEPTIONS, _exceptions(assessment, places), frozen=2, turn="Management: owner",
        links=3 * len(assessment.exceptions), none=f"none in {words.plural(len(assessment.members), 'result')}",
    )  # fmt: skip


def _exceptions(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    """In the order of their numbers."""
    controls, results = controls_of(assessment), {(r.id, r.variant): r for r in assessment.requirements}
    members = {identity(m): m for m in assessment.members if m.judgement == "exception"}
    for e in assessment.exceptions:
        m, key = members[identity(e)], (e.requirement, e.variant)
        asking = controls.get(key, [])
        first = places.control(*asking[0]) if asking else ""
        what = (e.number, e.status, e.requirement, results[key].says, m.account, m.region, m.arn or m.id, m.reason)
        since = (_day(e.first_seen), e.seen_in, e.days, first, named(asking), *places.evidence(m.evidence))
        accepted = places.acceptance(e.acceptance.id) if e.acceptance else ""
        yield *what, *since, *_stated(e), accepted, results[key].fix, several(m.environments)


def _stated(exception: RegisteredException) -> Sequence[Any]:
    """Owner, cause, effect, response, due, whether that day is past, ticket; blank where management stated nothing."""
    r, overdue = exception.response, "overdue" if exception.overdue else ""
    if r is None:
        return "", "", "", "", "", overdue, ""
    return r.owner, r.cause, r.effect, r.response, r.due, overdue, r.ticket


def _day(iso: str) -> dt.date:
    return dt.datetime.fromisoformat(iso).astimezone(dt.UTC).date()


_ACCEPTED = (
    Heading("Id", 9, "mono"), Heading("Status", 17, "word"), number("Exceptions it names", 12), number("Tags not read", 10),
    number("Accepted by it", 10), Heading("By number", 10, "mono"), Heading("Requirement", 26, "mono"), Heading("Resources", 24, "mono"),
    Heading("Accounts", 15, "mono"), Heading("Tags", 18, "mono"), Heading("Reason", 30), Heading("Compensating control", 25), Heading("Owner", 15),
    Heading("Approved by", 16), Heading("From", 11, "date"), Heading("Until", 11, "date"), Heading("Ticket", 10),
)  # fmt: skip


def accepted(assessment: Assessment, places: Places) -> Sheet:
    title = "what a named person signed off until a day; the exceptions stay exceptions"
    count = len(assessment.acceptances)
    return Sheet("Accepted", title, _ACCEPTED, _accepted(assessment, places), frozen=2, links=count)


def _accepted(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    by_id: dict[str, list[str]] = defaultdict(list)
    for e in assessment.exceptions:
        if e.acceptance is not None:
            by_id[e.acceptance.id].append(e.number)
    for found in assessment.acceptances:
        a = found.acceptance
        about = (a.requirement, several(a.members), several(a.accounts), several(a.tagged))
        who = (a.owner, a.approver, a.opened, a.expires, a.ticket)
        yield (
            a.id,
            found.status,
            found.covers,
            found.tags_unread,
            places.first_of(len(by_id[a.id]), by_id[a.id]),
            several(by_id[a.id]),
            *about,
            a.reason,
            a.compensating_control,
            *who,
        )
