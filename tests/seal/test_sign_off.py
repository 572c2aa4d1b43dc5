"""Sign-offs: appended to a sealed pack, void once it changes, never of one's own work, and the one file that may be added."""

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.seal.archive import unpacked, write_zip
from evidence.seal.facts import opened
from evidence.seal.keys import FileKey
from evidence.seal.manifest import SIGN_OFF, SUMS, manifest, named
from evidence.seal.sign_off import LARGEST, Record, append, read, record_of
from evidence.seal.steps import COMPLETE, SIGNED_OFF, UNCHANGED
from evidence.seal.verify import Anchors, untied, verify
from tests.seal.packs import key, made
from tests.seal.test_readme import wrong
from tests.seal.test_verify import rewritten

WHEN = dt.datetime(2026, 10, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("to-sign-off") / "pack"
    made(folder)
    return folder


@pytest.fixture
def pack(once: Path, tmp_path: Path) -> Path:
    shutil.copytree(once, tmp_path / "pack")
    return tmp_path / "pack"


def sign(pack: Path, role: str, name: str, signer: FileKey | None = None, after: int = 0, note: str = "") -> Record:
    record = record_of(opened(pack), role, name, "", note, WHEN + dt.timedelta(hours=after), signer)
    append(pack, record)
    return record


def step(pack: Path, *keys: FileKey) -> tuple[str, str]:
    (found,) = [s for s in verify(pack, Anchors(people=tuple(k.public for k in keys))) if s.number == SIGNED_OFF]
    return found.outcome, " ".join(found.says)


def failed(pack: Path) -> set[int]:
    return {s.number for s in verify(pack) if s.outcome == "failed"}


@pytest.fixture
def signed(pack: Path) -> Path:
    """Prepared and reviewed, by two people without keys."""
    sign(pack, "preparer", "A. Reader")
    sign(pack, "reviewer", "J. Moreau", note="Two gaps were explained to me.")
    return pack


def test_nobody_has_signed_off_is_said_and_breaks_nothing(pack: Path) -> None:
    assert step(pack) == ("not done", "Nobody has signed this pack off.") and failed(pack) == set()


def test_each_is_named_with_what_was_signed_off_and_what_proves_it(signed: Path) -> None:
    outcome, says = step(signed)
    assert outcome == "done" and failed(signed) == set()
    assert "1. Preparer A. Reader, 2026-10-02T09:00:00Z: signed off this SHA256SUMS. UNSIGNED" in says
    assert "2. Reviewer J. Moreau" in says and "Note: Two gaps were explained to me." in says
    last = subprocess.run(
        ["sha256sum"], input=(signed / SIGN_OFF).read_bytes().splitlines(keepends=True)[-1], capture_output=True
    )
    assert last.stdout.split()[0].decode() in says


@pytest.mark.parametrize("system", ["Linux", "macOS"])
def test_the_readme_followed_literally_agrees_and_names_what_is_void(signed: Path, system: str) -> None:
    assert wrong(signed, system) == set()
    (signed / "custody/other.jsonl").write_text("{}\n")
    assert wrong(signed, system) == {COMPLETE} and failed(signed) == {COMPLETE, SIGNED_OFF}, "the exception is of one name"
    (signed / "custody/other.jsonl").unlink()
    rewritten(signed, entity="Another Ltd")
    assert wrong(signed, system) == {SIGNED_OFF} == failed(signed)


def test_a_change_after_it_voids_it_visibly(signed: Path) -> None:
    rewritten(signed, entity="Another Ltd")
    outcome, says = step(signed)
    assert outcome == "failed" and says.count("VOID: the pack was changed since") == 2 and "Reviewer J. Moreau" in says


def test_files_changed_behind_the_manifest_void_it_as_well(signed: Path) -> None:
    (signed / "report/results.json").write_text("{}\n")
    assert failed(signed) == {UNCHANGED, SIGNED_OFF} and "VOID: files were changed since" in step(signed)[1]


def test_it_is_no_file_of_the_manifest_and_no_link(signed: Path, tmp_path: Path) -> None:
    assert SIGN_OFF not in named(manifest(signed))
    with pytest.raises(EvidenceError, match="can only be made after it"):
        named(b"0" * 64 + f"  {SIGN_OFF}\n".encode())
    (signed / SIGN_OFF).rename(tmp_path / "elsewhere")
    (signed / SIGN_OFF).symlink_to(tmp_path / "elsewhere")
    assert failed(signed) == {COMPLETE, SIGNED_OFF} and COMPLETE in wrong(signed)
    with pytest.raises(EvidenceError, match="Cannot write"):
        append(signed, read((tmp_path / "elsewhere").read_bytes())[0])


# -- who may --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reviewer", "approver"])
@pytest.mark.parametrize("name", ["A. Reader", "a.  READER", "\uff21. Reader"])
def test_nobody_reviews_or_approves_what_they_prepared(pack: Path, role: str, name: str) -> None:
    sign(pack, "preparer", "A. Reader")
    with pytest.raises(EvidenceError, match=f"is preparer and {role}"):
        sign(pack, role, name)


def test_one_key_is_one_person(pack: Path, tmp_path: Path) -> None:
    mine = key(tmp_path / "K", "ed25519")
    sign(pack, "preparer", "A. Reader", mine)
    with pytest.raises(EvidenceError, match="have one key"):
        sign(pack, "reviewer", "J. Moreau", mine)


def test_whom_management_named_counts(pack: Path) -> None:
    (pack / "method/management.json").write_text(json.dumps({"people": {"preparer": {"name": "A. Reader", "title": ""}}}))
    run = json.loads((pack / "evidence/run.json").read_bytes())
    run["scope"]["prepared_by"] = "J. Moreau, Platform Engineering"
    (pack / "evidence/run.json").write_text(json.dumps(run))
    with pytest.raises(EvidenceError, match=r"A\. Reader is preparer and approver"):
        sign(pack, "approver", "A. Reader")
    sign(pack, "reviewer", "J. Moreau")
    (pack / SIGN_OFF).unlink()
    (pack / "method/management.json").write_text('{"people": {"preparer": null}}')
    with pytest.raises(EvidenceError, match=r"J\. Moreau is preparer and reviewer"):
        sign(pack, "reviewer", "J. Moreau")  # nobody is named, so whoever had it collected is the preparer


def test_a_forged_line_of_ones_own_work_fails(signed: Path) -> None:
    first, second = read((signed / SIGN_OFF).read_bytes())
    (signed / SIGN_OFF).write_bytes(first.line + replace(second, name="A. READER").line)
    assert "A. READER is preparer and reviewer" in step(signed)[1] and failed(signed) == {SIGNED_OFF}


def test_twice_before_the_end_and_backwards_are_refused(signed: Path) -> None:
    with pytest.raises(EvidenceError, match="already"):
        sign(signed, "reviewer", "j. moreau")
    with pytest.raises(EvidenceError, match="before the end of the collection or the sign-off before it"):
        sign(signed, "approver", "M. Okoye", after=-1)
    with pytest.raises(EvidenceError, match="shows nothing"):
        sign(signed, "approver", "M. Okoye\u202e")
    records = read((signed / SIGN_OFF).read_bytes())
    (signed / SIGN_OFF).write_bytes(replace(records[0], at="2026-01-01T00:00:00Z").line)
    assert "VOID: that is before 2026-09-30T23:04:51Z" in step(signed)[1]


# -- keys -----------------------------------------------------------------------------------------------------------------


def test_a_signature_counts_once_somebody_checked_it(pack: Path, tmp_path: Path) -> None:
    mine, other = key(tmp_path / "K"), key(tmp_path / "O")
    sign(pack, "reviewer", "J. Moreau", mine)
    outcome, says = step(pack)
    assert outcome == "not done" and "NOBODY HAS CHECKED THEM" in says and mine.public.fingerprint in says
    assert any("NOBODY HAS CHECKED THEM" in left for left in untied(list(verify(pack))))
    assert step(pack, mine)[0] == "done" and f"Signed by the {mine.words} that you gave" in step(pack, mine)[1]
    assert "signed nothing here" in step(pack, mine, other)[1] and step(pack, mine, other)[0] == "failed"
    (pack / SIGN_OFF).unlink()
    assert step(pack, mine)[0] == "failed", "a sign-off that was taken out is missed"


def test_a_signed_line_that_was_changed_is_not_its_signers(pack: Path, tmp_path: Path) -> None:
    mine = key(tmp_path / "K")
    record = sign(pack, "reviewer", "J. Moreau", mine)
    (pack / SIGN_OFF).write_bytes(replace(record, name="M. Okoye").line)
    assert step(pack, mine)[0] == "failed" and "NOT signed by the" in step(pack, mine)[1]


def test_openssl_checks_a_line_as_the_decision_says(pack: Path, tmp_path: Path) -> None:
    sign(pack, "reviewer", "J. Moreau", key(tmp_path / "K"))
    command = r"""tail -n 1 custody/sign-off.jsonl | sed 's/,"signature":.*/}/' | tr -d '\n' > ../line
        tail -n 1 custody/sign-off.jsonl | sed 's/.*"signature":"\([^"]*\)".*/\1/' | openssl base64 -d -A > ../line.sig
        openssl dgst -sha256 -verify ../K.pub -signature ../line.sig ../line"""
    ran = subprocess.run(["sh", "-c", command], cwd=pack, capture_output=True, text=True)
    assert ran.stdout.strip() == "Verified OK", ran.stderr


# -- the chain ------------------------------------------------------------------------------------------------------------


def chained(names: list[str]) -> bytes:
    out, before = b"", ""
    for name in names:
        record = Record("reviewer", name, "", "", "2026-10-02T09:00:00Z", "EVP-x", "0" * 64, before)
        out, before = out + record.line, record.digest
    return out


NAMES = st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8), min_size=2, max_size=5)


