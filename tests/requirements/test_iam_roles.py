"""Roles: administrator rights of machines, services that nobody uses, strangers who may take a role on."""

import datetime as dt
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers
from tests.requirements.iam_answers import attached, details, no_details

ADMIN, USED = "iam.machine-roles.no-administrator", "iam.last-accessed.granted-services-used"
PUBLIC, KNOWN = "iam.roles.trust-not-public", "iam.roles.trusted-accounts-known"
PARTNER = "444455556666"
PROFILE: dict[str, Any] = {"InstanceProfileList": [{"InstanceProfileName": "web"}]}


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more]}


EC2 = trust({"Service": "ec2.amazonaws.com"})
BEANSTALK = trust({"Service": ["elasticbeanstalk.amazonaws.com"]})


def role(name: str = "web", *arns: str, document: Any = EC2, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    named = {"RoleName": name, "Path": "/", "Arn": arn, "CreateDate": AS_OF - dt.timedelta(days=400)}
    return named | {"AssumeRolePolicyDocument": document} | attached(*arns) | more


def inline(document: Any) -> dict[str, Any]:
    return {"RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document}]}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Action": action, "Resource": resource} | more}


# -- administrators ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arn", "word"),
    [
        ("arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier", "meets"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "meets"),
        ("arn:aws:iam::aws:policy/AdministratorAccess", "exception"),
        ("arn:aws-cn:iam::aws:policy/AdministratorAccess-AWSElasticBeanstalk", "exception"),
        ("arn:aws:iam::aws:policy/PowerUserAccess", "exception"),
        ("arn:aws-us-gov:iam::aws:policy/IAMFullAccess", "exception"),
    ],
)
def test_aws_s_administrator_policies_on_machines(arn: str, word: str) -> None:
    assert judge_answers(ADMIN, details({"RoleDetailList": [role("web", arn, **PROFILE)]}))["web"] == word


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (allow("s3:GetObject"), "meets"),
        (allow("*", "arn:aws:s3:::a/*"), "meets"),
        (allow("iam:Get*"), "meets"),
        (allow("*"), "exception"),
        (allow("iam:*"), "exception"),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:DeleteRole", "Resource": "*"}}, "exception"),
        ({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}, "meets"),
        ('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}', "exception"),
        ("everything", "gap"),
        (None, "gap"),
        ({"Statement": "all"}, "gap"),
    ],
)
def test_administrator_rights_written_by_hand(document: Any, word: str) -> None:
    assert judge_answers(ADMIN, details({"RoleDetailList": [role(**PROFILE, **inline(document))]}))["web"] == word
    own = f"arn:aws:iam::{ACCOUNT}:policy/own"
    versions = [{"IsDefaultVersion": True, "Document": document}, {"IsDefaultVersion": False, "Document": allow("*")}]
    policy = {"PolicyName": "own", "Arn": own, "PolicyVersionList": versions}
    lists = {"RoleDetailList": [role("web", own, **PROFILE)], "Policies": [policy]}
    assert judge_answers(ADMIN, details(lists))["web"] == word
    assert judge_answers(ADMIN, details({**lists, "Policies": []}))["web"] == "gap"


def test_only_roles_of_instances_and_of_elastic_beanstalk_are_members() -> None:
    odd = role("odd", document="?")
    roles = [role("service", document=BEANSTALK), role("web", **PROFILE), role("lambda", document=EC2), odd]
    assert {m.id for m in judge_answers(ADMIN, details({"RoleDetailList": roles})).members} == {"service", "web", "odd"}
    judged = judge_answers(ADMIN, details({"RoleDetailList": [odd, role("held", document="?", **PROFILE)]}))
    assert (judged["odd"], judged["held"]) == ("gap", "meets")
    assert judge_answers(ADMIN, details({"RoleDetailList": []})).result.judgement == "not_applicable"
    assert judge_answers(ADMIN, no_details()).result.judgement == "gap"
    assert judge_answers(ADMIN, details({"RoleDetailList": "x"})).result.judgement == "gap"


# -- services used -----------------------------------------------------------------------------------------------------

JOB = "3a1f1d4e-0000-4000-a000-000000000001"


def generated(ending: Any = "answered") -> Answer:
    sent = {"Granularity": "SERVICE_LEVEL", "Arn": f"arn:aws:iam::{ACCOUNT}:role/web"}
    if ending == "answered":
        return answered("iam", "GenerateServiceLastAccessedDetails", {"JobId": JOB}, region="global", **sent)
    return ended("iam", "GenerateServiceLastAccessedDetails", ending, region="global", **sent)


def reported(*services: dict[str, Any], **more: Any) -> Answer:
    page = {"JobStatus": "COMPLETED", "JobCompletionDate": AS_OF, "ServicesLastAccessed": list(services), "IsTruncated": False}
    return answered("iam", "GetServiceLastAccessedDetails", page | more, region="global", MaxItems=1000, JobId=JOB)


def used(name: str, days: float | None) -> dict[str, Any]:
    last = {} if days is None else {"LastAuthenticated": AS_OF - dt.timedelta(days=days)}
    return {"ServiceName": name, "ServiceNamespace": name, **last}


