"""What a run is judged by, worked out once: the same for every account of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evidence.assessment.judge import variant_of
from evidence.assessment.model import MappedResult
from evidence.assessment.wanted import judged_by, tags_wanted, wanted
from evidence.management.model import NOTHING, Statements
from evidence.programs.model import Mapped, Program
from evidence.programs.parameters import with_parameters
from evidence.requirements.declare import Requirement
from evidence.requirements.needs import needed_across
from evidence.services.declare import PopulationSpec
from evidence.services.plan import asks_for


@dataclass(frozen=True)
class Rules:
    """Programs (with management's parameters), requirements, populations' declarations and what management states.

    judged    (id, variant) → requirement and parameters, of all that the programs map, sorted
    columns   {population: columns} to be read
    tags      {population: column of its tags}, where management names members by tag
    across    {population: columns} that are looked up in all accounts, with what tells whether their lists are whole
    """

    programs: tuple[Program, ...]
    requirements: Mapping[str, Requirement]
    specs: Mapping[str, PopulationSpec]
    management: Statements
    judged: Mapping[tuple[str, str], tuple[Requirement, Mapping[str, Any]]]
    columns: Mapping[str, tuple[str, ...]]
    tags: Mapping[str, tuple[str, ...]]
    across: Mapping[str, tuple[str, ...]]

    @property
    def looked_up(self) -> frozenset[str]:
        """The populations that are looked up in all accounts: of `across`, those that are not there to count others."""
        return frozenset(name for requirement, _ in self.judged.values() for name in requirement.across)

    @property
    def calls_across(self) -> frozenset[tuple[str, str]]:
        """(service, operation) of the calls whose answers fill `across`."""
        return frozenset((ask.service, ask.operation) for ask in asks_for(self.across, self.specs))

    def mapped(self, mapped: Iterable[Mapped]) -> list[MappedResult]:
        """What a control stands on, each with the variant that its parameters ask for."""
        return [MappedResult(m.id, variant_of(self.requirements[m.id], m.parameters), m.reach, m.why) for m in mapped]


def rules_of(
    programs: Sequence[Program],
    requirements: Mapping[str, Requirement],
    specs: Mapping[str, PopulationSpec],
    management: Statements = NOTHING,
) -> Rules:
    programs = with_parameters(programs, management.parameters)
    judged = judged_by(programs, requirements)
    columns = wanted(programs, requirements, specs)
    used = {r.id: r for r, _ in judged.values()}
    across = {
        name: tuple(sorted({*needed, *_telling_who_is_gone(specs[name], columns.get(name, ()))}))
        for name, needed in needed_across(used.values(), specs).items()
    }
    tags = tags_wanted(management, requirements, specs, columns)
    return Rules(programs, requirements, specs, management, judged, columns, tags, across)


def _telling_who_is_gone(spec: PopulationSpec, columns: Iterable[str]) -> list[str]:
    """The columns whose own call may say that a member went away: whoever reads them knows one member less."""
    return [name for name in columns if (of := spec.columns[name].of) is not None and of.each == spec.name]
