"""PCI DSS 4.0.1: all that an assessor reports on, the standard's own numbers, and no reach too far.

That its controls are there, in order, and no others is tested with all programs (test_built_in.py) against data/<id>.csv."""

import csv
import re
from pathlib import Path

from evidence.programs.load import program, unmapped
from evidence.programs.model import Control

PCI = "pci-dss-4.0.1"


def controls() -> dict[str, Control]:
    return {c.id: c for c in program(PCI).controls}


def decided() -> set[str]:
    """The controls for which more than context is mapped."""
    return {c.id for c in program(PCI).controls if any(m.reach != "context" for m in c.requirements)}


def test_every_heading_has_its_requirements_in_the_group_it_stands_in() -> None:
    with (Path(__file__).parent / "data" / f"{PCI}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    headings = {row["control_id"] for row in rows if row["kind"] == "section"}
    assert (len(rows), len(headings)) == (351, 71)
    assert {".".join(id.split(".")[:2]) for id in controls()} == headings
    assert not [c.id for c in program(PCI).controls if c.id.split(".")[0] != c.group]


def test_the_standards_numbers_are_demanded() -> None:
    mapped = {(c.id, m.id): dict(m.parameters) for c in program(PCI).controls for m in c.requirements}
    assert mapped["8.3.6", "iam.account.password-length"] == {"length": 12}
    assert mapped["8.3.7", "iam.account.password-reuse"] == {"count": 4}
    assert mapped["8.2.6", "iam.users.unused-credentials"] == {"days": 90}
    assert mapped["10.5.1", "logs.groups.retention"] == {"days": 365}
    assert mapped["10.5.1", "elasticbeanstalk.environments.log-retention"] == {"days": 365}
    assert mapped["6.3.3", "inspector2.findings.resolved-in-time"] == {"critical_days": 30}
    assert mapped["12.8.4", "artifact.account.report-published"] == {"report": "PCI DSS Attestation", "days": 365}


def test_what_the_standard_leaves_to_a_risk_analysis_stays_managements_to_set() -> None:
    mapped = {(c.id, m.id): dict(m.parameters) for c in program(PCI).controls for m in c.requirements}
    assert not mapped["8.6.3", "iam.users.key-age"]
    assert not mapped["8.6.3", "secretsmanager.secrets.rotated"]
    assert not mapped["3.7.4", "kms.keys.rotation"]
    assert not mapped["10.4.3", "guardduty.findings.resolved-in-time"]


def test_nothing_is_claimed_in_full() -> None:
    assert {m.reach for c in program(PCI).controls for m in c.requirements} == {"part", "context"}


def test_policies_duties_and_physical_things_need_a_person() -> None:
    without = {c.id for c in unmapped(program(PCI))}
    papers = {id for id in controls() if re.fullmatch(r"\d+\.1\.[12]", id)}
    assert len(papers) == 24
    assert papers <= without
    assert {c.id for c in program(PCI).controls if c.group == "9" and c.responsibility != "aws"} <= without


def test_aws_keeps_only_rooms_with_systems_and_says_what_stays_yours() -> None:
    inherited = [c for c in program(PCI).controls if c.responsibility == "aws"]
    assert [c.id for c in inherited] == ["9.2.1", "9.2.1.1", "9.2.4", "9.3.1", "9.3.1.1", "9.3.2", "9.3.3", "9.3.4"]
    assert not [c.id for c in inherited if "of your own" not in c.adds]


def test_what_binds_only_some_is_never_decided_by_settings() -> None:
    """Nobody but management knows whether you are a service provider, a host or a designated entity."""
    some = {
        c.id for c in program(PCI).controls if c.group in ("A1", "A2", "A3") or "Only if you are a service provider" in c.adds
    }
    assert len(some) > 40
    assert not some & decided()


def test_encryption_at_rest_does_not_decide_whether_card_numbers_are_readable() -> None:
    """3.5.1.2 does not let encryption of a disk count alone."""
    assert not {"3.5.1", "3.5.1.1", "3.5.1.2", "3.5.1.3"} & decided()


def test_the_scope_is_said_once_to_be_yours() -> None:
    assert "12.5.2" in program(PCI).aws.note
    assert "cardholder data environment" in program(PCI).aws.note


def test_every_control_says_what_a_person_adds_in_words_of_its_own() -> None:
    adds = [c.adds for c in program(PCI).controls]
    assert all(len(text.split()) >= 6 for text in adds)
    assert len(set(adds)) == len(adds)
