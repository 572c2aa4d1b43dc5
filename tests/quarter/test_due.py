"""What is due, over any history of runs."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from evidence.run.calendar import quarter, quarter_name
from evidence.run.due import Kept, to_collect, to_pack

HALF = dt.timedelta(hours=12)
START = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
HOURS = st.integers(0, 24 * 200)


def kept(started: dt.datetime, ended: dt.datetime | None, n: int = 0) -> Kept:
    return Kept(
        f"{quarter_name(started.date())}/{started.date()}" + (f"-{n}" if n else ""), f"r{started:%m%d%H}{n}", started, ended
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Kept]:
    """Runs of some months, finished after an hour or cut short."""
    hours = sorted(draw(st.lists(HOURS, max_size=12, unique=True)))
    moments = [START + dt.timedelta(hours=h) for h in hours]
    return [kept(m, m + dt.timedelta(hours=1) if draw(st.booleans()) else None, n + 2) for n, m in enumerate(moments)]


@given(histories(), HOURS, st.integers(1, 40))
def test_a_run_is_due_exactly_when_the_last_of_the_quarter_is_old_enough(runs: list[Kept], hour: int, every: int) -> None:
    now = START + dt.timedelta(hours=hour)
    runs = [k for k in runs if k.started <= now and (k.ended is None or k.ended <= now)]
    due = to_collect(runs, now, every, HALF)
    current = quarter_name(now.date())
    assert set(due.resume) == {k.name for k in runs if k.ended is None and now - k.started <= HALF}
    done = [k for k in runs if k.quarter == current and (k.ended is not None or k.name in due.resume)]
    old = all((now.date() - k.day).days >= every for k in done)
    assert bool(due.begin) is old
    assert due.begin not in {k.name for k in runs}
    if due.begin:
        assert due.begin.startswith(f"{current}/{now.date()}")
    assert not set(due.left) & set(due.resume)
    # once it is all done, nothing is due before the day that was named, and something is on it
    after = [Kept(k.name, k.id, k.started, k.ended or (now if k.name in due.resume else None)) for k in runs]
    after += [Kept(due.begin, "new", now, now)] if due.begin else []
    assert to_collect(after, now, every, HALF).begin == ""
    assert due.next > now.date()
    eve = dt.datetime.combine(due.next - dt.timedelta(days=1), dt.time(23), dt.UTC)
    if eve >= now:
        assert to_collect(after, eve, every, HALF).begin == ""
    assert to_collect(after, dt.datetime.combine(due.next, dt.time(), dt.UTC), every, HALF).begin != ""


@given(histories(), HOURS, st.booleans())
def test_each_quarter_that_is_over_is_packed_once_of_its_last_run(runs: list[Kept], hour: int, early: bool) -> None:
    today = (START + dt.timedelta(hours=hour)).date()
    found = to_pack(runs, (), today, early)
    finished = [k for k in runs if k.ended is not None]
    over = {k.quarter for k in finished if k.quarter < quarter_name(today) or (early and k.quarter == quarter_name(today))}
    assert [p.quarter for p in found] == sorted(over)
    for p in found:
        own = sorted((k for k in finished if k.quarter == p.quarter), key=lambda k: k.started)
        assert p.run == own[-1]
        before = sorted((k for k in finished if k.quarter < p.quarter), key=lambda k: k.started)[-1:]
        assert list(p.earlier) == [*before, *own[:-1]]
    assert to_pack(runs, {p.run.id for p in found}, today, early) == ()


def test_one_that_was_cut_short_too_long_ago_is_named_until_a_later_one_is_finished() -> None:
    cut = kept(dt.datetime(2026, 7, 8, 6, tzinfo=dt.UTC), None)
    first = kept(dt.datetime(2026, 7, 1, 6, tzinfo=dt.UTC), dt.datetime(2026, 7, 1, 7, tzinfo=dt.UTC))
    due = to_collect([first, cut], dt.datetime(2026, 7, 8, 20, tzinfo=dt.UTC), 7, HALF)
    assert (due.resume, due.begin, due.left) == ((), "2026-Q3/2026-07-08-2", ("2026-Q3/2026-07-08",))
    later = kept(dt.datetime(2026, 7, 8, 20, tzinfo=dt.UTC), dt.datetime(2026, 7, 8, 21, tzinfo=dt.UTC), 2)
    assert to_collect([first, cut, later], dt.datetime(2026, 7, 15, tzinfo=dt.UTC), 7, HALF).left == ()


@given(st.dates(dt.date(1900, 1, 1), dt.date(9998, 12, 31)))
def test_every_day_lies_in_its_quarter(day: dt.date) -> None:
    days = quarter(quarter_name(day))
    assert days is not None and days[0] <= day <= days[1]
