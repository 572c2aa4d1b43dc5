from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import ID, LOG_PREFIX, environments, health, log_groups, setting, settings

OF = "elasticbeanstalk.environments."
LOGS, HEALTH_LOGS = "aws:elasticbeanstalk:cloudwatch:logs", "aws:elasticbeanstalk:cloudwatch:logs:health"
SYSTEM = "aws:elasticbeanstalk:healthreporting:system"
ENHANCED = (setting(f"{SYSTEM}/SystemType", "enhanced"), setting(f"{SYSTEM}/EnhancedHealthAuthEnabled", "true"))
STREAM, STREAM_HEALTH = setting(f"{LOGS}/StreamLogs", "true"), setting(f"{HEALTH_LOGS}/HealthStreamingEnabled", "true")
BASIC = ended(
    "elasticbeanstalk", "DescribeEnvironmentHealth", "absent", code="InvalidRequestException",
    AttributeNames=["All"], EnvironmentId=ID,
)  # fmt: skip


def judge(statement: str, *answers: Answer, **parameters: Any) -> Any:
    return judge_answers(OF + statement, *environments(), *answers, **parameters)


def group(name: str = "var/log/nginx/access.log", days: Any = 365) -> dict[str, Any]:
    entry = {"logGroupName": LOG_PREFIX + name, "retentionInDays": days}
    return {k: v for k, v in entry.items() if v is not None}


# -- enhanced health ------------------------------------------------------------------------------------------------------


def test_enhanced_health_that_answers_meets() -> None:
    assert judge("enhanced-health", settings(*ENHANCED), health())[ID] == "meets"


def test_basic_health_is_an_exception_by_the_option_or_by_the_call() -> None:
    basic = settings(setting(f"{SYSTEM}/SystemType", "basic"), ENHANCED[1])
    assert judge("enhanced-health", basic, BASIC)[ID] == "exception"
    assert judge("enhanced-health", settings(*ENHANCED), BASIC)[ID] == "exception"


def test_instances_that_do_not_identify_themselves_are_an_exception_and_an_unlisted_option_a_gap() -> None:
    off = settings(ENHANCED[0], setting(f"{SYSTEM}/EnhancedHealthAuthEnabled", "false"))
    assert judge("enhanced-health", off, health())[ID] == "exception"
    assert judge("enhanced-health", settings(ENHANCED[0]), health())[ID] == "gap"


@pytest.mark.parametrize("page", [{}, {"HealthStatus": "Ok"}])
def test_a_health_answer_about_nothing_is_a_gap(page: dict[str, Any]) -> None:
    """AWS sends an empty answer about environments that the caller may not see."""
    empty = answered("elasticbeanstalk", "DescribeEnvironmentHealth", page, AttributeNames=["All"], EnvironmentId=ID)
    assert judge("enhanced-health", settings(*ENHANCED), empty)[ID] == "gap"


# -- streaming ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((STREAM,), "meets"),
        ((setting("aws:elasticbeanstalk:hostmanager/LogPublicationControl", "true"),), "meets"),
        ((setting(f"{LOGS}/StreamLogs", "false"),), "exception"),
        ((), "exception"),
    ],
)
def test_logs_leave_the_instance(given: Any, word: str) -> None:
    assert judge("log-streaming", settings(*given))[ID] == word


def test_health_streaming_needs_enhanced_health_the_option_and_the_group() -> None:
    live = log_groups(group("environment-health.log"))
    assert judge("health-streaming", settings(*ENHANCED, STREAM_HEALTH), health(), live)[ID] == "meets"
    assert judge("health-streaming", settings(*ENHANCED, STREAM_HEALTH), health(), log_groups(group()))[ID] == "exception"
    assert judge("health-streaming", settings(*ENHANCED), health(), live)[ID] == "exception"
    assert judge("health-streaming", settings(setting(f"{SYSTEM}/SystemType", "basic")), BASIC, live)[ID] == "not_applicable"
    denied = ended("logs", "DescribeLogGroups", "denied", logGroupNamePrefix=LOG_PREFIX)
    assert judge("health-streaming", settings(*ENHANCED, STREAM_HEALTH), health(), denied)[ID] == "gap"


# -- retention ------------------------------------------------------------------------------------------------------------


def test_the_live_group_outranks_the_option() -> None:
    short, long = setting(f"{LOGS}/RetentionInDays", "7"), setting(f"{LOGS}/RetentionInDays", "400")
    assert judge("log-retention", settings(STREAM, short), log_groups(group(days=400)))[ID] == "meets"
    judged = judge("log-retention", settings(STREAM, long), log_groups(group(), group("b.log", 30)))
    assert judged[ID] == "exception" and f"{LOG_PREFIX}b.log keeps 30 days" in judged.reason(ID)


def test_a_group_without_retention_keeps_for_ever() -> None:
    assert judge("log-retention", settings(STREAM), log_groups(group(days=None)))[ID] == "meets"


def test_before_the_first_group_the_option_counts_and_seven_days_is_its_default() -> None:
    assert judge("log-retention", settings(STREAM), log_groups())[ID] == "exception"
    assert judge("log-retention", settings(STREAM), log_groups(), days=7)[ID] == "meets"
    long = setting(f"{LOGS}/RetentionInDays", "400")
    assert judge("log-retention", settings(STREAM, long), log_groups())[ID] == "meets"
    assert judge("log-retention", settings(STREAM, STREAM_HEALTH, long), log_groups())[ID] == "exception"


def test_retention_without_any_stream_or_group_is_not_applicable() -> None:
    assert judge("log-retention", settings(), log_groups())[ID] == "not_applicable"
    assert judge("log-retention", settings(), log_groups(group(days=30)))[ID] == "exception"


@pytest.mark.parametrize(
    "groups", [log_groups(group(days="ninety")), ended("logs", "DescribeLogGroups", "throttled", logGroupNamePrefix=LOG_PREFIX)]
)
def test_retention_that_cannot_be_read_is_a_gap(groups: Answer) -> None:
    assert judge("log-retention", settings(STREAM, setting(f"{LOGS}/RetentionInDays", "400")), groups)[ID] == "gap"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((STREAM,), "meets"),
        ((STREAM, setting(f"{LOGS}/DeleteOnTerminate", "true")), "exception"),
        ((STREAM, setting(f"{HEALTH_LOGS}/DeleteOnTerminate", "true")), "meets"),
        ((STREAM_HEALTH, setting(f"{HEALTH_LOGS}/DeleteOnTerminate", "true")), "exception"),
        ((setting(f"{LOGS}/DeleteOnTerminate", "true"),), "not_applicable"),
        ((STREAM, setting(f"{LOGS}/DeleteOnTerminate", "maybe")), "gap"),
    ],
)
def test_logs_outlive_the_environment(given: Any, word: str) -> None:
    assert judge("logs-kept-on-termination", settings(*given))[ID] == word


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (
            setting(
                "aws:elasticbeanstalk:sns:topics/Notification Endpoint",
                "[redacted notification address; digest 0123456789abcdef]",
            ),
            "meets",
        ),
        (setting("aws:elasticbeanstalk:sns:topics/Notification Topic ARN", "arn:aws:sns:eu-west-1:012345678901:ops"), "meets"),
        (setting("aws:elasticbeanstalk:sns:topics/Notification Protocol", "email"), "exception"),
        (setting("aws:elasticbeanstalk:sns:topics/Notification Endpoint"), "exception"),
    ],
)
def test_somebody_is_told(given: dict[str, Any], word: str) -> None:
    assert judge("notifications", settings(given))[ID] == word
