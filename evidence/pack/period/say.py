"""A period in words: what each state means, and the whole in a few lines."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from evidence.assessment.period.model import STATES, Period, Timeline
from evidence.pack import words

STATE_MEANINGS: Mapping[str, str] = {
    "exception": "It was there and did not meet the requirement.",
    "gap": "Nothing is known of that time: no run looked, nothing was recorded, or two sources contradict each other.",
    "meets": "It was there and met the requirement.",
    "not_applicable": "It was there and the requirement could not apply to it.",
    "not there": "It was not made yet, or was gone.",
}
KIND_MEANINGS: Mapping[str, str] = {
    "history": "Every state that AWS Config recorded through the period was judged, and its breaks are named.",
    "observations": "It was looked at several times, or CloudTrail shows that nothing changed; what lies between is not known otherwise.",
    "point in time": "One observation: it shows a setting at that time, not that a control worked through the period.",
    "not evidenced": "No requirement is read for it: its time is that of the documents a person hands in, or of AWS's report.",
}


def lines(p: Period) -> tuple[str, ...]:
    """The whole in a few lines."""
    kinds = Counter[str](r.kind for r in p.requirements)
    controls = Counter[str](c.kind for c in p.controls)
    known = {"exception": 0, "unknown": 0, "always": 0, "other": 0}
    for r in p.requirements:
        for name in known:
            known[name] += getattr(r, name)
    return (
        f"{p.name or 'The period'}, {p.since[:10]} to {last_day(p)}: {words.plural(len(p.observations), 'run')} looked, {p.longest_gap:.1f} days without "
        f"one at most (from {p.gap_from[:10]} to {p.gap_to[:10]}).",
        f"Requirements by the time they cover: {_counted(kinds, KIND_MEANINGS)}.",
        f"Controls: {_counted(controls, KIND_MEANINGS)}.",
        f"{words.plural(sum(known.values()), 'member')} under requirements: {known['exception']:,} an exception for some of the time, "
        f"{known['unknown']:,} of the others not known for some of it, {known['always']:,} met throughout, {known['other']:,} never applied to.",
        f"Days of members: {days(total_days(p))}.",
        *(f"Limit: {limit}" for limit in p.limits),
    )  # fmt: skip


def _counted(found: Mapping[str, int], order: Mapping[str, str]) -> str:
    return ", ".join(f"{found[kind]:,} {kind}" for kind in order if found.get(kind)) or "none"


def last_day(p: Period) -> str:
    """The last day of which something is said: the end is the first moment after it."""
    return (dt.datetime.fromisoformat(p.until) - dt.timedelta(microseconds=1)).date().isoformat()


def total_days(p: Period) -> dict[str, float]:
    out: Counter[str] = Counter()
    for r in p.requirements:
        out.update(r.days)
    return dict(out)


def days(found: Mapping[str, float]) -> str:
    """ "4.2 exception, 0.0 gap, 1,203.8 meets"."""
    return ", ".join(f"{found.get(state, 0):,.1f} {state.replace('_', ' ')}" for state in STATES if found.get(state)) or "none"


def telling(timelines: Sequence[Timeline]) -> list[Timeline]:
    """The timelines that a reader should look at, those with exceptions first, then those that changed or are not known for some of
    the time. What met throughout, and of which nothing is known but a moment, is counted and not drawn."""
    found = [t for t in timelines if t.states - {"meets", "not_applicable"} and t.states != {"gap"}]
    return sorted(found, key=lambda t: (_rank(t), t.requirement, t.variant, t.account, t.region, t.id))


def _rank(line: Timeline) -> int:
    if "exception" in line.states and "meets" in line.states:
        return 0
    if "exception" in line.states:
        return 1
    return 2
