"""Environments and their instances: exposure, key pairs, endpoints, images and age."""

import datetime as dt
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, ended, judge_answers
from tests.requirements import elasticbeanstalk_answers as beanstalk
from tests.requirements.elasticbeanstalk_answers import ID, NAME, PLATFORM, environments, setting, settings
from tests.requirements.test_ec2_edges import endpoint, endpoints

V2, CLASSIC = "elbv2.load-balancers.approved-exposure", "elb.load-balancers.approved-exposure"
LB = "arn:lb"


def ago(days: float) -> dt.datetime:
    return AS_OF - dt.timedelta(days=days)


# -- exposure ------------------------------------------------------------------------------------------------------------


def balancers(**change: Any) -> Answer:
    found = {"LoadBalancerArn": LB, "LoadBalancerName": "web", "Type": "application", "Scheme": "internet-facing", **change}
    return answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [{k: v for k, v in found.items() if v is not None}]})


def tags(**found: str) -> Answer:
    listed = [{"Key": f"elasticbeanstalk:environment-{key}", "Value": value} for key, value in found.items()]
    page = {"TagDescriptions": [{"ResourceArn": LB, "Tags": [*listed, {"Key": "Name", "Value": "shop"}]}]}
    return answered("elbv2", "DescribeTags", page, ResourceArns=[LB])


MADE = tags(name=NAME, id=ID)
NO_TAGS = ended("elbv2", "DescribeTags", "denied", ResourceArns=[LB])


@pytest.mark.parametrize(
    ("answers", "approved", "judgement"),
    [
        ((balancers(Scheme="internal"), tags()), [], "meets"),
        ((balancers(Scheme="internal"), NO_TAGS), [], "meets"),
        ((balancers(), tags()), [], "exception"),
        ((balancers(), MADE), ["other"], "exception"),
        ((balancers(), MADE), [NAME], "meets"),
        ((balancers(), MADE), [ID], "meets"),
        ((balancers(), tags()), ["web"], "meets"),
        ((balancers(), NO_TAGS), [LB], "meets"),
        ((balancers(), NO_TAGS), [NAME], "gap"),
        # Tags of one's own name no environment, whatever they say.
        ((balancers(), tags()), ["shop"], "exception"),
        ((balancers(Scheme=None), tags()), [], "gap"),
        ((balancers(Type="gateway", Scheme=None), tags()), [], "not_applicable"),
        ((balancers(Type=None), tags()), [], "gap"),
    ],
)
def test_load_balancers_face_the_internet_where_approved(
    answers: tuple[Answer, ...], approved: list[str], judgement: str
) -> None:
    assert judge_answers(V2, *answers, approved=approved)[LB] == judgement


