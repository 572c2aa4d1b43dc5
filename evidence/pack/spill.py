"""What grows with an account's members, on disk beside the run: the organisation's tables are read from here, account by account.

A cache: it may be deleted, and is made again. One folder for each account, there whole or not at all:

    members.parquet, exceptions.parquet, unread_lists.parquet, not_collected.parquet   as in the account's own pack
    beside.json   its environments, and the ages of its access keys
    part.json     what the account adds to the organisation's result
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from evidence.assessment.model import Assessment, Environment, KeyAge
from evidence.assessment.together import Organisation, Part, part_of
from evidence.pack.columns import TABLES
from evidence.pack.facts import PackFacts
from evidence.pack.material import Material
from evidence.pack.tables import write_parquet
from evidence.pack.whole import whole
from evidence.run.run import Run

SPILLED = ("members", "exceptions", "unread_lists", "not_collected")
"""The tables of a pack that grow with the members."""
PART, BESIDE = "part.json", "beside.json"
_NUMBERED = {"members": "exception", "exceptions": "number"}
"""The column that holds numbers of exceptions: each account's own begin at X-001."""


@dataclass(frozen=True)
class Beside:
    """What is shown beside an account's judgements."""

    environments: tuple[Environment, ...]
    key_ages: tuple[KeyAge, ...]


def spill(run: Run, assessment: Assessment, folder: Path) -> Part:
    """Writes the account's folder and returns what it adds. Raises EvidenceError where the system refuses."""
    part = part_of(assessment)
    with whole(folder, "the cache", anew=True) as scratch:
        material = Material(assessment, PackFacts("", ""), run, scratch)
        for table in (t for t in TABLES if t.name in SPILLED):
            write_parquet(table.columns, table.rows(material), scratch / f"{table.name}.parquet", {"title": table.says})
        (scratch / BESIDE).write_bytes(_json(Beside).dump_json(Beside(assessment.environments, assessment.key_ages)))
        (scratch / PART).write_bytes(_json(Part).dump_json(part))
    return part


def part_in(folder: Path) -> Part | None:
    """What was spilled of an account; None where nothing was, or it cannot be read any more."""
    try:
        found: Part = _json(Part).validate_json((folder / PART).read_bytes())
        return found
    except (OSError, ValueError):
        return None


@cache
def _json(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


@dataclass(frozen=True)
class Spilled:
    """The organisation's members and exceptions, as far as its accounts were judged into `folder`."""

    folder: Path
    organisation: Organisation

    def batches(self, table: str) -> Iterator[pa.RecordBatch]:
        """One of SPILLED, account by account in the run's order, some rows at a time. Exceptions have the organisation's numbers;
        rows have their account's order, and those of not_collected their account's numbers."""
        for account in self.organisation.accounts:
            with pa.parquet.ParquetFile(self.folder / account.id / f"{table}.parquet") as file:
                for batch in file.iter_batches():
                    yield self._numbered(account.id, table, batch)

    def beside(self) -> Iterator[Beside]:
        """Environments and key ages of each account, in the run's order."""
        for account in self.organisation.accounts:
            yield _json(Beside).validate_json((self.folder / account.id / BESIDE).read_bytes())

    def _numbered(self, account: str, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        if table not in _NUMBERED:
            return batch
        n = batch.schema.get_field_index(_NUMBERED[table])
        numbers = [own and self.organisation.number(account, own) for own in batch.column(n).to_pylist()]
        return batch.set_column(n, batch.schema.field(n), pa.array(numbers, pa.string()))
