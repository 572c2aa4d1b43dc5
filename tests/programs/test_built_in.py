"""The mappings themselves: every control is there, every requirement exists, and nothing is claimed that cannot be."""

import csv
import re
from pathlib import Path

import pytest

from evidence.programs.load import BUILT_IN, program, unmapped
from evidence.requirements import requirements

HERE = Path(__file__).parent
DATA = HERE / "data"
OVER_CLAIMS = HERE.parents[1] / "docs" / "decisions" / "over-claims.md"
IDS = [file.removesuffix(".yaml") for file in BUILT_IN]
SOC2, CIS, HIPAA, ISO = "soc2-2017", "cis-aws-foundations-7.0", "hipaa-security-rule", "iso-27001-2022"
NIST = "nist-800-53-r5"
FINDINGS = {
    "accessanalyzer.findings.dealt-with": "accessanalyzer.regions.external-access",
    "guardduty.findings.resolved-in-time": "guardduty.regions.enabled",
    "inspector2.findings.resolved-in-time": "inspector2.regions.ec2-scanning",
    "securityhub.findings.resolved-in-time": "securityhub.regions.enabled",
    "macie2.regions.discovery": "macie2.regions.enabled",
    "config.rules.compliant": "config.regions.recording",
}
"""What a service finds, and that it looks at all: without it, no finding means nothing."""
OWN_CHOICE = {
    *(
        "secretsmanager.secrets.customer-key",
        "secretsmanager.secrets.rotation",
        "backup.vaults.customer-key",
        "backup.vaults.locked",
    ),
    *(
        "backup.vaults.immutable",
        "backup.vaults.deletion-denied",
        "inspector2.regions.ecr-scanning",
        "inspector2.regions.lambda-scanning",
    ),
    *("elbv2.target-groups.encrypted", "elb.listeners.instance-encrypted", "ec2.volumes.aws-backup", "s3.buckets.aws-backup"),
    *("backup.plans.retention", "ssm.regions.session-logging", "securityhub.regions.unified", "config.rules.compliant"),
}
"""One way among several, or of no use where a thing is not used: failing it is no failure of a law's or catalogue's demand."""


def controls(id: str, *families: str) -> list[str]:
    return [c.id for c in program(id).controls if c.group in families]


