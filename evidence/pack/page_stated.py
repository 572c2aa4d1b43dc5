"""What the page's script reads of management's statements: the register of exceptions, acceptances, people, documents. Pure."""

from typing import Any

from evidence.assessment.model import AcceptanceStatus, Assessment
from evidence.pack.page_table import Table

NOBODY = -1
"""In place of a number where management stated nothing."""


def stated(assessment: Assessment, evidence: Table) -> dict[str, Any]:
    """The register in columns; each statement stands beside it once, by number. `evidence` numbers evidence ids."""
    a, management = assessment, assessment.management
    responses, runs, known = Table(), Table(), {s.acceptance: s for s in a.acceptances}
    places = {acceptance: n for n, acceptance in enumerate(known)}
    register = {
        "number": [e.number for e in a.exceptions],
        "seen": [runs.at((e.first_seen, e.seen_in)) for e in a.exceptions],
        "days": [e.days for e in a.exceptions],
        "overdue": [e.overdue for e in a.exceptions],
        "response": [responses.at(e.response) if e.response else NOBODY for e in a.exceptions],
        "acceptance": [places[e.acceptance] if e.acceptance else NOBODY for e in a.exceptions],
    }
    return {
        "register": {**register, "runs": runs.values},
        "responses": responses.values,
        "acceptances": [_acceptance(s) for s in known.values()],
        "people": _people(a),
        "documents": management.documents,
        "wanted": management.wanted,
        "aws": {
            "asked": a.aws_side.asked, "unread": a.aws_side.unread,
            "reports": [{**vars(r), "evidence": evidence.all(r.evidence)} for r in a.aws_side.reports],
        },
    }  # fmt: skip


def _acceptance(found: AcceptanceStatus) -> dict[str, Any]:
    a = found.acceptance
    return {**vars(a), "tagged": a.tagged, "status": found.status, "covers": found.covers, "tags_unread": found.tags_unread}


def _people(assessment: Assessment) -> list[tuple[str, str]]:
    """Who answers for the pack; "" where nobody was named."""
    people = assessment.management.people
    return [
        ("Prepared by", str(people.preparer or "") or assessment.run.prepared_by),
        ("Reviewed by", str(people.reviewer or "")),
        ("Approved by", str(people.approver or "")),
    ]
