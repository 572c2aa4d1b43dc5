"""A folder that is there whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.errors import EvidenceError
from evidence.run.store import far


def check_empty(out: Path, todo: str) -> None:
    """Raises EvidenceError, which says `todo`, for a folder with something in it."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EvidenceError(f"{out} is not empty.", todo)


@contextmanager
def whole(out: Path, what: str, anew: bool = False) -> Iterator[Path]:
    """A folder to write in, beside `out`, whose place it takes at the end; where anything fails nothing of it is left. Only `anew`
    replaces a folder with something in it. Raises EvidenceError, which calls it `what` ("the pack"), where the system refuses."""
    if far(out):
        raise EvidenceError(
            f"{out} is no folder, and {what} is written into one.", "Name a folder with --out; copy it from there."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
        try:
            yield scratch
            scratch.chmod(0o755)
            if anew:
                shutil.rmtree(out, ignore_errors=True)
            elif out.exists():
                out.rmdir()  # refused where something came into it meanwhile
            scratch.replace(out)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise EvidenceError(
            f"Cannot write {what} {out}: {error.strerror or error}.", "Free some space or choose another folder."
        ) from error
