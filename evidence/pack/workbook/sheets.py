"""All sheets of the workbook, in order. Each stands in the module that its rows are about."""

from evidence.pack.changes.view import since
from evidence.pack.material import Material
from evidence.pack.workbook import (
    about,
    asked,
    aws_side,
    changes,
    controls,
    environments,
    exceptions,
    people,
    period,
    populations,
    results,
)
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Sheet

PERIOD = (period.period, period.controls, period.timelines, period.watched)
"""There where something is said of a whole period."""
FIRST = "Extractions"
"""Written before the others: they lead to its rows."""


def sheets(material: Material, places: Places) -> tuple[Sheet, ...]:
    """All sheets but README, which says how many rows these have."""
    a = material.assessment
    return (
        asked.scope(a, places),
        controls.controls(a, places),
        controls.crosswalk(a, places),
        results.results(a, places),
        populations.populations(a, places),
        populations.reconciliation(a),
        populations.differences(a),
        asked.extractions(material, places),
        asked.missing(a, places),
        exceptions.exceptions(a, places),
        exceptions.accepted(a, places),
        *([changes.changes(since(material.earlier, a, [p.id for p in a.programs]))] if material.earlier else []),
        *(sheet(material.period) for sheet in PERIOD if material.period is not None),
        environments.environments(a, places),
        environments.stands_on(a, places),
        aws_side.aws_side(a, places),
        aws_side.services(a),
        aws_side.inherited(a, places),
        people.manual(a, places),
        asked.redactions(a),
        people.sign_off(a),
        about.manifest(material),
    )
