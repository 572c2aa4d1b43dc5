"""Verification in numbered steps: what proves something comes from outside, and what was done to a pack is said."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.run import segment
from evidence.seal import steps
from evidence.seal.facts import Previous
from evidence.seal.keys import read_public
from evidence.seal.manifest import SUMS, evidence_root, manifest
from evidence.seal.sealing import Sealing
from evidence.seal.verify import Anchors, untied, verify, verify_run
from tests.seal.conftest import Sealed
from tests.seal.packs import ANSWERS, key, made

NOTHING = Anchors()


@pytest.fixture(scope="session")
def unsigned_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unsigned") / "pack"
    made(folder)
    return folder


@pytest.fixture
def pack(unsigned_once: Path, tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(unsigned_once, tmp_path / "pack")
    return tmp_path / "pack"


def outcomes(pack: Path, given: Anchors = NOTHING) -> dict[int, str]:
    return {step.number: step.outcome for step in verify(pack, given)}


def failed(pack: Path, given: Anchors = NOTHING) -> dict[int, str]:
    return {step.number: " ".join(step.says) for step in verify(pack, given) if step.outcome == "failed"}


def rewritten(pack: Path, **facts: object) -> None:
    """pack.json with other facts, and every digest made to fit, as a forger would."""
    raw = json.loads((pack / "pack.json").read_bytes())
    (pack / "pack.json").write_text(json.dumps({**raw, **facts}))
    (pack / SUMS).write_bytes(manifest(pack))


# -- an unsigned pack ------------------------------------------------------------------------------------------------------


def test_a_whole_pack_passes_and_says_that_it_is_unsigned(pack: Path) -> None:
    checked = list(verify(pack))
    assert [s.number for s in checked] == list(range(steps.JUDGED)) and [s.title for s in checked] == list(steps.TITLES[:-1])
    assert {s.number for s in checked if s.outcome == "done"} == {1, 2, 5} and failed(pack) == {}
    left = " ".join(untied(checked))
    assert "UNSIGNED" in left and "NOTHING TIES THIS PACK TO ITS MAKER" in left


def test_a_receipt_ties_an_unsigned_pack(pack: Path) -> None:
    digest = hashlib.sha256((pack / SUMS).read_bytes()).hexdigest()
    checked = list(verify(pack, Anchors(receipt=digest)))
    assert checked[0].outcome == "done" and untied(checked) == (checked[3].says[0],), "still UNSIGNED"
    assert digest in failed(pack, Anchors(receipt="0" * 64))[0]


def test_a_key_or_a_root_for_a_pack_without_signature_is_a_failure_not_a_shrug(pack: Path, sealed: Sealed) -> None:
    assert set(failed(pack, sealed.anchors)) == {3, 4}


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


def add_to_the_seal(pack: Path) -> None:
    (pack / "seal").mkdir()
    (pack / "seal/signer.pub.pem").write_text("x")


def remove(pack: Path) -> None:
    (pack / "report/results.json").unlink()


def link(pack: Path) -> None:
    (pack / "report/link").symlink_to("/etc/hostname")


def link_in_place(pack: Path) -> None:
    (pack / "report/results.json").rename(pack.parent / "elsewhere.json")
    (pack / "report/results.json").symlink_to(pack.parent / "elsewhere.json")


def hard_link(pack: Path) -> None:
    (pack.parent / "elsewhere.json").hardlink_to(pack / "report/results.json")


@pytest.mark.parametrize(
    ("spoil", "step", "words"),
    [
        (change, 1, "was changed"),
        (add, 2, "evidence/extra.txt was added"),
        (add_to_the_seal, 2, "seal/signer.pub.pem was added: pack.json does not name it"),
        (remove, 2, "was removed"),
        (link, 2, "report/link is a link"),
        (link_in_place, 1, "results.json was not read"),
        (link_in_place, 2, "results.json is a link"),
        (hard_link, 2, "results.json is a hard link"),
    ],
)
def test_spoilt_packs_are_found(pack: Path, spoil: Callable[[Path], None], step: int, words: str) -> None:
    spoil(pack)
    assert words in failed(pack)[step]


def test_a_folder_that_is_no_pack_says_so(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="is not a pack"):
        list(verify(tmp_path))


# -- answers ---------------------------------------------------------------------------------------------------------------


def test_an_answer_changed_together_with_every_hash_still_breaks_the_chain(pack: Path) -> None:
    rows = list(segment.lines((pack / ANSWERS).read_bytes()))
    rows[1] = rows[1].replace(b"vol-1", b"vol-9")
    (pack / ANSWERS).write_bytes(segment.pack(rows))
    rewritten(pack, evidence_root=evidence_root(manifest(pack)))
    assert set(failed(pack)) == {5} and "line 2 is not the answer its id names" in failed(pack)[5]


def test_a_line_taken_out_breaks_the_chain(pack: Path) -> None:
    rows = list(segment.lines((pack / ANSWERS).read_bytes()))
    (pack / ANSWERS).write_bytes(segment.pack([rows[0], rows[2]]))
    assert "line 2 does not follow the line before it" in failed(pack)[5]


def test_answers_cut_at_the_end_are_missed_by_the_head_in_run_json(pack: Path) -> None:
    rows = list(segment.lines((pack / ANSWERS).read_bytes()))
    (pack / ANSWERS).write_bytes(segment.pack(rows[:2]))
    assert "does not end where run.json says" in failed(pack)[5]


def test_a_torn_segment_is_found(pack: Path) -> None:
    data = (pack / ANSWERS).read_bytes()
    (pack / ANSWERS).write_bytes(data[:-5])
    assert "torn" in failed(pack)[5]
    (pack / ANSWERS).write_bytes(data + b"no gzip")
    assert "torn" in failed(pack)[5]


def test_a_segment_that_run_json_does_not_name_is_found(pack: Path) -> None:
    (pack / "evidence/answers/more.jsonl.gz").write_bytes(segment.pack([b"{}"]))
    rewritten(pack, evidence_root=evidence_root(manifest(pack)))
    assert failed(pack) == {5: "evidence/run.json does not name evidence/answers/more.jsonl.gz."}


def test_a_run_that_was_cut_short_has_no_end_to_check(tmp_path: Path) -> None:
    from tests.run.test_run import answer, new

    run = new(tmp_path / "run")
    run.keep(answer(0))
    run.flush()
    (step,) = verify_run(tmp_path / "run")
    assert step.outcome == "failed" and "cut short" in step.says[0]
    run.finish()
    (step,) = verify_run(tmp_path / "run")
    assert step.outcome == "done" and step.says[0].startswith("1 answers")


# -- a signed pack ---------------------------------------------------------------------------------------------------------


def test_with_everything_from_outside_every_step_is_done(sealed: Sealed) -> None:
    checked = list(verify(sealed.folder, sealed.anchors))
    assert {s.number: s.outcome for s in checked} == {
        0: "not done", 1: "done", 2: "done", 3: "done", 4: "done", 5: "done", 6: "done", 7: "not done", 8: "not done", 9: "not done",
    }  # fmt: skip
    assert untied(checked) == (), "a signature ties as well as a receipt"
    assert "no fields" not in checked[5].says[-1] and "does not know" not in " ".join(checked[5].says)


def test_a_signature_that_nobody_checked_is_loud_and_never_done(sealed: Sealed) -> None:
    checked = list(verify(sealed.folder))
    assert {n: checked[n].outcome for n in (3, 4, 6)} == {3: "not done", 4: "not done", 6: "not done"}
    assert "NOBODY HAS CHECKED IT" in checked[3].says[0] and "--key" in checked[3].says[1] and "--tsa-ca" in checked[4].says[1]
    assert len(untied(checked)) == 3
    digest = hashlib.sha256((sealed.folder / SUMS).read_bytes()).hexdigest()
    assert any("NOBODY" in s for s in untied(list(verify(sealed.folder, Anchors(receipt=digest))))), (
        "the receipt does not hide it"
    )


def test_the_key_in_the_pack_is_not_used(sealed: Sealed) -> None:
    """Somebody signs a changed pack with a key of their own and puts that key into it: without --key nothing is believed."""
    (sealed.folder / "report/results.json").write_text("{}\n")
    forger = key(sealed.folder.parent / "forger")
    rewritten(
        sealed.folder,
        signed={"by": forger.words, "type": "ecdsa", "key_sha256": forger.public.fingerprint},
        timestamped=None,
        seal=["seal/SHA256SUMS.sig", "seal/attestation.dsse.json", "seal/signer.pub.pem"],
    )
    for name in ("SHA256SUMS.sig.tsr", "tsa-chain.pem"):
        (sealed.folder / "seal" / name).unlink()
    sums = (sealed.folder / SUMS).read_bytes()
    (sealed.folder / "seal/SHA256SUMS.sig").write_bytes(forger.sign(sums))
    (sealed.folder / "seal/signer.pub.pem").write_bytes(forger.public.pem)
    assert outcomes(sealed.folder)[3] == "not done"
    assert "The pack says it was signed by another" in failed(sealed.folder, sealed.anchors)[3]


def test_a_signature_taken_away_is_missed(sealed: Sealed) -> None:
    (sealed.folder / "seal/SHA256SUMS.sig").unlink()
    assert set(failed(sealed.folder)) == {2, 3, 4}


def test_a_pack_made_to_look_unsigned_fails_for_whoever_has_the_key(sealed: Sealed) -> None:
    for path in (sealed.folder / "seal").iterdir():
        path.unlink()
    rewritten(sealed.folder, signed=None, timestamped=None, seal=[])
    assert failed(sealed.folder) == {} and "UNSIGNED" in untied(list(verify(sealed.folder)))[0]
    assert set(failed(sealed.folder, sealed.anchors)) == {3, 4}


def test_the_key_that_signed_must_be_the_one_that_pack_json_names(sealed: Sealed, tmp_path: Path) -> None:
    mine = key(tmp_path / "mine")
    made(tmp_path / "other", Sealing(mine))
    rewritten(tmp_path / "other", signed={"by": "x", "type": "ecdsa", "key_sha256": "0" * 64})
    sums = (tmp_path / "other" / SUMS).read_bytes()
    (tmp_path / "other/seal/SHA256SUMS.sig").write_bytes(mine.sign(sums))
    assert "pack.json names another" in failed(tmp_path / "other", Anchors(key=mine.public))[3]


def test_the_same_key_twice_gives_the_same_seal(tmp_path: Path) -> None:
    for type in ("ecdsa", "ed25519"):
        mine = key(tmp_path / type, type)  # type: ignore[arg-type]
        assert mine.sign(b"x") == mine.sign(b"x") and mine.public == read_public(tmp_path / f"{type}.pub")


# -- the pack before this one ----------------------------------------------------------------------------------------------


def test_the_link_to_the_pack_before_is_checked(tmp_path: Path) -> None:
    before = Previous("EVP-2026Q2-00000000", "a" * 64)
    made(tmp_path / "pack", Sealing(previous=before))
    assert outcomes(tmp_path / "pack")[7] == "not done"
    assert outcomes(tmp_path / "pack", Anchors(previous=before))[7] == "done"
    for other in (replace(before, id="EVP-2026Q2-11111111"), replace(before, sha256sums="b" * 64)):
        assert "pack.json names EVP-2026Q2-00000000" in failed(tmp_path / "pack", Anchors(previous=other))[7]


def test_a_pack_before_that_nobody_named_is_a_failure(pack: Path) -> None:
    assert "names no pack before" in failed(pack, Anchors(previous=Previous("EVP-x", "a" * 64)))[7]
