"""Errors that environments reported: none within the days asked, each environment asked by its id."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.elasticbeanstalk.asks import DESCRIBE_ERRORS
from tests.judging import answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import ID, NAME, environments
from tests.requirements.iam_answers import ago

NO_ERRORS = "elasticbeanstalk.environments.no-errors"
BY_ID = {"Severity": "ERROR", "EnvironmentId": ID}


def events(*found: Any) -> Answer:
    return answered("elasticbeanstalk", "DescribeEvents", {"Events": list(found)}, **BY_ID)


def event(days: float, severity: str = "ERROR") -> dict[str, Any]:
    return {
        "EventDate": ago(days),
        "Severity": severity,
        "EnvironmentName": NAME,
        "Message": "[redacted event message; digest 0123456789abcdef]",
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (events(), "meets"),
        (events(event(3)), "exception"),
        (events(event(3, "FATAL")), "exception"),
        (events(event(50), event(3), event(45)), "exception"),
        (events(event(50)), "meets"),
        (events(event(3, "WARN")), "meets"),
        (events({"Severity": "ERROR"}), "gap"),
        (events({"EventDate": ago(3)}), "gap"),
        (events({"Severity": "ERROR", "EventDate": None}), "gap"),
        (events(event(3, "DISASTER")), "gap"),
        (ended("elasticbeanstalk", "DescribeEvents", "denied", **BY_ID), "gap"),
        (ended("elasticbeanstalk", "DescribeEvents", "throttled", {"Events": []}, **BY_ID), "gap"),
    ],
)
def test_an_environment_without_errors(answer: Answer, expected: str) -> None:
    assert judge_answers(NO_ERRORS, *environments(), answer)[ID] == expected


def test_an_environment_that_was_not_asked_is_a_gap() -> None:
    assert judge_answers(NO_ERRORS, *environments())[ID] == "gap"


def test_the_days_are_a_parameter() -> None:
    assert judge_answers(NO_ERRORS, *environments(), events(event(3)), days=2)[ID] == "meets"


def test_what_a_command_printed_is_not_kept() -> None:
    page = {"Events": [{"Message": "Command failed. Output: PASSWORD=hunter2", "Severity": "ERROR"}]}
    Redactor(b"k" * 32).apply(page, DESCRIBE_ERRORS.redact)
    assert "hunter2" not in str(page) and page["Events"][0]["Severity"] == "ERROR"
