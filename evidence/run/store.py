"""Where a run lies: a folder here, or S3 (`evidence.run.s3`), which has the same few verbs."""

import os
import re
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from filelock import FileLock, Timeout

from evidence.errors import EvidenceError

T = TypeVar("T")
S3 = "s3://"
LOCKS = ".locks"
"""The folder beside `answers/` in which it lies who writes what."""
WAIT = 10.0
"""Seconds for which a second writer waits for the first before it gives up."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class Store(Protocol):
    """What a run needs of its storage. Names are POSIX paths relative to the run; what begins with a dot is not the run's."""

    def names(self, under: str = "") -> Iterator[str]:
        """The names below `under`, sorted."""

    def entries(self, under: str = "") -> Iterator[str]:
        """What lies right below `under`, folders and files, by name; nothing where there is no such place."""

    def read(self, name: str) -> bytes: ...
    def exists(self, name: str) -> bool: ...
    def replace(self, name: str, data: bytes | Iterator[bytes]) -> None:
        """Writes it, given whole or part after part: whole or not at all."""

    def append(self, name: str, data: bytes) -> None: ...
    def cut(self, name: str, length: int) -> None:
        """Takes off what a kill left torn at its end."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """While it lasts, nobody else writes below `name`. Raises EvidenceError where somebody does."""

    def each(self, do: Callable[[str], T], names: Iterable[str]) -> Iterator[T]:
        """What `do` returns for each name, in order; several at once where the store is far away."""


def far(where: str | Path) -> bool:
    """Whether it is named by an address and not by a path. Path("s3://bucket/run") has lost a slash, and is still no folder."""
    return _ADDRESS.match(str(where)) is not None or str(where).startswith("s3:")


def store_at(where: str | Path) -> "Store":
    """The store that is named like this: a folder, or s3://bucket/prefix. Raises EvidenceError for anything else with an address."""
    text = str(where)
    if not far(where):
        return Folder(Path(where))
    if not text.startswith(S3):
        raise EvidenceError(f"{text} is no place for a run.", "Name a folder, or s3://bucket/prefix.")
    from evidence.run.s3 import Bucket  # boto3 is loaded for who needs it

    return Bucket.open(text)


def whole(where: str | Path) -> str:
    """The place as somebody finds it who has another folder to work in."""
    return str(where) if far(where) else str(Path(where).resolve())


def below(where: str | Path, name: str) -> str:
    """The place of this name in another one."""
    return f"{str(where).rstrip('/')}/{name}" if far(where) else str(Path(where) / name)


@contextmanager
def as_folder(where: str | Path) -> Iterator[Path]:
    """The run's folder: itself, or a copy of what lies on S3, gone after use, for what reads files."""
    if not far(where):
        yield Path(where)
        return
    store = store_at(where)
    with tempfile.TemporaryDirectory(prefix="evidence-") as scratch:
        folder, names = Path(scratch), list(store.names())
        for name, data in zip(names, store.each(store.read, names), strict=True):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        yield folder


class Folder:
    """A run in a local folder. What `append` and `replace` return from is on disk (fsync)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, under: str = "") -> Iterator[str]:
        """Files below `under`, sorted; links are not followed, and neither locks nor what a kill left half written is named."""
        try:
            with os.scandir(self.root / under) as found:
                here = [
                    (entry.name, entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False)) for entry in found
                ]
        except (FileNotFoundError, NotADirectoryError):
            return
        # a folder sorts as what lies in it does: by its name and a slash
        for name, folder, file in sorted(here, key=lambda entry: f"{entry[0]}/" if entry[1] else entry[0]):
            if not name.startswith(".") and (folder or file):
                path = f"{under}/{name}" if under else name
                yield from self.names(path) if folder else (path,)

    def entries(self, under: str = "") -> Iterator[str]:
        try:
            yield from sorted(path.name for path in (self.root / under).iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def exists(self, name: str) -> bool:
        return (self.root / name).is_file()

    def replace(self, name: str, data: bytes | Iterator[bytes]) -> None:
        """Writes the file whole or not at all."""
        path = self._ready(name)
        try:
            handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
            with os.fdopen(handle, "wb") as file:
                file.writelines((data,) if isinstance(data, bytes) else data)
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

    def each(self, do: Callable[[str], T], names: Iterable[str]) -> Iterator[T]:
        return map(do, names)

    @contextmanager
    def hold(self, name: str, wait: float = WAIT) -> Iterator[None]:
        """A lock of the operating system, which lets go of it whatever becomes of the process. It holds among the processes that
        see this file system; `wait` is in seconds."""
        path = self._ready(f"{LOCKS}/{name}.lock")
        by = path.with_suffix(".by")
        lock = FileLock(path, timeout=wait)
        try:
            lock.acquire()
        except Timeout as error:
            who = f" ({by.read_text(encoding='utf-8').strip()})" if by.is_file() else ""
            raise EvidenceError(
                f"Another collection{who} is writing into {self.root / name}.",
                "Wait until it has ended, or end that process: what it kept is whole. Nothing was written.",
            ) from error
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            with suppress(OSError):  # it is only said
                by.write_text(f"process {os.getpid()} on {socket.gethostname()}\n", encoding="utf-8")
            yield
        finally:
            lock.release()

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
