"""A period: no stretch of it says what was not true, and what was recorded is said."""

import datetime as dt
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.assessment.period.over_time import Observed
from evidence.run.calendar import iso
from tests.period.past import OFF, ON, SINCE, UNTIL, Bucket, Past, at, period, wrong

AFTER = UNTIL + dt.timedelta(days=2)


def states(past: Past, *runs: Observed) -> list[tuple[str, str]]:
    """[(state, by)] of the first bucket."""
    (line,) = [t for t in period(runs).timelines if t.id == past.buckets[0].name]
    return [(s.state, s.by) for s in line.spans]


def always_on(*buckets: Bucket) -> Past:
    return Past(list(buckets), [(at(-300), None)])


def test_a_setting_that_was_off_for_a_week_is_seen_for_that_week() -> None:
    past = always_on(Bucket("a", {at(-200): ON, at(20): OFF, at(27): ON}))
    (line,) = period([past.run("r", AFTER)]).timelines
    assert [s.state for s in line.spans] == ["meets", "exception", "meets"]
    assert [s.start[:10] for s in line.spans] == ["2026-07-01", "2026-07-21", "2026-07-28"]
    assert (line.spans[0].start, line.spans[-1].end) == ("2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z")


def test_what_never_changed_is_said_of_the_whole_period_from_its_present_state() -> None:
    past = always_on(Bucket("a", {at(-200): ON}))
    run = past.run("r", AFTER)
    assert states(past, run) == [("meets", "AWS Config")]
    assert not [a for a in run.answers if a.call.operation == "GetResourceConfigHistory"]


def test_a_bucket_that_lived_and_died_inside_the_period_is_there() -> None:
    past = always_on(Bucket("a", {at(10): OFF, at(12): None}))
    assert states(past, past.run("r", AFTER)) == [
        ("not there", "AWS Config"),
        ("exception", "AWS Config"),
        ("not there", "AWS Config"),
    ]
    (requirement,) = period([past.run("r", AFTER)]).requirements
    assert (requirement.kind, requirement.members, requirement.exception) == ("history", 1, 1)


def test_while_the_recorder_was_off_nothing_is_known() -> None:
    past = Past([Bucket("a", {at(-200): ON})], [(at(-300), at(30)), (at(40), None)])
    # Before its last start the run cannot tell that it was on; and what it sees itself may have come about while it looked.
    assert states(past, past.run("r", AFTER)) == [("gap", "AWS Config")]
    runs = [past.run("q", at(20)), past.run("s", at(50)), past.run("r", AFTER)]
    assert states(past, *runs) == [("meets", "AWS Config"), ("gap", "AWS Config"), ("meets", "AWS Config")]
    (line,) = period(runs).timelines
    assert line.spans[-1].start == iso(at(40)), "nothing was recorded from then on, so what the second run saw held all along"


def test_a_record_that_a_run_contradicts_is_not_believed() -> None:
    past = always_on(Bucket("a", {at(-200): ON, at(50): OFF}))
    run = past.run("r", at(60))
    stale = Past([Bucket("a", {at(-200): ON})], past.on).run("r", at(60))
    lying = type(run)(stale.kept, run.assessment, stale.answers, run.results, run.members)
    (line,) = period([lying]).timelines
    assert {s.state for s in line.spans} == {"gap"}
    assert "a run that looked meanwhile exception" in line.spans[0].reason


def test_what_a_run_contradicts_is_settled_by_no_third_source() -> None:
    past = always_on(Bucket("a", {at(-200): ON, at(50): OFF}))
    looks = [
        past.run("1", at(60), history=False),
        past.run("2", at(70), history=False),
        past.run("3", at(85), history=False, events=True),
    ]
    stale = Past([Bucket("a", {at(-200): ON})], past.on).run("4", at(90))
    runs = [*looks, type(stale)(stale.kept, looks[-1].assessment, stale.answers, looks[-1].results, looks[-1].members)]
    assert {s.state for s in period(runs, at(61), at(69)).timelines[0].spans} == {"gap"}


def test_what_the_recorder_leaves_out_is_not_known() -> None:
    bucket = Bucket("a", {at(-200): ON, at(20): OFF})
    left_out = Past([bucket], [(at(-300), None)], left_out=("AWS::S3::Bucket",))
    assert {state for state, _ in states(left_out, left_out.run("r", AFTER))} == {"gap"}
    whole = always_on(bucket)
    since_then = states(whole, left_out.run("q", at(40)), whole.run("r", AFTER))
    assert since_then == [("gap", "AWS Config")], "nobody knows since when it is recorded again, or what was missed before"


def test_what_happens_while_the_last_run_goes_on_is_not_said() -> None:
    ended = at(60)
    past = always_on(Bucket("a", {at(-200): ON, ended - dt.timedelta(minutes=2): OFF}))
    found = period([past.run("r", ended)])
    assert [s.state for s in found.timelines[0].spans] == ["gap"], "the record said one thing and the run another"
    assert found.until == iso(ended - dt.timedelta(minutes=5))


