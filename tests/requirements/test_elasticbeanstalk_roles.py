"""Policies of the roles that environments use: those approved for the service, those of the instances' tier."""

from typing import Any

import pytest

from tests.judging import ACCOUNT, Judged, judge_answers
from tests.requirements.elasticbeanstalk_answers import ENVIRONMENT, ID, environments, setting, settings
from tests.requirements.iam_answers import attached, details, no_details

SERVICE, TIER = "elasticbeanstalk.environments.service-role-policies", "elasticbeanstalk.environments.instance-role-fits-tier"
ROLE = "aws:elasticbeanstalk:environment/ServiceRole"
PROFILE = "aws:autoscaling:launchconfiguration/IamInstanceProfile"
AWS = "arn:aws:iam::aws:policy/"
HEALTH, UPDATES = (
    f"{AWS}service-role/AWSElasticBeanstalkEnhancedHealth",
    f"{AWS}AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
)
WEB, WORKER, ECS = (f"{AWS}AWSElasticBeanstalk{name}" for name in ("WebTier", "WorkerTier", "MulticontainerDocker"))
OWN = f"arn:aws:iam::{ACCOUNT}:policy/own"


def role(name: str, *arns: str, **more: Any) -> dict[str, Any]:
    profile = {"InstanceProfileList": [{"InstanceProfileName": "web"}]} if name == "web" else {}
    return {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"} | attached(*arns) | profile | more


def service(*arns: str, named: str | None = "service", **more: Any) -> Judged:
    parameters = {"approved": more.pop("approved")} if "approved" in more else {}
    listed = details({"RoleDetailList": [role("service", *arns, **more)]})
    return judge_answers(SERVICE, *environments(), settings(setting(ROLE, named)), listed, **parameters)


@pytest.mark.parametrize(
    ("arns", "word"),
    [
        ((HEALTH, UPDATES), "meets"),
        ((HEALTH.replace("aws:iam", "aws-cn:iam"),), "meets"),
        ((), "meets"),
        ((HEALTH, f"{AWS}AdministratorAccess-AWSElasticBeanstalk"), "exception"),
        ((f"{AWS}service-role/AWSElasticBeanstalkService",), "exception"),
        # A policy of the account's own may have AWS's name.
        ((f"arn:aws:iam::{ACCOUNT}:policy/AWSElasticBeanstalkEnhancedHealth",), "exception"),
        ((OWN,), "exception"),
    ],
)
def test_a_service_role_holds_what_was_approved(arns: tuple[str, ...], word: str) -> None:
    assert service(*arns)[ID] == word


def test_own_policies_are_approved_by_arn_and_inline_ones_never() -> None:
    assert service(HEALTH, OWN, approved=["AWSElasticBeanstalkEnhancedHealth", OWN])[ID] == "meets"
    written = service(HEALTH, RolePolicyList=[{"PolicyName": "more", "PolicyDocument": {}}])
    assert written[ID] == "exception" and "policy more is inline" in written.reason(ID)


def test_service_roles_that_are_aws_s_gone_or_unread() -> None:
    assert service(named="AWSServiceRoleForElasticBeanstalk")[ID] == "not_applicable"
    assert service(named="deleted")[ID] == "not_applicable"
    assert service(named=None)[ID] == "gap"
    assert service(AttachedManagedPolicies=None)[ID] == "gap"
    assert judge_answers(SERVICE, *environments(), settings(setting(ROLE, "service")), no_details())[ID] == "gap"


def tier(*arns: str, named: str | None = "web", **more: Any) -> Judged:
    listed = details({"RoleDetailList": [role("web", *arns)]})
    return judge_answers(TIER, *environments(ENVIRONMENT | more), settings(setting(PROFILE, named)), listed)


OF_WORKER = {"Tier": {"Name": "Worker"}}
ON_ECS = {"SolutionStackName": "64bit Amazon Linux 2023 v4.0.0 running ECS"}
ON_OLD_ECS = {"SolutionStackName": "64bit Amazon Linux 2018.03 v2.26.0 running Multi-container Docker 19.03 (Generic)"}


@pytest.mark.parametrize(
    ("arns", "more", "word"),
    [
        ((WEB,), {}, "meets"),
        ((), {}, "meets"),
        ((f"{AWS}ReadOnlyAccess",), {}, "meets"),
        ((WEB, WORKER), {}, "exception"),
        ((WEB, ECS), {}, "exception"),
        ((WEB, ECS), ON_ECS, "meets"),
        ((WEB, ECS), ON_OLD_ECS, "meets"),
        ((WORKER,), OF_WORKER, "meets"),
        ((WEB, WORKER), OF_WORKER, "exception"),
        ((WORKER,), {"Tier": {}}, "gap"),
        ((WEB, ECS), {"SolutionStackName": None}, "gap"),
        ((WEB,), {"SolutionStackName": None}, "meets"),
    ],
)
def test_an_instance_role_holds_its_own_tier_s_policies(arns: tuple[str, ...], more: dict[str, Any], word: str) -> None:
    assert tier(*arns, **more)[ID] == word


def test_instance_roles_that_are_not_there_or_unread() -> None:
    assert "AWSElasticBeanstalkWorkerTier" in tier(WEB, WORKER).reason(ID)
    assert tier(WEB, named="other")[ID] == "not_applicable"
    assert tier(WEB, named=None)[ID] == "gap"
    assert judge_answers(TIER, *environments(), settings(setting(PROFILE, "web")), no_details())[ID] == "gap"


TRUST = "elasticbeanstalk.environments.instance-role-trust"


def trusted(principal: Any, *, named: str | None = "web", **more: Any) -> Judged:
    trust = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more]}
    listed = details({"RoleDetailList": [role("web", AssumeRolePolicyDocument=trust)]})
    return judge_answers(TRUST, *environments(), settings(setting(PROFILE, named)), listed)


@pytest.mark.parametrize(
    ("principal", "more", "word"),
    [
        ({"Service": "ec2.amazonaws.com"}, {}, "meets"),
        ({"Service": ["ec2.amazonaws.com.cn"]}, {}, "meets"),
        ({"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]}, {}, "exception"),
        ({"Service": "ec2.amazonaws.com", "AWS": ACCOUNT}, {}, "exception"),
        ("*", {}, "exception"),
        ({"Service": "ec2.amazonaws.com"}, {"Effect": "Deny"}, "exception"),
        ({"Service": "ec2.amazonaws.com"}, {"Effect": "Maybe"}, "gap"),
    ],
)
def test_an_instance_role_is_ec2_s_alone(principal: Any, more: dict[str, Any], word: str) -> None:
    assert trusted(principal, **more)[ID] == word


def test_a_profile_without_a_role_is_an_exception_and_an_unread_one_a_gap() -> None:
    assert trusted({"Service": "ec2.amazonaws.com"}, named="other")[ID] == "exception"
    assert trusted({"Service": "ec2.amazonaws.com"}, named="arn:aws:iam::1:instance-profile/web")[ID] == "meets"
    assert trusted({"Service": "ec2.amazonaws.com"}, named=None)[ID] == "gap"
    assert judge_answers(TRUST, *environments(), settings(setting(PROFILE, "web")), no_details())[ID] == "gap"
