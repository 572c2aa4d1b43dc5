"""Whatever a policy says and in whatever order: judgements follow what is granted, and nothing that was not read is a pass."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.services.iam.asks import CHANGES
from tests.judging import ACCOUNT, AS_OF, REGION, answered, judge_answers
from tests.requirements.iam_answers import attached, details, report, row, user

URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/work"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/web"
SOME = settings(max_examples=25, deadline=None)


# -- where a policy stands -----------------------------------------------------------------------------------------------


def queue(document: Any) -> tuple[Answer, ...]:
    attributes = {"Attributes": {"Policy": json.dumps(document)}}
    return (
        answered("sqs", "ListQueues", {"QueueUrls": [URL]}, MaxResults=1000),
        answered("sqs", "GetQueueAttributes", attributes, AttributeNames=["All"], QueueUrl=URL),
    )


def customer_managed(document: Any) -> tuple[Answer, ...]:
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
    policy = {"PolicyName": "p", "Arn": f"arn:aws:iam::{ACCOUNT}:policy/p", "AttachmentCount": 1, "PolicyVersionList": [version]}
    return (details({"Policies": [policy]}),)


def role(trust: Any, *inline: Any) -> dict[str, Any]:
    policies = [{"PolicyName": f"p{n}", "PolicyDocument": document} for n, document in enumerate(inline)]
    named = {"RoleName": "web", "Path": "/", "Arn": ROLE_ARN, "CreateDate": AS_OF - dt.timedelta(days=400)}
    profile = {"InstanceProfileList": [{"InstanceProfileName": "web"}], "RolePolicyList": policies}
    return named | {"AssumeRolePolicyDocument": trust} | attached() | profile


EC2 = {"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}


def of_machine(document: Any) -> tuple[Answer, ...]:
    return (details({"RoleDetailList": [role(EC2, document)]}),)


def trusting(document: Any) -> tuple[Answer, ...]:
    return (details({"RoleDetailList": [role(document)]}),)


IDENTITY: dict[str, Callable[[Any], tuple[Answer, ...]]] = {
    "iam.policies.no-full-admin": customer_managed,
    "iam.policies.no-pass-role-on-everything": customer_managed,
    "iam.policies.no-decrypt-on-every-key": customer_managed,
    "iam.policies.no-self-granting": customer_managed,
    "iam.policies.no-whole-services": customer_managed,
    "iam.machine-roles.no-administrator": of_machine,
}
RESOURCE: dict[str, Callable[[Any], tuple[Answer, ...]]] = {
    "sqs.queues.policy-not-public": queue,
    "iam.roles.trust-not-public": trusting,
    "iam.roles.trusted-accounts-known": trusting,
}


# -- what a policy says --------------------------------------------------------------------------------------------------

ACTIONS = (
    "*",
    "*:*",
    "s3:*",
    "s3:GetObject",
    "iam:*",
    "IAM:Pass*",
    "iam:PutUserPolicy",
    "kms:decrypt",
    "kms:*",
    "sts:AssumeRole",
)
RESOURCES = ("*", "arn:aws:*", f"arn:aws:kms:*:{ACCOUNT}:key/*", f"arn:aws:iam::{ACCOUNT}:role/*", "arn:aws:s3:::a/*")
PRINCIPALS = (
    "*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"AWS": ["444455556666", ACCOUNT]}, {"Service": "ec2.amazonaws.com"},
    {"AWS": "arn:aws:iam::444455556666:role/ci"},
)  # fmt: skip
CONDITIONS = (
    {"StringEquals": {"aws:PrincipalOrgID": "o-example123"}},
    {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
    {"StringEquals": {"sts:ExternalId": "x-1"}},
    {"Bool": {"aws:SecureTransport": "true"}},
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3)


def statement(**fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {"Effect": st.sampled_from(("Allow", "Allow", "Deny")), **fixed}
    base = st.fixed_dictionaries(fields, optional={"Condition": st.sampled_from(CONDITIONS)})
    return st.tuples(base, st.sampled_from(("Action", "NotAction")), some(ACTIONS)).map(lambda s: {**s[0], s[1]: s[2]})


OF_IDENTITY = statement(Resource=some(RESOURCES))
OF_RESOURCE = statement(Principal=st.sampled_from(PRINCIPALS), Resource=st.just("*"))
CASES = [(id, place, OF_IDENTITY) for id, place in IDENTITY.items()] + [
    (id, place, OF_RESOURCE) for id, place in RESOURCE.items()
]
each = pytest.mark.parametrize(("requirement", "place", "strategy"), CASES, ids=[case[0] for case in CASES])


def word(requirement: str, answers: tuple[Answer, ...]) -> str:
    (member,) = judge_answers(requirement, *answers).members
    return member.judgement


@each
@SOME
@given(st.data())
def test_the_order_of_statements_changes_no_judgement(requirement: str, place: Any, strategy: Any, data: st.DataObject) -> None:
    entries = data.draw(st.lists(strategy, min_size=1, max_size=4))
    turned = data.draw(st.permutations(entries))
    assert word(requirement, place({"Statement": entries})) == word(requirement, place({"Statement": turned}))


@each
@SOME
@given(st.data())
def test_a_further_allow_takes_no_exception_back(requirement: str, place: Any, strategy: Any, data: st.DataObject) -> None:
    entries = data.draw(st.lists(strategy, min_size=1, max_size=3))
    further = {**data.draw(strategy), "Effect": "Allow"}
    where = data.draw(st.integers(0, len(entries)))
    before = word(requirement, place({"Statement": entries}))
    after = word(requirement, place({"Statement": [*entries[:where], further, *entries[where:]]}))
    assert after == "exception" if before == "exception" else after in ("meets", "exception", "gap")
    assert not (before == "gap" and after == "meets")


@each
@SOME
@given(st.data())
def test_a_deny_neither_adds_nor_takes_away(requirement: str, place: Any, strategy: Any, data: st.DataObject) -> None:
    entries = data.draw(st.lists(strategy, min_size=1, max_size=3))
    deny = {**data.draw(strategy), "Effect": "Deny"}
    assert word(requirement, place({"Statement": entries})) == word(requirement, place({"Statement": [*entries, deny]}))


@each
@SOME
@given(st.data())
def test_a_condition_taken_away_turns_no_exception_into_a_pass(
    requirement: str, place: Any, strategy: Any, data: st.DataObject
) -> None:
    entries = data.draw(st.lists(strategy, min_size=1, max_size=3))
    bare = [{k: v for k, v in entry.items() if k != "Condition"} for entry in entries]
    if word(requirement, place({"Statement": entries})) == "exception":
        assert word(requirement, place({"Statement": bare})) == "exception"


def test_the_strategies_reach_every_judgement() -> None:
    """A property that only ever saw passes would hold of anything."""
    for requirement, place, _ in CASES:
        grant = {"Action": "*", "Resource": "*", "Principal": {"AWS": "444455556666"} if "trusted" in requirement else "*"}
        if place is not queue and requirement in IDENTITY:
            del grant["Principal"]
        found = {word(requirement, place({"Statement": [{"Effect": effect, **grant}]})) for effect in ("Allow", "Deny")}
        assert found == {"meets", "exception"}, requirement


# -- pages, and what may not be read -------------------------------------------------------------------------------------

USERS = [user("ana", GroupList=["ops"]), user("bob"), user("eve", GroupList=["ops", "old"])]
GROUPS = [{"GroupName": name, "Arn": f"arn:{name}"} | attached() for name in ("ops", "old", "empty")]
FULL = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ROLES = [
    role(EC2, FULL),
    role(EC2) | {"RoleName": "other", "Arn": f"{ROLE_ARN}2"},
    role(FULL) | {"RoleName": "odd", "Arn": "arn:odd"},
]
ENTRIES = [
    *(("UserDetailList", u) for u in USERS),
    *(("GroupDetailList", g) for g in GROUPS),
    *(("RoleDetailList", r) for r in ROLES),
]
OF_DETAILS = (
    "iam.groups.in-use", "iam.users.no-direct-policies", "iam.principals.administrators-known", "iam.machine-roles.no-administrator",
    "iam.roles.trusted-accounts-known", "iam.policies.no-whole-services",
)  # fmt: skip


def paged(entries: list[tuple[str, Any]], cut: int) -> Answer:
    pages: list[dict[str, Any]] = [{}, {}]
    for n, (name, entry) in enumerate(entries):
        pages[n >= cut].setdefault(name, []).append(entry)
    return details(*pages)


def words(requirement: str, *answers: Answer, **parameters: Any) -> dict[str, str]:
    return {m.id: m.judgement for m in judge_answers(requirement, *answers, **parameters).members}


@pytest.mark.parametrize("requirement", OF_DETAILS)
@settings(max_examples=12, deadline=None)
@given(st.permutations(ENTRIES), st.integers(0, len(ENTRIES)))
def test_the_order_of_entries_and_pages_changes_no_judgement(requirement: str, entries: list[Any], cut: int) -> None:
    assert words(requirement, paged(entries, cut)) == words(requirement, paged(ENTRIES, len(ENTRIES)))


JOB = "3a1f1d4e-0000-4000-a000-000000000001"
READER = USERS[1]["Arn"]
USED = {"JobStatus": "COMPLETED", "JobCompletionDate": AS_OF, "ServicesLastAccessed": []}
DENIED_ALL = [{"EvalActionName": action, "EvalDecision": "implicitDeny"} for action in CHANGES]
ORGANIZATION = {"Organization": {"Id": "o-example123", "MasterAccountId": ACCOUNT}}
SUMMARY = {f"Account{name}Present": 0 for name in ("Password", "AccessKeys", "SigningCertificates")}
PROVIDER = {"Arn": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp", "ValidUntil": AS_OF + dt.timedelta(days=300)}
WORLD = (
    details({"UserDetailList": USERS, "GroupDetailList": GROUPS, "RoleDetailList": ROLES[1:2], "Policies": []}),
    report(row("ana"), row("bob", password_enabled="true"), row("eve")),
    answered("iam", "ListSAMLProviders", {"SAMLProviderList": [PROVIDER]}, region="global"),
    answered("iam", "ListOpenIDConnectProviders", {"OpenIDConnectProviderList": []}, region="global"),
    answered("sso-admin", "ListInstances", {"Instances": []}, region="global", RegionScope="ALL_REGIONS"),
    answered("organizations", "DescribeOrganization", ORGANIZATION, region="global"),
    answered("iam", "GetAccountSummary", {"SummaryMap": SUMMARY}, region="global"),
    answered("iam", "ListOrganizationsFeatures", {"OrganizationId": "o", "EnabledFeatures": []}, region="global"),
    answered("iam", "GetAccountPasswordPolicy", {"PasswordPolicy": {"MaxPasswordAge": 60}}, region="global"),
    answered(
        "iam", "GenerateServiceLastAccessedDetails", {"JobId": JOB}, region="global", Granularity="SERVICE_LEVEL", Arn=f"{ROLE_ARN}2",
    ),
    answered("iam", "GetServiceLastAccessedDetails", USED, region="global", MaxItems=1000, JobId=JOB),
    answered(
        "iam", "SimulatePrincipalPolicy", {"EvaluationResults": DENIED_ALL}, region="global", ActionNames=list(CHANGES),
        PolicySourceArn=READER,
    ),
)  # fmt: skip
GIVEN: dict[str, dict[str, Any]] = {
    "iam.people.readers-change-nothing": {"readers": [READER]},
    "iam.users.console-approved": {"approved": [READER]},
}
OF_IAM = sorted(id for id in requirements() if id.startswith("iam."))


@pytest.mark.parametrize("requirement", OF_IAM)
@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.booleans(), min_size=len(WORLD), max_size=len(WORLD)), st.sampled_from(("denied", "throttled", "failed", None))
)
def test_what_may_not_be_read_adds_no_pass(requirement: str, refused: list[bool], ending: Any) -> None:
    """`None`: not asked at all."""
    left = [
        replace(answer, ending=ending, pages=()) if no else answer
        for answer, no in zip(WORLD, refused, strict=True)
        if not no or ending
    ]
    given = GIVEN.get(requirement, {})
    before, after = words(requirement, *WORLD, **given), words(requirement, *left, **given)
    assert {id for id, word in after.items() if word == "meets"} <= {id for id, word in before.items() if word == "meets"}
    if judge_answers(requirement, *left, **given).result.judgement == "meets":
        assert judge_answers(requirement, *WORLD, **given).result.judgement == "meets"
