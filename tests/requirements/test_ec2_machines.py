"""Instances, launch templates and launch configurations: metadata service, instance profile, disks to come."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services import asks
from tests.judging import Judged, answered, ended, judge_answers

ONE = "ec2.instances.one-network-interface"


def instances(*found: dict[str, Any]) -> Answer:
    running = [{"InstanceId": "i-1", "State": {"Name": "running"}, **one} for one in found]
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": running}]})


@pytest.mark.parametrize(
    ("options", "judgement"),
    [
        ({"State": "applied", "HttpTokens": "required", "HttpEndpoint": "enabled"}, "meets"),
        ({"State": "applied", "HttpTokens": "optional", "HttpEndpoint": "enabled"}, "exception"),
        ({"State": "applied", "HttpTokens": "optional"}, "exception"),
        ({"State": "applied", "HttpTokens": "optional", "HttpEndpoint": "disabled"}, "meets"),
        # A change that is pending is not in force, whatever it will be.
        ({"State": "pending", "HttpTokens": "required", "HttpEndpoint": "enabled"}, "gap"),
        ({"State": "applied"}, "gap"),
        (None, "gap"),
        ("required", "gap"),
    ],
)
def test_instances_allow_only_version_2_of_the_metadata_service(options: Any, judgement: str) -> None:
    assert judge_answers("ec2.instances.imdsv2", instances({"MetadataOptions": options}))["i-1"] == judgement


def test_terminated_instances_are_no_members_and_stopped_ones_are() -> None:
    gone = {"InstanceId": "gone", "State": {"Name": "terminated"}, "MetadataOptions": {"HttpTokens": "optional"}}
    stopped = {"InstanceId": "stopped", "State": {"Name": "stopped"}, "MetadataOptions": {"HttpTokens": "optional"}}
    judged = judge_answers("ec2.instances.imdsv2", instances(gone, stopped))
    assert [(m.id, m.judgement) for m in judged.members] == [("stopped", "exception")]


@pytest.mark.parametrize(
    ("instance", "judgement"),
    [
        ({"IamInstanceProfile": {"Arn": "arn:aws:iam::012345678901:instance-profile/a"}}, "meets"),
        ({}, "exception"),
        ({"IamInstanceProfile": "a"}, "gap"),
    ],
)
def test_instances_have_an_instance_profile(instance: dict[str, Any], judgement: str) -> None:
    assert judge_answers("ec2.instances.instance-profile", instances(instance))["i-1"] == judgement


@pytest.mark.parametrize(
    ("instance", "judgement"),
    [
        ({"VirtualizationType": "hvm"}, "meets"),
        ({"VirtualizationType": "paravirtual"}, "exception"),
        ({"VirtualizationType": "hvm", "State": {"Name": "stopped"}}, "meets"),
        ({}, "gap"),
        ({"VirtualizationType": True}, "gap"),
    ],
)
def test_no_instance_is_paravirtual(instance: dict[str, Any], judgement: str) -> None:
    assert judge_answers("ec2.instances.hvm", instances(instance))["i-1"] == judgement


def attached(*ids: Any) -> dict[str, Any]:
    return {"NetworkInterfaces": [{"NetworkInterfaceId": id, "SubnetId": "subnet-1"} for id in ids]}


@pytest.mark.parametrize(
    ("instance", "judgement"),
    [
        (attached("eni-1"), "meets"),
        (attached("eni-1", "eni-2"), "exception"),
        (attached("eni-1", "eni-ok"), "meets"),
        (attached("eni-ok"), "meets"),
        (attached("eni-1", "eni-2", "eni-ok"), "exception"),
        (attached(), "gap"),
        (attached("eni-1", None), "gap"),
        ({"NetworkInterfaces": ["eni-1"]}, "gap"),
        ({}, "gap"),
    ],
)
def test_instances_have_one_network_interface(instance: dict[str, Any], judgement: str) -> None:
    assert judge_answers(ONE, instances(instance), approved=["eni-ok"])["i-1"] == judgement


def test_nothing_is_approved_unless_named_and_the_interfaces_are_shown() -> None:
    judged = judge_answers(ONE, instances(attached("eni-1", "eni-ok")))
    assert judged["i-1"] == "exception" and "eni-1, eni-ok" in judged.reason("i-1")


@pytest.mark.parametrize("requirement", ["ec2.instances.imdsv2", "ec2.instances.instance-profile", "ec2.instances.hvm", ONE])
def test_a_denied_list_of_instances_is_a_gap(requirement: str) -> None:
    assert judge_answers(requirement, ended("ec2", "DescribeInstances", "denied")).result.judgement == "gap"


# -- launch templates ---------------------------------------------------------------------------------------------------

OWN = {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "3"}}


def groups(*found: dict[str, Any]) -> Answer:
    named = [{"AutoScalingGroupName": f"g{n}", "AutoScalingGroupARN": f"arn:g{n}", **one} for n, one in enumerate(found)]
    return answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": named})


def template(data: Any, *, id: str = "lt-1", number: int = 3, asked: str = "3") -> Answer:
    found = {"LaunchTemplateId": id, "VersionNumber": number, "LaunchTemplateData": data}
    page = {"LaunchTemplateVersions": [found]}
    return answered("ec2", "DescribeLaunchTemplateVersions", page, LaunchTemplateId=id, Versions=[asked])


def default(operation: str, value: dict[str, Any]) -> Answer:
    return answered("ec2", operation, value)


def imds_defaults(**level: Any) -> tuple[Answer, ...]:
    return (default("GetInstanceMetadataDefaults", {"AccountLevel": level}),)


def of_template(requirement: str, data: Any, *answers: Answer) -> Judged:
    return judge_answers(f"ec2.launch-templates.{requirement}", groups(OWN), template(data), *answers)


@pytest.mark.parametrize(
    ("options", "level", "judgement"),
    [
        ({"HttpTokens": "required"}, {}, "meets"),
        ({"HttpTokens": "required", "HttpPutResponseHopLimit": 2}, {}, "meets"),
        ({"HttpTokens": "required", "HttpPutResponseHopLimit": 5}, {}, "exception"),
        ({"HttpTokens": "optional"}, {"HttpTokens": "required"}, "exception"),
        ({"HttpTokens": "optional", "HttpEndpoint": "disabled"}, {}, "meets"),
        # Left out: the account default counts; without one the image decides.
        ({}, {"HttpTokens": "required"}, "meets"),
        ({}, {"HttpTokens": "optional"}, "exception"),
        ({}, {}, "gap"),
        (None, {"HttpTokens": "required"}, "meets"),
        ("required", {"HttpTokens": "required"}, "gap"),
    ],
)
def test_launch_templates_allow_only_version_2_of_the_metadata_service(options: Any, level: Any, judgement: str) -> None:
    data = {} if options is None else {"MetadataOptions": options}
    assert of_template("imdsv2", data, *imds_defaults(**level))["lt-1:3"] == judgement


def test_without_the_account_default_only_what_the_template_says_counts() -> None:
    denied = ended("ec2", "GetInstanceMetadataDefaults", "denied")
    assert of_template("imdsv2", {"MetadataOptions": {"HttpTokens": "required"}}, denied)["lt-1:3"] == "meets"
    assert of_template("imdsv2", {}, denied)["lt-1:3"] == "gap"


def disk(device: str, encrypted: bool | None = None) -> dict[str, Any]:
    return {"DeviceName": device, "Ebs": {} if encrypted is None else {"Encrypted": encrypted}}


@pytest.mark.parametrize(
    ("mappings", "by_default", "judgement"),
    [
        ([disk("/dev/xvda", True), disk("/dev/sdb", True)], False, "meets"),
        ([disk("/dev/xvda", True), disk("/dev/sdb", False)], False, "exception"),
        ([disk("/dev/xvda", True), disk("/dev/sdb", False)], True, "meets"),
        # Left out is not false: the image decides.
        ([disk("/dev/xvda")], False, "gap"),
        ([disk("/dev/xvda")], True, "meets"),
        ([disk("/dev/xvda", False), disk("/dev/sdb")], False, "exception"),
        # The root device is not mapped, so it follows the image.
        ([disk("/dev/sdb", True)], False, "gap"),
        ([{"DeviceName": "/dev/sdc", "VirtualName": "ephemeral0"}, disk("/dev/sda1", True)], False, "meets"),
        ([], False, "gap"),
        (None, False, "gap"),
        (None, True, "meets"),
        ("disks", False, "gap"),
        ([disk("/dev/xvda", True)], None, "meets"),
        ([disk("/dev/xvda")], None, "gap"),
    ],
)
def test_launch_templates_make_encrypted_volumes(mappings: Any, by_default: bool | None, judgement: str) -> None:
    data = {} if mappings is None else {"BlockDeviceMappings": mappings}
    region = ended("ec2", "GetEbsEncryptionByDefault", "denied")
    if by_default is not None:
        region = default("GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": by_default})
    assert of_template("volumes-encrypted", data, region)["lt-1:3"] == judgement


def test_every_version_in_use_is_asked_for_and_latest_is_resolved_to_its_number() -> None:
    mixed = {
        "MixedInstancesPolicy": {
            "LaunchTemplate": {
                "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "$Latest"},
                "Overrides": [{"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2"}}, {"InstanceType": "t3.micro"}],
            }
        }
    }
    good = {"MetadataOptions": {"HttpTokens": "required"}}
    answers = (
        groups(OWN, mixed),
        template(good),
        template(good, number=7, asked="$Latest"),
        template(good, id="lt-2", number=1, asked="$Default"),
    )
    judged = judge_answers("ec2.launch-templates.imdsv2", *answers, *imds_defaults())
    assert [m.id for m in judged.members] == ["lt-1:3", "lt-1:7", "lt-2:1"] and judged.result.judgement == "meets"


@pytest.mark.parametrize(("ending", "judgement"), [("denied", "gap"), ("gone", "not_applicable")])
def test_a_version_that_was_denied_is_a_gap_and_one_that_went_away_is_not(ending: Any, judgement: str) -> None:
    answer = ended("ec2", "DescribeLaunchTemplateVersions", ending, LaunchTemplateId="lt-1", Versions=["3"])
    judged = judge_answers("ec2.launch-templates.imdsv2", groups(OWN), answer, *imds_defaults())
    assert judged.result.judgement == judgement and not judged.members


def test_groups_that_could_not_be_listed_leave_the_templates_unknown() -> None:
    denied = ended("autoscaling", "DescribeAutoScalingGroups", "denied")
    assert judge_answers("ec2.launch-templates.imdsv2", denied, *imds_defaults()).result.judgement == "gap"
    strange = groups({"LaunchTemplate": {"Version": "3"}})
    assert judge_answers("ec2.launch-templates.imdsv2", strange, *imds_defaults()).result.judgement == "gap"


# -- launch configurations ------------------------------------------------------------------------------------------------


def configuration(**more: Any) -> Answer:
    found = {"LaunchConfigurationName": "lc", "LaunchConfigurationARN": "arn:lc", **more}
    return answered("autoscaling", "DescribeLaunchConfigurations", {"LaunchConfigurations": [found]})


IN_USE = groups({"LaunchConfigurationName": "lc"})


def test_launch_configurations_in_use_are_judged_like_templates() -> None:
    imds = "autoscaling.launch-configurations.imdsv2"
    good, bad = {"HttpTokens": "required"}, {"HttpTokens": "optional"}
    assert judge_answers(imds, configuration(MetadataOptions=good), IN_USE, *imds_defaults())["lc"] == "meets"
    assert judge_answers(imds, configuration(MetadataOptions=bad), IN_USE, *imds_defaults())["lc"] == "exception"
    assert judge_answers(imds, configuration(), IN_USE, *imds_defaults())["lc"] == "gap"
    disks = "autoscaling.launch-configurations.volumes-encrypted"
    off = default("GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": False})
    plain = configuration(BlockDeviceMappings=[disk("/dev/xvda", False)])
    assert judge_answers(disks, plain, IN_USE, off)["lc"] == "exception"


def test_launch_configurations_out_of_use_do_not_apply_and_unknown_use_is_a_gap() -> None:
    imds = "autoscaling.launch-configurations.imdsv2"
    bad = configuration(MetadataOptions={"HttpTokens": "optional"})
    assert judge_answers(imds, bad, groups(), *imds_defaults())["lc"] == "not_applicable"
    denied = ended("autoscaling", "DescribeAutoScalingGroups", "denied")
    assert judge_answers(imds, bad, denied, *imds_defaults())["lc"] == "gap"
    no_list = ended("autoscaling", "DescribeLaunchConfigurations", "denied")
    assert judge_answers(imds, no_list, IN_USE, *imds_defaults()).result.judgement == "gap"


def test_user_data_is_replaced_before_it_is_kept() -> None:
    secret = {"DescribeLaunchTemplateVersions", "DescribeLaunchConfigurations"}
    marked = {a.operation for a in asks() if any(r.key == "UserData" for r in a.redact)}
    assert secret <= marked
