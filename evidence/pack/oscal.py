"""`report/oscal/`: assessment results with the plan that they import, and a plan of action and milestones, as OSCAL JSON.

One set of files a pack. Each program's controls are one selection of the reviewed controls; a requirement is one observation,
however many programs ask for it, so the counts are the Assessment's. Findings are the assessor's conclusions, so there are
none unless they are asked for. Built of compliance-trestle's models, which take nothing that is not valid OSCAL.
"""

from evidence.errors import EvidenceError
from evidence.pack.material import Material

PLAN, RESULTS, POAM = "assessment-plan.json", "assessment-results.json", "poam.json"


def write_oscal(material: Material) -> None:
    """Writes `report/oscal/`; `poam.json` only where there is an exception, as OSCAL allows no empty one. Raises
    EvidenceError where what is to be written is not valid OSCAL."""
    from pydantic import ValidationError

    from evidence.pack import oscal_documents  # loads trestle's models, which importing this module must not

    folder = material.report / "oscal"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, document in oscal_documents.documents(material).items():
            (folder / name).write_bytes(document.oscal_serialize_json_bytes(pretty=True) + b"\n")
    except ValidationError as error:
        first = error.errors()[0]
        raise EvidenceError(
            f"report/oscal cannot be written as valid OSCAL: {'.'.join(map(str, first['loc']))}: {first['msg']}.",
            "Report this as a fault of the tool, with the id of the run; the other formats do not need it.",
        ) from error
