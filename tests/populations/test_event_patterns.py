"""Event patterns: yes, no, or hanging on what is not known; what is not the grammar is never a match."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.populations.event_patterns import environments, matches
from evidence.requirements.logging.events import WORSE

HEALTH = {"source": ["aws.elasticbeanstalk"], "detail-type": ["Health status change"]}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"detail": {"Severity": ["WARN", "ERROR"]}}, True),
        ({"detail": {"Severity": ["ERROR"]}}, False),
        ({"detail": {"Severity": [{"anything-but": "INFO"}]}}, True),
        ({"detail": {"Severity": [{"anything-but": ["INFO", "WARN"]}]}}, False),
        ({"detail": {"Severity": [{"anything-but": {"prefix": "IN"}}]}}, True),
        ({"detail": {"Status": [{"prefix": "Environment "}]}}, True),
        ({"detail": {"Status": [{"prefix": {"equals-ignore-case": "environment "}}]}}, True),
        ({"detail": {"Status": [{"suffix": "failed"}]}}, False),
        ({"detail": {"Status": [{"equals-ignore-case": "ENVIRONMENT HEALTH CHANGED"}]}}, True),
        ({"detail": {"Status": [{"wildcard": "Environment * changed"}]}}, True),
        ({"detail": {"Status": [{"exists": True}]}}, True),
        ({"detail": {"Status": [{"exists": False}]}}, False),
        ({"detail": {"Status": [{"numeric": [">", 5]}]}}, False),
        ({"detail": {"EnvironmentName": ["shop"]}}, None),
        ({"detail": {"EnvironmentName": [{"anything-but": "shop"}]}}, None),
        ({"detail": {"EnvironmentName": ["shop"], "Severity": ["ERROR"]}}, False),
        ({"detail": {"Message": [{"wildcard": "*Severe*"}]}}, None),
        ({"detail": {"deep": {"deeper": ["x"]}}}, None),
        ({"detail": {"Severity": {"deeper": ["x"]}}}, False),
        ({"account": ["012345678901"]}, None),
        ({"$or": [{"detail": {"Severity": ["ERROR"]}}, {"detail": {"Status": [{"prefix": "Env"}]}}]}, True),
        ({"$or": [{"detail": {"Severity": ["ERROR"]}}, {"account": ["1"]}]}, None),
        ({"source": ["aws.ec2"]}, False),
        ({"source": ["aws.ec2", {"prefix": "aws."}]}, True),
        ({"source": ["AWS.elasticbeanstalk"]}, False),
    ],
)
def test_whether_a_pattern_matches_a_worse_health(more: dict[str, Any], expected: bool | None) -> None:
    assert matches({**HEALTH, **more}, WORSE) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        {}, {"source": []}, {"source": "aws.ec2"}, {"source": [{"like": "x"}]}, {"source": [{}]}, {"source": [{"prefix": 5}]},
        {"source": [{"exists": "yes"}]}, {"detail": {}}, {"detail": ["x"]}, {"source": [{"prefix": "a", "suffix": "b"}]},
        {"$or": {"source": ["x"]}},
    ],
)  # fmt: skip
def test_what_is_no_pattern_cannot_be_read(pattern: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        matches(pattern, WORSE)


def test_a_pattern_nested_without_end_is_refused() -> None:
    pattern: Any = {"source": ["x"]}
    for _ in range(300):
        pattern = {"$or": [pattern]}
    with pytest.raises(ValueError, match="expected"):
        matches(pattern, WORSE)


values = st.sampled_from(["a", "ab", "b"])
leaves = st.one_of(
    values,
    st.builds(
        lambda o, v: {o: v}, st.sampled_from(["prefix", "suffix", "wildcard", "equals-ignore-case", "anything-but"]), values
    ),
    st.builds(lambda v: {"exists": v}, st.booleans()),
)
patterns = st.recursive(
    st.dictionaries(st.sampled_from(["x", "y"]), st.lists(leaves, min_size=1, max_size=2), min_size=1),
    lambda inner: st.one_of(
        st.builds(lambda p: {"detail": p}, inner), st.builds(lambda *p: {"$or": list(p)}, inner, inner)
    ),
    max_leaves=4,
)  # fmt: skip
events = st.fixed_dictionaries(
    {}, optional={"x": values, "y": values, "detail": st.dictionaries(st.sampled_from(["x", "y"]), values)}
)


@given(patterns, events, st.sampled_from(["x", "y"]), values, st.booleans())
def test_knowing_more_of_an_event_never_turns_an_answer(pattern: Any, event: Any, field: str, value: str, inner: bool) -> None:
    more = json.loads(json.dumps(event))
    (more.setdefault("detail", {}) if inner else more).setdefault(field, value)
    before, after = matches(pattern, event), matches(pattern, more)
    assert before is None or after is before


# -- which environments ----------------------------------------------------------------------------------------------------


def test_a_rule_for_all_environments_and_one_for_some() -> None:
    assert environments(HEALTH, WORSE, exactly=False) == ["*"]
    named = {**HEALTH, "detail": {"EnvironmentName": ["shop", {"prefix": "x"}, "blog"]}}
    assert environments(named, WORSE, exactly=False) == ["shop", "blog"]
    assert environments({**HEALTH, "detail": {"EnvironmentName": ["shop"], "Severity": ["INFO"]}}, WORSE, exactly=False) == []
    assert environments({"source": ["aws.ec2"]}, WORSE, exactly=False) == []


def test_a_rule_narrowed_by_something_else_is_unknown_or_leaves_some_out() -> None:
    narrowed = {**HEALTH, "detail": {"Message": [{"wildcard": "*Severe*"}]}}
    assert environments(narrowed, WORSE, exactly=True) == []
    with pytest.raises(ValueError, match="asks for more"):
        environments(narrowed, WORSE, exactly=False)
