"""Buckets: encrypted, reached over TLS only, not open to everyone."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_

from evidence.populations.cells import Column, Truth
from evidence.populations.pairs import paired
from evidence.populations.policy import (
    Statement,
    accounts_named,
    allows_everyone,
    covers,
    covers_all,
    denies_without_tls,
    grants,
    statements,
)
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement
from evidence.requirements.keys import aws_own

_BLOCK = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
_OWNERSHIP = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
_STATUS = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html"
_FLAGS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
_PARTITION = re.compile(r"^arn:[^:]*:")
_KMS = frozenset({"aws:kms", "aws:kms:dsse"})
_CHANGES = [
    f"s3:{what}"
    for what in ("DeleteBucketPolicy", "PutBucketAcl", "PutBucketPolicy", "PutEncryptionConfiguration", "PutObjectAcl")
]


@requirement(
    "s3.buckets.encrypted",
    says="Every bucket encrypts new objects by default.",
    why="An object that is copied out of S3's storage is then unreadable without the key.",
    logic=(
        "The default encryption rule names AES256, aws:kms or aws:kms:dsse; another word is not understood and leaves a gap. Since "
        "January 2023 every bucket has such a rule, AES256 at least: the word says more than that there is one. Objects from before "
        "may lie unencrypted."
    ),
    covers=("DP-08",),
    shows=("key",),
    fix="S3 console, bucket, Properties, Default encryption; or aws s3api put-bucket-encryption.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
)
def encrypted(buckets: Population) -> Truth:
    return _algorithm(buckets).is_in({"AES256", *_KMS})


def _algorithm(buckets: Population) -> Column:
    """The default algorithm, a gap where AWS names one that is not known here: it is some encryption, nobody knows which."""
    return buckets.algorithm.compute(_known)


def _known(algorithm: str) -> str:
    if algorithm not in {"AES256", *_KMS}:
        raise ValueError(f"the algorithm {algorithm!r} is not known")
    return algorithm


@requirement(
    "s3.buckets.customer-key",
    says="Every bucket encrypts new objects with a customer-managed KMS key by default.",
    why="Who may read is then decided twice: by the bucket and by the key.",
    logic=(
        "The default encryption rule names aws:kms or aws:kms:dsse and a key. Without a key it is AWS's own (aws/s3), and so is "
        "a key under an alias that begins with aws/, or one that the account lists in the bucket's Region as managed by AWS."
    ),
    covers=("DP-08",),
    uses=("kms.keys",),
    fix="aws s3api put-bucket-encryption with SSEAlgorithm aws:kms and KMSMasterKeyID.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
)
def customer_key(buckets: Population, keys: Population) -> Truth:
    return _algorithm(buckets).is_in(_KMS) & buckets.key.present() & ~aws_own(buckets, keys)


@requirement(
    "s3.buckets.tls-only",
    says="Every bucket refuses requests that do not come over TLS.",
    why="Objects and credentials cannot be read on the way.",
    logic=(
        "Statements of the bucket policy deny everyone (Principal *) every S3 action, on the bucket and on all its objects, where "
        "aws:SecureTransport is false (Bool, BoolIfExists) and under no other condition; statements with NotPrincipal, NotAction or "
        "NotResource do not count. A bucket without a policy refuses nothing."
    ),
    covers=("DP-09",),
    fix="Add a Deny with Principal *, Action s3:*, the bucket's ARN and ARN/*, and Condition Bool aws:SecureTransport false.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
)
def tls_only(buckets: Population) -> Truth:
    reachable = paired(buckets.policy, buckets.name, _open_without_tls, label=buckets.policy.label)
    return buckets.policy.present() & reachable.free_of(lambda found: found)


def _open_without_tls(policy: Mapping[str, object], name: str) -> list[str]:
    """What the policy leaves reachable without TLS. S3 takes ARNs of its own partition only: it is not compared."""
    denied = [_PARTITION.sub("", resource) for s in statements(policy) if _denies_plain(s) for resource in s.resources]
    if not denied:
        return ["no statement denies everyone all requests without TLS"]
    covered = {
        "the bucket": any(covers(resource, f"s3:::{name}") for resource in denied),
        "all its objects": any(covers_all(resource, f"s3:::{name}/") for resource in denied),
    }
    return [f"requests without TLS are not denied for {part}" for part, whole in covered.items() if not whole]


def _denies_plain(statement: Statement) -> bool:
    return denies_without_tls(statement) and any(covers_all(action, "s3:") for action in statement.actions)


@requirement(
    "s3.buckets.public-access-blocked",
    says="Every bucket blocks public access, by its own setting or the account's.",
    why="A policy or an ACL written by mistake then opens nothing.",
    logic="Each of the four settings is true on the bucket or on the account; without a configuration at a level none is true there.",
    covers=("DP-10",),
    uses=("s3control.account",),
    fix="aws s3control put-public-access-block for the account, or aws s3api put-public-access-block for the bucket.",
    source=_BLOCK,
)
def public_access_blocked(buckets: Population, account: Population) -> Truth:
    return reduce(and_, [_in_force(buckets, account, name) for name in _FLAGS])


def _in_force(buckets: Population, account: Population, name: str) -> Truth:
    """S3 goes by the stricter of the bucket's and the account's setting."""
    label = f"account: {account[name].label}"
    whole = buckets.lookup(account, ("account", "account"), name, within="account", label=label)
    own, whole = (setting.absent_means(False, source=_BLOCK) for setting in (buckets[name], whole))
    return own.is_true() | whole.is_true()


@requirement(
    "s3control.account.public-access-blocked",
    says="Every account blocks public access to its buckets as a whole.",
    why="Buckets made tomorrow are then closed as well.",
    logic=(
        "All four settings of the account are true; an account without the configuration has none. What an organisation's policy "
        "imposes is in the answer."
    ),
    covers=("DP-10",),
    fix="S3 console, Block Public Access settings for this account; or aws s3control put-public-access-block.",
    source=_BLOCK,
)
def account_public_access_blocked(account: Population) -> Truth:
    return reduce(and_, [account[name].absent_means(False, source=_BLOCK).is_true() for name in _FLAGS])


@requirement(
    "s3.buckets.not-public",
    says="No bucket has a policy or an ACL in force that opens it to everyone.",
    why="What everyone may read or write is not confidential.",
    logic=(
        "S3 says that the bucket policy is not public (no policy is not public), or RestrictPublicBuckets of the bucket or the "
        "account keeps a public one to the account and AWS services; and the bucket's ACL grants nothing to all users or all AWS "
        "accounts, or has no effect: IgnorePublicAcls of the bucket or the account, or BucketOwnerEnforced. ACLs of single objects "
        "are not read."
    ),
    covers=("DP-11",),
    uses=("s3control.account",),
    fix="Turn on Block Public Access for the bucket, then remove the statement or the grant.",
    source=_STATUS,
)
def not_public(buckets: Population, account: Population) -> Truth:
    by_policy = buckets.public_by_policy.absent_means(False, source=_STATUS).is_true()
    restricted = _in_force(buckets, account, "restrict_public_buckets")
    without_effect = _in_force(buckets, account, "ignore_public_acls") | _acls_disabled(buckets)
    return (~by_policy | restricted) & (buckets.public_grants.free_of(lambda grants: grants) | without_effect)


@requirement(
    "s3.buckets.not-changed-by-other-accounts",
    says="No bucket policy lets other accounts change the bucket's policy, ACLs or encryption.",
    why="Whoever may change the policy may give himself and others all the rest, out of sight of the bucket's owner.",
    logic=(
        "No Allow of the bucket policy grants one of the actions given (by name, wildcard or NotAction) to everyone (Principal * or "
        "NotPrincipal) or to a principal of another account, your own other accounts among them. As in AWS's own control, only the principal "
        "is looked at: a condition, the resource or a Deny elsewhere takes nothing back. AWS services are no account; a principal "
        "that names no account (a canonical user id, an identity of CloudFront) is unknown. A bucket without a policy grants nothing."
    ),
    covers=("DP-11",),
    parameters={
        "actions": Parameter(
            _CHANGES,
            "actions that no other account may be granted, written out",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
        )
    },
    fix="S3 console, bucket, Permissions, Bucket policy: take these actions out of what others are allowed; or aws s3api put-bucket-policy.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
)
def not_changed_by_other_accounts(buckets: Population, *, actions: Sequence[str]) -> Truth:
    others = paired(buckets.account, buckets.policy, _granted_to_others(actions), label=buckets.policy.label)
    return ~buckets.policy.present() | others.free_of(lambda found: found)


def _granted_to_others(actions: Sequence[str]) -> Callable[[str, Mapping[str, object]], list[str]]:
    def find(own: str, policy: Mapping[str, object]) -> list[str]:
        every, found, unknown = statements(policy), [], ""
        for statement in every:
            granted = [action for action in actions if grants(statement, action)]
            others, strange = _others(statement, own) if granted else ([], "")
            found += [f"statement {statement.number} of {len(every)} allows {who} {', '.join(granted)}" for who in others]
            unknown = unknown or strange
        if unknown and not found:
            raise ValueError(unknown)
        return found

    return find


def _others(statement: Statement, own: str) -> tuple[list[str], str]:
    """Whom a statement names but the bucket's own account and AWS services; and what nobody can say of whom else it names."""
    if allows_everyone(statement):
        but = f" but {', '.join(statement.not_principals)}" if statement.not_principals else ""
        return [f"everyone{but}"], ""
    if not statement.principals and not statement.not_principals:
        return [], f"statement {statement.number} names nobody"
    found, unknown = set(), ""
    for principal in statement.principals or ():
        try:
            accounts = accounts_named([principal])
        except ValueError as error:
            unknown = str(error)
        else:
            found |= accounts
            if not principal.startswith(("AWS:", "Service:")):
                unknown = f"statement {statement.number} names {principal}, which may be of any account"
    return [f"account {account}" for account in sorted(found - {own})], unknown


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
    return _acls_disabled(buckets)


def _acls_disabled(buckets: Population) -> Truth:
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
    not_changed_by_other_accounts,
    acls_disabled,
    sse_c_blocked,
)
