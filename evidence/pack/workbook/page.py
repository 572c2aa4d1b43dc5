"""A sheet on paper and on the screen: paper and margins, what stays in view, the table, looks for words, lists to choose from."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from evidence.pack.workbook.look import LOOKS
from evidence.pack.workbook.sheet import Heading, Sheet

HEAD = 4
"""The row of the table's head: above it stand a title, whose pack it is, and the sums of all rows."""
_PORTRAIT, _A4 = 125, 190
"""Columns together as wide as this still print readably on A4, upright and across; wider ones go on A3."""
_PIXELS = (420 / 25.4 - 1.0) * 96
"""The width of A3 across, less the margins, in the pixels by which widths of columns are counted."""


def set_up(page: Any, sheet: Sheet, label: str, ident: str) -> None:
    """What openpyxl writes before the rows, and how the sheet prints; `label` and `ident` stand below every page."""
    width = sum(h.width for h in sheet.headings)
    page.page_setup.orientation = "portrait" if width <= _PORTRAIT else "landscape"
    page.page_setup.paperSize = 9 if width <= _A4 else 8
    if sheet.turn:
        _two_pages(page, sheet)
    else:
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    page.print_title_rows = f"{HEAD}:{HEAD}"
    footer = page.oddFooter
    said = (label.replace("&", "&&"), ident.replace("&", "&&"), "&A · page &P of &N")
    for place, text in zip((footer.left, footer.center, footer.right), said, strict=True):
        place.text, place.size = text, 8
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{HEAD + 1}"
    page.sheet_view.showGridLines = False
    for number, heading in enumerate(sheet.headings, start=1):
        page.column_dimensions[get_column_letter(number)].width = heading.width


def halves(sheet: Sheet) -> tuple[Sequence[Heading], Sequence[Heading]]:
    """The columns of the two pages side by side; the frozen ones stand on both."""
    at = next(n for n, h in enumerate(sheet.headings) if h.text == sheet.turn)
    return sheet.headings[:at], (*sheet.headings[: sheet.frozen], *sheet.headings[at:])


def _two_pages(page: Any, sheet: Sheet) -> None:
    """As large as the wider of the two pages allows. Excel breaks where it is told only where it does not fit to a page.
    Each column is taken for 5 pixels wider than it is: without them LibreOffice puts the last one on a third page."""
    left, right = halves(sheet)
    widest = max(sum(h.width * 7 + 5 for h in half) for half in (left, right))
    page.page_setup.scale = min(100, int(_PIXELS / widest * 97))
    page.col_breaks.append(Break(id=len(left)))
    page.page_setup.pageOrder = "overThenDown"
    page.print_title_cols = f"A:{get_column_letter(sheet.frozen)}"


def rules(page: Any, headings: Sequence[Heading], last: int) -> None:
    """Looks for words, bars for days, and lists to choose from: a list offers, any other text is welcome."""
    letters = {h.text: get_column_letter(n) for n, h in enumerate(headings, start=1)}
    for heading in headings:
        letter = letters[heading.text]
        cells, word = f"{letter}{HEAD + 1}:{letter}{last}", letters.get(heading.like, letter)
        for words, font, fill in LOOKS if heading.kind in ("word", "term") or heading.like else ():
            asked = ",".join(f'${word}{HEAD + 1}="{text}"' for text in words)
            rule = FormulaRule([f"OR({asked})"], font=font, fill=PatternFill("solid", bgColor=fill))
            page.conditional_formatting.add(cells, rule)
        if heading.bar:
            bar = DataBarRule(start_type="num", start_value=0, end_type="max", color="AEB8C4")
            page.conditional_formatting.add(cells, bar)
        if heading.choices:
            choice = DataValidation("list", formula1=f'"{",".join(heading.choices)}"', allow_blank=True, showErrorMessage=False)
            choice.add(cells)
            page.data_validations.append(choice)


def table(name: str, cells: str, headings: Iterable[Heading]) -> Table:
    """`name` is the sheet's: a table's name takes letters, digits and underscores."""
    shown = "".join(c if c.isalnum() else "_" for c in name)
    made = Table(displayName=f"T_{shown}", ref=cells, tableStyleInfo=TableStyleInfo(showRowStripes=False))
    made.tableColumns = [TableColumn(id=n, name=h.text) for n, h in enumerate(headings, start=1)]
    made.autoFilter = AutoFilter(ref=cells)
    return made
