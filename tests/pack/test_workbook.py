"""The workbook: it says what the Assessment says, opens in LibreOffice, and shows hostile text as text."""

import csv
import dataclasses
import datetime as dt
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from evidence.assessment.draw import digest_of
from evidence.assessment.model import Assessment, Cell
from evidence.pack import words
from evidence.pack.facts import exception_numbers, not_collected
from evidence.pack.material import Material
from evidence.pack.results import results_json
from evidence.pack.workbook import plain, write, write_workbook
from evidence.pack.workbook.page import HEAD
from evidence.pack.workbook.sheet import SEVERAL, several
from evidence.pack.workbook.text import CHARACTERS
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from tests.pack.example import clean, example, pack, registered
from tests.printed import pages_of

NAMES = [
    "README", "Scope", "Controls", "Crosswalk", "Results", "Populations", "Reconciliation", "ReconDiff", "Extractions", "NotCollected",
    "Exceptions", "Accepted", "Environments", "StandsOn", "AwsSide", "ServicesInScope", "Inherited", "Manual", "Redactions", "Sign-off", "Manifest",
]  # fmt: skip
ROOT = Path(__file__).parents[2]
ENDED = dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC)
ANSWERS = 12
HOSTILE = (
    '=HYPERLINK("http://evil.example","click")', "=1+1", "+1+1", "-1+1", "@SUM(A1)", "0012", "#N/A", "'quoted", "TRUE", "1E5", "2026-09-30",
    "_x0041_ is no letter A", "<script>&amp;</script>", "a\0b\x1b[31mc", "turned \u202egnp.exe", "\ufffe\uffff", "  spaces  ", "\t=1+1",
    "שלום عليكم", "東京の暗号化", "🔒" * 9, "x" * 300, "two\nlines",
)  # fmt: skip
"""What a stranger may write into a tag, a name or a policy."""


def material(folder: Path, assessment: Assessment) -> Material:
    scope = Scope((Account("012345678901"),), ("soc2-2017",), "2026-Q3", "Larkfield Books Ltd")
    started = ENDED - dt.timedelta(minutes=20)
    run = Run.create(folder / "evidence", scope, versions={"tool": "0.1.0"}, started=started, id="run-2026-09-30")
    for n in range(ANSWERS):
        attempt = Attempt(
            0, f"2026-09-30T22:50:{n:02}Z", f"2026-09-30T22:51:{n:02}Z", 200, f"request-{n}", "Wed, 30 Sep 2026 22:51:00 GMT"
        )
        call = Call("012345678901", "eu-west-1", "s3", "GetBucketEncryption", {"Bucket": f"=bucket-{n}"})
        run.keep(
            Answer(call, "answered", ({"n": n},), attempts=(attempt,), principal="arn:aws:sts::012345678901:assumed-role/r/c")
        )
    run.finish(ended=ENDED)
    (folder / "report").mkdir()
    return Material(assessment, pack(assessment), run, folder)


def written(folder: Path, assessment: Assessment) -> Path:
    made = material(folder, assessment)
    write_workbook(made)
    return made.report / "workbook.xlsx"


def hostile() -> Assessment:
    """The example with a hostile text in every member's reason, in turn; one of 40,000 characters among them."""
    texts = (*HOSTILE, "y" * 40_000)
    full = example()
    members = tuple(dataclasses.replace(m, reason=texts[n % len(texts)], arn="") for n, m in enumerate(full.members))
    run = dataclasses.replace(full.run, entity="=Larkfield & Söhne\x07", prepared_by="@A. Reader")
    return registered(dataclasses.replace(full, members=members, run=run))


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return hostile()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, assessment: Assessment) -> Path:
    return written(tmp_path_factory.mktemp("workbook"), assessment)


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


