"""Charts that have their numbers beside or under them: the period, differences of counts, ages. SVG, black-and-white safe."""

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from evidence.pack.drawing import BAR, BLUE, BROWN, EDGE, INK, MUTE, RED, TINT, box, drawing, text

WIDE = 1740.0
AGES = ((0, 30), (31, 60), (61, 92), (93, 180), (181, None))
"""Whole days, first and last of each class; a quarter is at most 92 days."""


def age_classes(days: Sequence[int]) -> list[tuple[str, int]]:
    """How many lie in each class of age; the classes together hold all."""
    out = []
    for first, last in AGES:
        name = f"over {first - 1}" if last is None else f"{first} to {last}"
        out.append((name, sum(first <= n and (last is None or n <= last) for n in days)))
    return out


def columns(counts: Sequence[tuple[str, int]], what: str, wide: float = WIDE, high: float = 190) -> Markup:
    """A column for each class on one scale, its number on top and its name below."""
    most = max((n for _, n in counts), default=0)
    cell, parts = wide / max(len(counts), 1), []
    base = high - 42
    for k, (name, n) in enumerate(counts):
        x, tall = k * cell + cell * 0.2, (base - 44) * n / max(most, 1)
        if n:
            parts.append(box(x, base - tall, cell * 0.6, tall, BLUE, ""))
        parts.append(text(k * cell + cell / 2, base - tall - 10, 27, f"{n:,}", INK, 600, "middle"))
        parts.append(text(k * cell + cell / 2, high - 8, 25, name, MUTE, anchor="middle"))
    parts.append(f'<path d="M0 {base:g}H{wide:g}" stroke="{INK}" stroke-width="2"/>')
    said = ", ".join(f"{name}: {n:,}" for name, n in counts)
    return drawing(f"{what}: {said}", wide, high, parts)


def timeline(first: dt.date, last: dt.date, seen: Sequence[tuple[dt.date, str, bool]]) -> Markup:
    """The period as a bar, and each observation as a mark with its day; `bool` is whether it is this run. Days out of the period
    stand where they belong, on the same scale."""
    days = [first, last, *(day for day, _, _ in seen)]
    start, end = min(days), max(days)
    room = max((end - start).days, 1)

    def place(day: dt.date) -> float:
        return 60 + (WIDE - 120) * (day - start).days / room

    parts = [box(place(first), 70, max(place(last) - place(first), 6), 34, TINT, INK)]
    parts += _months(first, last, place)
    for n, (day, name, own) in enumerate(sorted(seen)):
        x, y = place(day), (26 if n % 2 == 0 else 172)
        anchor = "start" if x < WIDE / 3 else "end" if x > WIDE * 2 / 3 else "middle"
        parts.append(f'<path d="M{x:g} 40V134" stroke="{INK}" stroke-width="2.4"/>')
        parts.append(f'<circle cx="{x:g}" cy="87" r="11" fill="{BLUE if own else "#fff"}" stroke="{BLUE}" stroke-width="3"/>')
        parts.append(text(x, y, 25, f"{day.isoformat()} {name}", INK, 600 if own else 400, anchor))
    said = "; ".join(f"{day.isoformat()} {name}" for day, name, _ in sorted(seen))
    return drawing(f"The period {first.isoformat()} to {last.isoformat()}, and when AWS was asked: {said}", WIDE, 186, parts)


def _months(first: dt.date, last: dt.date, place: object) -> list[str]:
    parts, day = [], first
    while day <= last and callable(place):
        after = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
        if after <= last:
            parts.append(f'<path d="M{place(after):g} 70V104" stroke="{EDGE}" stroke-width="1.6"/>')
        middle = day + (min(after, last) - day) / 2
        parts.append(text(place(middle), 96, 23, f"{day:%B}", MUTE, anchor="middle"))
        day = after
    return parts


def difference(ours: int, theirs: int, both: int, most: int, wide: float = 300, high: float = 30) -> Markup:
    """What only one of two sources has: to the left of the line what only the second names, to the right what only the list has.
    Two equal sources are a line alone. `most` sets the common scale."""
    left, right = theirs - both, ours - both
    middle = wide / 2
    parts = [f'<path d="M{middle:g} 0V{high:g}" stroke="{INK}" stroke-width="2.4"/>']
    for n, side, colour in ((left, -1, BROWN), (right, 1, BAR)):
        if n:
            long = max(8.0, (middle - 56) * n / max(most, 1))
            x = middle - long if side < 0 else middle
            parts.append(box(x, 5, long, high - 10, colour, ""))
            parts.append(text(middle + side * (long + 8), high - 7, 24, f"{n:,}", INK, 600, "end" if side < 0 else "start"))
    return drawing(f"only in the second source: {left:,}; only in the list: {right:,}; in both: {both:,}", wide, high, parts)


def ageing(
    days: int, due_in: int | None, most: int, *, accepted: bool, overdue: bool, wide: float = 272, high: float = 24
) -> Markup:
    """A bar from the day first seen to the day of the run (the line), and a diamond at the due day: filled when past."""
    line = wide - 72
    long = max(6.0, (line - 8) * min(days, most) / max(most, 1))
    parts = [box(line - long, 4, long, high - 8, "#fff" if accepted else RED, RED if accepted else "", 2.2)]
    parts.append(f'<path d="M{line:g} 0V{high:g}" stroke="{INK}" stroke-width="2.6"/>')
    due = ""
    if due_in is not None:
        x = line + max(-(line - 14), min(60.0, (line - 8) * due_in / max(most, 1)))
        middle = high / 2
        path = f"M{x:g} {middle - 9:g}L{x + 9:g} {middle:g}L{x:g} {middle + 9:g}L{x - 9:g} {middle:g}Z"
        parts.append(f'<path d="{path}" fill="{INK if overdue else "#fff"}" stroke="{INK}" stroke-width="2"/>')
        due = f", due {abs(due_in)} days {'ago' if due_in < 0 else 'from then'}"
    return drawing(f"seen for {days:,} days{due}{', accepted' if accepted else ''}", wide, high, parts, ' class="bar"')
