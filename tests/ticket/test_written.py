"""Tickets as a user makes them: of the sample's run and of its pack, through the command line."""

import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pikepdf
import pytest

from evidence.pack.kept import kept_lines
from evidence.pack.ticket import write
from evidence.pack.ticket.readme import DIGESTS
from evidence.pack.ticket.schema import schema_json
from evidence.run.answer import Answer
from evidence.run.run import Run
from evidence.seal.archive import write_zip
from tests.cli.commands import ROOT, evidence, refused

RUN, STATED = ROOT / "evidence/sample/2026-Q3", ROOT / "evidence/sample/management/evidence.toml"
LARGEST = "soc2-2017:CC6.1"
pytestmark = pytest.mark.xdist_group("sample")
NAMES = {"README.txt", "SHA256SUMS", "ticket.json", "ticket.md", "ticket.pdf"}


@dataclass(frozen=True)
class Made:
    pack: Path
    folder: Path
    said: str

    @property
    def json(self) -> dict:  # type: ignore[type-arg]
        return json.loads((self.folder / "ticket.json").read_bytes())  # type: ignore[no-any-return]

    @property
    def zip(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.zip")


def shell(command: str, folder: Path) -> str:
    out = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    return out.stdout + out.stderr


@pytest.fixture(scope="module")
def made(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The ticket of SOC 2's largest control, from the sample pack."""
    folder = tmp_path_factory.mktemp("ticket")
    out = evidence("ticket", sample / "pack", LARGEST, "--out", folder / "t")
    assert out.returncode == 0, out.stderr
    return Made(sample / "pack", folder / "t", out.stdout)


@pytest.fixture(scope="module")
def of_run(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The ticket of an incomplete control, of a run that is in no pack."""
    folder = tmp_path_factory.mktemp("run")
    out = evidence(
        "ticket", RUN, "soc2-2017:A1.3", "--program", "soc2-2017", "--config", STATED, "--json", cwd=folder, PYTHONPATH=str(ROOT)
    )
    assert out.returncode == 0, out.stderr
    (row,) = json.loads(out.stdout)
    return Made(Path(), folder / row["folder"], out.stdout)


def test_the_folder_holds_what_it_says_and_the_zip_is_small(made: Made) -> None:
    assert {p.name for p in made.folder.iterdir() if p.is_file()} == NAMES
    assert {p.parent.name for p in made.folder.rglob("*.json") if p.name != "ticket.json"} == {"evidence"}
    assert made.zip.stat().st_size < 300_000
    assert (made.folder / "ticket.md").stat().st_size < 32_000
    with zipfile.ZipFile(made.zip) as archive:
        names = archive.namelist()
        assert names == sorted(names) and all(name.startswith("t/") for name in names)
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in names:
            assert archive.read(name) == (made.folder / name[2:]).read_bytes()


def test_the_json_follows_its_schema_and_cites_exactly_the_answers_that_lie_beside_it(made: Made) -> None:
    ticket = made.json
    jsonschema.validate(ticket, json.loads(schema_json()))
    there = {p.name for p in (made.folder / "evidence").iterdir()}
    assert there == {c["file"].removeprefix("evidence/") for c in ticket["evidence"] if c["file"]}
    cited = {c["id"] for c in ticket["evidence"]}
    assert cited >= {id for item in ticket["items"] for id in item["evidence"]}
    assert cited >= {id for row in ticket["not_read"] for id in row["evidence"]}
    left_out = [c["id"] for c in ticket["evidence"] if not c["file"]]
    said = (made.folder / "ticket.md").read_text()
    assert (f"{len(left_out)} answers did not fit into this ticket and stand in the pack" in said) == (len(left_out) > 1)
    assert len(left_out) < len(cited) / 2, "a ticket carries most of what it cites"
    for c in (c for c in ticket["evidence"] if c["file"]):
        answer = Answer.from_line((made.folder / c["file"]).read_bytes())
        assert (answer.digest, answer.id) == (c["sha256"], c["id"])


def test_the_readmes_commands_do_what_they_say(made: Made) -> None:
    """Followed literally, with bash, coreutils and Python's library only."""
    lines = (made.folder / "README.txt").read_text().splitlines()
    steps: list[tuple[str, str]] = []
    command: list[str] = []
    for line in lines[lines.index("How to check it:") + 1 :]:
        if line.startswith("   Expected: "):
            steps.append(("\n".join(command).strip(), line.removeprefix("   Expected: ")))
        elif re.match(r"\d+\. ", line):
            command = []
        else:
            command.append(line)  # as it stands: a heredoc that is pasted with a margin never ends
    assert len(steps) == 7
    for command_text, expected in steps[:-1]:
        said = shell(command_text.replace("PACK", str(made.pack)), made.folder).split()
        assert " ".join(said) == "" if expected == "no output" else said[0] == expected, command_text
    assert steps[-1] == ("evidence verify PACK", "no step failed")


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_one_byte_changed_one_file_added_one_removed_are_each_seen(made: Made, tmp_path: Path, change: str) -> None:
    copy = tmp_path / "t"
    shutil.copytree(made.folder, copy)
    answer = next((copy / "evidence").iterdir())
    if change == "changed":
        answer.write_bytes(answer.read_bytes().replace(b'"pages"', b'"pagez"', 1))
    elif change == "added":
        (copy / "evidence/extra.json").write_text("{}")
    else:
        answer.unlink()
    sums = shell("sha256sum --strict --quiet -c SHA256SUMS", copy)
    names = shell(
        "find . -type f ! -name SHA256SUMS -printf '%P\\n' | LC_ALL=C sort | diff - <(cut -c67- SHA256SUMS | LC_ALL=C sort)", copy
    )
    assert bool(sums) == (change != "added") and bool(names) == (change != "changed")


def test_an_answer_that_is_not_what_its_id_names_is_found_by_the_readmes_python(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "t"
    shutil.copytree(made.folder, copy)
    answer = sorted((copy / "evidence").iterdir())[0]
    raw = json.loads(answer.read_bytes())
    answer.write_text(json.dumps(raw | {"ending": "absent" if raw["ending"] == "answered" else "answered"}))
    assert shell(DIGESTS, copy).strip() == f"evidence/{answer.name} is not the answer that its evidence id names"


def test_the_ticket_is_tied_to_the_pack_and_says_what_its_reports_say(made: Made) -> None:
    ticket, facts = made.json, json.loads((made.pack / "pack.json").read_bytes())
    assert ticket["origin"]["pack"] == facts["id"] and ticket["origin"]["evidence_root"] == facts["evidence_root"]
    results = json.loads((made.pack / "report/results.json").read_bytes())
    own = next(c for c in results["conclusions"] if (c["program"], c["control"]) == ("soc2-2017", "CC6.1"))
    assert ticket["conclusion"] == own["conclusion"]
    registered = {e["number"]: e for e in results["exceptions"]}
    for item in ticket["items"]:
        assert registered[item["number"]]["requirement"] == item["requirement"]
        assert registered[item["number"]]["first_seen"] == item["since"]
    behind = {(m["id"], m["variant"]) for m in own["mapped"]}
    assert ticket["counts"]["exceptions"] == sum((e["requirement"], e["variant"]) in behind for e in results["exceptions"])
    assert facts["evidence_root"] in (made.folder / "ticket.md").read_text()


def test_the_pdf_has_two_pages_at_most_is_tagged_and_says_the_same(made: Made, of_run: Made) -> None:
    with pikepdf.open(made.folder / "ticket.pdf") as pdf:
        assert 1 <= len(pdf.pages) <= 2
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo["/Title"]) == made.json["title"]
        with pdf.open_metadata() as xmp:
            assert xmp["pdfaid:part"] == "3" and xmp["pdfaid:conformance"] == "A"
    with pikepdf.open(of_run.folder / "ticket.pdf") as pdf:
        assert len(pdf.pages) == 1


def test_a_rerun_gives_the_same_bytes_in_another_process_zone_locale_seed_and_folder(made: Made, tmp_path: Path) -> None:
    """From the pack as a zip file, too."""
    copy = tmp_path / "elsewhere.zip"
    write_zip(made.pack, copy, "pack")
    shutil.copytree(made.folder, tmp_path / "t")
    (tmp_path / "t/left.txt").write_text("from before")
    out = evidence("ticket", copy, LARGEST, "--out", tmp_path / "t", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7")
    assert out.returncode == 0, out.stderr
    assert (tmp_path / "t.zip").read_bytes() == made.zip.read_bytes() and not (tmp_path / "t/left.txt").exists()


def test_a_run_in_no_pack_gives_a_ticket_that_says_so(of_run: Made) -> None:
    ticket = of_run.json
    assert of_run.folder.name == "ticket-soc2-2017_A1.3_2026-Q3"
    assert ticket["conclusion"] == "incomplete" and ticket["not_read"] and ticket["origin"]["pack"] == ""
    assert "From a run that is in no pack" in (of_run.folder / "ticket.md").read_text()
    assert "let the reading role be entered there" in (of_run.folder / "ticket.md").read_text()
    for c in ticket["evidence"]:
        assert (of_run.folder / c["file"]).is_file()


def test_all_incomplete_makes_one_for_each_and_an_index(made: Made, tmp_path: Path) -> None:
    out = evidence("ticket", made.pack, "--all-incomplete", "--program", "soc2-2017", "--out", tmp_path / "all")
    assert out.returncode == 0, out.stderr
    results = json.loads((made.pack / "report/results.json").read_bytes())
    controls = [c for c in results["conclusions"] if c["program"] == "soc2-2017"]
    wanted = {c["control"] for c in controls if c["conclusion"] == "incomplete"}
    found = {json.loads((f / "ticket.json").read_bytes())["control"] for f in (tmp_path / "all").iterdir() if f.is_dir()}
    assert found == wanted and wanted
    text = (tmp_path / "all/index.md").read_text()
    assert f"Of {len(controls)} controls, {len(controls) - len(wanted)} have no ticket here" in text


def test_answers_too_large_for_a_ticket_are_cited_and_said_to_stand_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Made
) -> None:
    monkeypatch.setattr(write, "LARGEST_EVIDENCE", 4_000)
    ids = [c["id"] for c in made.json["evidence"]]
    lines = kept_lines(Run.open(made.pack / "evidence"), ids)
    fitting = write._fitting(ids, lines)
    assert 0 < len(fitting) < len(ids)
    assert write._cited(ids[-1], lines[ids[-1]], False).file == ""


def test_a_changed_pack_gives_no_ticket(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(made.pack, copy)
    results = copy / "report/results.json"
    results.write_bytes(results.read_bytes().replace(b"exceptions", b"exceptionz", 1))
    said = refused("ticket", copy, LARGEST, "--out", tmp_path / "t")
    assert "is not the pack that was made" in said and not (tmp_path / "t").exists()


def test_what_cannot_be_done_is_said(made: Made, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    assert "not said which ticket" in refused("ticket", made.pack)
    assert "not said which ticket" in refused("ticket", made.pack, LARGEST, "--all-exceptions")
    assert "no PROGRAM:CONTROL" in refused("ticket", made.pack, "CC6.1")
    assert "There is no" in refused("ticket", tmp_path / "nowhere", LARGEST)
    assert "is not a run" in refused("ticket", full, LARGEST)
    assert "A pack keeps what it was judged with" in refused("ticket", made.pack, LARGEST, "--config", STATED)
    assert "Did you mean CC6.1" in refused("ticket", made.pack, "soc2-2017:CC6.01")
    assert "not judged for cis" in refused("ticket", made.pack, "cis:1.1")
    assert "holds no ticket" in refused("ticket", made.pack, LARGEST, "--out", full) and (full / "mine.txt").exists()
    assert "EVIDENCE_JIRA_TOKEN is not set" in refused(
        "ticket", made.pack, LARGEST, "--jira", "https://j.example", "--jira-project", "SEC"
    )
