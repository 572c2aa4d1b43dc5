"""Customer-managed and inline policies: all rights, and handing any role to any service."""

from typing import Any

import pytest

from evidence.requirements.identity.policies import GRANTING
from tests.judging import ACCOUNT, Judged, judge_answers
from tests.requirements.iam_answers import details, no_details, user

FULL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource} | more]}


def managed(name: str, *documents: Any, attached: Any = 1, default: int = 0) -> dict[str, Any]:
    versions = [
        {"VersionId": f"v{n}", "IsDefaultVersion": n == default, "Document": document} for n, document in enumerate(documents)
    ]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    return {"PolicyName": name, "Arn": arn, "AttachmentCount": attached, "PolicyVersionList": versions}


def inline(kind: str, name: str, document: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:{kind.lower()}/{name}"
    return {f"{kind}Name": name, "Arn": arn, f"{kind}PolicyList": [{"PolicyName": "p", "PolicyDocument": document}]}


def judged(requirement: str, **lists: Any) -> Judged:
    return judge_answers(f"iam.policies.{requirement}", details(lists))


def one(requirement: str, document: Any) -> str:
    return judged(requirement, Policies=[managed("one", document)])["policy/one"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (FULL, "exception"),
        (allow(["*"], ["*"]), "exception"),
        (allow("*:*"), "exception"),
        # An Allow of everything stays one, whatever a second statement denies.
        ({"Statement": [FULL["Statement"], {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}, "exception"),
        (READ, "meets"),
        (allow("s3:*"), "meets"),
        (allow("*", "arn:aws:s3:::a/*"), "meets"),
        ({"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}, "meets"),
        ({"Statement": "all"}, "gap"),
        ("{not JSON", "gap"),
        (7, "gap"),
        (None, "gap"),
    ],
)
def test_full_admin(document: Any, expected: str) -> None:
    assert one("no-full-admin", document) == expected


def test_inline_policies_of_users_groups_and_roles_are_members() -> None:
    result = judged(
        "no-full-admin",
        UserDetailList=[inline("User", "ana", FULL), user("plain")],
        GroupDetailList=[inline("Group", "ops", READ)],
        RoleDetailList=[inline("Role", "web", FULL)],
    )
    assert {m.id: m.judgement for m in result.members} == {
        "user/ana/inline/p": "exception", "group/ops/inline/p": "meets", "role/web/inline/p": "exception",
    }  # fmt: skip
    assert {m.arn for m in result.members if m.id.startswith("role")} == {f"arn:aws:iam::{ACCOUNT}:role/web"}


def test_the_default_version_is_judged() -> None:
    result = judged(
        "no-full-admin",
        Policies=[
            managed("tamed", FULL, READ, default=1),
            managed("loosened", READ, FULL, default=1),
            managed("none", READ, default=9),
        ],
    )
    assert (result["policy/tamed"], result["policy/loosened"], result["policy/none"]) == ("meets", "exception", "gap")


@pytest.mark.parametrize("requirement", ["no-full-admin", "no-pass-role-on-everything"])
def test_a_policy_attached_to_nobody_grants_nothing(requirement: str) -> None:
    result = judged(
        requirement,
        Policies=[managed("boundary", FULL, attached=0), managed("strange", FULL, attached=None), managed("used", FULL)],
    )
    assert (result["policy/boundary"], result["policy/strange"], result["policy/used"]) == ("not_applicable", "gap", "exception")


PASSED = {"iam:PassedToService": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (allow("iam:PassRole"), "exception"),
        (allow("IAM:pass*"), "exception"),
        (allow(["iam:*"]), "exception"),
        (allow("iam:PassRole", "arn:aws:iam::*:role/*"), "exception"),
        (allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/*"), "exception"),
        (allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:*"), "exception"),
        (allow("iam:PassRole", [f"arn:aws:iam::{ACCOUNT}:role/web", "arn:aws:iam::*:role/*"]), "exception"),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": ["ec2.amazonaws.com", "*"]}}), "exception"),
        (FULL, "exception"),
        ({"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}, "exception"),
        ({"Statement": {"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::1:role/x"}}, "exception"),
        (allow("iam:PassRole", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), "exception"),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*"}}), "exception"),
        (allow("iam:PassRole", Condition={"StringNotEquals": PASSED}), "exception"),
        (allow("iam:PassRole", Condition={"StringEquals": PASSED}), "meets"),
        (allow("iam:PassRole", Condition={"StringEqualsIfExists": {"IAM:passedtoservice": ["ec2.amazonaws.com"]}}), "meets"),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "elasticbeanstalk*"}}), "meets"),
        (allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/web-*"), "meets"),
        (allow("iam:GetRole"), "meets"),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}, "meets"),
        ({"Statement": {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}}, "meets"),
        ({"Statement": 4}, "gap"),
    ],
)
def test_pass_role(document: Any, expected: str) -> None:
    assert one("no-pass-role-on-everything", document) == expected


def test_absent_denied_and_empty_lists() -> None:
    for requirement in ("no-full-admin", "no-pass-role-on-everything"):
        assert judge_answers(f"iam.policies.{requirement}", no_details()).result.judgement == "gap"
        assert judged(requirement, Policies=[]).result.judgement == "not_applicable"
        cut = judge_answers(f"iam.policies.{requirement}", no_details({"Policies": [managed("a", READ)]}))
        assert cut["policy/a"] == "meets" and cut.result.judgement == "gap"


def test_one_unreadable_policy_leaves_the_others_alone() -> None:
    result = judged("no-full-admin", Policies=[managed("odd", {"Statement": [1]}), managed("good", READ), managed("bad", FULL)])
    assert (result["policy/odd"], result["policy/good"], result["policy/bad"]) == ("gap", "meets", "exception")


def test_a_policy_is_named_by_its_arn_and_one_without_leaves_the_list_incomplete() -> None:
    nameless = {k: v for k, v in managed("a", READ).items() if k != "PolicyName"} | {
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/team/a"
    }
    assert judged("no-full-admin", Policies=[nameless])["policy/a"] == "meets"
    lost = judged("no-full-admin", Policies=[managed("b", READ), {k: v for k, v in managed("c", FULL).items() if k != "Arn"}])
    assert lost["policy/b"] == "meets" and lost.result.judgement == "gap"


# -- decryption, rights to rights, whole services ------------------------------------------------------------------------

KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/"
VIA = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (allow("kms:Decrypt"), "exception"),
        (allow("kms:*", f"{KEY}*"), "exception"),
        (allow("kms:Re*", "arn:aws:kms:*:*:key/*"), "exception"),
        (allow("*"), "exception"),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}, "exception"),
        (allow("kms:Decrypt", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), "exception"),
        (allow("kms:Decrypt", Condition={"StringLike": {"kms:ViaService": "*"}}), "exception"),
        (allow("kms:Decrypt", Condition={"StringNotEquals": VIA["StringEquals"]}), "exception"),
        (allow("kms:Decrypt", Condition=VIA), "meets"),
        (allow("kms:Decrypt", f"{KEY}1234"), "meets"),
        (allow(["kms:Encrypt", "kms:DescribeKey"]), "meets"),
        (allow("kms:Decrypt", Effect="Deny"), "meets"),
        (None, "gap"),
        ({"Statement": 1}, "gap"),
    ],
)
def test_decryption_with_every_key(document: Any, expected: str) -> None:
    assert one("no-decrypt-on-every-key", document) == expected


@pytest.mark.parametrize("action", GRANTING)
def test_every_right_to_further_rights(action: str) -> None:
    assert one("no-self-granting", allow(action)) == "exception"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (allow("iam:Put*", f"arn:aws:iam::{ACCOUNT}:user/*"), "exception"),
        (allow("iam:CreatePolicyVersion", "arn:aws:iam::*:policy/*"), "exception"),
        ({"Statement": {"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}}, "exception"),
        (allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}"), "meets"),
        (allow("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/app/*"), "meets"),
        (allow("iam:PutRolePolicy", Condition={"StringEquals": {"iam:PermissionsBoundary": "arn:x"}}), "meets"),
        (allow(["iam:Get*", "iam:List*", "iam:ChangePassword"]), "meets"),
        (allow("iam:*", Effect="Deny"), "meets"),
        ("?", "gap"),
    ],
)
def test_rights_that_lead_to_rights(document: Any, expected: str) -> None:
    assert one("no-self-granting", document) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (allow("s3:*"), "exception"),
        (allow(["ec2:Describe*", "SQS:*"]), "exception"),
        (allow("*"), "exception"),
        (allow("*:*"), "exception"),
        (allow("s3:**", Condition={"Bool": {"aws:SecureTransport": "true"}}), "exception"),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}, "exception"),
        (allow("s3:*", "arn:aws:s3:::a/*"), "meets"),
        (allow("s3:Get*"), "meets"),
        (allow("s3:*", Effect="Deny"), "meets"),
        (7, "gap"),
    ],
)
def test_whole_services(document: Any, expected: str) -> None:
    assert one("no-whole-services", document) == expected


def test_a_whole_service_may_be_allowed_by_name() -> None:
    def with_xray(document: Any) -> str:
        listed = details({"Policies": [managed("one", document)]})
        return judge_answers("iam.policies.no-whole-services", listed, services=["XRay"])["policy/one"]

    assert with_xray(allow(["xray:*", "s3:Get*"])) == "meets"
    assert with_xray(allow(["xray:*", "s3:*"])) == "exception"


@pytest.mark.parametrize("requirement", ["no-decrypt-on-every-key", "no-self-granting", "no-whole-services"])
def test_policies_that_grant_nothing_or_could_not_be_listed(requirement: str) -> None:
    assert judged(requirement, Policies=[managed("one", FULL, attached=0)])["policy/one"] == "not_applicable"
    assert judged(requirement, UserDetailList=[inline("User", "ana", FULL)])["user/ana/inline/p"] == "exception"
    assert judge_answers(f"iam.policies.{requirement}", no_details()).result.judgement == "gap"
    assert judged(requirement).result.judgement == "not_applicable"
