"""`report/data/*.csv` and `.parquet`: the tables of `columns` for spreadsheets, databases and pandas.

Rows are written in batches, so memory stays flat. The same Assessment gives the same bytes. How CSV and Parquet spell things
is said below, in the words of `docs/formats.md`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from evidence.pack.columns import TABLES, Column, Kind
from evidence.pack.material import Material
from evidence.run.run import stamp

BATCH = 20_000
"""Rows in memory at a time."""
FORMULA = "=+-@\t\r\n＝＋－＠"
"""A text that begins with one of these may be taken for a formula, or for the end of its cell."""
FORMULA_SHOWN = r"=+\-@\t\r\n＝＋－＠"
"""The same, as a regular expression's set spells it."""
CSV_SAYS = (
    "RFC 4180 with line feeds, UTF-8 without a byte-order mark, every text in quotes, numbers and true/false bare. A null is bare "
    'and empty; `""` is an empty text. Times are ISO 8601 with Z, days `2026-09-30`. A list is a JSON array: no separator that hostile text could '
    "hold. A text that a spreadsheet may take for a formula (beginning with `=`, `+`, `-`, `@`, a full-width one of these, TAB, CR or LF, "
    "after any apostrophes) has one apostrophe before it: taking that one away gives back what was collected, to the byte. This "
    "makes opening the file safe where fields are split at commas; for reading in a spreadsheet there is `workbook.xlsx`."
)
PARQUET_SAYS = (
    "typed, zstd, every text as it was collected. Each column's metadata has `description`, `source`, `unit` and `words`; "
    "the file's has `pack`, `evidence_root` and `schema`. Text that UTF-8 cannot hold (a lone surrogate) is spelled out, "
    "as `\\ud800`, in both, as in the run itself."
)
_GUARD = re.compile(f"'*[{re.escape(FORMULA)}]")
_ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(), "json": pa.string(), "texts": pa.list_(pa.string()), "whole": pa.int64(), "flag": pa.bool_(),
    "instant": pa.timestamp("us", tz="UTC"), "day": pa.date32(),
}  # fmt: skip


def write_tables(material: Material) -> None:
    """Writes every table twice into `report/data/`."""
    folder = material.report / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        about = {
            "title": f"{table.name}: {table.says}", "pack": material.facts.id, "evidence_root": material.facts.evidence_root,
            "schema": f"method/formats/{table.name}.schema.json",
        }  # fmt: skip
        write_table(table.columns, table.rows(material), folder / table.name, about)


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], path: Path, about: dict[str, str]) -> None:
    """Writes `path`.csv and `path`.parquet; `about` stands in the Parquet's metadata."""
    schema = arrow_schema(columns, about)
    flat = pa.schema(
        [pa.field(c.name, schema.field(c.name).type if c.kind in ("whole", "flag") else pa.string()) for c in columns]
    )
    quoted = pa.csv.WriteOptions(quoting_style="needed")  # pyarrow's word for: every text, and nothing else
    with (
        pa.parquet.ParquetWriter(path.with_name(path.name + ".parquet"), schema, compression="zstd") as parquet,
        pa.csv.CSVWriter(path.with_name(path.name + ".csv"), flat, write_options=quoted) as csv,
    ):
        for batch in _batches(rows):
            typed = _by_column(batch)
            parquet.write_batch(_record(typed, schema))
            csv.write_batch(_record([[_cell(v) for v in column] for column in typed], flat))


def write_parquet(columns: Sequence[Column], rows: Iterable[Sequence[Any]], path: Path, about: dict[str, str]) -> None:
    """Writes the Parquet file `path` alone, as `write_table` does."""
    schema = arrow_schema(columns, about)
    with pa.parquet.ParquetWriter(path, schema, compression="zstd") as parquet:
        for batch in _batches(rows):
            parquet.write_batch(_record(_by_column(batch), schema))


def _by_column(batch: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [[_sound(v) for v in column] for column in zip(*batch, strict=True)]


def _record(values: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(v, f.type) for v, f in zip(values, schema, strict=True)], schema=schema)


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def arrow_schema(columns: Sequence[Column], about: dict[str, str]) -> pa.Schema:
    """Types as Parquet has them; each column says what it means, where it comes from and what it counts."""
    fields = []
    for c in columns:
        said = {"description": c.says, "source": c.source, "unit": c.unit, "words": ", ".join(c.words)}
        fields.append(pa.field(c.name, _ARROW[c.kind], c.nullable, {k: v for k, v in said.items() if v}))
    return pa.schema(fields, metadata=about)


def _sound(value: Any) -> Any:
    """Text that UTF-8 can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    return [_sound(v) for v in value] if isinstance(value, (tuple, list)) else value


def _cell(value: Any) -> Any:
    """A value as the CSV spells it."""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    if isinstance(value, dt.datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def guarded(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if _GUARD.match(text) else text


def unguarded(text: str) -> str:
    """What was collected, of a text of the CSV."""
    return text[1:] if text[:1] == "'" and _GUARD.match(text) else text
