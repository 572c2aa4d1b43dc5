"""The way to one bucket: a client that can call a few operations, on the keys below one prefix and on nothing else.

It is not the audited account's session, and needs none of its rights. Its credentials are those of AWS's standard chain where the
command runs, or those of the profile that EVIDENCE_STORE_PROFILE names: the bucket may belong to another account.
"""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore import exceptions as aws
from botocore.config import Config
from botocore.loaders import create_loader

from evidence import __version__
from evidence.errors import EvidenceError

PROFILE = "EVIDENCE_STORE_PROFILE"
"""The environment variable that names the store's own profile."""
FIRST_REGION = "us-east-1"
"""Where a bucket is looked for if no Region is configured: S3 says there where it is, and botocore goes on there."""
AT_ONCE = 16
"""Requests at once."""
STORE = ("ListObjectsV2", "GetObject", "PutObject")
"""All that a run needs. Nothing is ever deleted."""
SETTINGS = (
    "GetBucketLocation", "GetBucketVersioning", "GetObjectLockConfiguration", "GetBucketEncryption", "GetPublicAccessBlock",
    "GetBucketPolicyStatus",
)  # fmt: skip
"""What `evidence doctor --store` reads besides."""
_SDK_OWN = ("HeadBucket",)
"""What botocore asks by itself, for the Region of a bucket that it was sent away from."""
_WHERE = re.compile(r"s3://([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(?:/(.*))?")
_POLICY = "`evidence policy --store` prints the permissions that are needed; a bucket's or key's own policy may refuse, too."


class Refused(aws.BotoCoreError):
    fmt = "The store's wall refused {operation} of {what}."


@dataclass(frozen=True)
class Place:
    """A bucket, and the prefix below which a run lies: "" or with a slash at its end."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @classmethod
    def of(cls, where: str) -> "Place":
        """Of s3://bucket/prefix. Raises EvidenceError.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
        found = _WHERE.fullmatch(where)
        parts = [] if found is None or not found[2] else found[2].rstrip("/").split("/")
        if found is None or any(not part or part.startswith(".") or not part.isprintable() for part in parts):
            raise EvidenceError(
                f"{where!a} is no place on S3.", "Name it like s3://bucket/prefix, without empty or dotted parts."
            )
        if found[1].endswith("--x-s3"):
            raise EvidenceError(
                f"{found[1]} is a directory bucket.", "Choose a general purpose bucket: it has versions and Object Lock."
            )
        return cls(found[1], "".join(f"{part}/" for part in parts))


