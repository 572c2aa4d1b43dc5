from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import (
    APPLICATION,
    ENVIRONMENT,
    ID,
    STACK,
    environments,
    setting,
    settings,
    stack,
)

OF = "elasticbeanstalk.environments."
TYPE, MIN = "aws:elasticbeanstalk:environment/EnvironmentType", "aws:autoscaling:asg/MinSize"
SINGLE = setting(TYPE, "SingleInstance")
DATABASE = "aws:rds:dbinstance"
ROLLING = (
    setting("aws:elasticbeanstalk:command/DeploymentPolicy", "Rolling"),
    setting("aws:autoscaling:updatepolicy:rollingupdate/RollingUpdateEnabled", "true"),
)


def judge(statement: str, *answers: Answer) -> Any:
    return judge_answers(OF + statement, *environments(), *answers)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((setting(TYPE, "LoadBalanced"), setting(MIN, "2")), "meets"),
        ((setting(MIN, "2"),), "meets"),
        ((setting(TYPE, "LoadBalanced"), setting(MIN, "1")), "exception"),
        ((setting(TYPE, "LoadBalanced"),), "exception"),
        ((SINGLE, setting(MIN, "2")), "exception"),
        ((setting(TYPE, "LoadBalanced"), setting(MIN, "two")), "gap"),
    ],
)
def test_more_than_one_instance(given: Any, word: str) -> None:
    assert judge("load-balanced", settings(*given))[ID] == word


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (ROLLING, "meets"),
        (ROLLING[1:], "exception"),
        (ROLLING[:1], "exception"),
        ((*ROLLING, setting("aws:elasticbeanstalk:command/IgnoreHealthCheck", "true")), "exception"),
        ((*ROLLING, SINGLE), "not_applicable"),
        ((*ROLLING, setting("aws:elasticbeanstalk:command/IgnoreHealthCheck", "perhaps")), "gap"),
    ],
)
def test_deployments_in_batches(given: Any, word: str) -> None:
    assert judge("rolling-deployments", settings(*given))[ID] == word


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({}, "meets"),
        ({"HealthStatus": None}, "meets"),
        ({"Health": "Yellow"}, "exception"),
        ({"Health": "Red"}, "exception"),
        ({"Health": "Grey"}, "gap"),
        ({"Health": None}, "gap"),
        ({"Status": "Updating"}, "gap"),
        ({"Status": "Updating", "Health": "Red"}, "exception"),
    ],
)
def test_green_and_ready(state: dict[str, Any], word: str) -> None:
    entry = {k: v for k, v in {**ENVIRONMENT, **state}.items() if v is not None}
    assert judge_answers(OF + "healthy", *environments(entry))[ID] == word


# -- the database ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "word"), [("Snapshot", "meets"), ("Retain", "meets"), ("Delete", "exception"), (None, "exception")]
)
def test_a_coupled_database_is_left_behind(policy: str | None, word: str) -> None:
    given = settings(setting(f"{DATABASE}/HasCoupledDatabase", "true"), setting(f"{DATABASE}/DBDeletionPolicy", policy))
    assert judge("database-kept", given, stack())[ID] == word


def test_where_the_option_is_older_than_the_environment_the_stack_tells() -> None:
    assert judge("database-kept", settings(), stack("AWS::RDS::DBInstance"))[ID] == "exception"
    assert judge("database-kept", settings(), stack("AWS::EC2::SecurityGroup"))[ID] == "not_applicable"
    assert judge("database-kept", settings(), stack("AWS::RDS::DBInstance", status="DELETE_COMPLETE"))[ID] == "not_applicable"


def test_a_stack_that_is_gone_holds_no_database_and_a_denied_one_nobody_knows() -> None:
    uncoupled = settings(setting(f"{DATABASE}/HasCoupledDatabase", "false"))
    gone = ended("cloudformation", "ListStackResources", "absent", code="ValidationError", StackName=STACK)
    assert judge("database-kept", uncoupled, gone)[ID] == "not_applicable"
    denied = ended("cloudformation", "ListStackResources", "denied", StackName=STACK)
    assert judge("database-kept", uncoupled, denied)[ID] == "gap"


# -- application versions -------------------------------------------------------------------------------------------------


def kept(rules: Any, **parameters: Any) -> Any:
    life = {} if rules is None else {"ResourceLifecycleConfig": {"VersionLifecycleConfig": rules}}
    page = {"Applications": [{"ApplicationName": APPLICATION, "Versions": ["v1", "v2"], **life}]}
    answers = (answered("elasticbeanstalk", "DescribeApplications", page), *environments())
    return judge_answers("elasticbeanstalk.applications.versions-kept", *answers, **parameters)


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        (None, "meets"),
        ({"MaxCountRule": {"Enabled": False, "MaxCount": 1}}, "meets"),
        ({"MaxCountRule": {"Enabled": True, "MaxCount": 200}, "MaxAgeRule": {"Enabled": False}}, "meets"),
        ({"MaxCountRule": {"Enabled": True, "MaxCount": 1}}, "exception"),
        ({"MaxAgeRule": {"Enabled": True, "MaxAgeInDays": 7}}, "exception"),
        ({"MaxCountRule": {"Enabled": True}}, "gap"),
        ({"MaxAgeRule": {}}, "gap"),
    ],
)
def test_a_version_to_go_back_to(rules: Any, word: str) -> None:
    assert kept(rules)[APPLICATION] == word


def test_how_many_versions_is_a_parameter_and_what_falls_short_is_said() -> None:
    judged = kept({"MaxCountRule": {"Enabled": True, "MaxCount": 4}}, count=5)
    assert judged[APPLICATION] == "exception" and "keeps 4 versions" in judged.reason(APPLICATION)
    denied = ended("elasticbeanstalk", "DescribeApplications", "denied")
    assert judge_answers("elasticbeanstalk.applications.versions-kept", denied, *environments()).result.judgement == "gap"
