"""Filter patterns: read by meaning, not by spelling; what cannot be read, or hangs on the unknown, is never a match."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.populations.filter_patterns import MISSING, Kind, parse, singles_out, takes_in
from evidence.requirements.logging import metric_filters
from evidence.requirements.logging.metric_filters import change
from evidence.requirements.telling import ORDINARY

DELETE, STOP, UPDATE = (change("cloudtrail.amazonaws.com", n) for n in ("DeleteTrail", "StopLogging", "UpdateTrail"))
ROOT: Kind = {"userIdentity.type": "Root", "userIdentity.invokedBy": MISSING, "eventType": "AwsApiCall"}


# -- patterns met in the field -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        '{($.eventName=StopLogging)||($.eventName="DeleteTrail")||($.eventName = UpdateTrail)}',
        '{ $.eventName = "UpdateTrail" || $.eventName = DeleteTrail || ( $.eventName = StopLogging ) || $.eventName = CreateTrail }',
        "{ ( (($.eventName=StopLogging)) ||\n\t$.eventName=*Trail ) && $.eventSource = cloudtrail.* }",
        '{ $.eventName = "*" }',
        "{ $.eventName = %^[A-Z]% }",
        "{ $.eventName = %Trail$|^StopLogging$% && $.errorCode NOT EXISTS && $.readOnly IS FALSE }",
        "{ $.eventName != GetTrailStatus && $.sourceIPAddress = * || $.eventSource = cloudtrail.amazonaws.com }",
        "",
        "  ",
    ],
)
def test_patterns_that_take_in_every_change_of_a_trail(pattern: str) -> None:
    assert all(takes_in(pattern, kind) for kind in (DELETE, STOP, UPDATE))


@pytest.mark.parametrize(
    "pattern",
    [
        "{ ($.eventName = DeleteTrail) && ($.eventName = StopLogging) && ($.eventName = UpdateTrail) }",
        "{ ($.eventName = DeleteTrail) || ($.eventName = StopLogging) }",
        "{ ($.eventName = deletetrail) || ($.eventName = StopLogging) || ($.eventName = UpdateTrail) }",
        "{ ($.eventName = DeleteTrail || $.eventName = StopLogging || $.eventName = UpdateTrail) && $.awsRegion = us-east-1 }",
        "{ $.eventName = DeleteTrail || $.eventName = StopLogging || $.eventName = UpdateTrail && $.userIdentity.type = Root }",
        "{ ($.eventSource = cloudtrail.amazonaws.com) && ($.errorCode = AccessDenied*) }",
        "{ $.eventSource = cloudtrail.amazonaws.com && $.readOnly IS TRUE }",
        "{ $.eventSource = trail.amazonaws.com }",
        "{ $.requestParameters.name = DeleteTrail }",
        "{ $.eventName IS NULL }",
    ],
)
def test_patterns_that_leave_some_of_them_out(pattern: str) -> None:
    assert not all(takes_in(pattern, kind) for kind in (DELETE, STOP, UPDATE))


@pytest.mark.parametrize(
    "pattern",
    [
        # The last of case B24, which a search for the names takes for the right one: one name always differs.
        "{ ($.eventName != DeleteTrail) || ($.eventName != StopLogging) || ($.eventName != UpdateTrail) }",
        "{ $.eventName = * }",
        "{ $.eventType != AwsServiceEvent }",
        "",
    ],
)
def test_a_pattern_that_matches_nearly_everything_singles_nothing_out(pattern: str) -> None:
    assert all(takes_in(pattern, kind) for kind in (DELETE, STOP, UPDATE, ORDINARY))
    assert not any(singles_out(pattern, kind, ORDINARY) for kind in (DELETE, STOP, UPDATE))


def test_more_than_the_set_is_fine() -> None:
    assert singles_out("{ $.eventSource = cloudtrail.amazonaws.com }", DELETE, ORDINARY)
    assert singles_out("{ $.readOnly IS FALSE }", DELETE, ORDINARY)
    assert singles_out("{ $.eventSource = cloudtrail.amazonaws.com || $.awsRegion = x }", DELETE, ORDINARY)  # x is not known
    assert singles_out("{ $.eventSource = cloudtrail.* || $.errorCode != x }", DELETE, ORDINARY)  # not documented


def test_root_s_use_with_and_without_what_is_not_root_itself() -> None:
    usual = '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'
    assert takes_in(usual, ROOT) and takes_in("{ $.userIdentity.type = Root }", ROOT)
    assert not takes_in(usual.replace("NOT EXISTS", "= *"), ROOT)
    assert not takes_in("{ $.userIdentity.type = Root && $.eventType = AwsConsoleSignIn }", ROOT)


USUAL = {
    "root_use": ['{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'],
    "refused_calls": [
        '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
        '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") && '
        '($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }',
    ],
    "sign_in_without_mfa": [
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && '
        '($.responseElements.ConsoleLogin = "Success") }',
    ],
    "failed_sign_ins": ['{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}'],
    "key_deletion": ["{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}"],
    "config_changes": [
        "{($.eventSource=config.amazonaws.com) && (($.eventName=StopConfigurationRecorder) || ($.eventName=DeleteDeliveryChannel) "
        "|| ($.eventName=PutDeliveryChannel) || ($.eventName=PutConfigurationRecorder))}"
    ],
    "route_changes": [
        "{($.eventSource=ec2.amazonaws.com) && (($.eventName=CreateRoute) || ($.eventName=CreateRouteTable) || "
        "($.eventName=ReplaceRoute) || ($.eventName=ReplaceRouteTableAssociation) || ($.eventName=DeleteRouteTable) || "
        "($.eventName=DeleteRoute) || ($.eventName=DisassociateRouteTable))}"
    ],
    "gateway_changes": [
        "{($.eventName=CreateCustomerGateway) || ($.eventName=DeleteCustomerGateway) || ($.eventName=AttachInternetGateway) || "
        "($.eventName=CreateInternetGateway) || ($.eventName=DeleteInternetGateway) || ($.eventName=DetachInternetGateway)}"
    ],
}


@pytest.mark.parametrize(("name", "pattern"), [(name, pattern) for name, patterns in USUAL.items() for pattern in patterns])
def test_the_usual_patterns_take_in_what_is_demanded(name: str, pattern: str) -> None:
    kinds = getattr(metric_filters, name).kinds
    assert [k for k, kind in kinds.items() if not singles_out(pattern, kind, ORDINARY)] == []
    others = [kind for other in USUAL for kind in getattr(metric_filters, other).kinds.values() if other != name]
    assert not all(takes_in(pattern, kind) for kind in others)


def test_a_filter_may_leave_out_only_what_is_known_to_be_refused_all_day() -> None:
    kinds = metric_filters.refused_calls.kinds
    base = '{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*") && '
    assert all(takes_in(base + "$.eventName != HeadBucket }", kind) for kind in kinds.values())
    for narrowed in (
        "$.eventName != GetObject }",
        "$.eventName != Head* }",
        "$.sourceIPAddress != 10.* }",
        "$.eventName = Put* }",
    ):
        assert not any(takes_in(base + narrowed, kind) for kind in kinds.values())


# -- what cannot be read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        "ERROR", "?CreateTrail ?DeleteTrail", "[ip, user, ...]", "{}", "{ }", "{ $.a }", "{ $.a = }", "{ $.a == b }", "{ a = b }",
        "{ ($.a = b }", "{ $.a = b) }", "{ $.a = b && }", "{ || $.a = b }", "{ $.a = b $.c = d }", "{ $.a = b & $.c = d }",
        '{ $.a = "b }', "{ $.a = Failed authentication }", "{ $.a IS }", "{ $.a NOT EXISTSX }", "{ $.a EXISTS }", "{ $.a = %(b)% }",
        "{ $.a = %[% }", "{ $.a > %b% }", "{" + "(" * 400 + "$.a = b" + ")" * 400 + "}", "{ $.a = b } x",
    ],
)  # fmt: skip
def test_what_is_no_json_pattern_cannot_be_read(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        takes_in(pattern, {"a": "b"})


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("{ $.invokedBy != x }", {"invokedBy": MISSING}),
        ("{ $.eventName = De*Trail }", {"eventName": "DeleteTrail"}),
        ("{ $.readOnly = false }", {"readOnly": False}),
        ("{ $.eventName > 5 }", {"eventName": "DeleteTrail"}),
    ],
)
def test_what_aws_does_not_document_is_no_answer_unless_it_does_not_matter(pattern: str, kind: Kind) -> None:
    with pytest.raises(ValueError, match="does not document"):
        takes_in(pattern, kind)
    either = {**kind, "x": "y"}
    assert takes_in(pattern.replace(" }", " || $.x = y }"), either)
    assert not takes_in(pattern.replace(" }", " && $.x = z }"), either)


def test_a_star_in_the_middle_that_matches_neither_way_is_no_match() -> None:
    assert not takes_in("{ $.eventName = De*Trail }", {"eventName": "CreateTrail"})
    assert takes_in("{ $.eventName = De*Trail }", {"eventName": "De*Trail"})


@given(st.text(alphabet='{}()$.ab=!<>&|*% "\\ISNOTULEX0[]-\n', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for pattern in (text, "{" + text + "}"):
        with contextlib.suppress(ValueError):
            assert takes_in(pattern, {"a": "b"}) in (True, False)


# -- the meaning, against a second reading -------------------------------------------------------------------------------

FIELDS, VALUES = ("a", "b", "c.d"), ("x", "xy", "yx", "z")


@dataclass(frozen=True)
class Tree:
    """A pattern as the test builds it: `op` is "&&", "||", or a comparison of `field`."""

    op: str
    parts: tuple["Tree", ...] = ()
    field: str = ""
    value: str = ""

    def holds(self, event: dict[str, str]) -> bool:
        """The meaning by AWS's documentation, for one whole event."""
        if self.op in ("&&", "||"):
            return (all if self.op == "&&" else any)(part.holds(event) for part in self.parts)
        found = event.get(self.field)
        if self.op == "NOT EXISTS":
            return found is None
        start, end = self.value.startswith("*"), self.value.endswith("*")
        bare = self.value.strip("*")
        text = found or ""
        equal = (
            bare in text if start and end else text.endswith(bare) if start else text.startswith(bare) if end else text == bare
        )
        return found is not None and (equal if self.op == "=" else not equal)

    def written(self, rng: random.Random, outer: int = 0) -> str:
        """One of its many spellings."""

        def space() -> str:
            return rng.choice(["", " ", "  ", "\n"])

        if self.op not in ("&&", "||"):
            right = (
                f"{rng.choice([' ', '  '])}NOT EXISTS"
                if self.op == "NOT EXISTS"
                else space() + self.op + space() + self._value(rng)
            )
            text, level = f"$.{self.field}{right}", 3
        else:
            level = 2 if self.op == "&&" else 1
            parts = [part.written(rng, level + 1) for part in rng.sample(self.parts, len(self.parts))]
            text = f"{space()}{self.op}{space()}".join(parts)
        return f"({space()}{text}{space()})" if level < outer or rng.random() < 0.3 else text

    def _value(self, rng: random.Random) -> str:
        return f'"{self.value}"' if rng.random() < 0.5 else self.value


