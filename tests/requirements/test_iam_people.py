"""People: federation, users kept for emergencies, readers who can change nothing; providers and groups."""

import datetime as dt
from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services.iam.asks import CHANGES
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers
from tests.requirements.iam_answers import ago, arn, attached, details, no_details, report, row, user

FEDERATED, READERS = "iam.account.people-federated", "iam.people.readers-change-nothing"
APPROVED, VALID, GROUPS = "iam.users.console-approved", "iam.saml-providers.valid", "iam.groups.in-use"
MANAGEMENT = "555566667777"
PIPELINE = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
SAML = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"}


# -- federation --------------------------------------------------------------------------------------------------------


def saml(*ends: float) -> Answer:
    """Providers that are valid for so many days more."""
    listed = [
        {"Arn": f"arn:aws:iam::{ACCOUNT}:saml-provider/{n}", "ValidUntil": AS_OF + dt.timedelta(days=d)}
        for n, d in enumerate(ends)
    ]
    return answered("iam", "ListSAMLProviders", {"SAMLProviderList": listed}, region="global")


def oidc(*arns: str) -> Answer:
    listed = {"OpenIDConnectProviderList": [{"Arn": a} for a in arns]}
    return answered("iam", "ListOpenIDConnectProviders", listed, region="global")


def instances(*owners: str, status: str = "ACTIVE") -> Answer:
    listed = [{"InstanceArn": f"arn:aws:sso:::instance/{o}", "OwnerAccountId": o, "Status": status} for o in owners]
    return answered("sso-admin", "ListInstances", {"Instances": listed}, region="global", RegionScope="ALL_REGIONS")


def organisation(management: str = MANAGEMENT) -> Answer:
    page = {"Organization": {"Id": "o-example123", "MasterAccountId": management}}
    return answered("organizations", "DescribeOrganization", page, region="global")


STANDALONE = ended("organizations", "DescribeOrganization", "absent", region="global")


def roles(*paths: str) -> Answer:
    return details({"RoleDetailList": [{"RoleName": f"r{n}", "Path": p, "Arn": f"arn:{n}"} for n, p in enumerate(paths)]})


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ((saml(), oidc(), roles(), instances(), STANDALONE), "exception"),
        ((saml(100), oidc(), roles(), instances(), STANDALONE), "meets"),
        ((saml(-1), oidc(), roles(), instances(), STANDALONE), "exception"),
        # Pipelines sign in through it, not people.
        ((saml(), oidc(PIPELINE), roles(), instances(), STANDALONE), "exception"),
        ((saml(), oidc(), roles("/aws-reserved/sso.amazonaws.com/eu-west-1/"), instances(), STANDALONE), "meets"),
        ((saml(), oidc(), roles("/service-role/"), instances(MANAGEMENT), organisation()), "meets"),
        ((saml(), oidc(), roles(), instances(MANAGEMENT, status="CREATE_IN_PROGRESS"), organisation()), "exception"),
        # An account's own instance lets nobody into accounts.
        ((saml(), oidc(), roles(), instances(ACCOUNT), organisation()), "exception"),
        ((saml(), oidc(), roles(), instances(ACCOUNT), STANDALONE), "exception"),
        # What was not read may hold it, unless another says so.
        ((saml(), oidc(), roles(), STANDALONE), "gap"),
        ((saml(100), STANDALONE), "meets"),
        ((saml(), oidc(), no_details(), instances(), STANDALONE), "gap"),
        (
            (answered("iam", "ListSAMLProviders", {"SAMLProviderList": [{}]}, region="global"), oidc(), roles(), instances()),
            "gap",
        ),
    ],
)
def test_people_come_by_federation(answers: tuple[Answer, ...], word: str) -> None:
    assert judge_answers(FEDERATED, *answers)[ACCOUNT] == word


def test_an_openid_connect_provider_counts_where_people_use_it() -> None:
    answers = (saml(), oidc(PIPELINE), roles(), instances(), STANDALONE)
    assert judge_answers(FEDERATED, *answers, people=[PIPELINE])[ACCOUNT] == "meets"
    assert judge_answers(FEDERATED, *answers, people=[PIPELINE + "2"])[ACCOUNT] == "exception"


def test_saml_metadata_that_is_about_to_end() -> None:
    judged = judge_answers(VALID, saml(31, 30, -5))
    assert [judged[f"arn:aws:iam::{ACCOUNT}:saml-provider/{n}"] for n in range(3)] == ["meets", "exception", "exception"]
    assert judge_answers(VALID, saml(31), days=60).result.judgement == "exception"
    bare = answered("iam", "ListSAMLProviders", {"SAMLProviderList": [{"Arn": "arn:x"}]}, region="global")
    assert judge_answers(VALID, bare)["arn:x"] == "gap"
    assert judge_answers(VALID, saml()).result.judgement == "not_applicable"
    assert judge_answers(VALID, ended("iam", "ListSAMLProviders", "denied", region="global")).result.judgement == "gap"


# -- users and groups --------------------------------------------------------------------------------------------------


