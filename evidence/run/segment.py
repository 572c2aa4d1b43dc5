"""A segment: kept lines in gzip members, appended in batches, each line chained to the whole line before it.

`zcat` and `zgrep` read a segment with nothing installed. A kill loses at most the batch in flight: a torn tail is cut back
to the last whole member before anything is appended (RFC 1952 allows members to follow one another).
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FIRST = "0" * 64
"""What the first line of a segment is chained to."""


@dataclass(frozen=True)
class Tail:
    """Where a segment ends: whole bytes, lines, and the SHA-256 of the last line (the chain's head)."""

    length: int
    lines: int
    head: str


def pack(lines: Iterable[bytes]) -> bytes:
    """Lines as one gzip member; the same lines give the same bytes."""
    return gzip.compress(b"".join(line + b"\n" for line in lines), compresslevel=6, mtime=0)


def link(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def members(data: bytes, step: int = 1 << 16) -> Iterator[tuple[bytes, int]]:
    """The whole members of a segment, uncompressed, each with the offset at which it ends. Stops at a torn one.

    Fed in small steps, since what zlib has not used of a step is copied at the end of every member."""
    view, position = memoryview(data), 0
    while position < len(data):
        inflate, out = zlib.decompressobj(31), []
        try:
            while not inflate.eof and position < len(data):
                chunk = view[position : position + step]
                out.append(inflate.decompress(chunk))
                position += len(chunk) - len(inflate.unused_data)
        except zlib.error:
            return
        if not inflate.eof:
            return
        yield b"".join(out), position


def lines(data: bytes) -> Iterator[bytes]:
    """Every line of the whole members, without newlines."""
    for out, _ in members(data):
        yield from out.splitlines()


def tail(data: bytes) -> Tail:
    """Where the whole part of a segment ends; shorter than the data where the tail is torn."""
    length, count, head = 0, 0, FIRST
    for out, end in members(data):
        rows = out.splitlines()
        length, count = end, count + len(rows)
        head = link(rows[-1]) if rows else head
    return Tail(length, count, head)


def broken_link(data: bytes) -> str | None:
    """A sentence about the first line whose chain does not hold, or None where every line follows the one before."""
    previous, number = FIRST, 0
    for number, line in enumerate(lines(data), start=1):
        try:
            chain = json.loads(line)["chain"]
        except (ValueError, KeyError, TypeError):
            return f"line {number} is no kept answer"
        if chain != previous:
            return f"line {number} does not follow the line before it"
        previous = link(line)
    if tail(data).length != len(data):
        return f"the end of the file is torn after line {number}"
    return None
