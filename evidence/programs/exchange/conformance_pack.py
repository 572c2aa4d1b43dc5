"""An AWS Config conformance pack as a program: a control for each of its rules. Source: AWS Config developer guide, "Conformance packs"."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError
from evidence.programs.exchange.brought import Brought, header, one_line, parsed_file
from evidence.programs.exchange.counterparts import of_config_rule

KIND = "the template of a conformance pack"


def import_conformance_pack(file: Path, id: str) -> Brought:
    """Rules of AWS's own with a counterpart are mapped to it; the others, and rules of your own, need a person. Raises EvidenceError."""
    template = parsed_file(file, KIND)
    resources = template.get("Resources") if isinstance(template, Mapping) else None
    rules = {
        name: r.get("Properties") or {}
        for name, r in (resources.items() if isinstance(resources, Mapping) else ())
        if isinstance(r, Mapping) and r.get("Type") == "AWS::Config::ConfigRule"
    }
    if not rules:
        raise EvidenceError(f"{file} declares no rule of AWS Config.", f"Name {KIND}.")
    unmatched: list[str] = []
    controls = [_control(str(name), properties, unmatched) for name, properties in rules.items()]
    twice = {c["id"] for n, c in enumerate(controls) if c["id"] in {other["id"] for other in controls[:n]}}
    controls = [{**c, "id": f"{c['id']} ({n})"} if c["id"] in twice else c for n, c in enumerate(controls, 1)]
    document = {**header(id, file.stem, "", "whoever wrote the conformance pack", "as in the template"), "controls": controls}
    mapped = sum("requirements" in c for c in controls)
    return Brought(document, (
        f"Imported from the conformance pack {file.name}: {len(controls)} rules, {mapped} with a requirement of the same kind.",
        "A rule's parameters are named with it: where a requirement has such a one, give it under `with:`.",
    ), tuple(unmatched))  # fmt: skip


def _control(name: str, properties: Mapping[str, Any], unmatched: list[str]) -> dict[str, Any]:
    found = properties.get("Source")
    source = found if isinstance(found, Mapping) else {}
    identifier, owner = one_line(source.get("SourceIdentifier")), one_line(source.get("Owner"))
    said = one_line(properties.get("ConfigRuleName")) or name
    counterparts = of_config_rule(identifier) if owner in ("AWS", "") else ()
    inputs = properties.get("InputParameters")
    given = ", ".join(f"{k} = {one_line(v, 60)}" for k, v in inputs.items()) if isinstance(inputs, Mapping) else one_line(inputs)
    why = f"for the AWS Config rule {identifier}" + (f", which has {given}" if given else "")
    if not counterparts:
        kind = f"the rule {said} of your own" if owner not in ("AWS", "") else f"the AWS Config rule {identifier or said}"
        unmatched.append(kind + (f", which has {given}" if given else ""))
    result = f"The result of the AWS Config rule {said}" + ("." if counterparts else ", which has no counterpart here.")
    return {
        "id": said, "title": one_line(properties.get("Description"), 200) or f"The rule {said} holds", "responsibility": "customer",
        **({"requirements": [{"id": r, "reach": "part", "why": why} for r in counterparts]} if counterparts else {}),
        "adds": result + " Add why the rule is asked for, and how its findings are dealt with.",
    }  # fmt: skip
