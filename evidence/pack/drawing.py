"""Drawings as SVG: shapes for words, bars for counts. Tenths of a millimetre; black-and-white safe; each has its title."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from evidence.pack.fonts import SANS, SEMIBOLD, Face, spelled, width

INK, MUTE, BLUE, EDGE = "#16202b", "#4f5b68", "#1f4e79", "#77828d"
RED, BROWN, GREEN, BAR, TINT = "#8e1b16", "#734600", "#2f7667", "#64998c", "#eef2f6"

_DISC = f'<circle cx="5" cy="5" r="4.4" fill="{GREEN}"/>'
_TRIANGLE = f'<path d="M5 .6 9.7 9.3H.3Z" fill="{RED}"/>'
_HALF = (
    f'<rect x=".7" y=".7" width="8.6" height="8.6" fill="#fff" stroke="{BROWN}" stroke-width="1.1"/>'
    f'<path d="M.7 9.3 9.3 .7V9.3Z" fill="{BROWN}"/>'
)
_DASH = f'<path d="M1.4 5H8.6" stroke="{MUTE}" stroke-width="1.5"/>'
SHAPES: Mapping[str, str] = {
    "meets": _DISC,
    "supported": _DISC,
    "exception": _TRIANGLE,
    "exceptions": _TRIANGLE,
    "gap": _HALF,
    "incomplete": _HALF,
    "in part": _HALF,
    "accepted": f'<path d="M5 1.3 9 8.8H1Z" fill="#fff" stroke="{RED}" stroke-width="1.2" stroke-linejoin="round"/>',
    "inherited": f'<path d="M5 .7 9.3 5 5 9.3 .7 5Z" fill="#fff" stroke="{BLUE}" stroke-width="1.2"/>',
    "needs a person": (
        '<circle cx="5" cy="2.7" r="2" fill="#3a4653"/><path d="M1.2 9.4C1.2 6.6 2.8 5.4 5 5.4S8.8 6.6 8.8 9.4Z" fill="#3a4653"/>'
    ),
    "not applicable": _DASH,
    "out of scope": _DASH,
    "not active": _DASH,
    "denied": (
        f'<rect x=".9" y=".9" width="8.2" height="8.2" fill="#fff" stroke="{RED}"/>'
        f'<path d="M2.4 2.4 7.6 7.6M7.6 2.4 2.4 7.6" stroke="{RED}" stroke-width="1.4"/>'
    ),
    "not enabled": (
        f'<rect x="1" y="1" width="8" height="8" fill="#fff" stroke="{EDGE}" stroke-width=".9" stroke-dasharray="1.6 1.2"/>'
    ),
    "read": f'<rect x=".5" y=".5" width="9" height="9" fill="{GREEN}"/>',
    "not judged": f'<circle cx="5" cy="5" r="3.9" fill="#fff" stroke="{EDGE}" stroke-width=".9" stroke-dasharray="1.4 1.1"/>',
}
"""A shape for each word; the style sheet shows it before the word, so that it is never there alone."""


def shape_file(word: str) -> str:
    """A shape as a picture of its own, for the style sheet."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10">{SHAPES[word]}</svg>'


def shape(word: str, x: float, y: float, size: float = 2.5) -> str:
    return f'<g transform="translate({x:g},{y:g}) scale({size:g})">{SHAPES[word]}</g>'


def drawing(title: str, wide: float, high: float, parts: Sequence[str], css: str = "") -> Markup:
    """A whole drawing; its title is what a screen reader says."""
    body = "".join(parts)
    return Markup(
        f'<svg viewBox="0 0 {wide:g} {high:g}" width="{wide / 10:g}mm" height="{high / 10:g}mm"{css}>'
        f"<title>{escape(title)}</title>{body}</svg>"
    )


def text(x: float, y: float, size: float, words: str, colour: str = MUTE, weight: int = 400, anchor: str = "start") -> str:
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{bold}{place}>{escape(words)}</text>'


def clip(words: str, size: float, room: float, face: Face = SANS) -> str:
    """The text, or as much of it as has room, with an ellipsis that says so."""
    words = spelled(words)
    if width(words[:400], face) * size <= room and len(words) <= 400:
        return words
    kept = words[:400]
    while kept and width(kept + "…", face) * size > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def box(x: float, y: float, wide: float, high: float, fill: str = "none", stroke: str = INK, line: float = 2) -> str:
    edge = f' stroke="{stroke}" stroke-width="{line:g}"' if stroke else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" fill="{fill}"{edge}/>'


