"""Programs of a user's own, from the command line: begun, checked, used, brought in and given away."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import NOWHERE, ROOT, evidence, refused

RUN = ROOT / "evidence/sample/2026-Q3"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    out = evidence("programs", "new", "acme-baseline", "--name", "Acme baseline", "--out", tmp_path / "mine.yaml")
    assert out.returncode == 0, out.stderr
    return tmp_path / "mine.yaml"


def test_a_new_program_can_be_used_as_it_is_and_is_never_written_over(mine: Path) -> None:
    said = evidence("programs", "check", mine)
    assert said.returncode == 0 and "acme-baseline has 2 controls, 1 with a requirement" in said.stdout
    assert "is there already" in refused("programs", "new", "acme-baseline", "--out", mine)


def test_what_is_wrong_is_said_with_file_and_line(mine: Path) -> None:
    mine.write_text(mine.read_text().replace("ec2.volumes.encrypted", "ec2.volume.encrypted"))
    said = refused("programs", "check", mine)
    assert f"{mine}, line 21: control A.1 maps ec2.volume.encrypted, which is no requirement" in said
    assert "Did you mean ec2.volumes.encrypted?" in said


def test_a_program_named_by_its_file_is_shown_asked_for_and_judged(mine: Path, tmp_path: Path) -> None:
    shown = json.loads(evidence("programs", mine, "--json").stdout)
    assert shown["program"] == "acme-baseline" and [c["id"] for c in shown["controls"]] == ["A.1", "A.2"]
    assert "ec2:DescribeVolumes" in evidence("policy", "--program", mine).stdout
    ticket = evidence("ticket", RUN, "acme-baseline:A.1", "--program", mine, "--out", tmp_path / "t", **NOWHERE)
    assert ticket.returncode == 0, ticket.stderr
    found = json.loads((tmp_path / "t/ticket.json").read_bytes())
    assert found["key"].startswith("acme-baseline|A.1|") and found["counts"]["listed"] > 0


def test_a_program_that_is_not_installed_is_asked_for_by_its_file() -> None:
    assert "as in --program acme.yaml" in refused("policy", "--program", "acme")


def test_a_file_may_not_take_the_id_of_a_built_in_program(mine: Path) -> None:
    mine.write_text(mine.read_text().replace("id: acme-baseline", "id: soc2-2017"))
    assert "which is built in" in refused("policy", "--program", mine)
    assert "could not be read" in refused("policy", "--program", mine.with_name("missing.yaml"))


def test_what_has_no_counterpart_is_listed_when_a_conformance_pack_is_brought_in(tmp_path: Path) -> None:
    rules = {
        name: {"Type": "AWS::Config::ConfigRule", "Properties": {"ConfigRuleName": name, "Source": {"Owner": "AWS", "SourceIdentifier": name.upper()}}}
        for name in ("encrypted_volumes", "rule_of_tomorrow")
    }  # fmt: skip
    (tmp_path / "pack.json").write_text(json.dumps({"Resources": rules}))
    out = evidence("programs", "import-conformance-pack", tmp_path / "pack.json", "--id", "acme", "--out", tmp_path / "a.yaml")
    assert out.returncode == 0 and "acme has 2 controls, 1 with a requirement" in out.stdout
    assert "without a counterpart here: the AWS Config rule RULE_OF_TOMORROW" in out.stderr
    assert "can be used" in evidence("programs", "check", tmp_path / "a.yaml").stdout
    assert "cannot be a program's id" in refused("programs", "import-conformance-pack", tmp_path / "pack.json", "--id", "A/B")


def test_the_mappings_of_a_program_are_written_for_oscal(tmp_path: Path) -> None:
    out = evidence("programs", "export-oscal", "cis-aws-foundations-7.0", "--out", tmp_path / "c.json")
    assert out.returncode == 0, out.stderr
    document = json.loads((tmp_path / "c.json").read_bytes())["component-definition"]
    implementation = document["components"][0]["control-implementations"][0]
    assert len(implementation["implemented-requirements"]) == 70
