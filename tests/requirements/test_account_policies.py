"""Audit Manager where it is in use, the organisation's management policies, and the edition of AWS's report."""

from typing import Any

import pytest

from evidence.aws.endings import ending_of
from evidence.run.answer import Answer
from evidence.services.auditmanager import LIST_ASSESSMENTS
from tests.judging import ACCOUNT, answered, ended, judge_answers
from tests.requirements.iam_answers import ago

ASSESSMENT, POLICIES = "auditmanager.regions.assessment-active", "organizations.account.management-policies"
IDENTIFIED = "artifact.account.report-identified"


# -- Audit Manager -------------------------------------------------------------------------------------------------------


def standing(status: Any) -> Answer:
    return answered("auditmanager", "GetAccountStatus", {"status": status})


def assessments(*found: Any) -> Answer:
    return answered("auditmanager", "ListAssessments", {"assessmentMetadata": list(found)})


def assessment(status: str = "ACTIVE", kind: str = "PCI DSS") -> dict[str, str]:
    return {"name": "yearly", "id": "a-1", "complianceType": kind, "status": status}


NOT_SET_UP = ended("auditmanager", "ListAssessments", "absent", code="AccessDeniedException")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((standing("ACTIVE"), assessments(assessment())), "meets"),
        ((standing("ACTIVE"), assessments(assessment("INACTIVE"))), "exception"),
        ((standing("ACTIVE"), assessments()), "exception"),
        ((standing("ACTIVE"), NOT_SET_UP), "exception"),
        ((standing("PENDING_ACTIVATION"), assessments(assessment())), "exception"),
        ((standing("INACTIVE"), NOT_SET_UP), "not_applicable"),
        ((standing("ACTIVE"), ended("auditmanager", "ListAssessments", "denied")), "gap"),
        ((standing("ACTIVE"), assessments({"name": "odd"})), "gap"),
        ((ended("auditmanager", "GetAccountStatus", "denied"), assessments(assessment())), "gap"),
        ((ended("auditmanager", "GetAccountStatus", "unsupported"),), "gap"),
    ],
)
def test_an_assessment_is_active_where_audit_manager_is_in_use(answers: tuple[Answer, ...], expected: str) -> None:
    assert judge_answers(ASSESSMENT, *answers)[ACCOUNT] == expected


def test_the_framework_may_be_named() -> None:
    answers = (standing("ACTIVE"), assessments(assessment(kind="PCI DSS")))
    assert judge_answers(ASSESSMENT, *answers, frameworks=["PCI DSS"])[ACCOUNT] == "meets"
    assert judge_answers(ASSESSMENT, *answers, frameworks=["HIPAA"])[ACCOUNT] == "exception"


def test_only_audit_manager_s_own_words_mean_not_set_up() -> None:
    from botocore.exceptions import ClientError

    def said(message: str) -> str:
        return ending_of(
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, "ListAssessments"), LIST_ASSESSMENTS
        )

    assert said("Please complete AWS Audit Manager setup from home page to enable this action in this account.") == "absent"
    assert said("User: arn:aws:iam::012345678901:user/a is not authorized to perform: auditmanager:ListAssessments") == "denied"


# -- management policies -------------------------------------------------------------------------------------------------


MEMBER = answered("organizations", "DescribeOrganization", {"Organization": {"Id": "o-lark"}}, region="global")
STANDALONE = ended("organizations", "DescribeOrganization", "absent", region="global", code="AWSOrganizationsNotInUseException")


def effective(kind: str, content: Any = '{"backup": {"plans": {"daily": {}}}}') -> Answer:
    page = {"EffectivePolicy": {"PolicyType": kind, "PolicyContent": content, "TargetId": ACCOUNT}}
    return answered("organizations", "DescribeEffectivePolicy", page, region="global", PolicyType=kind)


def none_of(kind: str, ending: Any = "absent") -> Answer:
    return ended("organizations", "DescribeEffectivePolicy", ending, region="global", PolicyType=kind)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((MEMBER, effective("BACKUP_POLICY"), effective("S3_POLICY")), "meets"),
        ((MEMBER, effective("BACKUP_POLICY"), none_of("S3_POLICY")), "exception"),
        ((MEMBER, effective("BACKUP_POLICY", '{"backup": {}}'), effective("S3_POLICY")), "exception"),
        ((MEMBER, effective("BACKUP_POLICY"), none_of("S3_POLICY", "denied")), "gap"),
        ((MEMBER, effective("BACKUP_POLICY", "no JSON"), effective("S3_POLICY")), "gap"),
        ((MEMBER, effective("BACKUP_POLICY")), "gap"),
        ((STANDALONE, none_of("BACKUP_POLICY"), none_of("S3_POLICY")), "not_applicable"),
        ((ended("organizations", "DescribeOrganization", "denied", region="global"), effective("BACKUP_POLICY"), effective("S3_POLICY")), "gap"),
    ],
)  # fmt: skip
def test_the_policies_required_are_in_force(answers: tuple[Answer, ...], expected: str) -> None:
    assert judge_answers(POLICIES, *answers, types=["BACKUP_POLICY", "S3_POLICY"])[ACCOUNT] == expected


def test_while_no_type_is_named_nobody_can_say() -> None:
    assert judge_answers(POLICIES, MEMBER, effective("BACKUP_POLICY"))[ACCOUNT] == "gap"


# -- AWS's report --------------------------------------------------------------------------------------------------------


def reports(*found: Any) -> Answer:
    return answered("artifact", "ListReports", {"reports": list(found)}, region="global")


def report(**more: Any) -> dict[str, Any]:
    entry = {
        "id": "report-1",
        "name": "AWS SOC 2 Report",
        "version": 2,
        "state": "PUBLISHED",
        "periodStart": ago(500),
        "periodEnd": ago(150),
    }
    return {k: v for k, v in {**entry, **more}.items() if v is not None}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reports(report()), "meets"),
        (reports(report(version=None)), "exception"),
        (reports(report(), report(id="report-2", periodEnd=None)), "exception"),
        (reports(report(), report(id="report-2", name="AWS SOC 2 bridge letter", periodEnd=None)), "meets"),
        (reports(report(state="UNPUBLISHED")), "exception"),
        (reports(report(version="two")), "gap"),
        (reports(report(name="AWS PCI DSS")), "gap"),
        (reports(), "gap"),
        (ended("artifact", "ListReports", "denied", region="global"), "gap"),
    ],
)
def test_the_edition_of_the_report_is_on_record(answer: Answer, expected: str) -> None:
    assert judge_answers(IDENTIFIED, answer)[ACCOUNT] == expected
