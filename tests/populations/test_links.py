"""Joining populations: unknown where the other list is incomplete, a key unread, or a matching member unknown."""

import datetime as dt
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.populations.cells import Column, Gap, objects
from evidence.populations.population import Member, Population, Unread
from evidence.services.declare import ACCOUNTS, Ask, PopulationSpec

AS_OF = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
LOST = Gap("1", "r", "ec2:DescribeFlowLogs", "denied")


def population(name: str, cells: dict[str, list[object]], region: str = "r") -> Population:
    rows = len(next(iter(cells.values())))
    spec = PopulationSpec(name, name, name, ACCOUNTS, {})
    members = tuple(Member("aws", "1", region, name, str(n), "", "0" * 16) for n in range(rows))
    columns = {
        key: Column(
            key, key, objects(None if isinstance(v, Gap) else v for v in values),
            objects(v if isinstance(v, Gap) else None for v in values), objects((f"{n:016}",) for n in range(rows)), AS_OF,
        )
        for key, values in cells.items()
    }  # fmt: skip
    return Population(spec, members, columns, AS_OF, lists={("1", region): ("f" * 16,)})


VPCS = population("vpcs", {"key": ["a", "b", "c"]})


def test_some_in_says_yes_no_and_unknown() -> None:
    logs = population("logs", {"of": ["a", "b", "b"], "on": [True, False, LOST]})
    assert VPCS.some_in(logs, on=("key", "of"), where=logs.on.is_true()).listed() == [True, None, False]


def test_a_field_that_is_absent_there_is_named() -> None:
    logs = population("logs", {"of": ["a"], "on": [None]})
    asked = VPCS.some_in(logs, on=("key", "of"), where=logs.on.is_true())
    assert asked.listed() == [None, False, False]
    assert "on was not in the answer" in str(asked.reads[0]._gaps[0])


def test_a_key_that_could_not_be_read_matters_only_where_its_member_might_count() -> None:
    logs = population("logs", {"of": ["a", LOST, LOST], "on": [False, False, False]})
    assert VPCS.some_in(logs, on=("key", "of"), where=logs.on.is_true()).listed() == [False, False, False]
    assert VPCS.some_in(logs, on=("key", "of")).listed() == [True, None, None]
    for perhaps in (True, None, LOST):
        logs = population("logs", {"of": ["a", LOST], "on": [True, perhaps]})
        asked = VPCS.some_in(logs, on=("key", "of"), where=logs.on.is_true())
        assert asked.listed() == [True, None, None] and asked.reads[0]._gaps[1] is not None


def test_an_incomplete_list_can_still_say_yes_but_never_no() -> None:
    logs = replace(population("logs", {"of": ["a", "b"], "on": [True, False]}), unread=(Unread("1", "r", "x", "denied"),))
    assert VPCS.some_in(logs, on=("key", "of"), where=logs.on.is_true()).listed() == [True, None, None]


def test_an_unread_list_of_another_account_or_region_says_nothing_here() -> None:
    logs = population("logs", {"of": ["a"], "on": [True]})
    elsewhere = replace(logs, unread=(Unread("1", "elsewhere", "x", "denied"), Unread("2", "r", "x", "denied")))
    assert VPCS.some_in(elsewhere, on=("key", "of")).listed() == [True, False, False]
    assert VPCS.some_in(elsewhere, on=("key", "of"), within="account").listed() == [True, None, None]


def test_all_accounts_in_scope_means_the_same_region_of_each_of_them() -> None:
    logs = population("logs", {"of": ["a", "b"], "on": [True, True]})
    foreign = tuple(replace(m, account="2", region=region) for m, region in zip(logs.members, ("r", "elsewhere"), strict=True))
    logs = replace(logs, members=foreign, lists={("2", "r"): ("list-2",)}, across=True)
    assert VPCS.some_in(logs, on=("key", "of"), within="account").listed() == [False, False, False]
    found = VPCS.some_in(logs, on=("key", "of"), within="accounts")
    assert found.listed() == [True, False, False]
    assert "list-2" in found.reads[0]._sources[2]
    unread = replace(logs, unread=(Unread("3", "r", "x", "denied"), Unread("3", "elsewhere", "x", "denied")))
    assert VPCS.some_in(unread, on=("key", "of"), within="accounts").listed() == [True, None, None]
    beyond = replace(logs, unread=(Unread("3", "elsewhere", "x", "denied"),))
    assert VPCS.some_in(beyond, on=("key", "of"), within="accounts").listed() == [True, False, False]


def test_a_key_that_could_not_be_read_may_be_anyones() -> None:
    logs = population("logs", {"of": ["a", LOST], "on": [True, True]})
    assert VPCS.some_in(logs, on=("key", "of")).listed() == [True, None, None]


def test_where_no_other_is_named_what_would_name_it_is_said() -> None:
    """A reason such as "no key to look up" left the reader to guess which of a resource's fields was meant."""
    named = population("vpcs", {"key": ["a", None, LOST]})
    logs = population("logs", {"of": ["a"]})
    truth = named.some_in(logs, on=("key", "of"))
    assert truth.listed() == [True, None, None]
    said = [None, "key not set (the logs is found by it)", str(LOST)]
    assert [gap and str(gap) for gap in truth.reads[0]._gaps] == said
    assert [gap and str(gap) for gap in named.lookup(logs, ("key", "of"), "of")._gaps] == said


