"""The kept answers of a pack that somebody else made: chains and digests in one pass, with bounds on what is unpacked."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from evidence.run import segment
from evidence.run.answer import Answer

STEP = 1 << 20
LARGEST_MEMBER = 512 << 20
"""Bytes of one unpacked gzip member: what is held in memory at a time."""
MOST_TO_ONE = 200
"""An answer's text packs some twenty to one; zeros pack a thousand to one."""
FREE = 64 << 20
"""Bytes that may be unpacked before the proportion counts."""
LARGEST_RUN_JSON = 256 << 20
_GIANT = re.compile(rb'"\$decimal"\s*:\s*"(?:[^"]*[eE][+-]?\d{5}|[^"]{5000})')
"""A number that takes a few bytes to write and more memory than there is to read."""


class Bomb(Exception):
    """What was packed is out of all proportion to what it unpacks to."""


@dataclass(frozen=True)
class Segment:
    """What one pass over a segment found: its lines, the SHA-256 of the last, and the first thing wrong with it."""

    lines: int
    head: str
    wrong: str | None


def check_segment(path: Path) -> Segment:
    """Reads a segment once: each line's link to the line before, and each answer's own digest."""
    head, number, wrong = segment.FIRST, 0, None
    try:
        for number, line in enumerate(_lines(path), start=1):
            wrong = wrong or _wrong_with(line, number, head)
            head = segment.link(line)
    except zlib.error:
        wrong = wrong or f"the end of the file is torn after line {number}"
    except Bomb as bomb:
        wrong = str(bomb)
    return Segment(number, head, wrong)


def _wrong_with(line: bytes, number: int, previous: str) -> str | None:
    try:
        raw = orjson.loads(line)
        if raw["chain"] != previous:
            return f"line {number} does not follow the line before it"
        if _GIANT.search(line) or Answer.from_line(line).digest != raw["id"]:
            return f"line {number} is not the answer its id names"
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return f"line {number} is no kept answer"
    return None


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for member in _members(file, path.stat().st_size):
            yield from member.splitlines()


def _members(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The members of a gzip file, unpacked one at a time. Raises zlib.error where the last is torn, Bomb where it grows
    out of proportion."""
    waiting, unpacked = file.read(STEP), 0
    while waiting:
        inflate, out, length = zlib.decompressobj(31), [], 0
        while not inflate.eof:
            if not waiting:
                waiting = file.read(STEP)
                if not waiting:
                    raise zlib.error("torn")
            out.append(inflate.decompress(waiting, STEP))
            waiting = inflate.unconsumed_tail or inflate.unused_data
            length += len(out[-1])
            unpacked += len(out[-1])
            if length > LARGEST_MEMBER or unpacked > FREE + MOST_TO_ONE * size:
                raise Bomb(
                    f"it unpacks to more than {MOST_TO_ONE} times its size, or has a piece of more than {LARGEST_MEMBER >> 20} MiB"
                )
        yield b"".join(out)
        waiting = waiting or file.read(STEP)


def run_json(path: Path) -> dict[str, Any]:
    """What run.json says. Raises ValueError where it cannot be read."""
    if path.stat().st_size > LARGEST_RUN_JSON:
        raise ValueError(f"it is larger than {LARGEST_RUN_JSON >> 20} MiB")
    kept = orjson.loads(path.read_bytes())
    segments = kept.get("segments") if isinstance(kept, dict) else None
    if not isinstance(segments, dict) or not all(isinstance(end, dict) for end in segments.values()):
        raise ValueError("it names no segments")
    return dict(kept)
