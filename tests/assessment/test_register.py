"""The register of exceptions: numbers, ages, acceptances on their first and last day, what an earlier run shows."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.assessment.model import MemberResult
from evidence.assessment.register import acceptances, accepting, earlier, register
from evidence.management.model import Acceptance, Response, Statements
from tests.pack.example import AS_OF, ROOT, SHOP, example

MEMBER = next(m for m in example().members if m.judgement == "exception")


USUAL = Acceptance(
    id="A", requirement=MEMBER.requirement, members=("*",), reason="r", owner="o", approver="a",
    opened=dt.date(2026, 9, 1), expires=dt.date(2026, 9, 30),
)  # fmt: skip


def acceptance(**changes: Any) -> Acceptance:
    return dataclasses.replace(USUAL, **changes)


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-08-31", False), ("2026-09-01", True), ("2026-09-30", True), ("2026-10-01", False)],
)
def test_an_acceptance_counts_from_its_first_day_to_its_last(day: str, holds: bool) -> None:
    assert (accepting(MEMBER, [acceptance()], dt.date.fromisoformat(day)) is not None) is holds


@pytest.mark.parametrize(
    ("changes", "covers"),
    [
        ({}, True),
        ({"members": (MEMBER.id,)}, True),
        ({"members": (MEMBER.arn,)}, True),
        ({"members": (MEMBER.id[:-1],)}, False),
        ({"members": (MEMBER.id.upper(),)}, False),
        ({"requirement": "s3.buckets.other"}, False),
        ({"members": (), "accounts": (MEMBER.account,)}, True),
        ({"accounts": ("999999999999",)}, False),
    ],
)
def test_it_covers_those_it_names_and_no_others(changes: dict[str, object], covers: bool) -> None:
    assert acceptance(**changes).covers(MEMBER) is covers


def test_no_acceptance_vanishes() -> None:
    stated = Statements(
        acceptances=(
            acceptance(id="in"), acceptance(id="old", expires=dt.date(2026, 9, 29)), acceptance(id="new", opened=dt.date(2026, 10, 1),
            expires=dt.date(2026, 10, 2)), acceptance(id="none", members=("nobody",)),
        )
    )  # fmt: skip
    found = {s.acceptance.id: (s.status, s.covers > 0) for s in acceptances(stated, example().members, AS_OF)}
    assert found == {
        "in": ("in force", True), "old": ("expired", True), "new": ("not yet in force", True),
        "none": ("covers no exception", False),
    }  # fmt: skip


def test_an_acceptance_changes_no_judgement() -> None:
    stated = Statements(acceptances=(acceptance(),))
    found = register(example().members, stated, AS_OF, "run")
    assert len(found) == sum(m.judgement == "exception" for m in example().members)
    assert {e.status for e in found if e.requirement == MEMBER.requirement} == {"accepted"}


@pytest.mark.parametrize(("due", "overdue"), [("2026-09-29", True), ("2026-09-30", False), ("2026-10-01", False)])
def test_a_response_is_overdue_after_its_day(due: str, overdue: bool) -> None:
    response = Response(requirement=MEMBER.requirement, members=("*",), owner="o", response="r", due=dt.date.fromisoformat(due))
    found = register([MEMBER], Statements(responses=(response,)), AS_OF, "run")
    assert [e.overdue for e in found] == [overdue]
    accepted = register([MEMBER], Statements(responses=(response,), acceptances=(acceptance(),)), AS_OF, "run")
    assert [e.overdue for e in accepted] == [False]


def test_since_when_is_the_earliest_run_without_a_break() -> None:
    first = register([MEMBER], Statements(), AS_OF - dt.timedelta(days=180), "run-1")
    second = register([MEMBER], Statements(earlier=earlier(first)), AS_OF - dt.timedelta(days=90), "run-2")
    third = register([MEMBER], Statements(earlier=earlier(second, earlier(first))), AS_OF, "run-3")
    assert [(e.seen_in, e.days) for e in third] == [("run-1", 180)]
    mended: tuple[object, ...] = register([], Statements(earlier=earlier(first)), AS_OF - dt.timedelta(days=90), "run-2")
    again = register([MEMBER], Statements(earlier=earlier(mended, earlier(first))), AS_OF, "run-3")  # type: ignore[arg-type]
    assert [(e.seen_in, e.days) for e in again] == [("run-3", 0)]


@given(st.lists(st.sampled_from(["meets", "exception", "gap", "not_applicable"]), max_size=40), st.randoms())
def test_numbers_do_not_depend_on_the_order_of_the_members(words: list[str], random: object) -> None:
    members: list[MemberResult] = [
        dataclasses.replace(MEMBER, id=f"{ROOT[n]}-{n}", account=SHOP, judgement=word)  # type: ignore[arg-type]
        for n, word in enumerate(words)
    ]
    once = register(members, Statements(), AS_OF, "run")
    random.shuffle(members)  # type: ignore[attr-defined]
    assert register(members, Statements(), AS_OF, "run") == once
    assert [e.number for e in once] == [f"X-{n:03}" for n in range(1, words.count("exception") + 1)]
