"""NIST SP 800-53: the whole catalogue, its four baselines and its withdrawn numbers, and no reach too far.

That its controls are there, in order, and no others is tested with all programs (test_built_in.py) against data/<id>.csv."""

import csv
import re
from pathlib import Path

import pytest

from evidence.programs import load
from evidence.programs.load import program, sources, unmapped
from evidence.programs.model import baselines

NIST = "nist-800-53-r5"
SIZES = {"low": 149, "moderate": 287, "high": 370, "privacy": 96}
"""As SP 800-53B counts them."""


def rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "data" / f"{NIST}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def base(id: str) -> str:
    return id.partition("(")[0]


def test_withdrawn_numbers_say_where_they_went_and_that_is_there() -> None:
    nist = program(NIST)
    assert list(nist.withdrawn) == [row["control_id"] for row in rows() if row["withdrawn"]]
    named = {id for went in nist.withdrawn.values() for id in re.findall(r"[A-Z]{2}-\d+(?:\(\d+\))?", went)}
    assert len(named) > 80
    assert named <= {c.id for c in nist.controls}


@pytest.mark.parametrize("key", SIZES)
def test_a_baseline_has_its_controls(key: str) -> None:
    chosen = program(f"{NIST}-{key}")
    assert [c.id for c in chosen.controls] == [row["control_id"] for row in rows() if key in row["baselines"].split()]
    assert len(chosen.controls) == SIZES[key]
    assert chosen.name == f"NIST SP 800-53, {key.capitalize()} baseline"
    assert sources(chosen.id)[chosen.id] == sources(NIST)[NIST]


def test_each_impact_level_holds_the_one_below_and_each_enhancement_its_control() -> None:
    low, moderate, high, _ = ({c.id for c in p.controls} for p in baselines(program(NIST)))
    assert low < moderate < high
    for ids in (low, moderate, high):
        assert {base(id) for id in ids} <= ids


def test_groups_are_the_families() -> None:
    assert not [c.id for c in program(NIST).controls if not c.id.startswith(f"{c.group}-")]


def test_nothing_is_claimed_in_full() -> None:
    assert not [c.id for c in program(NIST).controls for m in c.requirements if m.reach == "full"]


def test_what_people_decide_and_do_needs_a_person() -> None:
    """Policies, plans, training, staff, the programme, privacy, suppliers: at most context is mapped.

    What a machine does of the families RA and CA is to scan for known weaknesses, and to keep results of monitoring current."""
    person = {
        c.id for c in program(NIST).controls if c.group in ("AT", "PL", "PM", "PS", "PT", "SR", "IR", "MA", "MP", "RA", "CA")
    }
    person |= {c.id for c in program(NIST).controls if re.fullmatch(r"[A-Z]{2}-1", c.id)}
    decided = {c.id for c in program(NIST).controls if any(m.reach != "context" for m in c.requirements)}
    assert person & decided == {"CA-7(6)", "RA-5", "RA-5(2)"}
    without = {c.id for c in unmapped(program(NIST))}
    assert {c.id for c in program(NIST).controls if c.group in ("AT", "PL", "PM", "PT", "SR")} <= without


def test_only_physical_things_are_inherited_whole() -> None:
    nist = program(NIST)
    assert {c.group for c in nist.controls if c.responsibility == "aws"} - {"PE"} == {"SC"}
    assert [c.id for c in nist.controls if c.group == "SC" and c.responsibility == "aws"] == ["SC-7(14)"]
    assert [c.id for c in nist.controls if c.group == "PE" and c.responsibility != "aws"] == ["PE-1", "PE-5", "PE-5(2)", "PE-17"]
    assert nist.aws.artifact == "FedRAMP security package"


def test_every_control_says_what_a_person_adds_in_words_of_its_own() -> None:
    """Sentences are shared only where the need is the same: places and equipment of one's own, policies, test reports."""
    adds = [c.adds for c in program(NIST).controls]
    assert all(len(text.split()) >= 5 for text in adds)
    assert len(set(adds)) > 0.9 * len(adds)


def test_asking_for_a_baseline_reads_the_file_of_its_program_only() -> None:
    load._built_in.cache_clear()
    assert program(f"{NIST}-low").id == f"{NIST}-low"
    assert load._built_in.cache_info().currsize == 1