def test_users_with_a_password_are_approved_by_name() -> None:
    console = {"password_enabled": "true", "password_last_used": ago(3)}
    listed = (details({"UserDetailList": [user("ana"), user("bot")]}), report(row("ana", **console), row("bot")))
    judged = judge_answers(APPROVED, *listed)
    assert (judged["ana"], judged["bot"]) == ("exception", "not_applicable")
    assert judge_answers(APPROVED, *listed, approved=[arn("ana")])["ana"] == "meets"
    assert judge_answers(APPROVED, listed[0], report(row("bot")))["ana"] == "gap"
    assert judge_answers(APPROVED, no_details()).result.judgement == "gap"


def test_groups_without_users() -> None:
    groups = [{"GroupName": name, "Arn": f"arn:{name}"} | attached() for name in ("ops", "old")]
    judged = judge_answers(GROUPS, details({"GroupDetailList": groups, "UserDetailList": [user("ana", GroupList=["ops"])]}))
    assert (judged["ops"], judged["old"]) == ("meets", "exception")
    nameless = details({"GroupDetailList": groups, "UserDetailList": [{"GroupList": ["ops"]}]})
    assert judge_answers(GROUPS, nameless).result.judgement == "gap"
    assert judge_answers(GROUPS, details({"GroupDetailList": []})).result.judgement == "not_applicable"
    assert judge_answers(GROUPS, no_details()).result.judgement == "gap"


# -- readers -----------------------------------------------------------------------------------------------------------

READER = arn("ana")


def simulated(decision: str = "implicitDeny", *, but: dict[str, str] | None = None, **more: Any) -> Answer:
    decided = dict.fromkeys(CHANGES, decision) | (but or {})
    results = [{"EvalActionName": action, "EvalDecision": word} | more for action, word in decided.items()]
    return simulation({"EvaluationResults": results, "IsTruncated": False})


def simulation(page: dict[str, Any]) -> Answer:
    sent: dict[str, Any] = {"ActionNames": list(CHANGES), "PolicySourceArn": READER}
    return answered("iam", "SimulatePrincipalPolicy", page, region="global", **sent)


def readers(*answers: Answer, policy: Any = None, named: tuple[str, ...] = (READER,), **lists: Any) -> Judged:
    inline = {"UserPolicyList": [{"PolicyName": "p", "PolicyDocument": policy}]} if policy else {}
    listed = details({"UserDetailList": [user("ana", **inline)]} | lists)
    return judge_answers(READERS, listed, *answers, readers=list(named))


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (simulated(), "meets"),
        (simulated("explicitDeny"), "meets"),
        (simulated(but={"elasticbeanstalk:TerminateEnvironment": "allowed"}), "exception"),
        (simulated("allowed"), "exception"),
        (simulated(MissingContextValues=["aws:PrincipalTag/team"]), "gap"),
        (simulated("allowed", MissingContextValues=["aws:PrincipalTag/team"]), "exception"),
        (simulated("perhaps"), "gap"),
        (simulation({"EvaluationResults": []}), "gap"),
        (
            ended("iam", "SimulatePrincipalPolicy", "denied", region="global", ActionNames=list(CHANGES), PolicySourceArn=READER),
            "gap",
        ),
    ],
)
def test_what_iam_says_of_a_reader(answer: Answer, word: str) -> None:
    assert readers(answer)["user/ana"] == word


def allow(action: str, resource: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


@pytest.mark.parametrize(
    ("policy", "word"),
    [
        (allow("elasticbeanstalk:Describe*", "*"), "meets"),
        (allow("elasticbeanstalk:UpdateEnvironment", f"arn:aws:elasticbeanstalk:*:{ACCOUNT}:environment/shop/*"), "gap"),
        (allow("*", "arn:aws:*:*:*:environment/shop/*"), "gap"),
        (allow("*", "arn:aws:s3:::a/*"), "meets"),
        # Of everything the simulation has said what holds: a Deny elsewhere, say.
        (allow("elasticbeanstalk:*", "*"), "meets"),
        ({"Statement": "none"}, "gap"),
    ],
)
def test_rights_on_particular_environments_are_not_simulated(policy: Any, word: str) -> None:
    assert readers(simulated(), policy=policy)["user/ana"] == word
    group = {"GroupName": "g", "Arn": "arn:g", "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": policy}]} | attached()
    assert readers(simulated(), UserDetailList=[user("ana", GroupList=["g"])], GroupDetailList=[group])["user/ana"] == word


def test_only_who_is_named_is_judged() -> None:
    judged = readers(simulated("allowed"), named=())
    assert judged["user/ana"] == judged.result.judgement == "not_applicable"
    assert "named as a reader" in judged.reason("user/ana")
    assert readers(simulated(), UserDetailList=[user("ana", GroupList=["unlisted"])])["user/ana"] == "gap"


def test_people_are_users_and_roles_that_no_service_alone_may_take_on() -> None:
    trusts = {
        "machine": {"Service": "ec2.amazonaws.com"}, "sso": SAML, "other": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}, "all": "*",
    }  # fmt: skip
    listed = [
        {"RoleName": name, "Arn": f"arn:{name}", "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": p}}}
        | attached()
        for name, p in trusts.items()
    ]
    judged = readers(simulated(), RoleDetailList=[*listed, {"RoleName": "odd", "Arn": "arn:odd"}])
    assert {m.id for m in judged.members} == {"user/ana", "role/sso", "role/other", "role/all", "role/odd"}
