"""The raw answers in the page: the kept lines that results cite, in blocks, up to a stated size."""

import base64
import gzip
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from evidence.errors import EvidenceError
from evidence.run.answer import Answer
from evidence.run.run import Run

LIMIT = 8_000_000
"""Bytes that the answers may take in the page; of those beyond it the page names the file."""
BLOCK = 128 * 1024
"""Bytes of kept lines that are unpacked together, when one of them is looked at."""
LARGEST = 4_000_000
"""Bytes of one kept line; a larger one would hold the reader's browser up."""
_NOWHERE = -1


@dataclass(frozen=True)
class Embedded:
    """`columns` say of every id that was asked for, in its order: call, account, Region and ending (numbers into `tables`),
    the file in the pack, the size of the kept line, and block and line in the page (-1 where it is not in it)."""

    columns: dict[str, Any]
    blocks: tuple[str, ...]


@dataclass
class _Blocks:
    """Kept lines on their way into blocks; once the limit is reached no further block is taken."""

    limit: int
    done: list[tuple[str, list[int]]] = field(default_factory=list)
    waiting: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    size: int = 0
    full: bool = False

    def add(self, number: int, line: bytes) -> None:
        if self.full:
            return
        self.waiting.append(line)
        self.numbers.append(number)
        if sum(map(len, self.waiting)) >= BLOCK:
            self.close()

    def close(self) -> None:
        if self.full or not self.waiting:
            return
        block = base64.b64encode(gzip.compress(b"\n".join(self.waiting), compresslevel=9, mtime=0)).decode()
        self.full = self.size + len(block) > self.limit
        if not self.full:
            self.done.append((block, self.numbers))
            self.size += len(block)
        self.waiting, self.numbers = [], []


class _Values:
    """Texts once, by number."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def at(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


def embed(run: Run, ids: Sequence[str], urgent: Collection[int], limit: int = LIMIT) -> Embedded:
    """The answers with these evidence ids. Those numbered in `urgent` go first, should not all of them have room.

    Reads the run once. Raises EvidenceError where an answer is not what its digest says."""
    wanted = {id: n for n, id in enumerate(ids)}
    tables = {name: _Values() for name in ("call", "account", "region", "ending", "file")}
    columns = {name: [_NOWHERE] * len(ids) for name in (*tables, "bytes", "block", "line")}
    first, rest = _Blocks(limit), _Blocks(limit)
    for file, number, line in run.lines():
        raw = orjson.loads(line)
        at = wanted.get(str(raw["id"])[:16])
        if at is None or columns["file"][at] != _NOWHERE:
            continue
        said = {
            "call": f"{raw['service']}:{raw['operation']}", "account": raw["account"], "region": raw["region"],
            "ending": raw["ending"], "file": f"evidence/{file}",
        }  # fmt: skip
        for name, value in said.items():
            columns[name][at] = tables[name].at(value)
        columns["bytes"][at] = len(line)
        if len(line) <= LARGEST:
            _check(run, file, number, line, raw["id"])
            (first if at in urgent else rest).add(at, line)
    blocks = _placed(first, rest, limit, columns)
    values = {name: list(table.known) for name, table in tables.items()}
    return Embedded({**columns, "tables": values, "limit": limit}, blocks)


def _placed(first: _Blocks, rest: _Blocks, limit: int, columns: dict[str, list[int]]) -> tuple[str, ...]:
    """All blocks that have room, and in `columns` where each answer stands."""
    first.close()
    rest.close()
    blocks: list[str] = []
    size = first.size
    for k, (block, numbers) in enumerate(first.done + rest.done):
        if k >= len(first.done):
            size += len(block)
            if first.full or size > limit:
                break
        for line, number in enumerate(numbers):
            columns["block"][number], columns["line"][number] = len(blocks), line
        blocks.append(block)
    return tuple(blocks)


def _check(run: Run, file: str, number: int, line: bytes, digest: str) -> None:
    if Answer.from_line(line).digest != digest:
        raise EvidenceError(
            f"{run.where}/{file}, line {number}: the answer is not the one its id names.",
            "The run was changed after it was collected; restore your copy of it.",
        )
