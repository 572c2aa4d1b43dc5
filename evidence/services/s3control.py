"""Amazon S3 Control: the account's own settings."""

from evidence.services.declare import ACCOUNTS, Ask, PopulationSpec, Service, flag

GET_PUBLIC_ACCESS_BLOCK = Ask(
    "s3control",
    "GetPublicAccessBlock",
    ("s3:GetAccountPublicAccessBlock",),
    parameters={"AccountId": "{account}"},
    absent=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    result="PublicAccessBlockConfiguration",
    whole_account=True,
)

ACCOUNT = PopulationSpec(
    name="s3control.account",
    noun="account",
    type="AWS::S3::AccountPublicAccessBlock",
    listed_by=ACCOUNTS,
    columns={
        "block_public_acls": flag("PublicAccessBlockConfiguration.BlockPublicAcls", GET_PUBLIC_ACCESS_BLOCK),
        "ignore_public_acls": flag("PublicAccessBlockConfiguration.IgnorePublicAcls", GET_PUBLIC_ACCESS_BLOCK),
        "block_public_policy": flag("PublicAccessBlockConfiguration.BlockPublicPolicy", GET_PUBLIC_ACCESS_BLOCK),
        "restrict_public_buckets": flag("PublicAccessBlockConfiguration.RestrictPublicBuckets", GET_PUBLIC_ACCESS_BLOCK),
    },
)

SERVICE = Service("s3control", "Amazon S3 Control", asks=(GET_PUBLIC_ACCESS_BLOCK,), populations=(ACCOUNT,))
