"""Verification of a pack, in the numbered steps that are also printed in it. Needs no network and nothing of AWS.

Judging the answers again is the one step that knows more than bytes: the command line adds it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evidence.errors import EvidenceError
from evidence.run import segment
from evidence.run.answer import Answer
from evidence.seal.manifest import SUMS, digest_of, evidence_root, files_of

Outcome = Literal["done", "failed", "not done"]
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


@dataclass(frozen=True)
class Checked:
    """One step: what it shows, how it came out, and a plain sentence for each thing found."""

    number: int
    title: str
    outcome: Outcome
    says: tuple[str, ...]


def verify(pack: Path) -> Iterator[Checked]:
    """Steps 1 to 5, in order. Raises EvidenceError where the folder is no pack at all."""
    facts, sums = _opened(pack)
    named = _named(sums)
    yield _unchanged(pack, named)
    yield _nothing_added(pack, named)
    yield Checked(3, "Who signed it", "not done", ("This pack is UNSIGNED: nobody's signature says who made it.",))
    yield Checked(4, "When it was signed", "not done", ("There is no signature, so there is no timestamp of one.",))
    yield _chained(pack, facts, evidence_root(sums))


def _opened(pack: Path) -> tuple[dict[str, Any], bytes]:
    for name in ("pack.json", SUMS):
        if not (pack / name).is_file():
            raise EvidenceError(
                f"{pack} is not a pack: there is no {name} in it.", "Name the folder that `evidence pack` made, unpacked."
            )
    try:
        facts = json.loads((pack / "pack.json").read_bytes())
        if not isinstance(facts, dict):
            raise ValueError("no JSON object")
    except ValueError as error:
        raise EvidenceError(
            f"{pack}/pack.json cannot be read ({error}).", "Get the pack again from whoever sealed it."
        ) from error
    return facts, (pack / SUMS).read_bytes()


def _named(sums: bytes) -> dict[str, str]:
    """{path: digest} of the manifest. Raises EvidenceError for lines that are none, or paths that leave the pack."""
    named: dict[str, str] = {}
    for number, line in enumerate(sums.decode("utf-8", "replace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        path = match[2] if match else ""
        outside = path.startswith(("/", "\\")) or "\\" in path or "\0" in path or ".." in path.split("/")
        if not match or outside or path in named or path == SUMS:
            raise EvidenceError(
                f"{SUMS}, line {number} is not a line of a manifest, or names a file it must not.",
                "Get the pack again from whoever sealed it.",
            )
        named[path] = match[1]
    return named


def _unchanged(pack: Path, named: dict[str, str]) -> Checked:
    says = []
    for name, digest in named.items():
        path = pack / name
        if path.is_symlink() or not path.is_file():
            says.append(f"{name} is missing.")
        elif digest_of(path) != digest:
            says.append(f"{name} was changed: its SHA-256 is not the one in {SUMS}.")
    fine = (f"All {len(named)} files have the SHA-256 that {SUMS} names.",)
    return Checked(1, "Every file is unchanged", "failed" if says else "done", tuple(says) or fine)


def _nothing_added(pack: Path, named: dict[str, str]) -> Checked:
    present = set(files_of(pack))
    says = [f"{name} was added: {SUMS} does not name it." for name in sorted(present - named.keys())]
    says += [f"{name} was removed: {SUMS} names it." for name in sorted(named.keys() - present)]
    fine = ("No file was added and none was removed.",)
    return Checked(2, "No file was added or removed", "failed" if says else "done", tuple(says) or fine)


def _chained(pack: Path, facts: dict[str, Any], root: str) -> Checked:
    """The root that every footer cites, the chains of the answers, and each answer's own digest."""
    says = []
    if facts.get("evidence_root") != root:
        says.append(f"The evidence root is {root}; pack.json and the reports cite {facts.get('evidence_root')}.")
    broken, lines = _chains(pack / "evidence", "evidence/")
    fine = (f"The evidence root is {root}.", f"{lines} answers are chained line to line, and each has its own digest.")
    failed = (*says, *broken)
    return Checked(5, "The root, the chains and the answers' own digests", "failed" if failed else "done", failed or fine)


def verify_run(folder: Path) -> Iterator[Checked]:
    """The one step for a run that is in no pack: nobody's list of files says what belongs to it, but its chains do."""
    broken, lines = _chains(folder, "")
    fine = (f"{lines} answers are chained line to line, each has its own digest, and every chain ends where run.json says.",)
    yield Checked(1, "The chains and the answers' own digests", "failed" if broken else "done", tuple(broken) or fine)


def _chains(folder: Path, shown: str) -> tuple[list[str], int]:
    """What is wrong with the segments of a kept run, and how many answers they hold."""
    says = []
    kept = json.loads((folder / "run.json").read_bytes()) if (folder / "run.json").is_file() else {}
    lines = 0
    for name, end in sorted(dict(kept.get("segments") or {}).items()):
        path = folder / name
        if not path.is_file():
            says.append(f"{shown}{name} is missing, run.json names it.")
            continue
        data = path.read_bytes()
        broken = segment.broken_link(data) or _wrong_digest(data)
        tail = segment.tail(data)
        lines += tail.lines
        if broken is None and (tail.head, tail.lines) != (end.get("head"), end.get("lines")):
            broken = "it does not end where run.json says it ended"
        if broken is not None:
            says.append(f"{shown}{name}: {broken}.")
    return says, lines


def _wrong_digest(data: bytes) -> str | None:
    for number, line in enumerate(segment.lines(data), start=1):
        try:
            if Answer.from_line(line).digest != json.loads(line)["id"]:
                return f"line {number} is not the answer its id names"
        except (ValueError, KeyError):
            return f"line {number} is no kept answer"
    return None
