"""How cells look: the styles of each kind of column, and the pen that writes rows with them.

Words are told apart by white on dark, underline and italics as well as by colour, so that greyscale keeps them apart.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink

from evidence.pack.workbook.sheet import Heading, Link
from evidence.pack.workbook.text import plain

INK, BLUE, MUTED, RED, GREEN, BROWN = "16202B", "1F4E79", "4F5B68", "8E1B16", "1C5E51", "734600"
SAND, PALE, PINK = "EAD9A0", "FFF8DC", "F3DEDC"
LINE = Side(style="thin", color="C3CBD3")
HEIGHT = 409.0
"""The most points that Excel makes a row high."""
LOOKS: tuple[tuple[tuple[str, ...], Font, str], ...] = (
    (("exception", "exceptions"), Font(color="FFFFFF", bold=True), RED),
    (
        (
            "gap", "incomplete", "in part", "denied", "no", "no: they differ", "not read", "only in the list",
            "only in the second", "nothing handed in", "wanted", "expired", "not yet in force", "covers no exception",
            "tags not read",
        ),
        Font(color=BROWN, bold=True, underline="single"), "FBF3E2",
    ),
    (("overdue",), Font(color=RED, bold=True, underline="double"), PINK),
    (("accepted", "in force"), Font(color=RED, bold=True, italic=True), PINK),
    (("meets", "supported", "read", "yes", "handed in"), Font(color=GREEN, bold=True), "DCEBE7"),
)  # fmt: skip
_PIECES = re.compile(r"[^\s/-]*[\s/-]|[^\s/-]+")
_FORMULAS = "=+-@'"
"""What a formula may begin with, and the mark of a text that looks like one."""
_ADDRESS = 2_079
"""The most characters of a link."""
Target = Callable[[Link], Hyperlink | None]


class Pen:
    """Writes the rows of a table. A column's cells share one look, and openpyxl writes a row at once: so the same few cells serve
    every row. `target` says where a link leads, or None where it is to be plain text; rows are at least `least` points high."""

    def __init__(self, page: Any, headings: Sequence[Heading], target: Target, least: float = 0.0) -> None:
        self.page, self.headings, self.target, self.least = page, headings, target, least
        self.blanks = [_styled(page, h) for h in headings]
        self.texts = [_styled(page, h, "@") for h in headings]
        self.quoted = [_styled(page, h, "@", quoted=True) for h in headings]
        self.numbers = [_styled(page, h, "#,##0") for h in headings]
        self.days = [_styled(page, h, "yyyy-mm-dd") for h in headings]
        self.links = [_styled(page, h, "@", linked=True) for h in headings]
        self.linked_numbers = [_styled(page, h, "#,##0", linked=True) for h in headings]
        self.quoted_links = [_styled(page, h, "@", quoted=True, linked=True) for h in headings]

    def write(self, number: int, row: Sequence[Any]) -> None:
        most, cells = 1, []
        for column, (value, heading) in enumerate(zip(row, self.headings, strict=True)):
            cell = self._cell(column, value)
            if isinstance(cell.value, str):
                most = max(most, lines(cell.value, heading))
            cells.append(cell)
        append(self.page, number, cells, max(self.least, 5 + 11.5 * most))

    def _cell(self, column: int, value: Any) -> Any:
        if isinstance(value, Link):
            return self._linked(column, value)
        if isinstance(value, int) and not isinstance(value, bool):
            return _with(self.numbers[column], value)
        if isinstance(value, dt.date):
            return _with(self.days[column], value)
        text = plain(value)
        if not text:
            return self.blanks[column]
        return hold((self.quoted if text[0] in _FORMULAS else self.texts)[column], text)

    def _linked(self, column: int, link: Link) -> Any:
        """The cell with its link; a plain one where it can have none."""
        place, text = self.target(link), plain(link.text)
        if place is None or lines(text, self.headings[column]) > 1:
            return self._cell(column, link.text)
        if isinstance(link.text, int):
            cell = _with(self.linked_numbers[column], link.text)
        else:
            cell = hold((self.quoted_links if text[0] in _FORMULAS else self.links)[column], text)
        cell.hyperlink = place
        return cell


def inside(name: str, row: int) -> Hyperlink:
    """To a row of a sheet."""
    return Hyperlink(ref="", location=f"'{name}'!A{row}")


def outside(file: str, root: str) -> Hyperlink | None:
    """To a file, named from `root` as seen from the workbook; None where the name is too long for Excel."""
    target = root + quote(file)
    return Hyperlink(ref="", target=target) if len(target) <= _ADDRESS else None


def append(page: Any, number: int, cells: list[Any], height: float) -> None:
    """One row with its height, which openpyxl would otherwise remember for every row."""
    page.row_dimensions[number].height = min(HEIGHT, height)
    page.append(cells)
    del page.row_dimensions[number]


def line(page: Any, text: str, font: Font) -> Any:
    """A line above the table: it runs over its neighbours, which are empty."""
    cell = hold(WriteOnlyCell(page), plain(text))
    cell.font, cell.alignment = font, Alignment(vertical="center", horizontal="left")
    return cell


def head(page: Any, heading: Heading) -> Any:
    """Text stands at the top, above Excel's filter button."""
    cell = WriteOnlyCell(page, value=heading.text)
    cell.font = Font(name="Arial", size=9, bold=True, color=INK if heading.tinted else "FFFFFF")
    cell.fill = PatternFill("solid", fgColor=SAND if heading.tinted else BLUE)
    cell.alignment = _aligned(heading)
    return cell


