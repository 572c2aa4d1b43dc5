"""From the trail's log group through filter, metric and alarm to a subscriber who confirmed: each link, good, bad and unread."""

from typing import Any

import pytest

from evidence.requirements import requirements
from evidence.requirements.logging.metric_filters import EVENT_SETS
from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, judge_answers
from tests.requirements.iam_answers import ago
from tests.requirements.telling_answers import (
    FOREIGN_TOPIC,
    GROUP,
    HEARD,
    TOPIC,
    alarm,
    alarms,
    attributes,
    composite,
    lost,
    metric_filter,
    metric_filters,
    subscriptions,
    topics,
    trail,
)

ROOT, KEYS = "cloudtrail.account.alarm-root-use", "cloudtrail.account.alarm-key-deletion"
PATTERN = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
FOREIGN = "arn:aws:cloudtrail:us-east-1:444455556666:trail/org"
FILTER = metric_filters(metric_filter(PATTERN))


def judged(
    *, trails: tuple[Answer, ...] | None = None, filters: Answer = FILTER, alarm_lists: tuple[Answer, ...] | None = None,
    heard: tuple[Answer, ...] = HEARD, requirement: str = ROOT, regions: tuple[str, ...] = (REGION,), more: tuple[Answer, ...] = (),
) -> Judged:  # fmt: skip
    """The account's judgement where everything is right but what the test gives."""
    lists = alarms(alarm()) if alarm_lists is None else alarm_lists
    answers = (*(trail() if trails is None else trails), filters, *lists, *heard, *more)
    return judge_answers(requirement, *answers, regions=regions)


def word(**given: Any) -> str:
    return judged(**given)[ACCOUNT]


def test_a_whole_chain_tells_somebody() -> None:
    found = judged()
    assert found[ACCOUNT] == "meets"
    assert (
        found.reason(ACCOUNT) == "metric filters take in: what root does itself; alarms tell somebody of: what root does itself"
    )
    assert len(found.members[0].evidence) >= 6  # trail, its status and selectors, filters, alarms, topic's subscriptions


# -- the trail -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"IsMultiRegionTrail": False}, "exception"),
        ({"logging": False}, "exception"),
        ({"CloudWatchLogsLogGroupArn": None}, "exception"),
        ({"CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:other:*"}, "exception"),
        ({"CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"}, "meets"),
        ({"CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}:*"}, "gap"),
        ({"CloudWatchLogsLogGroupArn": "trail-events"}, "gap"),
        ({"LatestCloudWatchLogsDeliveryTime": ago(2)}, "exception"),
        ({"LatestCloudWatchLogsDeliveryTime": None}, "gap"),
        ({"logging": "perhaps"}, "gap"),
        ({"selectors": {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]}}, "exception"),
        ({"selectors": {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}}, "exception"),
        ({"selectors": {}}, "gap"),
    ],
)
def test_the_trail_must_record_and_deliver(given: dict[str, Any], expected: str) -> None:
    assert word(trails=trail(**given)) == expected


def spared(*sources: str) -> tuple[Answer, ...]:
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "ExcludeManagementEventSources": list(sources)}
    return trail(selectors={"EventSelectors": [selector]})


def advanced(*sources: str, **more: Any) -> tuple[Answer, ...]:
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "eventSource", "NotEquals": list(sources)}]
    extra = [{"Field": name, "Equals": values} for name, values in more.items()]
    return trail(selectors={"AdvancedEventSelectors": [{"FieldSelectors": [*fields, *extra]}]})


def test_a_trail_that_spares_another_service_s_events_still_records_these() -> None:
    keys = metric_filters(metric_filter("{ $.eventSource = kms.amazonaws.com }"))
    for trails in (spared("rdsdata.amazonaws.com"), advanced("rdsdata.amazonaws.com")):
        assert word(requirement=KEYS, filters=keys, trails=trails) == "meets"
    for trails in (
        spared("kms.amazonaws.com"),
        advanced("kms.amazonaws.com"),
        advanced("x", readOnly=["true"]),
        advanced(eventName=["x"]),
    ):
        assert word(requirement=KEYS, filters=keys, trails=trails) == "exception"
    assert word(trails=spared()) == "exception"  # root also reads


