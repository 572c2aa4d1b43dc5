"""Writes a period into a folder: period.json with its schema, period.xlsx, period.pdf. The same runs give the same bytes."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import orjson

from evidence.assessment.period.model import Period
from evidence.pack import words
from evidence.pack.facts import LABEL
from evidence.pack.material import Material
from evidence.pack.period.say import last_day
from evidence.pack.period.schema import schema_json
from evidence.pack.period.view import over_time
from evidence.pack.whole import check_empty, whole

IN_PACK = "report/period.json"
"""Where a pack has it."""
FILES = ("period.json", "period.schema.json", "period.xlsx", "period.pdf")


@dataclass(frozen=True)
class _Of:
    """What stands at the foot of every page: no pack's identity, but the last run's."""

    id: str
    ident: str
    label: str = LABEL


def period_json(p: Period) -> bytes:
    """The period for machines: keys sorted, two spaces, a newline at the end."""
    return orjson.dumps(p, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def write_in_pack(material: Material) -> None:
    """`report/period.json`, where the pack says something of a whole period."""
    if material.period is not None:
        (material.folder / IN_PACK).write_bytes(period_json(material.period))


def write_period(p: Period, entity: str, out: Path) -> None:
    """Writes the four files into the folder `out`, which is new or empty. Raises EvidenceError."""
    check_empty(out, "Choose a new folder with --out: nothing is written over.")
    with whole(out, "the period") as folder:
        (folder / "period.json").write_bytes(period_json(p))
        (folder / "period.schema.json").write_bytes(schema_json())
        _workbook(p, entity, folder / "period.xlsx")
        _pdf(p, entity, folder / "period.pdf")


def _identity(p: Period) -> _Of:
    last = p.observations[-1].run
    return _Of(last, f"{words.plural(len(p.observations), 'run')}, the last {last}")


def _workbook(p: Period, entity: str, path: Path) -> None:
    from evidence.pack.workbook import period as sheets
    from evidence.pack.workbook.sheet import Imprint
    from evidence.pack.workbook.write import Book

    of, as_of = _identity(p), dt.datetime.fromisoformat(p.observations[-1].ended)
    where = f"{entity or 'no entity named'} · {p.since[:10]} to {last_day(p)} · {of.ident}"
    book = Book(Imprint(f"Period, {of.id}", entity or "evidence", as_of, where, of.label, of.ident, "Period", ""))
    for sheet in (sheets.period(p), sheets.controls(p), sheets.timelines(p), sheets.watched(p)):
        book.write(sheet)
    book.save(path)


def _pdf(p: Period, entity: str, path: Path) -> None:
    from evidence.pack.printing import Printable, print_pdf
    from evidence.pack.templates import page

    of, entity = _identity(p), entity or "Entity not named"
    header = " · ".join(filter(None, (words.brief(entity, 40), "period", words.brief(p.name, 12))))
    view = {
        "over_time": over_time(p), "pack": of, "entity": entity, "header": header, "sections": {},
        "title": f"Period {p.name or p.since[:10]}, {entity}",
    }  # fmt: skip
    print_pdf(Printable(page("period_report.html", view), path, p.observations[-1].ended, f"{of.id} {p.since} {p.until}"))