def total(page: Any, heading: Heading, value: int | str) -> Any:
    """A sum above the head of its column, or the words beside it."""
    cell = _with(WriteOnlyCell(page), value) if isinstance(value, int) else hold(WriteOnlyCell(page), value)
    cell.font, cell.number_format = Font(name="Arial", size=9, bold=True, color=INK), "#,##0" if isinstance(value, int) else "@"
    cell.alignment = Alignment(vertical="center", horizontal="right", indent=1 if heading.kind == "number" else 0)
    return cell


def hold(cell: Any, text: str) -> Any:
    """Sets the text, then its type: by itself openpyxl takes a leading "=" for a formula and "#N/A" for an error."""
    cell.value = text
    cell.data_type = "s"
    return cell


def _with(cell: Any, value: int | dt.date) -> Any:
    form = cell.number_format
    cell.value = value
    cell.number_format = form  # a day brings openpyxl's own
    return cell


def _styled(page: Any, heading: Heading, form: str = "General", *, quoted: bool = False, linked: bool = False) -> Any:
    cell = WriteOnlyCell(page)
    cell.font = _font(heading.kind, linked)
    cell.alignment = _aligned(heading, wrap=heading.kind != "number")
    cell.number_format = "yyyy-mm-dd" if heading.kind in ("date", "day") and form == "General" else form
    cell.border = Border(LINE, LINE, LINE, LINE) if heading.tinted else Border(bottom=LINE)
    if heading.tinted:
        cell.fill = PatternFill("solid", fgColor=PALE)
    if quoted:
        cell.quotePrefix = True
    return cell


def _aligned(heading: Heading, *, wrap: bool = True) -> Alignment:
    """Every cell keeps off its neighbour."""
    return Alignment(vertical="top", wrap_text=wrap, horizontal="right" if heading.kind == "number" else "left", indent=1)


def _font(kind: str, linked: bool) -> Font:
    look: dict[str, Any] = {"color": BLUE, "underline": "single"} if linked else {"color": INK}
    if kind == "mono":
        return Font(name="Courier New", size=8, **look)
    return Font(name="Arial", size=9, bold=kind == "term", **look)


def lines(text: str, heading: Heading) -> int:
    """How many lines a text takes in its column: nobody fits the heights of a file that Excel did not write."""
    room = max(1.0, (heading.width - 1.5) * (1.12 if heading.kind == "mono" else 1.25))
    if len(text) <= room / 2:
        return 1 + text.count("\n")
    return sum(_wrapped(part, room) for part in text.split("\n"))


def _wrapped(text: str, room: float) -> int:
    """Lines of one paragraph: broken at spaces, hyphens and slashes, and inside of what is longer than a line."""
    if _width(text) <= room:
        return 1
    count, used = 1, 0.0
    for piece in _PIECES.findall(text):
        width: float = _width(piece)
        if used and used + _width(piece.rstrip()) > room:
            count, used = count + 1, 0.0
        if width > room:
            count, width = count + math.ceil(width / room) - 1, width % room
        used += width
    return count


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