@given(NAMES, st.data())
def test_no_line_before_the_last_is_changed_moved_or_taken_out_unseen(names: list[str], data: st.DataObject) -> None:
    whole = chained(names)
    assert [r.name for r in read(whole)] == names
    lines = whole.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 2))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != lines[at][place]))
    for spoilt in (
        [*lines[:at], *lines[at + 1 :]],
        [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]],
        [*lines[: at + 1], *lines[at:]],
        [*lines[:at], lines[at][:place] + bytes([byte]) + lines[at][place + 1 :], *lines[at + 1 :]],
    ):
        with pytest.raises(ValueError, match=r"line \d+|last line"):
            read(b"".join(spoilt))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}\n", b"[]\n", b"5\n", b"\n", b"\xff\n", chained(["a"])[:-1], chained(["a"]).replace(b",", b", "), b"[" * 100_000 + b"\n",
        chained(["a"]).replace(b'"schema":1', b'"schema":2'), chained(["a"]).replace(b"reviewer", b"auditor"), b" " * (LARGEST + 1),
        chained(["a"]).replace(b'"note":""', b'"note":"","note":""'), chained(["a"]).replace(b"09:00:00Z", b"09:00:00+01:00"),
        chained(["a"]).replace(b'"a"', b'""'), chained(["a"]).replace(b'"a"', b'"\\u202e"'), chained(["a"]).replace(b"}", b',"x":""}'),
    ],
)  # fmt: skip
def test_what_is_no_sign_off_is_no_fault_of_the_program(pack: Path, data: bytes) -> None:
    (pack / "custody").mkdir()
    (pack / SIGN_OFF).write_bytes(data)
    assert failed(pack) == {SIGNED_OFF} and "cannot be believed" in step(pack)[1]


def test_a_zip_holds_it_and_is_else_the_same(tmp_path: Path) -> None:
    facts = made(tmp_path / "pack")
    write_zip(tmp_path / "pack", tmp_path / "pack.zip", facts.id)
    with unpacked(tmp_path / "pack.zip") as folder:
        sign(folder, "reviewer", "J. Moreau")
        write_zip(folder, tmp_path / "pack.zip", facts.id)
    with unpacked(tmp_path / "pack.zip") as folder:
        assert step(folder)[0] == "done" and (folder / SUMS).read_bytes() == (tmp_path / "pack" / SUMS).read_bytes()
