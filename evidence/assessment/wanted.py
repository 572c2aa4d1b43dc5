"""What some programs need to be read: the populations and columns of their requirements, and of the environment lens."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from evidence.assessment.judge import variant_of
from evidence.assessment.lens import ENVIRONMENTS, LENS_NEEDS
from evidence.management.model import NOTHING, Statements
from evidence.populations.tags import tag_column
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
    programs: Iterable[Program],
    requirements: Mapping[str, Requirement],
    specs: Mapping[str, PopulationSpec],
    management: Statements = NOTHING,
) -> dict[str, tuple[str, ...]]:
    """{population: columns}. The lens adds its columns to populations that are read anyway, and the environments; what management
    names by tag adds the tags of populations that are read anyway."""
    out = needs((r for r, _ in judged_by(programs, requirements).values()), specs)
    for name, columns in LENS_NEEDS.items():
        if name in specs and (name in out or name.startswith(ENVIRONMENTS.partition(".")[0])):
            out[name] = tuple(sorted({*out.get(name, ()), *columns}))
    for name, columns in tags_wanted(management, requirements, specs, out.keys()).items():
        out[name] = tuple(sorted({*out.get(name, ()), *columns}))
    return dict(sorted(_with_second_sources(out, specs)))


def tags_wanted(
    management: Statements, requirements: Mapping[str, Requirement], specs: Mapping[str, PopulationSpec], read: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """{population: the column of its tags} for those among `read` of which management names members by tag, second sources too."""
    stated = (s for s in (*management.acceptances, *management.responses) if s.tags and s.requirement in requirements)
    columns = {name: tag_column(specs[name]) for name in {requirements[s.requirement].over for s in stated} if name in read}
    return dict(sorted(_with_second_sources({name: (column,) for name, column in columns.items() if column}, specs)))


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
