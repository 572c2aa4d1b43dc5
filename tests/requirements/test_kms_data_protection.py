"""KMS keys: rotation, deletion, policies."""

import datetime as dt
import json
from typing import Any

import pytest

from evidence.run.answer import Answer, Ending
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

REQUIREMENTS = ("rotation", "not-pending-deletion", "policy-not-public")
OWN = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "MultiRegion": False}


def arn(key: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}"


def listed(*keys: str) -> Answer:
    return answered("kms", "ListKeys", {"Keys": [{"KeyId": key, "KeyArn": arn(key)} for key in keys]})


def described(key: str = "k", **metadata: Any) -> Answer:
    value = {k: v for k, v in (OWN | metadata).items() if v is not None}
    return answered("kms", "DescribeKey", {"KeyMetadata": {"KeyId": key, "Arn": arn(key)} | value}, KeyId=arn(key))


def rotates(enabled: Any, days: Any = None) -> Answer:
    value = {"KeyRotationEnabled": enabled} | ({} if days is None else {"RotationPeriodInDays": days})
    return answered("kms", "GetKeyRotationStatus", value, KeyId=arn("k"))


def not_read(operation: str, ending: Ending = "denied", code: str = "AccessDeniedException", **parameters: Any) -> Answer:
    return ended("kms", operation, ending, code=code, KeyId=arn("k"), **parameters)


def judged(requirement: str, *answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(f"kms.keys.{requirement}", listed("k"), *answers, **parameters)


# -- lists and keys that cannot be read ------------------------------------------------------------------------------


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_lists(requirement: str) -> None:
    name = f"kms.keys.{requirement}"
    assert judge_answers(name, ended("kms", "ListKeys", "denied")).result.judgement == "gap"
    assert judge_answers(name, listed()).result.judgement == "not_applicable"
    assert judge_answers(name, listed(), regions=(REGION, "eu-north-1")).result.judgement == "gap"


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_key_that_is_not_described_may_be_ours_and_one_that_is_gone_is_shown_apart(requirement: str) -> None:
    assert judged(requirement, not_read("DescribeKey"))["k"] == "gap"
    gone = judged(requirement, not_read("DescribeKey", "gone", "NotFoundException"))
    assert gone.members == () and gone.result.population.gone == (arn("k"),)
    assert judged(requirement, described(KeyManager=None))["k"] == "gap"
    assert judged(requirement, described(KeyManager=7))["k"] == "gap"


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_keys_that_aws_manages_are_not_judged_nor_asked_further(requirement: str) -> None:
    result = judged(requirement, described(KeyManager="AWS"))
    assert result["k"] == "not_applicable" and "AWS manages" in result.reason("k")


# -- rotation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "days", "expected"),
    [
        (rotates(True, 365), 365, "meets"),
        (rotates(True, 90), 365, "meets"),
        (rotates(True), 365, "meets"),  # AWS's default period is 365 days
        (rotates(True), 90, "exception"),
        (rotates(True, 365), 90, "exception"),
        (rotates(True, 2560), 365, "exception"),
        (rotates(False), 365, "exception"),
        (rotates(False, 365), 365, "exception"),
        (rotates("perhaps"), 365, "gap"),
        (rotates(True, "soon"), 365, "gap"),
        (answered("kms", "GetKeyRotationStatus", {}, KeyId=arn("k")), 365, "gap"),
        (not_read("GetKeyRotationStatus"), 365, "gap"),
        (not_read("GetKeyRotationStatus", "failed", "KMSInvalidStateException"), 365, "gap"),
        (not_read("GetKeyRotationStatus", "absent", "UnsupportedOperationException"), 365, "gap"),
    ],
)
def test_rotation(answer: Answer, days: int, expected: str) -> None:
    assert judged("rotation", described(), answer, days=days)["k"] == expected


REPLICA = {"MultiRegion": True, "MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"}}
UNSUPPORTED = not_read("GetKeyRotationStatus", "absent", "UnsupportedOperationException")


