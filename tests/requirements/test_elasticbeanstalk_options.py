"""How deployed options are read, whatever requirement reads them."""

from typing import Any

import botocore.session
import pytest

from evidence.requirements import requirements
from evidence.services.cloudformation import STANDING
from tests.judging import answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import (
    APPLICATION,
    BY_ENVIRONMENT,
    ENVIRONMENT,
    ID,
    configuration,
    environments,
    setting,
    settings,
)

IMDS = "elasticbeanstalk.environments.imdsv1-disabled"
OPTION = "aws:autoscaling:launchconfiguration/DisableIMDSv1"
TOLD = {r.id: r for r in requirements().values() if r.over == "elasticbeanstalk.environments"}


def answer(*sets: Any) -> Any:
    return answered("elasticbeanstalk", "DescribeConfigurationSettings", {"ConfigurationSettings": list(sets)}, **BY_ENVIRONMENT)


def test_the_deployed_value_counts_not_the_draft() -> None:
    draft = configuration("pending", setting(OPTION, "true"))
    judged = judge_answers(IMDS, *environments(), settings(setting(OPTION, "false"), draft=draft))
    assert judged[ID] == "exception" and "DisableIMDSv1 = false" in judged.reason(ID)


@pytest.mark.parametrize(
    "sets",
    [
        (),
        (configuration("failed", setting(OPTION, "true")),),
        ({**BY_ENVIRONMENT, "DeploymentStatus": "deployed", "OptionSettings": []},),
    ],
    ids=["none", "only a draft", "no options"],
)
def test_without_deployed_options_nothing_is_taken_for_a_default(sets: tuple[Any, ...]) -> None:
    for id in (IMDS, "elasticbeanstalk.environments.load-balanced", "elasticbeanstalk.environments.log-streaming"):
        assert judge_answers(id, *environments(), answer(*sets))[ID] == "gap"


def test_an_option_listed_without_a_value_is_absent_and_so_is_an_empty_one() -> None:
    for given in (setting(OPTION), setting(OPTION, "")):
        assert "was not in the answer" in judge_answers(IMDS, *environments(), settings(given)).reason(ID)


def test_a_value_that_is_no_boolean_is_a_gap() -> None:
    assert judge_answers(IMDS, *environments(), settings(setting(OPTION, "sometimes")))[ID] == "gap"


def test_an_option_that_differs_between_resources_is_a_gap_and_one_that_repeats_is_not() -> None:
    twice = [setting(OPTION, "true", "AWSEBEC2LaunchTemplate"), setting(OPTION, "true")]
    assert judge_answers(IMDS, *environments(), settings(*twice))[ID] == "meets"
    twice = [setting(OPTION, "true", "AWSEBEC2LaunchTemplate"), setting(OPTION, "false")]
    assert judge_answers(IMDS, *environments(), settings(*twice))[ID] == "gap"


def test_scheduled_actions_do_not_stand_in_for_the_group() -> None:
    scheduled = setting("aws:autoscaling:scheduledaction/MinSize", "4", "Evening")
    judged = judge_answers("elasticbeanstalk.environments.load-balanced", *environments(), settings(scheduled))
    assert judged[ID] == "exception"


@pytest.mark.parametrize(
    "id", sorted(set(TOLD) - {"elasticbeanstalk.environments.approved-region", "elasticbeanstalk.environments.healthy"})
)
def test_whatever_could_not_be_read_is_a_gap_for_every_requirement(id: str) -> None:
    assert judge_answers(id, *environments())[ID] == "gap"
    denied = ended("elasticbeanstalk", "DescribeConfigurationSettings", "denied", **BY_ENVIRONMENT)
    assert judge_answers(id, *environments(), denied)[ID] == "gap"


@pytest.mark.parametrize("id", sorted(TOLD))
def test_a_denied_list_leaves_a_gap_without_members(id: str) -> None:
    _, stacks = environments()
    judged = judge_answers(id, ended("elasticbeanstalk", "DescribeEnvironments", "denied", IncludeDeleted=False), stacks)
    assert judged.members == () and judged.result.judgement == "gap"


# -- a list that AWS shortens ---------------------------------------------------------------------------------------------


def test_a_stack_without_its_environment_shows_that_the_list_was_shortened() -> None:
    shown = judge_answers(
        IMDS, *environments(stacks=(f"awseb-{ID}-stack", "awseb-e-hidden-stack", "other")), settings(setting(OPTION, "true"))
    )
    facts = shown.result.population
    assert shown.result.judgement == "gap" and facts.corroborated is False
    assert [u.detail for u in facts.unread] == ["e-hidden is in cloudformation.stacks but was not listed"]


def test_stacks_that_agree_make_the_list_complete() -> None:
    judged = judge_answers(IMDS, *environments(), settings(setting(OPTION, "true")))
    assert judged.result.judgement == "meets" and judged.result.population.corroborated is True


def test_without_the_list_of_stacks_nobody_knows() -> None:
    listed, _ = environments()
    judged = judge_answers(
        IMDS,
        listed,
        ended("cloudformation", "ListStacks", "denied", StackStatusFilter=list(STANDING)),
        settings(setting(OPTION, "true")),
    )
    assert judged.result.judgement == "gap" and judged.result.population.corroborated is None


def test_no_environment_and_no_stack_is_not_applicable() -> None:
    empty = answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": []}, IncludeDeleted=False)
    judged = judge_answers(IMDS, empty, environments(stacks=())[1])
    assert judged.result.judgement == "not_applicable"


def test_an_environment_that_went_away_leaves_the_population_and_is_shown_apart() -> None:
    gone = ended("elasticbeanstalk", "DescribeConfigurationSettings", "gone", code="InvalidParameterValue", **BY_ENVIRONMENT)
    judged = judge_answers(IMDS, *environments(), gone)
    assert judged.members == () and len(judged.result.population.gone) == 1
    assert judged.result.population.complete, "its stack, which is still listed, shows no shortened list"
    assert "went away while it was read" in judged.result.reason


def test_the_stack_statuses_are_all_that_aws_has_but_the_deleted() -> None:
    model = botocore.session.get_session().get_service_model("cloudformation")
    assert {"DELETE_COMPLETE", *STANDING} == set(model.shape_for("StackStatus").enum) and tuple(sorted(STANDING)) == STANDING


# -- applications ---------------------------------------------------------------------------------------------------------


def test_an_application_that_an_environment_belongs_to_but_is_not_listed_shows_a_shortened_list() -> None:
    id = "elasticbeanstalk.applications.versions-kept"
    other = answered("elasticbeanstalk", "DescribeApplications", {"Applications": [{"ApplicationName": "other", "Versions": []}]})
    judged = judge_answers(id, other, *environments())
    assert judged.result.judgement == "gap" and APPLICATION in judged.result.population.unread[0].detail
    whole = answered(
        "elasticbeanstalk", "DescribeApplications", {"Applications": [{"ApplicationName": APPLICATION, "Versions": []}]}
    )
    assert judge_answers(id, whole, *environments(ENVIRONMENT)).result.judgement == "meets"