comparisons = st.one_of(
    st.builds(
        Tree, st.sampled_from(["=", "!="]), st.just(()), st.sampled_from(FIELDS), st.sampled_from([*VALUES, "*x", "x*", "*x*"])
    ),
    st.builds(Tree, st.just("NOT EXISTS"), st.just(()), st.sampled_from(FIELDS)),
)
trees = st.recursive(
    comparisons,
    lambda inner: st.builds(Tree, st.sampled_from(["&&", "||"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    max_leaves=8,
)
kinds = st.dictionaries(st.sampled_from(FIELDS), st.one_of(st.sampled_from(VALUES), st.just(MISSING)))


def answer(pattern: str, kind: Any) -> bool | None:
    """None where it cannot be said, which is for requirements what no match is: no pass."""
    try:
        return takes_in(pattern, kind)
    except ValueError:
        return None


def events_of(kind: Any) -> Iterator[dict[str, str]]:
    """All events of the kind over our few fields and values."""

    def grow(fields: tuple[str, ...], event: dict[str, str]) -> Iterator[dict[str, str]]:
        if not fields:
            yield event
            return
        fact = kind.get(fields[0], "any")
        for value in (*VALUES, MISSING) if fact == "any" else (fact,):
            yield from grow(fields[1:], event if value is MISSING else {**event, fields[0]: value})

    return grow(FIELDS, {})


@given(trees, kinds, st.randoms(use_true_random=False))
def test_a_pattern_that_takes_a_kind_in_matches_every_event_of_it(tree: Tree, kind: Any, rng: random.Random) -> None:
    if answer("{" + tree.written(rng) + "}", kind) is True:
        assert all(tree.holds(event) for event in events_of(kind))


@given(trees, st.fixed_dictionaries({field: st.sampled_from(VALUES) for field in FIELDS}), st.randoms(use_true_random=False))
def test_an_event_that_is_known_whole_is_matched_as_aws_documents(tree: Tree, event: dict[str, str], rng: random.Random) -> None:
    assert takes_in("{" + tree.written(rng) + "}", event) is tree.holds(event)


@given(trees, kinds, st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_spelling_does_not_matter(tree: Tree, kind: Any, one: random.Random, other: random.Random) -> None:
    assert answer("{" + tree.written(one) + "}", kind) == answer("{" + tree.written(other) + " }", kind)


@given(trees, trees, kinds, st.randoms(use_true_random=False))
def test_more_alternatives_take_in_no_less_and_more_conditions_no_more(
    one: Tree, two: Tree, kind: Any, rng: random.Random
) -> None:
    alone = answer("{" + one.written(rng) + "}", kind)
    if alone is True:
        assert answer("{" + Tree("||", (one, two)).written(rng) + "}", kind) is True
    else:
        assert answer("{" + Tree("&&", (one, two)).written(rng) + "}", kind) is not True


@given(trees, kinds, st.sampled_from(FIELDS), st.sampled_from(VALUES), st.randoms(use_true_random=False))
def test_knowing_more_of_an_event_never_takes_a_match_back(
    tree: Tree, kind: Any, field: str, value: str, rng: random.Random
) -> None:
    pattern = "{" + tree.written(rng) + "}"
    if field not in kind and answer(pattern, kind) is True:
        assert answer(pattern, {**kind, field: value}) is True


def test_the_tree_is_read_with_and_before_or() -> None:
    plain, bracketed = parse("{ $.a = x || $.b = y && $.c = z }"), parse("{ $.a = x || ($.b = y && $.c = z) }")
    assert plain == bracketed != parse("{ ($.a = x || $.b = y) && $.c = z }")
