"""Programs brought in from elsewhere: every control arrives, what has no counterpart is said, and nothing is claimed for it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from trestle.oscal import catalog as oscal_catalog
from trestle.oscal import common, component, profile

from evidence.errors import EvidenceError
from evidence.programs.exchange import counterparts
from evidence.programs.exchange.audit_manager import import_audit_manager
from evidence.programs.exchange.brought import UNSAID, Brought
from evidence.programs.exchange.conformance_pack import import_conformance_pack
from evidence.programs.exchange.oscal_component import component_definition
from evidence.programs.exchange.oscal_import import import_oscal
from evidence.programs.exchange.starter import starter
from evidence.programs.load import BUILT_IN, load_program, program
from evidence.programs.model import Program
from evidence.requirements import requirements

UUID = "5f1b2c3d-0000-4000-8000-000000000001"
META = {"title": "Acme baseline", "last-modified": "2026-01-01T00:00:00Z", "version": "2.1", "oscal-version": "1.2.1", "parties": [
    {"uuid": UUID, "type": "organization", "name": "Acme Ltd"}]}  # fmt: skip


def loaded(brought: Brought) -> Program:
    return load_program(brought.text, requirements(), "brought.yaml")


def kept(folder: Path, name: str, value: Any) -> Path:
    (folder / name).write_text(json.dumps(value), encoding="utf-8")
    return folder / name


def control(
    id: str, title: str, *, label: str = "", status: str = "", inner: tuple[Any, ...] = (), went: str = ""
) -> dict[str, Any]:
    props = [{"name": n, "value": v} for n, v in (("label", label), ("status", status)) if v]
    links = [{"href": f"#{went}", "rel": "moved-to"}] if went else []
    fields = {"props": props, "controls": list(inner), "links": links}
    return {"id": id, "title": title, **{k: v for k, v in fields.items() if v}}


def a_catalog(*controls: Any, groups: Any = ()) -> dict[str, Any]:
    found = {
        "uuid": UUID,
        "metadata": META,
        **({"groups": list(groups)} if groups else {}),
        **({"controls": list(controls)} if controls else {}),
    }
    oscal_catalog.Catalog(**found)  # it is valid OSCAL
    return {"catalog": found}


def a_profile(*imports: Any, modify: Any = None) -> dict[str, Any]:
    found = {"uuid": UUID, "metadata": META, "imports": list(imports), **({"modify": modify} if modify else {})}
    profile.Profile(**found)
    return {"profile": found}


def chooses(*ids: str, **more: Any) -> dict[str, Any]:
    return {"href": "#catalog", "include-controls": [{"with-ids": list(ids), **more}]}


def test_a_catalog_brings_every_control_with_its_enhancements_and_says_which_are_withdrawn(tmp_path: Path) -> None:
    inner = control("a-1.1", "And of admins", label="A-1(1)", inner=(control("a-1.1.1", "Deep"),))
    groups = [
        {"id": "a", "title": "Access", "controls": [control("a-1", "Keys of users", label="A-1", inner=(inner,)), control("a-2", "Gone", status="withdrawn", went="a-1")]},
        {"id": "b", "title": "Backup", "groups": [{"id": "b.i", "title": "Copies", "controls": [control("b-1", "Copies are made")]}]},
    ]  # fmt: skip
    found = loaded(import_oscal(kept(tmp_path, "c.json", a_catalog(groups=groups)), "acme", ()))
    assert [(c.id, c.title, c.group) for c in found.controls] == [
        ("A-1", "Keys of users", "a"), ("A-1(1)", "And of admins", "a"), ("a-1.1.1", "Deep", "a"), ("b-1", "Copies are made", "b.i"),
    ]  # fmt: skip
    assert found.withdrawn == {"a-2": "see a-1"} and found.groups == {"a": "Access", "b.i": "Copies"}
    assert (found.name, found.edition, found.body) == ("Acme baseline", "2.1", "Acme Ltd")
    assert {c.adds for c in found.controls} == {UNSAID} and not any(c.requirements for c in found.controls)


def test_controls_in_no_group_stand_beside_those_that_have_one(tmp_path: Path) -> None:
    groups = [{"id": "a", "title": "Access", "controls": [control("a-1", "Keys")]}]
    found = loaded(import_oscal(kept(tmp_path, "c.json", a_catalog(control("z", "Loose"), groups=groups)), "acme", ()))
    assert {c.id: c.group for c in found.controls} == {"z": "other", "a-1": "a"}


def test_a_profile_derives_from_the_program_that_has_its_controls(tmp_path: Path) -> None:
    modify = {"set-parameters": [{"param-id": "ac-2.3_prm_1", "values": ["35 days"]}]}
    file = kept(tmp_path, "p.json", a_profile(chooses("ac-2", "ac-2.3", "xx-9"), modify=modify))
    brought = import_oscal(file, "acme", [program("soc2-2017"), program("nist-800-53-r5")])
    found = loaded(brought)
    assert [(c.id, c.derived) for c in found.controls] == [
        ("AC-2", ("nist-800-53-r5:AC-2",)),
        ("AC-2(3)", ("nist-800-53-r5:AC-2(3)",)),
    ]
    nist = {c.id: c for c in program("nist-800-53-r5").controls}
    assert found.controls[1].requirements == nist["AC-2(3)"].requirements
    assert brought.unmatched[0] == "control xx-9, which nist-800-53-r5 does not have in force"
    assert "ac-2.3_prm_1 = 35 days" in brought.unmatched[1]


def test_a_profile_with_enhancements_and_exclusions(tmp_path: Path) -> None:
    one = chooses("ac-2", "au-2", **{"with-child-controls": "yes"}) | {"exclude-controls": [{"with-ids": ["ac-2.1"]}]}
    found = loaded(import_oscal(kept(tmp_path, "p.json", a_profile(one)), "acme", [program("nist-800-53-r5")]))
    ids = {c.id for c in found.controls}
    assert {"AC-2", "AC-2(3)", "AU-2"} <= ids and "AC-2(1)" not in ids and "AC-3" not in ids


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"component-definition": {}}, "holds neither a catalog nor a profile"),
        ([], "holds neither a catalog nor a profile"),
        ({"catalog": {"metadata": META}}, "has no control in force"),
        ({"profile": {"imports": [chooses("zz-1")]}}, "names no controls of a program that is known here"),
        (
            {"profile": {"imports": [{"include-controls": [{"matching": [{"pattern": "ac-*"}]}]}]}},
            "by a pattern, which is not read",
        ),
        ({"profile": {"imports": [{"include-all": {}}]}}, "names no controls of a program that is known here"),
    ],
)
def test_what_is_no_catalog_or_profile_is_refused(document: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=says):
        import_oscal(kept(tmp_path, "x.json", document), "acme", [program("nist-800-53-r5")])


def test_a_file_that_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(EvidenceError, match="is not JSON"):
        import_oscal(tmp_path / "x.json", "acme", ())
    with pytest.raises(EvidenceError, match="could not be read"):
        import_oscal(tmp_path / "missing.json", "acme", ())


def source(kind: str, word: str = "", **more: Any) -> dict[str, Any]:
    return {"sourceType": kind, "sourceKeyword": {"keywordValue": word}} | more


FRAMEWORK = {
    "framework": {
        "name": "Acme quarterly", "complianceType": "Acme", "controlSets": [
            {"name": "Data", "controls": [
                {"id": "1", "name": "1.1 Volumes are encrypted", "controlMappingSources": [
                    source("AWS_Config", "ENCRYPTED_VOLUMES"), source("AWS_API_Call", "ec2_DescribeVolumes"), source("AWS_Config", "Custom_ours")]},
                {"id": "2", "name": "1.2 The policy is read", "testingInformation": "Ask for the policy.", "controlMappingSources": [
                    source("MANUAL", sourceDescription="The signed policy")]},
            ]},
            {"name": "People", "controls": [{"id": "3", "name": "Staff are trained"}, {"id": "4", "name": "Common things"}]},
        ],
    }
}  # fmt: skip


def test_a_framework_of_audit_manager_keeps_its_controls(tmp_path: Path) -> None:
    whole = {"control": {"id": "4", "name": "Common things", "controlMappingSources": [source("Core_Control", "Keys rotate")]}}
    brought = import_audit_manager([kept(tmp_path, "f.json", FRAMEWORK), kept(tmp_path, "c.json", whole)], "acme")
    found = loaded(brought)
    assert [(c.id, c.group) for c in found.controls] == [("1.1", "S1"), ("1.2", "S1"), ("C3", "S2"), ("C4", "S2")]
    assert found.groups == {"S1": "Data", "S2": "People"} and found.name == "Acme quarterly"
    (mapped,) = found.controls[0].requirements
    assert (mapped.id, mapped.reach, mapped.why) == ("ec2.volumes.encrypted", "part", "for the AWS Config rule ENCRYPTED_VOLUMES")
    assert found.controls[1].adds == "Ask for the policy. The signed policy" and found.controls[2].adds == UNSAID
    assert brought.unmatched == (
        "1.1: the answers of an API call: ec2_DescribeVolumes",
        "1.1: AWS_Config: Custom_ours",
        "C4: Keys rotate of AWS's own library: get its sources with `aws auditmanager get-control`",
    )
    assert "# Without a counterpart here: 1.1: AWS_Config: Custom_ours\n" in brought.text


def test_a_security_hub_control_brings_what_our_program_of_them_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "evidence.programs.exchange.audit_manager.securityhub_controls", lambda: {"EC2.3": [{"id": "ec2.volumes.encrypted", "reach": "full"}]}
    )  # fmt: skip
    one = {"framework": {"name": "x", "controlSets": [{"name": "s", "controls": [{"name": "Disks", "controlMappingSources": [
        source("AWS_Security_Hub", "EC2.3"), source("AWS_Security_Hub", "EC2.99")]}]}]}}  # fmt: skip
    brought = import_audit_manager([kept(tmp_path, "f.json", one)], "acme")
    assert [(m.id, m.reach) for m in loaded(brought).controls[0].requirements] == [("ec2.volumes.encrypted", "part")]
    assert brought.unmatched == ("C1: AWS_Security_Hub: EC2.99",)


@pytest.mark.parametrize("names", [["c.json"], ["f.json", "f.json"], ["x.json"], ["e.json"]])
def test_files_that_are_not_one_framework_are_refused(names: list[str], tmp_path: Path) -> None:
    kept(tmp_path, "f.json", FRAMEWORK)
    kept(tmp_path, "c.json", {"control": {"id": "4"}})
    kept(tmp_path, "x.json", {"frameworks": []})
    kept(tmp_path, "e.json", {"framework": {"name": "empty", "controlSets": []}})
    with pytest.raises(EvidenceError):
        import_audit_manager([tmp_path / name for name in names], "acme")


PACK = """\
Resources:
  EncryptedVolumes:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: encrypted-volumes
      InputParameters: {kmsId: !Ref Key}
      Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}
  Ours:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: ours
      Description: Tags are there
      Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: !Sub "arn:${AWS::Region}"}
  Unknown:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: unknown
      Source: {Owner: AWS, SourceIdentifier: A_RULE_OF_TOMORROW}
  Topic: {Type: AWS::SNS::Topic}
