"""Programs made of others: FedRAMP of NIST's catalogue, CMMC of SP 800-171, older benchmarks of the newest."""

import csv
from pathlib import Path

import pytest

from evidence.programs.load import BUILT_IN, program, sources
from evidence.programs.model import baselines

DATA = Path(__file__).parent / "data"
DERIVED = [id for id in (file.removesuffix(".yaml") for file in BUILT_IN) if program(id).derives]
BASELINES = [(id, key) for id in ("fedramp-r5", "irap-ism-2025-12", "ens-rd2022", "cmmc-2.0") for key in program(id).baselines]


def test_what_is_a_profile_says_so() -> None:
    assert {"fedramp-r5", "nist-800-171-r2", "nist-800-171-r3", "cmmc-2.0"} <= set(DERIVED)
    assert {f"cis-aws-foundations-{n}.0" for n in (3, 4, 5, 6)} <= set(DERIVED)


@pytest.mark.parametrize("id", DERIVED)
def test_a_profile_is_kept_with_what_it_derives_from_and_is_smaller(id: str) -> None:
    """A family shares: what is the same stands once."""
    found = program(id)
    assert found.derives and found.derives.source
    assert list(sources(id))[:2] == [id, found.derives.program]
    derived = [c for c in found.controls if c.derived]
    assert len(derived) > len(found.controls) / 2
    there = {f"{found.derives.program}:{c.id}" for c in program(found.derives.program).controls}
    assert {d for c in derived for d in c.derived} <= there


def test_a_fedramp_baseline_has_the_controls_that_are_published_for_it() -> None:
    with (DATA / "fedramp-r5.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for chosen in baselines(program("fedramp-r5")):
        key = chosen.id.removeprefix("fedramp-r5-")
        assert [c.id for c in chosen.controls] == [row["control_id"] for row in rows if key in row["baselines"].split()]


def test_a_fedramp_control_says_what_nists_says_and_nothing_reaches_farther() -> None:
    nist = {c.id: c for c in program("nist-800-53-r5").controls}
    order = ["context", "part", "full"]
    for c in program("fedramp-r5").controls:
        assert c.title == nist[c.id].title
        reach = {m.id: m.reach for m in nist[c.id].requirements}
        assert not [m.id for m in c.requirements if m.id in reach and order.index(m.reach) > order.index(reach[m.id])]


@pytest.mark.parametrize(("id", "key"), BASELINES)
def test_a_baseline_is_a_program_of_its_own(id: str, key: str) -> None:
    chosen = program(f"{id}-{key}")
    assert 0 < len(chosen.controls) <= len(program(id).controls)
    assert not {c.group for c in chosen.controls} - chosen.groups.keys()
