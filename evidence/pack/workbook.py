"""The workbook: real tables for people who filter and sample. Collected text is always text, never a formula.

Sheets are written row by row, so that memory stays flat however many rows there are. Excel's limits, and what happens there:

1,048,576 rows a sheet        the sheet goes on in another: "Results 2"; README lists both with their rows
32,767 characters a cell      (UTF-16 units) the text is cut and says where the whole is
253 line breaks a cell        likewise
409 points of height a row    a taller text is whole in the cell, but shown and printed up to there
31 characters a sheet's name, 255 characters a list to choose from: ours are fixed and short

Characters that show nothing, or that turn the text around them, are spelled out as U+XXXX; text that Excel would take for its
own escape (`_x0041_`) is escaped.
"""

import math
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.writer.excel import ExcelWriter

from evidence.pack.material import Material
from evidence.pack.sheets import Heading, Link, Sheet, Written, readme, sheets

ROWS, CHARACTERS, BREAKS, HEIGHT = 1_048_576, 32_767, 253, 409.0
HEAD = 4
"""The row of the table's head: above it stand a title, whose pack it is, and a blank row."""
_PORTRAIT, _A4 = 125, 190
"""Columns together as wide as this still print readably on A4, upright and across; wider ones go on A3."""
_INK, _BLUE, _MUTED, _RED, _GREEN, _BROWN = "16202B", "1F4E79", "4F5B68", "8E1B16", "1C5E51", "734600"
_SAND, _PALE = "EAD9A0", "FFF8DC"
_LINE = Side(style="thin", color="C3CBD3")
_LOOKS: tuple[tuple[tuple[str, ...], Font, str], ...] = (
    (("exception", "exceptions"), Font(color="FFFFFF", bold=True), _RED),
    (
        ("gap", "incomplete", "in part", "denied", "no", "no: they differ"),
        Font(color=_BROWN, bold=True, underline="single"),
        "FBF3E2",
    ),
    (("accepted",), Font(color=_RED, bold=True, italic=True), "F3DEDC"),
    (("meets", "supported", "read", "yes"), Font(color=_GREEN, bold=True), "DCEBE7"),
)
"""Words are told apart by white on dark, underline and italics as well as by colour: so greyscale keeps them apart."""
_PIECES = re.compile(r"[^\s/-]*[\s/-]|[^\s/-]+")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(material: Material) -> None:
    """Writes `report/workbook.xlsx`; the same Assessment, run and pack give the same bytes."""
    book = Workbook(write_only=True)
    vars(book)["_named_styles"]["Normal"].font = Font(name="Arial", size=10)  # widths are counted in its digits
    book.properties.creator = plain(material.assessment.run.entity or "evidence")
    book.properties.title = plain(f"Evidence pack {material.facts.id}")
    book.properties.created = book.properties.modified = material.as_of.replace(tzinfo=None, microsecond=0)
    first = book.create_sheet("README")  # first in the book, written last: it says how many rows the others have
    written: list[Written] = []
    for sheet in sheets(material):
        for name, rows in _parts(sheet):
            count = _write(book.create_sheet(name), sheet, name, rows, material)
            written.append(Written(name, sheet.title, count))
    about = readme(material, written)
    _write(first, about, about.name, about.rows, material)
    # not book.save, which writes the present into docProps
    with _Archive(material.report / "workbook.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()


def _parts(sheet: Sheet) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """A sheet cut to Excel's rows, each part to be read before the next; later parts are called "Results 2" and so on."""
    rest, name, number = sheet.rows, sheet.name, 1
    following = next(rest, None)
    while following is not None or number == 1:
        start = () if following is None else (following,)
        yield name, islice(chain(start, rest), ROWS - HEAD)
        following, number = next(rest, None), number + 1
        name = f"{sheet.name} {number}"


def _write(page: Any, sheet: Sheet, name: str, rows: Iterator[Sequence[Any]], material: Material) -> int:
    """Writes one sheet and returns how many rows it has. An empty table keeps one blank row: Excel wants it."""
    _set_up(page, sheet, material)
    first = next(rows, None)
    run, count = material.assessment.run, 0
    title = f"{name}: {'none' if first is None else sheet.title}"
    where = f"{run.entity or 'no entity named'} · {run.period or 'no period named'} · pack {material.facts.ident}"
    page.append([_line(page, title, Font(name="Arial", size=14, bold=True, color=_INK))])
    page.append([_line(page, where, Font(name="Arial", size=8, color=_MUTED))])
    page.append([])
    _append(page, HEAD, [_head(page, h) for h in sheet.headings], 14 + 12 * max(_lines(h.text, h) for h in sheet.headings))
    pen = _Pen(page, sheet.headings)
    for row in chain(() if first is None else (first,), rows):
        count += 1
        pen.write(HEAD + count, row)
    if not count:
        pen.write(HEAD + 1, [""] * len(sheet.headings))
    last = f"{get_column_letter(len(sheet.headings))}{HEAD + max(1, count)}"
    _rules(page, sheet.headings, HEAD + max(1, count))
    page.tables.add(_table(f"T_{name.replace(' ', '_')}", f"A{HEAD}:{last}", sheet.headings))
    page.print_area = f"A1:{last}"
    return count


def _set_up(page: Any, sheet: Sheet, material: Material) -> None:
    """What openpyxl writes before the rows, and how the sheet prints."""
    width = sum(h.width for h in sheet.headings)
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation = "portrait" if width <= _PORTRAIT else "landscape"
    page.page_setup.paperSize = 9 if width <= _A4 else 8
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    page.print_title_rows = f"{HEAD}:{HEAD}"
    footer, facts = page.oddFooter, material.facts
    said = (facts.label.replace("&", "&&"), facts.ident.replace("&", "&&"), "&A · page &P of &N")
    for place, text in zip((footer.left, footer.center, footer.right), said, strict=True):
        place.text, place.size = text, 8
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{HEAD + 1}"
    page.sheet_view.showGridLines = False
    for number, heading in enumerate(sheet.headings, start=1):
        page.column_dimensions[get_column_letter(number)].width = heading.width


def _line(page: Any, text: str, font: Font) -> Any:
    """A line above the table: it runs over its neighbours, which are empty."""
    cell = _hold(WriteOnlyCell(page), plain(text))
    cell.font, cell.alignment = font, Alignment(vertical="center", horizontal="left")
    return cell


def _head(page: Any, heading: Heading) -> Any:
    """Text stands at the top, above Excel's filter button."""
    cell = WriteOnlyCell(page, value=heading.text)
    cell.font = Font(name="Arial", size=9, bold=True, color=_INK if heading.blank else "FFFFFF")
    cell.fill = PatternFill("solid", fgColor=_SAND if heading.blank else _BLUE)
    cell.alignment = _aligned(heading)
    return cell


def _append(page: Any, number: int, cells: list[Any], height: float) -> None:
    """One row with its height, which openpyxl would otherwise remember for every row."""
    page.row_dimensions[number].height = min(HEIGHT, height)
    page.append(cells)
    del page.row_dimensions[number]


class _Pen:
    """Writes the rows of a table. A column's cells share one look, and openpyxl writes a row at once: so the same few cells
    serve every row."""

    def __init__(self, page: Any, headings: Sequence[Heading]) -> None:
        self.page, self.headings = page, headings
        self.blanks = [_styled(page, h) for h in headings]
        self.texts = [_styled(page, h, "@") for h in headings]
        self.quoted = [_styled(page, h, "@", quoted=True) for h in headings]
        self.numbers = [_styled(page, h, "#,##0") for h in headings]

    def write(self, number: int, row: Sequence[Any]) -> None:
        most, cells = 1, []
        for column, (value, heading) in enumerate(zip(row, self.headings, strict=True)):
            cell = self._cell(column, value)
            if isinstance(cell.value, str):
                most = max(most, _lines(cell.value, heading))
            cells.append(cell)
        _append(self.page, number, cells, 5 + 11.5 * most)

    def _cell(self, column: int, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            self.numbers[column].value = value
            return self.numbers[column]
        if isinstance(value, Link):
            return _linked(self.page, value)
        text = plain(value)
        if not text:
            return self.blanks[column]
        return _hold((self.quoted if text[0] in "=+-@'" else self.texts)[column], text)


def _styled(page: Any, heading: Heading, format: str = "General", *, quoted: bool = False) -> Any:
    cell = WriteOnlyCell(page)
    cell.font = _font(heading.kind)
    cell.alignment = _aligned(heading, wrap=heading.kind != "number")
    cell.number_format = "yyyy-mm-dd" if heading.kind == "date" else format
    cell.border = Border(_LINE, _LINE, _LINE, _LINE) if heading.blank else Border(bottom=_LINE)
    if heading.blank:
        cell.fill = PatternFill("solid", fgColor=_PALE)
    if quoted:
        cell.quotePrefix = True
    return cell


def _aligned(heading: Heading, *, wrap: bool = True) -> Alignment:
    """Numbers keep off the text to their right, and words off the edge of their fill."""
    side, indent = ("right", 1) if heading.kind == "number" else ("left", 1 if heading.kind in ("word", "term") else 0)
    return Alignment(vertical="top", wrap_text=wrap, horizontal=side, indent=indent)


def _font(kind: str) -> Font:
    if kind == "mono":
        return Font(name="Courier New", size=8, color=_INK)
    return Font(name="Arial", size=9, color=_INK, bold=kind == "term")


def _hold(cell: Any, text: str) -> Any:
    """Sets the text, then its type: by itself openpyxl takes a leading "=" for a formula and "#N/A" for an error."""
    cell.value = text
    cell.data_type = "s"
    return cell


def _linked(page: Any, link: Link) -> Any:
    cell = _hold(WriteOnlyCell(page), plain(link.text))
    cell.hyperlink = Hyperlink(ref="", location=f"'{link.sheet}'!A1")
    cell.font = Font(name="Arial", size=9, bold=True, underline="single", color=_BLUE)
    cell.alignment, cell.border = Alignment(vertical="top", horizontal="left", indent=1), Border(bottom=_LINE)
    return cell


def _lines(text: str, heading: Heading) -> int:
    """How many lines a text takes in its column: nobody fits the heights of a file that Excel did not write."""
    room = max(1.0, heading.width * (1.12 if heading.kind == "mono" else 1.25) - 1)
    if len(text) <= room / 2:
        return 1 + text.count("\n")
    return sum(_wrapped(part, room) for part in text.split("\n"))


def _wrapped(text: str, room: float) -> int:
    """Lines of one paragraph: broken at spaces, hyphens and slashes, and inside of what is longer than a line."""
    if _width(text) <= room:
        return 1
    lines, used = 1, 0.0
    for piece in _PIECES.findall(text):
        width: float = _width(piece)
        if used and used + _width(piece.rstrip()) > room:
            lines, used = lines + 1, 0.0
        if width > room:
            lines, width = lines + math.ceil(width / room) - 1, width % room
        used += width
    return lines


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def plain(value: Any) -> str:
    """Text as a workbook can hold it and a reader can see it: nothing hidden, and what was cut says where the whole is."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = "".join(map(_shown, text.replace("\r\n", "\n")))
    if len(text) * 2 > CHARACTERS or text.count("\n") > BREAKS or "_x" in text:
        text = _cut(text)
    return text


@cache
def _shown(character: str) -> str:
    visible = character.isprintable() or character in "\n\t" or unicodedata.category(character) == "Zs"
    return character if visible else f"U+{ord(character):04X}"


def _cut(text: str) -> str:
    """The text with Excel's escapes escaped, as far as Excel takes it, counted in UTF-16 units."""
    note = f" … cut at Excel's limit; all {len(text):,} characters are in report/results.json"
    written = _ESCAPE.sub("_x005F_", text)
    used = breaks = end = 0
    for at, character in enumerate(written, start=1):
        used += 1 + (character > "\uffff")
        breaks += character == "\n"
        if used > CHARACTERS or breaks > BREAKS:
            return written[:end] + note
        if used <= CHARACTERS - len(note):
            end = at
    return written


def _rules(page: Any, headings: Sequence[Heading], last: int) -> None:
    """Looks for words, and lists to choose from: a list offers, any other text is welcome."""
    for number, heading in enumerate(headings, start=1):
        letter = get_column_letter(number)
        cells = f"{letter}{HEAD + 1}:{letter}{last}"
        for words, font, fill in _LOOKS if heading.kind in ("word", "term") else ():
            asked = ",".join(f'${letter}{HEAD + 1}="{word}"' for word in words)
            rule = FormulaRule([f"OR({asked})"], font=font, fill=PatternFill("solid", bgColor=fill))
            page.conditional_formatting.add(cells, rule)
        if heading.choices:
            choice = DataValidation("list", formula1=f'"{",".join(heading.choices)}"', allow_blank=True, showErrorMessage=False)
            choice.add(cells)
            page.data_validations.append(choice)


def _table(name: str, cells: str, headings: Iterable[Heading]) -> Table:
    table = Table(displayName=name, ref=cells, tableStyleInfo=TableStyleInfo(showRowStripes=False))
    table.tableColumns = [TableColumn(id=n, name=h.text) for n, h in enumerate(headings, start=1)]
    table.autoFilter = AutoFilter(ref=cells)
    return table


class _Archive(zipfile.ZipFile):
    """A zip without a clock: every member bears the zip format's first day."""

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        info = self._member(arcname)
        info.file_size = Path(filename).stat().st_size
        with Path(filename).open("rb") as source, self.open(info, "w") as target:
            shutil.copyfileobj(source, target)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(self._member(zinfo_or_arcname), data)

    def _member(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type, info.create_system, info.external_attr = self.compression, 3, 0o600 << 16
        return info
