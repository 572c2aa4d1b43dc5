"""Buckets: default encryption, TLS only, public access, ACLs, SSE-C."""

import json
from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services.s3 import GET_BUCKET_ENCRYPTION
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers
from tests.requirements.s3_answers import (
    account,
    account_unset,
    bucket,
    buckets,
    flags,
    no_account,
    no_buckets,
    not_read,
)

REQUIREMENTS = (
    "encrypted", "tls-only", "public-access-blocked", "not-public", "not-changed-by-other-accounts", "acls-disabled", "sse-c-blocked",
    "customer-key",
)  # fmt: skip
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/own"
AWS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/aws"
FOREIGN_KEY = f"arn:aws:kms:{REGION}:444455556666:key/theirs"


def judged(requirement: str, *answers: Answer, names: tuple[str, ...] = ("a",)) -> Judged:
    return judge_answers(f"s3.buckets.{requirement}", buckets(*names), *answers)


# -- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_lists_and_buckets_that_cannot_be_read(requirement: str) -> None:
    denied = judge_answers(f"s3.buckets.{requirement}", no_buckets())
    assert (denied.members, denied.result.judgement) == ((), "gap")
    assert judge_answers(f"s3.buckets.{requirement}", buckets()).result.judgement == "not_applicable"
    assert judged(requirement)["a"] == "gap"  # nothing was asked of it


@pytest.mark.parametrize(
    ("requirement", "operation"),
    [
        ("encrypted", "GetBucketEncryption"),
        ("tls-only", "GetBucketPolicy"),
        ("public-access-blocked", "GetPublicAccessBlock"),
        ("not-public", "GetBucketPolicyStatus"),
        ("not-changed-by-other-accounts", "GetBucketPolicy"),
        ("acls-disabled", "GetBucketOwnershipControls"),
        ("sse-c-blocked", "GetBucketEncryption"),
        ("customer-key", "GetBucketEncryption"),
    ],
)
def test_a_bucket_that_went_away_is_shown_apart_and_a_denied_one_is_a_gap(requirement: str, operation: str) -> None:
    result = judged(
        requirement,
        not_read("gone", operation, "gone", "NoSuchBucket"),
        not_read("denied", operation),
        not_read("slow", operation, "throttled", "SlowDown"),
        account(flags()),
        names=("gone", "denied", "slow"),
    )
    assert {m.id: m.judgement for m in result.members} == {"denied": "gap", "slow": "gap"}
    assert result.result.population.gone == ("arn:aws:s3:::gone",)


def test_a_bucket_is_asked_in_its_own_region_and_one_of_another_region_is_out_of_scope() -> None:
    here = encryption("a", "AES256", region="eu-north-1")
    result = judge_answers("s3.buckets.encrypted", buckets("a", region="eu-north-1"), here, regions=("eu-north-1",))
    assert (result["a"], result.members[0].region, result.members[0].arn) == ("meets", "eu-north-1", "arn:aws:s3:::a")
    outside = judge_answers("s3.buckets.encrypted", buckets("a", region="eu-north-1"), here)
    assert (outside.members, outside.result.population.out_of_scope) == ((), 1)


def test_a_bucket_listed_without_its_region_leaves_the_list_incomplete() -> None:
    listing = answered("s3", "ListBuckets", {"Buckets": [{"Name": "a"}]}, region="global", MaxBuckets=1000)
    assert judge_answers("s3.buckets.encrypted", listing).result.judgement == "gap"


# -- encryption ------------------------------------------------------------------------------------------------------


def encryption(name: str, algorithm: Any, key: Any = None, blocked: Any = None, region: str = REGION) -> Answer:
    default = {"SSEAlgorithm": algorithm, "KMSMasterKeyID": key}
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {k: v for k, v in default.items() if v is not None}}
    if blocked is not None:
        rule["BlockedEncryptionTypes"] = blocked
    return bucket(name, "GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}, region)


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [("AES256", "meets"), ("aws:kms", "meets"), ("aws:kms:dsse", "meets"), ("aws:new", "gap"), (None, "gap"), (7, "gap")],
)
def test_encrypted(algorithm: Any, expected: str) -> None:
    assert judged("encrypted", encryption("a", algorithm))["a"] == expected