@pytest.mark.parametrize("id", IDS)
def test_the_file_is_named_after_the_program(id: str) -> None:
    assert program(id).id == id


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda p: p.stem)
def test_every_control_of_the_program_is_there_and_no_other(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        listed = [r["control_id"] for r in csv.DictReader(file) if not r.get("withdrawn") and r.get("kind") != "section"]
    assert len(listed) > 20
    assert [c.id for c in program(path.stem).controls] == listed


@pytest.mark.parametrize("id", IDS)
def test_every_mapped_requirement_exists(id: str) -> None:
    assert {m.id for c in program(id).controls for m in c.requirements} <= requirements().keys()


@pytest.mark.parametrize("id", IDS)
def test_context_always_says_why(id: str) -> None:
    assert not [(c.id, m.id) for c in program(id).controls for m in c.requirements if m.reach == "context" and not m.why]


@pytest.mark.parametrize("id", IDS)
def test_titles_are_short_and_none_stands_twice(id: str) -> None:
    titles = [c.title for c in program(id).controls]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 120


def test_titles_do_not_follow_the_protected_texts() -> None:
    """The benchmark's titles begin with "Ensure", the criteria with the entity or with a COSO principle; ISO's controls say "shall"."""
    protected = re.compile(r"^(ensure|coso|the entity|eliminate use|maintain current)\b|\bthe entity\b|\bshall\b", re.IGNORECASE)
    assert not [c.title for id in (SOC2, CIS, ISO) for c in program(id).controls if protected.search(c.title)]


def test_soc2_governance_and_privacy_need_a_person() -> None:
    """At most context is mapped to what boards, managers and privacy officers decide."""
    person = set(controls(SOC2, "CC1", "CC2", "CC3", "CC4", "CC5", "CC9", "P", "PI1"))
    assert len(person) == 17 + 2 + 18 + 5
    reaches = {m.reach for c in program(SOC2).controls if c.id in person for m in c.requirements}
    assert reaches <= {"context"}
    assert set(controls(SOC2, "CC1", "CC2", "CC3", "CC5", "CC9", "P", "PI1")) <= {c.id for c in unmapped(program(SOC2))}


def test_soc2_physical_access_is_inherited_from_awss_report() -> None:
    soc2 = program(SOC2)
    assert [c.id for c in soc2.controls if c.responsibility == "aws"] == ["CC6.4"]
    assert soc2.aws.attested
    assert soc2.aws.artifact == "SOC 2 report"


@pytest.mark.parametrize("id", [SOC2, ISO])
def test_nothing_is_claimed_in_full(id: str) -> None:
    assert not [c.id for c in program(id).controls for m in c.requirements if m.reach == "full"]


def test_iso_the_management_system_needs_a_person() -> None:
    clauses = [c for c in program(ISO).controls if c.group.isdigit()]
    assert len(clauses) == 30
    assert {c.responsibility for c in clauses} == {"customer"}
    assert {c.id for c in clauses} <= {c.id for c in unmapped(program(ISO))}


def test_iso_people_and_premises_are_shown_by_no_setting() -> None:
    reaches = {m.reach for c in program(ISO).controls if c.group in ("A.6", "A.7") for m in c.requirements}
    assert reaches <= {"context"}
    assert {"A.6.7"} == {c.id for c in program(ISO).controls if c.group in ("A.6", "A.7") and c.requirements}


def test_iso_offices_stay_the_customers() -> None:
    """AWS's certificate speaks for its data centres: nothing of Annex A is AWS's alone, and desks and laptops are none of it."""
    premises = {c.id: c.responsibility for c in program(ISO).controls if c.group == "A.7"}
    assert len(premises) == 14
    assert {id for id, whose in premises.items() if whose == "customer"} == {"A.7.7", "A.7.9"}
    assert "aws" not in {c.responsibility for c in program(ISO).controls}


def test_iso_where_aws_has_a_share_it_is_said_what_speaks_for_it() -> None:
    iso = program(ISO)
    assert iso.aws.attested
    assert iso.aws.artifact == "ISO 27001 certificate and Statement of Applicability"
    shared = [c for c in iso.controls if c.responsibility == "shared"]
    assert len(shared) > 20
    assert not [c.id for c in shared if not re.search(r"ISO 27001 certificate\b.*\bAWS Artifact\b", c.adds)]


def test_iso_what_scanners_claim_too_much_of_is_at_most_context() -> None:
    """Suppliers, incidents, devices, malware, masking, deletion, filters and the way software is built and changed."""
    organised = ["A.5.1", "A.5.3", "A.5.5", "A.5.6", "A.5.7", *(f"A.5.{n}" for n in range(19, 30))]
    built = ["A.8.1", "A.8.4", "A.8.7", "A.8.10", "A.8.11", "A.8.23", *(f"A.8.{n}" for n in range(25, 35))]
    mapped = {c.id: {m.reach for m in c.requirements} for c in program(ISO).controls}
    assert not [id for id in (*organised, *built) if not mapped[id] <= {"context"}]


def test_iso_every_control_asks_a_person_for_something_of_its_own() -> None:
    adds = [c.adds for c in program(ISO).controls]
    assert len({words[:40] for words in adds}) == len(adds)
    assert min(map(len, adds)) > 60


def test_cis_sets_its_own_numbers() -> None:
    mapped = {(c.id, m.id): m.parameters for c in program(CIS).controls for m in c.requirements}
    assert mapped["2.8", "iam.account.password-length"] == {"length": 14}
    assert mapped["2.9", "iam.account.password-reuse"] == {"count": 24}
    assert mapped["2.11", "iam.users.unused-credentials"] == {"days": 45}
    assert mapped["2.12", "iam.users.key-age"] == {"days": 90}
    assert mapped["4.6", "kms.keys.rotation"] == {"days": 365}
    assert mapped["6.1.2", "ec2.security-groups.no-open-admin-ports"] == {"ports": [445]}
    for control, family in (("6.3", "IPv4"), ("6.4", "IPv6")):
        assert mapped[control, "ec2.security-groups.no-open-admin-ports"] == {"ports": [22, 3389], "families": [family]}


def test_cis_alarms_are_each_their_own_and_never_the_whole() -> None:
    """What another tool watches is not read, so that none is shown in full."""
    mapped = {c.id: [(m.id, m.reach) for m in c.requirements] for c in program(CIS).controls if c.group == "5"}
    alarms = {control: found for control, found in mapped.items() if control != "5.16"}
    assert len(alarms) == 15 and len({id for ((id, _),) in alarms.values()}) == 15
    assert {reach for ((_, reach),) in alarms.values()} == {"part"}


def test_hipaas_titles_carry_the_rules_own_marks() -> None:
    """Required, addressable or a standard: an addressable specification may be left out only with a reason in writing."""
    with (DATA / f"{HIPAA}.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["control_id"]: row["kind"] for row in csv.DictReader(file)}
    assert {c.id: c.title.rpartition(" ")[2].strip("()") for c in program(HIPAA).controls} == kinds
    assert set(kinds.values()) == {"standard", "required", "addressable"}


def test_hipaa_is_attested_by_nobody_and_inherits_nothing() -> None:
    """AWS signs an addendum; the covered entity's own places stay its own."""
    hipaa = program(HIPAA)
    assert not hipaa.aws.attested
    assert not [c.id for c in hipaa.controls if c.responsibility == "aws"]
    assert {m.reach for c in hipaa.controls for m in c.requirements} == {"part", "context"}


def test_hipaa_physical_contract_and_paper_duties_need_a_person() -> None:
    person = set(controls(HIPAA, "310", "314", "316"))
    assert len(person) == 12 + 6 + 5
    assert person <= {c.id for c in unmapped(program(HIPAA))}


@pytest.mark.parametrize("id", [HIPAA, NIST])
def test_findings_stand_beside_whether_their_service_looks(id: str) -> None:
    mapped = [(c.id, {m.id for m in c.requirements}) for c in program(id).controls]
    together = [(c, found) for c, ids in mapped for found in ids & FINDINGS.keys()]
    assert together
    assert not [(c, found) for c, found in together if FINDINGS[found] not in dict(mapped)[c]]


@pytest.mark.parametrize("id", [HIPAA, NIST])
def test_what_is_the_organisations_own_choice_decides_nothing(id: str) -> None:
    assert requirements().keys() >= OWN_CHOICE
    mapped = [(c.id, m) for c in program(id).controls for m in c.requirements if m.id in OWN_CHOICE]
    assert mapped
    assert not [(c, m.id) for c, m in mapped if m.reach != "context"]


def test_hipaas_assurances_are_read_where_aws_artifact_shows_the_addendum() -> None:
    """It speaks for AWS alone: other associates, and what a contract says, need a person."""
    reaches = {c.id: m.reach for c in program(HIPAA).controls for m in c.requirements if m.id.startswith("artifact.")}
    assert reaches == {"164.308(b)(1)": "part", "164.308(b)(2)": "context", "164.308(b)(3)": "part"}


def test_what_the_record_of_over_claims_names_exists() -> None:
    named = re.findall(r"`([^`\s]+)`", OVER_CLAIMS.read_text(encoding="utf-8"))
    of_programs = {tuple(name.split(":")) for name in named if ":" in name}
    assert len(of_programs) > 20
    assert not [(p, c) for p, c in of_programs if c not in {found.id for found in program(p).controls}]
    assert not [name for name in named if ":" not in name and name not in requirements()]


def test_what_is_left_out_as_too_strict_is_not_mapped() -> None:
    section = OVER_CLAIMS.read_text(encoding="utf-8").partition("## Stricter than the criterion")[2].partition("\n## ")[0]
    left_out = set(re.findall(r"`([a-z0-9]+\.[a-z0-9.-]+)`", section))
    assert len(left_out) > 10
    assert not left_out & {m.id for c in program(SOC2).controls for m in c.requirements}
