"""Whatever a public mapping says of a control is answered: by a requirement that is evidence for it, or by the reason why there is none."""

import re

import pytest

from evidence.programs.load import program, programs
from tests.programs import agreement
from tests.programs.agreement import LINES, ROOT, about, compared, evidenced, parts, peers, refused

WAITING = {
    "cis-aws-foundations-7.0": {"2.1.6", "2.2"},
}
"""What an API shows and no requirement judges yet. It leaves this list with the mapping."""


def test_what_peers_name_is_in_the_programs() -> None:
    assert sum(len(peers(id)) for id in compared()) > 1_500
    assert not [(id, c) for id in compared() for c in peers(id) if not parts(id, c)]


@pytest.mark.parametrize("id", compared())
def test_what_peers_evidence_is_evidenced_or_refused_with_a_reason(id: str) -> None:
    assert {*peers(id)} - evidenced(id) - refused(id).keys() == WAITING.get(id, set())


@pytest.mark.parametrize("file", sorted(agreement.DIFFERENCES.glob("*.yaml")), ids=lambda f: f.stem)
def test_a_difference_names_a_control_that_we_do_not_evidence_and_says_why(file: "agreement.Path") -> None:
    ids = {c.id for c in program(file.stem).controls} | peers(file.stem).keys()
    said = refused(file.stem)
    assert not said.keys() - ids
    assert not said.keys() & evidenced(file.stem)
    assert min(map(len, said.values())) > 25


def test_the_reason_of_a_line_does_not_speak_for_the_controls_it_mentions() -> None:
    """CP-9 is mentioned where CP-10 is refused; 3.5.1.2 where 3.5.1 is."""
    assert "CP-10" in refused("nist-800-53-r5") and "CP-9" not in refused("nist-800-53-r5")
    assert "3.5.1" in refused("pci-dss-4.0.1") and "3.5.1.2" not in refused("pci-dss-4.0.1")


def test_where_a_line_says_that_ours_is_context_nothing_more_is_mapped() -> None:
    """The line is put right with the mapping."""
    said = [line for line in LINES if re.search(r"\b[Oo]urs\b[^.]*\bcontext\b", line)]
    assert len(said) > 30
    assert not [c for p in programs() for c in about(p.id, said).keys() & evidenced(p.id)]


def test_the_page_of_agreement_is_what_the_mappings_give() -> None:
    written = (ROOT / "docs/mapping-agreement.md").read_text(encoding="utf-8")
    assert written == agreement.page(), "python -m tests.programs.agreement > docs/mapping-agreement.md"


def test_jaccard_is_of_the_controls_that_either_evidences() -> None:
    assert agreement.Agreement("prowler", 3, 1, 2).jaccard == "0.50"
    assert agreement.Agreement("prowler", 0, 0, 0).jaccard == "-"
