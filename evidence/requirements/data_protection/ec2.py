"""EBS volumes, snapshots and images at rest."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

ROOT_DEVICES = frozenset({"/dev/xvda", "/dev/sda1", "xvda", "sda1"})
"""The names under which images have their root volume."""


@requirement(
    "ec2.volumes.encrypted",
    says="Every EBS volume is encrypted.",
    why="A detached volume or a copied snapshot is then unreadable without the key.",
    logic="The volume's Encrypted is true.",
    covers=("DP-13",),
    shows=("size",),
    fix="A volume cannot be encrypted in place: copy its snapshot with encryption and make a volume from the copy.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html",
)
def volumes_encrypted(volumes: Population) -> Truth:
    return volumes.encrypted.is_true()


@requirement(
    "ec2.regions.ebs-encryption-default",
    says="Every Region encrypts new EBS volumes by default.",
    why="Volumes are then encrypted whoever makes them, also those of instances that scale out tonight.",
    logic="The Region's EbsEncryptionByDefault is true.",
    covers=("DP-12",),
    fix="In each Region: aws ec2 enable-ebs-encryption-by-default. Volumes that exist stay as they are.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsEncryptionByDefault.html",
)
def ebs_encryption_default(regions: Population) -> Truth:
    return regions.ebs_encryption.is_true()


@requirement(
    "ec2.snapshots.encrypted",
    says="Every EBS snapshot is encrypted.",
    why="A snapshot holds the whole volume and outlives it.",
    logic="The snapshot's Encrypted is true.",
    covers=("DP-15",),
    shows=("volume",),
    fix="Copy the snapshot with encryption (aws ec2 copy-snapshot --encrypted), then delete the plain one.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html",
)
def snapshots_encrypted(snapshots: Population) -> Truth:
    return snapshots.encrypted.is_true()


@requirement(
    "ec2.snapshots.not-public",
    says="Every EBS snapshot is closed to the public.",
    why="Whoever can restore a snapshot can read everything that was on the volume.",
    logic="The snapshot is not in the Region's list of own snapshots that all may restore (RestorableByUserIds = all).",
    covers=("DP-15",),
    uses=("ec2.public-snapshots",),
    shows=("encrypted",),
    fix="aws ec2 modify-snapshot-attribute --attribute createVolumePermission --operation-type remove --group-names all.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html",
)
def snapshots_not_public(snapshots: Population, public: Population) -> Truth:
    return ~snapshots.some_in(public, on=("id", "id"), label="public restore permissions")


@requirement(
    "ec2.images.not-public",
    says="Every machine image is closed to the public.",
    why="A public image hands its disks, and whatever was left on them, to everyone.",
    logic="The image's Public is false.",
    covers=("DP-15",),
    shows=("image_name", "state"),
    fix="aws ec2 modify-image-attribute --image-id … --launch-permission 'Remove=[{Group=all}]'.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html",
)
def images_not_public(images: Population) -> Truth:
    return ~images.public.is_true()


@requirement(
    "ec2.regions.snapshots-public-access-blocked",
    says="Every Region blocks the public sharing of EBS snapshots.",
    why="Nobody can then make a snapshot public by mistake.",
    logic="The Region's state is block-all-sharing or block-new-sharing. Snapshots made public before are judged on their own.",
    covers=("DP-16",),
    shows=("snapshot_sharing_managed_by",),
    fix="In each Region: aws ec2 enable-snapshot-block-public-access --state block-all-sharing.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html",
)
def snapshot_sharing_blocked(regions: Population) -> Truth:
    return regions.snapshot_sharing.is_in({"block-all-sharing", "block-new-sharing"})


@requirement(
    "ec2.regions.images-public-access-blocked",
    says="Every Region blocks the public sharing of machine images.",
    why="Nobody can then make an image public by mistake.",
    logic="The Region's state is block-new-sharing. Images made public before are judged on their own.",
    covers=("DP-16",),
    shows=("image_sharing_managed_by",),
    fix="In each Region: aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageBlockPublicAccessState.html",
)
def image_sharing_blocked(regions: Population) -> Truth:
    return regions.image_sharing == "block-new-sharing"


@requirement(
    "ec2.launch-templates.volumes-encrypted",
    says="Every launch template version that an Auto Scaling group uses makes encrypted volumes.",
    why="The next instance then starts with encrypted disks, not only those that run today.",
    logic="The Region encrypts EBS volumes by default, or the version maps the root device and every Ebs mapping has Encrypted true. "
    "A mapping without Encrypted, and a root device that is not mapped, follow the image: that is unknown.",
    covers=("DP-14",),
    uses=("ec2.regions",),
    shows=("template_name",),
    fix="Turn on EBS encryption by default in the Region, or set Encrypted in each block device mapping of a new version.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html",
)
def template_volumes_encrypted(templates: Population, regions: Population) -> Truth:
    return _by_default(templates, regions) | _mapped_encrypted(templates.block_devices)


@requirement(
    "autoscaling.launch-configurations.volumes-encrypted",
    says="Every launch configuration that an Auto Scaling group uses makes encrypted volumes.",
    why="The next instance then starts with encrypted disks, not only those that run today.",
    logic="The Region encrypts EBS volumes by default, or the configuration maps the root device and every Ebs mapping has "
    "Encrypted true. A mapping without Encrypted, and a root device that is not mapped, follow the image: that is unknown.",
    covers=("DP-14",),
    uses=("ec2.regions", "autoscaling.groups"),
    applies=(
        Applies(
            lambda configurations, _, groups: configurations.some_in(groups, on=("id", "launch_configuration")),
            "No Auto Scaling group uses it.",
        ),
    ),
    fix="Turn on EBS encryption by default in the Region, and move the group to a launch template.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html",
)
def configuration_volumes_encrypted(configurations: Population, regions: Population, _: Population) -> Truth:
    return _by_default(configurations, regions) | _mapped_encrypted(configurations.block_devices)


def _by_default(members: Population, regions: Population) -> Truth:
    return members.lookup(regions, on=("region", "region"), column="ebs_encryption").is_true()


def _mapped_encrypted(block_devices: Column) -> Truth:
    return block_devices.free_of(_plain_volumes)


def _plain_volumes(mappings: list[Mapping[str, Any]]) -> list[str]:
    """Devices that are mapped in clear. Raises ValueError where the image decides."""
    volumes = {m["DeviceName"]: m["Ebs"] for m in mappings if m.get("Ebs") is not None}
    plain = [f"{device} is not encrypted" for device, ebs in volumes.items() if ebs.get("Encrypted") is False]
    open_ = [device for device, ebs in volumes.items() if ebs.get("Encrypted") is not True]
    if not plain and (open_ or not ROOT_DEVICES & set(volumes)):
        raise ValueError(f"the image decides whether {', '.join(open_) or 'the root device'} is encrypted")
    return plain


REQUIREMENTS = (
    volumes_encrypted,
    ebs_encryption_default,
    snapshots_encrypted,
    snapshots_not_public,
    images_not_public,
    snapshot_sharing_blocked,
    image_sharing_blocked,
    template_volumes_encrypted,
    configuration_volumes_encrypted,
)
