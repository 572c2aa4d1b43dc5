"""From a kept run to its Assessment, as `pack`, `verify` and `explain` need it."""

from collections.abc import Sequence
from types import MappingProxyType

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.assessment.named import Named
from evidence.programs.model import Program
from evidence.programs.parameters import Given
from evidence.requirements import requirements
from evidence.run.run import Run
from evidence.services import populations


def assessment_of(
    run: Run, programs: Sequence[Program], given: Given = MappingProxyType({}), named: Named = MappingProxyType({})
) -> Assessment:
    """Judges a finished run for these programs, with management's parameters. Raises EvidenceError for a run that was cut short."""
    return assess(run.finished(), run.answers(), programs, requirements(), populations(), given, named)
