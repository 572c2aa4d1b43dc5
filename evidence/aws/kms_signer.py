"""A pack signed by a key that never leaves AWS KMS: the one thing this program does in an account that is no read.

It is off unless `--kms-key` asks for it, has a session of its own behind a wall that lets these two operations through and
no read of any collection, and its permissions are printed apart (`evidence policy --signing ARN`).
https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from evidence.aws.session import Session, Settings, open_session
from evidence.errors import EvidenceError
from evidence.seal.keys import PublicKey, public_key_der
from evidence.services.declare import Ask

SIGN = Ask(
    "kms", "Sign", ("kms:Sign",), result="Signature", plain=False,
    note="changes nothing; whoever may call it signs in the key's name, so it is allowed for one key, ECDSA_SHA_256 and digests only",
)  # fmt: skip
GET_PUBLIC_KEY = Ask("kms", "GetPublicKey", ("kms:GetPublicKey",), result="PublicKey")
SIGNING = (GET_PUBLIC_KEY, SIGN)
"""All that a signing session may ask."""

_HOW = {"MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
_ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key/[A-Za-z0-9-]+")
_MAKE = "Make one: aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY"


@dataclass(frozen=True)
class KmsSigner:
    """A key in AWS KMS, named by its ARN. Only digests are sent to it."""

    arn: str
    public: PublicKey
    session: Session = field(repr=False)

    @property
    def words(self) -> str:
        return f"{self.public.words} in AWS KMS ({self.arn})"

    def sign(self, message: bytes) -> bytes:
        """The signature in DER. KMS takes a new nonce each time, so that it differs each time."""
        answer = _ask(self.session, self.arn, "sign", Message=hashlib.sha256(message).digest(), **_HOW)
        return bytes(answer["Signature"])

    def __reduce__(self) -> tuple[object, ...]:
        """To another process: it opens a session of its own."""
        return kms_signer, (self.arn,)


def kms_signer(arn: str) -> KmsSigner:
    """The signer of this ARN, with its public key fetched. Credentials come from AWS's own chain."""
    session = open_session(Settings(region=region_of(arn)), SIGNING)
    answer = _ask(session, arn, "get_public_key")
    can = answer.get("SigningAlgorithms") or ()
    if _HOW["SigningAlgorithm"] not in can:
        raise EvidenceError(f"{arn} is a key of another kind: it signs with {', '.join(can) or 'nothing'}.", _MAKE)
    return KmsSigner(arn, public_key_der(bytes(answer["PublicKey"]), arn), session)


def signing_policy(arn: str) -> dict[str, Any]:
    """What whoever signs needs beside the policy of a collection, for this key and for nothing else that it could sign."""
    region_of(arn)
    how = {"StringEquals": {"kms:MessageType": _HOW["MessageType"], "kms:SigningAlgorithm": _HOW["SigningAlgorithm"]}}
    read = {"Sid": "EvidencePublicKey", "Effect": "Allow", "Action": list(GET_PUBLIC_KEY.actions), "Resource": arn}
    sign = {"Sid": "EvidenceSign", "Effect": "Allow", "Action": list(SIGN.actions), "Resource": arn, "Condition": how}
    return {"Version": "2012-10-17", "Statement": [read, sign]}


def region_of(arn: str) -> str:
    found = _ARN.fullmatch(arn)
    if found is None:
        raise EvidenceError(
            f"{arn} is no ARN of a key in AWS KMS.", "It is like arn:aws:kms:eu-west-1:012345678901:key/1234abcd-…, no alias."
        )
    return found[1]


def _ask(session: Session, arn: str, operation: str, **parameters: Any) -> Mapping[str, Any]:
    client = session.client("kms", region_of(arn))
    try:
        found: Mapping[str, Any] = getattr(client, operation)(KeyId=arn, **parameters)
    except ClientError as error:
        said = error.response.get("Error", {})
        raise EvidenceError(
            f"AWS KMS refused {operation} with {arn} ({said.get('Code')}: {said.get('Message')}).",
            "`evidence policy --signing ARN` prints the permissions that it needs; the key must be enabled.",
        ) from error
    except BotoCoreError as error:
        raise EvidenceError(
            f"AWS KMS did not answer ({error}).", "Check the credentials and the network, then make the pack again."
        ) from error
    return found
