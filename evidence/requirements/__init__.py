"""What must hold: a folder per topic of the chapter, a file per kind of resource, a function per requirement."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from evidence.requirements import (
    best_practices,
    compliance_validation,
    data_protection,
    identity,
    infrastructure,
    logging,
    resilience,
    vulnerability,
)
from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = (
    *data_protection.REQUIREMENTS,
    *identity.REQUIREMENTS,
    *logging.REQUIREMENTS,
    *compliance_validation.REQUIREMENTS,
    *resilience.REQUIREMENTS,
    *infrastructure.REQUIREMENTS,
    *vulnerability.REQUIREMENTS,
    *best_practices.REQUIREMENTS,
)


@cache
def requirements() -> Mapping[str, Requirement]:
    """Every requirement by id: the built-in ones, then those that installed packages add under `evidence.requirements`
    (each entry point a tuple of them; built-ins win)."""
    found = {r.id: r for r in REQUIREMENTS}
    for point in entry_points(group="evidence.requirements"):
        for requirement in point.load():
            found.setdefault(requirement.id, requirement)
    return found