@pytest.fixture(scope="module")
def office(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what LibreOffice makes of it: the workbook saved anew, on paper, and a CSV of every sheet."""
    out = tmp_path_factory.mktemp("office")
    home = f"-env:UserInstallation={(out / 'home').as_uri()}"
    shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    for format in ("xlsx", "pdf", shown):
        done = subprocess.run(
            ["soffice", home, "--headless", "--convert-to", format, "--outdir", out, path], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    return out


Rows = list[dict[str, Any]]


def rows(sheet: Worksheet) -> Rows:
    """The table's rows as {head: value}."""
    lines = sheet.iter_rows(min_row=HEAD, values_only=True)
    heads = next(lines)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def csv_rows(office: Path, name: str) -> list[dict[str, str]]:
    (path,) = office.glob(f"*-{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    return [dict(zip(lines[HEAD - 1], line, strict=True)) for line in lines[HEAD:]]


# What it says


def test_the_sheets_stand_in_order_and_readme_counts_their_rows(book: Workbook) -> None:
    assert book.sheetnames == NAMES
    told = {r["What"]: r["How many"] for r in rows(book["README"])}
    assert {name: told[f"Sheet {name}"] for name in NAMES[1:]} == {name: len(rows(book[name])) for name in NAMES[1:]}


def test_every_result_is_in_the_workbook_and_counts_as_in_the_assessment(book: Workbook, assessment: Assessment) -> None:
    found = rows(book["Results"])
    assert Counter((r["Requirement"], r["Judgement"]) for r in found) == Counter(
        (m.requirement, m.judgement) for m in assessment.members
    )
    assert [(r["Account"], r["Resource"], r["Evidence"], r["Further evidence"]) for r in found] == [
        (m.account, m.arn or m.id, m.evidence[0], "\n".join(m.evidence[1:])) for m in assessment.members
    ]


def test_exceptions_and_calls_not_collected_bear_the_numbers_of_every_format(book: Workbook, assessment: Assessment) -> None:
    exceptions = rows(book["Exceptions"])
    assert [r["No."] for r in exceptions] == list(exception_numbers(assessment).values())
    assert {r["Exception"] for r in rows(book["Results"])} - {None} == {r["No."] for r in exceptions}
    lacking = rows(book["NotCollected"])
    assert [(r["No."], r["Calls"]) for r in lacking] == [(n.number, n.count) for n in not_collected(assessment)]
    assert sum(r["Calls"] for r in lacking) == len(assessment.failed_calls)


def test_populations_foot_and_agree_with_the_results(book: Workbook, assessment: Assessment) -> None:
    judged = Counter((r["Requirement"], r["Judgement"]) for r in rows(book["Results"]))
    found = rows(book["Populations"])
    assert len(found) == len(assessment.requirements)
    for r in found:
        assert r["Listed"] == r["Meets"] + r["Exception"] + r["Gap"] + r["N/A"]
        words = {"Meets": "meets", "Exception": "exception", "Gap": "gap", "N/A": "not_applicable"}
        assert {head: judged[r["Requirement"], word] for head, word in words.items()} == {head: r[head] for head in words}
        members = [m for m in assessment.members if m.requirement == r["Requirement"]]
        assert r["Members, SHA-256"] == digest_of(members), "a sample drawn from it names this digest"


def test_every_control_is_there_with_its_conclusion_and_tallies(book: Workbook, assessment: Assessment) -> None:
    found = rows(book["Controls"])
    said = [(c.program, c.control, c.conclusion, c.reach) for c in assessment.conclusions]
    assert [(r["Program"], r["Control"], r["Evidence shows"], r["Reach"]) for r in found] == said
    counts = {r.id: r for r in assessment.requirements}
    for row, c in zip(found, assessment.conclusions, strict=True):
        if c.requirements:
            exceptions = sum(counts[m.id].counts["exception"] for m in c.requirements)
            assert row["Exception"] == exceptions == len((row["Exceptions, by number"] or "").split())
            assert row["Listed"] == row["Meets"] + row["Exception"] + row["Gap"] + row["N/A"]
            assert row["Of these accepted"] == sum(counts[m.id].accepted for m in c.requirements) <= row["Exception"]
        else:
            assert row["Listed"] is row["Exception"] is row["Of these accepted"] is None
        assert row["Kind of time"] == c.time


def test_scope_extractions_and_manifest_are_complete(book: Workbook, path: Path, assessment: Assessment) -> None:
    assert [(r["Account"], r["Region"], r["Status"], r["Calls asked"]) for r in rows(book["Scope"])] == [
        (c.account, c.region, c.status, c.asked) for c in assessment.coverage
    ]
    kept = list(Run.open(path.parents[1] / "evidence").answers())
    found = rows(book["Extractions"])
    assert [(r["Evidence"], r["SHA-256"]) for r in found] == [(a.id, a.digest) for a in kept] and len(kept) == ANSWERS
    assert {r["Started, UTC"] for r in found} == {f"2026-09-30 22:50:{n:02}" for n in range(ANSWERS)}
    assert all((path.parents[1] / "evidence/answers" / r["Kept in evidence/answers/"]).is_file() for r in found)
    for r in rows(book["Manifest"]):
        assert (path.parents[1] / r["File"]).stat().st_size == r["Bytes"]


# Text


def test_hostile_text_is_text_and_no_cell_is_a_formula(book: Workbook, assessment: Assessment) -> None:
    types = Counter(cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None)
    assert set(types) == {"s", "n", "d"}
    assert all(
        isinstance(c.value, int) for sheet in book for line in sheet.iter_rows() for c in line if c.data_type == "n" and c.value
    )
    found = [r["Observed, or why not"] for r in rows(book["Results"])]
    assert found[: len(HOSTILE)] == [plain(text) for text in HOSTILE]


def test_what_looks_like_a_formula_is_marked_as_text(book: Workbook) -> None:
    cells = [line[0] for line in book["Results"].iter_rows(min_row=HEAD + 1, min_col=7, max_col=7)]
    marked = {c.value for c in cells if c.quotePrefix}
    assert {"=1+1", "+1+1", "-1+1", "@SUM(A1)", "'quoted"} <= marked and "0012" not in marked
    assert {c.number_format for c in cells} == {"@"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\0b\x1bc", "aU+0000bU+001Bc"),
        ("\u202egnp", "U+202Egnp"),
        ("\ud800", "U+D800"),
        ("a\r\nb\rc", "a\nbU+000Dc"),
        ("_x0041_", "_x005F_x0041_"),
        ("a\u00a0b\tc", "a\u00a0b\tc"),
        (None, ""),
    ],
)
def test_what_shows_nothing_is_spelled_out(text: str | None, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("text", ["y" * 40_000, "🔒" * 20_000, "_x0041_" * 4_000, "line\n" * 300])
def test_what_excel_cannot_hold_is_cut_and_says_where_the_whole_is(text: str) -> None:
    cut = plain(text)
    assert len(cut.encode("utf-16-le")) // 2 <= CHARACTERS and cut.count("\n") <= 253
    body, _, note = cut.partition(" … ")
    assert text.startswith(unescape(body)) and len(unescape(body)) > 1000
    assert note == f"cut at Excel's limit; all {len(text):,} characters are in report/results.json"


def test_what_excel_just_holds_is_whole() -> None:
    for text in ("y" * CHARACTERS, "line\n" * 253):
        assert plain(text) == text


def test_very_many_names_in_a_cell_say_how_many_more() -> None:
    names = [f"bucket-{n}" for n in range(SEVERAL + 1_234)]
    assert several(names).splitlines()[SEVERAL:] == ["and 1,234 more, in report/results.json"]
    assert several(names[:SEVERAL]).splitlines() == names[:SEVERAL]


# How it is used


def test_every_sheet_is_a_table_with_filters_over_exactly_its_rows(book: Workbook) -> None:
    names = []
    for sheet in book:
        (table,) = sheet.tables.values()
        names.append(table.displayName)
        assert table.ref == table.autoFilter.ref == f"A{HEAD}:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        heads = [cell.value for cell in sheet[HEAD]]
        assert [column.name for column in table.tableColumns] == heads and len({h.casefold() for h in heads}) == len(heads)
    assert len(set(names)) == len(NAMES)
    assert all(name.replace("_", "").isalnum() and name.startswith("T_") for name in names)


def test_every_sheet_prints_across_one_page_or_two_with_its_head_on_each(book: Workbook) -> None:
    for sheet in book:
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}" and sheet.freeze_panes and sheet.freeze_panes.endswith(str(HEAD + 1))
        widths = [d.width for d in sheet.column_dimensions.values()]
        assert int(sheet.page_setup.paperSize) == (9 if sum(widths) <= 190 else 8)
        if sheet.col_breaks.brk:
            (at,) = (b.id for b in sheet.col_breaks.brk)
            again = sheet[f"{sheet.print_title_cols.split(':')[1].strip('$')}1"].column
            largest = max(sum(widths[:at]), sum(widths[:again]) + sum(widths[at:]))
            assert not (sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage), (
                "or Excel heeds no break"
            )
            assert largest * 7 * sheet.page_setup.scale / 100 < (420 / 25.4 - 1) * 96, "both halves fit A3"
        else:
            largest = sum(widths)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert largest <= 270, f"{sheet.title}: smaller than 7 points on A3"
        assert "root" in sheet.oddFooter.center.text and "management's evidence" in sheet.oddFooter.left.text


def test_the_auditors_columns_are_blank_tinted_and_offer_lists(book: Workbook) -> None:
    sheet = book["Controls"]
    columns = [c.column for c in sheet[HEAD] if str(c.value).startswith("Auditor: ")]
    assert len(columns) == 6
    cells = [sheet.cell(line, column) for line in range(HEAD + 1, sheet.max_row + 1) for column in columns]
    assert all(c.value is None and c.fill.patternType == "solid" and c.border.left.style for c in cells)
    lists = {v.formula1: str(v.sqref) for v in book["Controls"].data_validations.dataValidation}
    last = book["Controls"].max_row
    assert sorted(lists.values()) == [f"R5:R{last}", f"S5:S{last}"] and any("re-performed" in words for words in lists)
    assert not any(v.showErrorMessage for v in book["Controls"].data_validations.dataValidation), "free text is welcome"


def test_words_are_told_apart_without_colour(book: Workbook) -> None:
    """By how light the fill is, or by bold, italics or underline."""
    looks = {}
    for format in book["Results"].conditional_formatting:
        assert str(format.sqref) in {f"{column}5:{column}{book['Results'].max_row}" for column in "FI"}
        for rule in format.rules:
            font = rule.dxf.font
            looks[rule.formula[0].replace("$I", "$F")] = (font.color.rgb == "00FFFFFF", bool(font.b), bool(font.i), font.u)
    assert len(looks) == len(set(looks.values())) == 5


def test_rows_are_as_high_as_their_text(book: Workbook) -> None:
    sheet = book["Results"]
    heights = {sheet.cell(line, 7).value: sheet.row_dimensions[line].height for line in range(HEAD + 1, sheet.max_row + 1)}
    assert heights["x" * 300] > heights["=1+1"] and max(heights.values()) == 409
    assert heights["=1+1"] < 40


def test_a_sheet_without_rows_says_so(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path, clean()))
    assert (book["Exceptions"]["A1"].value, book["Exceptions"]["C1"].value) == ("Exceptions", "none in 12 results")
    assert book["NotCollected"]["A1"].value == "NotCollected: none of 40 calls"
    told = {r["What"]: r["How many"] for r in rows(book["README"])}
    assert told["Sheet Exceptions"] == 0 and told["supported"] == 1
    assert book["Exceptions"].tables["T_Exceptions"].ref == "A4:Y5", "Excel wants one row in a table"


