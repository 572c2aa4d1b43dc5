"""Faults of reading policies: their grammar, what they let in, and what they only seem to."""

import json
from typing import Any

import pytest

from evidence.populations.policy import full_admin, grants, open_to_everyone, statements
from tests.judging import ACCOUNT, REGION, Judged, answered, judge_answers
from tests.requirements.iam_answers import attached, details, user
from tests.requirements.s3_answers import bucket, buckets, not_read

FULL, PASS_ROLE = "iam.policies.no-full-admin", "iam.policies.no-pass-role-on-everything"


def inline(requirement: str, **documents: Any) -> dict[str, str]:
    """The judgement of each of these policies, all inline in the role r."""
    entries = [{"PolicyName": name, "PolicyDocument": document} for name, document in documents.items()]
    role = {"RoleName": "r", "Arn": f"arn:aws:iam::{ACCOUNT}:role/r", "RolePolicyList": entries}
    judged = judge_answers(requirement, details({"RoleDetailList": [role]}))
    return {m.id.rpartition("/")[2]: m.judgement for m in judged.members}


# -- a bucket that refuses plain HTTP ------------------------------------------------------------------------------------

LOGS = {"Sid": "logs", "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": "arn:aws-us-gov:s3:::b/*"}  # fmt: skip
TLS = {"Sid": "tls", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["s3:*"],
       "Resource": ["arn:aws-us-gov:s3:::b", "arn:aws-us-gov:s3:::b/*"],
       "Condition": {"Bool": {"AWS:SecureTransport": ["false"]}}}  # fmt: skip


def tls_only(*entries: Any) -> Judged:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(entries)})
    return judge_answers("s3.buckets.tls-only", buckets("b"), bucket("b", "GetBucketPolicy", {"Policy": text}))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Principal": "*"},
        {"Principal": {"AWS": ["*"]}},
        {"Action": "*"},
        {"Action": "s3:*"},
        {"Condition": {"Bool": {"aws:securetransport": "false"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": False}}},
        {"Resource": ["arn:aws-cn:s3:::b", "arn:aws-cn:s3:::b/*"]},
        # Not in the log: one pattern for both, and the operator that also holds where the key is missing.
        {"Resource": "arn:aws-us-gov:s3:::b*"},
        {"Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}},
    ],
)
def test_one_statement_that_denies_plain_http_is_enough_in_every_spelling(change: dict[str, Any]) -> None:
    """B14: every statement was asked to carry the condition, and only one spelling was known."""
    assert tls_only(LOGS, TLS | change)["b"] == tls_only(TLS | change, LOGS)["b"] == "meets"


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ((LOGS,), "no statement denies everyone"),
        ((LOGS, TLS | {"Resource": "arn:aws-us-gov:s3:::b/*"}), "not denied for the bucket"),
        # Not in the log: another bucket's, and the wrong way round.
        ((TLS | {"Resource": ["arn:aws-us-gov:s3:::bb", "arn:aws-us-gov:s3:::bb/*"]},), "not denied for the bucket"),
        ((TLS | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},), "no statement denies everyone"),
    ],
)
def test_what_leaves_plain_http_open_is_an_exception(entries: Any, why: str) -> None:
    """B14, the other direction: a statement that only looks like the one that is needed."""
    judged = tls_only(*entries)
    assert judged["b"] == "exception" and why in judged.reason("b")


def test_without_a_policy_plain_http_is_open() -> None:
    """B14: no policy at all refuses nothing."""
    absent = not_read("b", "GetBucketPolicy", "absent", "NoSuchBucketPolicy")
    assert judge_answers("s3.buckets.tls-only", buckets("b"), absent)["b"] == "exception"


# -- grammar -------------------------------------------------------------------------------------------------------------

