"""A pack as one zip file: the same bytes each time; and a zip file that somebody else made, unpacked without trusting it."""

import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evidence.errors import EvidenceError
from evidence.seal.manifest import LARGEST_PACK, MOST_FILES, listing
from evidence.seal.names import colliding, wrong_with

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file can say: files of a pack have no date of their own."""
LEVEL = 6
MOST_TO_ONE = 200
FREE = 64 << 20
"""Bytes that may be unpacked before the proportion counts."""
_HEADER = 30
"""Bytes of a local header before the file's name."""
_AGAIN = "Get the pack again from whoever sealed it; nothing was unpacked."


def write_zip(folder: Path, out: Path, inside: str) -> None:
    """Writes every file of `folder` into the new file `out`, under the folder `inside`: sorted, one date, one level.

    The same files give the same bytes with the same zlib (its version is in pack.json)."""
    scratch = out.with_name(f".{out.name}-partial")
    try:
        with zipfile.ZipFile(scratch, "x", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            for name in listing(folder):
                entry = zipfile.ZipInfo(f"{inside}/{name}", EPOCH)
                entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.file_size = (folder / name).stat().st_size
                with (folder / name).open("rb") as source, archive.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
        scratch.replace(out)
    except OSError as error:
        raise EvidenceError(
            f"Cannot write {out}: {error.strerror or error}.", "Free some space or choose another folder."
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def unpacked(pack: Path) -> Iterator[Path]:
    """The pack's folder: `pack` itself, or a temporary folder with what is in the zip file, gone after use.

    Raises EvidenceError for a zip file that is not as `evidence pack --zip` writes them."""
    if pack.is_dir():
        yield pack
        return
    if not pack.is_file():
        raise EvidenceError(f"There is no {pack}.", "Name the folder or the .zip of a pack.")
    with tempfile.TemporaryDirectory(prefix="evidence-") as scratch:
        _unpack(pack, Path(scratch))
        yield _top(Path(scratch))


def _unpack(pack: Path, scratch: Path) -> None:
    try:
        with zipfile.ZipFile(pack) as archive:
            entries = _checked(archive, pack)
            _room(scratch, sum(e.file_size for e in entries), pack)
            for entry in entries:
                _extract(archive, entry, scratch)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise EvidenceError(f"{pack} is no zip file that can be read ({error}).", _AGAIN) from error


def _checked(archive: zipfile.ZipFile, pack: Path) -> list[zipfile.ZipInfo]:
    """The files in the archive, after every check that needs no unpacking."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _refused(pack, f"it holds more than {MOST_FILES:,} files")
    for entry in entries:
        wrong = _wrong_with(entry)
        if wrong:
            raise _refused(pack, f"{entry.orig_filename[:100]!r} {wrong}")
    files = [e for e in entries if not _is_folder(e)]
    names = [e.orig_filename for e in files]
    if len(set(names)) != len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise _refused(pack, f"{twice!r} stands in it twice")
    both = colliding(names)
    if both:
        raise _refused(pack, f"{both[0]!r} and {both[1]!r} are one file on Windows and macOS")
    _in_proportion(files, pack)
    return files


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.orig_filename.endswith("/")


def _wrong_with(entry: zipfile.ZipInfo) -> str | None:
    name, mode = entry.orig_filename, entry.external_attr >> 16
    wrong = wrong_with(name.removesuffix("/") if _is_folder(entry) else name)
    if wrong:
        return wrong
    if stat.S_IFMT(mode) not in (0, stat.S_IFDIR if _is_folder(entry) else stat.S_IFREG):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in a way that packs are not"
    if _is_folder(entry) and entry.file_size:
        return "is a folder with bytes of its own"
    return None


def _in_proportion(files: Sequence[zipfile.ZipInfo], pack: Path) -> None:
    """Refuses bombs: more bytes than a pack can be, out of proportion to the file, or read twice out of one place."""
    total, size = sum(e.file_size for e in files), pack.stat().st_size
    if total > LARGEST_PACK:
        raise _refused(pack, f"it unpacks to more than {LARGEST_PACK >> 30} GiB")
    if total > FREE + MOST_TO_ONE * size:
        raise _refused(pack, f"it unpacks to more than {MOST_TO_ONE} times its size")
    end = 0
    for entry in sorted(files, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise _refused(pack, f"{entry.orig_filename[:100]!r} lies over another file in it")
        end = entry.header_offset + _HEADER + len(entry.orig_filename.encode()) + entry.compress_size


def _room(scratch: Path, total: int, pack: Path) -> None:
    free = shutil.disk_usage(scratch).free
    if total > free:
        raise EvidenceError(
            f"{pack} unpacks to {total:,} bytes, and where temporary files go there are {free:,}.",
            "Free some space, or unpack it elsewhere and verify the folder.",
        )


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, scratch: Path) -> None:
    """Unpacks one file. zipfile reads no more than the size that was checked, and compares the CRC."""
    path = scratch / entry.orig_filename
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, path.open("xb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        if target.tell() != entry.file_size:
            raise zipfile.BadZipFile(f"{entry.orig_filename} is shorter than it says")


def _top(scratch: Path) -> Path:
    """The one folder in which everything lies, as `evidence pack --zip` writes it, or all of it."""
    inside = list(scratch.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else scratch


def _refused(pack: Path, why: str) -> EvidenceError:
    return EvidenceError(f"{pack} is refused unopened: {why}.", _AGAIN)
