"""Faults of reports: what collected text, long names, many rows and other scripts do to a workbook and a PDF."""

import dataclasses
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from evidence.assessment.model import Assessment
from evidence.errors import EvidenceError
from evidence.pack import fonts, pdf
from evidence.pack.lens import REGISTER_ROWS
from evidence.pack.templates import page
from evidence.pack.view import program_view
from evidence.pack.workbook import plain
from evidence.programs.load import load_program
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements
from evidence.run.answer import Answer, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from tests.pack.example import SHOP, WEST, Judged, Thing, clean, example, judged, pack, registered
from tests.printed import pages_of

ROOT = Path(__file__).parents[2]
LONG = f"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/{'a' * 68}/0123456789abcdef"
WIDE = f"arn:aws:iam::111122223333:role/{'wWmM' * 85}"
LONGER = f"arn:aws:iam::111122223333:role/{'longer' * 70}"
MARKUP = (
    "<link rel=attachment href='file:///etc/hostname'><img src='http://169.254.169.254/latest/meta-data/'>",
    "<b>shop</b>",
    "<svg><image href='file:///etc/passwd'/></svg>{% raw %}{{ 7*7 }}",
)
SCRIPTS = ("担当 請求システム", "مالك فريق ١", "café naïve ✓", "ответ")


def crowd(*ids: str) -> Assessment:
    """The clean example with one exception for each of these resources."""
    things = [Thing(SHOP, WEST, "AWS::EC2::Volume", id, id) for id in ids]
    no: dict[int, Judged] = dict.fromkeys(range(len(ids)), ("exception", "encrypted = false"))
    result, members = judged(
        "ec2.volumes.encrypted", things, "Every EBS volume is encrypted.", "data_protection", no, noun="EBS volume"
    )
    good = clean()
    control = dataclasses.replace(good.conclusions[0], conclusion="exceptions")
    return registered(dataclasses.replace(good, requirements=(result,), members=tuple(members), conclusions=(control,)))


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF about resources with every name that a report may choke on; the entity's name, on every page, is markup too."""
    seen = crowd(LONG, WIDE, LONGER, *MARKUP, *SCRIPTS)
    seen = dataclasses.replace(seen, run=dataclasses.replace(seen.run, entity=MARKUP[1], prepared_by=MARKUP[0]))
    out = tmp_path_factory.mktemp("strange") / "out.pdf"
    pdf.write_program_pdf(seen, "house-rules", pack(seen), out)
    return out


def joined(path: Path) -> str:
    """The text of all pages without any space: where a line breaks is not a fact."""
    return re.sub(r"\s+", "", "".join(pages_of(path)))


