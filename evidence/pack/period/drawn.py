"""One member's period as a bar: exceptions dark, what is not known hatched, meets mid, not there a thin line. Black-and-white safe."""

import datetime as dt

from markupsafe import Markup

from evidence.assessment.period.model import Timeline
from evidence.pack.drawing import EDGE, INK, drawing, segment

WIDE = 620.0


def drawn(line: Timeline, since: str, until: str, wide: float = WIDE, high: float = 22) -> Markup:
    """The bar, its spans in words for a reader who cannot see it, and the months as ticks."""
    start, end = dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(until)
    room = (end - start).total_seconds()

    def place(moment: dt.datetime) -> float:
        return (moment - start).total_seconds() / room * (wide - 2) + 1

    parts, said = [], []
    for span in line.spans:
        a, b = place(dt.datetime.fromisoformat(span.start)), place(dt.datetime.fromisoformat(span.end))
        said.append(f"{span.state.replace('_', ' ')} from {span.start[:16]} to {span.end[:16]}")
        if span.state == "not there":
            parts.append(f'<path d="M{a:.1f} {high / 2:g}H{b:.1f}" stroke="{EDGE}" stroke-width="2"/>')
        else:
            parts.append(segment(span.state, a, max(b - a, 2.5), high))
    day = start.date().replace(day=1)
    while (day := dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)) < end.date():
        x = place(dt.datetime.combine(day, dt.time(), dt.UTC))
        parts.append(f'<path d="M{x:.1f} 0V{high:g}" stroke="{INK}" stroke-width="1"/>')
    return drawing("; ".join(said[:12]) + ("; and more" if len(said) > 12 else ""), wide, high, parts, ' class="bar"')
