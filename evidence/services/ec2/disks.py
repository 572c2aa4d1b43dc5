"""EBS volumes and snapshots, and machine images."""

from evidence.services.config_items import capitalised
from evidence.services.declare import Ask, History, PopulationSpec, flag, items, number, text, time

ARN = "arn:{partition}:ec2:{region}:{account}:"


DESCRIBE_VOLUMES = Ask("ec2", "DescribeVolumes", ("ec2:DescribeVolumes",), result="Volumes")
DESCRIBE_SNAPSHOTS = Ask(
    "ec2", "DescribeSnapshots", ("ec2:DescribeSnapshots",), parameters={"OwnerIds": ["self"]}, result="Snapshots"
)
# One list a Region instead of one attribute call a snapshot: those of ours that everyone may restore.
DESCRIBE_PUBLIC_SNAPSHOTS = Ask(
    "ec2",
    "DescribeSnapshots",
    ("ec2:DescribeSnapshots",),
    parameters={"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},
    result="Snapshots",
)
DESCRIBE_IMAGES = Ask(
    "ec2",
    "DescribeImages",
    ("ec2:DescribeImages",),
    parameters={"Owners": ["self"], "IncludeDeprecated": True, "IncludeDisabled": True},
    result="Images",
)

VOLUMES = PopulationSpec(
    name="ec2.volumes",
    noun="EBS volume",
    type="AWS::EC2::Volume",
    listed_by=DESCRIBE_VOLUMES,
    items="Volumes[]",
    identity="VolumeId",
    arn=ARN + "volume/{VolumeId}",
    columns={
        "encrypted": flag("Encrypted"),
        "key": text("KmsKeyId", label="KMS key"),
        "size": number("Size", label="size in GiB"),
        "instances": items("Attachments[].InstanceId", label="attached to"),
        "tags": items("Tags"),
    },
    history=History(
        "AWS::EC2::Volume",
        frozenset({"encrypted", "key", "size", "instances"}),
        lambda item: capitalised(item["configuration"]),
    ),
)
SNAPSHOTS = PopulationSpec(
    name="ec2.snapshots",
    noun="EBS snapshot",
    type="AWS::EC2::Snapshot",
    listed_by=DESCRIBE_SNAPSHOTS,
    items="Snapshots[]",
    identity="SnapshotId",
    arn="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    columns={
        "encrypted": flag("Encrypted"),
        "key": text("KmsKeyId", label="KMS key"),
        "volume": text("VolumeId"),
        "started": time("StartTime"),
    },
)
PUBLIC_SNAPSHOTS = PopulationSpec(
    name="ec2.public-snapshots",
    noun="EBS snapshot that everyone may restore",
    type="AWS::EC2::Snapshot",
    listed_by=DESCRIBE_PUBLIC_SNAPSHOTS,
    items="Snapshots[]",
    identity="SnapshotId",
    arn="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    columns={},
)
IMAGES = PopulationSpec(
    name="ec2.images",
    noun="machine image (AMI)",
    type="AWS::EC2::Image",
    listed_by=DESCRIBE_IMAGES,
    items="Images[]",
    identity="ImageId",
    arn="arn:{partition}:ec2:{region}::image/{ImageId}",
    columns={
        "public": flag("Public"),
        "image_name": text("Name", label="name"),
        "state": text("State"),
        "created": time("CreationDate"),
    },
)

ASKS = (
    DESCRIBE_VOLUMES,
    DESCRIBE_SNAPSHOTS,
    DESCRIBE_PUBLIC_SNAPSHOTS,
    DESCRIBE_IMAGES,
)
POPULATIONS = (
    VOLUMES,
    SNAPSHOTS,
    PUBLIC_SNAPSHOTS,
    IMAGES,
)
