"""Drift as AWS last found it, of environments' stacks and of others; and configurations that could not be deployed."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services.cloudformation import STANDING
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import BY_ENVIRONMENT, ID, STACK, configuration, environments, settings
from tests.requirements.iam_answers import ago

OF_ENVIRONMENT, OF_STACK = "elasticbeanstalk.environments.stack-in-sync", "cloudformation.stacks.in-sync"
DEPLOYED = "elasticbeanstalk.environments.configuration-deployed"


def stacks(name: str, drift: dict[str, Any] | None) -> Answer:
    stack = {
        "StackName": name,
        "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/1",
        "StackStatus": "UPDATE_COMPLETE",
    }
    summaries = [stack if drift is None else {**stack, "DriftInformation": drift}]
    return answered("cloudformation", "ListStacks", {"StackSummaries": summaries}, StackStatusFilter=list(STANDING))


def found(status: Any, checked: str | None = None) -> dict[str, Any]:
    return {"StackDriftStatus": status} | ({} if checked is None else {"LastCheckTimestamp": checked})


DRIFTS = [
    (found("IN_SYNC", ago(3)), "meets"),
    (found("IN_SYNC", ago(91)), "exception"),
    (found("DRIFTED", ago(3)), "exception"),
    (found("NOT_CHECKED"), "exception"),
    (found("UNKNOWN", ago(3)), "gap"),
    (found("MAYBE", ago(3)), "gap"),
    (found("IN_SYNC"), "gap"),
    (None, "gap"),
]


@pytest.mark.parametrize(("drift", "expected"), DRIFTS)
def test_an_environment_s_stack(drift: Any, expected: str) -> None:
    listed, _ = environments()
    assert judge_answers(OF_ENVIRONMENT, listed, stacks(STACK, drift))[ID] == expected


@pytest.mark.parametrize(("drift", "expected"), DRIFTS)
def test_any_other_stack(drift: Any, expected: str) -> None:
    assert judge_answers(OF_STACK, stacks("network", drift))["network"] == expected


def test_an_environment_s_stack_is_judged_with_its_environment_only() -> None:
    assert judge_answers(OF_STACK, stacks(STACK, found("DRIFTED", ago(3))))[STACK] == "not_applicable"


def test_how_old_the_finding_may_be_is_a_parameter() -> None:
    assert judge_answers(OF_STACK, stacks("network", found("IN_SYNC", ago(91))), days=100)["network"] == "meets"


def test_stacks_that_were_not_listed_are_a_gap() -> None:
    refused = ended("cloudformation", "ListStacks", "denied", StackStatusFilter=list(STANDING))
    judged = judge_answers(OF_STACK, refused)
    assert not judged.members and judged.result.judgement == "gap"
    listed, _ = environments()
    assert judge_answers(OF_ENVIRONMENT, listed, refused)[ID] == "gap"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (settings(), "meets"),
        (settings(draft=configuration("failed")), "exception"),
        (settings(draft=configuration("pending")), "gap"),
        (settings(draft=configuration("somehow")), "gap"),
        (settings(draft=configuration("deployed")), "gap"),
        (ended("elasticbeanstalk", "DescribeConfigurationSettings", "denied", **BY_ENVIRONMENT), "gap"),
    ],
)
def test_a_configuration_that_failed_is_not_the_one_in_force(answer: Answer, expected: str) -> None:
    assert judge_answers(DEPLOYED, *environments(), answer)[ID] == expected