def arrow(x: float, y: float, to: float) -> str:
    tip = f"M{to - 2:g} {y:g}L{to - 18:g} {y - 7:g}L{to - 18:g} {y + 7:g}Z"
    return f'<path d="M{x:g} {y:g}H{to - 14:g}" stroke="{INK}" stroke-width="2.5"/><path d="{tip}" fill="{INK}"/>'


def bar(counts: Mapping[str, int], wide: float = 290, most: int = 0, high: float = 24) -> Markup:
    """A row of judgements: exceptions dark, gaps hatched, meets mid, not applicable outlined. `most` sets a common scale."""
    order = ("exception", "gap", "meets", "not_applicable")
    total = sum(counts.get(word, 0) for word in order)
    title = _counted(counts)
    if not total:
        return drawing(title, wide, high, [], ' class="bar"')
    room = (wide - 4) * (total / max(most, total))
    least = 8.0
    raw = {word: counts.get(word, 0) * room / total for word in order if counts.get(word, 0)}
    small = {word: least for word, size in raw.items() if size < least}
    rest = sum(size for word, size in raw.items() if word not in small)
    left = max(room - sum(small.values()), least)
    parts, x = [], 1.0
    for word, size in raw.items():
        wide_now = small.get(word) or size * left / rest
        parts.append(segment(word, x, max(wide_now - 2, 5), high))
        x += wide_now
    return drawing(title, max(wide, x + 2), high, parts, ' class="bar"')


def _counted(counts: Mapping[str, int]) -> str:
    names = {"meets": "meet", "exception": "exceptions", "gap": "gaps", "not_applicable": "not applicable"}
    return ", ".join(f"{counts.get(word, 0)} {name}" for word, name in names.items())


def segment(word: str, x: float, wide: float, high: float) -> str:
    """One judgement's part of a bar."""
    inner = high - 2
    if word == "exception":
        return box(x, 1, wide, inner, RED, "")
    if word == "meets":
        return box(x, 1, wide, inner, BAR, "")
    if word == "gap":
        return box(x, 1, wide, inner, "#fff", BROWN) + _hatch(x, 1, wide, inner)
    return box(x, 1, wide, inner, "#fff", EDGE, 1.6)


def _hatch(x: float, y: float, wide: float, high: float, step: float = 9) -> str:
    """Rising lines, cut at the box by hand: patterns need ids, and ids repeat over a page."""
    lines = []
    start = step
    while start < wide + high:
        x1, y1 = (x, y + start) if start <= high else (x + start - high, y + high)
        x2, y2 = (x + start, y) if start <= wide else (x + wide, y + start - wide)
        lines.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
        start += step
    return f'<path d="{"".join(lines)}" stroke="{BROWN}" stroke-width="2.2" fill="none"/>'


def conclusion_bar(word: str, count: int, most: int, wide: float = 460, high: float = 24) -> Markup:
    """How many controls have this conclusion, on the scale of the largest."""
    long = max(count * (wide - 4) / max(most, 1), 10)
    parts = [_conclusion(word, 1, long, high)] if count else []
    return drawing(f"{count} controls: {word}", wide, high, parts, ' class="bar"')


def conclusions_bar(counts: Mapping[str, int], wide: float = 300, high: float = 24) -> Markup:
    """All controls of a program side by side, in the order given."""
    total = sum(counts.values())
    least = 8.0
    shown = {word: n for word, n in counts.items() if n}
    small = [word for word, n in shown.items() if n * (wide - 4) / total < least]
    left = wide - 4 - least * len(small)
    rest = sum(n for word, n in shown.items() if word not in small)
    parts, x = [], 1.0
    for word, n in shown.items():
        size = least if word in small else n * left / rest
        parts.append(_conclusion(word, x, max(size - 2, 5), high))
        x += size
    title = ", ".join(f"{n} {word}" for word, n in counts.items())
    return drawing(title, max(wide, x + 2), high, parts, ' class="bar"')


