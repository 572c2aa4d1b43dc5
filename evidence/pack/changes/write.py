"""Writes a comparison into a folder: changes.json with its schema, changes.xlsx, changes.pdf."""

from pathlib import Path

from evidence.assessment.comparison import Comparison
from evidence.pack import words
from evidence.pack.apart import Apart, files_of, write_apart
from evidence.pack.as_json import as_json
from evidence.pack.changes.schema import schema_json
from evidence.pack.changes.view import change

FILES = files_of("changes")


def changes_json(c: Comparison) -> bytes:
    """The comparison for machines."""
    return as_json(c)


def write_changes(c: Comparison, out: Path) -> None:
    """Writes the four files into the folder `out`, which is new or empty. Raises EvidenceError."""
    from evidence.pack.workbook import changes as sheets

    report = Apart(
        "changes", "the comparison", "What changed", f"{c.old.pack or c.old.run} to {c.new.pack or c.new.run}", c.new.entity,
        f"{c.old.period or c.old.as_of[:10]} to {c.new.period or c.new.as_of[:10]}, {','.join(c.programs)}", c.new.as_of,
        ("change", words.brief(c.new.period, 12)), "changes.html", {"change": change(c)},
    )  # fmt: skip
    found = (sheets.comparability(c), sheets.matrix(c), sheets.bridge(c), sheets.changes(c))
    write_apart(report, c, schema_json(), found, out)