@pytest.mark.parametrize("rules", [[], [{}, {}], "one", None])
def test_a_default_rule_that_is_none_is_a_gap(rules: Any) -> None:
    strange = bucket("a", "GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": rules}})
    for requirement in ("encrypted", "sse-c-blocked", "customer-key"):
        assert judged(requirement, strange)["a"] == "gap"


def test_the_code_from_before_2023_proves_no_plaintext() -> None:
    code = "ServerSideEncryptionConfigurationNotFoundError"
    assert judged("encrypted", not_read("a", "GetBucketEncryption", "failed", code))["a"] == "gap"
    assert code not in GET_BUCKET_ENCRYPTION.absent


def keys(**managers: Any) -> list[Answer]:
    entries = [{"KeyId": name, "KeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"} for name in managers]
    described = [
        answered(
            "kms", "DescribeKey", {"KeyMetadata": {"KeyId": e["KeyId"], "KeyManager": managers[e["KeyId"]]}}, KeyId=e["KeyArn"]
        )
        for e in entries
    ]
    return [answered("kms", "ListKeys", {"Keys": entries}), *described]


@pytest.mark.parametrize(
    ("algorithm", "key", "expected"),
    [
        ("aws:kms", KEY, "meets"),
        ("aws:kms:dsse", KEY, "meets"),
        ("aws:kms", "own", "meets"),
        ("aws:kms", "alias/mine", "meets"),
        ("aws:kms", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/mine", "meets"),
        ("aws:kms", FOREIGN_KEY, "meets"),
        # Without a key, or under AWS's alias, or by its ARN or id, it is the key aws/s3, which AWS manages.
        ("aws:kms", None, "exception"),
        ("aws:kms", "alias/aws/s3", "exception"),
        ("aws:kms", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3", "exception"),
        ("aws:kms", AWS_KEY, "exception"),
        ("aws:kms", "aws", "exception"),
        ("aws:kms", "", "exception"),
        ("AES256", None, "exception"),
        ("aws:new", KEY, "gap"),
        (None, KEY, "gap"),
        ("aws:kms", 7, "gap"),
    ],
)
def test_customer_key(algorithm: Any, key: Any, expected: str) -> None:
    assert judged("customer-key", encryption("a", algorithm, key), *keys(own="CUSTOMER", aws="AWS"))["a"] == expected


def test_customer_key_where_keys_could_not_be_read() -> None:
    bucket_with_key, without = encryption("a", "aws:kms", KEY), encryption("b", "AES256")
    result = judged("customer-key", bucket_with_key, without, ended("kms", "ListKeys", "denied"), names=("a", "b"))
    assert (result["a"], result["b"]) == ("gap", "exception")
    listed = keys(own=None)[0]
    described = ended("kms", "DescribeKey", "denied", code="AccessDeniedException", KeyId=KEY)
    assert judged("customer-key", bucket_with_key, listed, described)["a"] == "gap"


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [
        ({"EncryptionType": ["SSE-C"]}, "meets"),
        ({"EncryptionType": ["NONE"]}, "exception"),
        (None, "gap"),
        ({}, "gap"),
        ({"EncryptionType": []}, "gap"),
        ({"EncryptionType": "SSE-C"}, "gap"),
        ("SSE-C", "gap"),
    ],
)
def test_sse_c(blocked: Any, expected: str) -> None:
    assert judged("sse-c-blocked", encryption("a", "AES256", blocked=blocked))["a"] == expected


# -- TLS -------------------------------------------------------------------------------------------------------------


def deny(resources: Any = ("arn:aws:s3:::a", "arn:aws:s3:::a/*"), value: Any = "false", **more: Any) -> dict[str, Any]:
    resource = list(resources) if isinstance(resources, tuple) else resources
    statement: dict[str, Any] = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": value}},
    }  # fmt: skip
    return {k: v for k, v in (statement | more).items() if v is not None}


def policy(*entries: Any) -> Answer:
    return bucket("a", "GetBucketPolicy", {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(entries)})})


ROLE_GRANT = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::a"}


