"""What a bucket on S3 does for the runs that are kept in it: versions, Object Lock, encryption, access. Every setting is read, none is set.

What could not be read is "not checked": it is never taken for fine.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from evidence.aws.doctor import Finding, stopped
from evidence.errors import EvidenceError
from evidence.run.s3 import CONFLICTS, Bucket
from evidence.run.s3_client import SETTINGS, STORE, Place, client_for, code_of

ABOUT = "store"
PROBE = ".write-probe"
"""The empty object that `--write-probe` leaves below the prefix: there is one at most, and it is not of any run."""
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_NOTHING = {
    "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError", "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "GetBucketPolicyStatus": "NoSuchBucketPolicy", "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
}  # fmt: skip
"""S3's codes for a setting that was not made."""


def store_findings(where: str, write_probe: bool = False) -> Iterator[Finding]:
    """Looks at the bucket of s3://bucket/prefix, one finding after the other."""
    try:
        place = Place.of(where)
        client = client_for(place, (*STORE, *SETTINGS))
        bucket = Bucket(place, client)
        kept = bucket.exists("run.json")
    except EvidenceError as error:
        yield stopped(ABOUT, error)
        return
    yield Finding(ABOUT, "good", f"{place} can be listed; {'a run lies there' if kept else 'no run lies there'}.")
    for what, action, look in _LOOKS:
        try:
            yield look(client, place.bucket)
        except (BotoCoreError, ClientError) as error:
            says = f"The bucket's {what} could not be read ({error})."
            yield Finding(ABOUT, "not checked", says, f"Allow {action} to whoever looks.")
    yield _probed(bucket) if write_probe else Finding(
        ABOUT, "not checked", "Whether objects may be put there was not tried.", "--write-probe puts an empty one, which stays."
    )  # fmt: skip


def _asked(client: Any, operation: str, method: str, bucket: str) -> Mapping[str, Any] | None:
    """What S3 answers, None where the setting was not made."""
    try:
        found: Mapping[str, Any] = getattr(client, method)(Bucket=bucket)
    except ClientError as error:
        if code_of(error) != _NOTHING.get(operation):
            raise
        return None
    return found


def _region(client: Any, bucket: str) -> Finding:
    """AWS leaves the constraint out for us-east-1 and says EU for the oldest of eu-west-1 (API reference, GetBucketLocation)."""
    said = client.get_bucket_location(Bucket=bucket).get("LocationConstraint") or "us-east-1"
    return Finding(ABOUT, "good", f"The bucket {bucket} is in {'eu-west-1' if said == 'EU' else said}.")


def _versions(client: Any, bucket: str) -> Finding:
    status = client.get_bucket_versioning(Bucket=bucket).get("Status")
    if status == "Enabled":
        return Finding(ABOUT, "good", "Versioning is on: what is written over or deleted stays as a version.")
    said = "is suspended" if status == "Suspended" else "is off"
    return Finding(
        ABOUT, "gap", f"Versioning {said}: what somebody deletes or writes over is gone.", "Switch it on, with Object Lock."
    )


def _lock(client: Any, bucket: str) -> Finding:
    found = _asked(client, "GetObjectLockConfiguration", "get_object_lock_configuration", bucket)
    made = (found or {}).get("ObjectLockConfiguration") or {}
    if made.get("ObjectLockEnabled") != "Enabled":
        return Finding(
            ABOUT, "gap", "Object Lock is off: whoever may delete objects may delete evidence.",
            "Switch it on with a default retention; examples/bucket makes such a bucket.",
        )  # fmt: skip
    default = (made.get("Rule") or {}).get("DefaultRetention") or {}
    mode, days, years = default.get("Mode"), default.get("Days"), default.get("Years")
    if not mode or not (days or years):
        return Finding(
            ABOUT, "gap", "Object Lock is on without a default retention: what is put is not locked.", "Set a default mode and period."
        )  # fmt: skip
    period = f"{days} days" if days else f"{years} years"
    if mode == "COMPLIANCE":
        says = f"Object Lock keeps each version for {period} in the mode COMPLIANCE: nobody can shorten it or delete a version before."
        return Finding(ABOUT, "good", says)
    if mode == "GOVERNANCE":
        says = f"Object Lock keeps each version for {period} in the mode GOVERNANCE: whoever has s3:BypassGovernanceRetention may delete it before."
        return Finding(ABOUT, "good", says)
    return Finding(ABOUT, "not checked", f"Object Lock keeps each version for {period} in a mode that is not known here: {mode}.")


