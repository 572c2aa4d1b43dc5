"""The Regions of an account, and what EC2 is set to in each."""

from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, PopulationSpec, flag, items, text

# Asked once for the account, and kept: it is what says which Regions the account has.
DESCRIBE_REGIONS = Ask(
    "ec2", "DescribeRegions", ("ec2:DescribeRegions",), parameters={"AllRegions": True}, whole_account=True, result="Regions"
)
GET_EBS_DEFAULT = Ask("ec2", "GetEbsEncryptionByDefault", ("ec2:GetEbsEncryptionByDefault",), result="EbsEncryptionByDefault")
GET_SNAPSHOT_BLOCK = Ask("ec2", "GetSnapshotBlockPublicAccessState", ("ec2:GetSnapshotBlockPublicAccessState",), result="State")
GET_IMAGE_BLOCK = Ask(
    "ec2",
    "GetImageBlockPublicAccessState",
    ("ec2:GetImageBlockPublicAccessState",),
    result="ImageBlockPublicAccessState",
)
GET_IMDS_DEFAULTS = Ask("ec2", "GetInstanceMetadataDefaults", ("ec2:GetInstanceMetadataDefaults",))
DESCRIBE_VPC_BLOCK = Ask(
    "ec2",
    "DescribeVpcBlockPublicAccessOptions",
    ("ec2:DescribeVpcBlockPublicAccessOptions",),
    result="VpcBlockPublicAccessOptions",
)
DESCRIBE_VPC_BLOCK_EXCLUSIONS = Ask(
    "ec2",
    "DescribeVpcBlockPublicAccessExclusions",
    ("ec2:DescribeVpcBlockPublicAccessExclusions",),
    tokens=("NextToken", "NextToken"),
    result="VpcBlockPublicAccessExclusions",
)
GET_ALLOWED_IMAGES = Ask("ec2", "GetAllowedImagesSettings", ("ec2:GetAllowedImagesSettings",), result="State")


def _block_mode(_: Item, answer: Any) -> Any:
    """The mode that is in force: while it is being changed, nobody can say."""
    options = answer["VpcBlockPublicAccessOptions"]
    if options["State"] not in ("default-state", "update-complete"):
        raise ValueError(f"the block of public access is in state {options['State']}")
    return options["InternetGatewayBlockMode"]


def _excluded(_: Item, answer: Any) -> list[str]:
    """The VPCs and subnets that the block does not hold for."""
    gone = ("delete-complete", "disable-complete", "create-failed")
    return [one["ResourceArn"] for one in answer["VpcBlockPublicAccessExclusions"] if one["State"] not in gone]


REGION_SETTINGS = PopulationSpec(
    name="ec2.regions",
    noun="Region",
    type="AWS::Region",
    listed_by=REGIONS,
    columns={
        "ebs_encryption": flag("EbsEncryptionByDefault", of=GET_EBS_DEFAULT, label="EBS encryption by default"),
        "snapshot_sharing": text("State", of=GET_SNAPSHOT_BLOCK, label="block public access for snapshots"),
        "snapshot_sharing_managed_by": text("ManagedBy", of=GET_SNAPSHOT_BLOCK, label="managed by"),
        "image_sharing": text("ImageBlockPublicAccessState", of=GET_IMAGE_BLOCK, label="block public access for AMIs"),
        "image_sharing_managed_by": text("ManagedBy", of=GET_IMAGE_BLOCK, label="managed by"),
        "imds_tokens": text("AccountLevel.HttpTokens", of=GET_IMDS_DEFAULTS, label="default HttpTokens"),
        "imds_enforced": text("AccountLevel.HttpTokensEnforced", of=GET_IMDS_DEFAULTS, label="HttpTokensEnforced"),
        "imds_endpoint": text("AccountLevel.HttpEndpoint", of=GET_IMDS_DEFAULTS, label="default HttpEndpoint"),
        "vpc_block": text(of=DESCRIBE_VPC_BLOCK, read=_block_mode, label="VPC block public access"),
        "vpc_block_managed_by": text("VpcBlockPublicAccessOptions.ManagedBy", of=DESCRIBE_VPC_BLOCK, label="managed by"),
        "vpc_block_excluded": items(of=DESCRIBE_VPC_BLOCK_EXCLUSIONS, read=_excluded, label="excluded from the block"),
        "allowed_images": text("State", of=GET_ALLOWED_IMAGES, label="Allowed AMIs"),
        "allowed_providers": items("ImageCriteria[].ImageProviders[]", of=GET_ALLOWED_IMAGES, label="image providers"),
    },
)

ASKS = (
    DESCRIBE_REGIONS,
    GET_EBS_DEFAULT,
    GET_SNAPSHOT_BLOCK,
    GET_IMAGE_BLOCK,
    GET_IMDS_DEFAULTS,
    DESCRIBE_VPC_BLOCK,
    DESCRIBE_VPC_BLOCK_EXCLUSIONS,
    GET_ALLOWED_IMAGES,
)
POPULATIONS = (REGION_SETTINGS,)
