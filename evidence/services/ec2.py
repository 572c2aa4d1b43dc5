"""Amazon EC2."""

from evidence.services.declare import Ask, PopulationSpec, Service, flag, number, text

DESCRIBE_VOLUMES = Ask("ec2", "DescribeVolumes", ("ec2:DescribeVolumes",), result="Volumes")

VOLUMES = PopulationSpec(
    name="ec2.volumes",
    noun="EBS volume",
    type="AWS::EC2::Volume",
    listed_by=DESCRIBE_VOLUMES,
    items="Volumes[]",
    identity="VolumeId",
    arn="arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
    columns={
        "encrypted": flag("Encrypted"),
        "key": text("KmsKeyId", label="KMS key"),
        "size": number("Size", label="size in GiB"),
    },
)

SERVICE = Service("ec2", "Amazon EC2", asks=(DESCRIBE_VOLUMES,), populations=(VOLUMES,))