@pytest.mark.parametrize(
    "entries",
    [
        (deny(),),
        (ROLE_GRANT, deny()),
        (deny(value=False),),
        (deny(value=["false"]),),
        (deny(value=[False]),),
        (deny(value="False"),),
        (deny(Principal={"AWS": "*"}),),
        (deny(Principal={"AWS": ["*"]}),),
        (deny(Action="*"),),
        (deny(Action=["S3:*"]),),
        (deny(Action=["s3:GetObject", "s*"]),),
        (deny(Principal={"AWS": ["*", ACCOUNT]}),),
        (deny(value=["false", "true"]),),
        (deny(Condition={"ForAllValues:BoolIfExists": {"aws:SecureTransport": ["false"]}}),),
        (deny(Condition={"Bool": {"aws:SecureTransport": "false"}, "BoolIfExists": {"aws:SecureTransport": "false"}}),),
        (deny(Condition={}),),  # a bucket that refuses everything refuses this too
        (deny("arn:aws-us-gov:s3:::?*"),),
        (deny(Condition={"BoolIfExists": {"AWS:securetransport": "false"}}),),
        (deny("*"),),
        (deny("arn:aws:s3:::a*"),),
        (deny("arn:aws:s3:::*"),),
        (deny(("arn:aws-cn:s3:::a", "arn:aws-cn:s3:::a/*")),),
        (deny("arn:aws:s3:::a"), deny("arn:aws:s3:::a/*")),
    ],
)
def test_tls_only(entries: Any) -> None:
    assert judged("tls-only", policy(*entries))["a"] == "meets"


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ((), "no statement denies everyone all requests without TLS"),
        ((ROLE_GRANT,), "no statement denies everyone all requests without TLS"),
        ((deny("arn:aws:s3:::a/*"),), "requests without TLS are not denied for the bucket"),
        ((deny("arn:aws:s3:::a"),), "requests without TLS are not denied for all its objects"),
        ((deny(("arn:aws:s3:::a", "arn:aws:s3:::a/logs/*")),), "requests without TLS are not denied for all its objects"),
        ((deny(Effect="Allow"),), "no statement denies"),
        ((deny(value="true"),), "no statement denies"),
        ((deny(Principal={"AWS": ACCOUNT}),), "no statement denies"),
        ((deny(Action="s3:GetObject"),), "no statement denies"),
        ((deny(Action=["s3:Get*", "s3:Put*"]),), "no statement denies"),
        ((deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),), "no statement denies"),
        ((deny(NotPrincipal={"AWS": ACCOUNT}, Principal=None),), "no statement denies"),
        ((deny(Principal={"CanonicalUser": "*"}),), "no statement denies"),
        ((deny(("arn:aws:s3:::b", "arn:aws:s3:::b/*")),), "not denied for the bucket"),
        ((deny(("arn:aws:s3:::ab", "arn:aws:s3:::ab/*")),), "not denied for all its objects"),
        ((deny(("arn:aws:s3:::a", "arn:aws:s3:::a/*.html")),), "not denied for all its objects"),
        ((deny(Condition={"Null": {"aws:SecureTransport": "true"}}),), "no statement denies"),
        # A second condition lets through what it does not name.
        ((deny(Condition={"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}),), "no statement denies"),
        (
            (deny(Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:RequestedRegion": "x"}}),),
            "no statement",
        ),
    ],
)
def test_requests_without_tls_get_through(entries: Any, reason: str) -> None:
    result = judged("tls-only", policy(*entries))
    assert result["a"] == "exception" and reason in result.reason("a")


def test_no_policy_refuses_nothing_and_an_unreadable_one_is_a_gap() -> None:
    assert judged("tls-only", not_read("a", "GetBucketPolicy", "absent", "NoSuchBucketPolicy"))["a"] == "exception"
    for strange in ("{not JSON", "[]", "{}", '{"Statement": 4}', 7):
        assert judged("tls-only", bucket("a", "GetBucketPolicy", {"Policy": strange}))["a"] == "gap"


# -- other accounts ----------------------------------------------------------------------------------------------------

OTHERS = "not-changed-by-other-accounts"
THEIRS = "444455556666"
THEIR_ROOT = {"AWS": f"arn:aws:iam::{THEIRS}:root"}
CANONICAL = {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}
CLOUDFRONT = {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}


def allow(principal: Any, action: Any = "s3:PutBucketPolicy", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "arn:aws:s3:::a", **more}
    return {k: v for k, v in statement.items() if v is not None}


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (allow({"AWS": ACCOUNT}),),
        (allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "s3:*"),),
        (allow({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:sts::{ACCOUNT}:assumed-role/app/me"]}, "*"),),
        (allow({"Service": "logging.s3.amazonaws.com"}, "s3:*"),),
        (allow({"AWS": "AROAEXAMPLEEXAMPLE123"}, "s3:*"),),  # a role that was deleted
        # Other accounts may do what is none of the five.
        (allow(THEIR_ROOT, ["s3:GetObject", "s3:PutObject", "s3:GetBucketAcl"]),),
        (allow("*", "s3:Get*"),),
        (allow(CANONICAL, "s3:GetObject"),),
        (allow(CLOUDFRONT, "s3:GetObject"),),
        (allow(THEIR_ROOT, None, NotAction=["s3:*"]),),
        (allow(THEIR_ROOT, None, NotAction=["s3:Put*", "s3:Delete*"]),),
        (allow(THEIR_ROOT, Effect="Deny"),),
        (allow(None, NotPrincipal="*"),),
    ],
)
def test_other_accounts_may_not_change_a_bucket(entries: Any) -> None:
    assert judged(OTHERS, policy(*entries))["a"] == "meets"


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ((allow(THEIR_ROOT),), f"statement 1 of 1 allows account {THEIRS} s3:PutBucketPolicy"),
        ((allow({"AWS": THEIRS}, "s3:DeleteBucketPolicy"),), f"allows account {THEIRS} s3:DeleteBucketPolicy"),
        ((allow(THEIR_ROOT, "S3:putbucketacl"),), "s3:PutBucketAcl"),
        ((allow(THEIR_ROOT, "s3:PutEncryptionConfiguration"),), "s3:PutEncryptionConfiguration"),
        ((allow(THEIR_ROOT, "s3:PutObject*", Resource="arn:aws:s3:::a/*"),), "s3:PutObjectAcl"),
        ((allow(THEIR_ROOT, "s3:*"),), "s3:DeleteBucketPolicy, s3:PutBucketAcl, s3:PutBucketPolicy, s3:PutEncryption"),
        ((allow(THEIR_ROOT, None, NotAction="s3:DeleteObject"),), "s3:PutBucketPolicy"),
        ((allow({"AWS": [ACCOUNT, f"arn:aws:iam::{THEIRS}:role/their"]}),), f"account {THEIRS}"),
        ((allow({"AWS": f"arn:aws:sts::{THEIRS}:assumed-role/their/me"}),), f"account {THEIRS}"),
        ((allow("*"),), "everyone s3:PutBucketPolicy"),
        ((allow({"AWS": "*"}),), "everyone s3:PutBucketPolicy"),
        ((allow(None, NotPrincipal={"AWS": ACCOUNT}),), f"everyone but AWS:{ACCOUNT}"),
        # AWS's control looks at principals only.
        ((allow(THEIR_ROOT, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),), f"account {THEIRS}"),
        ((allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}),), "everyone"),
        ((allow({"AWS": ACCOUNT}), allow(THEIR_ROOT), allow(THEIR_ROOT, Effect="Deny")), "statement 2 of 3"),
        # What is known to be wrong stays wrong beside what nobody knows.
        ((allow(THEIR_ROOT | CANONICAL),), f"account {THEIRS}"),
        ((allow(CLOUDFRONT), allow(THEIR_ROOT)), f"account {THEIRS}"),
    ],
)
def test_a_policy_that_lets_other_accounts_change_a_bucket(entries: Any, reason: str) -> None:
    result = judged(OTHERS, policy(*entries))
    assert result["a"] == "exception" and reason in result.reason("a")


