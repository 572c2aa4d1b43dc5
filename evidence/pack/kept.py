"""Where each answer is kept in the pack, so that a number printed leads to it."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import orjson

from evidence.run.run import Run

_ID = re.compile(rb'"id":"([0-9a-f]{64})"')


@dataclass(frozen=True)
class Kept:
    """An answer's evidence id, what was asked, where, and the file in the pack that holds it."""

    id: str
    call: str
    account: str
    region: str
    file: str


@dataclass(frozen=True)
class KeptFile:
    """A file of kept answers: its digest (SHA-256, hex) and how many answers it holds."""

    file: str
    sha256: str
    answers: int


@dataclass(frozen=True)
class KeptAnswers:
    """Every kept answer by its evidence id, and the files that hold them, by name."""

    answers: Mapping[str, Kept] = field(default_factory=dict)
    files: tuple[KeptFile, ...] = ()

    @cached_property
    def where(self) -> Mapping[str, str]:
        """Evidence id → the file in the pack."""
        return {id: kept.file for id, kept in self.answers.items()}


NOWHERE = KeptAnswers()


def kept_answers(run: Run) -> KeptAnswers:
    """The answers of a run by the files that a pack of it has. The values inside the answers are not read."""
    answers: dict[str, Kept] = {}
    counts: Counter[str] = Counter()
    for name, _, line in run.lines():
        raw = orjson.loads(line)
        id, call = raw["id"][:16], f"{raw['service']}:{raw['operation']}"
        answers[id] = Kept(id, call, raw["account"], raw["region"], f"evidence/{name}")
        counts[name] += 1
    files = (KeptFile(f"evidence/{name}", hashlib.sha256(run.store.read(name)).hexdigest(), n) for name, n in counts.items())
    return KeptAnswers(answers, tuple(files))


def kept_lines(run: Run, ids: Collection[str]) -> dict[str, bytes]:
    """{evidence id: the line as kept}, the newest of each. An id that the run does not keep is left out."""
    found: dict[str, bytes] = {}
    for _, _, line in run.lines():
        if any(m[:16].decode() in ids for m in _ID.findall(line)):
            id = orjson.loads(line)["id"][:16]
            if id in ids:
                found[id] = line
    return found
