"""AWS Config in each Region: recorder, recorded types, delivery, retention."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import ENVIRONMENT, ID, NAME, environments

ALL = {"allSupported": True, "includeGlobalResourceTypes": True, "resourceTypes": []}
APPLICATION, VERSION, RUNNING = (
    f"AWS::ElasticBeanstalk::{kind}" for kind in ("Application", "ApplicationVersion", "Environment")
)
IAM = [f"AWS::IAM::{kind}" for kind in ("User", "Group", "Role", "Policy")]


def all_but(*kinds: str) -> dict[str, Any]:
    strategy = {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}
    return {"allSupported": False, "recordingStrategy": strategy, "exclusionByResourceTypes": {"resourceTypes": list(kinds)}}


def only(*kinds: str) -> dict[str, Any]:
    return {"allSupported": False, "resourceTypes": list(kinds)}


def recorder(group: Any = ALL, region: str = "eu-west-1", **more: Any) -> Answer:
    one = {"name": "default", "recordingGroup": group, "recordingMode": {"recordingFrequency": "DAILY"}} | more
    return answered("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": [one]}, region=region)


def status(recording: Any = True, last: Any = "SUCCESS", region: str = "eu-west-1", **more: Any) -> Answer:
    one = {"name": "default", "recording": recording, "lastStatus": last} | more
    page = {"ConfigurationRecordersStatus": [{k: v for k, v in one.items() if v is not None}]}
    return answered("config", "DescribeConfigurationRecorderStatus", page, region=region)


def no_recorder(region: str = "eu-west-1") -> tuple[Answer, Answer]:
    return (
        answered("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": []}, region=region),
        answered("config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": []}, region=region),
    )


def of(requirement: str, *answers: Answer, **parameters: Any) -> str:
    (member,) = judge_answers(f"config.regions.{requirement}", *answers, **parameters).members
    return member.judgement


def reason(requirement: str, *answers: Answer) -> str:
    return judge_answers(f"config.regions.{requirement}", *answers).reason(ACCOUNT)


# Recording


@pytest.mark.parametrize(
    ("recording", "last", "expected"),
    [
        (True, "SUCCESS", "meets"),  # as the wire spells it
        (True, "Success", "meets"),  # as the model spells it
        (True, "FAILURE", "exception"),
        (True, "Failure", "exception"),
        (False, "SUCCESS", "exception"),
        (False, None, "exception"),
        (True, "PENDING", "gap"),
        (True, "NotApplicable", "gap"),
        (True, None, "gap"),
        (None, "SUCCESS", "gap"),
        ("yes", "SUCCESS", "gap"),
        (True, 7, "gap"),
    ],
)
def test_recording(recording: Any, last: Any, expected: str) -> None:
    assert of("recording", recorder(), status(recording, last)) == expected


def test_no_recorder_is_an_exception_and_a_refusal_is_not() -> None:
    denied = ended("config", "DescribeConfigurationRecorders", "denied", code="AccessDeniedException")
    assert of("recording", *no_recorder()) == "exception"
    assert of("recording", denied, status()) == "gap"
    assert of("recording", recorder(), ended("config", "DescribeConfigurationRecorderStatus", "throttled")) == "gap"
    assert of("recording") == "gap"


def test_a_region_is_judged_for_itself() -> None:
    regions = ("eu-west-1", "eu-west-2")
    judged = judge_answers("config.regions.recording", recorder(), status(), *no_recorder("eu-west-2"), regions=regions)
    assert [(m.region, m.judgement) for m in judged.members] == [("eu-west-1", "meets"), ("eu-west-2", "exception")]


def test_the_recorder_of_an_aws_service_is_not_the_accounts_own() -> None:
    linked = recorder(servicePrincipal="securityhubv2.amazonaws.com")
    assert of("recording", linked, status(servicePrincipal="securityhubv2.amazonaws.com")) == "exception"


def test_daily_recording_is_shown() -> None:
    assert "frequency = DAILY" in reason("recording", recorder(), status())


# Types


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (ALL, "meets"),
        ({"allSupported": True}, "meets"),
        ({"allSupported": True, "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}}, "meets"),
        (all_but(), "meets"),
        (all_but(*IAM), "meets"),
        (all_but("AWS::EC2::Volume"), "exception"),
        (only("AWS::EC2::Volume"), "exception"),
        (only(), "exception"),
        ({"allSupported": True, "recordingStrategy": {"useOnly": "SOMETHING_NEW"}}, "gap"),
        ({}, "gap"),
        ({"allSupported": "yes"}, "gap"),
        ("all", "gap"),
    ],
)
def test_all_types(group: Any, expected: str) -> None:
    assert of("all-types", recorder(group)) == expected


def test_types_left_out_are_named_and_may_be_allowed() -> None:
    group = all_but("AWS::EC2::Volume", "AWS::EC2::Subnet")
    assert "AWS::EC2::Volume is left out" in reason("all-types", recorder(group))
    assert of("all-types", recorder(group), left_out=["AWS::EC2::Volume", "AWS::EC2::Subnet"]) == "meets"
    assert of("all-types", recorder(group), left_out=["AWS::EC2::Volume"]) == "exception"
    assert of("all-types", recorder(all_but() | {"exclusionByResourceTypes": {"resourceTypes": "AWS::EC2::Volume"}})) == "gap"
    assert of("all-types", *no_recorder()) == "exception"
    assert of("all-types", ended("config", "DescribeConfigurationRecorders", "denied")) == "gap"


def switched_on(*regions: str) -> Answer:
    entries = [{"RegionName": region, "OptInStatus": "opt-in-not-required"} for region in regions]
    entries.append({"RegionName": "af-south-1", "OptInStatus": "not-opted-in"})
    return answered("ec2", "DescribeRegions", {"Regions": entries}, region="global", AllRegions=True)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (ALL, "meets"),
        ({"allSupported": True}, "exception"),  # leaves IAM out
        ({"allSupported": True, "includeGlobalResourceTypes": False}, "exception"),
        (all_but("AWS::EC2::Volume") | {"includeGlobalResourceTypes": False}, "meets"),  # the flag has no say here
        (all_but("AWS::IAM::Role"), "exception"),
        (only(*IAM), "meets"),
        (only(*IAM[:3]), "exception"),
        ({}, "gap"),
    ],
)
def test_iam_types(group: Any, expected: str) -> None:
    judged = judge_answers("config.account.iam-types", switched_on("eu-west-1"), recorder(group), status())
    assert judged[ACCOUNT] == expected


def test_one_region_is_enough_and_it_must_be_recording() -> None:
    regions = ("eu-west-1", "eu-west-2")
    others = (recorder({"allSupported": True}, "eu-west-2"), status(region="eu-west-2"))

    def judged(*answers: Answer, asked: tuple[str, ...] = regions) -> Judged:
        return judge_answers("config.account.iam-types", *answers, regions=asked)

    assert judged(switched_on(*regions), recorder(), status(), *others)[ACCOUNT] == "meets"
    assert judged(switched_on(*regions), recorder(), status(), *no_recorder("eu-west-2"))[ACCOUNT] == "meets"
    assert judged(switched_on(*regions), recorder(), status(recording=False), *others)[ACCOUNT] == "exception"
    assert judged(switched_on(*regions), *no_recorder(), *others)[ACCOUNT] == "exception"
    # The Region that was not asked may be the one.
    assert judged(switched_on(*regions), *others, asked=("eu-west-2",))[ACCOUNT] == "gap"
    denied = ended("ec2", "DescribeRegions", "denied", region="global", AllRegions=True)
    assert judged(denied, *others)[ACCOUNT] == "gap"


def test_a_region_that_cannot_record_iam_does_not_count() -> None:
    young = "eu-south-2"
    judged = judge_answers(
        "config.account.iam-types", switched_on(young), recorder(all_but(), young), status(region=young), regions=(young,)
    )
    assert judged[ACCOUNT] == "exception"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (ALL, "meets"),
        ({"allSupported": True, "resourceTypes": []}, "meets"),
        (only(APPLICATION, VERSION, RUNNING), "meets"),
        (only(APPLICATION, RUNNING), "exception"),
        (all_but(*IAM), "meets"),
        (all_but(VERSION), "exception"),
        ({}, "gap"),
    ],
)
def test_beanstalk_types(group: Any, expected: str) -> None:
    assert of("beanstalk-types", recorder(group), status(), *environments()) == expected


def test_beanstalk_types_where_nothing_records_or_nothing_runs() -> None:
    assert of("beanstalk-types", recorder(), status(recording=False), *environments()) == "exception"
    assert of("beanstalk-types", *no_recorder(), *environments()) == "exception"
    assert f"{VERSION} is not recorded" in reason("beanstalk-types", recorder(all_but(VERSION)), status(), *environments())
    listed, stacks = environments()
    empty = answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": []}, IncludeDeleted=False)
    none = answered("cloudformation", "ListStacks", {"StackSummaries": []}, **stacks.call.parameters)
    assert of("beanstalk-types", recorder(), status(), empty, none) == "not_applicable"
    unread = ended("elasticbeanstalk", "DescribeEnvironments", "denied", IncludeDeleted=False)
    assert of("beanstalk-types", recorder(), status(), unread, none) == "gap"
    assert listed.pages


# The environments that AWS Config knows


def known(*entries: dict[str, Any]) -> Answer:
    page = {"resourceIdentifiers": [{"resourceType": RUNNING} | e for e in entries]}
    return answered("config", "ListDiscoveredResources", page, resourceType=RUNNING)


OLD = {**ENVIRONMENT, "DateCreated": AS_OF.replace(year=2025)}


def in_config(*answers: Answer, environment: dict[str, Any] = OLD) -> Judged:
    return judge_answers("elasticbeanstalk.environments.in-config", *environments(environment), *answers)


def test_environments_known_by_id_or_name() -> None:
    assert in_config(known({"resourceId": ID, "resourceName": NAME}))[ID] == "meets"
    assert in_config(known({"resourceId": ID}))[ID] == "meets"
    assert in_config(known({"resourceId": "another-form-of-it", "resourceName": NAME}))[ID] == "meets"
    assert in_config(known({"resourceId": "e-other", "resourceName": "other"}))[ID] == "exception"
    assert in_config(known())[ID] == "exception"


def test_environments_where_nothing_is_recorded_or_nobody_may_look() -> None:
    off = ended(
        "config", "ListDiscoveredResources", "absent", code="NoAvailableConfigurationRecorderException", resourceType=RUNNING
    )
    assert in_config(off)[ID] == "exception"
    assert in_config(ended("config", "ListDiscoveredResources", "denied", resourceType=RUNNING))[ID] == "gap"
    assert in_config()[ID] == "gap"


def test_an_environment_just_made_is_not_judged() -> None:
    new = {**ENVIRONMENT, "DateCreated": AS_OF}
    assert in_config(known(), environment=new)[ID] == "not_applicable"
    assert in_config(known(), environment={**ENVIRONMENT})[ID] == "gap"


# Delivery


def channel(*channels: dict[str, Any]) -> Answer:
    return answered("config", "DescribeDeliveryChannels", {"DeliveryChannels": list(channels)})


def channel_status(history: Any = None, stream: Any = None) -> Answer:
    one: dict[str, Any] = {"name": "default"}
    if history is not None:
        one["configHistoryDeliveryInfo"] = {"lastStatus": history}
    if stream is not None:
        one["configStreamDeliveryInfo"] = {"lastStatus": stream}
    return answered("config", "DescribeDeliveryChannelStatus", {"DeliveryChannelsStatus": [one]})


BUCKET = {"name": "default", "s3BucketName": "history"}
TOPIC = {**BUCKET, "snsTopicARN": "arn:aws:sns:eu-west-1:012345678901:config"}


@pytest.mark.parametrize(
    ("history", "expected"),
    [("SUCCESS", "meets"), ("Success", "meets"), ("FAILURE", "exception"), ("Not_Applicable", "gap"), (None, "gap"), (3, "gap")],
)
def test_delivery(history: Any, expected: str) -> None:
    assert of("delivery", channel(BUCKET), channel_status(history)) == expected


def test_no_channel_is_an_exception_and_a_refusal_is_not() -> None:
    none = answered("config", "DescribeDeliveryChannelStatus", {"DeliveryChannelsStatus": []})
    assert of("delivery", channel(), none) == "exception"
    assert of("delivery", ended("config", "DescribeDeliveryChannels", "denied"), channel_status("SUCCESS")) == "gap"
    assert of("delivery", channel(BUCKET), ended("config", "DescribeDeliveryChannelStatus", "denied")) == "gap"
    assert of("delivery", channel(BUCKET, BUCKET), channel_status("SUCCESS")) == "gap"


def test_notices_are_judged_only_where_there_is_a_topic() -> None:
    assert of("notices-delivered", channel(TOPIC), channel_status("SUCCESS", "SUCCESS")) == "meets"
    assert of("notices-delivered", channel(TOPIC), channel_status("SUCCESS", "FAILURE")) == "exception"
    assert of("notices-delivered", channel(TOPIC), channel_status("SUCCESS")) == "gap"
    assert of("notices-delivered", channel(BUCKET), channel_status("SUCCESS", "NOT_APPLICABLE")) == "not_applicable"
    assert of("notices-delivered", channel(), channel_status("SUCCESS")) == "not_applicable"
    assert of("notices-delivered", ended("config", "DescribeDeliveryChannels", "denied"), channel_status("", "SUCCESS")) == "gap"


def kept(*days: Any) -> Answer:
    entries = [{"Name": "default", "RetentionPeriodInDays": d} for d in days]
    return answered("config", "DescribeRetentionConfigurations", {"RetentionConfigurations": entries})


def test_retention_and_the_seven_years_without_a_setting() -> None:
    assert of("retention", recorder(), kept(365)) == "meets"
    assert of("retention", recorder(), kept(364)) == "exception"
    assert of("retention", recorder(), kept(364), days=90) == "meets"
    assert of("retention", recorder(), kept()) == "meets"
    assert of("retention", recorder(), kept(), days=2558) == "exception"
    assert of("retention", recorder(), kept("long")) == "gap"
    assert of("retention", recorder(), ended("config", "DescribeRetentionConfigurations", "denied")) == "gap"
    assert of("retention", *no_recorder(), kept()) == "not_applicable"