def test_a_sheet_longer_than_excel_allows_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "ROWS", HEAD + 150)
    assessment = example()
    book = load_workbook(written(tmp_path, assessment))
    parts = [name for name in book.sheetnames if name.startswith("Results")]
    assert parts == ["Results", "Results 2", "Results 3"]
    shown = [r["Resource"] for name in parts for r in rows(book[name])]
    assert shown == [m.arn or m.id for m in assessment.members]
    assert book["Results 3"].tables["T_Results_3"].ref == f"A{HEAD}:M{HEAD + len(assessment.members) - 300}"
    told = {r["What"]: r["How many"] for r in rows(book["README"])}
    assert told["Sheet Results"] == told["Sheet Results 2"] == 150


# LibreOffice


def test_every_count_in_libreoffice_is_that_of_results_json(office: Path, assessment: Assessment) -> None:
    document = json.loads(results_json(assessment))
    populations = {(r["id"], words.parameters(r["parameters"])): r for r in document["requirements"]}
    for r in csv_rows(office, "Populations"):
        found = populations.pop((r["Requirement"], r["Parameters"]))
        heads = {"Meets": "meets", "Exception": "exception", "Gap": "gap", "N/A": "not_applicable"}
        assert {head: int(r[head]) for head in heads} == {head: found["counts"][word] for head, word in heads.items()}
        assert (int(r["Listed"]), int(r["Of these accepted"])) == (found["population"]["listed"], found["accepted"])
    assert not populations
    lengths = {
        "Results": "members", "Controls": "conclusions", "Exceptions": "exceptions", "Accepted": "acceptances", "Scope": "coverage",
    }  # fmt: skip
    assert {name: len(csv_rows(office, name)) for name in lengths} == {name: len(document[key]) for name, key in lengths.items()}
    assert sum(int(r["Calls"]) for r in csv_rows(office, "NotCollected")) == len(document["failed_calls"])
    told = {r["What"]: r["How many"] for r in csv_rows(office, "README")}
    shown = Counter(c["conclusion"] for c in document["conclusions"])
    assert {word: int(told[word]) for word in words.CONCLUSION_MEANINGS} == {w: shown[w] for w in words.CONCLUSION_MEANINGS}


