"""A program's mappings as an OSCAL component definition: which requirement of this tool speaks for which control, how far, and what a
person must add. OSCAL 1.2.1, through compliance-trestle's models, which take nothing that is not valid."""

import datetime as dt
import uuid
from collections.abc import Mapping

from pydantic import AnyUrl
from trestle.oscal import common, component

from evidence.programs.exchange.brought import one_line
from evidence.programs.exchange.oscal_ids import token
from evidence.programs.model import Control, Mapped, Program
from evidence.requirements.declare import Requirement

NS = "urn:uuid:2b1058dd-2377-47bf-aa48-2980ae07a011"
OSCAL = "1.2.1"
CATALOGS = {
    "nist-800-53": "https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/NIST_SP-800-53_rev5_catalog.json"
}
"""Where the catalog of a family of programs is; of the others only the program's id is known."""


def component_definition(program: Program, requirements: Mapping[str, Requirement], version: str, made: dt.datetime) -> str:
    """The document as JSON. Ids follow from the program, so that the same program gives the same text."""
    tool = component.DefinedComponent(
        uuid=_id(program, "component"),
        type="validation",
        title=f"evidence {version}",
        description="Judges kept answers of AWS's API by requirements; a result is evidence for a control, never its fulfilment.",
        control_implementations=[
            component.ControlImplementation(
                uuid=_id(program, "implementation"),
                source=_source(program),
                description=f"{one_line(program.name)}, {one_line(program.edition)}: the controls that a requirement speaks for, and those that a person must answer.",
                props=[_prop("program", program.id)],
                implemented_requirements=[_implemented(program, c, requirements) for c in program.controls],
            )
        ],
    )
    definition = component.ComponentDefinition(
        uuid=_id(program, "definition"),
        metadata=common.Metadata(
            title=f"Mappings of {one_line(program.name)}", last_modified=made, version=version, oscal_version=OSCAL
        ),
        components=[tool],
    )
    return component.ComponentDefinition.oscal_serialize_json(definition, pretty=True) + "\n"


def _id(program: Program, *thing: str) -> str:
    return str(uuid.uuid5(uuid.UUID(NS.removeprefix("urn:uuid:")), "\n".join((program.id, program.edition, *thing))))


def _source(program: Program) -> str:
    known = next((address for family, address in CATALOGS.items() if program.id.startswith(family)), "")
    return known or f"#{_id(program, 'catalog')}"


def _prop(name: str, value: str, **more: str) -> common.Property:
    return common.Property(name=name, value=one_line(value), ns=AnyUrl(NS), **more)


def _implemented(program: Program, control: Control, requirements: Mapping[str, Requirement]) -> component.ImplementedRequirement:
    says = [f"{control.title}."]
    if control.responsibility == "aws":
        says.append(f"AWS keeps it and shows it by its {program.aws.artifact}.")
    if control.adds:
        says.append(f"A person must add: {control.adds}")
    return component.ImplementedRequirement(
        uuid=_id(program, "control", control.id),
        control_id=token(program.id, control.id),
        description=one_line(" ".join(says)),
        props=[_prop("control", control.id), _prop("responsibility", control.responsibility), *(_prop("derived", d) for d in control.derived),
               *(_mapped(m, requirements) for m in control.requirements)],
    )  # fmt: skip


def _mapped(mapped: Mapped, requirements: Mapping[str, Requirement]) -> common.Property:
    values = ", ".join(f"{name} = {value}" for name, value in mapped.parameters.items())
    said = [requirements[mapped.id].says, values, mapped.why]
    return _prop(
        "requirement", mapped.id, class_=mapped.reach, remarks=one_line(" ".join(f"{s.rstrip('.')}." for s in said if s))
    )
