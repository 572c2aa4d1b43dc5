"""AWS's own side: the reports that AWS Artifact lists (AwsSide), and the controls that lean on them (Inherited)."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from evidence.assessment.model import Assessment, AwsSide, ProgramFacts, ServiceInUse
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Heading, Link, Sheet, number

Cited = Callable[[Sequence[str]], tuple[Link | str, str]]

_REPORTS = (
    Heading("Report", 48), Heading("State", 13, "word"), Heading("Category", 28), Heading("Period from", 12, "date"),
    Heading("Period until", 12, "date"), number("Days from its end to the end of ours", 14), Heading("Account", 15, "mono"),
    Heading("Id in AWS Artifact", 30, "mono"), Heading("Evidence", 17, "mono"), Heading("Further evidence", 17, "mono"),
)  # fmt: skip


def aws_side(assessment: Assessment, places: Places) -> Sheet:
    return reports(assessment.aws_side, places.evidence)


def reports(side: AwsSide, evidence: Cited) -> Sheet:
    """`evidence` gives the first of some evidence ids, which may lead somewhere, and the others."""
    none = "AWS Artifact lists no report" if side.asked else "these programs do not ask AWS Artifact for its reports"
    title = "AWS's own reports: listed only, since fetching one accepts AWS's terms"
    return Sheet("AwsSide", title, _REPORTS, _reports(side, evidence), links=len(side.reports), none=none)


def _reports(side: AwsSide, evidence: Cited) -> Iterator[Sequence[Any]]:
    for u in side.unread:
        yield f"Not read: {u.call} in {u.region}", "not read", u.detail, "", "", "", u.account, u.ending, "", ""
    for r in side.reports:
        days = "" if r.days_short is None else r.days_short
        yield (
            r.name,
            r.state,
            r.category,
            _day(r.period_start),
            _day(r.period_end),
            days,
            r.account,
            r.id,
            *evidence(r.evidence),
        )


def _day(iso: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        return iso


_SERVICES = (
    Heading("Program", 22), Heading("Service of AWS", 38), Heading("In AWS's API", 22, "mono"), number("Resources listed", 12),
    Heading("All lists read", 12), Heading("AWS's attestation", 18, "word"), Heading("As AWS's page said on", 14, "date"),
    Heading("AWS's page", 60, "mono"),
)  # fmt: skip


def services(assessment: Assessment) -> Sheet:
    return services_in(assessment.programs, assessment.services)


def services_in(programs: Sequence[ProgramFacts], found: Sequence[ServiceInUse]) -> Sheet:
    title = "services in use, and whether AWS's own attestation for each program covers them"
    none = "no resource of any service was listed"
    return Sheet("ServicesInScope", title, _SERVICES, _services(programs, found), frozen=2, none=none)


def _services(programs: Sequence[ProgramFacts], found: Sequence[ServiceInUse]) -> Iterator[Sequence[Any]]:
    for p in programs:
        kept = p.aws_services
        for s in found:
            covers = kept.covers(s.service) if kept else "not known"
            said = (_day(kept.as_of), kept.page) if kept else ("", "")
            yield p.id, s.name, s.service, s.resources, "no" if s.unread else "yes", covers, *said


_INHERITED = (
    Heading("Program", 16), Heading("Control", 10), Heading("What it asks, in our words", 44), Heading("Side", 10),
    Heading("Evidence shows", 15, "word"), Heading("AWS's report that covers AWS's side", 26),
    Heading("What to bear in mind", 52),
)  # fmt: skip


def inherited(assessment: Assessment, places: Places) -> Sheet:
    count = sum(c.responsibility != "customer" for c in assessment.conclusions)
    title = "controls that AWS operates, alone or beside the customer"
    return Sheet("Inherited", title, _INHERITED, _inherited(assessment, places), frozen=2, links=count)


def _inherited(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    programs = {p.id: p for p in assessment.programs}
    for c in assessment.conclusions:
        if c.responsibility == "customer":
            continue
        p = programs.get(c.program)
        report = (p.aws_artifact or "none") if p and p.aws_attested else "none"
        yield (
            c.program,
            places.control(c.program, c.control),
            c.title,
            c.responsibility,
            c.conclusion,
            report,
            p.aws_note if p else "",
        )
