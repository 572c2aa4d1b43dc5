"""Who holds far-reaching or retired AWS managed policies."""

from typing import Any

import pytest

from tests.judging import ACCOUNT, Judged, judge_answers
from tests.requirements.iam_answers import attached, details, no_details, user

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def group(name: str, *arns: str) -> dict[str, Any]:
    return {"GroupName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:group/{name}"} | attached(*arns)


def role(name: str, *arns: str, **more: Any) -> dict[str, Any]:
    return {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"} | attached(*arns) | more


def judged(requirement: str, *, users: Any = (), groups: Any = (), roles: Any = (), **parameters: Any) -> Judged:
    answer = details({"UserDetailList": list(users), "GroupDetailList": list(groups), "RoleDetailList": list(roles)})
    return judge_answers(f"iam.principals.{requirement}", answer, **parameters)


def test_administrators_are_found_directly_and_through_groups() -> None:
    result = judged(
        "administrators-known",
        users=[user("ana", GroupList=["admins"]), user("bob", GroupList=["readers"]), user("eve", **attached(ADMIN))],
        groups=[group("admins", ADMIN), group("readers", "arn:aws:iam::aws:policy/ReadOnlyAccess")],
        roles=[
            role("eb", "arn:aws-cn:iam::aws:policy/AdministratorAccess-AWSElasticBeanstalk"),
            role("own", f"arn:aws:iam::{ACCOUNT}:policy/AdministratorAccess"),
            role("plain", "arn:aws:iam::aws:policy/AdministratorAccess-Amplify"),
        ],
    )
    assert {m.id for m in result.members if m.judgement == "exception"} == {"user/ana", "user/eve", "group/admins", "role/eb"}
    assert {m.id for m in result.members if m.judgement == "meets"} == {"user/bob", "group/readers", "role/own", "role/plain"}
    assert "AdministratorAccess is held" in result.reason("user/ana")


def test_approved_administrators_meet() -> None:
    holder = role("ops", ADMIN)
    assert judged("administrators-known", roles=[holder], approved=[holder["Arn"]])["role/ops"] == "meets"
    assert judged("administrators-known", roles=[holder], approved=[holder["Arn"] + "2"])["role/ops"] == "exception"


def test_a_boundary_is_no_grant() -> None:
    bounded = role(
        "ops", PermissionsBoundary={"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": ADMIN}
    )
    assert judged("administrators-known", roles=[bounded])["role/ops"] == "meets"


def test_a_group_that_was_not_listed_leaves_its_user_open() -> None:
    assert judged("administrators-known", users=[user("ana", GroupList=["admins"])])["user/ana"] == "gap"


def test_absent_and_strange_attachments_are_gaps_of_that_member_alone() -> None:
    odd = {"RoleName": "odd", "Arn": f"arn:aws:iam::{ACCOUNT}:role/odd", "AttachedManagedPolicies": [ADMIN]}
    none = {"RoleName": "none", "Arn": f"arn:aws:iam::{ACCOUNT}:role/none"}
    for name in ("administrators-known", "no-retired-beanstalk-policies", "no-cloudshell-full-access"):
        result = judged(name, roles=[odd, none, role("good")])
        assert (result["role/odd"], result["role/none"], result["role/good"]) == ("gap", "gap", "meets")


def test_an_entry_without_a_name_leaves_the_list_incomplete() -> None:
    result = judged("no-cloudshell-full-access", roles=[{"Arn": "x"} | attached(), role("good")])
    assert result["role/good"] == "meets" and result.result.judgement == "gap"


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_retired_beanstalk_policies(partition: str) -> None:
    at = f"arn:{partition}:iam::aws:policy"
    result = judged(
        "no-retired-beanstalk-policies",
        groups=[group("full", f"{at}/AWSElasticBeanstalkFullAccess"), group("reader", f"{at}/AWSElasticBeanstalkReadOnly")],
        roles=[role("service", f"{at}/service-role/AWSElasticBeanstalkService"), role("web", f"{at}/AWSElasticBeanstalkWebTier")],
    )
    assert {m.id: m.judgement for m in result.members} == {
        "group/full": "exception", "group/reader": "meets", "role/service": "exception", "role/web": "meets",
    }  # fmt: skip


def test_cloudshell_full_access() -> None:
    result = judged(
        "no-cloudshell-full-access", roles=[role("bad", "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"), role("good")]
    )
    assert (result["role/bad"], result["role/good"]) == ("exception", "meets")


def test_a_denied_or_unreadable_list_is_a_gap() -> None:
    assert judge_answers("iam.principals.administrators-known", no_details()).result.judgement == "gap"
    strange = judge_answers("iam.principals.administrators-known", details({"UserDetailList": "ana"}))
    assert strange.result.judgement == "gap" and strange.result.population.unread


def trusting(*services: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"} | more
    return {"AssumeRolePolicyDocument": {"Statement": [statement]}}


def test_the_policy_for_managed_updates_is_the_service_role_s_alone() -> None:
    updates = "arn:aws:iam::aws:policy/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"
    beanstalk = "elasticbeanstalk.amazonaws.com"
    result = judged(
        "managed-updates-for-service-roles",
        users=[user("ana", **attached(updates)), user("bob")],
        groups=[group("ops", updates)],
        roles=[
            role("service", updates, **trusting(beanstalk)),
            role("both", updates, **trusting(beanstalk, "ec2.amazonaws.com")),
            role("closed", updates, **trusting(beanstalk, Effect="Deny")),
            role("web", **trusting("ec2.amazonaws.com")),
            role("odd", updates, AssumeRolePolicyDocument="?"),
        ],
    )
    words = {m.id: m.judgement for m in result.members}
    assert {id for id, word in words.items() if word == "exception"} == {"user/ana", "group/ops", "role/both", "role/closed"}
    assert {id for id, word in words.items() if word == "meets"} == {"user/bob", "role/service", "role/web"}
    assert words["role/odd"] == "gap"
    assert judge_answers("iam.principals.managed-updates-for-service-roles", no_details()).result.judgement == "gap"
