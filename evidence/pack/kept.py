"""Where each answer is kept in the pack, so that a number printed leads to it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence.run.answer import Answer, Call
from evidence.seal.manifest import digest_of


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


NOWHERE = KeptAnswers()


def file_of(call: Call) -> str:
    """The file in the pack that holds the answer of a call."""
    return f"evidence/answers/{call.account}/{call.region}/{call.service}.jsonl.gz"


def kept_answers(answers: Iterable[Answer], pack: Path) -> KeptAnswers:
    """The answers of a pack in the making, whose `evidence/` is there."""
    found = {a.id: Kept(a.id, a.call.name, a.call.account, a.call.region, file_of(a.call)) for a in answers}
    counts = Counter(k.file for k in found.values())
    return KeptAnswers(found, tuple(KeptFile(file, digest_of(pack / file), n) for file, n in sorted(counts.items())))
