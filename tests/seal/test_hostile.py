"""Whoever verifies a pack opens what somebody else made: each defect is refused in a sentence, quickly, and leaves nothing."""

import json
import shutil
import tracemalloc
from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.seal import answers
from evidence.seal.archive import unpacked
from evidence.seal.manifest import SUMS
from evidence.seal.verify import verify
from tests.seal import hostile
from tests.seal.packs import made

WORDS = {
    "zip_that_slips_out": "leads out of the pack",
    "zip_with_an_absolute_path": "absolute path",
    "zip_with_a_drive": "drive",
    "zip_with_backslashes": "backslash",
    "zip_with_mixed_separators": "backslash",
    "zip_with_a_link": "link or a device",
    "zip_with_a_device": "link or a device",
    "zip_with_a_name_twice": "twice",
    "zip_with_names_that_differ_in_case": "one file on Windows",
    "zip_with_a_file_for_a_folder": "one file on Windows",
    "zip_with_a_nul": "NUL",
    "zip_with_a_turning_character": "turns the text",
    "zip_bomb": "times its size",
    "zip_bomb_of_overlapping_files": "lies over another",
    "zip_of_an_absurd_size": "GiB",
    "zip_that_says_less_than_it_holds": "CRC",
    "zip_that_is_encrypted": "encrypted",
    "zip_compressed_another_way": "compressed in a way",
    "zip_cut_short": "no zip file",
    "zip_with_a_broken_byte": "CRC",
    "zip_that_is_no_zip": "no zip file",
    "manifest_that_leads_out": "leads out",
    "manifest_with_an_absolute_path": "absolute",
    "manifest_with_backslashes": "backslash",
    "manifest_with_a_nul": "NUL",
    "manifest_with_a_line_break_of_another_kind": "shows nothing",
    "manifest_with_carriage_returns": "shows nothing",
    "manifest_that_lists_itself": "only be made after it",
    "manifest_that_lists_the_seal": "only be made after it",
    "manifest_with_a_name_twice": "second time",
    "manifest_with_names_that_differ_in_case": "one file on Windows",
    "manifest_with_two_spellings_of_a_name": "two ways",
    "manifest_with_letters_taken_apart": "NFC",
    "manifest_of_another_digest": "64 hexadecimal digits",
    "manifest_that_is_empty": "empty",
    "manifest_that_is_no_text": "64 hexadecimal digits",
    "manifest_of_megabytes": "32 MiB",
    "manifest_that_is_a_link": "not a pack",
    "pack_json_of_a_later_schema": "schema 99",
    "pack_json_with_a_field_twice": "'signed' stands in it twice",
    "pack_json_nested_without_end": "cannot be read",
    "pack_json_that_is_a_list": "no JSON object",
    "pack_json_of_megabytes": "4 MiB",
    "pack_json_without_programs": "does not say programs",
    "pack_json_with_a_root_that_is_none": "does not say evidence_root",
    "pack_json_with_a_turning_id": "does not say id",
    "gzip_bomb_among_the_answers": "times its size",
    "answer_with_a_number_larger_than_memory": "not the answer its id names",
    "answer_with_a_number_that_is_none": "no kept answer",
    "answer_nested_without_end": "no kept answer",
    "answer_that_is_a_number": "no kept answer",
    "run_json_that_leads_out": "leads out of the pack",
    "run_json_that_names_a_device": "absolute path",
    "run_json_whose_segments_are_a_list": "names no segments",
    "run_json_that_is_no_json": "cannot be read",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "pack"
    made(folder)
    return folder


@pytest.fixture
def pack(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "handed/pack")
    return tmp_path / "handed/pack"


def refusal(pack: Path) -> str:
    """What the verifier says: the sentence by which it refuses, or those of the steps that failed."""
    try:
        with unpacked(pack) as folder:
            return " ".join(s for step in verify(folder) if step.outcome == "failed" for s in step.says)
    except EvidenceError as error:
        assert error.todo and len(str(error)) < 700
        return str(error)


def test_the_whole_pack_is_not_refused_as_a_folder_or_zipped(pack: Path) -> None:
    """Without this, a verifier that refuses everything would pass every test below."""
    assert refusal(pack) == "" and refusal(hostile.zipped(pack)) == ""


@pytest.mark.parametrize("spoil", hostile.ZIPS, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zip_files(pack: Path, spoil: hostile.Zipped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    archive = spoil(pack)
    assert WORDS[spoil.__name__] in refusal(archive)
    assert not list(scratch.iterdir()), "what was unpacked is gone"
    assert not list(tmp_path.rglob("slipped*")) and not Path("/tmp/evidence-slipped.txt").exists()


@pytest.mark.parametrize("spoil", hostile.LISTS, ids=lambda f: f.__name__)
def test_the_lists_of_a_pack(pack: Path, spoil: hostile.Spoil) -> None:
    spoil(pack)
    assert WORDS[spoil.__name__] in refusal(pack)


@pytest.mark.parametrize("spoil", hostile.INSIDE, ids=lambda f: f.__name__)
def test_what_lies_in_a_pack_whose_digests_all_fit(pack: Path, spoil: hostile.Spoil) -> None:
    spoil(pack)
    assert WORDS[spoil.__name__] in refusal(pack)


def test_a_gzip_bomb_is_not_unpacked_into_memory(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "FREE", 4 << 20)
    hostile.gzip_bomb_among_the_answers(pack)
    tracemalloc.start()
    assert "times its size" in refusal(pack)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20, "100 MiB would be the whole of it"


def test_a_queue_is_not_waited_for(pack: Path) -> None:
    hostile.folder_with_a_queue(pack)
    assert "results.json is no file but a device, a queue or a socket" in refusal(pack)


def test_a_folder_that_is_a_link_is_not_followed(pack: Path) -> None:
    hostile.folder_that_leads_elsewhere(pack)
    said = refusal(pack)
    assert "report is a link" in said and "report/results.json is missing" in said


def test_a_name_that_is_no_text_is_spelled_out(pack: Path) -> None:
    hostile.folder_with_a_name_that_is_no_text(pack)
    said = refusal(pack)
    assert "was added" in said and said.isprintable()


def test_a_file_of_terabytes_is_refused_before_it_is_read(pack: Path) -> None:
    try:
        hostile.folder_with_a_file_of_terabytes(pack)
    except OSError:
        pytest.skip("this file system has no sparse files of that size")
    assert "larger than any pack" in refusal(pack)


def test_fields_that_nobody_knows_are_said_and_nothing_relies_on_them(pack: Path) -> None:
    hostile._facts(pack, verified=True, exploit="x")
    assert refusal(pack) == ""
    (chained,) = [s for s in verify(pack) if s.number == 5]
    assert "fields that this version does not know" in chained.says[-1] and "exploit, verified" in chained.says[-1]


def test_no_sentence_of_the_screen_carries_what_turns_the_text(pack: Path) -> None:
    (pack / "report/\u202egpj.exe").write_bytes(b"x")
    raw = json.loads((pack / "pack.json").read_bytes())
    (pack / "pack.json").write_text(json.dumps({**raw, "\u202efield": 1}))
    (pack / SUMS).write_bytes((pack / SUMS).read_bytes())
    assert all(s.isprintable() for step in verify(pack) for s in step.says)
