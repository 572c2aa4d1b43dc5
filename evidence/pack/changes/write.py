"""Writes a comparison into a folder: changes.json with its schema, changes.xlsx, changes.pdf. The same two give the same bytes."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import orjson

from evidence.assessment.comparison import Comparison
from evidence.pack import words
from evidence.pack.changes.schema import schema_json
from evidence.pack.changes.view import change
from evidence.pack.facts import LABEL
from evidence.pack.whole import check_empty, whole

FILES = ("changes.json", "changes.schema.json", "changes.xlsx", "changes.pdf")


@dataclass(frozen=True)
class _Of:
    """What stands at the foot of every page: no pack's identity, but the two that were compared."""

    id: str
    ident: str
    label: str = LABEL


def changes_json(c: Comparison) -> bytes:
    """The comparison for machines: keys sorted, two spaces, a newline at the end."""
    return orjson.dumps(c, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def write_changes(c: Comparison, out: Path) -> None:
    """Writes the four files into the folder `out`, which is new or empty. Raises EvidenceError."""
    check_empty(out, "Choose a new folder with --out: nothing is written over.")
    with whole(out, "the comparison") as folder:
        (folder / "changes.json").write_bytes(changes_json(c))
        (folder / "changes.schema.json").write_bytes(schema_json())
        _workbook(c, folder / "changes.xlsx")
        _pdf(c, folder / "changes.pdf")


def _identity(c: Comparison) -> _Of:
    old, new = c.old.pack or c.old.run, c.new.pack or c.new.run
    return _Of(f"{old} to {new}", f"{old} to {new}")


def _workbook(c: Comparison, path: Path) -> None:
    from evidence.pack.workbook import changes as sheets
    from evidence.pack.workbook.sheet import Imprint
    from evidence.pack.workbook.write import Book

    of = _identity(c)
    where = f"{c.new.entity or 'no entity named'} · {c.old.period or 'no period named'} to {c.new.period or 'no period named'} · {of.ident}"
    as_of = dt.datetime.fromisoformat(c.new.as_of)
    said = Imprint(f"What changed, {of.id}", c.new.entity or "evidence", as_of, where, of.label, of.ident, "Comparability", "")
    book = Book(said)
    for sheet in (sheets.comparability(c), sheets.matrix(c), sheets.bridge(c), sheets.changes(c)):
        book.write(sheet)
    book.save(path)


def _pdf(c: Comparison, path: Path) -> None:
    from evidence.pack.printing import Printable, print_pdf
    from evidence.pack.templates import page

    of, entity = _identity(c), c.new.entity or "Entity not named"
    header = " · ".join(filter(None, (words.brief(entity, 40), "change", words.brief(c.new.period, 12))))
    view = {
        "change": change(c), "pack": of, "entity": entity, "header": header, "sections": {},
        "title": f"What changed, {entity}, {c.old.period or c.old.as_of[:10]} to {c.new.period or c.new.as_of[:10]}",
    }  # fmt: skip
    print_pdf(Printable(page("changes.html", view), path, c.new.as_of, f"{of.id} {','.join(c.programs)}"))