def classic(scheme: Any = "internet-facing") -> Answer:
    found = {"LoadBalancerName": "old", **({"Scheme": scheme} if scheme else {})}
    return answered("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [found]})


def resources(*names: str) -> Answer:
    page = {"EnvironmentResources": {"EnvironmentName": NAME, "LoadBalancers": [{"Name": name} for name in names]}}
    return answered("elasticbeanstalk", "DescribeEnvironmentResources", page, EnvironmentId=ID)


UNREAD = ended("elasticbeanstalk", "DescribeEnvironmentResources", "denied", EnvironmentId=ID)


@pytest.mark.parametrize(
    ("answers", "approved", "judgement"),
    [
        ((classic("internal"), UNREAD), [], "meets"),
        ((classic(), resources("old")), [], "exception"),
        ((classic(), resources("old")), [NAME], "meets"),
        ((classic(), resources("old")), [ID], "meets"),
        ((classic(), resources("new")), [NAME], "exception"),
        ((classic(), UNREAD), ["old"], "meets"),
        ((classic(), UNREAD), [NAME], "gap"),
        ((classic(None), resources("old")), [], "gap"),
    ],
)
def test_classic_load_balancers_face_the_internet_where_approved(
    answers: tuple[Answer, ...], approved: list[str], judgement: str
) -> None:
    assert judge_answers(CLASSIC, *environments(), *answers, approved=approved)["old"] == judgement


def test_lists_of_load_balancers_and_environments_that_were_denied() -> None:
    assert judge_answers(V2, ended("elbv2", "DescribeLoadBalancers", "denied")).result.judgement == "gap"
    assert judge_answers(CLASSIC, ended("elb", "DescribeLoadBalancers", "denied")).result.judgement == "gap"
    denied = ended("elasticbeanstalk", "DescribeEnvironments", "denied", IncludeDeleted=False)
    assert judge_answers(CLASSIC, classic(), denied, approved=[NAME])["old"] == "gap"


# -- key pairs -----------------------------------------------------------------------------------------------------------

LAUNCH = "aws:autoscaling:launchconfiguration"


@pytest.mark.parametrize(("value", "judgement"), [(None, "meets"), ("", "meets"), ("ops", "meets"), ("old-laptop", "exception")])
def test_environments_give_no_key_pair_that_was_not_approved(value: str | None, judgement: str) -> None:
    answers = (*environments(), settings(setting(f"{LAUNCH}/EC2KeyName", value)))
    assert judge_answers("elasticbeanstalk.environments.no-key-pair", *answers, approved=["ops"])[ID] == judgement


def test_settings_nobody_could_read_are_a_gap() -> None:
    denied = ended("elasticbeanstalk", "DescribeConfigurationSettings", "denied", **beanstalk.BY_ENVIRONMENT)
    assert judge_answers("elasticbeanstalk.environments.no-key-pair", *environments(), denied)[ID] == "gap"


def instances(**change: Any) -> Answer:
    found = {"InstanceId": "i-1", "State": {"Name": "running"}, "ImageId": "ami-1", "LaunchTime": ago(10), **change}
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": [found]}]})


@pytest.mark.parametrize(
    ("instance", "judgement"),
    [
        ({}, "meets"),
        ({"KeyName": "ops"}, "meets"),
        ({"KeyName": "old-laptop"}, "exception"),
        ({"KeyName": "old-laptop", "State": {"Name": "stopped"}}, "exception"),
        ({"KeyName": ["ops"]}, "gap"),
    ],
)
def test_instances_have_no_key_pair_that_was_not_approved(instance: dict[str, Any], judgement: str) -> None:
    assert judge_answers("ec2.instances.no-key-pair", instances(**instance), approved=["ops"])["i-1"] == judgement


# -- endpoints -----------------------------------------------------------------------------------------------------------

SERVICE = endpoint()
HEALTH = endpoint(VpcEndpointId="vpce-2", ServiceName=f"com.amazonaws.{REGION}.elasticbeanstalk-health", PolicyDocument=None)
PRIVATE = settings(setting("aws:ec2:vpc/VPCId", "vpc-1"), setting("aws:ec2:vpc/AssociatePublicIpAddress", "false"))
PUBLIC = settings(setting("aws:ec2:vpc/VPCId", "vpc-1"), setting("aws:ec2:vpc/AssociatePublicIpAddress", "true"))
UNSAID = settings(setting("aws:ec2:vpc/VPCId", "vpc-1"))


def vpcs(owner: str = ACCOUNT) -> Answer:
    return answered("ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": owner}]})


def private(*answers: Answer) -> Judged:
    return judge_answers("elasticbeanstalk.environments.vpc-endpoints", *environments(), *answers)


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ((SERVICE, HEALTH), "meets"),
        ((SERVICE, {**HEALTH, "State": "Available"}), "meets"),
        ((SERVICE,), "exception"),
        ((HEALTH,), "exception"),
        ((SERVICE, {**HEALTH, "State": "pending"}), "exception"),
        ((SERVICE, {**HEALTH, "PrivateDnsEnabled": False}), "exception"),
        ((SERVICE, {**HEALTH, "VpcId": "vpc-2"}), "exception"),
        ((SERVICE, {**HEALTH, "VpcEndpointType": "Gateway"}), "exception"),
        ((SERVICE, {**HEALTH, "PrivateDnsEnabled": "yes"}), "gap"),
    ],
)
def test_private_environments_have_both_endpoints(found: tuple[dict[str, Any], ...], judgement: str) -> None:
    assert private(PRIVATE, vpcs(), endpoints(*found))[ID] == judgement