ALONE = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def test_a_part_may_stand_alone_or_in_a_list_and_an_unreadable_policy_costs_only_itself() -> None:
    """B16: a lone statement was walked as if it were a list of its keys. Resource in a list, and a document as text, are the
    cases that the log does not name."""
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    judged = inline(
        FULL,
        alone=ALONE,
        listed={"Statement": [allow]},
        action={"Statement": allow | {"Action": ["*"]}},
        both={"Statement": [allow | {"Action": "*:*"}]},
        resource={"Statement": [allow | {"Resource": ["*"]}]},
        text=json.dumps(ALONE),
        odd={"Statement": "Allow everything"},
        reader={"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}},
    )
    assert judged.pop("odd") == "gap" and judged.pop("reader") == "meets"
    assert set(judged.values()) == {"exception"}, judged


def test_everything_but_something_is_everything() -> None:
    """B17: an Allow with NotAction was no grant, and NotResource broke the query. Whether the exclusion leaves out much is for a
    person: every such statement on everything is shown as an exception that says what is left out. NotAction of everything,
    not in the log, allows nothing."""
    first = {"Effect": "Allow", "NotAction": "nosuchservice:nothing", "Resource": "*"}
    second = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::pay-*"}
    assert full_admin({"Statement": [first, second]}) == ["Allow everything but nosuchservice:nothing on * in statement 1 of 2"]
    judged = inline(
        FULL,
        log={"Statement": [first, second]},
        second={"Statement": second},
        nothing={"Statement": first | {"NotAction": "*"}},
        everywhere={"Statement": {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::pay-*"}},
    )
    assert judged == {"log": "exception", "second": "meets", "nothing": "meets", "everywhere": "exception"}


def test_wildcards_match_as_aws_matches_them_and_a_deny_is_no_grant() -> None:
    """B18: names were compared as text, a Deny with a star was read as a grant, and only the first statement was read. Not in
    the log: a star in the middle, and a bracket, which is no wildcard of AWS's."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}
    passing = {"Effect": "Allow", "Action": "IAM:pass*", "Resource": "*"}
    creating = {"Effect": "Allow", "Action": "lambda:CreateFunctio?", "Resource": "*"}
    document = {"Statement": [deny, passing, creating]}
    assert inline(FULL, log=document) == {"log": "meets"}
    assert inline(PASS_ROLE, log=document) == {"log": "exception"}
    assert [grants(s, "lambda:CreateFunction") for s in statements(document)] == [False, False, True]
    for action, granted in (("iam:*Role", True), ("iam:[P]assRole", False), ("iam:PassRol", False), ("iam:Pass????", True)):
        (one,) = statements({"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}})
        assert grants(one, "iam:PassRole") is granted, action
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert inline(FULL, all={"Statement": [everything, deny]}) == {"all": "exception"}, "a Deny takes nothing back"


# -- who is let in -------------------------------------------------------------------------------------------------------

DECRYPT = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}}, "meets"),
        ({"Principal": {"AWS": ["*"]}, "Action": "kms:DescribeKey"}, "exception"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, "exception"),
        # Not in the log: both halves of the world, the key that need not be there, and a key nobody here knows.
        ({"Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}}, "exception"),
        ({"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc123"}}}, "exception"),
        ({"Condition": {"StringEquals": {"example:team": "shop"}}}, "gap"),
    ],
)
def test_everyone_is_narrowed_by_a_condition_that_says_who(change: dict[str, Any], expected: str) -> None:
    """B43: a star for the principal decided alone, and narrower public grants were missed. Of keys, where we read the policy
    ourselves; of buckets AWS says it (GetBucketPolicyStatus), which the next test holds."""
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
    metadata = {"KeyId": "k", "Arn": arn, "KeyManager": "CUSTOMER", "KeyState": "Enabled"}
    policy = json.dumps({"Statement": [DECRYPT | change]})
    judged = judge_answers(
        "kms.keys.policy-not-public",
        answered("kms", "ListKeys", {"Keys": [{"KeyId": "k", "KeyArn": arn}]}),
        answered("kms", "DescribeKey", {"KeyMetadata": metadata}, KeyId=arn),
        answered("kms", "GetKeyPolicy", {"Policy": policy}, KeyId=arn, PolicyName="default"),
    )
    assert judged["k"] == expected, judged.reason("k")


GET = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::d/*"}


@pytest.mark.parametrize(
    ("change", "public"),
    [
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, False),
    ],
)
def test_our_reading_of_a_bucket_policy_agrees_with_awss(change: dict[str, Any], public: bool) -> None:
    """B43: what GetBucketPolicyStatus says of these statements of buckets, by AWS's page on "public"."""
    assert bool(open_to_everyone({"Statement": [GET | change]})) is public


def test_a_policy_managed_by_aws_is_not_taken_for_the_accounts_own() -> None:
    """B18, the same in the other place where rights hang: who holds AdministratorAccess is judged by its ARN, in any partition."""
    held = attached("arn:aws-us-gov:iam::aws:policy/AdministratorAccess")
    page = {
        "UserDetailList": [user("ana", **held), user("ben", **attached(f"arn:aws:iam::{ACCOUNT}:policy/AdministratorAccess"))]
    }
    judged = judge_answers("iam.principals.administrators-known", details(page))
    assert (judged["user/ana"], judged["user/ben"]) == ("exception", "meets")
