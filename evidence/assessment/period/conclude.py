"""What a period comes to for each requirement and each control."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from evidence.assessment.period.model import ControlOverTime, KindOfTime, RequirementOverTime, Timeline
from evidence.programs.model import Control, Program
from evidence.requirements.declare import Requirement

ByRequirement = Mapping[tuple[str, str], RequirementOverTime]


def counted(
    id: str, variant: str, kind: KindOfTime, lines: Sequence[Timeline], observations: int, apart: float, limits: tuple[str, ...]
) -> RequirementOverTime:
    """The requirement's members, each counted once, and their days by state."""
    words: Counter[str] = Counter(map(_worst, lines))
    days: dict[str, float] = defaultdict(float)
    for line in lines:
        for span in line.spans:
            length = dt.datetime.fromisoformat(span.end) - dt.datetime.fromisoformat(span.start)
            days[span.state] += length.total_seconds() / 86400
    by = {span.by for line in lines for span in line.spans if span.state != "gap"}
    return RequirementOverTime(
        id, variant, kind, _says(kind, observations, apart, by), len(lines), words["always"], words["exception"], words["unknown"],
        words["other"], {state: round(value, 6) for state, value in sorted(days.items())}, limits,
    )  # fmt: skip


def _worst(line: Timeline) -> str:
    states = line.states | set(line.seen.values())
    if "exception" in states:
        return "exception"
    if "gap" in states:
        return "unknown"
    return "always" if "meets" in states else "other"


def _says(kind: KindOfTime, observations: int, apart: float, by: AbstractSet[str]) -> str:
    seen = said_observations(observations, apart)
    if kind == "history":
        return f"AWS Config's history, and {seen}" if "AWS Config" in by else f"{seen}; AWS Config's history told nothing"
    return f"{seen}, joined where CloudTrail shows no change" if "CloudTrail" in by else seen


def said_observations(observations: int, apart: float) -> str:
    """ "1 observation" or "13 observations"; and the longest time without one."""
    many = f"{observations} observation{'s' if observations != 1 else ''}"
    return f"{many}, {apart:.1f} days without one at most"


def concluded(
    programs: Sequence[Program],
    requirements: Mapping[str, Requirement],
    found: ByRequirement,
    observations: int,
    apart: float,
    variant_of: Callable[[Requirement, Mapping[str, Any]], str],
) -> tuple[ControlOverTime, ...]:
    """Each control by the kind of time that its requirements cover together: the least of them."""
    out = []
    for program in programs:
        for control in program.controls:
            mapped = [m for m in control.requirements if m.reach != "context"] or list(control.requirements)
            keys = dict.fromkeys((m.id, variant_of(requirements[m.id], m.parameters)) for m in mapped)
            mine = [found[key] for key in keys if key in found]
            out.append(_control(program, control, mine, observations, apart))
    return tuple(out)


def _control(
    program: Program, control: Control, mine: Sequence[RequirementOverTime], observations: int, apart: float
) -> ControlOverTime:
    with_members = [r for r in mine if r.members] or list(mine)
    kinds = [r.kind for r in with_members]
    history = sum(kind == "history" for kind in kinds)
    kind: KindOfTime
    if not kinds:
        kind, says = "not evidenced", "What evidences it is not AWS's configuration: see its documents, or AWS's own report."
    elif history == len(kinds):
        kind, says = "history", f"AWS Config's history, and {said_observations(observations, apart)}"
    else:
        kind = "point in time" if observations == 1 and "observations" not in kinds else "observations"
        says = said_observations(observations, apart) + (
            f"; AWS Config's history for {history} of {len(kinds)} requirements" if history else ""
        )
    return ControlOverTime(
        program.id, control.id, control.title, control.responsibility, kind, says,
        sum(r.exception for r in mine), sum(r.unknown for r in mine),
    )  # fmt: skip


def said_limits(over_time: Sequence[str], events: bool, until: dt.datetime, ends: dt.datetime) -> tuple[str, ...]:
    """What the sources cannot tell, in sentences."""
    hours = (ends - until).total_seconds() / 3600
    rest = f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
    out = [f"Nothing is said of the last {rest} of the period: the last run ended before them."] if hours > 0 else []
    out += ["A run sees one moment. What changed and changed back between two runs shows only where something recorded it."]
    if "history" in over_time:
        out.append(
            "AWS Config records what its recorder is told to, while it is on, only some fields of a resource, and minutes after it changed. Where the recorder was "
            "not known to be on, where an item is missing or contradicts what a run saw, the time counts as not known."
        )
    else:
        out.append("AWS Config's history was not asked for (evidence collect --history).")
    if events:
        out.append(
            "CloudTrail's event history reaches back 90 days and has management events only. A call whose record names no resource may "
            "be about any of its service's; it ends what is known of all of them. What happened in the 15 minutes before it was asked may "
            "be missing, and is not counted as read. What AWS changes without a call is not in it."
        )
    else:
        out.append("CloudTrail's events were not asked for, or not read (evidence collect --events).")
    return tuple(out)
