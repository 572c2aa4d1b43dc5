"""A report handed over by itself, outside of a pack: JSON with its schema, a workbook, a PDF, in a new folder. The same value gives the same bytes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.pack import words
from evidence.pack.as_json import as_json
from evidence.pack.facts import LABEL
from evidence.pack.whole import check_empty, whole

if TYPE_CHECKING:
    from evidence.pack.workbook.sheet import Sheet


@dataclass(frozen=True)
class Apart:
    """What is said of the report as a whole.

    name      of its files: "changes" makes changes.json, changes.schema.json, changes.xlsx and changes.pdf
    what      what it is, in a sentence that says it could not be written: "the comparison"
    title     of the document
    ident     what stands at the foot of every page: no pack's identity, but the runs it is made of
    entity    whose it is; may be empty
    of        the time it is about, beside the entity
    as_of     UTC, ISO 8601: the end of the last run
    header    the words at the head of every page, beside the entity
    template  of the PDF, which prints `view`
    """

    name: str
    what: str
    title: str
    ident: str
    entity: str
    of: str
    as_of: str
    header: tuple[str, ...]
    template: str
    view: Mapping[str, Any]
    label: str = LABEL

    @property
    def id(self) -> str:
        return self.ident


def files_of(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.{kind}" for kind in ("json", "schema.json", "xlsx", "pdf"))


def write_apart(report: Apart, value: Any, schema: bytes, sheets: "Sequence[Sheet]", out: Path) -> None:
    """Writes the four files into the folder `out`, which is new or empty; the first sheet is the workbook's home. Raises EvidenceError."""
    from evidence.pack.printing import Printable, print_pdf
    from evidence.pack.templates import page
    from evidence.pack.workbook.sheet import Imprint
    from evidence.pack.workbook.write import Book

    check_empty(out, "Choose a new folder with --out: nothing is written over.")
    with whole(out, report.what) as folder:
        data, described, workbook, pdf = (folder / name for name in files_of(report.name))
        data.write_bytes(as_json(value))
        described.write_bytes(schema)
        where = f"{report.entity or 'no entity named'} · {report.of} · {report.ident}"
        moment = dt.datetime.fromisoformat(report.as_of)
        home = sheets[0].name
        book = Book(Imprint(report.title, report.entity or "evidence", moment, where, report.label, report.ident, home, ""))
        for sheet in sheets:
            book.write(sheet)
        book.save(workbook)
        entity = report.entity or "Entity not named"
        header = " · ".join(filter(None, (words.brief(entity, 40), *report.header)))
        view = {
            **report.view,
            "pack": report,
            "entity": entity,
            "header": header,
            "sections": {},
            "title": f"{report.title}, {entity}",
        }
        print_pdf(Printable(page(report.template, view), pdf, report.as_of, f"{report.ident} {report.of}"))
