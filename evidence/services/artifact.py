"""AWS Artifact: AWS's own audit reports, and the agreements made with AWS. Lists only.

No document is ever fetched, for that accepts its terms: GetTermForReport and GetReport are not declared, and the read-only
wall refuses what is not declared. A person obtains the document and adds it by hand.
"""

from typing import Any

from evidence.services.declare import ACCOUNTS, Ask, Item, PopulationSpec, Service, items, number, text, time

LIST_REPORTS = Ask("artifact", "ListReports", ("artifact:ListReports",), result="reports", whole_account=True)
LIST_AGREEMENTS = Ask(
    "artifact",
    "ListCustomerAgreements",
    ("artifact:ListCustomerAgreements",),
    result="customerAgreements",
    whole_account=True,
)


def _names(item: Item, answer: Any) -> list[str]:
    return [report["name"] for report in answer["reports"]]


REPORTS = PopulationSpec(
    name="artifact.reports",
    offered=True,
    noun="report of AWS",
    type="AWS::Artifact::Report",
    listed_by=LIST_REPORTS,
    items="reports[]",
    identity="id",
    columns={
        "name": text("name"),
        "version": number("version"),
        "state": text("state"),
        "series": text("series"),
        "category": text("category"),
        "company": text("companyName"),
        "period_start": time("periodStart"),
        "period_end": time("periodEnd"),
        "acceptance": text("acceptanceType", label="how its terms are accepted"),
    },
)

AGREEMENTS = PopulationSpec(
    name="artifact.agreements",
    noun="agreement with AWS",
    type="AWS::Artifact::CustomerAgreement",
    listed_by=LIST_AGREEMENTS,
    items="customerAgreements[]",
    identity="id",
    columns={
        "name": text("name"),
        "state": text("state"),
        "kind": text("type"),
        "since": time("effectiveStart"),
        "until": time("effectiveEnd"),
        "organization": text("organizationArn", label="organisation"),
    },
)

ACCOUNT = PopulationSpec(
    name="artifact.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={"report_names": items(of=LIST_REPORTS, read=_names, label="reports on offer")},
)

SERVICE = Service("artifact", "AWS Artifact", asks=(LIST_REPORTS, LIST_AGREEMENTS), populations=(ACCOUNT, REPORTS, AGREEMENTS))
