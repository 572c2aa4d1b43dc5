"""Faults of reading Elastic Beanstalk's options: texts, absent or without a value, under a namespace."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import answered, judge_answers
from tests.requirements.elasticbeanstalk_answers import (
    ENVIRONMENT,
    ID,
    LOG_PREFIX,
    configuration,
    environments,
    health,
    setting,
    settings,
)

OF = "elasticbeanstalk.environments."
LOGS = "aws:elasticbeanstalk:cloudwatch:logs/"
GIVEN = (
    setting("aws:elasticbeanstalk:managedactions/ManagedActionsEnabled", "false"),
    setting("aws:elasticbeanstalk:managedactions/PreferredStartTime", "Sun:10:00"),
    setting("aws:elasticbeanstalk:managedactions:platformupdate/UpdateLevel", "minor"),
    setting("aws:elasticbeanstalk:managedactions/ServiceRoleForManagedUpdates", "role"),
    setting("aws:elasticbeanstalk:healthreporting:system/SystemType", "enhanced"),
    setting("aws:elasticbeanstalk:healthreporting:system/EnhancedHealthAuthEnabled", "true"),
    setting(LOGS + "StreamLogs"),
    setting(LOGS + "RetentionInDays", "7"),
)
NO_GROUP = answered("logs", "DescribeLogGroups", {"logGroups": []}, logGroupNamePrefix=LOG_PREFIX)


def judged(statement: str, *answers: Answer, given: Any = GIVEN, **parameters: Any) -> str:
    return judge_answers(OF + statement, *environments(), settings(*given), *answers, **parameters)[ID]


def test_options_are_read_by_namespace_and_as_what_they_are() -> None:
    """B11: the text "false" was true, an option without a value was on, and a name was looked up without its namespace. (Enhanced
    health asks besides that instances identify themselves, hence the second option of that namespace.)"""
    assert judged("managed-updates") == "exception"
    assert judged("enhanced-health", health()) == "meets"
    assert judged("log-streaming") == "exception"
    on = tuple(setting(LOGS + "StreamLogs", "true") if s["OptionName"] == "StreamLogs" else s for s in GIVEN)
    assert judged("log-retention", NO_GROUP, given=on, days=7) == "meets"
    assert judged("log-retention", NO_GROUP, given=on, days=8) == "exception"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((setting("aws:elasticbeanstalk:hostmanager/StreamLogs", "true"),), "exception"),
        ((setting(LOGS + "StreamLogs", "TRUE"),), "meets"),
        ((setting(LOGS + "StreamLogs", "yes"),), "gap"),
        ((setting(LOGS + "StreamLogs", "true"), setting(LOGS + "StreamLogs", "false", "other")), "gap"),
    ],
)
def test_what_is_no_option_of_that_name_there_is_none(given: Any, expected: str) -> None:
    """B11, not in the log: the name under another namespace, another case, a word that is no boolean, and two values."""
    assert judged("log-streaming", given=given) == expected


def test_only_what_is_deployed_counts() -> None:
    """B11: DescribeConfigurationSettings can bring a set that is pending or failed as well."""
    pending = configuration("pending", setting(LOGS + "StreamLogs", "true"))
    answer = settings(*GIVEN, draft=pending)
    assert judge_answers(OF + "log-streaming", *environments(), answer)[ID] == "exception"


@pytest.mark.parametrize("status", ["Launching", "Updating"])
def test_an_environment_that_is_being_changed_says_so(status: str) -> None:
    """B11: its health is not settled. Terminated environments are not asked for (IncludeDeleted is false), so none is counted."""
    changing = judge_answers(OF + "healthy", *environments({**ENVIRONMENT, "Status": status}))
    assert changing[ID] == "gap" and status in changing.reason(ID)
