"""Policies: every spelling of the same grant is read as the same grant, and what cannot be read is no grant's absence."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.populations.policy import (
    allows_everyone,
    covers_all,
    full_admin,
    grants,
    is_limited,
    on_everything,
    open_to_everyone,
    statements,
)

ACCOUNT = "111122223333"


def allow(**more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"} | more]}


def everyone_if(operator: str, key: str, value: Any, **more: Any) -> bool:
    (statement,) = statements(allow(Principal="*", Condition={operator: {key: value}} | more))
    return is_limited(statement)


# -- grammar ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Statement": "*"},
        {"Statement": [7]},
        {"Statement": ["Allow"]},
        {"Statement": [{"Action": "*", "Resource": "*"}]},
        allow(Effect="allow"),
        allow(NotAction="s3:*"),
        {"Statement": [{"Effect": "Allow", "Resource": "*"}]},
        allow(Action=[]),
        allow(Action=None),
        allow(Action=["s3:*", 7]),
        allow(NotResource="*"),
        allow(Principal="*", NotPrincipal="*"),
        allow(Principal=ACCOUNT),
        allow(Principal=["*"]),
        allow(NotPrincipal={"AWS": []}),
        allow(Condition=[]),
        allow(Condition={"StringEquals": "aws:PrincipalOrgID"}),
        allow(Condition={"StringEquals": {"aws:PrincipalOrgID": {"o": 1}}}),
        None,
        [allow()],
        allow(Condition={"StringEquals": {"aws:PrincipalOrgID": [None]}}),
        allow(Condition=None),
    ],
)
def test_what_does_not_follow_the_grammar_is_not_read(document: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        statements(document)


def test_a_statement_keeps_its_parts() -> None:
    (statement,) = statements(
        {
            "Statement": {
                "Effect": "Deny",
                "NotAction": "s3:Get*",
                "NotResource": ["a", "b"],
                "NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root", "Service": ["a.amazonaws.com"]},
                "Condition": {"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"s3:TlsVersion": 1.2}},
            }
        }
    )
    assert (statement.number, statement.effect, statement.allows) == (1, "Deny", False)
    assert (statement.actions, statement.not_actions) == ((), ("s3:Get*",))
    assert (statement.resources, statement.not_resources) == ((), ("a", "b"))
    assert statement.principals is None
    assert statement.not_principals == (f"AWS:arn:aws:iam::{ACCOUNT}:root", "Service:a.amazonaws.com")
    assert statement.conditions == (("bool", "aws:securetransport", ("false",)), ("numericlessthan", "s3:tlsversion", ("1.2",)))


# -- everyone --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("principal", "everyone"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": [ACCOUNT, "*"]}, True),
        ({"*": "*"}, True),
        ({"AWS": ACCOUNT}, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, False),
        ({"Service": "logs.amazonaws.com"}, False),
        ({"AWS": []}, None),
    ],
)
def test_principals(principal: Any, everyone: bool | None) -> None:
    if everyone is None:
        with pytest.raises(TypeError):
            statements(allow(Principal=principal))
        return
    document = allow(Principal=principal)
    assert allows_everyone(statements(document)[0]) is everyone
    assert open_to_everyone(document) == (["statement 1 of 1 allows everyone kms:Decrypt"] if everyone else [])


def test_everyone_but_somebody_is_everyone_and_a_deny_lets_nobody_in() -> None:
    document = {
        "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "*"},
            {"Effect": "Allow", "NotPrincipal": {"AWS": ACCOUNT}, "NotAction": "kms:Delete*"},
        ]
    }
    assert open_to_everyone(document) == [f"statement 2 of 2 allows everyone but AWS:{ACCOUNT} all but kms:Delete*"]


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "kms:CallerAccount", ACCOUNT),
        ("stringequals", "KMS:calleraccount", [ACCOUNT, "444455556666"]),
        ("StringEqualsIgnoreCase", "aws:PrincipalOrgID", "o-example1234"),
        ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-example1234/r-ab12/*"),
        ("StringLike", "aws:userid", "AROAEXAMPLE:*"),
        ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*"),
        ("ArnLike", "aws:PrincipalArn", f"arn:*:iam::{ACCOUNT}:*"),
        ("ArnEquals", "aws:SourceArn", f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:bucket"),
        ("StringLike", "aws:SourceArn", "arn:aws:s3:::bucket/*"),
        ("ArnLike", "aws:SourceArn", f"arn:aws:s3:*:{ACCOUNT}:*"),
        ("ArnLike", "aws:SourceArn", "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3"),
        ("StringLike", "s3:DataAccessPointArn", f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/*"),
        ("ForAnyValue:IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32", "10.0.0.0/8", "198.51.100.7"]),
    ],
)
def test_a_condition_that_pins_the_caller(operator: str, key: str, value: Any) -> None:
    assert everyone_if(operator, key, value)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        # Not who: what for, how, or when.
        ("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"),
        ("Bool", "aws:SecureTransport", "true"),
        ("StringEquals", "aws:PrincipalTag/team", "web"),
        ("StringEquals", "aws:PrincipalType", "User"),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        # Excluding one leaves everyone else, or holds where the key is missing.
        ("StringNotEquals", "aws:PrincipalAccount", ACCOUNT),
        ("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:*"),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-example1234"),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-example1234/r-ab12/"),
        ("Null", "aws:PrincipalOrgID", "false"),
        # The value is open.
        ("StringLike", "kms:CallerAccount", "*"),
        ("StringLike", "aws:PrincipalOrgID", "o-*"),
        ("StringLike", "aws:SourceVpc", "vpc-*"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "/*"),
        ("StringLike", "aws:userid", "*:session"),
        ("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin"),
        ("ArnLike", "aws:PrincipalArn", "*"),
        ("StringLike", "aws:PrincipalArn", f"arn:*:iam::{ACCOUNT}:role/admin"),  # a role's path may hold colons
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"),
        ("StringLike", "aws:SourceArn", "arn:aws:s3:*:*:*"),
        ("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:*:*:accesspoint/*"),
        ("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:*:*:accesspoint/example"),
        ("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/x"),
        ("ArnLike", "aws:SourceArn", "bucket"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket*"),
        ("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}"),
        ("StringEquals", "kms:CallerAccount", [ACCOUNT, ""]),
        ("StringEquals", "kms:CallerAccount", []),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "::/0"]),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"]),
        ("IpAddress", "aws:SourceIp", [f"{n}.0.0.0/8" for n in range(256)]),
        ("IpAddress", "aws:SourceIp", "2000::/3"),
        ("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24"),
        ("StringLike", "aws:SourceIp", "203.0.113.*"),
    ],
)
def test_a_condition_that_leaves_the_door_open(operator: str, key: str, value: Any) -> None:
    assert not everyone_if(operator, key, value)


def test_a_condition_key_nobody_knows_decides_nothing_but_hides_nothing_either() -> None:
    strange = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Condition": {"StringEquals": {"saml:aud": "x"}}}
    with pytest.raises(ValueError, match=r"statement 1 .* saml:aud"):
        open_to_everyone({"Statement": strange})
    plain = {"Effect": "Allow", "Principal": "*", "Action": "kms:Sign"}
    assert open_to_everyone({"Statement": [strange, plain]}) == ["statement 2 of 2 allows everyone kms:Sign"]
    pinned = strange | {"Condition": {"StringEquals": {"saml:aud": "x", "aws:PrincipalAccount": ACCOUNT}}}
    assert open_to_everyone({"Statement": [pinned, strange | {"Effect": "Deny"}]}) == []


def test_nobody_is_left_where_everyone_is_excepted() -> None:
    assert open_to_everyone({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "*"}, "Action": "kms:*"}}) == []


def test_conditions_hold_together_so_one_that_pins_is_enough() -> None:
    assert everyone_if("StringEquals", "kms:CallerAccount", ACCOUNT, StringLike={"kms:ViaService": "*"})


def test_a_key_that_must_be_there_makes_up_for_an_operator_that_does_not_ask_for_it() -> None:
    paths = ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-example1234/*")
    assert everyone_if(*paths, Null={"aws:PrincipalOrgPaths": "false"})
    assert everyone_if(*paths, Null={"aws:principalorgpaths": False})
    assert not everyone_if(*paths, Null={"aws:PrincipalOrgPaths": "true"})
    assert not everyone_if(*paths, Null={"aws:PrincipalOrgID": "false"})


def test_an_address_that_is_none_is_not_judged() -> None:
    with pytest.raises(ValueError, match="everywhere"):
        everyone_if("IpAddress", "aws:SourceIp", "everywhere")


# -- what is allowed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "pattern", "granted"),
    [
        ("iam:PassRole", "IAM:passrole", True),
        ("iam:PassRole", "iam:Pass*", True),
        ("iam:PassRole", "iam:P?ssRole", True),
        ("iam:PassRole", "*", True),
        ("iam:PassRole", "iam:Get*", False),
        ("iam:PassRole", "iam:[P]assRole", False),
        ("iam:PassRole", "iam:PassRol", False),
    ],
)
def test_actions(action: str, pattern: str, granted: bool) -> None:
    (positive,) = statements({"Statement": {"Effect": "Allow", "Action": ["s3:Get*", pattern], "Resource": "*"}})
    (negative,) = statements({"Statement": {"Effect": "Allow", "NotAction": ["s3:Get*", pattern], "Resource": "*"}})
    (denied,) = statements({"Statement": {"Effect": "Deny", "Action": pattern, "Resource": "*"}})
    assert (grants(positive, action), grants(negative, action), grants(denied, action)) == (granted, not granted, False)


@pytest.mark.parametrize(
    ("resources", "everything"),
    [
        ({"Resource": "*"}, True),
        ({"Resource": ["arn:aws:s3:::a", "*"]}, True),
        ({"Resource": "**"}, True),
        ({"Resource": "arn:aws:*"}, True),
        ({"Resource": "arn:aws-cn:*:*:*:*"}, True),
        ({"Resource": "arn:*:*:*:*:*"}, True),
        ({"NotResource": "arn:aws:s3:::a"}, True),
        ({"NotResource": "*"}, False),
        ({"Resource": "arn:aws:s3:::*"}, False),
        ({"Resource": "arn:aws:iam::*:role/*"}, False),
        ({"Resource": "arn:aws:s3:::a"}, False),
        ({"Resource": "?"}, False),
        ({}, False),
    ],
)
def test_everything(resources: dict[str, Any], everything: bool) -> None:
    (statement,) = statements({"Statement": {"Effect": "Allow", "Action": "*"} | resources})
    assert on_everything(statement) is everything
    assert bool(full_admin({"Statement": {"Effect": "Allow", "Action": "*"} | resources})) is everything


@pytest.mark.parametrize(
    ("pattern", "start", "whole"),
    [
        ("*", "s3:", True),
        ("S3:*", "s3:", True),
        ("s3:**", "s3:", True),
        ("s3:?*", "s3:", True),
        ("s3:Get*", "s3:", False),
        ("s3:*Object", "s3:", False),
        ("s3:", "s3:", False),
        ("s3:[a-z]*", "s3:", False),
        ("ec2:*", "s3:", False),
    ],
)
def test_all_that_begins_so(pattern: str, start: str, whole: bool) -> None:
    assert covers_all(pattern, start) is whole


def test_full_admin_says_where_and_how() -> None:
    document = {
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:*", "*:*"], "Resource": "*", "Condition": {"Bool": {"a": True}}},
            {"Effect": "Allow", "NotAction": ["iam:*", "sso:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::a"},
            {"Effect": "Allow", "NotAction": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        ]
    }
    assert full_admin(document) == [
        "Allow * on * under conditions in statement 1 of 6",
        "Allow everything but iam:*, sso:* on * in statement 2 of 6",
        "Allow * on everything but arn:aws:s3:::a in statement 3 of 6",
    ]


# -- properties ------------------------------------------------------------------------------------------------------

ACTIONS = ("*", "*:*", "s3:*", "s3:GetObject", "iam:Pass*", "iam:PassRole", "kms:Decrypt")
RESOURCES = ("*", "arn:aws:s3:::a/*", "arn:aws:*:*:*:*", f"arn:aws:iam::{ACCOUNT}:role/*")
CONDITIONS = (
    {"StringEquals": {"kms:CallerAccount": ACCOUNT}},
    {"StringLike": {"aws:PrincipalOrgID": ["o-*"]}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
    {"Bool": {"aws:SecureTransport": False}},
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3)


STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(("Allow", "Deny")), "Resource": some(RESOURCES)},
    optional={
        "Principal": st.sampled_from(("*", {"AWS": "*"}, {"AWS": ["*", ACCOUNT]}, {"AWS": ACCOUNT})),
        "Condition": st.sampled_from(CONDITIONS),
    },
).flatmap(lambda s: st.tuples(st.sampled_from(("Action", "NotAction")), some(ACTIONS)).map(lambda a: {**s, a[0]: a[1]}))
DOCUMENT = st.lists(STATEMENT, min_size=1, max_size=5)


def outcome(entries: Any) -> tuple[Any, ...]:
    """What is found, whatever the numbers of the statements."""
    document = {"Statement": entries}
    passed = sum(grants(s, "iam:PassRole") for s in statements(document))
    return passed, len(full_admin(document)), len(open_to_everyone(document))


def listed(value: Any) -> Any:
    """The same policy with every scalar written as a list."""
    if isinstance(value, dict):
        return {k: v if k == "Effect" or (v == "*" and k == "Principal") else listed(v) for k, v in value.items()}
    return value if isinstance(value, list) else [value]


def shuffled_case(value: Any, rng: random.Random) -> Any:
    if isinstance(value, list):
        return [shuffled_case(v, rng) for v in value]
    return "".join(rng.choice((c.upper(), c.lower())) for c in value)


@given(DOCUMENT.flatmap(lambda d: st.tuples(st.just(d), st.permutations(d))))
def test_the_order_of_statements_changes_nothing(pair: tuple[list[Any], list[Any]]) -> None:
    assert outcome(pair[0]) == outcome(pair[1])


@given(DOCUMENT)
def test_a_scalar_is_a_list_of_one(document: list[Any]) -> None:
    assert statements({"Statement": document}) == statements({"Statement": [listed(s) for s in document]})
    assert outcome(document[0]) == outcome(document[:1])


@given(DOCUMENT, st.randoms(use_true_random=False))
def test_the_case_of_actions_changes_nothing(document: list[Any], rng: random.Random) -> None:
    other = [{k: shuffled_case(v, rng) if k.endswith("Action") else v for k, v in s.items()} for s in document]
    assert outcome(document) == outcome(other)


@given(DOCUMENT, STATEMENT)
def test_a_further_grant_takes_no_finding_away(document: list[Any], further: dict[str, Any]) -> None:
    before, after = outcome(document), outcome([*document, {**further, "Effect": "Allow"}])
    assert all(a >= b for a, b in zip(after, before, strict=True))


@given(DOCUMENT, st.integers(0, 5))
def test_everything_on_everything_is_always_found(document: list[Any], place: int) -> None:
    grant = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert "Allow * on * in statement" in " ".join(full_admin({"Statement": [*document[:place], grant, *document[place:]]}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("*", "Allow", "Deny", "s3:*", "")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("Statement", "Effect", "Action", "Resource", "Principal", "Condition", "AWS")), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_comes_is_read_or_refused_in_the_ways_a_column_knows(document: Any) -> None:
    for read in (full_admin, open_to_everyone):
        try:
            found = read(document)
        except (KeyError, TypeError, ValueError):
            continue
        assert all(isinstance(sentence, str) for sentence in found)


@given(DOCUMENT, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES))
def test_a_wider_statement_takes_no_finding_away(document: list[Any], action: str, resource: str) -> None:
    wider = [
        {**s, "Resource": [*listed(s["Resource"]), resource]}
        | ({"Action": [*listed(s["Action"]), action]} if "Action" in s else {})
        for s in document
    ]
    assert all(a >= b for a, b in zip(outcome(wider), outcome(document), strict=True))


@given(DOCUMENT)
def test_dropping_conditions_limits_nobody(document: list[Any]) -> None:
    bare = [{k: v for k, v in s.items() if k != "Condition"} for s in document]
    assert outcome(bare)[2] >= outcome(document)[2]
    assert not any(is_limited(s) for s in statements({"Statement": bare}))


@given(st.sampled_from(CONDITIONS), st.sampled_from(("*", "0.0.0.0/0", "x")))
def test_a_further_value_of_a_condition_limits_nobody(condition: dict[str, Any], value: str) -> None:
    ((operator, keys),) = condition.items()
    ((key, values),) = keys.items()
    try:
        wider = everyone_if(operator, key, [*listed(values), value])
    except ValueError:  # no address
        return
    assert everyone_if(operator, key, values) or not wider
