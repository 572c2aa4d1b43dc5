"""SHA256SUMS: one line for each file of a pack, as `sha256sum` writes and checks them."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from evidence.errors import EvidenceError
from evidence.seal.names import LONGEST, colliding, wrong_with

SUMS = "SHA256SUMS"
SEAL = "seal/"
SIGN_OFF = "custody/sign-off.jsonl"
"""Who signed the pack off: said after it was sealed, so no manifest names it."""
LARGEST_SUMS = 32 << 20
"""Bytes of the largest manifest that is read."""
MOST_FILES = 200_000
LARGEST_PACK = 64 << 30
"""Bytes of the largest pack that is read: what claims to be more is refused before it is read."""
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_AGAIN = "Get the pack again from whoever sealed it."


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(pack: Path) -> dict[str, os.stat_result]:
    """Everything in a folder but its folders, by POSIX path in byte order, without following a link or opening a file.

    Raises EvidenceError where there is more than a pack can be."""
    found: dict[str, os.stat_result] = {}
    total, waiting = 0, [(pack, "")]
    while waiting:
        folder, prefix = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), f"{prefix}{entry.name}/"))
                    continue
                status = entry.stat(follow_symlinks=False)
                found[prefix + entry.name] = status
                total += status.st_size
                if len(found) > MOST_FILES or total > LARGEST_PACK:
                    raise EvidenceError(
                        f"{pack} is larger than any pack: more than {MOST_FILES:,} files or {LARGEST_PACK >> 30} GiB.",
                        "Ask whoever sealed it what it is; the commands in its README.txt check it without this limit.",
                    )
    return dict(sorted(found.items(), key=lambda item: os.fsencode(item[0])))


def what_is_wrong(name: str, status: os.stat_result) -> str | None:
    """A sentence about an entry that is no plain file of its own (links, devices, queues), else None."""
    if stat.S_ISLNK(status.st_mode):
        return f"{name} is a link: a pack has none, and what it leads to is not in the pack."
    if not stat.S_ISREG(status.st_mode):
        return f"{name} is no file but a device, a queue or a socket."
    if status.st_nlink > 1:
        return f"{name} is a hard link: the same file stands elsewhere under another name and can be changed there. Copy the pack, and verify the copy."
    return None


def files_of(pack: Path) -> Iterator[str]:
    """Every file that the manifest must name, as POSIX paths in byte order: all but SHA256SUMS itself, `seal/` and the sign-offs.

    Links are listed too: a pack holds none, so a link is a file that was added."""
    yield from (name for name in listing(pack) if name not in (SUMS, SIGN_OFF) and not name.startswith(SEAL))


def manifest(pack: Path) -> bytes:
    """The lines of SHA256SUMS: 64 hex digits, two spaces, the path."""
    return b"".join(f"{digest_of(pack / name)}  {name}\n".encode() for name in files_of(pack))


def evidence_root(sums: bytes) -> str:
    """The evidence root: SHA-256 of those lines of the manifest that name files under `evidence/`."""
    lines = (line for line in sums.splitlines(keepends=True) if line[64:].startswith(b"  evidence/"))
    return hashlib.sha256(b"".join(lines)).hexdigest()


def read_sums(path: Path) -> bytes:
    """The manifest's bytes. Raises EvidenceError where it is larger than any manifest."""
    if path.stat().st_size > LARGEST_SUMS:
        raise EvidenceError(f"{SUMS} is larger than {LARGEST_SUMS >> 20} MiB, which no pack's is.", _AGAIN)
    return path.read_bytes()


def named(sums: bytes) -> dict[str, str]:
    """{path: digest} of a manifest. Raises EvidenceError for lines that are none, and for paths that leave the pack, occur
    twice, collide where case is not told apart, or name the manifest, the seal or the sign-offs."""
    if not sums.endswith(b"\n"):
        raise EvidenceError(f"{SUMS} is empty, or its last line is cut.", _AGAIN)
    out: dict[str, str] = {}
    for number, raw in enumerate(sums[:-1].split(b"\n"), start=1):
        name = _name(raw, number)
        if name in out:
            raise _refused(number, f"it names {name[:LONGEST]} a second time")
        if name.casefold() in (SUMS.casefold(), SIGN_OFF) or name.casefold().startswith(SEAL):
            raise _refused(number, f"{name} can only be made after it")
        out[name] = raw[:64].decode()
    both = colliding(out)
    if both:
        raise EvidenceError(f"{SUMS} names {both[0]} and {both[1]}, which are one file on Windows and macOS.", _AGAIN)
    return out


def _name(raw: bytes, number: int) -> str:
    try:
        match = _LINE.fullmatch(raw.decode())
    except UnicodeDecodeError:
        match = None
    if match is None:
        raise _refused(number, "it is not 64 hexadecimal digits, two spaces and a path in UTF-8")
    wrong = wrong_with(match[2])
    if wrong:
        raise _refused(number, f"its path {wrong}")
    return match[2]


def _refused(number: int, why: str) -> EvidenceError:
    return EvidenceError(f"{SUMS}, line {number} is not a line of a manifest, or names a file it must not: {why}.", _AGAIN)
