"""Whatever a public mapping says of a control is answered: by a requirement that is evidence for it, or by the reason why there is none."""

import re
from pathlib import Path

import pytest
import yaml

from evidence.programs.load import BUILT_IN, program

HERE = Path(__file__).parent
OVER_CLAIMS = HERE.parents[1] / "docs" / "decisions" / "over-claims.md"
LINES: list[str] = re.findall(r"^- (.*)$", OVER_CLAIMS.read_text(encoding="utf-8"), re.MULTILINE)
PEERS: dict[str, list[str]] = yaml.safe_load((HERE / "data" / "evidenced_by_peers.yaml").read_text(encoding="utf-8"))
"""Per program, every control to which a public mapping maps a check, those that a person must answer among them."""
WAITING = {
    "cis-aws-foundations-7.0": {"2.1.6", "2.2"},
}
"""What an API shows and no requirement judges yet. It leaves this list with the mapping."""


def evidenced(id: str) -> set[str]:
    return {c.id for c in program(id).controls if any(m.reach in ("part", "full") for m in c.requirements)}


def about(id: str, lines: list[str]) -> set[str]:
    """The controls that lines of the record are about: they stand before the reason, which may name others in passing."""
    return {c for line in lines for c in re.findall(rf"`{re.escape(id)}:([^`]+)`", re.split(r": |\. ", line)[0])}


def refused(id: str) -> set[str]:
    return about(id, LINES)


def test_each_program_with_a_public_mapping_is_held_to_it() -> None:
    """The chapter on AWS Elastic Beanstalk has none."""
    assert {f"{id}.yaml" for id in PEERS} == {*BUILT_IN} - {"aws-elastic-beanstalk.yaml"}
    assert sum(map(len, PEERS.values())) > 500
    assert not [(id, c) for id, found in PEERS.items() for c in found if c not in {known.id for known in program(id).controls}]


@pytest.mark.parametrize("id", PEERS)
def test_what_peers_evidence_is_evidenced_or_refused_with_a_reason(id: str) -> None:
    assert {*PEERS[id]} - evidenced(id) - refused(id) == WAITING.get(id, set())


def test_the_reason_of_a_line_does_not_speak_for_the_controls_it_mentions() -> None:
    """CP-9 is mentioned where CP-10 is refused; 3.5.1.2 where 3.5.1 is."""
    assert "CP-10" in refused("nist-800-53-r5") and "CP-9" not in refused("nist-800-53-r5")
    assert "3.5.1" in refused("pci-dss-4.0.1") and "3.5.1.2" not in refused("pci-dss-4.0.1")


def test_where_a_line_says_that_ours_is_context_nothing_more_is_mapped() -> None:
    """The line is put right with the mapping."""
    said = [line for line in LINES if re.search(r"\b[Oo]urs\b[^.]*\bcontext\b", line)]
    assert len(said) > 30
    assert not [c for id in PEERS for c in about(id, said) & evidenced(id)]
