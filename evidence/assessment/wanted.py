"""What some programs need to be read: the populations and columns of their requirements, and of the environment lens."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from evidence.assessment.judge import variant_of
from evidence.assessment.lens import ENVIRONMENTS, LENS_NEEDS
from evidence.programs.model import Program
from evidence.requirements.declare import Requirement
from evidence.requirements.needs import needs
from evidence.services.declare import PopulationSpec
from evidence.services.second import read_beside


def judged_by(
    programs: Iterable[Program], requirements: Mapping[str, Requirement]
) -> dict[tuple[str, str], tuple[Requirement, Mapping[str, Any]]]:
    """(id, variant) → the requirement and its parameters, for every requirement that the programs map, sorted."""
    found = {}
    for mapped in (m for p in programs for c in p.controls for m in c.requirements):
        requirement = requirements[mapped.id]
        found[mapped.id, variant_of(requirement, mapped.parameters)] = (requirement, mapped.parameters)
    return dict(sorted(found.items()))


def wanted(
    programs: Iterable[Program], requirements: Mapping[str, Requirement], specs: Mapping[str, PopulationSpec]
) -> dict[str, tuple[str, ...]]:
    """{population: columns}. The lens adds its columns to populations that are read anyway, and the environments."""
    out = needs((r for r, _ in judged_by(programs, requirements).values()), specs)
    for name, columns in LENS_NEEDS.items():
        if name in specs and (name in out or name.startswith(ENVIRONMENTS.partition(".")[0])):
            out[name] = tuple(sorted({*out.get(name, ()), *columns}))
    return dict(sorted(_with_second_sources(out, specs)))


def _with_second_sources(
    found: Mapping[str, tuple[str, ...]], specs: Mapping[str, PopulationSpec]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    extra: dict[str, set[str]] = {}
    for name in found:
        rule = specs[name].corroborated_by
        if rule is not None:
            extra.setdefault(rule.population, set()).update(rule.columns)
        for beside, columns in read_beside(specs[name]).items():
            if beside in specs:
                extra.setdefault(beside, set()).update(columns)
    for name in {*found, *extra}:
        yield name, tuple(sorted({*found.get(name, ()), *extra.get(name, ())}))
