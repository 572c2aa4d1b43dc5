"""Conclude: a control over its requirements' results."""

from collections.abc import Mapping, Sequence

from evidence.assessment.model import Conclusion, ConclusionWord, KindOfTime, MappedResult, RequirementResult
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
        time_of(control, mapped),
        control.derived,
    )


def time_of(control: Control, mapped: Sequence[MappedResult]) -> KindOfTime:
    """One run is one observation: it shows a setting at a time, not that a control worked through a period."""
    if control.responsibility == "aws":
        return "AWS's report period"
    return "point in time" if mapped else "as its documents say"


def word_for(control: Control, results: Sequence[RequirementResult], reaches: Sequence[Reach]) -> ConclusionWord:
    """The worst of the parts: exceptions, incomplete, accepted (every exception is accepted and nothing is unread), supported,
    not applicable.

    A control of AWS's side is inherited. Context alone decides nothing, so a control with nothing else needs a person."""
    if control.responsibility == "aws":
        return "inherited"
    if not results or set(reaches) == {"context"}:
        return "needs a person"
    if any(r.open for r in results):
        return "exceptions"
    if not all(r.whole for r in results):
        return "incomplete"
    if any(r.accepted for r in results):
        return "accepted"
    deciding = {r.judgement for r, reach in zip(results, reaches, strict=True) if reach != "context"}
    return "supported" if "meets" in deciding else "not applicable"


def reach_of(reaches: Sequence[Reach]) -> Reach | None:
    """How far a control's requirements reach together: full where one does, else part, else context."""
    return next((reach for reach in ("full", "part", "context") if reach in reaches), None)
