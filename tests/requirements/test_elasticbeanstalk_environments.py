"""Network, roles, metadata, tags and Regions of an environment."""

from typing import Any

import pytest

from evidence.assessment.judge import judge as assess
from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.scope import Account, Scope
from evidence.services import populations
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import ARN, ID, environments, setting, settings

OF = "elasticbeanstalk.environments."
DETAILS = ["User", "Role", "Group", "LocalManagedPolicy"]
ROLE = "aws:elasticbeanstalk:environment/ServiceRole"
PUBLIC = "aws:ec2:vpc/AssociatePublicIpAddress"


def judge(statement: str, *answers: Any, **parameters: Any) -> Any:
    return judge_answers(OF + statement, *environments(), *answers, **parameters)


# -- network --------------------------------------------------------------------------------------------------------------

VPCS = answered(
    "ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-own", "IsDefault": False}, {"VpcId": "vpc-default", "IsDefault": True}]}
)


@pytest.mark.parametrize(
    ("vpc", "word"), [("vpc-own", "meets"), ("vpc-default", "exception"), ("vpc-removed", "exception"), (None, "exception")]
)
def test_a_vpc_of_its_own(vpc: str | None, word: str) -> None:
    assert judge("own-vpc", settings(setting("aws:ec2:vpc/VPCId", vpc)), VPCS)[ID] == word


def test_a_vpc_nobody_could_look_up_is_a_gap() -> None:
    assert (
        judge("own-vpc", settings(setting("aws:ec2:vpc/VPCId", "vpc-own")), ended("ec2", "DescribeVpcs", "denied"))[ID] == "gap"
    )


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((setting(PUBLIC, "false"),), "meets"),
        ((setting(PUBLIC, "true"),), "exception"),
        ((setting(PUBLIC),), "gap"),
        (
            (setting(PUBLIC, "true"), setting("aws:elasticbeanstalk:environment/EnvironmentType", "SingleInstance")),
            "not_applicable",
        ),
    ],
)
def test_instances_behind_the_load_balancer_only(given: Any, word: str) -> None:
    assert judge("no-public-instances", settings(*given))[ID] == word


# -- roles ----------------------------------------------------------------------------------------------------------------


def trust(
    service: str = "elasticbeanstalk.amazonaws.com", external: str | None = "elasticbeanstalk", **more: Any
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **more}
    if external is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def roles(document: Any, name: str = "service", path: str = "/") -> Any:
    role = {
        "RoleName": name,
        "Path": path,
        "Arn": f"arn:aws:iam::012345678901:role{path}{name}",
        "AssumeRolePolicyDocument": document,
    }
    page = {"RoleDetailList": [role], "UserDetailList": [], "GroupDetailList": [], "Policies": []}
    return answered("iam", "GetAccountAuthorizationDetails", page, region="global", Filter=DETAILS)


@pytest.mark.parametrize("value", ["service", "/some/path/service", "arn:aws:iam::012345678901:role/some/path/service"])
def test_the_role_is_found_by_name_path_or_arn(value: str) -> None:
    assert judge("service-role", settings(setting(ROLE, value)), roles(trust()))[ID] == "meets"


def conditioned(operator: str) -> dict[str, Any]:
    return trust(external=None, Condition={operator: {"sts:ExternalId": "elasticbeanstalk"}})


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (trust(external=None), "does not ask for the external id"),
        (trust(external="other"), "does not ask for the external id"),
        (conditioned("StringNotEquals"), "does not ask for the external id"),
        (conditioned("StringEqualsIfExists"), "does not ask for the external id"),
        (trust(Principal={"Service": ["elasticbeanstalk.amazonaws.com", "ec2.amazonaws.com"]}), "lets Service:ec2.amazonaws.com"),
        (trust(Principal="*"), "lets * take"),
        (trust(Effect="Deny"), "lets nobody take"),
    ],
)
def test_a_role_that_others_can_take_is_an_exception(document: Any, sentence: str) -> None:
    judged = judge("service-role", settings(setting(ROLE, "service")), roles(document))
    assert judged[ID] == "exception" and sentence in judged.reason(ID)


def test_the_service_linked_role_is_not_judged_as_nobody_can_change_its_trust() -> None:
    name, path = "AWSServiceRoleForElasticBeanstalk", "/aws-service-role/elasticbeanstalk.amazonaws.com/"
    assert judge("service-role", settings(setting(ROLE, name)), roles(trust(external=None), name, path))[ID] == "not_applicable"


def test_a_role_that_is_gone_is_an_exception_and_unread_roles_or_options_are_gaps() -> None:
    assert judge("service-role", settings(setting(ROLE, "deleted")), roles(trust()))[ID] == "exception"
    denied = ended("iam", "GetAccountAuthorizationDetails", "denied", region="global", Filter=DETAILS)
    assert judge("service-role", settings(setting(ROLE, "service")), denied)[ID] == "gap"
    assert judge("service-role", settings(), roles(trust()))[ID] == "gap"
    assert judge("service-role", settings(setting(ROLE, "service")), roles({"Statement": [{"Effect": "Maybe"}]}))[ID] == "gap"


@pytest.mark.parametrize(("value", "word"), [("web", "meets"), ("", "exception"), (None, "exception")])
def test_instances_have_a_profile(value: str | None, word: str) -> None:
    assert (
        judge("instance-profile", settings(setting("aws:autoscaling:launchconfiguration/IamInstanceProfile", value)))[ID] == word
    )


# -- metadata, tags, Regions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "word"), [("true", "meets"), ("false", "exception"), (None, "gap")])
def test_metadata_version_1_is_off(value: str | None, word: str) -> None:
    assert judge("imdsv1-disabled", settings(setting("aws:autoscaling:launchconfiguration/DisableIMDSv1", value)))[ID] == word


def tags(*keys: str) -> Any:
    page = {"ResourceArn": ARN, "ResourceTags": [{"Key": key, "Value": "x"} for key in keys]}
    return answered("elasticbeanstalk", "ListTagsForResource", page, ResourceArn=ARN)


MADE = ("Name", "elasticbeanstalk:environment-id", "elasticbeanstalk:environment-name")


def test_tags_that_beanstalk_makes_do_not_count() -> None:
    assert judge("tagged", tags(*MADE))[ID] == "exception"
    assert judge("tagged", tags(*MADE, "owner"))[ID] == "meets"


def test_tags_asked_for_are_named_where_they_are_missing() -> None:
    judged = judge("tagged", tags(*MADE, "owner"), tags=["owner", "data-class"])
    assert judged[ID] == "exception" and "no tag data-class" in judged.reason(ID) and "no tag owner" not in judged.reason(ID)


def test_tags_nobody_could_read_are_a_gap() -> None:
    assert judge("tagged", ended("elasticbeanstalk", "ListTagsForResource", "denied", ResourceArn=ARN))[ID] == "gap"


def test_the_region_is_one_of_those_approved() -> None:
    requirement = requirements()[OF + "approved-region"]
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}),))
    read = read_populations(Answers(scope, environments()), needs([requirement], populations()), populations(), AS_OF)
    words = [assess(requirement, read, {"regions": named})[1][0].judgement for named in ([REGION], ["eu-central-1"])]
    assert words == ["meets", "exception"]
    unnamed = judge("approved-region")
    assert unnamed[ID] == "gap" and "nobody named the approved Regions" in unnamed.reason(ID)
