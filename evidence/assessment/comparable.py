"""Whether two runs can be compared, point by point, before anything is counted. Pure.

A difference stops nothing by itself: it says which cause its effects are counted under, or what is not compared at all.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evidence.assessment.compare import asked
from evidence.assessment.comparison import Point, State
from evidence.assessment.model import Assessment, CallFailed
from evidence.errors import few
from evidence.run.calendar import quarter

_FEW = 6
"""Names in one cell of a point."""


def points(
    old: Assessment, new: Assessment, programs: Sequence[str], told: Assessment | None, left_out: Mapping[str, str]
) -> tuple[Point, ...]:
    """What the two runs themselves say. `left_out` are the programs that only one has: {program: "OLD" or "NEW"}; the other
    arguments are those of `compare`."""
    return (
        _point("Entity", old.run.entity, new.run.entity, "These may be two organisations: then nothing below means anything."),
        _time(old, new),
        *(_program(new, told, id) for id in programs),
        *(_left_out(id, side) for id, side in sorted(left_out.items())),
        *_scope(old, new),
        *(_requirements(new, told, programs) if told is not None else _not_told(old)),
        _point("Tool that asked", old.run.tool, new.run.tool, "What was asked may differ: what one did not ask is a gap there."),
        _calls(old.failed_calls, new.failed_calls),
    )


def _point(what: str, old: str, new: str, effect: str) -> Point:
    same = old == new
    return Point(what, old or "not named", new or "not named", "alike" if same else "differs", "" if same else effect)


def _time(old: Assessment, new: Assessment) -> Point:
    """A quarter and the one after it, or any two periods that are named alike nowhere."""
    first, second = quarter(old.run.period), quarter(new.run.period)
    days = (dt.datetime.fromisoformat(new.run.as_of) - dt.datetime.fromisoformat(old.run.as_of)).days
    follow = first is not None and second is not None and first[1] + dt.timedelta(days=1) == second[0]
    said = [f"{a.run.period or 'no period named'}, as of {a.run.as_of[:10]}" for a in (old, new)]
    effect = f"{days:,} days apart." if follow else f"Not a quarter and the next: {days:,} days apart."
    return Point("Period", said[0], said[1], "alike" if follow else "differs", effect)


def _program(new: Assessment, told: Assessment | None, id: str) -> Point:
    editions = [{p.id: p.edition or "no edition named" for p in a.programs} for a in (told, new) if a is not None]
    if told is None:
        return Point(f"Program {id}", "judged by the edition of NEW", editions[-1][id], "alike")
    effect = "OLD's answers are judged again by the edition of NEW; what that moves is counted as rule."
    return _point(f"Program {id}", editions[0].get(id, ""), editions[1][id], effect)


def _left_out(id: str, side: str) -> Point:
    old, new = ("is there", "is not there") if side == "OLD" else ("is not there", "is there")
    return Point(f"Program {id}", old, new, "differs", "Not compared, and counted nowhere.")


def _scope(old: Assessment, new: Assessment) -> Iterator[Point]:
    accounts = [{a["id"] for a in side.run.in_scope} for side in (old, new)]
    places = [
        {f"{a['id']} {region}" for a in side.run.in_scope for region, status in a["regions"].items() if status == "asked"}
        for side in (old, new)
    ]
    effect = "What lies in an account of one alone is counted as scope, neither gone nor new."
    yield _sets("Accounts in scope", accounts[0], accounts[1], effect)
    shared = accounts[0] & accounts[1]
    asked_in = [{place for place in side if place.split(" ")[0] in shared} for side in places]
    effect = "What lies in a Region of one alone is counted as scope or collection."
    yield _sets("Regions asked, by account", asked_in[0], asked_in[1], effect)


def _sets(what: str, old: set[str], new: set[str], effect: str) -> Point:
    """Both by number; where they differ, which only one has."""
    if old == new:
        return Point(what, f"{len(old):,}", f"{len(new):,}", "alike")
    said = [f"{len(a):,}" + (f", alone: {_few(a - b)}" if a - b else "") for a, b in ((old, new), (new, old))]
    return Point(what, said[0], said[1], "differs", effect)


def _few(names: Iterable[str]) -> str:
    return few(sorted(names), _FEW)


def _requirements(new: Assessment, told: Assessment, programs: Sequence[str]) -> Iterator[Point]:
    """How the two were judged, requirement by requirement."""
    sides = []
    for side in (told, new):
        keys = asked(side, programs)
        sides.append({r.id: (r.logic, dict(r.parameters)) for r in side.requirements if (r.id, r.variant) in keys})
    then, now = sides
    effect = "OLD's answers are judged again by today's requirements; what that moves is counted as rule."
    changed = {id for id in then.keys() & now.keys() if then[id][0] != now[id][0]}
    old = f"{len(then):,}" + (f", no longer asked for: {_few(then.keys() - now.keys())}" if then.keys() - now.keys() else "")
    said = f"{len(now):,}" + (f", new: {_few(now.keys() - then.keys())}" if now.keys() - then.keys() else "")
    said += f", judged by another sentence: {_few(changed)}" if changed else ""
    alike = not changed and then.keys() == now.keys()
    yield Point("Requirements", old, said, "alike" if alike else "differs", "" if alike else effect)
    moved = {id for id in then.keys() & now.keys() if then[id][1] != now[id][1]}
    state: State = "differs" if moved else "alike"
    both = [_few(f"{id} {_said(side[id][1])}" for id in moved) or "the same" for side in sides]
    effect = "OLD's answers are judged again with the parameters of NEW; what that moves is counted as rule."
    yield Point("Parameters", both[0], both[1], state, effect if moved else "")


def _said(parameters: Mapping[str, object]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in parameters.items())


def _not_told(old: Assessment) -> Iterator[Point]:
    """A run keeps answers, not judgements: nothing says how it was judged then."""
    effect = "Both are judged by the same requirements and parameters. Whether OLD was once judged otherwise is not known."
    yield Point("Requirements", "judged with today's", f"{len(old.requirements):,}", "alike", effect)
    yield Point("Parameters", "those of NEW", "its own", "alike")


def _calls(old: Sequence[CallFailed], new: Sequence[CallFailed]) -> Point:
    """Which calls brought nothing in NEW that brought something, or were not needed, in OLD."""
    before, after = ({(c.account, c.region, c.call) for c in side} for side in (old, new))
    lost, won = after - before, before - after
    said = [f"{len(side):,}" for side in (old, new)]
    if not lost and not won:
        return Point("Calls not answered", said[0], said[1], "alike")
    named = _few(f"{call} in {account} {region}" for account, region, call in lost)
    effect = f"Answered in one alone: {len(won):,} in NEW, {len(lost):,} in OLD. What they change is counted as collection, never as better."
    return Point("Calls not answered", said[0], said[1] + (f", not in OLD: {named}" if lost else ""), "differs", effect)
