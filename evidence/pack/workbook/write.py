"""Writes the workbook, row by row, so that memory stays flat however many rows there are."""

import datetime as dt
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.excel import ExcelWriter

from evidence.pack.material import Material
from evidence.pack.workbook.about import readme
from evidence.pack.workbook.look import INK, MUTED, Pen, Target, append, head, inside, line, lines, outside, total
from evidence.pack.workbook.page import HEAD, rules, set_up, table
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import ROWS, Link, Sheet, Written, fits
from evidence.pack.workbook.sheets import FIRST, sheets
from evidence.pack.workbook.text import plain

_SIGNATURE = 46.0
"""Points that a signature needs."""


def write_workbook(material: Material) -> None:
    """Writes `report/workbook.xlsx`; the same Assessment, run and pack give the same bytes."""
    run, facts = material.assessment.run, material.facts
    where = f"{run.entity or 'no entity named'} · {run.period or 'no period named'} · pack {facts.ident}"
    made = Book(run.entity, f"Evidence pack {facts.id}", where, facts.label, facts.ident, material.as_of)
    made.book.create_sheet("README")  # first in the book, written last: it says how many rows the others have
    found = sheets(material, Places(material.assessment))
    parts = {sheet.name: made.write(sheet) for sheet in sorted(found, key=lambda s: s.name != FIRST)}
    written = [part for sheet in found for part in parts[sheet.name]]
    for part in written:
        made.book.move_sheet(part.name, len(made.book.sheetnames))  # to the end, each in its turn
    about = readme(material, written)
    made.fill(made.book["README"], about, about.name, about.rows)
    made.save(material.report / "workbook.xlsx")


@dataclass
class Book:
    """A workbook in the making. `where` stands above every sheet and leads to the sheet `home`; `label` and `ident` stand below
    every page; `as_of` is the time that the file says it was made."""

    entity: str
    title: str
    where: str
    label: str
    ident: str
    as_of: dt.datetime
    home: str = "README"
    book: Workbook = field(default_factory=lambda: Workbook(write_only=True))

    def __post_init__(self) -> None:
        book = self.book
        vars(book)["_named_styles"]["Normal"].font = Font(name="Arial", size=10)  # widths are counted in its digits
        book.properties.creator = plain(self.entity or "evidence")
        book.properties.title = plain(self.title)
        book.properties.created = book.properties.modified = self.as_of.replace(tzinfo=None, microsecond=0)

    def write(self, sheet: Sheet) -> list[Written]:
        """Writes one sheet, in as many parts as Excel's rows make of it."""
        written = []
        for name, rows in _parts(sheet):
            count = self.fill(self.book.create_sheet(name), sheet, name, rows)
            written.append(Written(name, sheet.title if count else sheet.none, count, fits(sheet.links)))
        return written

    def fill(self, page: Any, sheet: Sheet, name: str, rows: Iterator[Sequence[Any]]) -> int:
        """Writes one page and returns how many rows it has. An empty table keeps one blank row: Excel wants it."""
        set_up(page, sheet, self.label, self.ident)
        first = next(rows, None)
        self._above(page, sheet, name, sheet.none if first is None else sheet.title)
        append(page, HEAD, [head(page, h) for h in sheet.headings], 14 + 12 * max(lines(h.text, h) for h in sheet.headings))
        pen, count = Pen(page, sheet.headings, _target(sheet), _SIGNATURE if sheet.tall else 0.0), 0
        for row in chain(() if first is None else (first,), rows):
            count += 1
            pen.write(HEAD + count, row)
        if not count:
            pen.write(HEAD + 1, [""] * len(sheet.headings))
        last = f"{get_column_letter(len(sheet.headings))}{HEAD + max(1, count)}"
        rules(page, sheet.headings, HEAD + max(1, count))
        page.tables.add(table(name, f"A{HEAD}:{last}", sheet.headings))
        page.print_area = f"A1:{last}"
        page.close()
        return count

    def _above(self, page: Any, sheet: Sheet, name: str, title: str) -> None:
        """Three lines: what the sheet is, whose it is (it leads to the first sheet), and the sums of all rows."""
        large, small = Font(name="Arial", size=14, bold=True, color=INK), Font(name="Arial", size=8, color=MUTED)
        if sheet.turn:  # the first columns stand on both pages: only what fits them
            rest: list[Any] = [None] * (sheet.frozen - 1)
            page.append([line(page, name, large), *rest, line(page, title, large)])
            page.append([self._back(line(page, f"to {self.home}", small)), *rest, line(page, self.where, small)])
        else:
            page.append([line(page, f"{name}: {title}", large)])
            page.append([self._back(line(page, self.where, small))])
        cells: list[Any] = [None] * len(sheet.headings)
        for n, heading in enumerate(sheet.headings):
            if heading.text in sheet.totals:
                cells[n] = total(page, heading, sheet.totals[heading.text])
                if n and not any(cells[:n]):
                    cells[n - 1] = total(page, sheet.headings[n - 1], "All rows")
        page.append(cells)

    def _back(self, cell: Any) -> Any:
        cell.hyperlink = inside(self.home, 1)
        return cell

    def save(self, path: Path) -> None:
        # not book.save, which writes the present into docProps
        with _Archive(path, "w", zipfile.ZIP_DEFLATED) as archive:
            ExcelWriter(self.book, archive).save()


def _parts(sheet: Sheet) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """A sheet cut to Excel's rows, each part to be read before the next; later parts are called "Results 2" and so on."""
    rest, name, number = sheet.rows, sheet.name, 1
    following = next(rest, None)
    while following is not None or number == 1:
        start = () if following is None else (following,)
        yield name, islice(chain(start, rest), ROWS - HEAD)
        following, number = next(rest, None), number + 1
        name = f"{sheet.name} {number}"


def _target(sheet: Sheet) -> Target:
    """Where a link of this sheet leads; nowhere where it has more than Excel takes."""

    def leads(link: Link) -> Hyperlink | None:
        if not fits(sheet.links):
            return None
        if link.file:
            return outside(link.file)
        part, row = divmod(max(0, link.row - 1), ROWS - HEAD)
        return inside(link.sheet if not part else f"{link.sheet} {part + 1}", HEAD + 1 + row if link.row else 1)

    return leads


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
