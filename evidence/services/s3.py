"""Amazon S3. Buckets are listed once for the account and asked in the Region they lie in.

General purpose buckets: directory, table and vector buckets have lists of their own, which are not read.
"""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import Ask, Column, History, Item, PopulationSpec, Service, document, flag, items, text, time

LIST_BUCKETS = Ask(
    "s3", "ListBuckets", ("s3:ListAllMyBuckets",),
    # AWS names each bucket's Region only where the request has a parameter.
    parameters={"MaxBuckets": 1000}, result="Buckets", whole_account=True,
)  # fmt: skip


def _of_bucket(operation: str, action: str, *, absent: tuple[str, ...] = (), result: str | None = None) -> Ask:
    return Ask(
        "s3", operation, (action,), parameters={"ExpectedBucketOwner": "{account}"}, each="s3.buckets", given={"Bucket": "Name"},
        region="BucketRegion", absent=frozenset(absent), gone=frozenset({"NoSuchBucket"}), result=result,
    )  # fmt: skip


GET_BUCKET_ENCRYPTION = _of_bucket(
    "GetBucketEncryption", "s3:GetEncryptionConfiguration", result="ServerSideEncryptionConfiguration"
)
GET_PUBLIC_ACCESS_BLOCK = _of_bucket(
    "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock",
    absent=("NoSuchPublicAccessBlockConfiguration",), result="PublicAccessBlockConfiguration",
)  # fmt: skip
GET_BUCKET_POLICY = _of_bucket("GetBucketPolicy", "s3:GetBucketPolicy", absent=("NoSuchBucketPolicy",), result="Policy")
GET_BUCKET_POLICY_STATUS = _of_bucket(
    "GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", absent=("NoSuchBucketPolicy",), result="PolicyStatus"
)
GET_BUCKET_ACL = _of_bucket("GetBucketAcl", "s3:GetBucketAcl", result="Grants")
GET_BUCKET_OWNERSHIP_CONTROLS = _of_bucket(
    "GetBucketOwnershipControls",
    "s3:GetBucketOwnershipControls",
    absent=("OwnershipControlsNotFoundError",),
    result="OwnershipControls",
)
# Off is an answer without the field for these two, so there is no key that every whole answer has.
GET_BUCKET_LOGGING = _of_bucket("GetBucketLogging", "s3:GetBucketLogging")
GET_BUCKET_VERSIONING = _of_bucket("GetBucketVersioning", "s3:GetBucketVersioning")


