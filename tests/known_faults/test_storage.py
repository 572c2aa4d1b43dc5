"""Faults of judging buckets and keys: two levels of one setting, what "encrypted" means, keys that cannot rotate."""

from typing import Any

import pytest

from evidence.run.answer import Answer, Ending
from tests.aws_simulator import Fault
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers
from tests.known_faults import over_the_wire
from tests.known_faults.over_the_wire import Aws
from tests.known_faults.test_reading import buckets as well_kept
from tests.requirements.s3_answers import account, account_unset, bucket, buckets, flags, no_account, not_read

PUBLIC, ENCRYPTED, CUSTOMER_KEY = "s3.buckets.not-public", "s3.buckets.encrypted", "s3.buckets.customer-key"
OWN = not_read("images", "GetPublicAccessBlock", "absent", "NoSuchPublicAccessBlockConfiguration")
BY_POLICY = bucket("images", "GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": True}})
NO_POLICY = not_read("images", "GetBucketPolicyStatus", "absent", "NoSuchBucketPolicy")
ALL_USERS = {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}
ACLS_IN_FORCE = bucket(
    "images", "GetBucketOwnershipControls", {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
)


def acl(*grants: dict[str, Any]) -> Answer:
    return bucket("images", "GetBucketAcl", {"Grants": list(grants)})


@pytest.mark.parametrize(
    ("policy", "grants", "own", "whole", "expected"),
    [
        (BY_POLICY, (), OWN, account(flags("all")), "meets"),
        (BY_POLICY, (), OWN, account_unset(), "exception"),
        (BY_POLICY, (), OWN, no_account(), "gap"),
        # Flag by flag: each takes the force from one thing only, at whichever level it is set.
        (BY_POLICY, (), OWN, account(flags("BlockPublicPolicy", "IgnorePublicAcls")), "exception"),
        (NO_POLICY, (ALL_USERS,), OWN, account(flags("IgnorePublicAcls")), "meets"),
        (NO_POLICY, (ALL_USERS,), OWN, account(flags("RestrictPublicBuckets")), "exception"),
        # Not in the log: one flag here and the other there.
        (BY_POLICY, (ALL_USERS,), bucket("images", "GetPublicAccessBlock", flags("IgnorePublicAcls")),
         account(flags("RestrictPublicBuckets")), "meets"),
    ],
)  # fmt: skip
def test_a_bucket_is_judged_under_its_own_block_and_the_accounts(
    policy: Answer, grants: Any, own: Answer, whole: Answer, expected: str
) -> None:
    """B13: the bucket was judged alone though the account's block overrides it, and the other way round both were ignored. An open
    bucket whose account could not be asked is a gap, never met."""
    judged = judge_answers(PUBLIC, buckets("images"), policy, acl(*grants), own, whole, ACLS_IN_FORCE)
    assert judged["images"] == expected
    if whole == account(flags("all")):
        assert "account: restrict public buckets = true" in judged.reason("images")


@pytest.mark.parametrize(("whole", "expected"), [("set", "meets"), ("not set", "exception"), ("refused", "gap")])
def test_the_accounts_block_is_asked_of_the_account_over_the_wire(aws: Aws, whole: str, expected: str) -> None:
    """B13, over the wire: the account's block is another service's, asked once; its "not configured" is a code and its refusal
    another."""
    well_kept(aws, "images")
    aws.put("s3", "GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": True}}, Bucket="images")
    if whole == "set":
        flags = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
        answer = {"PublicAccessBlockConfiguration": flags}
        aws.put("s3control", "GetPublicAccessBlock", answer, region="us-east-1", AccountId=over_the_wire.ACCOUNT)
    if whole == "refused":
        aws.world.faults.append(Fault("denied", service="s3control", code="AccessDenied", status=403))
    seen = aws.judged(PUBLIC)
    assert seen.members(PUBLIC) == {"images": expected}
    assert len([r for r in seen.asked if r.service == "s3control"]) == 1