@pytest.mark.parametrize(
    "entry", [allow(CANONICAL), allow(CLOUDFRONT), allow({"Federated": "example.com"}), allow(None), allow({}), allow({"AWS": 7})]
)
def test_a_principal_that_names_no_account_is_a_gap(entry: Any) -> None:
    assert judged(OTHERS, policy(allow({"AWS": ACCOUNT}), entry))["a"] == "gap"


def test_no_policy_grants_nothing_and_an_unreadable_one_leaves_open_whom() -> None:
    assert judged(OTHERS, not_read("a", "GetBucketPolicy", "absent", "NoSuchBucketPolicy"))["a"] == "meets"
    for strange in ("{not JSON", "[]", "{}", '{"Statement": 4}', 7):
        assert judged(OTHERS, bucket("a", "GetBucketPolicy", {"Policy": strange}))["a"] == "gap"


def test_a_program_may_name_other_actions() -> None:
    reading = policy(allow(THEIR_ROOT, "s3:GetObject"))
    assert judge_answers(f"s3.buckets.{OTHERS}", buckets("a"), reading, actions=["s3:GetObject"])["a"] == "exception"


# -- public access ---------------------------------------------------------------------------------------------------

UNSET = not_read("a", "GetPublicAccessBlock", "absent", "NoSuchPublicAccessBlockConfiguration")


