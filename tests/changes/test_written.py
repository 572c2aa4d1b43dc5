"""`evidence compare` as a user has it: ten lines, JSON as its schema says, a workbook and a few pages that say the same."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from evidence.assessment.comparison import CAUSES, KINDS
from evidence.cli.assessing import assessment_of
from evidence.cli.common import FailOn
from evidence.cli.configuration import Configuration, read_configuration
from evidence.cli.pack import write_pack
from evidence.cli.sealing import sealing
from evidence.pack import build
from evidence.pack.changes.say import CAUSE_MEANINGS, KIND_MEANINGS
from evidence.pack.changes.schema import described, schema_json
from evidence.pack.facts import pack_facts
from evidence.pack.formats import FORMATS
from evidence.pack.templates import page
from evidence.pack.view import program_view
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheets import sheets
from evidence.programs.load import given
from evidence.run.run import Run
from tests.cli.commands import HOUSE, NOWHERE, ROOT, evidence, refused
from tests.house.house_rules import PROGRAM
from tests.pack.test_workbook import material

Q2, Q3 = ROOT / "evidence/sample/2026-Q2", ROOT / "evidence/sample/2026-Q3"
pytestmark = pytest.mark.xdist_group("changes")


def packed(run: Path, out: Path, settings: Configuration, previous: Path | None = None) -> None:
    """A pack of the run with no format but its results, which are all that a comparison reads of its reports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "formats", lambda: FORMATS[:1])
        write_pack(run, out, ["house-rules"], FailOn.nothing, settings, (), sealing(None, "", "", previous, run))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of either quarter, each judged with another limit, the later naming the earlier; and what changed between them."""
    out = tmp_path_factory.mktemp("changes")
    (out / "evidence.toml").write_text('[parameters."logs.groups.retention"]\ndays = 3000\n')
    given(PROGRAM)
    packed(Q2, out / "q2", read_configuration(out / "evidence.toml"))
    packed(Q3, out / "q3", read_configuration(None), out / "q2")
    done = evidence("compare", out / "q2", out / "q3", "--out", out / "changes", **NOWHERE, **HOUSE)
    assert done.returncode == 3, done.stderr
    (out / "said.txt").write_text(done.stdout)
    return out


def test_ten_plain_lines_say_the_whole(made: Path) -> None:
    lines = (made / "said.txt").read_text().splitlines()
    assert len(lines) == 11 and lines[0].startswith("From 2026-Q2 (EVP-2026Q2-") and "1 program, 3 requirements." in lines[0]
    assert lines[1] == "Comparable: 9 points alike; 2 differ (Parameters and Calls not answered); 1 not checked here (Seals)."
    assert "43 in OLD" in lines[2] and lines[2].endswith("5 no longer visible - 0 out of scope = 38 in NEW.")
    assert (
        lines[6].endswith("1: 1 no longer visible.") and lines[9] == "By rule alone: 12 judged otherwise among 43 results of OLD."
    )


def test_changes_json_is_as_its_schema_says(made: Path) -> None:
    assert described() == schema_json() == (made / "changes/changes.schema.json").read_bytes()
    document = json.loads((made / "changes/changes.json").read_bytes())
    jsonschema.Draft202012Validator(json.loads(schema_json())).validate(document)
    assert document["kinds"]["judged otherwise"] == 12 and document["causes"]["collection"] == 5
    assert {p["what"]: p["state"] for p in document["points"]}["Chain of packs"] == "alike"
    assert {m["exception_was"] for m in document["movements"] if m["kind"] == "no longer visible"} > {""}


def test_json_on_screen_is_the_file_and_a_run_is_judged_with_the_packs_program(made: Path) -> None:
    """Of runs alone no rule can be told apart, and no seal is spoken of as checked."""
    out = evidence("compare", Q2, Q3, "--program", "house-rules", "--json", **NOWHERE, **HOUSE)
    document = json.loads(out.stdout)
    assert out.returncode == 3 and document["rules"] == [] and "rule" not in document["causes"]
    assert {p["what"] for p in document["points"] if p["state"] == "not checked"} == {"Seals", "Chain of packs"}
    ours = json.loads((made / "changes/changes.json").read_bytes())
    assert document["matrix"] == ours["matrix"] and document["bridge"] == ours["bridge"], "the same answers, the same rules"


def test_the_workbook_and_the_pages_say_the_same(made: Path) -> None:
    book = openpyxl.load_workbook(made / "changes/changes.xlsx")
    document = json.loads((made / "changes/changes.json").read_bytes())
    assert book.sheetnames == ["Comparability", "Matrix", "Bridge", "Changes"]
    assert book["Changes"].max_row == 4 + len(document["movements"])
    kinds = [row[0].value for row in book["Changes"].iter_rows(min_row=5)]
    assert kinds == [m["kind"] for m in document["movements"]]
    pages = subprocess.run(
        ["pdftotext", "-layout", made / "changes/changes.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    text = " ".join(pages.split())
    assert "12 judged otherwise among 43 results of OLD" in text and "no longer visible" in text
    assert "not checked" in text and 2 <= pages.count("\f") <= 6


def test_a_pack_that_knows_an_earlier_run_says_what_changed_since(tmp_path: Path) -> None:
    """In each program's report and in the workbook; a pack that knows none has neither."""
    (program,) = [given(PROGRAM)]
    old, new = (assessment_of(Run.open(run), [program]) for run in (Q2, Q3))
    facts = pack_facts(new, "ab" * 32)
    made = material(tmp_path, new)
    for earlier, there in ((old, True), (None, False)):
        report = page("program.html", program_view(new, "house-rules", facts, earlier=earlier) | {"attached": 0})
        assert ("Change since the last quarter" in report, "Judgement by judgement" in report) == (there, there)
        names = [sheet.name for sheet in sheets(replace(made, earlier=earlier), Places(new))]
        assert ("Changes" in names) is there


def test_what_is_not_the_earlier_or_not_whole_is_refused(made: Path, tmp_path: Path) -> None:
    assert "Name the earlier one first" in refused("compare", made / "q3", made / "q2", **NOWHERE, **HOUSE)
    spoilt = shutil.copytree(made / "q2", tmp_path / "q2")
    (spoilt / "report/results.json").write_bytes(b"{}")
    assert "not the pack that was made" in refused("compare", spoilt, made / "q3", **NOWHERE, **HOUSE)


def test_every_word_has_its_meaning() -> None:
    assert set(KIND_MEANINGS) == set(KINDS) and set(CAUSE_MEANINGS) == set(CAUSES)
