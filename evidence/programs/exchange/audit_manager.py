"""An AWS Audit Manager framework as a program, from the answers of `get-assessment-framework` and `get-control` kept as JSON.

Field names: Audit Manager API reference, AssessmentFramework, ControlSet, Control, ControlMappingSource, SourceKeyword."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError
from evidence.programs.exchange.brought import UNSAID, Brought, header, numbered, one_line, parsed_file
from evidence.programs.exchange.counterparts import of_config_rule, securityhub_controls

KIND = "the JSON that `aws auditmanager get-assessment-framework` or `get-control` printed"
CALLS = {"AWS_API_Call": "the answers of an API call", "AWS_Cloudtrail": "events in CloudTrail"}
OF_AWS = ("Common_Control", "Core_Control")


def import_audit_manager(files: Sequence[Path], id: str) -> Brought:
    """The program of one framework. Further files are its controls, where the framework's answer does not say them whole. Raises
    EvidenceError."""
    framework: Mapping[str, Any] | None = None
    controls: dict[str, Mapping[str, Any]] = {}
    for file in files:
        said = parsed_file(file, KIND)
        if isinstance(said, Mapping) and isinstance(said.get("framework"), Mapping):
            if framework is not None:
                raise EvidenceError(f"{file} is a second framework.", "Import one at a time.")
            framework = said["framework"]
        elif isinstance(said, Mapping) and isinstance(said.get("control"), Mapping):
            controls[str(said["control"].get("id"))] = said["control"]
        else:
            raise EvidenceError(f"{file} holds neither a framework nor a control of Audit Manager.", f"Name {KIND}.")
    if framework is None:
        raise EvidenceError("None of the files is a framework.", f"Name {KIND}, the framework's among them.")
    return _program(framework, controls, id)


def _program(framework: Mapping[str, Any], whole: Mapping[str, Mapping[str, Any]], id: str) -> Brought:
    groups: dict[str, str] = {}
    found: list[tuple[str, Mapping[str, Any]]] = []
    for n, control_set in enumerate(_each(framework.get("controlSets")), 1):
        key = f"S{n}"
        members = [whole.get(str(c.get("id")), c) for c in _each(control_set.get("controls"))]
        if members:
            groups[key] = one_line(control_set.get("name")) or key
        found += [(key, c) for c in members]
    if not found:
        raise EvidenceError("The framework has no controls.", "Get it again with `aws auditmanager get-assessment-framework`.")
    unmatched: list[str] = []
    numbers = numbered([one_line(c.get("name")) for _, c in found])
    controls = [_control(number, key, c, unmatched) for number, (key, c) in zip(numbers, found, strict=True)]
    name = one_line(framework.get("name"), 120)
    document = {
        **header(id, name, one_line(framework.get("complianceType")), "the framework's owner", "as in Audit Manager; check its licence"),
        "groups": groups, "controls": controls,
    }  # fmt: skip
    notes = (
        f"Imported from the Audit Manager framework {name!r}: {len(controls)} controls, {sum('requirements' in c for c in controls)} with a requirement.",
        "Each mapping says which of Audit Manager's sources it stands for; whether it reaches as far is for you to say.",
    )
    return Brought(document, notes, tuple(unmatched))


def _each(value: Any) -> Iterator[Mapping[str, Any]]:
    return (item for item in value or () if isinstance(item, Mapping))


def _control(number: str, group: str, control: Mapping[str, Any], unmatched: list[str]) -> dict[str, Any]:
    name, manual = one_line(control.get("name"), 200), list[str]()
    mapped: dict[str, dict[str, Any]] = {}
    for source in _each(control.get("controlMappingSources")):
        kind, word = str(source.get("sourceType")), one_line((source.get("sourceKeyword") or {}).get("keywordValue"))
        counterparts = list(_counterparts(kind, word))
        for found in counterparts:
            mapped.setdefault(found["id"], found)
        if kind == "MANUAL":
            manual.append(one_line(source.get("sourceDescription") or source.get("sourceName")))
        elif not counterparts:
            unmatched.append(f"{number}: {_said(kind, word or one_line(source.get('sourceName')))}")
    asked = [one_line(control.get("testingInformation")), *manual]
    adds = one_line(" ".join(filter(None, asked))) or UNSAID
    return {
        "id": number, "title": name or number, "group": group, "responsibility": "customer",
        **({"requirements": list(mapped.values())} if mapped else {}), "adds": adds,
    }  # fmt: skip


def _said(kind: str, word: str) -> str:
    if kind in OF_AWS:
        return f"{word or 'a control'} of AWS's own library: get its sources with `aws auditmanager get-control`"
    return f"{CALLS.get(kind, kind)}: {word or 'not named'}"


def _counterparts(kind: str, word: str) -> Iterator[dict[str, Any]]:
    if kind == "AWS_Config":
        for id in of_config_rule(word):
            yield {"id": id, "reach": "part", "why": f"for the AWS Config rule {word}"}
    elif kind == "AWS_Security_Hub":
        for mapped in securityhub_controls().get(word, ()):
            yield {**mapped, "reach": "part", "why": f"for Security Hub's {word}"}