def blocked(value: dict[str, Any]) -> Answer:
    return bucket("a", "GetPublicAccessBlock", value)


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [
        (blocked(flags("all")), account_unset(), "meets"),
        (UNSET, account(flags("all")), "meets"),
        # Setting by setting, from either side.
        (
            blocked(flags("BlockPublicAcls", "IgnorePublicAcls")),
            account(flags("BlockPublicPolicy", "RestrictPublicBuckets")),
            "meets",
        ),
        (blocked(flags("BlockPublicAcls", "IgnorePublicAcls")), account(flags("BlockPublicPolicy")), "exception"),
        (UNSET, account_unset(), "exception"),
        (blocked(flags()), account(flags()), "exception"),
        # One side that was not read decides nothing, unless the other already does.
        (blocked(flags("all")), no_account(), "meets"),
        (not_read("a", "GetPublicAccessBlock"), account(flags("all")), "meets"),
        (not_read("a", "GetPublicAccessBlock"), account(flags("BlockPublicAcls")), "gap"),
        (blocked(flags("BlockPublicAcls")), no_account(), "gap"),
        (UNSET, no_account("throttled", "SlowDown"), "gap"),
        # A setting that is missing from an answer, or is no flag, is not false.
        (blocked({"PublicAccessBlockConfiguration": {}}), account(flags()), "gap"),
        (blocked(flags("all", IgnorePublicAcls="perhaps")), account(flags()), "gap"),
        (blocked(flags()), account(flags("all", BlockPublicAcls=7)), "gap"),
    ],
)
def test_public_access_blocked(own: Answer, whole: Answer, expected: str) -> None:
    assert judged("public-access-blocked", own, whole)["a"] == expected


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (account(flags("all")), "meets"),
        (account(flags("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy")), "exception"),
        (account_unset(), "exception"),
        (no_account(), "gap"),
        (no_account("failed", "InternalError"), "gap"),
        (account({"PublicAccessBlockConfiguration": {}}), "gap"),
        (account({"PublicAccessBlockConfiguration": "on"}), "gap"),
    ],
)
def test_the_accounts_own_settings(whole: Answer, expected: str) -> None:
    result = judge_answers("s3control.account.public-access-blocked", whole)
    assert result[ACCOUNT] == expected


# -- public --------------------------------------------------------------------------------------------------------


def status(public: Any) -> Answer:
    return bucket("a", "GetBucketPolicyStatus", {"PolicyStatus": {} if public is None else {"IsPublic": public}})


def acl(*grants: Any) -> Answer:
    return bucket("a", "GetBucketAcl", {"Grants": [OWNER, *grants], "Owner": {"ID": "1"}})


def ownership(value: str) -> Answer:
    return bucket("a", "GetBucketOwnershipControls", {"OwnershipControls": {"Rules": [{"ObjectOwnership": value}]}})


def group(name: str, permission: str = "READ") -> dict[str, Any]:
    return {"Grantee": {"Type": "Group", "URI": f"http://acs.amazonaws.com/groups/{name}"}, "Permission": permission}


OWNER = {"Grantee": {"Type": "CanonicalUser", "ID": "1"}, "Permission": "FULL_CONTROL"}
NO_POLICY = not_read("a", "GetBucketPolicyStatus", "absent", "NoSuchBucketPolicy")
NO_OWNERSHIP = not_read("a", "GetBucketOwnershipControls", "absent", "OwnershipControlsNotFoundError")
PUBLIC = group("global/AllUsers")


