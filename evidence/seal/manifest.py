"""SHA256SUMS: one line for each file of a pack, as `sha256sum` writes and checks them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

SUMS = "SHA256SUMS"
SEAL = "seal/"


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(pack: Path) -> Iterator[str]:
    """Every file that the manifest must name, as POSIX paths in byte order: all but SHA256SUMS itself and `seal/`.

    Links are listed too: a pack holds none, so a link is a file that was added."""
    found = (p.relative_to(pack).as_posix() for p in pack.rglob("*") if p.is_symlink() or not p.is_dir())
    yield from sorted((n for n in found if n != SUMS and not n.startswith(SEAL)), key=lambda n: n.encode())


def manifest(pack: Path) -> bytes:
    """The lines of SHA256SUMS: 64 hex digits, two spaces, the path."""
    return b"".join(f"{digest_of(pack / name)}  {name}\n".encode() for name in files_of(pack))


def evidence_root(sums: bytes) -> str:
    """The evidence root: SHA-256 of those lines of the manifest that name files under `evidence/`."""
    lines = (line for line in sums.splitlines(keepends=True) if line[64:].startswith(b"  evidence/"))
    return hashlib.sha256(b"".join(lines)).hexdigest()