class Wall:
    """Refuses every operation that is not named, every other bucket and what does not lie below the prefix."""

    def __init__(self, place: Place, operations: Collection[str]) -> None:
        self.place, self.operations = place, frozenset(operations)

    def install(self, client: Any) -> None:
        """Before the client's first call. The first of these events has the parameters as given, also of what is presigned."""
        client.meta.events.register_first("provide-client-params", self.look)
        client.meta.events.register_first("before-call", self.refuse)

    def refuse(self, model: Any, **_: Any) -> None:
        if model.name not in self.operations and model.name not in _SDK_OWN:
            raise Refused(operation=model.name, what="anything")

    def look(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        self.refuse(model)
        if params.get("Bucket") != self.place.bucket:
            raise Refused(operation=model.name, what=f"the bucket {params.get('Bucket')}")
        for name in {"Key", "Prefix"} & model.input_shape.members.keys():
            if not str(params.get(name, "")).startswith(self.place.prefix):
                raise Refused(operation=model.name, what=f"the {name.lower()} {params.get(name)}")


def client_for(place: Place, operations: Collection[str] = STORE) -> Any:
    """An S3 client behind its wall. Raises EvidenceError where there is nothing to enter AWS with."""
    try:
        session = botocore.session.Session(profile=os.environ.get(PROFILE) or None)
        session.register_component("data_loader", _models(session.get_config_variable("data_path")))
        if session.get_credentials() is None:
            raise aws.NoCredentialsError
        region = session.get_config_variable("region") or FIRST_REGION
        retries: Any = {"mode": "standard", "total_max_attempts": int(session.get_config_variable("max_attempts") or 6)}
        config = Config(
            max_pool_connections=2 * AT_ONCE, retries=retries, connect_timeout=10, read_timeout=60,
            user_agent_extra=f"evidence/{__version__}",
        )  # fmt: skip
        client = session.create_client("s3", region_name=region, config=config)
    except (aws.BotoCoreError, aws.ClientError) as error:
        raise complaint(error, place) from error
    Wall(place, operations).install(client)
    return client


@cache
def _models(data_path: str | None) -> Any:
    """botocore's loader, which holds the models once they are parsed: all clients of a process share it."""
    return create_loader(data_path)


def code_of(error: Exception) -> str:
    """S3's own code of an error, "" where none came."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, aws.ClientError) else ""


def complaint(error: Exception, place: Place, name: str = "") -> EvidenceError:
    """The EvidenceError for what S3, or the way to it, answered.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    where, code = f"{place}/{name}" if name else str(place), code_of(error)
    if isinstance(error, aws.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        said = f"{error.operation_name} of {where} was refused ({code}: {error.response.get('Error', {}).get('Message')})."
        for codes, what, todo in _SAID:
            if code in codes:
                return EvidenceError(what.format(where=where, bucket=place.bucket) or said, todo)
        if status == 403:
            return EvidenceError(said, _POLICY)
        return EvidenceError(f"S3 refused. {said}", "Try again; what was kept so far is whole.")
    if isinstance(error, aws.ProfileNotFound):
        return EvidenceError(f"{error} (for {where}).", f"Correct {PROFILE} or AWS_PROFILE.")
    if isinstance(error, (aws.NoCredentialsError, aws.PartialCredentialsError)):
        return EvidenceError(
            f"There are no credentials for {where}: {error}.", f"Sign in, set AWS_PROFILE, or name the store's own profile with {PROFILE}."
        )  # fmt: skip
    if isinstance(error, (aws.UnauthorizedSSOTokenError, aws.SSOTokenLoadError, aws.TokenRetrievalError, aws.LoginError)):
        return EvidenceError(f"The sign-in that {where} is entered with has expired.", "Run `aws sso login`, then try again.")
    if isinstance(error, (aws.ConnectionError, aws.HTTPClientError)):
        return EvidenceError(
            f"{where} could not be reached ({error}).", "Check the network, the proxy, the Region and AWS_ENDPOINT_URL_S3."
        )
    return EvidenceError(f"{where} could not be entered: {error}.", f"Check the AWS configuration, and {PROFILE}.")


_SAID = (
    (("NoSuchBucket",), "There is no bucket {bucket}.", "Correct its name, or make it; `evidence doctor --store` looks at its settings."),
    (("AccessDenied", "AllAccessDisabled"), "", _POLICY),
    (("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"),
     "The credentials that {where} is entered with have expired.",
     "Fetch new ones and go on; what was kept so far is whole."),
    (("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken"), "", "Check that the credentials are current and of the bucket's partition."),
    (("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"),
     "", "The bucket is in another Region: set AWS_REGION to it, and look at AWS_ENDPOINT_URL_S3."),
    (("RequestTimeTooSkewed",), "", "Set the clock by NTP: S3 refuses what is signed 15 minutes away from its own."),
    (("KMS.DisabledException", "KMS.NotFoundException", "KMS.KMSInvalidStateException", "KMS.InvalidStateException"),
     "", "The bucket's key cannot be used: enable it, or set another as the bucket's default."),
    (("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout"), "", "S3 asks to wait: go on later, what was kept so far is whole."),
)  # fmt: skip
"""Codes, the sentence (an empty one is S3's own) and what to do."""
