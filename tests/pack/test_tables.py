"""CSV and Parquet: both hold what the Assessment says, whatever text is in it, and no spreadsheet takes any for a formula."""

import dataclasses
import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.assessment.model import JUDGEMENTS
from evidence.pack import described, tables
from evidence.pack.columns import TABLES, Column, Table
from evidence.pack.facts import exception_numbers
from evidence.pack.material import Material
from tests.pack.example import ACCEPTED, STATED, clean, example
from tests.pack.machine import HOSTILE, digests, hostile, material, sound, written_again

PAGE = Path(__file__).parents[2] / "docs/formats.md"
WORDS = ("meets", "exceptions", "gaps", "not_applicable")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Material:
    found = material(tmp_path_factory.mktemp("tables"))
    tables.write_tables(found)
    return found


def parquet(made: Material, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(made.report / f"data/{name}.parquet").to_pylist()
    return rows


def csv(path: Path, columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """The CSV, read as docs/formats.md says, with every cell's type and text taken back."""
    read = pyarrow.csv.read_csv(
        path,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
            column_types={c.name: pa.string() for c in columns},
        ),
    ).to_pylist()
    return [{c.name: _value(c, row[c.name]) for c in columns} for row in read]


def _value(column: Column, text: str | None) -> Any:
    if text is None:
        return None
    if column.kind == "texts":
        return json.loads(text)
    if column.kind == "instant":
        return pd.Timestamp(text).to_pydatetime()
    if column.kind == "day":
        return dt.date.fromisoformat(text)
    if column.kind == "flag":
        return {"true": True, "false": False}[text]
    return int(text) if column.kind == "whole" else plain(text)


def plain(text: str) -> str:
    """What was collected, by the expression that docs/formats.md gives."""
    (expression,) = re.findall(r're\.sub\(r"(.+?)", "", text\)', PAGE.read_text())
    return re.sub(expression, "", text)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_csv_and_parquet_hold_the_same_and_both_are_as_described(made: Material, table: Table) -> None:
    rows = parquet(made, table.name)
    assert rows and csv(made.report / f"data/{table.name}.csv", table.columns) == rows
    schema = json.loads(described.schemas()[f"{table.name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    for row in rows:
        jsonschema.validate({k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}, schema)


def test_members_are_the_assessments(made: Material) -> None:
    rows, numbers = parquet(made, "members"), list(exception_numbers(made.assessment).values())
    assert [tuple(row[name] for name in ("requirement", "account", "id", "judgement", "reason")) for row in rows] == [
        (m.requirement, m.account, m.id, m.judgement, m.reason) for m in made.assessment.members
    ]
    assert [tuple(row["evidence"]) for row in rows] == [m.evidence for m in made.assessment.members]
    assert sorted(row["exception"] for row in rows if row["judgement"] == "exception") == sorted(numbers)
    assert {row["exception"] for row in rows if row["judgement"] != "exception"} == {None}


def test_every_table_counts_what_the_assessment_counts(made: Material) -> None:
    a = made.assessment
    counted = Counter(m.judgement for m in a.members)
    results = parquet(made, "results")
    for word, name in zip(JUDGEMENTS, WORDS, strict=True):
        assert sum(row[name] for row in results) == counted[word]  # type: ignore[index]
    assert sum(row["lists_unread"] for row in results) == len(parquet(made, "unread_lists")) == 2
    assert all(row["listed"] == sum(row[name] for name in WORDS) for row in results)
    assert [(r["program"], r["control"], r["conclusion"], r["reach"]) for r in parquet(made, "conclusions")] == [
        (c.program, c.control, c.conclusion, c.reach) for c in a.conclusions
    ]
    assert len(parquet(made, "mappings")) == sum(len(c.requirements) for c in a.conclusions)
    assert len(parquet(made, "not_collected")) == len(a.failed_calls)
    assert [row["evidence"] for row in parquet(made, "answers")] == [answer.id for answer in made.answers()]


def test_exceptions_are_the_register_and_an_accepted_one_is_there(made: Material) -> None:
    rows, by_number = parquet(made, "exceptions"), {e.number: e for e in made.assessment.exceptions}
    assert [row["number"] for row in rows] == list(by_number)
    assert {row["exception"] for row in parquet(made, "members")} - {None} == set(by_number)
    for row in rows:
        e = by_number[row["number"]]
        assert (row["id"], row["days"], row["status"], row["overdue"]) == (e.id, e.days, e.status, e.overdue)
        assert row["first_seen"].isoformat().replace("+00:00", "Z") == e.first_seen and row["seen_in"] == e.seen_in
    accepted = [row for row in rows if row["status"] == "accepted"]
    assert {(row["acceptance"], row["approver"], row["owner"], row["ticket"], row["expires"]) for row in accepted} == {
        (ACCEPTED.id, ACCEPTED.approver, ACCEPTED.owner, ACCEPTED.ticket, ACCEPTED.expires)
    }
    late = next(row for row in rows if row["overdue"])
    response = next(r for r in STATED.responses if r.ticket == late["ticket"])
    assert (late["owner"], late["cause"], late["response"], late["due"]) == (
        response.owner,
        response.cause,
        response.response,
        response.due,
    )
    silent = [row for row in rows if row["id"] in {e.id for e in by_number.values() if not e.response and not e.acceptance}]
    assert silent and all(
        row[name] is None for row in silent for name in ("owner", "cause", "effect", "response", "due", "ticket")
    )


def test_no_acceptance_vanishes_and_counts_say_what_is_accepted(made: Material) -> None:
    a = made.assessment
    assert [(r["id"], r["status"], r["covers"], r["approver"], r["expires"]) for r in parquet(made, "acceptances")] == [
        (s.acceptance.id, s.status, s.covers, s.acceptance.approver, s.acceptance.expires) for s in a.acceptances
    ]
    assert {s.status for s in a.acceptances} == {"in force", "expired"}
    accepted = sum(e.status == "accepted" for e in a.exceptions)
    assert accepted and sum(row["accepted"] for row in parquet(made, "results")) == accepted
    conclusions = {(row["program"], row["control"]): row for row in parquet(made, "conclusions")}
    only = next(row for row in conclusions.values() if row["conclusion"] == "accepted")
    assert only["accepted"] == only["exceptions"] > 0
    assert {key: row["time"] for key, row in conclusions.items()} == {(c.program, c.control): c.time for c in a.conclusions}


def test_a_second_source_has_both_counts_and_none_where_there_was_none(made: Material) -> None:
    for row, r in zip(parquet(made, "results"), made.assessment.requirements, strict=True):
        s, names = r.population.second, ("second_source", "second_ours", "second_theirs", "second_both")
        assert tuple(row[name] for name in names) == ((s.source, s.ours, s.theirs, s.both) if s else (None,) * 4)
    assert {r.population.second is None for r in made.assessment.requirements} == {True, False}


def test_a_gap_is_a_gap_in_every_table(made: Material) -> None:
    gaps = {(m.requirement, m.id) for m in made.assessment.members if m.judgement == "gap"}
    assert gaps and {(r["requirement"], r["id"]) for r in parquet(made, "members") if r["judgement"] == "gap"} == gaps
    unread = next(r for r in parquet(made, "results") if r["requirement"] == "elbv2.listeners.tls-only")
    assert (unread["judgement"], unread["complete"], unread["gaps"], unread["lists_unread"]) == ("gap", False, 0, 1)


def test_pandas_reads_both_and_an_account_keeps_its_zero(made: Material) -> None:
    typed = pd.read_parquet(made.report / "data/members.parquet")
    text = pd.read_csv(made.report / "data/members.csv", dtype=str, keep_default_na=False)
    assert list(typed["account"]) == list(text["account"]) and "012345678901" in set(text["account"])
    assert str(typed["as_of"].dtype).startswith("datetime64") and text["as_of"][0] == "2026-09-30T23:04:51Z"


def test_parquet_says_what_its_columns_mean_and_whose_it_is(made: Material) -> None:
    schema = pyarrow.parquet.read_schema(made.report / "data/results.parquet")
    assert (
        schema.metadata[b"pack"].decode() == made.facts.id and schema.metadata[b"schema"] == b"method/formats/results.schema.json"
    )
    assert schema.field("gaps").metadata[b"unit"] == b"members" and all(f.metadata[b"description"] for f in schema)
    assert schema.field("corroborated").nullable and not schema.field("complete").nullable


def test_hostile_text_comes_back_and_none_begins_a_formula(tmp_path: Path) -> None:
    found = material(tmp_path, hostile(example()))
    tables.write_tables(found)
    columns = next(t.columns for t in TABLES if t.name == "members")
    rows = parquet(found, "members")
    assert [row["id"] for row in rows] == [sound(m.id) for m in found.assessment.members]
    assert [row["reason"] for row in rows] == [sound(m.reason) for m in found.assessment.members]
    assert csv(found.report / "data/members.csv", columns) == rows
    raw = pd.read_csv(found.report / "data/members.csv", dtype=str, keep_default_na=False)
    cells = [cell for name in raw.columns for cell in raw[name]]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")] == []


TEXT = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(HOSTILE)
COLUMNS = (
    Column("a", "text", "any text", "here"),
    Column("b", "text", "any text, or none", "here", nullable=True),
    Column("c", "texts", "any texts", "here"),
    Column("d", "whole", "any number, or none", "here", "things", nullable=True),
    Column("e", "flag", "yes, no or neither", "here", nullable=True),
    Column("f", "day", "any day, or none", "here", nullable=True),
)
ROW = st.tuples(
    TEXT,
    st.none() | TEXT,
    st.lists(TEXT, max_size=3),
    st.none() | st.integers(0, 2**60),
    st.none() | st.booleans(),
    st.none() | st.dates(),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=5))
def test_any_text_comes_back_from_both(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    tables.write_table(COLUMNS, rows, tmp_path / "any", {})
    expected = [
        {"a": sound(a), "b": b if b is None else sound(b), "c": [sound(x) for x in c], "d": d, "e": e, "f": f}
        for a, b, c, d, e, f in rows
    ]
    assert pyarrow.parquet.read_table(tmp_path / "any.parquet").to_pylist() == expected
    assert csv(tmp_path / "any.csv", COLUMNS) == expected
    assert [plain(cell) for cell in pd.read_csv(tmp_path / "any.csv", dtype=str, keep_default_na=False)["a"]] == [
        r["a"] for r in expected
    ]


def test_an_empty_table_has_its_head(tmp_path: Path) -> None:
    found = material(tmp_path, dataclasses.replace(clean(), failed_calls=()))
    tables.write_tables(found)
    assert parquet(found, "not_collected") == []
    assert (found.report / "data/not_collected.csv").read_text().startswith('"number","account"')


def test_rows_are_written_in_batches_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH", 7)
    made = 0

    def rows() -> Any:
        nonlocal made
        for n in range(100):
            made += 1
            assert n < 14 or '"0",' in (tmp_path / "many.csv").read_text()  # the first batch is out before the third is made
            yield (str(n), None, [], n, None, None)

    tables.write_table(COLUMNS, rows(), tmp_path / "many", {})
    assert made == 100 and [row["d"] for row in pyarrow.parquet.read_table(tmp_path / "many.parquet").to_pylist()] == list(
        range(100)
    )
    assert pyarrow.parquet.ParquetFile(tmp_path / "many.parquet").num_row_groups == 15


def test_the_same_again_elsewhere(made: Material, tmp_path: Path) -> None:
    assert written_again("tables", tmp_path) == digests(made.folder)


def test_the_page_of_the_formats_is_what_is_written() -> None:
    assert PAGE.read_text() == described.page(), "python -m evidence.pack.described > docs/formats.md"