"""


def test_a_conformance_pack_brings_a_control_for_each_rule(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    brought = import_conformance_pack(tmp_path / "pack.yaml", "acme")
    found = {c.id: c for c in loaded(brought).controls}
    assert list(found) == ["encrypted-volumes", "ours", "unknown"]
    (mapped,) = found["encrypted-volumes"].requirements
    assert (mapped.id, mapped.reach) == ("ec2.volumes.encrypted", "part") and "kmsId = !Ref Key" in mapped.why
    assert found["ours"].title == "Tags are there" and not found["ours"].requirements
    assert brought.unmatched == ("the rule ours of your own", "the AWS Config rule A_RULE_OF_TOMORROW")


def test_a_template_without_rules_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}", encoding="utf-8")
    with pytest.raises(EvidenceError, match="declares no rule"):
        import_conformance_pack(tmp_path / "pack.yaml", "acme")
    (tmp_path / "evil.yaml").write_text("!!python/object/apply:os.system [touch x]", encoding="utf-8")
    with pytest.raises(EvidenceError):
        import_conformance_pack(tmp_path / "evil.yaml", "acme")


def test_every_counterpart_is_a_requirement() -> None:
    rules = counterparts.config_rules()
    assert all(name == name.upper() and ids for name, ids in rules.items())
    assert not {id for ids in rules.values() for id in ids} - requirements().keys()


def test_a_program_of_ones_own_begins_with_a_file_that_can_be_used() -> None:
    found = load_program(starter("acme-2.1", "Acme"), requirements())
    assert (found.id, found.name, len(found.controls)) == ("acme-2.1", "Acme", 2)


@pytest.mark.parametrize("id", ["Acme", "a/b", "", "..", "a b"])
def test_an_id_that_cannot_be_a_files_name_is_refused(id: str) -> None:
    with pytest.raises(EvidenceError, match="cannot be a program's id"):
        starter(id)


MADE = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("id", [file.removesuffix(".yaml") for file in BUILT_IN])
def test_every_program_is_written_as_a_component_definition(id: str, tmp_path: Path) -> None:
    found = program(id)
    text = component_definition(found, requirements(), "0.1.0", MADE)
    (tmp_path / "c.json").write_text(text, encoding="utf-8")
    read = component.ComponentDefinition.oscal_read(tmp_path / "c.json")
    (implementation,) = read.components[0].control_implementations
    assert [_prop(r, "control") for r in implementation.implemented_requirements] == [[c.id] for c in found.controls]
    mapped = {
        _prop(r, "control")[0]: [(p.value, p.class_) for p in r.props if p.name == "requirement"]
        for r in implementation.implemented_requirements
    }
    assert mapped == {c.id: [(m.id, m.reach) for m in c.requirements] for c in found.controls}
    assert text == component_definition(found, requirements(), "0.1.0", MADE)


def _prop(requirement: component.ImplementedRequirement, name: str) -> list[str]:
    props: list[common.Property] = requirement.props or []
    return [p.value for p in props if p.name == name]


def test_yaml_imports_are_the_same_as_json(tmp_path: Path) -> None:
    document = a_catalog(control("z", "Loose"))
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    assert (
        import_oscal(tmp_path / "c.yaml", "acme", ()).document
        == import_oscal(kept(tmp_path, "c.json", document), "acme", ()).document
    )
