"""Root of member accounts, managed from the organisation's management account."""

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
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

CENTRAL = "iam.account.root-managed-centrally"
MANAGEMENT = "555566667777"
NONE = {"AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}


def judged(*answers: Answer, accounts: tuple[str, ...] = (ACCOUNT, MANAGEMENT)) -> dict[str, str]:
    """The judgements by account."""
    requirement = requirements()[CENTRAL]
    scope = Scope(tuple(Account(number, regions={REGION: "asked"}) for number in accounts))
    read = read_populations(Answers(scope, answers), needs([requirement], populations()), populations(), AS_OF)
    return {m.account: m.judgement for m in judge(requirement, read)[1]}


def of_account(number: str, counts: dict[str, int] | None = None, management: str = MANAGEMENT) -> tuple[Answer, Answer]:
    page = {"Organization": {"Id": "o-example123", "MasterAccountId": management}}
    return (
        answered("organizations", "DescribeOrganization", page, region="global", account=number),
        answered("iam", "GetAccountSummary", {"SummaryMap": NONE if counts is None else counts}, region="global", account=number),
    )


def features(*enabled: str) -> Answer:
    page = {"OrganizationId": "o-example123", "EnabledFeatures": list(enabled)}
    return answered("iam", "ListOrganizationsFeatures", page, region="global", account=MANAGEMENT)


def no_features(ending: Any, number: str = MANAGEMENT) -> Answer:
    return ended("iam", "ListOrganizationsFeatures", ending, region="global", account=number)


BOTH = (*of_account(ACCOUNT), *of_account(MANAGEMENT))
ELSEWHERE = no_features("absent", ACCOUNT)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (features("RootCredentialsManagement"), "meets"),
        (features("RootSessions", "RootCredentialsManagement"), "meets"),
        (features("RootSessions"), "exception"),
        (features(), "exception"),
        # Trusted access is not enabled: nothing is managed centrally.
        (no_features("absent"), "exception"),
        (no_features("denied"), "gap"),
        (answered("iam", "ListOrganizationsFeatures", {"EnabledFeatures": "x"}, region="global", account=MANAGEMENT), "gap"),
    ],
)
def test_the_management_account_says_whether_root_is_managed(answer: Answer, word: str) -> None:
    assert judged(*BOTH, ELSEWHERE, answer) == {ACCOUNT: word, MANAGEMENT: "not_applicable"}


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (NONE | {"AccountPasswordPresent": 1}, "exception"),
        (NONE | {"AccountAccessKeysPresent": 1}, "exception"),
        (NONE | {"AccountSigningCertificatesPresent": 1}, "exception"),
        ({"AccountPasswordPresent": 0}, "gap"),
    ],
)
def test_a_member_has_no_credentials_of_root(counts: dict[str, int], word: str) -> None:
    read = (*of_account(ACCOUNT, counts), *of_account(MANAGEMENT), ELSEWHERE, features("RootCredentialsManagement"))
    assert judged(*read)[ACCOUNT] == word


def test_without_the_management_account_in_scope_nobody_knows() -> None:
    assert judged(*of_account(ACCOUNT), ELSEWHERE, accounts=(ACCOUNT,)) == {ACCOUNT: "gap"}
    with_key = of_account(ACCOUNT, NONE | {"AccountAccessKeysPresent": 1})
    assert judged(*with_key, ELSEWHERE, accounts=(ACCOUNT,)) == {ACCOUNT: "exception"}


def test_accounts_outside_an_organisation_and_unread_ones() -> None:
    alone = ended("organizations", "DescribeOrganization", "absent", region="global")
    assert judged(alone, of_account(ACCOUNT)[1], accounts=(ACCOUNT,)) == {ACCOUNT: "not_applicable"}
    denied = ended("organizations", "DescribeOrganization", "denied", region="global")
    assert judged(denied, of_account(ACCOUNT)[1], accounts=(ACCOUNT,)) == {ACCOUNT: "gap"}
