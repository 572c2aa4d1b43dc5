"""Writes a period: report/period.json in a pack; by itself, a folder with period.json, its schema, period.xlsx and period.pdf."""

from pathlib import Path

from evidence.assessment.period.model import Period
from evidence.pack import words
from evidence.pack.apart import Apart, files_of, write_apart
from evidence.pack.as_json import as_json
from evidence.pack.material import Material
from evidence.pack.period.say import last_day
from evidence.pack.period.schema import schema_json
from evidence.pack.period.view import over_time

IN_PACK = "report/period.json"
"""Where a pack has it."""
FILES = files_of("period")


def period_json(p: Period) -> bytes:
    """The period for machines."""
    return as_json(p)


def write_in_pack(material: Material) -> None:
    """`report/period.json`, where the pack says something of a whole period."""
    if material.period is not None:
        (material.folder / IN_PACK).write_bytes(period_json(material.period))


def write_period(p: Period, entity: str, out: Path) -> None:
    """Writes the four files into the folder `out`, which is new or empty. Raises EvidenceError."""
    from evidence.pack.workbook import period as sheets

    last = p.observations[-1]
    report = Apart(
        "period", "the period", f"Period {p.name or p.since[:10]}", f"{words.plural(len(p.observations), 'run')}, the last {last.run}", entity,
        f"{p.since[:10]} to {last_day(p)}", last.ended, ("period", words.brief(p.name, 12)), "period_report.html", {"over_time": over_time(p)},
    )  # fmt: skip
    write_apart(report, p, schema_json(), (sheets.period(p), sheets.controls(p), sheets.timelines(p), sheets.watched(p)), out)