def public(*answers: Answer) -> Judged:
    """Judged with the answers given; what they leave out says: no policy, a private ACL, in force."""
    usual = (NO_POLICY, acl(), NO_OWNERSHIP, UNSET, account_unset())
    return judged("not-public", *usual, *answers)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((), "meets"),
        ((status(False),), "meets"),
        ((status(True),), "exception"),
        ((acl(PUBLIC),), "exception"),
        ((acl(group("global/AuthenticatedUsers", "WRITE")),), "exception"),
        ((acl(group("s3/LogDelivery", "WRITE")),), "meets"),
        ((acl({"Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "a"}, "Permission": "READ"}),), "meets"),
        # Grants that have no effect.
        ((acl(PUBLIC), blocked(flags("IgnorePublicAcls"))), "meets"),
        ((acl(PUBLIC), account(flags("IgnorePublicAcls"))), "meets"),
        ((acl(PUBLIC), ownership("BucketOwnerEnforced")), "meets"),
        ((not_read("a", "GetBucketAcl"), ownership("BucketOwnerEnforced")), "meets"),
        # Grants that have: only IgnorePublicAcls switches off what exists.
        ((acl(PUBLIC), ownership("BucketOwnerPreferred")), "exception"),
        ((acl(PUBLIC), blocked(flags("BlockPublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"))), "exception"),
        # A public policy that RestrictPublicBuckets, on either side, keeps to the account and AWS services.
        ((status(True), blocked(flags("RestrictPublicBuckets"))), "meets"),
        ((status(True), account(flags("RestrictPublicBuckets"))), "meets"),
        ((status(True), blocked(flags("all", RestrictPublicBuckets=False)), account(flags("BlockPublicPolicy"))), "exception"),
        ((status(True), no_account()), "gap"),
        ((status(True), acl(PUBLIC), account(flags("RestrictPublicBuckets"))), "exception"),
        ((not_read("a", "GetBucketPolicyStatus"), account(flags("RestrictPublicBuckets"))), "meets"),
        # A public policy is public whatever becomes of the ACL.
        ((status(True), ownership("BucketOwnerEnforced"), blocked(flags("IgnorePublicAcls"))), "exception"),
        ((status(True), ownership("BucketOwnerEnforced"), blocked(flags("all"))), "meets"),
        ((status(True), not_read("a", "GetBucketAcl")), "exception"),
        # Not read.
        ((not_read("a", "GetBucketAcl"),), "gap"),
        ((not_read("a", "GetBucketPolicyStatus"),), "gap"),
        ((not_read("a", "GetBucketPolicyStatus"), acl(PUBLIC)), "exception"),
        ((acl(PUBLIC), not_read("a", "GetBucketOwnershipControls")), "gap"),
        ((acl(PUBLIC), no_account()), "gap"),
        ((no_account(),), "meets"),
        # Strange.
        ((status(None),), "gap"),
        ((status("perhaps"),), "gap"),
        ((acl({"Permission": "READ"}),), "gap"),
        ((acl({"Grantee": {"Type": "Group"}, "Permission": "READ"}),), "gap"),
        ((acl({"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}),), "gap"),
        ((bucket("a", "GetBucketAcl", {"Grants": "none"}),), "gap"),
    ],
)
def test_not_public(answers: tuple[Answer, ...], expected: str) -> None:
    assert public(*answers)["a"] == expected


def test_the_reason_names_the_accounts_setting_that_closes_a_public_bucket() -> None:
    reason = public(status(True), account(flags("RestrictPublicBuckets"))).reason("a")
    assert "account: restrict public buckets = true" in reason and "public by its policy = true" in reason


def test_the_reason_names_the_grant() -> None:
    assert "the ACL grants READ to AllUsers" in public(acl(PUBLIC)).reason("a")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ownership("BucketOwnerEnforced"), "meets"),
        (ownership("BucketOwnerPreferred"), "exception"),
        (ownership("ObjectWriter"), "exception"),
        (NO_OWNERSHIP, "exception"),
        (not_read("a", "GetBucketOwnershipControls"), "gap"),
        (bucket("a", "GetBucketOwnershipControls", {"OwnershipControls": {"Rules": []}}), "gap"),
        (bucket("a", "GetBucketOwnershipControls", {"OwnershipControls": {"Rules": [{}]}}), "gap"),
        (bucket("a", "GetBucketOwnershipControls", {"OwnershipControls": "x"}), "gap"),
    ],
)
def test_acls_disabled(answer: Answer, expected: str) -> None:
    assert judged("acls-disabled", answer)["a"] == expected
