"""Amazon S3 Control: the account's own settings."""

from evidence.services.declare import ACCOUNTS, Ask, Column, PopulationSpec, Service, flag

GET_PUBLIC_ACCESS_BLOCK = Ask(
    "s3control",
    "GetPublicAccessBlock",
    ("s3:GetAccountPublicAccessBlock",),
    parameters={"AccountId": "{account}"},
    absent=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    result="PublicAccessBlockConfiguration",
    whole_account=True,
)


def _setting(name: str) -> Column:
    """A flag that every answer has: only AWS's word that there is no configuration at all makes it absent."""
    return flag("", GET_PUBLIC_ACCESS_BLOCK, read=lambda item, answer: answer["PublicAccessBlockConfiguration"][name])


ACCOUNT = PopulationSpec(
    name="s3control.account",
    noun="account",
    type="AWS::S3::AccountPublicAccessBlock",
    listed_by=ACCOUNTS,
    columns={
        "block_public_acls": _setting("BlockPublicAcls"),
        "ignore_public_acls": _setting("IgnorePublicAcls"),
        "block_public_policy": _setting("BlockPublicPolicy"),
        "restrict_public_buckets": _setting("RestrictPublicBuckets"),
    },
)

SERVICE = Service("s3control", "Amazon S3 Control", asks=(GET_PUBLIC_ACCESS_BLOCK,), populations=(ACCOUNT,))