def _of_rule(part: str, field: str) -> Callable[[Item, Any], Any]:
    """Reads a field of the one default encryption rule."""

    def read(item: Item, answer: Any) -> Any:
        (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
        return rule.get(part, {}).get(field) or None  # an empty list of blocked types says nothing

    return read


def _default_encryption(field: str, label: str) -> Column:
    return text("", GET_BUCKET_ENCRYPTION, read=_of_rule("ApplyServerSideEncryptionByDefault", field), label=label)


def _setting(name: str) -> Column:
    """A flag that every answer has: only AWS's word that there is no configuration at all makes it absent."""
    return flag("", GET_PUBLIC_ACCESS_BLOCK, read=lambda item, answer: answer["PublicAccessBlockConfiguration"][name])


def _logging_target(item: Item, answer: Any) -> Any:
    """The bucket the logs go to: an answer without logging says that it is off, logging without a bucket says nothing."""
    return answer["LoggingEnabled"]["TargetBucket"] if answer.get("LoggingEnabled") is not None else None


def _public_by_policy(item: Item, answer: Any) -> Any:
    return answer["PolicyStatus"]["IsPublic"]


def _ownership(item: Item, answer: Any) -> str:
    (rule,) = answer["OwnershipControls"]["Rules"]
    return str(rule["ObjectOwnership"])


def _public_grants(item: Item, answer: Any) -> list[str]:
    """Grants of the ACL to everyone, or to every AWS account."""
    everyone = ("/global/AllUsers", "/global/AuthenticatedUsers")
    grants = [(g["Grantee"]["URI"], g["Permission"]) for g in answer["Grants"] if g["Grantee"]["Type"] == "Group"]
    return [f"the ACL grants {permission} to {uri.rpartition('/')[2]}" for uri, permission in grants if uri.endswith(everyone)]


def _recorded(item: Item, part: str) -> Any:
    """A part of a bucket's configuration item. What AWS Config did not record raises KeyError: it says nothing of the bucket."""
    return item["supplementaryConfiguration"][part]


def _recorded_encryption(item: Item) -> Any:
    rules = [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": d["sseAlgorithm"], "KMSMasterKeyID": d.get("kmsMasterKeyID")}}
        for d in (
            rule["applyServerSideEncryptionByDefault"] for rule in _recorded(item, "ServerSideEncryptionConfiguration")["rules"]
        )
    ]
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def _recorded_logging(item: Item) -> Any:
    target = _recorded(item, "BucketLoggingConfiguration")["destinationBucketName"]
    return {"LoggingEnabled": {"TargetBucket": target}} if target else {}


def _recorded_versioning(item: Item) -> Any:
    """AWS Config says "Off" where S3 leaves the status out."""
    told = _recorded(item, "BucketVersioningConfiguration")
    mfa = {True: {"MFADelete": "Enabled"}, False: {"MFADelete": "Disabled"}, None: {}}[told.get("isMfaDeleteEnabled")]
    return mfa if told["status"] == "Off" else {"Status": told["status"], **mfa}


BUCKETS = PopulationSpec(
    name="s3.buckets",
    noun="bucket",
    type="AWS::S3::Bucket",
    listed_by=LIST_BUCKETS,
    items="Buckets[]",
    identity="Name",
    arn="arn:{partition}:s3:::{Name}",
    region="BucketRegion",
    columns={
        "name": text("Name"),
        "created": time("CreationDate"),
        "algorithm": _default_encryption("SSEAlgorithm", "default encryption"),
        "key": _default_encryption("KMSMasterKeyID", "KMS key"),
        "blocked_encryption": items(
            "",
            GET_BUCKET_ENCRYPTION,
            read=_of_rule("BlockedEncryptionTypes", "EncryptionType"),
            label="blocked encryption types",
        ),
        "block_public_acls": _setting("BlockPublicAcls"),
        "ignore_public_acls": _setting("IgnorePublicAcls"),
        "block_public_policy": _setting("BlockPublicPolicy"),
        "restrict_public_buckets": _setting("RestrictPublicBuckets"),
        "policy": document("Policy", GET_BUCKET_POLICY, label="bucket policy"),
        "public_by_policy": flag("", GET_BUCKET_POLICY_STATUS, read=_public_by_policy, label="public by its policy"),
        "public_grants": items("", GET_BUCKET_ACL, read=_public_grants, label="grants to everyone"),
        "ownership": text("", GET_BUCKET_OWNERSHIP_CONTROLS, read=_ownership, label="object ownership"),
        "logging_target": text("", GET_BUCKET_LOGGING, read=_logging_target, label="access log bucket"),
        "versioning": text("Status", GET_BUCKET_VERSIONING),
        "mfa_delete": text("MFADelete", GET_BUCKET_VERSIONING, label="MFA delete"),
    },
    history=History(
        "AWS::S3::Bucket",
        frozenset({"name", "algorithm", "key", "logging_target", "versioning", "mfa_delete"}),
        lambda item: {"Name": item["configuration"]["name"], "BucketRegion": item["awsRegion"]},
        {
            GET_BUCKET_ENCRYPTION: _recorded_encryption,
            GET_BUCKET_LOGGING: _recorded_logging,
            GET_BUCKET_VERSIONING: _recorded_versioning,
        },
    ),
)

SERVICE = Service(
    "s3",
    "Amazon S3",
    asks=(
        LIST_BUCKETS, GET_BUCKET_ENCRYPTION, GET_PUBLIC_ACCESS_BLOCK, GET_BUCKET_POLICY, GET_BUCKET_POLICY_STATUS, GET_BUCKET_ACL,
        GET_BUCKET_OWNERSHIP_CONTROLS, GET_BUCKET_LOGGING, GET_BUCKET_VERSIONING,
    ),
    populations=(BUCKETS,),
)  # fmt: skip