def test_two_observations_are_joined_where_no_call_changed_anything_and_only_there() -> None:
    quiet, busy = Bucket("a", {at(-200): ON}), Bucket("b", {at(-200): ON, at(15): OFF, at(16): ON})
    past = Past([quiet, busy], [])
    runs = [
        past.run("1", at(10), history=False),
        past.run("2", at(20), history=False),
        past.run("3", at(40), history=False, events=True),
    ]
    lines = {t.id: t for t in period(runs, at(10), at(20)).timelines}
    assert [(s.state, s.by) for s in lines["a"].spans] == [("meets", "CloudTrail")]
    assert [(s.state, s.by) for s in lines["b"].spans] == [("meets", "CloudTrail"), ("gap", ""), ("meets", "CloudTrail")]
    unread = [past.run("1", at(10), history=False), past.run("2", at(20), history=False)]
    assert {s.state for t in period(unread, at(10), at(20)).timelines for s in t.spans} == {"gap"}


def test_events_that_were_refused_or_are_older_than_aws_looks_back_join_nothing() -> None:
    past = Past([Bucket("a", {at(-200): ON})], [])
    first = past.run("1", at(5), history=False)
    for last in (
        past.run("3", at(60), history=False, events=True, endings={"LookupEvents": "denied"}),
        past.run("3", at(200), history=False, events=True),
    ):
        (line,) = period([first, last], SINCE, at(90)).timelines
        assert {s.state for s in line.spans} == {"gap"}


def test_a_history_that_was_refused_is_a_gap_and_says_so() -> None:
    past = always_on(Bucket("a", {at(-200): ON, at(20): OFF}))
    for operation in ("GetResourceConfigHistory", "DescribeConfigurationRecorderStatus"):
        (line,) = period([past.run("r", AFTER, endings={operation: "denied"})]).timelines
        assert [s.state for s in line.spans] == ["gap"]
        assert f"config:{operation} denied" in line.spans[0].reason
    listing = period([past.run("r", AFTER, endings={"ListDiscoveredResources": "denied"})])
    assert [s.state for s in listing.timelines[0].spans] == ["gap"]
    assert listing.requirements[0].unknown == 1 or listing.requirements[0].exception == 1


just_before = st.sampled_from([AFTER, *(at(7 * week) for week in range(1, 13))]).map(lambda m: m - dt.timedelta(minutes=2))
quiet = st.floats(-60, 93, allow_nan=False).map(lambda d: at(round(d, 2)))
moments = quiet | just_before
"""Some while a run goes on: a run begins five minutes before it ends."""


@st.composite
def lives(draw: st.DrawFn, moments: st.SearchStrategy[dt.datetime]) -> dict[dt.datetime, str | None]:
    when = sorted(draw(st.sets(moments, min_size=1, max_size=6)))
    life: dict[dt.datetime, str | None] = {}
    there = False
    for moment in when:
        value = draw(st.sampled_from([ON, OFF, None] if there else [ON, OFF]))
        there = value is not None
        life[moment] = value
    return life


@st.composite
def recorders(draw: st.DrawFn) -> list[tuple[dt.datetime, dt.datetime | None]]:
    edges = sorted(draw(st.sets(moments, max_size=6)))
    windows = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return [*windows, *([(edges[-1], None)] if len(edges) % 2 else [])]


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    buckets = [Bucket(f"b{n}", draw(lives(moments))) for n in range(draw(st.integers(1, 3)))]
    return Past(buckets, draw(recorders()), forgets=draw(st.booleans()))


asked = st.tuples(st.booleans(), st.booleans())
"""Whether a run asks for the history, and for the events."""


@settings(max_examples=int(os.environ.get("PERIOD_EXAMPLES", "100")), deadline=None)
@given(pasts(), st.dictionaries(st.integers(1, 12), asked, max_size=3), asked)
def test_no_stretch_of_a_random_past_says_what_was_not_true(
    past: Past, weeks: dict[int, tuple[bool, bool]], last: tuple[bool, bool]
) -> None:
    runs = [past.run(f"w{w}", at(w * 7), history=h, events=e) for w, (h, e) in sorted(weeks.items())]
    runs.append(past.run("last", AFTER, history=last[0], events=last[1]))
    found = period(runs)
    lives = {b.name: b for b in past.buckets}
    for line in found.timelines:
        assert wrong(line, lives[line.id]) == []
        assert (line.spans[0].start, line.spans[-1].end) == (found.since, found.until)
        assert all(a.end == b.start for a, b in zip(line.spans, line.spans[1:], strict=False))
    if not any((*last, *(one for both in weeks.values() for one in both))):
        assert {s.state for t in found.timelines for s in t.spans} <= {"gap"}


@settings(max_examples=60, deadline=None)
@given(st.lists(lives(quiet), min_size=1, max_size=3))
def test_with_a_recorder_that_is_always_on_nothing_is_unknown(found: list[dict[dt.datetime, str | None]]) -> None:
    past = always_on(*(Bucket(f"b{n}", life) for n, life in enumerate(found)))
    for line in period([past.run("r", AFTER)]).timelines:
        assert "gap" not in line.states
