"""What is due in a quarter, from the runs that are kept: which one to go on with, whether to begin one, which quarters to pack.

Runs lie in `runs/<quarter>/<day>`, the day on which they were begun; a second one of the same day in `<day>-2`.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evidence.errors import EvidenceError
from evidence.run.calendar import quarter, quarter_name
from evidence.run.run import Run
from evidence.run.store import below, store_at


@dataclass(frozen=True)
class Kept:
    """A run in its place. `name` is "2026-Q3/2026-09-30"; `ended` is None where the run was cut short; both times are UTC."""

    name: str
    id: str
    started: dt.datetime
    ended: dt.datetime | None

    @property
    def quarter(self) -> str:
        return self.name.partition("/")[0]

    @property
    def day(self) -> dt.date:
        return self.started.date()


@dataclass(frozen=True)
class ToCollect:
    """What is to be asked of AWS, by the runs' names: `resume` first, then `begin` ("" where no new run is due). `left` were cut short
    too long ago. `next` is the day on which the next run is due once these are done."""

    resume: tuple[str, ...]
    begin: str
    left: tuple[str, ...]
    next: dt.date


@dataclass(frozen=True)
class ToPack:
    """A pack to be made of `run`, with `earlier` runs, oldest first."""

    quarter: str
    run: Kept
    earlier: tuple[Kept, ...]


def kept_in(runs: str) -> tuple[Kept, ...]:
    """The runs in this folder or below this place on S3, oldest first; whatever else lies there is not looked at. Raises EvidenceError
    for one that cannot be read, and for one in the place of a quarter's folder."""
    store, found = store_at(runs), []
    for name in store.entries():
        if quarter(name) is None:
            continue
        if store.exists(f"{name}/run.json"):
            day = Run.open(below(runs, name)).facts.started[:10]
            raise EvidenceError(
                f"{below(runs, name)} is a run, and a quarter's runs lie in folders of their own in a folder of that name.",
                f"Move it to {below(runs, f'{name}/{day}')}, or keep runs elsewhere (--runs).",
            )
        for one in (f"{name}/{entry}" for entry in store.entries(name)):
            if store.exists(f"{one}/run.json"):
                facts = Run.open(below(runs, one)).facts
                found.append(Kept(one, facts.id, facts.started_at, facts.as_of if facts.ended else None))
    return tuple(sorted(found, key=lambda k: (k.started, k.name)))


def names_in(runs: str) -> frozenset[str]:
    """The names that are taken there, by runs and by whatever a copy that was cut short left."""
    store = store_at(runs)
    return frozenset(f"{name}/{entry}" for name in store.entries() for entry in store.entries(name))


def to_collect(
    kept: Sequence[Kept], now: dt.datetime, every_days: int, alive: dt.timedelta, taken: Collection[str] = ()
) -> ToCollect:
    """The first run of the quarter is due, then one when the last is `every_days` old. One that was cut short and is not older than
    `alive` is gone on with, and counts as done. A new one has none of the names that are `taken`."""
    today, current = now.date(), quarter_name(now.date())
    resume = [k for k in kept if k.ended is None and now - k.started <= alive]
    done = [k for k in kept if k.quarter == current and (k.ended is not None or k in resume)]
    last = max((k.day for k in done), default=None)
    due = last is None or (today - last).days >= every_days
    newest = max((k.started for k in kept if k.ended is not None), default=None)
    left = [k.name for k in kept if k.ended is None and k not in resume and (newest is None or k.started > newest)]
    after = dt.timedelta(days=every_days)
    ahead = (today if due or last is None else last) + after
    next_quarter = _last_day(current) + dt.timedelta(days=1)
    return ToCollect(
        tuple(k.name for k in resume),
        _free({*taken, *(k.name for k in kept)}, today) if due else "",
        tuple(left),
        min(ahead, next_quarter),
    )


def to_pack(kept: Sequence[Kept], packed: Collection[str], today: dt.date, early: bool = False) -> tuple[ToPack, ...]:
    """Each quarter that is over, and with `early` the one that is not, whose last run is in no pack yet: `packed` are the ids of
    the runs that are. The oldest first. With each go the earlier runs of its quarter and the last of the one that has any before it."""
    current = quarter_name(today)
    finished: dict[str, list[Kept]] = {}
    for k in sorted((k for k in kept if k.ended is not None), key=lambda k: (k.ended, k.name)):
        finished.setdefault(k.quarter, []).append(k)
    out, before = [], None
    for name in sorted(finished):
        *earlier, last = finished[name]
        if last.id not in packed and (name < current or (early and name == current)):
            out.append(ToPack(name, last, (*((before,) if before else ()), *earlier)))
        before = last
    return tuple(out)


def _free(taken: Collection[str], today: dt.date) -> str:
    """The name of a run that is begun today."""
    first = f"{quarter_name(today)}/{today.isoformat()}"
    return next(name for n in range(1, len(taken) + 2) if (name := first if n == 1 else f"{first}-{n}") not in taken)


def _last_day(name: str) -> dt.date:
    days = quarter(name)
    assert days is not None
    return days[1]
