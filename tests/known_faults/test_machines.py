"""Faults about disks and launch templates: the neighbouring question, and where a group says what it launches."""

from typing import Any

import pytest

from evidence.programs.load import programs
from evidence.requirements import requirements
from evidence.run.answer import Answer
from tests.judging import answered, ended, judge_answers

IMDS, DISKS = "ec2.launch-templates.imdsv2", "ec2.launch-templates.volumes-encrypted"
BY_DEFAULT, VOLUMES = "ec2.regions.ebs-encryption-default", "ec2.volumes.encrypted"


def test_encryption_by_default_is_another_question_than_encrypted_volumes() -> None:
    """B31: a control was wired to the neighbouring check. Not in the log: the other way round, a plain volume under a good default."""
    two = ("eu-west-1", "us-east-1")
    defaults = [
        answered("ec2", "GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": on}, region=r)
        for r, on in zip(two, (False, True), strict=True)
    ]
    volumes = [
        answered("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": f"vol-{r}", "Encrypted": on}]}, region=r)
        for r, on in zip(two, (True, False), strict=True)
    ]
    everywhere = judge_answers(BY_DEFAULT, *defaults, regions=two)
    assert {m.region: m.judgement for m in everywhere.members} == {"eu-west-1": "exception", "us-east-1": "meets"}
    each = judge_answers(VOLUMES, *volumes, regions=two)
    assert {m.id: m.judgement for m in each.members} == {"vol-eu-west-1": "meets", "vol-us-east-1": "exception"}


@pytest.mark.parametrize(
    ("program", "words", "requirement"),
    [
        ("cis-aws-foundations-7.0", ("EBS", "default"), BY_DEFAULT),
        ("cis-aws-foundations-7.0", ("rotat", "keys", "KMS"), "kms.keys.rotation"),
        ("cis-aws-foundations-7.0", ("VPC", "flow log"), "ec2.vpcs.flow-logs"),
        ("cis-aws-foundations-7.0", ("Security Hub",), "securityhub.regions.enabled"),
    ],
)
def test_a_control_of_one_subject_maps_the_requirement_of_that_subject(
    program: str, words: tuple[str, ...], requirement: str
) -> None:
    """B31: the control's own words name what the requirement is about. That every mapped id exists is held by
    tests/programs/test_built_in.py."""
    assert requirement in requirements()
    (found,) = (p for p in programs() if p.id == program)
    named = [c for c in found.controls if all(word.lower() in c.title.lower() for word in words)]
    assert named and all(requirement in {m.id for m in c.requirements} for c in named), [c.title for c in found.controls]


# -- where a group says what it launches -------------------------------------------------------------------------------------

MIXED = {"LaunchTemplate": {
    "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-01", "Version": "$Default"},
    "Overrides": [{"InstanceType": "m6i.large", "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-02", "Version": "3"}}]}}  # fmt: skip
GROUP = {"AutoScalingGroupName": "g", "AutoScalingGroupARN": "arn:g", "AvailabilityZones": ["eu-west-1a", "eu-west-1b"],
         "MaxSize": 2, "Instances": []}  # fmt: skip


def groups(*found: dict[str, Any]) -> Answer:
    return answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [GROUP | one for one in found]})


def version(id: str, asked: str, number: int, tokens: str = "required", encrypted: bool = True) -> Answer:
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": encrypted}}
    data = {"MetadataOptions": {"HttpTokens": tokens}, "BlockDeviceMappings": [disk]}
    page = {"LaunchTemplateVersions": [{"LaunchTemplateId": id, "VersionNumber": number, "LaunchTemplateData": data}]}
    return answered("ec2", "DescribeLaunchTemplateVersions", page, LaunchTemplateId=id, Versions=[asked])


SETTINGS = (
    answered("ec2", "GetInstanceMetadataDefaults", {"AccountLevel": {}}),
    answered("ec2", "GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": False}),
)


def test_a_template_inside_a_mixed_policy_is_read_and_its_version_is_a_number() -> None:
    """B55: only the group's own LaunchTemplate was read. Both templates of the policy count, $Default by the number it stands
    for. Not in the log: two groups that name the same version make one member."""
    found = groups({"MixedInstancesPolicy": MIXED}, {"AutoScalingGroupName": "h", "MixedInstancesPolicy": MIXED})
    good = judge_answers(IMDS, found, *SETTINGS, version("lt-01", "$Default", 7), version("lt-02", "3", 3))
    assert {m.id: m.judgement for m in good.members} == {"lt-01:7": "meets", "lt-02:3": "meets"}
    for requirement in (IMDS, DISKS):
        bad = version("lt-02", "3", 3, tokens="optional", encrypted=False)
        judged = judge_answers(requirement, found, *SETTINGS, version("lt-01", "$Default", 7), bad)
        assert {m.id: m.judgement for m in judged.members} == {"lt-01:7": "meets", "lt-02:3": "exception"}
    assert judge_answers("autoscaling.groups.multi-az", found)["g"] == "meets"
    denied = ended("ec2", "DescribeLaunchTemplateVersions", "denied", LaunchTemplateId="lt-02", Versions=["3"])
    half = judge_answers(IMDS, found, *SETTINGS, version("lt-01", "$Default", 7), denied)
    assert half["lt-01:7"] == "meets" and half.result.judgement == "gap"


@pytest.mark.parametrize(
    "source",
    [
        {"LaunchTemplate": {"LaunchTemplateId": "lt-01", "Version": "$Latest"}},
        {"LaunchTemplate": {"LaunchTemplateId": "lt-01"}},
        {
            "MixedInstancesPolicy": {
                "LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-01", "Version": "9"}}
            }
        },
    ],
)
def test_every_place_that_names_a_template_is_looked_at(source: dict[str, Any]) -> None:
    """B55: the group's own template, with $Latest or without a version, and the policy's, without overrides."""
    for asked in ("$Latest", "$Default", "9"):
        judged = judge_answers(IMDS, groups(source), *SETTINGS, version("lt-01", asked, 9, tokens="optional"))
        if judged.members:
            assert judged["lt-01:9"] == "exception"
            return
    raise AssertionError("no version was looked up")
