"""Judge and conclude: gaps stay gaps, counts foot, and a control is the worst of its parts."""

import datetime as dt
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.assessment.conclude import reach_of, word_for
from evidence.assessment.judge import judge
from evidence.assessment.model import Judgement, RequirementResult
from evidence.populations.cells import Column, Gap, Truth, objects
from evidence.populations.population import Member, Population, Populations, Unread
from evidence.programs.model import Control
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.services.declare import ACCOUNTS, PopulationSpec

AS_OF = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
LOST = Gap("012345678901", "eu-west-1", "rds:DescribeDBInstances", "denied")
DOC = "https://docs.aws.amazon.com/x"


@requirement(
    "made.up.strong",
    says="Every thing is strong.",
    why="It is.",
    logic="Strong is true, or its strength reaches the least.",
    covers=(),
    fix="Strengthen it.",
    source=DOC,
    topic="resilience",
    parameters={"least": Parameter(3, "strength that is enough")},
    applies=(Applies(lambda things: ~things.member_of.present(), "judged with its cluster"),),
)
def strong(things: Population, *, least: int) -> Truth:
    return things.strong.is_true() | (things.strength >= least)


def things(rows: list[dict[str, object]], unread: tuple[Unread, ...] = ()) -> Populations:
    def column(name: str) -> Column:
        cells = [row.get(name) for row in rows]
        values = objects(None if isinstance(c, Gap) else c for c in cells)
        return Column(
            name,
            name,
            values,
            objects(c if isinstance(c, Gap) else None for c in cells),
            objects((f"{name:>16}",) for _ in cells),
            AS_OF,
        )

    spec = PopulationSpec("made.up", "thing", "Thing", ACCOUNTS, {})
    members = tuple(Member("aws", "012345678901", "eu-west-1", "Thing", f"t{n}", "", "0" * 16) for n in range(len(rows)))
    cells = {name: column(name) for name in ("strong", "strength", "member_of")}
    return Populations({"made.up": Population(spec, members, cells, AS_OF, unread)})


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "strong": st.booleans() | st.none() | st.just(LOST),
            "strength": st.integers(0, 5) | st.none() | st.just(LOST),
            "member_of": st.none() | st.just("cluster") | st.just(LOST),
        }
    ),
    max_size=6,
)
UNREAD = (Unread("012345678901", "eu-west-2", "x", "denied"),)


@given(ROWS, st.booleans())
def test_counts_foot_and_an_unread_list_never_lets_a_requirement_meet(rows: list[dict[str, object]], cut: bool) -> None:
    result, members = judge(strong, things(rows, UNREAD if cut else ()))
    facts = result.population
    assert facts.listed == facts.judged + facts.not_applicable + facts.gaps == len(members) == sum(result.counts.values())
    if cut or result.counts["gap"]:
        assert result.judgement in ("exception", "gap")
    if not rows and not cut:
        assert result.judgement == "not_applicable" and "was empty" in result.reason
    assert all(m.reason for m in members) and all(m.evidence for m in members)


@given(ROWS.filter(bool), st.data())
def test_losing_a_cell_turns_a_judgement_into_a_gap_or_leaves_it(rows: list[dict[str, object]], data: st.DataObject) -> None:
    before = [m.judgement for m in judge(strong, things(rows))[1]]
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row] = rows[row] | {data.draw(st.sampled_from(["strong", "strength", "member_of"])): LOST}
    after = [m.judgement for m in judge(strong, things(rows))[1]]
    assert all(new in (old, "gap") for old, new in zip(before, after, strict=True))


def test_each_judgement_says_why() -> None:
    rows: list[dict[str, object]] = [
        {"strong": True, "strength": 1},
        {"strong": False, "strength": 1},
        {"strong": LOST, "strength": 1},
        {"member_of": "c"},
        {"strong": True, "member_of": LOST},
        {"strong": False},
    ]
    members = judge(strong, things(rows))[1]
    assert [(m.judgement, m.reason) for m in members] == [
        ("meets", "strong = true; strength = 1"),
        ("exception", "strong = false; strength = 1"),
        ("gap", "rds:DescribeDBInstances denied"),
        ("not_applicable", "judged with its cluster"),
        ("gap", "whether it applies is unknown: rds:DescribeDBInstances denied"),
        ("gap", "strength was not in the answer"),
    ]


def test_what_aws_documents_for_a_field_left_out_is_not_shown_as_read() -> None:
    """Also where what was filled in is asked for something else, and only for the members that lack it."""
    columns = things([{"strength": None}, {"strength": 4}, {"strength": LOST}])["made.up"]
    filled = columns.strength.absent_means(1, source=DOC)
    told = replace(strong, judge=lambda population, **_: filled.compute(lambda v: v) >= 3, applies=())
    _, members = judge(told, Populations({"made.up": columns}))
    assert [m.reason for m in members][:2] == ["strength = 1 (not set)", "strength = 4"]
    assert members[2].judgement == "gap"


def test_parameters_of_a_program_make_a_variant() -> None:
    result, members = judge(strong, things([{"strong": False, "strength": 4}]), {"least": 5})
    assert (result.variant, members[0].judgement) == ("least=5", "exception")
    assert judge(strong, things([]), {"least": 3})[0].variant == ""


def test_a_requirement_that_answers_for_other_members_is_refused() -> None:
    populations = things([{"strong": True}])
    other = replace(strong, judge=lambda t, least: things([{}, {}])["made.up"].strong.is_true())
    with pytest.raises(ValueError, match="answered for 2 members"):
        judge(other, populations)


def result(word: str) -> RequirementResult:
    made, _ = judge(strong, things([]))
    judgement: Judgement = next(j for j in get_args(Judgement) if word.split()[0] == j)
    counts = dict.fromkeys(made.counts, 0) | {judgement: 1}
    return replace(made, judgement=judgement, counts=counts, accepted=int(word == "exception accepted"))


CUSTOMER = Control("X.1", "Something", "customer", adds="A policy.")


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ([], "needs a person"),
        ([("meets", "context")], "needs a person"),
        ([("exception", "context")], "needs a person"),
        ([("meets", "part")], "supported"),
        ([("meets", "part"), ("not_applicable", "full")], "supported"),
        ([("meets", "context"), ("not_applicable", "part")], "not applicable"),
        ([("not_applicable", "part")], "not applicable"),
        ([("meets", "full"), ("gap", "part")], "incomplete"),
        ([("meets", "full"), ("gap", "context")], "incomplete"),
        ([("gap", "part"), ("exception", "part")], "exceptions"),
        ([("exception accepted", "part"), ("meets", "part")], "accepted"),
        ([("exception accepted", "part"), ("exception", "part")], "exceptions"),
        ([("exception accepted", "part"), ("gap", "part")], "incomplete"),
    ],
)
def test_a_control_is_the_worst_of_its_parts_and_context_alone_decides_nothing(parts: list[tuple[str, str]], word: str) -> None:
    assert word_for(CUSTOMER, [result(j) for j, _ in parts], [r for _, r in parts]) == word  # type: ignore[misc]


def test_what_aws_operates_is_inherited_and_reach_is_the_furthest() -> None:
    assert word_for(replace(CUSTOMER, responsibility="aws"), [], []) == "inherited"
    assert (reach_of(["context", "part"]), reach_of([]), reach_of(["part", "full"])) == ("part", None, "full")
