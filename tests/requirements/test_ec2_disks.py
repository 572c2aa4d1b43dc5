"""EBS snapshots, images, and what a Region is set to."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, Judged, answered, ended, judge_answers


def snapshots(*found: dict[str, Any]) -> Answer:
    return answered("ec2", "DescribeSnapshots", {"Snapshots": list(found)}, OwnerIds=["self"])


def public(*ids: str) -> Answer:
    found = [{"SnapshotId": i} for i in ids]
    return answered("ec2", "DescribeSnapshots", {"Snapshots": found}, OwnerIds=["self"], RestorableByUserIds=["all"])


def images(*found: dict[str, Any]) -> Answer:
    parameters = {"Owners": ["self"], "IncludeDeprecated": True, "IncludeDisabled": True}
    return answered("ec2", "DescribeImages", {"Images": list(found)}, **parameters)


def test_snapshots_are_judged_by_their_own_flag() -> None:
    found = [
        {"SnapshotId": "good", "Encrypted": True},
        {"SnapshotId": "bad", "Encrypted": False},
        {"SnapshotId": "absent"},
        {"SnapshotId": "strange", "Encrypted": "yes"},
    ]
    judged = judge_answers("ec2.snapshots.encrypted", snapshots(*found))
    assert {m.id: m.judgement for m in judged.members} == {
        "good": "meets",
        "bad": "exception",
        "absent": "gap",
        "strange": "gap",
    }


def test_a_snapshot_in_the_public_list_is_an_exception_and_one_outside_it_meets() -> None:
    judged = judge_answers("ec2.snapshots.not-public", snapshots({"SnapshotId": "a"}, {"SnapshotId": "b"}), public("b"))
    assert (judged["a"], judged["b"]) == ("meets", "exception")


def test_without_the_whole_public_list_a_snapshot_outside_it_is_a_gap() -> None:
    denied = ended("ec2", "DescribeSnapshots", "denied", OwnerIds=["self"], RestorableByUserIds=["all"])
    assert judge_answers("ec2.snapshots.not-public", snapshots({"SnapshotId": "a"}), denied)["a"] == "gap"
    page = {"Snapshots": [{"SnapshotId": "b"}]}
    cut = ended("ec2", "DescribeSnapshots", "throttled", page, OwnerIds=["self"], RestorableByUserIds=["all"])
    judged = judge_answers("ec2.snapshots.not-public", snapshots({"SnapshotId": "a"}, {"SnapshotId": "b"}), cut)
    assert (judged["a"], judged["b"]) == ("gap", "exception")


def test_images_are_judged_by_their_launch_permission() -> None:
    judged = judge_answers(
        "ec2.images.not-public",
        images({"ImageId": "good", "Public": False}, {"ImageId": "bad", "Public": True}, {"ImageId": "absent"}),
    )
    assert (judged["good"], judged["bad"], judged["absent"]) == ("meets", "exception", "gap")


def test_a_denied_list_of_images_is_a_gap() -> None:
    parameters = {"Owners": ["self"], "IncludeDeprecated": True, "IncludeDisabled": True}
    judged = judge_answers("ec2.images.not-public", ended("ec2", "DescribeImages", "denied", **parameters))
    assert judged.result.judgement == "gap" and not judged.members


EBS = ("ec2.regions.ebs-encryption-default", "GetEbsEncryptionByDefault")
SNAPSHOTS = ("ec2.regions.snapshots-public-access-blocked", "GetSnapshotBlockPublicAccessState")
IMAGES = ("ec2.regions.images-public-access-blocked", "GetImageBlockPublicAccessState")
IMDS = ("ec2.regions.imds-default", "GetInstanceMetadataDefaults")
ALLOWED = ("ec2.regions.allowed-images", "GetAllowedImagesSettings")


def region(requirement: tuple[str, str], value: dict[str, Any]) -> Judged:
    return judge_answers(requirement[0], answered("ec2", requirement[1], value))


@pytest.mark.parametrize(
    ("requirement", "value", "judgement"),
    [
        (EBS, {"EbsEncryptionByDefault": True}, "meets"),
        (EBS, {"EbsEncryptionByDefault": False}, "exception"),
        (EBS, {}, "gap"),
        (EBS, {"EbsEncryptionByDefault": 1}, "gap"),
        (SNAPSHOTS, {"State": "block-all-sharing"}, "meets"),
        (SNAPSHOTS, {"State": "block-new-sharing", "ManagedBy": "account"}, "meets"),
        (SNAPSHOTS, {"State": "unblocked"}, "exception"),
        (SNAPSHOTS, {}, "gap"),
        (IMAGES, {"ImageBlockPublicAccessState": "block-new-sharing"}, "meets"),
        (IMAGES, {"ImageBlockPublicAccessState": "unblocked"}, "exception"),
        (IMAGES, {}, "gap"),
        (IMDS, {"AccountLevel": {"HttpTokens": "required"}}, "meets"),
        (IMDS, {"AccountLevel": {"HttpTokens": "optional"}}, "exception"),
        # No default was ever set: AWS leaves the fields out.
        (IMDS, {"AccountLevel": {}}, "exception"),
        (IMDS, {"AccountLevel": "required"}, "gap"),
        (ALLOWED, {"State": "enabled", "ImageCriteria": [{"ImageProviders": ["amazon"]}]}, "meets"),
        (ALLOWED, {"State": "audit-mode"}, "exception"),
        (ALLOWED, {"State": "disabled"}, "exception"),
        (ALLOWED, {}, "gap"),
    ],
)
def test_settings_of_a_region(requirement: tuple[str, str], value: dict[str, Any], judgement: str) -> None:
    assert region(requirement, value)[ACCOUNT] == judgement


@pytest.mark.parametrize("requirement", [EBS, SNAPSHOTS, IMAGES, IMDS, ALLOWED])
def test_a_region_that_does_not_answer_is_a_gap_beside_one_that_does(requirement: tuple[str, str]) -> None:
    judged = judge_answers(requirement[0], ended("ec2", requirement[1], "denied"), regions=("eu-west-1", "eu-west-2"))
    assert [(m.region, m.judgement) for m in judged.members] == [("eu-west-1", "gap"), ("eu-west-2", "gap")]
    assert "denied" in judged.members[0].reason and "not asked" in judged.members[1].reason


def test_the_providers_allowed_are_shown() -> None:
    judged = region(ALLOWED, {"State": "enabled", "ImageCriteria": [{"ImageProviders": ["amazon", "012345678901"]}]})
    assert "image providers = amazon, 012345678901" in judged.reason(ACCOUNT)