def _conclusion(word: str, x: float, wide: float, high: float) -> str:
    inner = high - 2
    fills = {
        "exceptions": box(x, 1, wide, inner, RED, ""),
        "incomplete": box(x, 1, wide, inner, "#fff", BROWN) + _hatch(x, 1, wide, inner),
        "accepted": box(x, 1, wide, inner, "#fff", RED),
        "supported": box(x, 1, wide, inner, BAR, ""),
        "inherited": box(x, 1, wide, inner, "#fff", BLUE),
        "needs a person": box(x, 1, wide, inner, "#8b96a1", "#3a4653"),
    }
    dashed = box(x, 1, wide, inner, "#fff", EDGE).replace("/>", ' stroke-dasharray="6 5"/>')
    return fills.get(word, dashed)


def shape_chart(groups: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]) -> Markup:
    """One shape a control, a row a group: (group's id, its name, [(control's id, conclusion)]). Two columns where the
    rows are many; a row that is too long goes on below."""
    two = sum(-(-len(controls) // 18) for _, _, controls in groups) > 20
    column = 840.0 if two else 1740.0
    rows = [row for group in groups for row in _chart_rows(*group, column)]
    per_column = -(-len(rows) // 2) if two else len(rows)
    parts = []
    for n, (name, cells, cell) in enumerate(rows):
        left, y = (n // per_column) * 900.0 if per_column else 0.0, 45.0 * (n % per_column if per_column else 0)
        parts.append(text(left, y + 31, 29, name, INK))
        for k, (label, word) in enumerate(cells):
            x = left + _LABELS + k * cell
            parts.append(shape(word, x, y + 7))
            parts.append(text(x + 30, y + 30, 24.5, label))
    total = sum(len(controls) for _, _, controls in groups)
    title = f"Each of the {total} controls with the shape of its conclusion; the same counts stand in the table above"
    return drawing(title, 1740, 45.0 * max(per_column, 1), parts)


_LABELS = 330.0
_Row = tuple[str, list[tuple[str, str]], float]


def _chart_rows(group: str, name: str, controls: Sequence[tuple[str, str]], column: float) -> list[_Row]:
    labels = [(_short(control, group), word) for control, word in controls]
    widest = max((width(spelled(label)) * 24.5 for label, _ in labels), default=0)
    cell = max(82.0, 30 + widest + 18)
    fit = max(1, int((column - _LABELS) // cell))
    title = clip(f"{group} {name}".strip() if name != group else group, 29, _LABELS - 14)
    chunks = [labels[i : i + fit] for i in range(0, len(labels), fit)] or [[]]
    return [(title if n == 0 else "", chunk, cell) for n, chunk in enumerate(chunks)]


def _short(control: str, group: str) -> str:
    """ ".1" for CC6.1 under CC6: the row already names the group."""
    rest = control.removeprefix(group)
    parted = (rest[:1].isdigit() and group[-1:].isalpha()) or not rest[:1].isalnum()
    return rest if rest and rest != control and parted else control


def flow(steps: Sequence[tuple[str, str, str, str]]) -> Markup:
    """Boxes from AWS to the pack: (verb on the arrow before it, title, line, bold line)."""
    parts, gap = [], 64.0
    wide = (1740 - gap * (len(steps) - 1)) / len(steps)
    for n, (verb, title, line, bold) in enumerate(steps):
        x = n * (wide + gap)
        if verb:
            parts.append(arrow(x - gap + 4, 118, x - 1))
            parts.append(text(x - gap / 2, 26, 24, verb, MUTE, anchor="middle").replace("<text", '<text font-style="italic"'))
            parts.append(f'<path d="M{x - gap / 2:g} 34V108" stroke="#c3cbd3" stroke-width="2"/>')
        parts.append(box(x + 1, 40, wide - 2, 150, TINT if verb else "#fff"))
        parts.append(text(x + 14, 82, 31, title, INK, 600))
        parts.append(text(x + 14, 122, 25, clip(line, 25, wide - 24)))
        parts.append(text(x + 14, 162, 25, clip(bold, 25, wide - 24, SEMIBOLD), INK, 600))
    said = "; ".join(f"{title}: {line}, {bold}" for _, title, line, bold in steps)
    return drawing(f"From AWS to the pack. {said}", 1740, 200, parts)


def dots(count: int, most: int = 8) -> Markup:
    """One dot each, up to `most`; the number stands beside them."""
    shown = min(count, most)
    parts = [f'<circle cx="{14 + 28 * n}" cy="14" r="10" fill="{BLUE}"/>' for n in range(shown)]
    if not count:
        parts = [f'<path d="M4 14H30" stroke="{EDGE}" stroke-width="3"/>']
    return drawing(f"{count}", 28.0 * max(shown, 1) + 8, 28, parts, ' class="in"')
