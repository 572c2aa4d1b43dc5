"""AWS's own reports and the agreements with AWS. What they say is AWS's side: a person reads them."""

import re
from functools import partial

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


def _is(report: str) -> str:
    """The pattern of a report's name. A letter that bridges two periods is no report: see `_LETTER`."""
    return f"(?i){re.escape(report)}"


_LETTER = r"(?i)\bletter\b"


def _offered(report: str, names: list[str]) -> list[str]:
    """The names that fit. Raises ValueError where none does: names are AWS's, and may have changed."""
    found = [name for name in names if re.search(_is(report), name) and not re.search(_LETTER, name)]
    if not found:
        raise ValueError(f"no report on offer is named {report}")
    return found


@requirement(
    "artifact.account.report-published",
    says="AWS has published the report named, for a recent period.",
    why="Controls that AWS operates are inherited by its report: one whose period has long ended says nothing of today.",
    logic="AWS Artifact lists at least one report whose name holds the words given and that is no letter, in state PUBLISHED, whose "
    "periodEnd lies at most the days given before the run's end; where no name holds them, it is a gap. The report itself is never "
    "fetched, for that accepts its terms: what it says, and whether its period and a bridge letter cover yours, a person reads.",
    covers=("CV-01",),
    uses=("artifact.reports",),
    parameters={
        "report": Parameter("SOC 2", "words that the report's name holds"),
        "days": Parameter(365, "days before the run's end in which the report's period may have ended"),
    },
    fix="Name the report as AWS Artifact does; a report that is due and not there yet is bridged by AWS's letter.",
    source="https://docs.aws.amazon.com/artifact/latest/APIReference/API_ReportSummary.html",
)
def report_published(accounts: Population, reports: Population, *, report: str, days: int) -> Truth:
    named = reports.name.matches(_is(report)) & ~reports.name.matches(_LETTER)
    recent = named & (reports.state == "PUBLISHED") & reports.period_end.within(days=days)
    offered = accounts.report_names.compute(partial(_offered, report))
    found = accounts.some_in(reports, where=recent, within="account", label=f"reports of the last {days} days")
    return found | ~offered.present()  # unknown, never no, where nothing bears that name


@requirement(
    "artifact.account.report-identified",
    says="The edition of the report named is on record: its id, version and period.",
    why="Whoever relies on AWS's report cites one edition of it; another reader can then look at the same one.",
    logic="Every report in state PUBLISHED whose name holds the words given, and that is no letter, is listed by AWS Artifact with an id, "
    "a version and the start and end of its period; where no name holds them, it is a gap. AWS's sequence number is not read. Who "
    "obtained the document, and accepted its terms, a person says: it is never fetched from here.",
    covers=("CV-02",),
    uses=("artifact.reports",),
    parameters={"report": Parameter("SOC 2", "words that the report's name holds")},
    fix="Name the report as AWS Artifact does; a person obtains it there and notes id, version and period beside it.",
    source="https://docs.aws.amazon.com/artifact/latest/APIReference/API_ReportSummary.html",
)
def report_identified(accounts: Population, reports: Population, *, report: str) -> Truth:
    named = reports.name.matches(_is(report)) & ~reports.name.matches(_LETTER) & (reports.state == "PUBLISHED")
    told = reports.version.present() & reports.period_start.present() & reports.period_end.present()
    offered = accounts.report_names.compute(partial(_offered, report))
    some = accounts.some_in(reports, where=named & told, within="account", label="editions with version and period")
    nameless = accounts.some_in(reports, where=named & ~told, within="account", label="editions without version or period")
    return (some & ~nameless) | ~offered.present()  # unknown, never no, where nothing bears that name


@requirement(
    "artifact.account.business-associate-addendum",
    says="AWS Artifact shows a business associate addendum in force for every account.",
    why="Where HIPAA applies, health data may be put on AWS only under this agreement.",
    logic="At least one agreement that applies to the account, its own or its organisation's, has Business Associate in its name and "
    "state ACTIVE. One that was signed on paper does not stand in AWS Artifact.",
    covers=("CV-03",),
    uses=("artifact.agreements",),
    fix="AWS Artifact → Agreements: a person who may bind the company accepts it, best for the organisation in its management account.",
    source="https://docs.aws.amazon.com/artifact/latest/APIReference/API_CustomerAgreementSummary.html",
)
def business_associate_addendum(accounts: Population, agreements: Population) -> Truth:
    counts = agreements.name.matches(r"(?i)business associate") & (agreements.state == "ACTIVE")
    return accounts.some_in(agreements, where=counts, within="account", label="business associate addenda in force")


REQUIREMENTS = (report_published, report_identified, business_associate_addendum)
