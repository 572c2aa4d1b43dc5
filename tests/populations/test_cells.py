"""No operator turns a gap into an answer: whatever is asked, losing a cell can only make an answer unknown."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.populations.cells import Column, Gap, Truth, objects

AS_OF = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
LOST = Gap("012345678901", "eu-west-1", "s3:GetBucketEncryption", "denied")
DOCS = "https://docs.aws.amazon.com/x"
KINDS = {
    "flag": st.booleans(),
    "number": st.integers(-5, 5),
    "text": st.sampled_from(["a", "b", "AES256"]),
    "items": st.lists(st.sampled_from(["a", "b"]), max_size=3),
    "time": st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC)),
}
QUESTIONS = {
    "flag": [
        lambda c: c.is_true(),
        lambda c: c.__eq__(False),
        lambda c: c.__ne__(True),
        lambda c: c.absent_means(False, source=DOCS).is_true(),
    ],
    "number": [lambda c: c >= 1, lambda c: c < 2, lambda c: c != 0, lambda c: c.absent_means(0, source=DOCS) <= 0],
    "text": [lambda c: c == "a", lambda c: c != "a", lambda c: c.is_in({"a"}), lambda c: c.matches("^A"), lambda c: c < 3],
    "items": [
        lambda c: c.each(lambda e: e == "a"),
        lambda c: c.some(lambda e: e == "a"),
        lambda c: c.free_of(lambda v: [e for e in v if e == "b"]),
        lambda c: c.count() >= 2,
        lambda c: c.absent_means([], source=DOCS).free_of(lambda v: v),
        lambda c: c == 1,
    ],
    "time": [lambda c: c.within(days=90), lambda c: c.beyond(days=30), lambda c: c < AS_OF],
}


def column(cells: list[object]) -> Column:
    values = objects(None if isinstance(c, Gap) else c for c in cells)
    gaps = objects(c if isinstance(c, Gap) else None for c in cells)
    return Column("c", "c", values, gaps, objects(("0" * 16,) for _ in cells), AS_OF)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, object]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    return kind, draw(st.sampled_from([*QUESTIONS[kind], lambda c: c.present()]))


@st.composite
def expressions(draw: st.DrawFn, rows: int = 6) -> tuple[list[list[object]], object]:
    """Columns of random cells, and a random tree of questions over them joined by & | ~."""
    asked = draw(st.lists(questions(), min_size=1, max_size=4))
    columns = [draw(st.lists(KINDS[kind] | st.none() | st.just(LOST), min_size=rows, max_size=rows)) for kind, _ in asked]
    joins = draw(st.lists(st.sampled_from("&|"), min_size=len(asked) - 1, max_size=len(asked) - 1))
    negated = draw(st.lists(st.booleans(), min_size=len(asked), max_size=len(asked)))

    def ask(cells: list[list[object]]) -> Truth:
        truths = [question(column(c)) for (_, question), c in zip(asked, cells, strict=True)]  # type: ignore[operator]
        truths = [~t if no else t for t, no in zip(truths, negated, strict=True)]
        out = truths[0]
        for join, truth in zip(joins, truths[1:], strict=True):
            out = out & truth if join == "&" else out | truth
        return out

    return columns, ask


@given(expressions(), st.data())
def test_losing_a_cell_never_makes_an_answer_of_another(
    expression: tuple[list[list[object]], object], data: st.DataObject
) -> None:
    columns, ask = expression
    before = ask(columns).listed()  # type: ignore[operator]
    which, row = data.draw(st.integers(0, len(columns) - 1)), data.draw(st.integers(0, 5))
    columns[which][row] = LOST
    after = ask(columns).listed()  # type: ignore[operator]
    assert all(new in (old, None) for old, new in zip(before, after, strict=True))


@given(questions(), st.integers(1, 4))
def test_a_column_of_gaps_answers_nothing(question: tuple[str, object], rows: int) -> None:
    assert question[1](column([LOST] * rows)).listed() == [None] * rows  # type: ignore[operator]


@given(questions())
def test_nothing_asked_of_nobody_is_no_answer(question: tuple[str, object]) -> None:
    assert question[1](column([])).listed() == []  # type: ignore[operator]


def test_absent_means_fills_absent_cells_only_and_names_its_source() -> None:
    cells = column([True, None, LOST])
    assert cells.absent_means(True, source=DOCS).is_true().listed() == [True, True, None]
    with pytest.raises(ValueError, match="AWS page"):
        cells.absent_means(True, source="everybody knows")


def test_a_value_of_another_type_is_unknown_not_unequal() -> None:
    assert (column(["true", 1, True]) == True).listed() == [None, None, True]  # noqa: E712
    assert (column([True, "a"]) != "a").listed() == [None, False]


def test_an_empty_list_passes_free_of_but_not_each() -> None:
    assert column([[]]).free_of(lambda v: v).listed() == [True]
    assert column([[]]).each(lambda e: True).listed() == [None]


@pytest.mark.parametrize("use", [bool, list, lambda c: c and c, lambda c: not c])
def test_a_column_or_truth_has_no_single_truth_value(use: object) -> None:
    with pytest.raises(TypeError):
        use(column([True]))  # type: ignore[operator]
    with pytest.raises(TypeError):
        bool(column([True]).is_true())


def test_a_truth_remembers_each_column_once() -> None:
    one = column([True])
    assert len((one.is_true() & replace(one).present()).reads) == 2
