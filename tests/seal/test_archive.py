"""A pack as one zip file: the same bytes each time, unpacked by anyone, and nothing unpacked that could not be ours."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.seal.archive import unpacked, write_zip
from evidence.seal.facts import receipt
from evidence.seal.manifest import SUMS, named
from evidence.seal.names import colliding, wrong_with
from evidence.seal.sealing import receipt_text
from tests.cli.commands import ROOT
from tests.seal.conftest import Sealed

AGAIN = """
import sys
from pathlib import Path
from evidence.seal.archive import write_zip
write_zip(Path(sys.argv[1]), Path(sys.argv[2]), "EVP-1")
"""


def test_the_same_pack_gives_the_same_zip_wherever_and_whenever(sealed: Sealed, tmp_path: Path) -> None:
    write_zip(sealed.folder, tmp_path / "one.zip", "EVP-1")
    shutil.copytree(sealed.folder, tmp_path / "elsewhere/of another name")
    for path in (tmp_path / "elsewhere").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-c", AGAIN, tmp_path / "elsewhere/of another name", tmp_path / "two.zip"], env=env, check=True
    )
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert not list(tmp_path.glob(".*partial"))


def test_any_unzip_gives_the_pack_back_under_its_id(sealed: Sealed, tmp_path: Path) -> None:
    write_zip(sealed.folder, tmp_path / "pack.zip", "EVP-1")
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["EVP-1"]
    subprocess.run(["diff", "-r", sealed.folder, tmp_path / "out/EVP-1"], check=True)
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", SUMS], cwd=tmp_path / "out/EVP-1", check=True)


@pytest.mark.parametrize("inside", ["EVP-1/", ""])
def test_a_zip_that_somebody_made_anew_is_read_as_well(sealed: Sealed, tmp_path: Path, inside: str) -> None:
    """With entries for folders, stored, and with or without a folder of its own: mail programs do that."""
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        for path in sealed.folder.rglob("*"):
            archive.write(path, inside + str(path.relative_to(sealed.folder)))
    with unpacked(tmp_path / "pack.zip") as folder:
        subprocess.run(["diff", "-r", sealed.folder, folder], check=True)
    assert not folder.exists()


def test_what_is_neither_folder_nor_file(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="There is no"), unpacked(tmp_path / "nothing.zip"):
        pass


def test_a_zip_is_never_written_half(sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(EvidenceError, match="No space left"):
        write_zip(sealed.folder, tmp_path / "pack.zip", "EVP-1")
    assert not [p for p in tmp_path.iterdir() if "pack.zip" in p.name]


# -- the receipt -----------------------------------------------------------------------------------------------------------


def test_a_receipt_is_read_back_from_its_file_or_as_digits(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"sums").hexdigest()
    (tmp_path / "pack.receipt.txt").write_text(receipt_text(b"sums", "EVP-1", "2026-09-30T23:04:51Z", None))
    for given_as in (str(tmp_path / "pack.receipt.txt"), digest, f" {digest.upper()}\n"):
        assert receipt(given_as, tmp_path / "pack") == digest
    assert "UNSIGNED" in (tmp_path / "pack.receipt.txt").read_text()


@pytest.mark.parametrize("text", ["", "no digest", f"{'a' * 64} {'b' * 64}", "a" * 63, "a" * 65])
def test_what_is_no_receipt(tmp_path: Path, text: str) -> None:
    (tmp_path / "receipt.txt").write_text(text)
    with pytest.raises(EvidenceError, match="digests in it"):
        receipt(str(tmp_path / "receipt.txt"), tmp_path / "pack")


def test_a_receipt_in_the_pack_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "receipt.txt").write_text("a" * 64)
    with pytest.raises(EvidenceError, match="proves nothing"):
        receipt(str(tmp_path / "receipt.txt"), tmp_path)


# -- any input at all ------------------------------------------------------------------------------------------------------

digests = st.text("0123456789abcdef", min_size=64, max_size=64)
parts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)


@given(st.dictionaries(paths, digests, min_size=1, max_size=8))
def test_a_manifest_is_read_back_as_it_was_written_or_refused(files: dict[str, str]) -> None:
    sums = "".join(f"{digest}  {name}\n" for name, digest in files.items()).encode()
    fine = all(wrong_with(n) is None and n.casefold() != "sha256sums" and not n.casefold().startswith("seal/") for n in files)
    if fine and colliding(files) is None:
        assert named(sums) == files
    else:
        with pytest.raises(EvidenceError):
            named(sums)


@given(st.binary(max_size=400))
def test_bytes_that_are_no_manifest_are_refused_in_a_sentence(data: bytes) -> None:
    try:
        found = named(data)
    except EvidenceError:
        return
    assert all(not n.startswith("/") and ".." not in n.split("/") and "\0" not in n for n in found)


@given(st.text(max_size=30))
def test_a_name_that_is_let_through_stays_below_the_folder(name: str) -> None:
    if wrong_with(name) is None:
        assert (Path("/pack") / name).resolve().is_relative_to("/pack") and str(Path(name)) == name


WHOLE = io.BytesIO()
with zipfile.ZipFile(WHOLE, "w", zipfile.ZIP_DEFLATED) as _archive:
    for _name in ("pack/pack.json", "pack/SHA256SUMS", "pack/evidence/run.json"):
        _archive.writestr(zipfile.ZipInfo(_name), _name * 20)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_zip_that_was_changed_anywhere_gets_out_of_its_folder_or_stops_us(tmp_path: Path, data: st.DataObject) -> None:
    whole = WHOLE.getvalue()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + data.draw(st.integers(0, 4)) :]
    (tmp_path / "pack.zip").write_bytes(changed)
    try:
        with unpacked(tmp_path / "pack.zip") as folder:
            for path in folder.rglob("*"):
                assert path.is_dir() or path.read_bytes().startswith(b"pack/")
    except EvidenceError:
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["pack.zip"]
