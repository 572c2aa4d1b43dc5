"""A pack with one byte changed, a file added, a file removed: each is found, in a sentence. Made of bytes alone."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.run import segment
from evidence.seal.manifest import SUMS, evidence_root, manifest
from evidence.seal.verify import verify
from tests.run.test_run import answer, new


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    run = new(folder / "evidence")
    for number in range(3):
        run.keep(answer(number))
    run.finish()
    (folder / "report").mkdir()
    (folder / "report/results.json").write_text("{}\n")
    (folder / "pack.json").write_text(json.dumps({"evidence_root": evidence_root(manifest(folder))}))
    (folder / SUMS).write_bytes(manifest(folder))
    return folder


ANSWERS = "evidence/answers/012345678901/eu-west-1/ec2.jsonl.gz"


def failed(pack: Path) -> dict[int, str]:
    return {step.number: " ".join(step.says) for step in verify(pack) if step.outcome == "failed"}


def test_a_whole_pack_passes_and_says_that_it_is_unsigned(pack: Path) -> None:
    assert failed(pack) == {}
    assert any("UNSIGNED" in s for step in verify(pack) for s in step.says)


def test_sha256sum_alone_agrees(pack: Path) -> None:
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", SUMS], cwd=pack, check=True)
    line = subprocess.run(
        "grep '  evidence/' SHA256SUMS | sha256sum", shell=True, cwd=pack, capture_output=True, text=True, check=True
    )
    assert line.stdout.split()[0] == json.loads((pack / "pack.json").read_text())["evidence_root"]


def change(pack: Path) -> None:
    (pack / "report/results.json").write_text("{ \n")


def add(pack: Path) -> None:
    (pack / "evidence/extra.txt").write_text("x")


def remove(pack: Path) -> None:
    (pack / "report/results.json").unlink()


def link(pack: Path) -> None:
    (pack / "report/link").symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("spoil", "step", "words"),
    [
        (change, 1, "was changed"),
        (add, 2, "evidence/extra.txt was added"),
        (remove, 2, "was removed"),
        (link, 2, "report/link was added"),
    ],
)
def test_spoilt_packs_are_found(pack: Path, spoil: Callable[[Path], None], step: int, words: str) -> None:
    spoil(pack)
    assert words in failed(pack)[step]


def test_an_answer_changed_together_with_every_hash_still_breaks_the_chain(pack: Path) -> None:
    rows = list(segment.lines((pack / ANSWERS).read_bytes()))
    rows[1] = rows[1].replace(b"vol-1", b"vol-9")
    (pack / ANSWERS).write_bytes(segment.pack(rows))
    (pack / SUMS).write_bytes(manifest(pack))
    (pack / "pack.json").write_text(json.dumps({"evidence_root": evidence_root((pack / SUMS).read_bytes())}))
    (pack / SUMS).write_bytes(manifest(pack))
    assert "does not follow the line before it" in failed(pack)[5]


def test_answers_cut_at_the_end_are_missed_by_the_head_in_run_json(pack: Path) -> None:
    rows = list(segment.lines((pack / ANSWERS).read_bytes()))
    (pack / ANSWERS).write_bytes(segment.pack(rows[:2]))
    assert "does not end where run.json says" in failed(pack)[5]


@pytest.mark.parametrize("line", ["garbage", "0" * 64 + "  ../outside", "0" * 64 + "  /etc/passwd", "0" * 64 + "  SHA256SUMS"])
def test_a_manifest_that_leads_out_of_the_pack_is_refused(pack: Path, line: str) -> None:
    with (pack / SUMS).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(EvidenceError, match="not a line of a manifest"):
        list(verify(pack))


def test_a_folder_that_is_no_pack_says_so(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="is not a pack"):
        list(verify(tmp_path))
