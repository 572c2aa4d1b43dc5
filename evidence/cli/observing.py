"""From the runs that looked at a period to what can be said of it, as `period`, `pack` and `verify` need it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from evidence.assessment.model import Assessment
from evidence.assessment.period.model import Period
from evidence.assessment.period.over_time import observed, over_time
from evidence.cli.assessing import assessment_of
from evidence.errors import EvidenceError
from evidence.management.model import Statements
from evidence.pack.build import OBSERVATIONS
from evidence.programs.model import Program
from evidence.programs.parameters import with_parameters
from evidence.requirements import requirements
from evidence.run.calendar import midnight, quarter
from evidence.run.run import Run
from evidence.services import populations

Looked = Sequence[tuple[Run, Assessment]]
"""Finished runs in order of time, each judged by today's requirements."""


def in_order(runs: Sequence[Run]) -> list[Run]:
    """Finished runs by their end. Raises EvidenceError for one that was cut short, or that is named twice."""
    found = sorted(runs, key=lambda run: run.finished().as_of)
    for one, other in pairwise(found):
        if one.facts.id == other.facts.id:
            raise EvidenceError(f"{one.where} and {other.where} are the same run.", "Name each run once.")
    return found


def judged_alike(runs: Sequence[Run], programs: Sequence[Program], management: Statements) -> Looked:
    """Each run judged with management's parameters, whatever it stated of exceptions."""
    stated = replace(management, acceptances=(), responses=(), earlier=())
    return [(run, assessment_of(run, programs, stated)) for run in runs]


def period_from(
    looked: Looked, since: dt.datetime, until: dt.datetime, programs: Sequence[Program], management: Statements
) -> Period:
    """What these runs say of the time from `since` up to `until`."""
    runs = [observed(run.finished(), run.answers({"config", "cloudtrail", "sts", "ec2"}), found) for run, found in looked]
    name = runs[-1].kept.scope.period
    return over_time(runs, name, since, until, with_parameters(programs, management.parameters), requirements(), populations())


def quarter_of(run: Run) -> tuple[dt.datetime, dt.datetime] | None:
    """The first moment of the quarter that the run names, and the first after it; None where it names none."""
    days = quarter(run.finished().scope.period)
    return (midnight(days[0]), midnight(days[1] + dt.timedelta(days=1))) if days else None


def period_of(looked: Looked, programs: Sequence[Program], management: Statements) -> tuple[Period | None, list[Run]]:
    """What a pack of the last of these runs says of its quarter, and the earlier runs that it says it by: those that looked in the
    quarter. None where the run names no quarter, or is the only one and asked nothing of the past."""
    run = looked[-1][0]
    span = quarter_of(run)
    if span is None or run.finished().started_at <= span[0]:
        return None, []
    inside = [(r, a) for r, a in looked[:-1] if r.finished().as_of > span[0]]
    if not inside and not {"history", "events"} & {*run.finished().scope.over_time}:
        return None, []
    return period_from([*inside, looked[-1]], *span, programs, management), [r for r, _ in inside]


def period_again(pack: Path, programs: Sequence[Program], management: Statements) -> Period | None:
    """The period of a pack, from the runs that it keeps."""
    earlier = [Run.open(folder) for folder in sorted((pack / OBSERVATIONS).glob("*")) if folder.is_dir()]
    looked = judged_alike([*in_order(earlier), Run.open(pack / "evidence")], programs, management)
    return period_of(looked, programs, management)[0]
