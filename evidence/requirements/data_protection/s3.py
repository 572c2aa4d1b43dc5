"""Buckets: encrypted, reached over TLS only, not open to everyone."""

from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.policy import Statement, statements
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_BLOCK = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
_OWNERSHIP = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
_FLAGS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")


@requirement(
    "s3.buckets.encrypted",
    says="Every bucket encrypts new objects by default.",
    why="An object that is copied out of S3's storage is then unreadable without the key.",
    logic="The default encryption rule names AES256, aws:kms or aws:kms:dsse. Objects from before January 2023 may lie unencrypted.",
    covers=("DP-08",),
    shows=("key",),
    fix="S3 console, bucket, Properties, Default encryption; or aws s3api put-bucket-encryption.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
)
def encrypted(buckets: Population) -> Truth:
    return buckets.algorithm.is_in({"AES256", "aws:kms", "aws:kms:dsse"})


@requirement(
    "s3.buckets.customer-key",
    says="Every bucket encrypts with a KMS key by default.",
    why="Who may read is then decided twice: by the bucket and by the key.",
    logic="The default encryption rule names aws:kms or aws:kms:dsse.",
    covers=("DP-08",),
    shows=("key",),
    fix="aws s3api put-bucket-encryption with SSEAlgorithm aws:kms and your key.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
)
def customer_key(buckets: Population) -> Truth:
    return buckets.algorithm.is_in({"aws:kms", "aws:kms:dsse"})


@requirement(
    "s3.buckets.tls-only",
    says="Every bucket refuses requests that do not come over TLS.",
    why="Objects and credentials cannot be read on the way.",
    logic="A statement of the bucket policy denies everyone every S3 action on the bucket and its objects where aws:SecureTransport is false.",
    covers=("DP-09",),
    fix="Add a Deny with Principal *, Action s3:*, the bucket's ARN and ARN/*, and Condition Bool aws:SecureTransport false.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
)
def tls_only(buckets: Population) -> Truth:
    denying = buckets.policy.compute(_denied_without_tls, label="resources denied without TLS")
    whole = denying.some(lambda r: _everything(r)) | (denying.some(lambda r: _objects(r)) & denying.some(lambda r: _bucket(r)))
    return buckets.policy.present() & whole


def _denied_without_tls(policy: Any) -> list[str]:
    """The resources that a statement denies to everyone, for every S3 action, where the request is not secure."""
    return [r for s in statements(policy) if _denies_all(s) for r in s.resources]


def _denies_all(s: Statement) -> bool:
    insecure = [
        c for c in s.conditions if c[0] in ("bool", "boolifexists") and c[1] == "aws:securetransport" and set(c[2]) == {"false"}
    ]
    every_action = any(a.lower() in ("*", "s3:*") for a in s.actions)
    return s.effect == "Deny" and s.principals == ("*",) and every_action and len(insecure) == len(s.conditions) == 1


def _everything(resource: str) -> bool:
    """One pattern that takes in the bucket and its objects: * or arn:aws:s3:::name*."""
    return resource == "*" or (resource.endswith("*") and not resource.endswith("/*"))


def _objects(resource: str) -> bool:
    return resource.endswith("/*") and resource.count("/") == 1


def _bucket(resource: str) -> bool:
    return resource.startswith("arn:") and "/" not in resource


@requirement(
    "s3.buckets.public-access-blocked",
    says="Every bucket blocks public access, by its own setting or the account's.",
    why="A policy or an ACL written by mistake then opens nothing.",
    logic="Each of the four settings is true on the bucket or on the account.",
    covers=("DP-10",),
    uses=("s3control.account",),
    fix="aws s3control put-public-access-block for the account, or aws s3api put-public-access-block for the bucket.",
    source=_BLOCK,
)
def public_access_blocked(buckets: Population, account: Population) -> Truth:
    truths = []
    for name in _FLAGS:
        own = buckets[name].absent_means(False, source=_BLOCK)
        whole = buckets.lookup(account, ("account", "account"), name, within="account").absent_means(False, source=_BLOCK)
        truths.append(own.is_true() | whole.is_true())
    return truths[0] & truths[1] & truths[2] & truths[3]


@requirement(
    "s3control.account.public-access-blocked",
    says="Every account blocks public access to its buckets as a whole.",
    why="Buckets made tomorrow are then closed as well.",
    logic="All four settings of the account are true; an account without the configuration has none of them.",
    covers=("DP-10",),
    fix="S3 console, Block Public Access settings for this account; or aws s3control put-public-access-block.",
    source=_BLOCK,
)
def account_public_access_blocked(account: Population) -> Truth:
    first, second, third, fourth = (account[name].absent_means(False, source=_BLOCK).is_true() for name in _FLAGS)
    return first & second & third & fourth


@requirement(
    "s3.buckets.not-public",
    says="No bucket is open to everyone.",
    why="What everyone may read or write is not confidential.",
    logic="S3 says that the bucket policy is not public (no policy is not public), and the ACL grants nothing to everyone, or ACLs have no effect.",
    covers=("DP-11",),
    shows=("restrict_public_buckets",),
    fix="Turn on Block Public Access for the bucket, then remove the statement or the grant.",
    source=_BLOCK,
)
def not_public(buckets: Population) -> Truth:
    closed = ~buckets.public_by_policy.absent_means(False, source=_BLOCK).is_true()
    ignored = buckets.ignore_public_acls.absent_means(False, source=_BLOCK).is_true()
    disabled = buckets.ownership.absent_means("ObjectWriter", source=_OWNERSHIP) == "BucketOwnerEnforced"
    return closed & (buckets.public_grants.free_of(lambda grants: grants) | ignored | disabled)


@requirement(
    "s3.buckets.acls-disabled",
    says="Every bucket has ACLs switched off.",
    why="Access is then decided in one place, the policies.",
    logic="Object ownership is BucketOwnerEnforced; a bucket without ownership controls has ACLs in force.",
    covers=("DP-11",),
    fix="S3 console, bucket, Permissions, Object Ownership, ACLs disabled; or aws s3api put-bucket-ownership-controls.",
    source=_OWNERSHIP,
)
def acls_disabled(buckets: Population) -> Truth:
    return buckets.ownership.absent_means("ObjectWriter", source=_OWNERSHIP) == "BucketOwnerEnforced"


@requirement(
    "s3.buckets.sse-c-blocked",
    says="Every bucket refuses objects encrypted with a key that only the sender holds (SSE-C).",
    why="An intruder could otherwise overwrite data under a key of his own and ask for a ransom.",
    logic="The blocked encryption types of the default rule contain SSE-C. A bucket whose answer does not say is unknown.",
    covers=("DP-30",),
    fix="aws s3api put-bucket-encryption with BlockedEncryptionTypes SSE-C.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html",
)
def sse_c_blocked(buckets: Population) -> Truth:
    return buckets.blocked_encryption.some(lambda kind: kind == "SSE-C")


REQUIREMENTS = (
    encrypted,
    customer_key,
    tls_only,
    public_access_blocked,
    account_public_access_blocked,
    not_public,
    acls_disabled,
    sse_c_blocked,
)