def test_another_account_s_trail_is_answered_for_there() -> None:
    for group in (None, f"arn:aws:logs:us-east-1:444455556666:log-group:{GROUP}:*"):
        org = trail(FOREIGN, CloudWatchLogsLogGroupArn=group, IsOrganizationTrail=True)
        found = judged(trails=org)
        assert found[ACCOUNT] == "gap"
        assert "account 444455556666 owns the trail" in found.reason(ACCOUNT)
    assert word(trails=trail(FOREIGN, logging=False)) == "exception"


def test_a_trail_whose_home_is_outside_the_scope_is_unknown() -> None:
    home = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
    assert word(trails=trail(home)) == "gap"
    there = (
        metric_filters(metric_filter(PATTERN), region="us-east-1"),
        answered("cloudtrail", "DescribeTrails", {"trailList": []}, region="us-east-1"),
    )
    there_too = alarm(AlarmArn=f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:a")
    elsewhere = (*alarms(there_too, region="us-east-1"), topics(region="us-east-1"))
    found = word(trails=trail(home), regions=(REGION, "us-east-1"), more=(*there, *elsewhere), filters=metric_filters())
    assert found == "gap"  # now all is read, and the alarm there names a topic of another Region


def test_no_trail_is_an_exception_and_an_unread_list_a_gap() -> None:
    nothing = (answered("cloudtrail", "DescribeTrails", {"trailList": []}),)
    assert word(trails=nothing) == "exception"
    assert word(trails=(lost("denied", nothing[0]),)) == "gap"
    assert word(trails=()) == "gap"


# -- the filter ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], "exception"),
        ([metric_filter(PATTERN, group="other")], "exception"),
        ([metric_filter('{ $.userIdentity.type = "IAMUser" }')], "exception"),
        ([metric_filter(PATTERN.replace(" }", ' && $.awsRegion = "us-east-1" }'))], "exception"),
        ([metric_filter("{ $.userIdentity.type = Root }"), metric_filter(PATTERN, metric="Other")], "meets"),
        ([metric_filter(PATTERN, metric="Other")], "exception"),
        ([metric_filter("")], "exception"),
        ([metric_filter('{ $.eventType != "AwsServiceEvent" || $.userIdentity.type = "Root" }')], "exception"),
        ([metric_filter("?Root ?root")], "gap"),
        ([metric_filter("?Root ?root", metric="Other")], "exception"),
        ([metric_filter(None)], "gap"),
        ([metric_filter(PATTERN, applyOnTransformedLogs=True)], "gap"),
        ([metric_filter(PATTERN, applyOnTransformedLogs=False, fieldSelectionCriteria="")], "meets"),
        ([metric_filter(PATTERN, fieldSelectionCriteria='@aws.region = "eu-west-1"')], "gap"),
        ([metric_filter(PATTERN, emitSystemFieldDimensions=["@aws.account"])], "gap"),
        ([metric_filter(PATTERN, metricTransformations="Events")], "gap"),
        ([metric_filter(PATTERN, metricTransformations=[])], "exception"),
        ([metric_filter(PATTERN, filterName=None)], "gap"),
    ],
)
def test_the_filter(filters: list[dict[str, Any]], expected: str) -> None:
    assert word(filters=metric_filters(*filters)) == expected


def test_a_filter_that_splits_its_metric_up_by_dimensions_is_unknown() -> None:
    split = {"metricNamespace": "Trail", "metricName": "Events", "metricValue": "1", "dimensions": {"who": "$.userIdentity.arn"}}
    assert word(filters=metric_filters(metric_filter(PATTERN, metricTransformations=[split]))) == "gap"


def test_filters_that_could_not_be_listed_are_a_gap() -> None:
    for ending in ("denied", "throttled"):
        assert word(filters=lost(ending, FILTER)) == "gap"
    cut = lost("throttled", FILTER)
    page = {"metricFilters": [metric_filter("{ $.a = b }", metric="Other")]}
    assert word(filters=type(cut)(cut.call, "throttled", (page,), "Code")) == "gap"