@pytest.mark.parametrize(
    ("answers", "judgement"),
    [
        ((PUBLIC, vpcs(), endpoints()), "not_applicable"),
        ((settings(setting("aws:ec2:vpc/AssociatePublicIpAddress", "false")), vpcs(), endpoints()), "not_applicable"),
        ((PRIVATE, vpcs("999999999999"), endpoints()), "not_applicable"),
        # Where the option is not set the subnet decides: whether it is private at all is not known.
        ((UNSAID, vpcs(), endpoints()), "gap"),
        ((PRIVATE, vpcs(), ended("ec2", "DescribeVpcEndpoints", "denied")), "gap"),
        ((PRIVATE, ended("ec2", "DescribeVpcs", "denied"), endpoints()), "gap"),
    ],
)
def test_only_private_environments_in_own_vpcs_need_endpoints(answers: tuple[Answer, ...], judgement: str) -> None:
    assert private(*answers)[ID] == judgement


# -- images --------------------------------------------------------------------------------------------------------------

OF_SHOP = {"Tags": [{"Key": "elasticbeanstalk:environment-id", "Value": ID}]}


def platform(**lists: Any) -> Answer:
    return answered("elasticbeanstalk", "DescribePlatformVersion", {"PlatformDescription": lists}, PlatformArn=PLATFORM)


BY_DEFAULT = platform(
    DefaultAmiList=[{"Architecture": "arm64", "ImageId": "ami-arm"}, {"Architecture": "x86_64", "ImageId": "ami-1"}]
)
OTHERS = platform(DefaultAmiList=[{"Architecture": "x86_64", "ImageId": "ami-2"}], CustomAmiList=[{"ImageId": "ami-2"}])
NO_PLATFORM = ended("elasticbeanstalk", "DescribePlatformVersion", "denied", PlatformArn=PLATFORM)


@pytest.mark.parametrize(
    ("instance", "answer", "judgement"),
    [
        (OF_SHOP, BY_DEFAULT, "meets"),
        (OF_SHOP, platform(CustomAmiList=[{"VirtualizationType": "hvm", "ImageId": "ami-1"}]), "meets"),
        (OF_SHOP, OTHERS, "exception"),
        ({**OF_SHOP, "ImageId": "ami-own"}, OTHERS, "meets"),
        ({**OF_SHOP, "ImageId": "ami-own"}, NO_PLATFORM, "meets"),
        (OF_SHOP, NO_PLATFORM, "gap"),
        # Every platform has images: an answer without any did not tell.
        (OF_SHOP, platform(), "gap"),
        (OF_SHOP, platform(DefaultAmiList=[{"Architecture": "x86_64"}]), "gap"),
        ({"Tags": [{"Key": "Name", "Value": "stray"}]}, BY_DEFAULT, "not_applicable"),
        ({}, BY_DEFAULT, "not_applicable"),
        ({"Tags": [{"Key": "elasticbeanstalk:environment-id", "Value": "e-other"}]}, BY_DEFAULT, "exception"),
        ({"Tags": "none"}, BY_DEFAULT, "gap"),
        ({**OF_SHOP, "ImageId": None}, BY_DEFAULT, "gap"),
    ],
)
def test_instances_run_the_platform_s_image(instance: dict[str, Any], answer: Answer, judgement: str) -> None:
    judged = judge_answers("ec2.instances.approved-image", *environments(), instances(**instance), answer, approved=["ami-own"])
    assert judged["i-1"] == judgement


def image(**change: Any) -> Answer:
    found = {"ImageId": "ami-1", "CreationDate": f"{ago(20):%Y-%m-%dT%H:%M:%S.000Z}", **change}
    kept = {k: v for k, v in found.items() if v is not None}
    return answered("ec2", "DescribeImages", {"Images": [kept]}, **ASKED)


