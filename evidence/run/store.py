"""Where a run lies: a folder here; anything with the same few verbs elsewhere (object stores cannot append, so segments
are written as whole parts and read back in order)."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from evidence.errors import EvidenceError


class Store(Protocol):
    """What a run needs of its storage. Names are POSIX paths relative to the run."""

    def names(self, under: str = "") -> Iterator[str]: ...
    def read(self, name: str) -> bytes: ...
    def replace(self, name: str, data: bytes) -> None: ...
    def append(self, name: str, data: bytes) -> None: ...
    def cut(self, name: str, length: int) -> None: ...
    def exists(self, name: str) -> bool: ...
    def hold(self, name: str) -> AbstractContextManager[None]: ...


class Folder:
    """A run in a local folder. What `append` and `replace` return from is on disk (fsync)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, under: str = "") -> Iterator[str]:
        """Files below `under`, sorted; links are not followed."""
        start = self.root / under
        found = (p for p in start.rglob("*") if p.is_file() and not p.is_symlink()) if start.is_dir() else iter(())
        yield from sorted(p.relative_to(self.root).as_posix() for p in found)

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def exists(self, name: str) -> bool:
        return (self.root / name).is_file()

    def replace(self, name: str, data: bytes) -> None:
        """Writes the file whole or not at all."""
        path = self._ready(name)
        try:
            handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(scratch).replace(path)
        except OSError as error:
            raise _unwritable(path, error) from error

    def append(self, name: str, data: bytes) -> None:
        path = self._ready(name)
        try:
            with path.open("ab") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(path, error) from error

    def cut(self, name: str, length: int) -> None:
        try:
            os.truncate(self.root / name, length)
        except OSError as error:
            raise _unwritable(self.root / name, error) from error

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        with FileLock(self._ready(f".locks/{name}.lock"), timeout=10):
            yield

    def _ready(self, name: str) -> Path:
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path.parent, error) from error
        return path


def _unwritable(path: Path, error: OSError) -> EvidenceError:
    return EvidenceError(
        f"Cannot write {path}: {error.strerror or error}.",
        "Free some space or choose another folder; what was kept so far is whole, and `evidence collect --resume` goes on from it.",
    )