def test_several_filters_share_a_set_and_what_is_left_is_named() -> None:
    both = [metric_filter(f"{{ $.eventName = {name} }}", metric=name) for name in ("DisableKey", "ScheduleKeyDeletion")]
    on_both = alarms(*(alarm(name, MetricName=name) for name in ("DisableKey", "ScheduleKeyDeletion")))
    assert word(requirement=KEYS, filters=metric_filters(*both), alarm_lists=on_both) == "meets"
    one = judged(requirement=KEYS, filters=metric_filters(*both), alarm_lists=alarms(alarm(MetricName="DisableKey")))
    assert one[ACCOUNT] == "exception"
    assert one.reason(ACCOUNT) == (
        "metric filters take in: DisableKey, ScheduleKeyDeletion; no alarm tells anybody of: ScheduleKeyDeletion"
    )
    without = judged(requirement=KEYS, filters=metric_filters(both[0]), alarm_lists=on_both)
    assert "no metric filter of a trail's log group takes in: ScheduleKeyDeletion" in without.reason(ACCOUNT)


# -- the alarm -------------------------------------------------------------------------------------------------------------

STAT = {"Metric": {"Namespace": "Trail", "MetricName": "Events"}, "Period": 300, "Stat": "Sum"}
QUERY = {"Id": "m1", "MetricStat": STAT, "ReturnData": True}


