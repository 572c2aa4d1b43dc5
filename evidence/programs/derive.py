"""What a control has from those of another program that it is made of: a profile over a catalogue, as in OSCAL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evidence.programs.model import Control, Mapped, Reach

_FARTHEST: Sequence[Reach] = ("full", "part", "context")


def joined(controls: Iterable[Control], same: bool) -> tuple[tuple[Mapped, ...], tuple[str, ...]]:
    """The requirements of these controls, each once, in the order of first occurrence and with the farthest of its reaches; and
    the ids of those that two controls demand with different parameters, which nobody but a person can settle.

    Unless it is the `same` demand under another number, nothing reaches farther than part: what fulfils one of several
    sources does not fulfil what was made of them."""
    best: dict[str, Mapped] = {}
    demanded: dict[str, list[Mapping[str, Any]]] = {}
    for mapped in (m for c in controls for m in c.requirements):
        found = replace(mapped, baselines={}, reach="part" if mapped.reach == "full" and not same else mapped.reach)
        if found.parameters not in demanded.setdefault(found.id, []):
            demanded[found.id].append(found.parameters)
        if found.id not in best or _FARTHEST.index(found.reach) < _FARTHEST.index(best[found.id].reach):
            best[found.id] = found
    return tuple(best.values()), tuple(id for id, values in demanded.items() if len(values) > 1)


def put_right(inherited: Iterable[Mapped], own: Iterable[Mapped], without: Iterable[str]) -> tuple[Mapped, ...]:
    """What is inherited, less what is left out, with the control's own mappings in the place of those of the same requirement,
    further ones after them."""
    mine, left_out = {m.id: m for m in own}, set(without)
    kept = [mine.pop(m.id, m) for m in inherited if m.id not in left_out]
    return (*kept, *mine.values())
