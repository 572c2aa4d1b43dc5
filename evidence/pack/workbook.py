"""The workbook: real tables for people who filter and sample. Collected text is always text, never a formula.

Sheets are written row by row (openpyxl's write-only mode), so that memory stays flat. Excel's limits: 1,048,576 rows a sheet
(a longer one is split and says so), 32,767 characters a cell (a longer text is cut and says where the whole is).
"""

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from evidence.pack.material import Material
from evidence.pack.sheets import Heading, Sheet, sheets

ROWS, CHARACTERS = 1_048_576, 32_767
FIRST = 4
"""The row of the table's head: above it stand a title, what the sheet is, and a blank row."""
_INK, _BLUE, _MUTED, _AUDITOR = "16202B", "1F4E79", "4F5B68", "FFFDF3"
_LINE = Side(style="hair", color="C3CBD3")
_WORDS = {
    "exception": ("FFFFFF", "8E1B16", True), "exceptions": ("FFFFFF", "8E1B16", True),
    "gap": ("734600", "FAF5EA", True), "incomplete": ("734600", "FAF5EA", True),
    "meets": ("1C5E51", "DCEBE7", False), "supported": ("1C5E51", "DCEBE7", False),
}  # fmt: skip


def write_workbook(material: Material) -> None:
    """Writes `report/workbook.xlsx`; the same Assessment and pack give the same bytes."""
    book = Workbook(write_only=True)
    moment = material.as_of.replace(tzinfo=None, microsecond=0)
    book.properties.creator = material.assessment.run.entity or "evidence"
    book.properties.title = f"Evidence pack {material.facts.id}"
    book.properties.created = book.properties.modified = moment
    for sheet in sheets(material):
        for part, (name, rows) in enumerate(_parts(sheet)):
            _write(book, sheet, name, rows, material, part)
    buffer = io.BytesIO()
    book.save(buffer)
    (material.report / "workbook.xlsx").write_bytes(_settled(buffer.getvalue(), moment))


def _parts(sheet: Sheet) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    """A sheet cut to Excel's rows; later parts are called "Results 2" and so on."""
    rows = list(sheet.rows)
    room = ROWS - FIRST
    for number in range(max(1, math.ceil(len(rows) / room))):
        yield (sheet.name if number == 0 else f"{sheet.name} {number + 1}"), rows[number * room : (number + 1) * room]


def _write(book: Workbook, sheet: Sheet, name: str, rows: Sequence[Sequence[Any]], material: Material, part: int) -> None:
    page = book.create_sheet(name)
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9 if sheet.width <= 190 else 8
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.print_title_rows = f"{FIRST}:{FIRST}"
    page.oddFooter.left.text, page.oddFooter.center.text = material.facts.label, material.facts.ident
    page.oddFooter.right.text = "&A · page &P of &N"
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{FIRST + 1}"
    page.sheet_view.showGridLines = False
    for number, heading in enumerate(sheet.headings, start=1):
        page.column_dimensions[get_column_letter(number)].width = heading.width
    last = get_column_letter(len(sheet.headings))
    table = f"A{FIRST}:{last}{FIRST + max(1, len(rows))}"
    _rules(page, sheet, len(rows))
    run = material.assessment.run
    where = f"{run.entity or 'no entity named'} · {run.period or 'no period named'} · {material.facts.ident}"
    page.append([_cell(page, f"{name}: {sheet.title}", Font(name="Arial", size=13, bold=True, color=_INK), wrap=False)])
    page.append([_cell(page, where, Font(name="Arial", size=8, color=_MUTED), wrap=False)])
    page.append([])
    page.row_dimensions[FIRST].height = 27
    page.append([_head(page, heading) for heading in sheet.headings])
    for row in rows or [[""] * len(sheet.headings)]:
        _row(page, sheet, row)
    page.add_table(_table(f"{sheet.name}{part + 1 if part else ''}", table, sheet.headings))
    page.print_area = f"A1:{last}{FIRST + max(1, len(rows))}"


