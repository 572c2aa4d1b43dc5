"""Conclude: a control over its requirements' results."""

from collections.abc import Mapping, Sequence

from evidence.assessment.model import Conclusion, ConclusionWord, MappedResult, RequirementResult
from evidence.programs.model import Control, Program, Reach

Results = Mapping[tuple[str, str], RequirementResult]
"""(requirement id, variant) → result."""


def conclude(program: Program, control: Control, mapped: Sequence[MappedResult], results: Results) -> Conclusion:
    """What the evidence says for one control. See `word_for`."""
    word = word_for(control, [results[m.id, m.variant] for m in mapped], [m.reach for m in mapped])
    return Conclusion(
        program.id,
        control.id,
        control.title,
        program.groups.get(control.group, control.group),
        control.responsibility,
        word,
        reach_of([m.reach for m in mapped]),
        control.adds,
        tuple(mapped),
    )


def word_for(control: Control, results: Sequence[RequirementResult], reaches: Sequence[Reach]) -> ConclusionWord:
    """The worst of the parts: exceptions, incomplete, supported, not applicable.

    A control of AWS's side is inherited. Context alone decides nothing, so a control with nothing else needs a person."""
    if control.responsibility == "aws":
        return "inherited"
    if not results or set(reaches) == {"context"}:
        return "needs a person"
    judgements = {r.judgement for r in results}
    if "exception" in judgements:
        return "exceptions"
    if "gap" in judgements:
        return "incomplete"
    deciding = {r.judgement for r, reach in zip(results, reaches, strict=True) if reach != "context"}
    return "supported" if "meets" in deciding else "not applicable"


def reach_of(reaches: Sequence[Reach]) -> Reach | None:
    """How far a control's requirements reach together: full where one does, else part, else context."""
    return next((reach for reach in ("full", "part", "context") if reach in reaches), None)
