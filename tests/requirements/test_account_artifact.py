"""The security contact, AWS's own reports, and the agreements with AWS."""

import datetime as dt
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.aws.wall import allowed_by
from evidence.run.answer import Answer
from evidence.services import asks
from evidence.services.account import GET_SECURITY_CONTACT
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers

CONTACT = {"Name": "Security desk", "Title": "Desk", "EmailAddress": "desk@example.com", "PhoneNumber": "+44 20 7946 0000"}
SECURITY = {"AlternateContactType": "SECURITY"}


def contact(**more: Any) -> Answer:
    page = {"AlternateContact": {k: v for k, v in (CONTACT | SECURITY | more).items() if v is not None}}
    return answered("account", "GetAlternateContact", page, region="global", **SECURITY)


def security_contact(*answers: Answer) -> str:
    return judge_answers("account.account.security-contact", *answers)[ACCOUNT]


def test_security_contact() -> None:
    def other(ending: Any, code: str) -> Answer:
        return ended("account", "GetAlternateContact", ending, region="global", code=code, **SECURITY)

    assert security_contact(contact()) == "meets"
    assert security_contact(other("absent", "ResourceNotFoundException")) == "exception"
    assert security_contact(contact(PhoneNumber=None)) == "exception"
    assert security_contact(contact(EmailAddress=7)) == "gap"
    assert security_contact(other("denied", "AccessDeniedException")) == "gap"
    assert security_contact() == "gap"


def test_no_detail_of_the_contact_is_kept_and_it_still_counts_as_set() -> None:
    page: dict[str, Any] = {"AlternateContact": {**CONTACT, **SECURITY}}
    Redactor().apply(page, GET_SECURITY_CONTACT.redact)
    assert not set(CONTACT.values()) & set(page["AlternateContact"].values())
    assert page["AlternateContact"]["AlternateContactType"] == "SECURITY"
    assert security_contact(answered("account", "GetAlternateContact", page, region="global", **SECURITY)) == "meets"


# AWS Artifact


def test_no_document_can_be_fetched_through_the_wall() -> None:
    let_through = {operation for service, operation in allowed_by(asks()) if service == "artifact"}
    assert let_through == {"ListReports", "ListCustomerAgreements"}


def days_ago(days: int) -> dt.datetime:
    return AS_OF - dt.timedelta(days=days)


def report(name: str, ended_days_ago: int | None, **more: Any) -> dict[str, Any]:
    end = None if ended_days_ago is None else days_ago(ended_days_ago)
    return {"id": f"report-{name}", "name": name, "version": 1, "state": "PUBLISHED", "periodEnd": end} | more


def reports(*entries: dict[str, Any]) -> Answer:
    return answered("artifact", "ListReports", {"reports": list(entries)}, region="global")


def published(*answers: Answer, **parameters: Any) -> Judged:
    return judge_answers("artifact.account.report-published", *answers, **parameters)


SOC = "System and Organization Controls (SOC) 2 Report"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (report("SOC 2 Type II Report", 180), "meets"),
        (report("soc 2 type ii report", 365), "meets"),
        (report("SOC 2 Type II Report", 366), "exception"),
        (report("SOC 2 Type II Report", 180, state="UNPUBLISHED"), "exception"),
        (report("SOC 2 Type II Report", None), "gap"),
        (report("SOC 2 Type II Report", 180, periodEnd=2026), "gap"),
        # Another name is no proof that there is no such report.
        (report("PCI DSS Attestation", 10), "gap"),
        (report("SOC 1 Type II Report", 10), "gap"),
        (report("SOC 2 Bridge Letter", 10), "gap"),
    ],
)
def test_report(entry: dict[str, Any], expected: str) -> None:
    assert published(reports(entry))[ACCOUNT] == expected


def test_the_newest_of_several_counts_and_others_can_be_asked_for() -> None:
    several = reports(report("SOC 2 2024", 900), report("SOC 2 2026", 100), report("PCI DSS Attestation", 500))
    judged = published(several)
    assert judged[ACCOUNT] == "meets" and "report-SOC 2 2026" in judged.reason(ACCOUNT)
    assert published(several, days=90)[ACCOUNT] == "exception"
    assert published(several, report="PCI DSS")[ACCOUNT] == "exception"
    assert published(several, report="PCI DSS", days=600)[ACCOUNT] == "meets"
    assert published(reports(report(SOC, 10)), report="(SOC) 2")[ACCOUNT] == "meets"


def test_reports_that_could_not_be_listed() -> None:
    denied = ended("artifact", "ListReports", "denied", region="global", code="AccessDeniedException")
    assert published(denied)[ACCOUNT] == "gap" and published(reports())[ACCOUNT] == "gap" and published()[ACCOUNT] == "gap"
    cut = ended("artifact", "ListReports", "throttled", {"reports": [report("SOC 2", 900)]}, region="global")
    assert published(cut)[ACCOUNT] == "gap"


def agreement(name: str = "AWS Business Associate Addendum", **more: Any) -> dict[str, Any]:
    return {"id": "agreement-1", "name": name, "state": "ACTIVE", "type": "DEFAULT"} | more


def addendum(*entries: dict[str, Any]) -> str:
    listed = answered("artifact", "ListCustomerAgreements", {"customerAgreements": list(entries)}, region="global")
    return judge_answers("artifact.account.business-associate-addendum", listed)[ACCOUNT]


def test_business_associate_addendum() -> None:
    organisation = agreement("AWS Organizations Business Associate Addendum", organizationArn="arn:aws:organizations::1:o/o-1")
    assert addendum(agreement()) == "meets" and addendum(organisation) == "meets"
    assert addendum(agreement(state="CUSTOMER_TERMINATED")) == "exception"
    assert addendum(agreement(state="AWS_TERMINATED"), organisation | {"id": "agreement-2"}) == "meets"
    assert addendum(agreement("AWS Australian Notifiable Data Breach Addendum")) == "exception"
    assert addendum() == "exception"
    assert addendum(agreement(state=None)) == "gap"
    denied = ended("artifact", "ListCustomerAgreements", "denied", region="global")
    assert judge_answers("artifact.account.business-associate-addendum", denied)[ACCOUNT] == "gap"