def _row(page: Any, sheet: Sheet, row: Sequence[Any]) -> None:
    lines = 1
    cells = []
    for value, heading in zip(row, sheet.headings, strict=True):
        cell = _cell(page, value, _font(heading), heading=heading)
        lines = max(lines, _lines(cell.value, heading.width * (0.82 if heading.kind == "mono" else 1.0)))
        cells.append(cell)
    page.row_dimensions[page._max_row + 1].height = min(409.0, 4 + 11.4 * lines)
    page.append(cells)


def _lines(value: Any, width: float) -> int:
    return sum(max(1, math.ceil(len(part) / max(1.0, width))) for part in str(value).splitlines()) or 1


def _font(heading: Heading) -> Font:
    return Font(name="Courier New" if heading.kind == "mono" else "Arial", size=8, color=_INK, bold=heading.kind == "word")


def _cell(page: Any, value: Any, font: Font, *, heading: Heading | None = None, wrap: bool = True) -> Any:
    number = isinstance(value, int) and not isinstance(value, bool)
    cell = WriteOnlyCell(page, value=value if number else plain(value))
    if not number:
        cell.data_type = "s"  # after the value: openpyxl takes a leading "=" for a formula
        cell.quotePrefix = str(cell.value).startswith(("=", "+", "-", "@"))
    cell.font = font
    cell.alignment = Alignment(vertical="top", wrap_text=wrap, horizontal="right" if number else "left")
    if heading is not None:
        cell.border = Border(bottom=_LINE)
        cell.number_format = "#,##0" if number else "@"
        if heading.kind == "auditor":
            cell.fill = PatternFill("solid", fgColor=_AUDITOR)
    return cell


def plain(value: Any) -> str:
    """Text that a workbook can hold: control characters are spelled out, an overlong text says where the whole is."""
    text = "" if value is None else str(value)
    text = ILLEGAL_CHARACTERS_RE.sub(lambda m: f"U+{ord(m[0]):04X}", text)
    text = re.sub("[\ufffe\uffff]", lambda m: f"U+{ord(m[0]):04X}", text)
    if len(text) > CHARACTERS:
        note = f" … cut at Excel's limit; all {len(text):,} characters are in report/results.json"
        text = text[: CHARACTERS - len(note)] + note
    return text


def _head(page: Any, heading: Heading) -> Any:
    cell = _cell(page, heading.text, Font(name="Arial", size=8, bold=True, color="FFFFFF"))
    cell.fill = PatternFill("solid", fgColor=_MUTED if heading.kind == "auditor" else _BLUE)
    cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="right" if heading.kind == "number" else "left")
    return cell


def _rules(page: Any, sheet: Sheet, count: int) -> None:
    """Words are told apart by fill, weight and underline, so that they survive greyscale; auditors get lists to choose from."""
    for number, heading in enumerate(sheet.headings, start=1):
        letter = get_column_letter(number)
        cells = f"{letter}{FIRST + 1}:{letter}{FIRST + max(1, count)}"
        for word, (ink, fill, strong) in _WORDS.items() if heading.kind == "word" else ():
            rule = CellIsRule("equal", [f'"{word}"'])
            line = "single" if word in ("gap", "incomplete") else None
            rule.dxf = DifferentialStyle(font=Font(color=ink, bold=strong, underline=line), fill=PatternFill(bgColor=fill))
            page.conditional_formatting.add(cells, rule)
        if heading.choices:
            choice = DataValidation("list", formula1=f'"{",".join(heading.choices)}"', allow_blank=True, showErrorMessage=False)
            choice.add(cells)
            page.data_validations.append(choice)


def _table(name: str, cells: str, headings: Iterable[Heading]) -> Table:
    table = Table(displayName=re.sub(r"\W", "", f"T_{name}"), ref=cells, tableStyleInfo=TableStyleInfo(showRowStripes=False))
    table.tableColumns = [TableColumn(id=n, name=h.text) for n, h in enumerate(headings, start=1)]
    table.autoFilter = AutoFilter(ref=cells)
    return table


def _settled(book: bytes, moment: dt.datetime) -> bytes:
    """The same workbook with the moment of the run's end wherever openpyxl writes the present."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as was, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as now:
        for name in sorted(was.namelist()):
            data = was.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment.isoformat().encode() + b"Z", data)
            now.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
