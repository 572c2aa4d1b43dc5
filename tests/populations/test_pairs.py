import datetime as dt
from typing import Any

import pandas as pd
import pytest

from evidence.populations.cells import Column, Gap, objects
from evidence.populations.pairs import all_hold, elsewhere, paired

GAP = Gap("1", "eu-west-1", "ec2:DescribeVolumes", "denied")
NOW = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)


def column(name: str, *values: Any) -> Column:
    gaps = [v if isinstance(v, Gap) else None for v in values]
    held = [None if isinstance(v, Gap) else v for v in values]
    return Column(name, name, objects(held), objects(gaps), objects([(f"{name}{n}",) for n in range(len(values))]), NOW)


def alike(left: Any, right: Any) -> bool:
    return bool(left + 0 == right + 0)


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (1, 1, True),
        (1, 2, False),
        (GAP, 1, None),
        (1, GAP, None),
        (GAP, GAP, None),
        (None, 1, None),
        (1, None, None),
        (1, "x", None),
    ],
)
def test_two_cells_are_compared_and_nothing_unknown_becomes_an_answer(left: Any, right: Any, answer: bool | None) -> None:
    both = paired(column("a", left), column("b", right), alike, label="alike")
    assert both.is_true().listed() == [answer]


def test_a_gap_keeps_its_reason_an_absent_cell_stays_absent_and_both_sources_are_cited() -> None:
    both = paired(column("a", 1, None), column("b", GAP, 2), alike, label="alike")
    assert both._gaps[0] is GAP and both._gaps[1] is None
    assert both.present().listed() == [None, False]
    assert both._sources[0] == ("a0", "b0")


def test_several_demands_are_told_in_one_sentence() -> None:
    first, second = column("a", True, True, False, GAP, GAP), column("b", True, False, None, True, False)
    both = all_hold({"A": first.is_true(), "B": second.is_true()}, yes="told of", no="not told of")
    assert both.answers.tolist() == [True, False, False, pd.NA, False]
    (read,) = both.reads
    assert read._values.tolist() == [("told of: A, B",), ("not told of: B",), ("not told of: A",), None, ("not told of: B",)]
    assert read._gaps[3] is GAP and [g is None for g in read._gaps] == [True, True, True, False, True]
    assert read._sources[0] == ("a0", "b0")


def test_a_demand_that_hangs_on_an_absent_cell_is_a_gap_too() -> None:
    unknown = all_hold({"A": column("a", None).is_true()}, yes="yes", no="no")
    assert unknown.listed() == [None] and unknown.reads[0]._gaps[0].detail == "a field is absent"


@pytest.mark.parametrize(
    ("arns", "away"),
    [
        ([], []),
        (["arn:aws:sns:eu-west-1:1:here"], []),
        (["arn:aws:sns:eu-west-1:1:here", "arn:aws:sns:eu-west-2:1:a", "arn:aws:sns:eu-west-1:2:b:c"], [1, 2]),
        (["there"], None),
        (["arn:aws:sns:eu-west-2:1"], None),
        ([7], None),
    ],
)
def test_what_lies_elsewhere_is_told_by_region_and_account_and_what_is_no_arn_lies_nowhere(arns: Any, away: Any) -> None:
    both = paired(column("arns", arns), column("arn", "arn:aws:backup:eu-west-1:1:plan:x"), elsewhere, label="away")
    assert both._values[0] == (None if away is None else [arns[n] for n in away])
    assert (both._gaps[0] is not None) is (away is None)
