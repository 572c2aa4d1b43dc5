"""Writes a draw into a new folder, the same bytes whenever and wherever it is made.

samples.xlsx  samples.json  samples.schema.json  population.txt  README.txt  SHA256SUMS  evidence/ID.json
"""

from collections.abc import Mapping
from pathlib import Path

from evidence.assessment.draw import Draw, text_of
from evidence.errors import EvidenceError
from evidence.pack.samples.book import write_book
from evidence.pack.samples.model import Samples, samples_json, schema_json
from evidence.pack.samples.readme import readme
from evidence.pack.whole import check_empty, whole
from evidence.seal.manifest import SUMS, manifest


def new(out: Path) -> None:
    """Raises EvidenceError for a folder with something in it: an auditor may have entered something there."""
    check_empty(out, "Choose a new folder with --out: what an auditor entered is never written over.")


def write_samples(samples: Samples, draw: Draw, lines: Mapping[str, bytes], out: Path) -> None:
    """`lines`: {evidence id: the answer as kept} of all items. Raises EvidenceError where one is missing, or `out` is not empty."""
    new(out)
    ids = dict.fromkeys(id for item in samples.items for id in item.evidence)
    lost = next((id for id in ids if id not in lines), None)
    if lost is not None:
        raise EvidenceError(
            f"{samples.run} keeps no answer with the evidence id {lost}, on which an item drawn rests.",
            "The run was changed after it was collected; restore your copy of it.",
        )
    with whole(out, "the samples") as folder:
        _fill(folder, samples, draw, {id: lines[id] for id in ids})


def _fill(folder: Path, samples: Samples, draw: Draw, lines: Mapping[str, bytes]) -> None:
    (folder / "evidence").mkdir()
    for id, line in lines.items():
        (folder / "evidence" / f"{id}.json").write_bytes(line + b"\n")
    (folder / "population.txt").write_bytes(text_of(sorted(r.line for r in draw.order)).encode())
    (folder / "samples.json").write_bytes(samples_json(samples))
    (folder / "samples.schema.json").write_bytes(schema_json())
    write_book(samples, draw, folder / "samples.xlsx")
    (folder / "README.txt").write_text(readme(samples), encoding="utf-8")
    (folder / SUMS).write_bytes(manifest(folder))