def test_on_paper_a_wide_sheet_takes_two_pages_side_by_side(office: Path) -> None:
    """Nothing sticks out on a third page, and what a row is about stands on both."""
    pages: dict[str, list[str]] = {}
    for text in pages_of(office / "workbook.pdf"):
        (name,) = re.findall(r"([A-Z][A-Za-z-]+) · page \d+ of", text)
        pages.setdefault(name, []).append(text)
    assert list(pages) == NAMES
    for name, first, left, right in (
        ("Controls", "Control", "What a person must add", "Auditor: conclusion"), ("Exceptions", "No.", "Condition: observed", "How it is put right"),
        ("Populations", "Requirement", "Listed", "How it is judged"), ("Extractions", "Evidence", "Parameters as sent", "Request ids"),
    ):  # fmt: skip
        assert len(pages[name]) % 2 == 0
        for n, text in enumerate(pages[name]):
            assert first in text and (left in text, right in text) == ((True, False), (False, True))[n % 2], (name, n)


def test_libreoffice_reads_the_same_cells(office: Path, book: Workbook) -> None:
    again = load_workbook(office / "workbook.xlsx")
    assert again.sheetnames == NAMES
    for name in NAMES:
        theirs, ours = again[name], book[name]
        assert theirs.tables.keys() == ours.tables.keys()
        assert {t.ref for t in theirs.tables.values()} == {t.ref for t in ours.tables.values()}
        assert theirs.print_title_rows == ours.print_title_rows
        assert len(theirs.data_validations.dataValidation) == len(ours.data_validations.dataValidation)
        ours_read = [[unescape(v) if isinstance(v, str) else v for v in line] for line in ours.iter_rows(values_only=True)]
        assert [
            list(line) for line in theirs.iter_rows(max_row=ours.max_row, max_col=ours.max_column, values_only=True)
        ] == ours_read


def test_libreoffice_shows_hostile_text_literally_and_the_counts_match(office: Path, assessment: Assessment) -> None:
    found = csv_rows(office, "Results")
    shown = [r["Observed, or why not"] for r in found]
    assert shown[: len(HOSTILE)] == [unescape(plain(text)) for text in HOSTILE]
    assert Counter(r["Judgement"] for r in found) == Counter(m.judgement for m in assessment.members)
    assert {r["Account"] for r in found} == {"012345678901", "111122223333"}, "leading zeros stay"
    assert len(csv_rows(office, "Controls")) == len(assessment.conclusions)
    assert {r["Parameters as sent"] for r in csv_rows(office, "Extractions")} == {
        f'{{"Bucket":"=bucket-{n}"}}' for n in range(ANSWERS)
    }


def test_an_account_known_only_from_its_coverage_is_shown(tmp_path: Path) -> None:
    lone = Cell("999999999999", "eu-west-1", "denied", 3, 0)
    book = load_workbook(written(tmp_path, dataclasses.replace(clean(), coverage=(lone,))))
    (row,) = rows(book["Scope"])
    assert (row["Account"], row["Status"], row["Name"]) == ("999999999999", "denied", None)
