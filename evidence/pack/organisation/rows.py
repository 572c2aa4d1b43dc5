"""What is shown of accounts one by one, read from where they were judged: an account at a time, so that memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet

from evidence.pack.spill import Spilled


@dataclass
class Missing:
    """Calls of one operation that ended alike in one account and Region, with the number they have in the account's own pack."""

    number: str
    account: str
    region: str
    call: str
    ending: str
    code: str
    count: int = 0
    populations: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


def missing(spilled: Spilled) -> Iterator[Missing]:
    """Of all accounts, in the run's order and by number."""
    for account in spilled.organisation.accounts:
        yield from missing_of(spilled.folder / account.id)


def missing_of(folder: Path) -> list[Missing]:
    """Of the account that was judged into this folder."""
    found: dict[str, Missing] = {}
    for row in _rows(folder, "not_collected"):
        names = ("number", "account", "region", "call", "ending", "code")
        group = found.setdefault(row["number"], Missing(**{name: row[name] for name in names}))
        group.count += 1
        group.populations = sorted({*group.populations, *row["populations"]})
        group.actions = sorted({*group.actions, *row["actions"]})
    return [found[number] for number in sorted(found)]


def exceptions_of(folder: Path, most: int) -> tuple[list[tuple[str, ...]], int]:
    """(number in its own pack, requirement, parameters, Region, resource, what was observed) of the first `most` exceptions of the
    account, by number, and how many there are."""
    columns = ("exception", "requirement", "variant", "region", "id", "arn", "reason", "judgement")
    rows, count = [], 0
    with pyarrow.parquet.ParquetFile(folder / "members.parquet") as file:
        for batch in file.iter_batches(columns=columns):
            for row in batch.to_pylist():
                if row["judgement"] == "exception":
                    count += 1
                    shown = (
                        row["exception"],
                        row["requirement"],
                        row["variant"],
                        row["region"],
                        row["arn"] or row["id"],
                        row["reason"],
                    )
                    rows.append(tuple(map(str, shown)))
            rows = sorted(rows, key=lambda found: int(found[0].removeprefix("X-")))[:most]
    return rows, count


def _rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    with pyarrow.parquet.ParquetFile(folder / f"{table}.parquet") as file:
        for batch in file.iter_batches():
            yield from batch.to_pylist()
