"""A comparison in words: what each kind of movement means, and the whole in ten lines."""

from collections import Counter
from collections.abc import Mapping

from evidence.assessment.comparison import ARRIVALS, DEPARTURES, Comparison, Movement, Side
from evidence.pack import words

KIND_MEANINGS: Mapping[str, str] = {
    "fixed": "It failed; it was read again and meets.",
    "regressed": "It met; it was read again and fails.",
    "still failing": "It failed and fails. Its age goes on.",
    "applies now": "The requirement did not apply to it, and does.",
    "no longer applies": "The requirement applied to it, and does not any more. Not counted as fixed.",
    "no longer read": "It was judged in OLD and could not be read in NEW. Nothing is known: neither better nor worse.",
    "now read": "It could not be read in OLD and was judged in NEW. Neither better nor worse than before.",
    "created": "Every list it could stand on was read in OLD, and it was on none.",
    "newly visible": "A list it could stand on was not read in OLD.",
    "into scope": "OLD did not look there.",
    "gone": "Every list it could stand on was read to its end in NEW, and it is on none.",
    "no longer visible": "A list it could stand on was not read in NEW. It may be there as it was: not gone, not fixed.",
    "out of scope": "NEW did not look there.",
    "judged otherwise": "The same answers, judged otherwise by today's requirements than by OLD's pack.",
    "judged since": "Today's requirements judge it by OLD's answers; OLD's pack did not.",
    "no longer judged": "OLD's pack judged it; today's requirements do not.",
    "still meets": "It met and meets.",
    "still unread": "It could be read in neither.",
    "still not applicable": "The requirement applies in neither.",
}
"""In the order in which a reader should look."""
CAUSE_MEANINGS: Mapping[str, str] = {
    "real": "AWS said something else.",
    "rule": "The same answers, judged otherwise: requirements, parameters or editions changed.",
    "scope": "One of the two did not look there.",
    "collection": "One of the two could not read it. Never an improvement.",
    "none": "Nothing moved.",
}


def named(side: Side) -> str:
    """ "2026-Q3 (EVP-2026Q3-8c41d2aa, as of 2026-09-30)": what tells the two apart."""
    return f"{side.period or 'no period named'} ({side.pack or side.run}, as of {side.as_of[:10]})"


def lines(c: Comparison) -> tuple[str, ...]:
    """The whole in ten lines."""
    return (
        f"From {named(c.old)} to {named(c.new)}: {words.plural(len(c.programs), 'program')}, {words.plural(c.requirements, 'requirement')}.",
        f"Comparable: {_points(c)}.",
        f"Results: {results(c)}.",
        f"Fixed: {_n(c, 'fixed')}. Regressed: {_n(c, 'regressed')}.",
        f"Failing in NEW and not in OLD, besides: {_by_kind(newly_failing(c))}.",
        f"Still failing: {_ages(c)}.",
        f"Exceptions of OLD that NEW does not show: {_by_kind(vanished(c))}.",
        f"Not read any more: {_n(c, 'no longer read')} results; no longer visible: {_n(c, 'no longer visible')}. Nothing is known of them, so "
        f"none counts as better. Read now and not before: {_n(c, 'now read')}; newly visible: {_n(c, 'newly visible')}.",
        f"By scope alone: {_n(c, 'into scope')} came in, {_n(c, 'out of scope')} fell out.",
        f"By rule alone: {rule(c)}.",
    )  # fmt: skip


def results(c: Comparison) -> str:
    """ "1,485 in OLD + 6 created … = 1,472 in NEW": it foots."""
    old = sum(m.count for m in c.matrix if m.was not in ARRIVALS)
    new = sum(m.count for m in c.matrix if m.now not in DEPARTURES)
    more = " ".join(f"+ {_n(c, kind)} {kind}" for kind in ARRIVALS)
    less = " ".join(f"- {_n(c, kind)} {kind}" for kind in DEPARTURES)
    return f"{old:,} in OLD {more} {less} = {new:,} in NEW"


def rule(c: Comparison) -> str:
    if not c.rules:
        return "not told apart, since of OLD only answers are at hand; both are judged by the same requirements"
    kinds = [f"{_n(c, kind)} {kind}" for kind in ("judged otherwise", "judged since", "no longer judged") if c.kinds.get(kind)]
    said = words.listed(kinds) if kinds else "nothing"
    return f"{said} among {sum(m.count for m in c.rules):,} results of OLD"


def newly_failing(c: Comparison) -> list[Movement]:
    """Exceptions of NEW that OLD has not, but those that regressed."""
    return [m for m in observed(c) if m.now == "exception" and m.was != "exception" and m.kind != "regressed"]


def vanished(c: Comparison) -> list[Movement]:
    """Exceptions of OLD that are none in NEW, each with what became of it."""
    return [m for m in observed(c) if m.was == "exception" and m.now != "exception"]


def observed(c: Comparison) -> list[Movement]:
    """All but what the rule alone moved, which stands on the same answers."""
    return [m for m in c.movements if m.cause != "rule"]


def failing(c: Comparison) -> list[Movement]:
    """Exceptions of both, the oldest first."""
    found = [m for m in c.movements if m.kind == "still failing"]
    return sorted(found, key=lambda m: (-m.days, m.requirement, m.variant, m.account, m.region, m.id))


def _ages(c: Comparison) -> str:
    found = failing(c)
    if not found:
        return "none"
    said = f"{len(found):,}, the longest for {words.plural(found[0].days, 'day')} (since {found[0].first_seen[:10]})"
    overdue, lapsed = sum(m.overdue for m in found), sum(m.lapsed for m in found)
    return f"{said}; {overdue:,} past the day of their response; {lapsed:,} were accepted in OLD and are open"


def _points(c: Comparison) -> str:
    out = [f"{sum(p.state == 'alike' for p in c.points):,} points alike"]
    for state, one, many in (("differs", "differs", "differ"), ("not checked", *("not checked here",) * 2)):
        found = [p.what for p in c.points if p.state == state]
        if found:
            out.append(f"{len(found):,} {one if len(found) == 1 else many} ({words.listed(found, 5)})")
    return "; ".join(out)


def _by_kind(found: list[Movement]) -> str:
    counts = Counter[str](m.kind for m in found)
    kinds = [f"{n:,} {kind}" for kind, n in sorted(counts.items(), key=lambda item: list(KIND_MEANINGS).index(item[0]))]
    return f"{len(found):,}: {words.listed(kinds)}" if kinds else "none"


def _n(c: Comparison, kind: str) -> str:
    return f"{c.kinds.get(kind, 0):,}"
