"""The values of a comparison of two runs: whether they can be compared, what moved, why, and totals that foot.

Three judgements of one resource under one requirement can be told apart: what OLD's pack said when it was made, what OLD's answers
come to under today's requirements, and what NEW's answers come to under the same. From the first to the second only the rule can
have moved; from the second to the third only what was observed, the scope, or how much was collected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from evidence.assessment.model import Judgement

Cause = Literal["real", "rule", "scope", "collection", "none"]
"""`real`: AWS said something else. `rule`: the same answers, judged otherwise. `scope`: one of the runs did not look there.
`collection`: one of them could not read it. `none`: nothing moved."""
CAUSES: tuple[str, ...] = get_args(Cause)
Kind = Literal[
    "fixed", "regressed", "no longer applies", "applies now", "no longer read", "now read",
    "still failing", "still meets", "still unread", "still not applicable",
    "created", "newly visible", "into scope", "gone", "no longer visible", "out of scope",
    "judged otherwise", "judged since", "no longer judged",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
ARRIVALS: tuple[str, ...] = ("created", "newly visible", "into scope")
"""How a resource that OLD does not list comes to be in NEW."""
DEPARTURES: tuple[str, ...] = ("gone", "no longer visible", "out of scope")
"""What became of a resource that NEW does not list. Gone is only what lists that were read to their end no longer hold."""
UNMOVED: tuple[str, ...] = ("still meets", "still unread", "still not applicable")
"""Counted, and in no list: nothing is to be said of them."""
State = Literal["alike", "differs", "not checked"]
SCHEMA = 1


@dataclass(frozen=True)
class Point:
    """One condition of a comparison: what either side says, and what a difference does to the numbers."""

    what: str
    old: str
    new: str
    state: State
    effect: str = ""


@dataclass(frozen=True)
class Side:
    """One of the two: the run, and the pack around it ("" where it is in none). Times are UTC, ISO 8601."""

    run: str
    pack: str
    entity: str
    period: str
    as_of: str


@dataclass(frozen=True)
class Movement:
    """One resource under one requirement, from OLD to NEW. A judgement that the rule moved and AWS too is two of them.

    was, now         judgements; None where it was not listed, or not judged
    why              what NEW's answers say, or why it is not there
    evidence_was, evidence_now   ids of the answers read
    exception_was, exception     its number in OLD and NEW; "" where it is none there
    first_seen, days             of an exception of NEW: since when it is seen (UTC, ISO 8601), whole days to NEW's end
    status_was, status           "open", "accepted"; "" where it is no exception there
    overdue                      the day of management's response is past
    """

    requirement: str
    variant: str
    population: str
    partition: str
    account: str
    region: str
    type: str
    id: str
    arn: str
    kind: Kind
    cause: Cause
    was: Judgement | None
    now: Judgement | None
    why: str
    evidence_was: tuple[str, ...] = ()
    evidence_now: tuple[str, ...] = ()
    exception_was: str = ""
    exception: str = ""
    first_seen: str = ""
    days: int = 0
    status_was: str = ""
    status: str = ""
    overdue: bool = False

    @property
    def lapsed(self) -> bool:
        """Accepted in OLD, and not any more."""
        return (self.status_was, self.status) == ("accepted", "open")


@dataclass(frozen=True)
class Moved:
    """One cell of a matrix: so many results were `was` and are `now`. `was` is a judgement or an arrival, `now` a judgement or a
    departure; in the matrix of rules "not judged" is either."""

    was: str
    now: str
    count: int


@dataclass(frozen=True)
class Bridge:
    """One population from OLD to NEW, in members, that foots: told + rule = opening, and
    opening + created + newly_visible + into_scope - gone - no_longer_visible - out_of_scope = closing.

    `told` is what OLD's pack listed (of a run: the opening). `complete_old` and `complete_new`: every list was read to its end."""

    name: str
    noun: str
    told: int
    rule: int
    opening: int
    created: int
    newly_visible: int
    into_scope: int
    gone: int
    no_longer_visible: int
    out_of_scope: int
    closing: int
    complete_old: bool
    complete_new: bool


@dataclass(frozen=True)
class Comparison:
    """See the module's docstring. Everything is sorted, so that the same two give the same bytes.

    programs    ids of the programs compared: those that both have
    points      whether the two can be compared, point by point
    rules       OLD's judgements of then × of today, over the same answers; empty where OLD is a run, which nobody judged then
    matrix      OLD × NEW, both judged with today's requirements
    kinds       {kind: results}, those of rules too
    causes      {cause: results}
    movements   all but those that stayed as they were (`UNMOVED`); exceptions that stay are there, with their age
    """

    old: Side
    new: Side
    programs: tuple[str, ...]
    requirements: int
    points: tuple[Point, ...]
    rules: tuple[Moved, ...]
    matrix: tuple[Moved, ...]
    bridge: tuple[Bridge, ...]
    kinds: Mapping[str, int]
    causes: Mapping[str, int]
    movements: tuple[Movement, ...]
    schema: int = SCHEMA