@pytest.mark.parametrize(
    ("rule", "encrypted", "customers"),
    [
        ({"SSEAlgorithm": "AES256"}, "meets", "exception"),
        ({"SSEAlgorithm": "aws:kms"}, "meets", "exception"),  # without a key it is AWS's own
        ({"SSEAlgorithm": "aws:kms:dsse", "KMSMasterKeyID": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"}, "meets", "meets"),
        # Not in the log: AWS's own key by its alias, and a word of tomorrow.
        ({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3"}, "meets", "exception"),
        ({"SSEAlgorithm": "aws:quantum", "KMSMasterKeyID": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"}, "gap", "gap"),
    ],
)
def test_encrypted_names_the_algorithm_and_whose_key_it_is(rule: dict[str, str], encrypted: str, customers: str) -> None:
    """B44: "encrypted by default" cannot fail any more, and was shown as if it said more. The algorithm stands in the reason, the
    printed logic says since when it means little, and the customer's key is a question of its own."""
    answer = bucket("images", "GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [
        {"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": False}]}})  # fmt: skip
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
    metadata = {"KeyId": "k", "Arn": arn, "KeyManager": "CUSTOMER"}
    keys = (
        answered("kms", "ListKeys", {"Keys": [{"KeyId": "k", "KeyArn": arn}]}),
        answered("kms", "DescribeKey", {"KeyMetadata": metadata}, KeyId=arn),
    )
    by_default = judge_answers(ENCRYPTED, buckets("images"), answer)
    assert by_default["images"] == encrypted and rule["SSEAlgorithm"] in by_default.reason("images")
    assert "Since January 2023 every bucket has such a rule" in by_default.result.logic
    assert judge_answers(CUSTOMER_KEY, buckets("images"), answer, *keys)["images"] == customers


# -- keys ----------------------------------------------------------------------------------------------------------------------

KEY = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "MultiRegion": False}
DENIED, UNSUPPORTED = "AccessDeniedException", "UnsupportedOperationException"
KEYS: dict[str, tuple[dict[str, Any], Any, str]] = {
    "k1": ({"KeyManager": "AWS"}, DENIED, "not_applicable"),
    "k2": ({"KeyState": "PendingDeletion"}, False, "not_applicable"),
    "k3": ({"KeySpec": "ECC_NIST_P521", "KeyUsage": "SIGN_VERIFY"}, UNSUPPORTED, "not_applicable"),
    "k4": ({"Origin": "EXTERNAL"}, False, "not_applicable"),
    "k5": ({"KeySpec": "HMAC_256"}, UNSUPPORTED, "not_applicable"),
    "k6": ({}, False, "exception"),
    "k7": ({}, DENIED, "gap"),
    # Not in the log: the field's name in old answers, a replica, and a key whose origin nobody said.
    "k8": ({"KeySpec": None, "CustomerMasterKeySpec": "RSA_2048"}, UNSUPPORTED, "not_applicable"),
    "k9": ({"MultiRegion": True, "MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"}}, False, "not_applicable"),
    "k10": ({"Origin": None}, True, "gap"),
}


def test_rotation_is_asked_only_of_keys_that_can_rotate() -> None:
    """B25: keys pending deletion, asymmetric, HMAC, imported and AWS's own failed for not rotating. Eligibility comes first, and
    says why; a refusal for a key that can rotate is a gap."""
    arns = {k: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{k}" for k in KEYS}
    answers = [answered("kms", "ListKeys", {"Keys": [{"KeyId": k, "KeyArn": arns[k]} for k in KEYS]})]
    for k, (metadata, rotation, _) in KEYS.items():
        told = {name: value for name, value in (KEY | metadata).items() if value is not None}
        answers.append(answered("kms", "DescribeKey", {"KeyMetadata": {"KeyId": k, "Arn": arns[k], **told}}, KeyId=arns[k]))
        if rotation in (True, False):
            answers.append(answered("kms", "GetKeyRotationStatus", {"KeyRotationEnabled": rotation}, KeyId=arns[k]))
        else:
            ending: Ending = "absent" if rotation == UNSUPPORTED else "denied"
            answers.append(ended("kms", "GetKeyRotationStatus", ending, code=rotation, KeyId=arns[k]))
    judged = judge_answers("kms.keys.rotation", *answers)
    assert {m.id: m.judgement for m in judged.members} == {k: expected for k, (_, _, expected) in KEYS.items()}
    assert all(m.reason.endswith(".") for m in judged.members if m.judgement == "not_applicable"), "each says why"
    assert "AccessDeniedException" in judged.reason("k7")


def test_rotation_is_asked_of_customers_keys_only_and_their_refusals_are_told_apart(aws: Aws) -> None:
    """B25, over the wire: AWS's own key is not asked; a key that cannot rotate says so by a code; a refusal is a gap."""
    arns = {k: f"arn:aws:kms:{REGION}:{over_the_wire.ACCOUNT}:key/{k}" for k in ("k1", "k3", "k6", "k7")}
    aws.put("kms", "ListKeys", {"Keys": [{"KeyId": k, "KeyArn": arn} for k, arn in arns.items()], "Truncated": False})
    for k, arn in arns.items():
        metadata, rotation, _ = KEYS[k]
        aws.put("kms", "DescribeKey", {"KeyMetadata": {"KeyId": k, "Arn": arn, **KEY, **metadata}}, KeyId=arn)
        if isinstance(rotation, bool):
            aws.put("kms", "GetKeyRotationStatus", {"KeyRotationEnabled": rotation}, KeyId=arn)
        else:
            aws.world.faults.append(
                Fault("denied", operation="GetKeyRotationStatus", when={"KeyId": arn}, code=rotation, status=400)
            )
    seen = aws.judged("kms.keys.rotation")
    assert seen.members("kms.keys.rotation") == {k: KEYS[k][2] for k in arns}
    assert {r.parameters["KeyId"] for r in seen.asked if r.operation == "GetKeyRotationStatus"} == {
        arns[k] for k in ("k3", "k6", "k7")
    }
