"""The picture of an environment on a fixed grid: entry, compute, data, and a strip of all else. What has no room is
counted ("and 4 more"); the table under the picture has every kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from evidence.assessment.model import Standing
from evidence.pack import words
from evidence.pack.drawing import (
    BROWN,
    INK,
    MUTE,
    RED,
    TINT,
    arrow,
    box,
    clip,
    drawing,
    shape,
    text,
)
from evidence.pack.fonts import SEMIBOLD

TILES_ACROSS, TILE_ROWS = 6, 3
ZONES_DRAWN, INSTANCES_DRAWN = 3, 3
_EDGES = {"exception": RED, "gap": BROWN}
_NOUNS = {"exception": "with an exception", "gap": "with a gap", "not judged": "not judged"}


@dataclass(frozen=True)
class Kind:
    """All resources of one role: the worst judgement among them and how many have it, how they were found, and which
    stand in which zone."""

    role: str
    standings: tuple[Standing, ...]
    word: str
    worst: int
    found: tuple[str, ...]
    zones: Mapping[str, Sequence[Standing]]

    @property
    def title(self) -> str:
        name = self.role[:1].upper() + self.role[1:]
        count = len(self.standings)
        return name if count == 1 else f"{words.plural(count, name).split(' ', 1)[1]}: {count:,}"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What to say under the title, most important first: what was judged of several, then which they are."""
        count = len(self.standings)
        said = []
        if count > 1 and self.word in _NOUNS:
            said.append(f"{self.worst:,} {_NOUNS[self.word]}" if self.worst < count else f"all {_NOUNS[self.word]}")
        elif self.word == "not judged":
            said.append("not judged")
        if count == 1:
            facts = [f for f in self.standings[0].facts if f not in self.zones]
            zones = [words.plural(len(self.zones), "zone")] if len(self.zones) > 1 else [*self.zones]
            return (short(self.standings[0].id), *facts, *zones, *said)
        return (*said, *(short(s.id) for s in self.standings))


def short(id: str) -> str:
    """The part of an ARN that names the resource."""
    end = id.rsplit(":", 1)[-1] if id.startswith("arn:") else id
    return end.split("/")[-2] if end.startswith("loadbalancer/") and end.count("/") > 2 else end


def draw(name: str, kinds: Sequence[Kind]) -> Markup:
    """The environment's picture; its title tells the same in words."""
    rest = list(kinds)
    entry = _take(rest, "load balancer") or _take(rest, "queue")
    guard = _take(rest, "security group")
    group = _take(rest, "scaling group")
    instances = _take_exact(rest, ("instance", "instances", "ec2 instance"))
    data = _take(rest, "database") or _take(rest, "db instance")
    logs = _take(rest, "log group")
    parts = [*_left(entry, guard), *_compute(group, instances), *_right(data, logs)]
    strip, high = _strip(rest)
    told = "; ".join(f"{k.title} ({k.word})" for k in kinds)
    return drawing(f"What {name} stands on: {told or 'nothing was found'}", 1740, high, [*parts, *strip])


def _take(kinds: list[Kind], part: str) -> Kind | None:
    """The first kind whose role holds these words, taken off the list."""
    plain = [k for k in kinds if part in k.role.lower()]
    best = min(plain, key=lambda k: len(k.role), default=None)
    if best is not None:
        kinds.remove(best)
    return best


def _take_exact(kinds: list[Kind], roles: Sequence[str]) -> Kind | None:
    found = next((k for k in kinds if k.role.lower() in roles), None)
    if found is not None:
        kinds.remove(found)
    return found