def by_queries(*queries: dict[str, Any]) -> dict[str, Any]:
    """An alarm without a metric of its own, as AWS describes those on expressions."""
    return alarm(MetricName=None, Namespace=None, Metrics=list(queries))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (alarm(StateValue="INSUFFICIENT_DATA"), "meets"),  # nothing happened, so nothing was counted
        (alarm(ActionsEnabled=False), "exception"),
        (alarm(AlarmActions=[]), "exception"),
        (alarm(AlarmActions=[], OKActions=[TOPIC], InsufficientDataActions=[TOPIC]), "exception"),
        (alarm(AlarmActions=[f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1"]), "exception"),
        (alarm(AlarmActions=[f"arn:aws:automate:{REGION}:ec2:stop", TOPIC]), "meets"),
        (alarm(Namespace="Other"), "exception"),
        (alarm(Dimensions=[{"Name": "who", "Value": "root"}]), "exception"),
        (alarm(AlarmActions=None), "gap"),
        (alarm(ActionsEnabled=None), "gap"),
        (alarm(AlarmActions=[FOREIGN_TOPIC]), "gap"),
        (alarm(AlarmActions=[FOREIGN_TOPIC, TOPIC]), "meets"),
        (alarm(AlarmActions=[TOPIC.replace(REGION, "us-east-1")]), "gap"),
        (by_queries(QUERY), "meets"),
        (by_queries({**QUERY, "AccountId": "444455556666"}), "exception"),
        (by_queries({**QUERY, "AccountId": ACCOUNT}), "meets"),
        (by_queries({**QUERY, "ReturnData": False}, {"Id": "e1", "Expression": "FILL(m1, 0)", "ReturnData": True}), "gap"),
    ],
)
def test_the_alarm(found: dict[str, Any], expected: str) -> None:
    assert word(alarm_lists=alarms(found)) == expected


def test_one_good_alarm_is_enough_and_none_is_not() -> None:
    assert word(alarm_lists=alarms(alarm("off", ActionsEnabled=False), alarm("on"))) == "meets"
    assert word(alarm_lists=alarms()) == "exception"


@pytest.mark.parametrize("which", [0, 1])
def test_alarms_that_could_not_be_listed(which: int) -> None:
    quiet = list(alarms(alarm(AlarmActions=[])))
    assert word(alarm_lists=tuple(quiet)) == "exception"
    quiet[which] = lost("denied", quiet[which])
    assert word(alarm_lists=tuple(quiet)) == "gap"
    # What composite alarms would add is not needed where the alarm itself tells somebody.
    assert word(alarm_lists=(alarms(alarm())[0], lost("denied", alarms()[1]))) == "meets"


@pytest.mark.parametrize(
    ("rule", "more", "expected"),
    [
        ('ALARM("a")', {}, "meets"),
        (f"ALARM(arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a)", {}, "meets"),
        ('(ALARM(b) OR ALARM("a")) or ALARM(c)', {}, "meets"),
        ("ALARM(b)", {}, "exception"),
        ("ALARM(a)", {"ActionsEnabled": False}, "exception"),
        ("ALARM(a)", {"AlarmActions": []}, "exception"),
        ("ALARM(a) AND ALARM(b)", {}, "gap"),
        ("NOT ALARM(a)", {}, "gap"),
        ("ALARM(a) OR OK(b)", {}, "gap"),
        ("ALARM(a)", {"ActionsSuppressor": "maintenance"}, "gap"),
        ("ALARM(a)", {"AlarmActions": [FOREIGN_TOPIC]}, "gap"),
    ],
)
def test_an_alarm_that_tells_through_a_composite_one(rule: str, more: dict[str, Any], expected: str) -> None:
    assert word(alarm_lists=alarms(alarm(AlarmActions=[]), composites=(composite(rule, **more),))) == expected


# -- the topic -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ((topics(TOPIC), attributes(), subscriptions("PendingConfirmation", "Deleted", "ok")), "meets"),
        ((topics(TOPIC), attributes(), subscriptions("PendingConfirmation")), "exception"),
        ((topics(TOPIC), attributes(), subscriptions("Deleted")), "exception"),
        ((topics(TOPIC), attributes(), subscriptions()), "exception"),
        ((topics(), attributes(), subscriptions("ok")), "exception"),
        ((topics(TOPIC), attributes(KmsMasterKeyId="alias/aws/sns"), subscriptions("ok")), "exception"),
        (
            (topics(TOPIC), attributes(KmsMasterKeyId=f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/sns"), subscriptions("ok")),
            "exception",
        ),
        ((topics(TOPIC), attributes(KmsMasterKeyId="alias/ops"), subscriptions("ok")), "meets"),
        ((topics(TOPIC), attributes(), subscriptions("soon")), "gap"),
        ((topics(TOPIC), attributes(), subscriptions(None)), "gap"),
        ((topics(TOPIC), attributes(), lost("denied", subscriptions("ok"))), "gap"),
        ((topics(TOPIC), lost("denied", attributes()), subscriptions("ok")), "gap"),
        ((topics(TOPIC), lost("denied", attributes()), subscriptions("Deleted")), "exception"),
        ((lost("denied", topics(TOPIC)),), "gap"),
        ((), "gap"),
    ],
)
def test_somebody_must_have_confirmed(heard: tuple[Answer, ...], expected: str) -> None:
    assert word(heard=heard) == expected


# -- all sets ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("events", EVENT_SETS, ids=lambda events: events.name)
def test_each_set_is_met_by_a_filter_on_all_its_names_and_by_none_that_lacks_one(events: Any) -> None:
    requirement = f"cloudtrail.account.alarm-{events.name}"
    assert requirement in requirements()
    clauses = [
        "(" + " && ".join(f'$.{field} = "{fact}"' for field, fact in kind.items() if isinstance(fact, str)) + ")"
        for kind in events.kinds.values()
    ]
    whole = metric_filters(metric_filter("{ " + " || ".join(clauses) + " }"))
    if events.name != "root-use":  # whose event type is any but one
        assert word(requirement=requirement, filters=whole) == "meets"
    if len(clauses) > 1:
        lacking = metric_filters(metric_filter("{ " + " || ".join(clauses[1:]) + " }"))
        found = judged(requirement=requirement, filters=lacking)
        assert found[ACCOUNT] == "exception"
        assert found.reason(ACCOUNT).endswith(f"no alarm tells anybody of: {next(iter(events.kinds))}")
    assert word(requirement=requirement, filters=metric_filters(metric_filter("{ $.eventName = Nothing }"))) == "exception"
    assert word(requirement=requirement, filters=lost("denied", whole)) == "gap"


def test_an_event_set_is_asked_about_as_of_the_run_s_end() -> None:
    assert word(trails=trail(LatestCloudWatchLogsDeliveryTime=AS_OF)) == "meets"
