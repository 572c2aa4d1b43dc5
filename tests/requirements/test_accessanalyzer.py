"""Access from outside: analyzers in each Region, and their findings."""

from typing import Any

import pytest

from evidence.assessment.judge import judge
from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.answer import Answer
from evidence.run.scope import Account, Scope
from evidence.services import populations
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers

SECURITY, STRANGER = "444455556666", "777788889999"
ARN = "arn:aws:access-analyzer:eu-west-1:012345678901:analyzer/outside"


def analyzer(kind: str = "ACCOUNT", status: Any = "ACTIVE", name: str = "outside") -> dict[str, Any]:
    return {"arn": ARN, "name": name, "type": kind, "status": status, "createdAt": AS_OF}


def analyzers(*entries: dict[str, Any], **where: str) -> Answer:
    return answered("accessanalyzer", "ListAnalyzers", {"analyzers": list(entries)}, **where)


def member_of(organisation: str, account: str = ACCOUNT) -> Answer:
    page = {"Organization": {"Id": organisation}}
    return answered("organizations", "DescribeOrganization", page, region="global", account=account)


ALONE = ended("organizations", "DescribeOrganization", "absent", region="global", code="AWSOrganizationsNotInUseException")


def external(*answers: Answer) -> str:
    return judge_answers("accessanalyzer.regions.external-access", *answers)[ACCOUNT]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (analyzer(), "meets"),
        (analyzer("ORGANIZATION"), "meets"),
        (analyzer(status="DISABLED"), "exception"),
        (analyzer(status="CREATING"), "exception"),
        (analyzer("ACCOUNT_UNUSED_ACCESS"), "exception"),
        (analyzer("ORGANIZATION_INTERNAL_ACCESS"), "exception"),
        (analyzer(status=1), "gap"),
        (analyzer() | {"status": None}, "gap"),
    ],
)
def test_an_account_on_its_own(entry: dict[str, Any], expected: str) -> None:
    assert external(analyzers(entry), ALONE) == expected


def test_none_is_an_exception_only_where_no_organisation_can_have_one() -> None:
    assert external(analyzers(), ALONE) == "exception"
    assert external(analyzers(), member_of("o-1")) == "gap"
    assert external(analyzers(), ended("organizations", "DescribeOrganization", "denied", region="global")) == "gap"
    assert external(ended("accessanalyzer", "ListAnalyzers", "denied"), ALONE) == "gap"
    assert external(analyzers(analyzer()), ended("organizations", "DescribeOrganization", "denied", region="global")) == "meets"


def across(*answers: Answer, regions: tuple[str, ...] = ("eu-west-1",)) -> dict[tuple[str, str], str]:
    """{(account, Region): judgement} for an account and the one that the organisation's analyzers are delegated to."""
    requirement = requirements()["accessanalyzer.regions.external-access"]
    asked: Any = dict.fromkeys(regions, "asked")
    scope = Scope(tuple(Account(id, regions=asked) for id in (ACCOUNT, SECURITY)))
    read = read_populations(Answers(scope, answers), needs([requirement], populations()), populations(), AS_OF)
    return {(m.account, m.region): m.judgement for m in judge(requirement, read)[1]}


def test_the_organisations_analyzer_in_another_account_counts_in_its_region() -> None:
    regions = ("eu-west-1", "eu-west-2")
    found = across(
        member_of("o-1"), member_of("o-1", SECURITY),
        analyzers(), analyzers(region="eu-west-2"),
        analyzers(analyzer("ORGANIZATION"), account=SECURITY), analyzers(region="eu-west-2", account=SECURITY),
        regions=regions,
    )  # fmt: skip
    assert found == {
        (ACCOUNT, "eu-west-1"): "meets", (ACCOUNT, "eu-west-2"): "gap",
        (SECURITY, "eu-west-1"): "meets", (SECURITY, "eu-west-2"): "gap",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "organisation", "expected"),
    [
        (analyzer("ORGANIZATION", "DISABLED"), "o-1", "exception"),
        (analyzer("ACCOUNT"), "o-1", "gap"),  # covers its own account only
        (analyzer("ORGANIZATION"), "o-2", "gap"),  # another organisation's
    ],
)
def test_what_does_not_cover_this_account(entry: dict[str, Any], organisation: str, expected: str) -> None:
    mine = (member_of("o-1"), analyzers())
    found = across(*mine, member_of(organisation, SECURITY), analyzers(entry, account=SECURITY))
    assert found[ACCOUNT, "eu-west-1"] == expected


# Findings


def finding(id: str, **more: Any) -> dict[str, Any]:
    entry = {"id": id, "status": "ACTIVE", "resource": "arn:aws:s3:::open", "resourceType": "AWS::S3::Bucket"}
    return entry | {"resourceOwnerAccount": ACCOUNT, "analyzedAt": AS_OF, "findingType": "ExternalAccess"} | more


ASKED: dict[str, Any] = {"analyzerArn": ARN, "filter": {"status": {"eq": ["ACTIVE", "ARCHIVED"]}}}


def findings(*entries: dict[str, Any]) -> Answer:
    return answered("accessanalyzer", "ListFindingsV2", {"findings": list(entries)}, **ASKED)


def dealt_with(*answers: Answer) -> Judged:
    return judge_answers("accessanalyzer.findings.dealt-with", *answers)


def test_findings() -> None:
    judged = dealt_with(
        analyzers(analyzer()),
        findings(
            finding("open"), finding("meant", status="ARCHIVED"), finding("unread", error="ACCESS_DENIED"), finding("odd", status=3),
            finding("nameless") | {"resource": None},
        ),
    )  # fmt: skip
    expected = {"open": "exception", "meant": "meets", "unread": "gap", "odd": "gap", "nameless": "exception"}
    assert {m.id: m.judgement for m in judged.members} == expected
    assert "arn:aws:s3:::open" in judged.reason("open") and "ACCESS_DENIED" in judged.reason("unread")


def test_no_findings_none_listed_and_an_analyzer_that_went_away() -> None:
    def word(*answers: Answer) -> str:
        return dealt_with(*answers).result.judgement

    assert word(analyzers(analyzer()), findings()) == "not_applicable"
    assert word(analyzers(analyzer()), ended("accessanalyzer", "ListFindingsV2", "denied", **ASKED)) == "gap"
    gone = ended("accessanalyzer", "ListFindingsV2", "gone", code="ResourceNotFoundException", **ASKED)
    assert word(analyzers(analyzer()), gone) == "not_applicable"
    assert word(ended("accessanalyzer", "ListAnalyzers", "denied")) == "gap"
    assert word(analyzers(analyzer())) == "gap"
    # Findings of unused access are another product's, and are not asked for.
    assert word(analyzers(analyzer("ACCOUNT_UNUSED_ACCESS"))) == "not_applicable"