def _box(kind: Kind, x: float, y: float, wide: float, high: float, fill: str = "#fff") -> list[str]:
    """A box with its shape, and as many lines as have room."""
    parts = [box(x, y, wide, high, fill, _EDGES.get(kind.word, INK))]
    parts.append(text(x + 14, y + 36, 29, clip(kind.title, 29, wide - 68, SEMIBOLD), INK, 600))
    parts.append(shape(kind.word, x + wide - 44, y + 14, 2.8))
    room = int((high - 48) // 32)
    lines = list(kind.lines)
    if len(lines) > room:
        more = f"and {len(lines) - room + 1:,} more"
        lines = [*lines[: room - 1], more] if room > 2 or len(kind.standings) == 1 else lines[:room]
    for n, line in enumerate(lines):
        parts.append(text(x + 14, y + 72 + 32 * n, 25, clip(line, 25, wide - 24)))
    return parts


def _left(entry: Kind | None, guard: Kind | None) -> list[str]:
    parts = []
    if entry is not None:
        if "queue" not in entry.role.lower():
            parts += [text(0, 150, 28, "Internet", INK), arrow(105, 140, 160)]
        parts += [*_box(entry, 160, 60, 330, 180, TINT), arrow(490, 140, 562)]
    else:
        parts += [text(0, 150, 28, "Internet", INK), arrow(105, 140, 562)]
    if guard is not None:
        parts += _box(guard, 160, 300, 330, 118)
        parts.append(f'<path d="M490 359H524V155" fill="none" stroke="{INK}" stroke-width="2" stroke-dasharray="7 6"/>')
    return parts


def _compute(group: Kind | None, instances: Kind | None) -> list[str]:
    count = len(instances.standings) if instances else 0
    named = f"{group.title}: " if group else ""
    worst = min((k.word for k in (group, instances) if k), key=_severity, default="not judged")
    parts = [box(562, 20, 560, 400, "none", _EDGES.get(worst, INK))]
    parts.append(text(576, 56, 29, clip(f"{named}{words.plural(count, 'instance')}", 29, 490, SEMIBOLD), INK, 600))
    parts.append(shape(worst, 1080, 32, 2.8))
    zones = dict(instances.zones) if instances else {}
    placed = {id(s) for found in zones.values() for s in found}
    lost = [s for s in (instances.standings if instances else ()) if id(s) not in placed]
    if lost:
        zones["zone not known"] = lost
    shown = list(zones.items())[:ZONES_DRAWN]
    if not shown:
        return [*parts, text(842, 230, 27, "no instance was found", MUTE, anchor="middle")]
    wide = (532 - 8 * (len(shown) - 1)) / len(shown)
    for n, (zone, found) in enumerate(shown):
        parts += _zone(576 + n * (wide + 8), wide, zone, found)
    if len(zones) > ZONES_DRAWN:
        parts.append(text(1108, 402, 24, f"and {words.plural(len(zones) - ZONES_DRAWN, 'more zone')}", INK, anchor="end"))
    return parts


def _zone(x: float, wide: float, name: str, found: Sequence[Standing]) -> list[str]:
    parts = [box(x, 74, wide, 332, TINT, ""), text(x + 12, 108, 25, clip(name, 25, wide - 20))]
    for n, standing in enumerate(found[:INSTANCES_DRAWN]):
        label = next((f for f in standing.facts if f != name), short(standing.id))
        parts.append(box(x + 14, 126 + 62 * n, wide - 28, 50, "#fff", INK, 1.8))
        parts.append(text(x + wide / 2, 159 + 62 * n, 24, clip(label, 24, wide - 40), INK, anchor="middle"))
    more = len(found) - INSTANCES_DRAWN
    said = words.plural(len(found), "instance") + (f", {more:,} not drawn" if more > 0 else "")
    parts.append(text(x + 12, 352, 24, clip(said, 24, wide - 16)))
    return parts


def _right(data: Kind | None, logs: Kind | None) -> list[str]:
    parts = []
    if data is not None:
        parts += [arrow(1122, 140, 1198), *_box(data, 1198, 60, 540, 180)]
    if logs is not None:
        parts += [arrow(1122, 359, 1198), *_box(logs, 1198, 300, 540, 118)]
    return parts


def _strip(kinds: Sequence[Kind]) -> tuple[list[str], float]:
    """Everything else as small tiles under a line each; returns them and the height of the whole picture."""
    room = TILES_ACROSS * TILE_ROWS
    shown = list(kinds) if len(kinds) <= room else list(kinds[: room - 1])
    parts = []
    for n, kind in enumerate(shown):
        x, y = 292.0 * (n % TILES_ACROSS), 462.0 + 100 * (n // TILES_ACROSS)
        parts.append(f'<path d="M{x:g} {y:g}H{x + 276:g}" stroke="{_EDGES.get(kind.word, INK)}" stroke-width="2"/>')
        parts.append(text(x, y + 36, 27, clip(kind.title, 27, 236, SEMIBOLD), INK, 600))
        parts.append(text(x, y + 70, 23, clip(kind.lines[0] if kind.lines else "", 23, 270)))
        parts.append(shape(kind.word, x + 246, y + 12, 2.6))
    if len(kinds) > len(shown):
        x, y = 292.0 * (len(shown) % TILES_ACROSS), 462.0 + 100 * (len(shown) // TILES_ACROSS)
        parts.append(text(x, y + 36, 25, f"and {words.plural(len(kinds) - len(shown), 'more kind')}"))
    rows = -(-min(len(kinds), room) // TILES_ACROSS)
    return parts, 440.0 + 100 * rows


def _severity(word: str) -> int:
    return ("exception", "gap", "meets", "not applicable", "not judged").index(word)