ASKED = {"IncludeDeprecated": True, "IncludeDisabled": True, "ImageIds": ["ami-1"]}


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (image(), "meets"),
        (image(DeprecationTime=f"{ago(-1):%Y-%m-%dT%H:%M:%S.000Z}"), "meets"),
        (image(DeprecationTime=f"{ago(1):%Y-%m-%dT%H:%M:%S.000Z}"), "exception"),
        (image(CreationDate=f"{ago(200):%Y-%m-%dT%H:%M:%S.000Z}"), "exception"),
        (ended("ec2", "DescribeImages", "absent", code="InvalidAMIID.NotFound", **ASKED), "exception"),
        (answered("ec2", "DescribeImages", {"Images": []}, **ASKED), "exception"),
        (ended("ec2", "DescribeImages", "denied", **ASKED), "gap"),
        (image(CreationDate=None), "gap"),
        (image(CreationDate="in spring"), "gap"),
        (image(DeprecationTime="in spring"), "gap"),
        (answered("ec2", "DescribeImages", {"Images": "ami-1"}, **ASKED), "gap"),
    ],
)
def test_images_are_offered_and_not_too_old(answer: Answer, judgement: str) -> None:
    assert judge_answers("ec2.instances.image-current", instances(), answer)["i-1"] == judgement


def test_how_old_an_image_may_be_is_a_matter_of_policy_and_stopped_instances_run_none() -> None:
    old = image(CreationDate=f"{ago(200):%Y-%m-%dT%H:%M:%S.000Z}")
    assert judge_answers("ec2.instances.image-current", instances(), old, days=365)["i-1"] == "meets"
    stopped = instances(State={"Name": "stopped"})
    assert judge_answers("ec2.instances.image-current", stopped, old)["i-1"] == "not_applicable"


# -- age -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instance", "judgement"),
    [
        ({}, "meets"),
        ({"LaunchTime": ago(180)}, "meets"),
        ({"LaunchTime": ago(181)}, "exception"),
        ({"LaunchTime": ago(181), "State": {"Name": "stopped"}}, "not_applicable"),
        ({"LaunchTime": "yesterday"}, "gap"),
        ({"LaunchTime": None}, "gap"),
        ({"State": {}}, "gap"),
    ],
)
def test_running_instances_were_started_lately(instance: dict[str, Any], judgement: str) -> None:
    assert judge_answers("ec2.instances.recently-launched", instances(**instance))["i-1"] == judgement


def stopped(reason: Any, state: str = "stopped") -> str:
    found = instances(State={"Name": state}, **({} if reason is None else {"StateTransitionReason": reason}))
    return judge_answers("ec2.instances.not-stopped-long", found)["i-1"]


@pytest.mark.parametrize(
    ("reason", "judgement"),
    [
        (f"User initiated ({ago(29):%Y-%m-%d %H:%M:%S} GMT)", "meets"),
        (f"User initiated ({ago(31):%Y-%m-%d %H:%M:%S} GMT)", "exception"),
        ("User initiated", "gap"),
        ("User initiated (2026-02-31 10:00:00 GMT)", "gap"),
        ("", "gap"),
        (None, "gap"),
        (7, "gap"),
    ],
)
def test_no_instance_is_stopped_for_long(reason: Any, judgement: str) -> None:
    assert stopped(reason) == judgement
    assert stopped(reason, "running") == "not_applicable"
    assert stopped(reason, "stopping") == "meets"


@pytest.mark.parametrize(
    ("volume", "judgement"),
    [
        ({"Attachments": [{"InstanceId": "i-1"}]}, "meets"),
        ({"Attachments": []}, "exception"),
        ({}, "gap"),
        ({"Attachments": "i-1"}, "gap"),
    ],
)
def test_volumes_are_attached(volume: dict[str, Any], judgement: str) -> None:
    answer = answered("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1", **volume}]})
    assert judge_answers("ec2.volumes.attached", answer)["vol-1"] == judgement


AGED = [
    f"ec2.instances.{name}"
    for name in ("approved-image", "image-current", "recently-launched", "not-stopped-long", "no-key-pair")
]


@pytest.mark.parametrize("requirement", AGED)
def test_a_denied_list_of_instances_is_a_gap_and_none_at_all_does_not_apply(requirement: str) -> None:
    assert judge_answers(requirement, ended("ec2", "DescribeInstances", "denied")).result.judgement == "gap"
    none = answered("ec2", "DescribeInstances", {"Reservations": []})
    assert judge_answers(requirement, none).result.judgement == "not_applicable"