def test_where_none_was_found_the_lists_are_the_evidence() -> None:
    truth = VPCS.some_in(population("logs", {"of": ["a"]}), on=("key", "of"))
    assert truth.reads[0]._sources[1] == (f"{1:016}", "f" * 16)


def test_lookup_gives_the_value_absent_or_a_gap() -> None:
    keys = population("keys", {"id": ["a", "b", "b"], "state": ["Enabled", "x", "y"]})
    found = VPCS.lookup(keys, ("key", "id"), "state")
    assert (found == "Enabled").listed() == [True, None, None]
    assert found.present().listed() == [True, None, False]
    unread = replace(keys, unread=(Unread("1", "r", "kms:ListKeys", "denied"),))
    assert VPCS.lookup(unread, ("key", "id"), "state").present().listed() == [True, None, None]


def test_a_column_nobody_declared_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match=r"vpcs has no column 'keys'; it declares key"):
        _ = VPCS.keys


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans() | st.none() | st.just(LOST)), min_size=1, max_size=6),
    st.sampled_from(["cell", "key", "list"]),
    st.data(),
)
def test_losing_something_of_the_other_population_never_turns_an_answer(rows: list, what: str, data: st.DataObject) -> None:  # type: ignore[type-arg]
    def ask(other: Population) -> list[bool | None]:
        return VPCS.some_in(other, on=("key", "of"), where=other.on.is_true()).listed()

    keys, cells = [k for k, _ in rows], [c for _, c in rows]
    before = ask(population("logs", {"of": list(keys), "on": list(cells)}))
    lost = data.draw(st.integers(0, len(rows) - 1))
    (cells if what == "cell" else keys)[lost] = LOST if what != "list" else keys[lost]
    other = population("logs", {"of": list(keys), "on": list(cells)})
    if what == "list":
        other = replace(other, unread=(Unread("1", "r", "x", "throttled"),))
    assert all(new in (old, None) for old, new in zip(before, ask(other), strict=True))


def test_one_of_several_keys_is_enough() -> None:
    alarms = population("alarms", {"actions": [["a", "b"], ["c"], [], LOST]})
    topics = population("topics", {"arn": ["b", "c"], "heard": [True, False]})
    assert alarms.some_in(topics, on=("actions", "arn"), where=topics.heard.is_true()).listed() == [True, False, False, None]


def test_a_list_that_was_never_made_in_a_region_says_nothing_there() -> None:
    """A trail's home Region may lie outside the scope: nothing is known of what it has there."""
    spec = PopulationSpec("filters", "filter", "x", Ask("logs", "DescribeMetricFilters", ("logs:DescribeMetricFilters",)), {})
    filters = replace(population("filters", {"of": ["b"]}), spec=spec)
    assert VPCS.some_in(filters, on=("key", "of")).listed() == [False, True, False]
    elsewhere = population("vpcs", {"key": ["a"]}, region="elsewhere")
    truth = elsewhere.some_in(filters, on=("key", "of"))
    assert truth.listed() == [None]
    assert str(truth.reads[0]._gaps[0]) == "logs:DescribeMetricFilters not asked"
    assert elsewhere.some_in(filters, on=("key", "of"), within="account").listed() == [False]
    whole = replace(filters, lists={("1", "global"): ("f" * 16,)})
    assert elsewhere.some_in(whole, on=("key", "of")).listed() == [False]


def test_a_key_may_be_made_of_a_column() -> None:
    rules = population("rules", {"of": ["*", "b"], "on": [False, True]})
    either = VPCS.key.compute(lambda key: [key, "*"])
    assert VPCS.some_in(rules, on=(either, rules.of)).listed() == [True, True, True]
    assert VPCS.some_in(rules, on=(either, "of"), where=rules.on.is_true()).listed() == [False, True, False]
    with pytest.raises(ValueError, match="a key of 2 cells is not made of vpcs, which has 3 members"):
        VPCS.some_in(rules, on=(rules.of, "of"))


def test_an_unread_key_of_a_member_that_cannot_count_does_not_matter() -> None:
    logs = population("logs", {"of": [LOST, LOST], "on": [False, None]})
    assert VPCS.some_in(logs, on=("key", "of")).listed() == [None, None, None]
    assert VPCS.some_in(logs, on=("key", "of"), where=logs.on.is_true()).listed() == [None, None, None]
    off = population("logs", {"of": [LOST, "b"], "on": [False, False]})
    assert VPCS.some_in(off, on=("key", "of"), where=off.on.is_true()).listed() == [False, False, False]


def test_members_that_refer_to_the_same_are_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a thousand security groups of one owner would each be held against the thousand."""
    links = vars(sys.modules["evidence.populations.population"])["_Links"]
    asked: list[object] = []
    once = links.of
    monkeypatch.setattr(links, "of", lambda self, wanted: asked.append(wanted) or once(self, wanted))
    many = population("groups", {"owner": ["me"] * 500 + ["you"] * 500 + [None, LOST]})
    listed = many.some_in(many, on=("owner", "owner")).listed()
    assert listed == [True] * 1000 + [None, None] and len(asked) == 4
    assert len(many.lookup(population("owners", {"key": ["me"], "name": ["us"]}), ("owner", "key"), "name")) == 1002
    assert len(asked) == 8