def _encryption(client: Any, bucket: str) -> Finding:
    found = _asked(client, "GetBucketEncryption", "get_bucket_encryption", bucket)
    rules = ((found or {}).get("ServerSideEncryptionConfiguration") or {}).get("Rules") or ()
    default: Mapping[str, Any] = next(
        (r["ApplyServerSideEncryptionByDefault"] for r in rules if r.get("ApplyServerSideEncryptionByDefault")), {}
    )
    algorithm, key = default.get("SSEAlgorithm"), default.get("KMSMasterKeyID")
    if algorithm == "AES256":
        return Finding(ABOUT, "good", "Objects are encrypted with keys of S3 (SSE-S3); no key of yours is asked for.")
    if algorithm in ("aws:kms", "aws:kms:dsse"):
        which = f"the key {key}" if key else "AWS's own key aws/s3, which no other account can use"
        todo = f"Who keeps runs needs the key, too: evidence policy --store … --store-kms-key {key}" if key else ""
        return Finding(ABOUT, "good", f"Objects are encrypted with KMS ({algorithm}), with {which}.", todo)
    if algorithm:
        return Finding(ABOUT, "not checked", f"Objects are encrypted in a way that is not known here: {algorithm}.")
    return Finding(
        ABOUT,
        "not checked",
        "The bucket says nothing of encryption. AWS encrypts what is put since 2023 (SSE-S3); another store may not.",
    )


def _public(client: Any, bucket: str) -> Finding:
    """The account's own block may stand beside the bucket's; it is read by another service, and not here."""
    found = _asked(client, "GetPublicAccessBlock", "get_public_access_block", bucket)
    made = (found or {}).get("PublicAccessBlockConfiguration") or {}
    if all(made.get(name) is True for name in BLOCKS):
        return Finding(ABOUT, "good", "Public access is blocked by the bucket itself, in all four ways.")
    status = _asked(client, "GetBucketPolicyStatus", "get_bucket_policy_status", bucket)
    if ((status or {}).get("PolicyStatus") or {}).get("IsPublic") is True:
        return Finding(ABOUT, "gap", "The bucket's policy makes it public.", "Block public access, and correct the policy.")
    open_ = ", ".join(name for name in BLOCKS if made.get(name) is not True)
    says = f"The bucket itself does not block public access in every way ({open_} not set); no policy makes it public. Its ACLs and the account's block were not read."
    return Finding(ABOUT, "gap", says, "Block public access of the bucket.")


def _probed(bucket: Bucket) -> Finding:
    """Puts an empty object, then once more on condition that it is not there: that must be refused."""
    try:
        if bucket.exists(PROBE):
            bucket.read(PROBE)
        bucket.replace(PROBE, b"")
    except EvidenceError as error:
        return stopped(ABOUT, error)
    try:
        bucket.client.put_object(Bucket=bucket.place.bucket, Key=bucket.place.prefix + PROBE, Body=b"", IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) in CONFLICTS:
            says = f"Objects may be put there, and a condition holds: {bucket.place}/{PROBE} was put, and not a second time."
            return Finding(ABOUT, "good", says)
        return Finding(
            ABOUT, "not checked", f"Objects may be put there; whether conditions hold was not to be learned ({error})."
        )
    except BotoCoreError as error:
        return Finding(
            ABOUT, "not checked", f"Objects may be put there; whether conditions hold was not to be learned ({error})."
        )
    return Finding(
        ABOUT, "stop", "Objects are written over although the request forbids it (If-None-Match): two collections could mix their answers.",
        "Keep runs on Amazon S3, or in a store with conditional writes.",
    )  # fmt: skip


_LOOKS: tuple[tuple[str, str, Callable[[Any, str], Finding]], ...] = (
    ("Region", "s3:GetBucketLocation", _region),
    ("versioning", "s3:GetBucketVersioning", _versions),
    ("Object Lock", "s3:GetBucketObjectLockConfiguration", _lock),
    ("encryption", "s3:GetEncryptionConfiguration", _encryption),
    ("public access", "s3:GetBucketPublicAccessBlock and s3:GetBucketPolicyStatus", _public),
)
"""What is looked at, the IAM actions that it needs, and how."""
