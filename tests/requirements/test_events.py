"""Event rules and notification topics: whose events they take in, and whether somebody hears of them."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.events import LIST_TARGETS
from tests.judging import ACCOUNT, REGION, Judged, judge_answers
from tests.requirements.elasticbeanstalk_answers import ID, environments, setting, settings
from tests.requirements.telling_answers import (
    FOREIGN_TOPIC,
    HEARD,
    LAMBDA,
    TOPIC,
    alarm,
    alarms,
    attributes,
    lost,
    metric_filter,
    metric_filters,
    rule,
    rules,
    subscriptions,
    targets,
    topics,
    trail,
)

CONFIRMED = "elasticbeanstalk.environments.notifications-confirmed"
ROUTED = "events.account.security-events-routed"
NOTICES = "elasticbeanstalk.environments.change-notices"
OPTION = "aws:elasticbeanstalk:sns:topics/Notification"
BY_TOPIC = settings(
    setting(f"{OPTION} Topic ARN", TOPIC), setting(f"{OPTION} Endpoint", "[redacted notification address; digest 0]")
)
HEALTH = {"source": ["aws.elasticbeanstalk"], "detail-type": ["Health status change"]}
STATUS = {"source": ["aws.elasticbeanstalk"], "detail-type": ["Elastic Beanstalk resource status change"]}
UNHEARD = (topics(TOPIC), attributes(), subscriptions("PendingConfirmation"))


# -- notification topics -----------------------------------------------------------------------------------------------------


def confirmed(deployed: Answer, heard: tuple[Answer, ...] = HEARD, routed: tuple[Answer, ...] = (rules(),)) -> Judged:
    return judge_answers(CONFIRMED, *environments(), deployed, *heard, *routed)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (HEARD, "meets"),
        (UNHEARD, "exception"),
        ((topics(TOPIC), attributes(), subscriptions()), "exception"),
        ((topics(), attributes(), subscriptions("ok")), "exception"),
        ((topics(TOPIC), attributes(), lost("denied", subscriptions("ok"))), "gap"),
        ((lost("denied", topics(TOPIC)),), "gap"),
    ],
)
def test_the_subscription_of_the_notification_topic(heard: tuple[Answer, ...], expected: str) -> None:
    assert confirmed(BY_TOPIC, heard)[ID] == expected


def test_no_topic_at_all_and_topics_that_cannot_be_followed() -> None:
    assert confirmed(settings())[ID] == "exception"
    assert confirmed(settings(setting(f"{OPTION} Endpoint", "[redacted notification address; digest 0]")))[ID] == "gap"
    foreign = confirmed(settings(setting(f"{OPTION} Topic ARN", FOREIGN_TOPIC)))
    assert foreign[ID] == "gap" and "another account" in foreign.reason(ID)
    assert confirmed(settings(setting(f"{OPTION} Topic ARN", "ops")))[ID] == "gap"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (HEALTH, "meets"),
        ({"source": ["aws.elasticbeanstalk"]}, "meets"),
        ({"source": ["aws.elasticbeanstalk"], "account": [ACCOUNT], "region": [REGION]}, "meets"),
        ({"source": ["aws.elasticbeanstalk"], "account": ["444455556666"]}, "exception"),
        ({**HEALTH, "detail": {"EnvironmentName": ["blog", "shop"]}}, "meets"),
        ({**HEALTH, "detail": {"EnvironmentName": ["blog"]}}, "exception"),
        ({**HEALTH, "detail": {"Severity": ["ERROR"]}}, "exception"),  # health changes never come as ERROR
        (STATUS, "exception"),
        ({**HEALTH, "detail": {"Message": [{"wildcard": "*Severe*"}]}}, "gap"),
        ("{not JSON", "gap"),
        (None, "exception"),  # a schedule
    ],
)
def test_a_rule_on_the_environment_s_health_is_the_alternative(pattern: Any, expected: str) -> None:
    assert confirmed(settings(), HEARD, (rules(rule(pattern)), targets(TOPIC)))[ID] == expected


@pytest.mark.parametrize(
    ("state", "arns", "expected"),
    [
        ("ENABLED", (TOPIC,), "meets"),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", (TOPIC,), "meets"),
        ("DISABLED", (TOPIC,), "exception"),
        ("ENABLED", (), "exception"),
        ("ENABLED", (LAMBDA,), "gap"),
        ("ENABLED", (LAMBDA, TOPIC), "meets"),
        ("ENABLED", (FOREIGN_TOPIC,), "gap"),
    ],
)
def test_where_a_rule_leads(state: str, arns: tuple[str, ...], expected: str) -> None:
    assert confirmed(settings(), HEARD, (rules(rule(HEALTH, state=state)), targets(*arns)))[ID] == expected


def test_rules_and_targets_that_could_not_be_read() -> None:
    assert confirmed(settings(), HEARD, (lost("denied", rules()),))[ID] == "gap"
    assert confirmed(settings(), HEARD, (rules(rule(HEALTH)), lost("denied", targets(TOPIC))))[ID] == "gap"
    assert confirmed(settings(), HEARD, (rules(rule(HEALTH)),))[ID] == "gap"
    assert confirmed(settings(), HEARD, (rules(rule(HEALTH)), lost("gone", targets())))[ID] == "exception"
    # A rule that is switched off is not asked for its targets, and no other rule is needed where the topic is heard.
    assert confirmed(settings(), HEARD, (rules(rule(HEALTH, state="DISABLED")),))[ID] == "exception"
    assert confirmed(BY_TOPIC, HEARD, (lost("denied", rules()),))[ID] == "meets"


def test_a_topic_under_the_key_of_aws_s_own_hears_no_rule() -> None:
    managed = (topics(TOPIC), attributes(KmsMasterKeyId="alias/aws/sns"), subscriptions("ok"))
    assert confirmed(settings(), managed, (rules(rule(HEALTH)), targets(TOPIC)))[ID] == "exception"


def test_what_a_rule_hands_to_its_targets_is_not_kept() -> None:
    secret = "s3cr3t"
    page: dict[str, Any] = {
        "Targets": [
            {
                "Id": "1", "Arn": LAMBDA, "Input": secret, "InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": secret},
                "HttpParameters": {
                    "HeaderParameters": {"Authorization": secret}, "QueryStringParameters": {"key": secret},
                    "PathParameterValues": [secret],
                },
                "RedshiftDataParameters": {"Database": "db", "Sql": secret, "Sqls": [secret]},
                "AppSyncParameters": {"GraphQLOperation": secret},
                "SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "n", "Value": secret}]},
            }
        ]
    }  # fmt: skip
    Redactor(b"k" * 32).apply(page, LIST_TARGETS.redact)
    assert secret not in repr(page) and LAMBDA in repr(page) and "$.a" in repr(page)


# -- security events -----------------------------------------------------------------------------------------------------------


def routed(
    *answers: Answer, heard: tuple[Answer, ...] = HEARD, regions: tuple[str, ...] = (REGION,), **parameters: Any
) -> Judged:
    return judge_answers(ROUTED, *answers, *heard, regions=regions, **parameters)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}}, "meets"),
        ({"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"]}, "meets"),
        ({"source": ["aws.config"]}, "meets"),
        ({"source": [{"prefix": "aws."}]}, "meets"),
        ({"account": [ACCOUNT]}, "meets"),
        ({"source": ["aws.ec2"]}, "exception"),
        ({"source": [{"anything-but": ["aws.guardduty", "aws.securityhub", "aws.config"]}]}, "exception"),
        ({"source": [{"like": "aws"}]}, "gap"),
        (None, "exception"),
    ],
)
def test_a_rule_on_security_events(pattern: Any, expected: str) -> None:
    assert routed(rules(rule(pattern)), targets(TOPIC))[ACCOUNT] == expected


def test_which_sources_count_is_for_the_program_to_say() -> None:
    found = (rules(rule({"source": ["aws.config"]})), targets(TOPIC))
    assert routed(*found, sources=["aws.guardduty"])[ACCOUNT] == "exception"


def test_where_security_events_go() -> None:
    on = rule({"source": ["aws.guardduty"]})
    assert routed(rules(on), targets(LAMBDA))[ACCOUNT] == "gap"
    assert routed(rules(on), targets(TOPIC), heard=UNHEARD)[ACCOUNT] == "exception"
    assert routed(rules({**on, "State": "DISABLED"}))[ACCOUNT] == "exception"
    # What another rule, on other events, leads to does not matter.
    other = rule({"source": ["aws.ec2"]}, name="other")
    assert routed(rules(other), targets(LAMBDA, name="other"))[ACCOUNT] == "exception"


def test_one_region_is_enough_and_an_unread_one_leaves_a_gap() -> None:
    regions = (REGION, "us-east-1")
    on = (rules(rule({"source": ["aws.guardduty"]})), targets(TOPIC))
    nothing = (topics(region="us-east-1"), rules(region="us-east-1"))
    assert routed(*on, *nothing, regions=regions)[ACCOUNT] == "meets"
    assert routed(*on, lost("denied", rules(region="us-east-1")), regions=regions)[ACCOUNT] == "meets"
    assert routed(rules(), *nothing, regions=regions)[ACCOUNT] == "exception"
    assert routed(rules(), lost("denied", rules(region="us-east-1")), regions=regions)[ACCOUNT] == "gap"


# -- notices of changes ----------------------------------------------------------------------------------------------------------

NO_RULES, NO_FILTERS, NO_ALARMS = (rules(),), metric_filters(), alarms()
CALLS = {
    "source": ["aws.elasticbeanstalk"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {"eventSource": ["elasticbeanstalk.amazonaws.com"], "eventName": ["UpdateEnvironment", "TerminateEnvironment"]},
}


def notices(
    routed: tuple[Answer, ...] = NO_RULES, trails: tuple[Answer, ...] | None = None, filters: Answer = NO_FILTERS,
    alarm_lists: tuple[Answer, ...] = NO_ALARMS, heard: tuple[Answer, ...] = HEARD,
) -> Judged:  # fmt: skip
    answers = (*environments(), *(trail() if trails is None else trails), filters, *alarm_lists, *heard, *routed)
    return judge_answers(NOTICES, *answers)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (CALLS, "meets"),
        ({**CALLS, "detail": {"eventSource": ["elasticbeanstalk.amazonaws.com"]}}, "meets"),
        ({**CALLS, "detail": {"eventName": [{"suffix": "Environment"}]}}, "meets"),
        ({**CALLS, "detail": {"eventName": ["UpdateEnvironment"]}}, "exception"),
        (
            {**CALLS, "detail": {"requestParameters": {"environmentName": ["shop"]}}},
            "exception",
        ),  # a call may name the id instead
        (STATUS, "meets"),
        ({"source": ["aws.elasticbeanstalk"]}, "meets"),
        ({**STATUS, "detail": {"Status": ["Environment update started", "Environment termination started"]}}, "meets"),
        ({**STATUS, "detail": {"Status": ["Environment update failed"]}}, "exception"),
        ({**STATUS, "detail": {"EnvironmentName": ["shop"]}}, "meets"),
        ({**STATUS, "detail": {"EnvironmentName": ["blog"]}}, "exception"),
        ({**STATUS, "detail": {"Message": [{"prefix": "terminate"}]}}, "gap"),
        (HEALTH, "exception"),
    ],
)
def test_a_rule_on_updates_and_terminations(pattern: Any, expected: str) -> None:
    assert notices((rules(rule(pattern)), targets(TOPIC)))[ID] == expected


def test_a_rule_on_calls_needs_a_trail_and_one_on_status_does_not() -> None:
    off = trail(logging=False)
    assert notices((rules(rule(CALLS)), targets(TOPIC)), off)[ID] == "exception"
    assert notices((rules(rule(STATUS)), targets(TOPIC)), off)[ID] == "meets"
    reads = trail(selectors={"EventSelectors": [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]})
    assert notices((rules(rule(CALLS)), targets(TOPIC)), reads)[ID] == "exception"


def test_a_metric_filter_is_the_alternative_and_they_may_share() -> None:
    source = "$.eventSource = elasticbeanstalk.amazonaws.com"
    both = metric_filters(
        metric_filter(f"{{ {source} && ($.eventName = UpdateEnvironment || $.eventName = TerminateEnvironment) }}")
    )
    assert notices(filters=both, alarm_lists=alarms(alarm()))[ID] == "meets"
    assert notices(filters=both)[ID] == "exception"
    one = metric_filters(metric_filter(f"{{ {source} && $.eventName = UpdateEnvironment }}"))
    half = notices(filters=one, alarm_lists=alarms(alarm()))
    assert half[ID] == "exception" and half.reason(ID) == "nobody is told of: TerminateEnvironment"
    ends = {**STATUS, "detail": {"Status": ["Environment termination started"]}}
    assert notices((rules(rule(ends)), targets(TOPIC)), filters=one, alarm_lists=alarms(alarm()))[ID] == "meets"


def test_notices_that_nobody_hears_or_that_could_not_be_read() -> None:
    on = (rules(rule(STATUS)), targets(TOPIC))
    assert notices(on, heard=UNHEARD)[ID] == "exception"
    assert notices((rules(rule(STATUS)), targets(LAMBDA)))[ID] == "gap"
    assert notices((lost("denied", rules()),))[ID] == "gap"
    assert notices(filters=lost("denied", NO_FILTERS))[ID] == "gap"
    assert notices(on, filters=lost("denied", NO_FILTERS), trails=())[ID] == "meets"
