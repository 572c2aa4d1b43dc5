"""A period as values: what each member was under each requirement from its first moment to its last, and how that is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from evidence.programs.model import Responsibility

State = Literal["meets", "exception", "gap", "not_applicable", "not there"]
STATES: tuple[str, ...] = get_args(State)
"""A judgement, "gap" where nothing is known of a stretch of time, or "not there": not made yet, or gone."""
Source = Literal["AWS Config", "CloudTrail", "observation", ""]
KindOfTime = Literal["history", "observations", "point in time", "not evidenced"]
SCHEMA = 1


@dataclass(frozen=True)
class Observation:
    """One run inside the period, or the first after it: when it was begun and ended (UTC, ISO 8601)."""

    run: str
    started: str
    ended: str
    history: bool
    events: bool


@dataclass(frozen=True)
class Span:
    """One stretch of time, from its first moment up to `end` (UTC, ISO 8601), and what the member was in it. `by` says what that is
    known from; `reason` what was observed, or why nothing is known; `evidence` the ids of the answers read."""

    start: str
    end: str
    state: State
    by: Source
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """One member under one requirement through the period: `spans` begin with the period, end with it, and leave nothing out.
    `seen` is what each run judged, by the run's id; a run that says nothing of the member is left out."""

    requirement: str
    variant: str
    partition: str
    account: str
    region: str
    type: str
    id: str
    arn: str
    seen: Mapping[str, State]
    spans: tuple[Span, ...]

    @property
    def states(self) -> frozenset[str]:
        return frozenset(span.state for span in self.spans)


@dataclass(frozen=True)
class RequirementOverTime:
    """A requirement through the period. `members` = always + exception + unknown + other, each counted once, the worst first:

    exception  members that were an exception for some of the time, or when a run looked
    unknown    of the others, those of which some of the time is not known
    always     of the others, those that met it whenever they were there
    other      those it never applied to
    days       member-days by state; together the members times the days of the period
    limits     what the statement does not reach, in sentences
    """

    id: str
    variant: str
    kind: KindOfTime
    says: str
    members: int
    always: int
    exception: int
    unknown: int
    other: int
    days: Mapping[str, float]
    limits: tuple[str, ...]


@dataclass(frozen=True)
class ControlOverTime:
    """A control and the kind of time that its evidence covers, in words: "history", "13 observations, 7.2 days apart at most"."""

    program: str
    control: str
    title: str
    responsibility: Responsibility
    kind: KindOfTime
    says: str
    exception: int
    unknown: int


@dataclass(frozen=True)
class Watched:
    """A place and a stretch of time in which something was recorded: AWS Config's recorder was on ("recorder"), or every changing
    call was read ("events")."""

    what: Literal["recorder", "events"]
    account: str
    region: str
    start: str
    end: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Period:
    """Everything that is said of a period, from `since` up to `until`: its end (`ends`), or when the last run began, where that came first.
    `longest_gap` is the longest time without an observation, in days, the ends of the period
    included; `gap_from` and `gap_to` where it lies."""

    name: str
    since: str
    until: str
    ends: str
    observations: tuple[Observation, ...]
    longest_gap: float
    gap_from: str
    gap_to: str
    requirements: tuple[RequirementOverTime, ...]
    controls: tuple[ControlOverTime, ...]
    timelines: tuple[Timeline, ...]
    watched: tuple[Watched, ...]
    limits: tuple[str, ...]
    schema: int = SCHEMA