@pytest.mark.parametrize(
    ("metadata", "answer", "why"),
    [
        # A key that waits for its deletion answers false, a disabled one keeps its flag: the state comes first.
        ({"KeyState": "PendingDeletion"}, rotates(False), "not enabled"),
        ({"KeyState": "Disabled"}, rotates(True, 365), "not enabled"),
        ({"KeyState": "PendingImport", "Origin": "EXTERNAL"}, UNSUPPORTED, "not enabled"),
        ({"KeyState": "Unavailable", "Origin": "AWS_CLOUDHSM"}, UNSUPPORTED, "not enabled"),
        ({"KeyState": "PendingDeletion"}, not_read("GetKeyRotationStatus", "failed", "KMSInvalidStateException"), "not enabled"),
        ({"KeySpec": "RSA_4096"}, UNSUPPORTED, "symmetric"),
        ({"KeySpec": "HMAC_256"}, UNSUPPORTED, "symmetric"),
        ({"Origin": "EXTERNAL"}, UNSUPPORTED, "material"),
        ({"Origin": "EXTERNAL"}, rotates(False), "material"),
        ({"KeySpec": None, "CustomerMasterKeySpec": "ECC_NIST_P521"}, UNSUPPORTED, "symmetric"),
        ({"KeySpec": "HMAC_256"}, not_read("GetKeyRotationStatus"), "symmetric"),
        ({"Origin": "EXTERNAL_KEY_STORE"}, UNSUPPORTED, "material"),
        (REPLICA, rotates(False), "primary"),
    ],
)
def test_keys_that_kms_does_not_rotate(metadata: dict[str, Any], answer: Answer, why: str) -> None:
    result = judged("rotation", described(**metadata), answer)
    assert result["k"] == "not_applicable" and why in result.reason("k")


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"MultiRegion": True, "MultiRegionConfiguration": {"MultiRegionKeyType": "PRIMARY"}}, "exception"),
        ({"KeyState": "Updating"}, "exception"),  # a primary key in the middle of a change is still rotated
        ({"MultiRegion": True}, "gap"),
        ({"MultiRegion": None}, "gap"),
        ({"MultiRegion": True, "MultiRegionConfiguration": {}}, "gap"),
        ({"MultiRegionConfiguration": "replica"}, "gap"),
        ({"KeySpec": None, "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"}, "exception"),  # the older name
        ({"KeyState": None}, "gap"),
        ({"KeySpec": None}, "gap"),
        ({"Origin": 7}, "gap"),
    ],
)
def test_unknown_eligibility_is_a_gap(metadata: dict[str, Any], expected: str) -> None:
    assert judged("rotation", described(**metadata), rotates(False))["k"] == expected


# -- deletion --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("Enabled", "meets"),
        ("Disabled", "meets"),
        ("PendingDeletion", "exception"),
        ("PendingReplicaDeletion", "exception"),
        (None, "gap"),
        (7, "gap"),
    ],
)
def test_pending_deletion(state: Any, expected: str) -> None:
    assert judged("not-pending-deletion", described(KeyState=state))["k"] == expected


def test_the_reason_names_the_day_of_deletion() -> None:
    day = dt.datetime(2026, 10, 7, tzinfo=dt.UTC)
    result = judged("not-pending-deletion", described(KeyState="PendingDeletion", DeletionDate=day))
    assert "deletion date = 2026-10-07" in result.reason("k")


# -- policy ----------------------------------------------------------------------------------------------------------

ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
EVERYONE = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Decrypt"], "Resource": "*"}


def key_policy(text: Any) -> Answer:
    return answered("kms", "GetKeyPolicy", {"Policy": text, "PolicyName": "default"}, KeyId=arn("k"), PolicyName="default")


def policy(*entries: Any) -> Answer:
    return key_policy(json.dumps({"Version": "2012-10-17", "Statement": list(entries)}))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (policy(ROOT), "meets"),
        (policy(ROOT, EVERYONE), "exception"),
        (policy(EVERYONE | {"Principal": "*"}), "exception"),
        (policy(EVERYONE | {"Principal": {"AWS": [ACCOUNT, "*"]}}), "exception"),
        (policy(EVERYONE | {"Effect": "Deny"}), "meets"),
        (policy(EVERYONE | {"Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT}}}), "meets"),
        (policy(EVERYONE | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example1234"}}}), "meets"),
        (policy(EVERYONE | {"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}), "exception"),
        (policy(EVERYONE | {"Condition": {"StringNotEquals": {"kms:CallerAccount": ACCOUNT}}}), "exception"),
        (policy(EVERYONE | {"Condition": {"IpAddress": {"aws:SourceIp": "nowhere"}}}), "gap"),
        (policy(EVERYONE | {"Condition": {"StringEquals": {"saml:aud": "https://example.com"}}}), "gap"),
        (policy({k: v for k, v in EVERYONE.items() if k != "Principal"} | {"NotPrincipal": {"AWS": ACCOUNT}}), "exception"),
        (key_policy("{not JSON"), "gap"),
        (key_policy('{"Statement": 4}'), "gap"),
        (key_policy(7), "gap"),
        (answered("kms", "GetKeyPolicy", {}, KeyId=arn("k"), PolicyName="default"), "gap"),
        (not_read("GetKeyPolicy", PolicyName="default"), "gap"),
    ],
)
def test_policy_not_public(answer: Answer, expected: str) -> None:
    assert judged("policy-not-public", described(), answer)["k"] == expected


def test_the_reason_names_the_statement() -> None:
    result = judged("policy-not-public", described(), policy(ROOT, EVERYONE))
    assert result.reason("k") == "statement 2 of 2 allows everyone kms:Decrypt"