# -- the workbook ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("made by\u000bscript\u0002 v2", "made byU+000BscriptU+0002 v2"),
        ("a\u0000b", "aU+0000b"),
        ("x\ud800y", "xU+D800y"),
        # Not in the log: a character that Excel keeps and nobody sees, and one that is no character at all.
        ("shop\u200bping", "shopU+200Bping"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_a_control_character_is_shown_and_kept_in_the_evidence(text: str, shown: str) -> None:
    """B33: one tag with a control character lost the whole pack. The cell spells it out; the kept answer has it as it came (what
    UTF-8 cannot hold is kept with its escape spelled out). That the workbook opens: tests/pack/test_workbook.py."""
    assert plain(text) == shown
    answer = Answer(Call("111122223333", "eu-west-1", "ec2", "DescribeTags"), "answered", ({"Tags": [{"Value": text}]},))
    kept = Answer.from_line(answer.to_line("")).pages[0]["Tags"][0]["Value"]
    assert kept == text.replace("\ud800", r"\ud800")


def test_line_ends_count_as_excel_counts_them() -> None:
    """B35: Windows line ends made an "allowed" text too long. They become one character before anything is counted. (The log wants
    11,000 lines whole; Excel's own limit is 253 line feeds a cell, so that text is cut with a mark. Here 250 long lines are whole.)
    What is too long is cut by UTF-16 units: tests/pack/test_workbook.py."""
    lines = ["x" * 129] * 250
    assert len("\r\n".join(lines)) > 32_700 > len("\n".join(lines))
    assert plain("\r\n".join(lines)) == "\n".join(lines)
    cut = plain("x\r\n" * 11_000)
    assert cut.endswith("all 22,000 characters are in report/results.json") and cut.count("\n") <= 253


# -- ids that look like numbers ------------------------------------------------------------------------------------------------


def test_an_account_keeps_its_leading_zero_in_every_file_of_ours(tmp_path: Path) -> None:
    """B36: a number lost its zero, and the account matched no more. Workbook and LibreOffice: tests/pack/test_workbook.py."""
    run = Run.create(tmp_path / "run", Scope((Account("012345678901", name="12e5"),), ("1.10",)), versions={})
    run.keep(Answer(Call("012345678901", "eu-west-1", "ec2", "DescribeVolumes"), "answered"))
    run.finish()
    again = Run.open(tmp_path / "run")
    (account,) = again.facts.scope.accounts
    assert (account.id, account.name, again.facts.scope.programs) == ("012345678901", "12e5", ("1.10",))
    assert [a.call.account for a in again.answers()] == ["012345678901"]


@pytest.mark.parametrize(("written", "number"), [("111122223333", True), ("012345670123", False), ("12e5", False)])
def test_an_id_is_never_changed_into_a_number(written: str, number: bool) -> None:
    """B36: what YAML reads as a number is refused, in a control's id and in a parameter. 012345670123 is octal to YAML 1.1, and 12e5
    (not in the log) a large number to some readers: here both stay the text they are."""
    text = (
        "id: mine\nname: Mine\nedition: '1'\nbody: Us\ntext: ours\naws: {{attested: false}}\ncontrols:\n"
        "  - {{id: {id}, title: T, responsibility: customer, adds: A,\n"
        "     requirements: [{{id: iam.principals.administrators-known, reach: part, with: {{approved: [{approved}]}}}}]}}\n"
    )
    if number:
        with pytest.raises(EvidenceError, match=rf"id is the number {written}, not text"):
            load_program(text.format(id=written, approved="'x'"), requirements(), "mine.yaml")
        with pytest.raises(EvidenceError, match="approved"):
            load_program(text.format(id="'1'", approved=written), requirements(), "mine.yaml")
    else:
        (control,) = load_program(text.format(id=written, approved=written), requirements(), "mine.yaml").controls
        assert control.id == written and control.requirements[0].parameters == {"approved": [written]}
    with pytest.raises(EvidenceError, match="not a list"):
        check_parameters({"iam.principals.administrators-known": {"approved": [111122223333]}}, requirements(), "evidence.toml")


# -- the PDF -------------------------------------------------------------------------------------------------------------------

_MANY = """
import re, sys
from pathlib import Path
from evidence.pack import pdf
from tests.known_faults.test_workbook_and_pdf import volumes
from tests.printed import pages_of
from tests.pack.example import pack
seen = volumes(5_000)
pdf.write_program_pdf(seen, "house-rules", pack(seen), Path(sys.argv[1]))
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def volumes(count: int) -> Assessment:
    return crowd(*(f"vol-{n:017x}" for n in range(count)))


def test_a_pdf_of_very_many_exceptions_stays_small_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    """B37: time and memory grew with the table. 5,000 exceptions, in a process of their own, stay within a budget of memory and of
    pages, on which the time depends; with four times as many the pages hold no more. What is not printed is counted, and stands in
    the workbook. Time itself is measured in benchmarks/pack.py: a test that asserts it fails on a busy machine."""
    out = tmp_path / "out.pdf"
    done = subprocess.run([sys.executable, "-c", _MANY, out], capture_output=True, text=True, check=True, cwd=ROOT)
    kilobytes = float(done.stdout)
    assert kilobytes < 1_200_000, done.stdout
    pages = pages_of(out)
    assert 5 < len(pages) < 60
    text = " ".join(" ".join(pages).split())
    assert "200 of 5,000" in text and "4,800 more, see sheet Results in the workbook" in text
    assert f"{5_000 - REGISTER_ROWS:,} more, see sheet Exceptions in the workbook" in text
    few, many = (
        len(page("program.html", program_view(seen, "house-rules", pack(seen)) | {"attached": 0}))
        for seen in (volumes(5_000), volumes(20_000))
    )
    assert abs(many - few) < few / 100


def test_no_glyph_lies_beyond_the_paper_and_a_long_name_comes_back_whole(strange: Path) -> None:
    """B38: ARNs have no spaces, and what was beyond the paper's edge was lost. Not in the log: a name of wide letters only, and
    one of more than 400 characters, which is cut and says so: the workbook has it whole."""
    boxes = subprocess.run(["pdftotext", "-bbox", strange, "-"], capture_output=True, text=True, check=True).stdout
    pages = re.split(r"<page ", boxes)[1:]
    assert pages
    for paper in pages:
        found = re.match(r'width="([\d.]+)" height="([\d.]+)"', paper)
        assert found
        width, height = float(found[1]), float(found[2])
        words = [tuple(map(float, w)) for w in re.findall(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)"', paper)]
        assert words and all(0 <= x < right <= width and 0 <= y < bottom <= height for x, y, right, bottom in words)
    text = joined(strange)
    assert LONG in text and WIDE in text
    assert f"{LONGER[:400]}…({len(LONGER) - 400}morecharactersintheworkbook)" in text


def test_markup_in_names_is_printed_and_fetches_nothing(strange: Path) -> None:
    """B40: the value of a tag went into the page as it was, and the engine fetched what it named. Cover, margins and rows are all
    escaped; a picture from elsewhere would fail the build (tests/pack/test_pdf.py). Not in the log: a template's own marks."""
    text = joined(strange)
    for markup in MARKUP:
        assert re.sub(r"\s+", "", markup) in text
    cover = re.sub(r"\s+", "", pages_of(strange)[0])
    assert "<b>shop</b>" in cover and "<linkrel=attachment" in cover
    with pikepdf.open(strange) as file:
        assert set(file.attachments) == {"results.json"}, "our own results, and nothing that a name asked for"
        actions = [a for p in file.pages for a in p.get("/Annots", []) if "/URI" in a.get("/A", {})]
        assert not [a for a in actions if "169.254" in str(a.A.URI)]
        drawn = [x for p in file.pages for x in p.Resources.get("/XObject", {}).values()]
        assert not [x for x in drawn if x.Subtype == "/Image"]


@pytest.mark.parametrize("text", " ".join(SCRIPTS).split())
def test_other_scripts_have_glyphs(strange: Path, text: str) -> None:
    """B59: boxes stood in place of other scripts. Fonts are shipped and listed; what none of them has is spelled out, and a missing
    glyph fails the build (tests/pack/test_pdf.py). Cyrillic is not in the log."""
    assert fonts.printable(text).html == text
    assert text in joined(strange)


def test_a_character_without_a_glyph_is_named() -> None:
    """B59: it is no box, but its number: the runic letter of this test is in no font that is shipped."""
    assert fonts.printable("naïve ᚠ").html == "naïve U+16A0"


# -- time ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_times_are_utc_wherever_the_report_is_made() -> None:
    """B58: the workbook's heads say UTC, and its cells are texts, so that nobody's zone is dropped or added. Not in the log: a
    machine on the other side of the world."""
    from evidence.pack.workbook.asked import _EXTRACTIONS, _time

    heads = [h.text for h in _EXTRACTIONS if "Started" in h.text or "Ended," in h.text]
    assert heads == ["Started, UTC", "Ended, UTC"]
    assert _time("2026-06-22T01:11:00Z") == "2026-06-22 01:11:00" and _time("") == ""
    assert example().run.as_of.endswith("Z")
