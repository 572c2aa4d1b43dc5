"""The least-privilege IAM policy for a set of asks: those actions, what every collection asks, and no others."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from evidence.aws.kms_signer import region_of
from evidence.run.s3_client import Place
from evidence.services.declare import Ask
from evidence.services.ec2 import DESCRIBE_REGIONS
from evidence.services.sts import GET_CALLER_IDENTITY

ALWAYS = (GET_CALLER_IDENTITY, DESCRIBE_REGIONS)
"""What every collection asks in every account, whatever it was wanted for: who we are, and which Regions there are."""
AWS_LIMIT = 6_144
"""Characters of a managed policy, without white space."""
LIMIT = 6_000
"""Characters that go into one managed policy here: the rest is for the document's frame."""


def policy(asks: Iterable[Ask]) -> dict[str, Any]:
    """One policy document; a statement for the plain reads, and one for the few calls that are not plain reads."""
    listed = (*ALWAYS, *asks)
    reads = {action for ask in listed for action in ask.actions if ask.plain}
    others = {action for ask in listed for action in ask.actions if not ask.plain} - reads
    statements = [_statement("EvidenceRead", reads)]
    if others:
        statements.append(_statement("EvidenceReports", others))
    return {"Version": "2012-10-17", "Statement": statements}


def policies(asks: Iterable[Ask]) -> list[dict[str, Any]]:
    """The same, in as many documents as it takes for each to fit into one managed policy."""
    whole, out = policy(asks), []
    for statement in whole["Statement"]:
        chunk: list[str] = []
        for action in statement["Action"]:
            if len(_compact({**statement, "Action": [*chunk, action]})) > LIMIT:
                out.append({**whole, "Statement": [{**statement, "Action": chunk}]})
                chunk = []
            chunk.append(action)
        out.append({**whole, "Statement": [{**statement, "Action": chunk}]})
    return [whole] if len(_compact(whole)) <= LIMIT else out


def size(document: Mapping[str, Any]) -> int:
    """The document's characters, as AWS counts them."""
    return len(_compact(document))


def with_members(document: Mapping[str, Any], role: str) -> dict[str, Any]:
    """The policy of whoever enters the organisation's accounts: it may assume the role of that name in any of them."""
    enter = {"Sid": "EvidenceEnter", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": f"arn:*:iam::*:role/{role}"}
    return {**document, "Statement": [*document["Statement"], enter]}


def store_policy(where: str, kms_key: str = "") -> dict[str, Any]:
    """What whoever keeps and reads runs at s3://bucket/prefix needs, beside the policy of a collection: to list, read and put below the
    prefix, and the key that the bucket encrypts with. Nothing is deleted. Raises EvidenceError.

    If-Match needs s3:GetObject beside s3:PutObject (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html);
    SSE-KMS needs both actions of KMS (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html)."""
    place = Place.of(where)
    bucket = f"arn:*:s3:::{place.bucket}"
    listed: dict[str, Any] = {"Sid": "EvidenceStoreList", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": bucket}
    if place.prefix:
        listed["Condition"] = {"StringLike": {"s3:prefix": f"{place.prefix}*"}}
    objects = {
        "Sid": "EvidenceStoreObjects", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": f"{bucket}/{place.prefix}*",
    }  # fmt: skip
    statements = [listed, objects]
    if kms_key:
        region = region_of(kms_key)
        via = f"s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        statements.append({
            "Sid": "EvidenceStoreKey", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": kms_key,
            "Condition": {"StringEquals": {"kms:ViaService": via}},
        })  # fmt: skip
    return {"Version": "2012-10-17", "Statement": statements}


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _statement(sid: str, actions: Iterable[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}


def notes(asks: Iterable[Ask]) -> list[str]:
    """A sentence for each call that is not a plain read: why it is safe all the same."""
    return sorted({f"{ask.name}: {ask.note}" for ask in asks if not ask.plain})
