"""A program whose controls come in baselines: each baseline can be asked for as a program of its own."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import EvidenceError
from evidence.programs import load
from evidence.programs.load import load_program, program, programs, sources
from evidence.programs.model import AwsSide, Control, Mapped, Program, baseline, baselines
from evidence.requirements import requirements
from tests.programs.texts import GOOD, KNOWN, changed

WHOLE = changed("groups:", "baselines: {low: Low baseline, high: High baseline}\nwithdrawn: {A.9: see A.2}\ngroups:").replace(
    "title: Keys are young", "title: Keys are young\n    baselines: [low, high]"
)
"""The example with two baselines: 3.10 is in both, A.2 in none."""


def with_a2_in(text: str, *keys: str) -> str:
    return text.replace("title: Doors are locked", f"title: Doors are locked\n    baselines: [{', '.join(keys)}]")


def refused(text: str) -> str:
    with pytest.raises(EvidenceError) as caught:
        load_program(text, KNOWN, "example.yaml")
    return str(caught.value)


def test_a_baseline_is_a_program_of_its_controls() -> None:
    whole = load_program(with_a2_in(WHOLE, "high"), KNOWN)
    low, high = baselines(whole)
    assert (low.id, low.name, low.edition) == ("example-low", "Example, Low baseline", whole.edition)
    assert [c.id for c in low.controls] == ["3.10"]
    assert [c.id for c in high.controls] == ["3.10", "A.2"]
    assert low.controls[0].requirements == whole.controls[0].requirements
    assert (low.baselines, low.withdrawn, low.aws) == ({}, {}, whole.aws)


def test_a_control_in_no_baseline_is_in_the_whole_program_only() -> None:
    whole = load_program(WHOLE, KNOWN)
    assert [c.id for c in whole.controls] == ["3.10", "A.2"]
    assert {c.id for part in baselines(whole) for c in part.controls} == {"3.10"}


def test_groups_that_a_baseline_leaves_empty_are_left_out() -> None:
    whole = load_program(
        WHOLE.replace("  A: Access", "  A: Access\n  B: Doors").replace("locked\n    group: A", "locked\n    group: B"), KNOWN
    )
    assert baseline(whole, "low").groups == {"A": "Access"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (with_a2_in(WHOLE, "hihg"), "control A.2 names the baseline hihg, which the program does not have. Did you mean high?"),
        (with_a2_in(WHOLE, "low", "low"), "control A.2 names the baseline low twice"),
        (WHOLE.replace("[low, high]", "[low]"), "no control is in the baseline high"),
        (WHOLE.replace("high", "too/high"), "the baseline 'too/high' becomes part of ids and file names"),
        (WHOLE.replace("A.9: see", "A.2: see"), "A.2 is withdrawn, yet it stands among the controls"),
        (with_a2_in(GOOD, "low"), "the baseline low, which the program does not have. Declare it"),
    ],
)
def test_baselines_that_contradict_the_controls_are_refused_with_their_line(text: str, says: str) -> None:
    assert says in refused(text)
    assert refused(text).startswith("example.yaml, line ")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[Program], None]]:
    def install(given: Program) -> None:
        point: Any = type("Point", (), {"name": "point", "load": lambda self: given})()
        monkeypatch.setattr(load, "entry_points", lambda group: [point])
        load._added.cache_clear()

    yield install
    load._added.cache_clear()


OWN = Program(
    "own-rules", "Own rules", "1", "Us", "ours", AwsSide(False), baselines={"strict": "the strict part"}, withdrawn={"9": "see 1"},
    controls=(
        Control("1", "Keys are young", "customer", (Mapped("iam.users.key-age", "part"),), "Who renews.", baselines=("strict",)),
        Control("2", "Somebody thinks", "customer", (), "What they thought."),
    ),
)  # fmt: skip


def test_a_baseline_is_found_by_its_id_with_the_file_of_the_whole(installed: Callable[[Program], None]) -> None:
    installed(OWN)
    assert [c.id for c in program("own-rules-strict").controls] == ["1"]
    assert program("own-rules-strict").name == "Own rules, the strict part"
    assert sources("own-rules-strict")["own-rules-strict"] == sources("own-rules")["own-rules"]
    assert load_program(sources("own-rules")["own-rules"].decode(), requirements()) == OWN
    assert [p.id for p in programs()].count("own-rules-strict") == 0


def test_a_program_wins_over_a_baseline_of_the_same_id(installed: Callable[[Program], None]) -> None:
    installed(
        dataclasses.replace(
            OWN, id="soc2", baselines={"2017": "no"}, controls=(dataclasses.replace(OWN.controls[0], baselines=("2017",)),)
        )
    )
    assert program("soc2-2017").body == "AICPA"


def test_an_unknown_baseline_is_an_error_with_the_nearest(installed: Callable[[Program], None]) -> None:
    installed(OWN)
    with pytest.raises(EvidenceError, match=r"There is no program 'own-rules-strikt'\. Did you mean own-rules-strict\?"):
        program("own-rules-strikt")


VARIED = WHOLE.replace("with: {days: 30}, reach: full", "with: {days: 90}, baselines: {high: {days: 35}}, reach: full")


def test_a_baseline_may_demand_a_value_of_its_own() -> None:
    found = load_program(VARIED, KNOWN)
    days = {p.id: p.controls[0].requirements[0].parameters["days"] for p in (found, *baselines(found))}
    assert days == {"example": 90, "example-low": 90, "example-high": 35}
    assert not any(m.baselines for p in baselines(found) for c in p.controls for m in c.requirements)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{high: {days: 35}}", "{hihg: {days: 35}}", "for the baseline hihg, in which it is not"),
        ("{high: {days: 35}}", "{high: {day: 35}}", "iam.users.key-age has no parameter 'day'"),
        ("{high: {days: 35}}", "{high: {days: soon}}", "which is not a whole number"),
    ],
)
def test_a_baselines_wrong_value_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(EvidenceError, match=says):
        load_program(VARIED.replace(old, new), KNOWN)
