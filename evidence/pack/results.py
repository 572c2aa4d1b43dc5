"""`report/results.json`: the whole Assessment for machines, and what `evidence verify` compares byte for byte.

Described by `results.schema.json` beside this file, which every pack carries under `method/`.
"""

from dataclasses import replace
from importlib.resources import files

import orjson

from evidence.assessment.model import SCHEMA, Assessment, Conclusion
from evidence.pack.as_json import as_json


def results_json(assessment: Assessment) -> bytes:
    """The Assessment as JSON: keys sorted, two spaces, a newline at the end; the same Assessment gives the same bytes."""
    document = {
        "schema": assessment.schema,
        "run": {name: value for name, value in vars(assessment.run).items() if name != "part" or value},
        "programs": assessment.programs,
        "calls": dict(assessment.run.calls),
        "conclusions": [_conclusion(c) for c in assessment.conclusions],
        "coverage": assessment.coverage,
        "environments": assessment.environments,
        "failed_calls": assessment.failed_calls,
        "members": assessment.members,
        "exceptions": assessment.exceptions,
        "acceptances": assessment.acceptances,
        "aws_side": assessment.aws_side,
        "services": assessment.services,
        **({"billing": assessment.billing} if assessment.billing.asked else {}),
        "key_ages": assessment.key_ages,
        "management": assessment.management,
        "requirements": assessment.requirements,
    }
    return as_json(document)


def told_in(data: bytes) -> Assessment:
    """What a pack's results.json says of judgements: run, programs, requirements, members, conclusions and exceptions; the rest is
    left out. Raises ValueError where it is of another schema, or cannot be read."""
    from pydantic import TypeAdapter

    said = orjson.loads(data)
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise ValueError(f"its schema is not {SCHEMA}")
    parts = {name: said.get(name) for name in ("run", "programs", "requirements", "members", "exceptions")}
    conclusions = [{**c, "requirements": c.get("mapped")} for c in said.get("conclusions") or ()]
    empty = {"failed_calls": (), "coverage": (), "environments": ()}
    return TypeAdapter(Assessment).validate_python({**parts, **empty, "conclusions": conclusions})


def of_program(assessment: Assessment, program_id: str) -> Assessment:
    """The Assessment as one program sees it: its conclusions, and the results, members and exceptions behind them."""
    conclusions = tuple(c for c in assessment.conclusions if c.program == program_id)
    mine = {(m.id, m.variant) for c in conclusions for m in c.requirements}
    return replace(
        assessment,
        programs=tuple(p for p in assessment.programs if p.id == program_id),
        conclusions=conclusions,
        requirements=tuple(r for r in assessment.requirements if (r.id, r.variant) in mine),
        members=tuple(m for m in assessment.members if (m.requirement, m.variant) in mine),
        exceptions=tuple(e for e in assessment.exceptions if (e.requirement, e.variant) in mine),
    )


def schema_json() -> bytes:
    """The published JSON Schema of results.json."""
    return files("evidence.pack").joinpath("results.schema.json").read_bytes()


def _conclusion(conclusion: Conclusion) -> dict[str, object]:
    """`requirements` are the ids, `mapped` the same with variant, reach and reason."""
    return {**vars(conclusion), "requirements": [m.id for m in conclusion.requirements], "mapped": conclusion.requirements}