def services(*answers: Answer, created: float = 400, **parameters: Any) -> Judged:
    listed = details({"RoleDetailList": [role(**PROFILE) | {"CreateDate": AS_OF - dt.timedelta(days=created)}]})
    return judge_answers(USED, listed, *answers, **parameters)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        ([], "meets"),
        ([used("s3", 3), used("logs", 90)], "meets"),
        ([used("s3", 3), used("logs", 91)], "exception"),
        ([used("s3", 3), used("xray", None)], "exception"),
        ([{"ServiceName": "Amazon S3"}], "gap"),
        ([{"ServiceNamespace": "s3", "LastAuthenticated": "yesterday"}], "gap"),
    ],
)
def test_services_that_a_role_uses(found: Any, word: str) -> None:
    assert services(generated(), reported(*found))["web"] == word


def test_services_may_be_excepted_the_window_chosen_and_a_new_role_has_time() -> None:
    idle = (generated(), reported(used("s3", 100), used("xray", None)))
    assert "xray was not used" in services(*idle, days=120).reason("web")
    assert services(*idle, days=120, unused=["xray"])["web"] == "meets"
    assert services(*idle, unused=["xray"])["web"] == "exception"
    assert services(*idle, created=20)["web"] == "meets"


def test_a_report_that_is_not_whole_is_a_gap() -> None:
    failed = {"JobStatus": "FAILED", "Error": {"Message": "x", "Code": "ServiceFailure"}}
    assert "ServiceFailure" in services(generated(), reported(**failed)).reason("web")
    assert services(generated(), reported(used("s3", 1), IsTruncated=True))["web"] == "gap"
    denied = ended("iam", "GetServiceLastAccessedDetails", "denied", region="global", MaxItems=1000, JobId=JOB)
    assert services(generated(), denied)["web"] == "gap"


def test_a_report_that_lists_nothing_of_a_role_with_policies_is_a_gap() -> None:
    for more in (attached("arn:aws:iam::aws:policy/ReadOnlyAccess"), inline(allow("s3:GetObject"))):
        listed = details({"RoleDetailList": [role(**PROFILE) | more]})
        assert judge_answers(USED, listed, generated(), reported())["web"] == "gap"


def test_a_report_that_could_not_be_made_leaves_the_list_open_and_a_role_that_went_away_is_left_out() -> None:
    judged = services(generated("denied"))
    assert judged.result.judgement == "gap" and judged.result.population.unread
    assert services(generated("gone")).result.judgement == "not_applicable"


# -- who may take a role on --------------------------------------------------------------------------------------------


def taken(requirement: str, document: Any, path: str = "/", **parameters: Any) -> str:
    listed = details({"RoleDetailList": [role(document=document, Path=path)]})
    return judge_answers(requirement, listed, **parameters)["web"]


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (EC2, "meets"),
        (trust({"AWS": f"arn:aws:iam::{PARTNER}:root"}), "meets"),
        (trust("*"), "exception"),
        (trust({"AWS": "*"}), "exception"),
        (trust("*", Effect="Deny"), "meets"),
        (trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-example123"}}), "meets"),
        (trust("*", Condition={"StringEquals": {"sts:ExternalId": "x"}}), "gap"),
        ({"Statement": [{"Effect": "Perhaps"}]}, "gap"),
    ],
)
def test_a_role_that_everyone_may_take_on(document: Any, word: str) -> None:
    assert taken(PUBLIC, document) == word
    assert taken(PUBLIC, document, path="/aws-service-role/x.amazonaws.com/") == "not_applicable"


@pytest.mark.parametrize(
    ("principal", "condition", "word"),
    [
        ({"Service": "ec2.amazonaws.com"}, {}, "meets"),
        ({"Federated": f"arn:aws:iam::{PARTNER}:saml-provider/x"}, {}, "meets"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {}, "meets"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:root"}, {}, "exception"),
        ({"AWS": PARTNER}, {}, "exception"),
        ({"AWS": [ACCOUNT, f"arn:aws:sts::{PARTNER}:assumed-role/a/b"]}, {}, "exception"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"StringEquals": {"sts:ExternalId": "x-1"}}, "meets"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"StringEquals": {"sts:ExternalId": ""}}, "exception"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"StringEqualsIfExists": {"sts:ExternalId": "x-1"}}, "exception"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"StringLike": {"sts:ExternalId": "*"}}, "exception"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"StringEquals": {"aws:PrincipalOrgID": "o-example123"}}, "meets"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"StringLike": {"aws:PrincipalOrgID": "*"}}, "exception"),
        ({"AWS": f"arn:aws:iam::{PARTNER}:role/ci"}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, "exception"),
        # A user or role that was deleted is shown by its unique id, and is nobody.
        ({"AWS": "AROAEXAMPLEEXAMPLE12"}, {}, "meets"),
        ({"AWS": "somebody"}, {}, "gap"),
    ],
)
def test_accounts_outside(principal: Any, condition: Any, word: str) -> None:
    assert taken(KNOWN, trust(principal, Condition=condition)) == word


def test_an_account_that_is_known_needs_no_external_id() -> None:
    document = trust({"AWS": f"arn:aws:iam::{PARTNER}:root"})
    assert taken(KNOWN, document, known=[PARTNER]) == "meets"
    assert taken(KNOWN, document, known=["111122223333"]) == "exception"
    assert taken(KNOWN, None) == "gap"
    assert judge_answers(KNOWN, no_details()).result.judgement == "gap"
