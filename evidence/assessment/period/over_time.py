"""A period out of the runs that looked at it. Pure: the same runs give the same Period."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from evidence.assessment.judge import judged_rows, variant_of
from evidence.assessment.model import Assessment, MemberResult, RequirementResult, gone_as
from evidence.assessment.period.conclude import concluded, counted, said_limits
from evidence.assessment.period.model import KindOfTime, Observation, Period, Timeline, Watched
from evidence.assessment.period.recorded import Look, Word, recorded
from evidence.assessment.period.spans import Moment, Stretch, filled, merged, over
from evidence.assessment.period.unchanged import Touches, carried, names_of
from evidence.assessment.wanted import judged_by
from evidence.populations import history as config
from evidence.populations.answers import Answers
from evidence.populations.events import Events, read_events
from evidence.populations.history import HistoryOf, Recorder, Resource, read_history, recorders
from evidence.populations.population import Populations
from evidence.populations.read import read_populations
from evidence.programs.model import Program
from evidence.requirements.declare import Requirement
from evidence.requirements.needs import depends_on_the_day, needs
from evidence.run.answer import GLOBAL, Answer
from evidence.run.calendar import iso
from evidence.run.run import RunFacts as Kept
from evidence.services.cloudtrail import GLOBAL_EVENTS, SOURCES
from evidence.services.declare import PopulationSpec

Key = tuple[str, str, str, str, str]
"""Partition, account, Region, type and id: what a member is told by."""
Specs = Mapping[str, PopulationSpec]
_UNSEEN = "no run looked, and nothing was recorded"


@dataclass(frozen=True)
class Observed:
    """One run with its Assessment, and its answers for what it asked of the past."""

    kept: Kept
    assessment: Assessment
    answers: Answers
    results: Mapping[tuple[str, str], RequirementResult]
    members: Mapping[tuple[str, str], Sequence[MemberResult]]

    @property
    def started(self) -> Moment:
        return dt.datetime.fromisoformat(self.kept.started)

    @property
    def ended(self) -> Moment:
        return self.kept.as_of

    @property
    def asked(self) -> Moment:
        """Up to when its history reaches: to the moment that it asked about, and no further than its own beginning."""
        until = (dt.datetime.fromisoformat(a.until) for a in self.kept.scope.accounts if a.until)
        return min([self.started, *until])


def observed(kept: Kept, answers: Iterable[Answer], assessment: Assessment) -> Observed:
    """A finished run, with those answers only that tell of the past and of where was looked."""
    wanted = {"config", "cloudtrail", "sts", "ec2"}
    members: dict[tuple[str, str], list[MemberResult]] = defaultdict(list)
    for member in assessment.members:
        members[member.requirement, member.variant].append(member)
    return Observed(
        kept,
        assessment,
        Answers(kept.scope, (a for a in answers if a.call.service in wanted)),
        {(r.id, r.variant): r for r in assessment.requirements},
        members,
    )


def over_time(
    runs: Sequence[Observed],
    name: str,
    since: Moment,
    until: Moment,
    programs: Sequence[Program],
    requirements: Mapping[str, Requirement],
    specs: Specs,
) -> Period:
    """What the runs say of the time from `since` up to `until`, for these programs. The runs are in order of time; the last is the
    one that a pack is made of, and nothing is said of what comes after it began. Raises ValueError where that was before the period."""
    ends, until = until, min(until, runs[-1].started)
    if until <= since:
        raise ValueError(f"the last run began on {iso(until)}, before the period")
    judged = judged_by(programs, requirements)
    past = _Past.of(runs, specs, needs((requirement for requirement, _ in judged.values()), specs))
    inside = sum(since <= run.started <= until for run in runs) or 1
    gap = _apart(runs, since, until)
    timelines: list[Timeline] = []
    totals = []
    for (id, variant), (requirement, given) in judged.items():
        one = _Requirement(requirement, given, runs, past, specs[requirement.over], specs)
        lines = one.timelines(since, until)
        timelines.extend(lines)
        totals.append(counted(id, variant, one.kind(inside), lines, inside, gap[0], one.limits()))
    by_id = {(r.id, r.variant): r for r in totals}
    return Period(
        name=name,
        since=iso(since),
        until=iso(until),
        ends=iso(ends),
        observations=tuple(
            Observation(
                r.kept.id, r.kept.started, r.kept.ended, "history" in r.kept.scope.over_time, "events" in r.kept.scope.over_time
            )
            for r in runs
        ),
        longest_gap=gap[0],
        gap_from=iso(gap[1]),
        gap_to=iso(gap[2]),
        requirements=tuple(totals),
        controls=concluded(programs, requirements, by_id, inside, gap[0], variant_of),
        timelines=tuple(timelines),
        watched=past.watched(since, until),
        limits=said_limits(runs[-1].kept.scope.over_time, bool(past.events), until, ends),
    )


def _apart(runs: Sequence[Observed], since: Moment, until: Moment) -> tuple[float, Moment, Moment]:
    """The longest time without an observation, in days, and where it lies."""
    moments = [since, *(m for r in runs if since < (m := r.started) < until), until]
    return max(((b - a).total_seconds() / 86400, a, b) for a, b in pairwise(moments))


@dataclass(frozen=True)
class _Past:
    """What the runs asked of the past, brought together: the history that was asked for last, and everything that any run knows of
    recorders and of changing calls. `windows` are the times in which a recorder was known to be on and its items are known, `looked` when
    a run asked about it, `left_out` when one saw that it leaves a type out; `columns` are what the requirements read."""

    known: Populations | None
    answers: Answers | None
    columns: Mapping[str, Sequence[str]]
    recorders: Mapping[tuple[str, str], Recorder]
    windows: Mapping[tuple[str, str], list[tuple[Moment, Moment]]]
    looked: Mapping[tuple[str, str], list[Moment]]
    left_out: Mapping[tuple[str, str, str], list[Moment]]
    events: Mapping[tuple[str, str], Events]
    read: Mapping[tuple[str, str], list[tuple[Moment, Moment]]]
    histories: dict[str, HistoryOf] = field(default_factory=dict)

    @classmethod
    def of(cls, runs: Sequence[Observed], specs: Specs, columns: Mapping[str, Sequence[str]]) -> "_Past":
        known, answers, asked = None, None, None
        looked: dict[tuple[str, str], list[Moment]] = defaultdict(list)
        left_out: dict[tuple[str, str, str], list[Moment]] = defaultdict(list)
        last: dict[tuple[str, str], Recorder] = {}
        windows: dict[tuple[str, str], list[tuple[Moment, Moment]]] = defaultdict(list)
        found: dict[tuple[str, str], list[Events]] = defaultdict(list)
        for run in runs:
            read = read_populations(run.answers, config.NEEDS, specs, run.ended)
            here = recorders(read, run.started)
            for place, recorder in here.items():
                windows[place].extend(recorder.on)
                looked[place] += [run.started] if recorder.gap is None else []
                for kind in recorder.unrecorded:
                    left_out[*place, kind].append(run.started)
            if "history" in run.kept.scope.over_time:
                known, answers, last, asked = read, run.answers, here, run.asked
            if "events" in run.kept.scope.over_time:
                for place, events in read_events(run.answers).items():
                    found[place].append(events)
        together = {
            (account, region): Events(
                account, region, tuple(merged(w for e in several for w in e.read)),
                tuple(dict.fromkeys(c for e in several for c in e.changes)),
                tuple(dict.fromkeys(id for e in several for id in e.evidence)),
            )
            for (account, region), several in found.items()
        }  # fmt: skip
        seen = {place: [(a, min(b, asked)) for a, b in merged(on) if asked and a < asked] for place, on in windows.items()}
        read_until = {place: list(e.read) for place, e in together.items()}
        return cls(known, answers, columns, last, seen, looked, left_out, together, read_until)

    def history(self, spec: PopulationSpec) -> HistoryOf | None:
        """The population over time; read once for all of its requirements."""
        if self.known is None or self.answers is None or spec.history is None:
            return None
        if spec.name not in self.histories:
            self.histories[spec.name] = read_history(self.answers, spec, self.columns[spec.name], self.known)
        return self.histories[spec.name]

    def recording(self, account: str, region: str, kind: str) -> list[tuple[Moment, Moment]]:
        """The times in which resources of this type were recorded: where a run saw that the recorder leaves it out, none before the next
        run that saw it in, since nobody knows how long it had been left out, and was afterwards."""
        place = (account, region)
        last = max(self.left_out.get((*place, kind), ()), default=None)
        on = self.windows.get(place, [])
        if last is None:
            return on
        known = min((m for m in self.looked[place] if m > last), default=None)
        return [(max(a, known), b) for a, b in on if known is not None and known < b]

    def watched(self, since: Moment, until: Moment) -> tuple[Watched, ...]:
        out = []
        for (account, region), on in sorted(self.windows.items()):
            recorder = self.recorders.get((account, region))
            for start, end in on:
                if max(start, since) < min(end, until):
                    evidence = recorder.evidence if recorder else ()
                    out.append(Watched("recorder", account, region, iso(max(start, since)), iso(min(end, until)), evidence))
        for (account, region), events in sorted(self.events.items()):
            for start, end in events.read:
                if max(start, since) < min(end, until):
                    out.append(Watched("events", account, region, iso(max(start, since)), iso(min(end, until)), events.evidence))
        return tuple(out)


class _Requirement:
    """One requirement through the period."""

    def __init__(
        self,
        requirement: Requirement,
        given: Mapping[str, object],
        runs: Sequence[Observed],
        past: _Past,
        spec: PopulationSpec,
        specs: Specs,
    ) -> None:
        self.requirement, self.runs, self.past, self.spec = requirement, runs, past, spec
        self.id = (requirement.id, variant_of(requirement, given))
        self.own = not requirement.uses
        self.timed = depends_on_the_day(requirement, specs)
        self.history = None
        self.words: list[Word] = []
        if self.own and not self.timed and spec.history is not None:
            self.history = past.history(spec)
        if self.history is not None:
            rows = judged_rows(requirement, Populations({spec.name: self.history.rows}), given)
            self.words = [(m.judgement, m.reason) for m in rows]
            if rows and all(word == "gap" for word, _ in self.words):
                self.history = None  # AWS Config does not record what it reads

    def kind(self, observations: int) -> KindOfTime:
        if self.history is not None and self.history.resources:
            return "history"
        return "observations" if observations > 1 or self.past.events else "point in time"

    def limits(self) -> tuple[str, ...]:
        out = []
        if self.requirement.uses:
            out.append(
                "It reads several populations together, so that only a run can judge it: nothing is said between two runs."
            )
        elif self.timed:
            out.append("It depends on the day (an age, an expiry), so that nothing is said between two runs.")
        if self.history is not None and self.history.unread:
            out.append("AWS Config's list of resources was not read to its end: there may be resources that nobody saw.")
        return tuple(out)

    def timelines(self, since: Moment, until: Moment) -> list[Timeline]:
        looks, arns = self._looks()
        resources = self._resources()
        arns = {key: r.member.arn for key, r in resources.items()} | arns
        names = {key: names_of(key[4], arns[key]) for key in sorted({*looks, *resources})}
        touches = self._touches(names)
        lines = []
        for key in names:
            seen = looks.get(key, {})
            stretches = self._recorded(key, resources.get(key), list(seen.values()), since, until)
            place = _place(key)
            if place in touches:
                known = carried(list(seen.values()), touches[place].of(names[key]), self.past.read[place])
                stretches = over(stretches or [Stretch(since, until, "gap", "", _UNSEEN)], known)
            spans = filled(stretches, since, until, _UNSEEN)
            partition, account, region, type, id = key
            states = {run: look.state for run, look in seen.items()}
            lines.append(Timeline(*self.id, partition, account, region, type, id, arns[key], states, spans))
        return lines

    def _resources(self) -> dict[Key, Resource]:
        """The resources that AWS Config knows; one that is recorded in several Regions by that of a recorder that is on."""
        found: dict[Key, Resource] = {}
        for r in self.history.resources if self.history is not None else ():
            m = r.member
            key = (m.partition, m.account, m.region, m.type, m.id)
            if key not in found or not self.past.windows.get((m.account, found[key].recorded_in)):
                found[key] = r
        return found

    def _touches(self, names: Mapping[Key, frozenset[str]]) -> dict[tuple[str, str], Touches]:
        """(account, Region of its events) → when its members were touched; none where calls cannot tell what the requirement reads."""
        source = SOURCES.get(self.spec.name.partition(".")[0])
        if source is None or not self.own or self.timed:
            return {}
        known: dict[str, set[str]] = defaultdict(set)
        for key, mine in names.items():
            known[key[1]].update(mine)
        places = {_place(key) for key in names} & self.past.events.keys()
        return {
            place: Touches(self.past.events[place].changes, source, self.spec.type, known[place[0]]) for place in sorted(places)
        }

    def _looks(self) -> tuple[dict[Key, dict[str, Look]], dict[Key, str]]:
        """What each run said of each member; "not there" where the run's list was complete and did not have it."""
        found: dict[Key, dict[str, Look]] = defaultdict(dict)
        arns: dict[Key, str] = {}
        named: dict[Key, str] = {}
        whole: list[tuple[Observed, RequirementResult, set[Key]]] = []
        for run in self.runs:
            result = run.results.get(self.id)
            if result is None:
                continue
            here = set()
            for m in run.members.get(self.id, ()):
                key = (m.partition, m.account, m.region, m.type, m.id)
                here.add(key)
                arns[key] = m.arn
                found[key][run.kept.id] = Look(run.started, run.ended, m.judgement, m.reason, m.evidence)
                named[key] = gone_as(m)
            if result.population.complete:
                whole.append((run, result, here))
        for run, result, here in whole:
            gone = set(result.population.gone)
            for key in found.keys() - here:
                if named[key] not in gone:
                    found[key][run.kept.id] = Look(run.started, run.ended, "not there", "not in the list", result.lists)
        return found, arns

    def _recorded(self, key: Key, resource: Resource | None, looks: list[Look], since: Moment, until: Moment) -> list[Stretch]:
        if resource is None:
            return []
        account, region = key[1], resource.recorded_in
        assert self.spec.history is not None
        windows = self.past.recording(account, region, self.spec.history.type)
        recorder = self.past.recorders.get((account, region))
        return recorded(resource, self.words, windows, recorder, looks, since, until)


def _place(key: Key) -> tuple[str, str]:
    """Account and Region in which the events about a member are kept."""
    partition, account, region, _, _ = key
    return account, GLOBAL_EVENTS.get(partition, "") if region == GLOBAL else region
