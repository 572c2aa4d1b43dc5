"""The formats of a pack: one file each, in the order in which they are written. Entry points add a user's own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from evidence.pack import ocsf, oscal, page, pdf, results, tables, workbook
from evidence.pack.material import Material
from evidence.pack.period.write import write_in_pack


@dataclass(frozen=True)
class Format:
    """`write(material)` writes one or more files into the folder `material.report`."""

    name: str
    write: Callable[[Material], None]


def _results(material: Material) -> None:
    (material.report / "results.json").write_bytes(results.results_json(material.assessment))


FORMATS = (
    Format("results", _results),
    Format("period", write_in_pack),
    Format("tables", tables.write_tables),
    Format("ocsf", ocsf.write_ocsf),
    Format("oscal", oscal.write_oscal),
    Format("pdf", pdf.write_pdfs),
    Format("workbook", workbook.write_workbook),
    Format("page", page.write_page),  # the last: it links to the reports before it
)


@cache
def formats() -> tuple[Format, ...]:
    """The built-in formats, then those that installed packages add under `evidence.formats` (built-ins win)."""
    own = {f.name for f in FORMATS}
    added = (point.load() for point in entry_points(group="evidence.formats"))
    return FORMATS + tuple(f for f in added if f.name not in own)
