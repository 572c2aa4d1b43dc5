"""What the files for machines mean: JSON Schemas for `method/formats/`, and the page `docs/formats.md`.

Both are made of the declarations that write the files, so they cannot say anything else.
`python -m evidence.pack.described > docs/formats.md` makes the page anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from evidence.assessment.period.model import Period
from evidence.pack import ocsf, oscal, tables
from evidence.pack.as_json import as_json
from evidence.pack.columns import TABLES, Column, Kind, Table

_JSON: Mapping[Kind, dict[str, Any]] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "json": {"type": "string", "contentMediaType": "application/json"},
    "whole": {"type": "integer", "minimum": 0},
    "flag": {"type": "boolean"},
    "instant": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
}
_TYPES: Mapping[Kind, str] = {
    "text": "text", "texts": "list of text", "json": "JSON, as text", "whole": "whole number", "flag": "true, false",
    "instant": "time, UTC", "day": "day, UTC",
}  # fmt: skip
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, bytes]:
    """{file name under method/formats/: JSON Schema}: one row of a table, or one event, is the object described."""
    found = {f"{t.name}.schema.json": _table(t) for t in TABLES}
    return {name: _pretty(schema) for name, schema in {**found, "ocsf.schema.json": event_schema()}.items()} | {
        "period.schema.json": of_dataclass(Period)
    }


def of_dataclass(kind: type) -> bytes:
    """The JSON Schema of a file that is one value: every member required, none besides."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(kind).json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
        part["required"] = sorted(part["properties"])
    top = {"$schema": _DIALECT, **schema}
    return as_json(top)


def _pretty(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"


def _table(table: Table) -> dict[str, Any]:
    return {
        "$schema": _DIALECT, "title": f"A row of report/data/{table.name}.csv and .parquet", "description": table.says,
        "type": "object", "properties": {c.name: _column(c) for c in table.columns}, "required": [c.name for c in table.columns],
        "additionalProperties": False,
    }  # fmt: skip


def _column(c: Column) -> dict[str, Any]:
    schema = {**_JSON[c.kind], "description": c.says, "$comment": f"from {c.source}" + (f"; unit: {c.unit}" if c.unit else "")}
    if c.nullable:
        schema["type"] = [schema["type"], "null"]
    if c.words:
        schema["enum"] = [*c.words, *([None] if c.nullable else [])]
    return schema


def event_schema() -> dict[str, Any]:
    """The JSON Schema of one OCSF event as we write it: OCSF's own allows far more."""
    root: dict[str, Any] = {"$schema": _DIALECT, "title": f"A line of report/ocsf/{ocsf.NAME}"}
    for a in ocsf.ATTRIBUTES:
        at = root
        *parents, last = a.path.split(".")
        for parent in parents:
            at = _inner(at, parent, always=parent not in ("evidences[]", "remediation", "register"))
        leaf = {"type": a.type, "description": a.says, **({"enum": list(a.values)} if a.values else {})}
        _put(at, last, leaf, always=a.always)
    return root


def _inner(at: dict[str, Any], name: str, *, always: bool) -> dict[str, Any]:
    known = at.get("properties", {}).get(name.removesuffix("[]"))
    inner: dict[str, Any] = known or {}
    if known is None:
        _put(at, name, inner, always=always)
        inner = at["properties"][name.removesuffix("[]")]
    return inner["items"] if name.endswith("[]") else inner


def _put(at: dict[str, Any], name: str, schema: dict[str, Any], *, always: bool) -> None:
    at.setdefault("type", "object")
    at.setdefault("additionalProperties", False)
    bare = name.removesuffix("[]")
    at.setdefault("properties", {})[bare] = {"type": "array", "items": schema} if name.endswith("[]") else schema
    if always:
        at.setdefault("required", []).append(bare)


def page() -> str:
    """docs/formats.md."""
    return "\n".join([*_tables(), *_ocsf(), *_oscal(), *_organisation()]) + "\n"


def _tables() -> Iterator[str]:
    yield from (
        "# Files for machines", "",
        "Made of the declarations that write the files (`python -m evidence.pack.described > docs/formats.md`). The pack carries the same",
        "as JSON Schemas under `method/formats/`; `report/results.json` has its own, `method/results.schema.json`.",
        "Every file repeats the Assessment: counts in each equal those of `results.json`. A gap is never a pass in any of them.", "",
        "## report/data: CSV and Parquet", "",
        f"Both hold the same rows. **CSV**: {tables.CSV_SAYS}", "", f"**Parquet**: {tables.PARQUET_SAYS}", "",
        "```python",
        'pandas.read_csv(path, dtype=str, keep_default_na=False)  # null and "" are the same to pandas',
        "pyarrow.csv.read_csv(  # keeps them apart",
        "    path,", "    parse_options=ParseOptions(newlines_in_values=True),",
        '    convert_options=ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]),', ")",
        f're.sub(r"^\'(?=\'*[{tables.FORMULA_SHOWN}])", "", text)  # what was collected, of a text of the CSV', "```", "",
    )  # fmt: skip
    for t in TABLES:
        yield from (f"### {t.name}", "", f"{t.says[0].upper()}{t.says[1:]}.", "")
        yield from ("| column | type | meaning | unit | from |", "|---|---|---|---|---|")
        for c in t.columns:
            words = f": {', '.join(c.words)}" if c.words else ""
            yield f"| `{c.name}` | {_TYPES[c.kind]}{', or null' if c.nullable else ''} | {c.says}{words} | {c.unit} | {c.source} |"
        yield ""


def _ocsf() -> Iterator[str]:
    yield from (
        f"## report/ocsf/{ocsf.NAME}", "",
        f"OCSF {ocsf.VERSION}, class 2003 Compliance Finding, profile `cloud`; valid under 1.6, 1.7 and 1.8 too. One JSON object a line, gzip.",
        "One event for each member under each requirement; then one for each list that could not be read, Unknown, about the account.",
        "Pass and Fail are OCSF's words for a resource under a requirement; nothing is said of a control. An accepted exception stays Fail;",
        "the finding is Suppressed. A population with no member has no event: see `results`.", "",
        "| attribute | type | meaning | from |", "|---|---|---|---|",
    )  # fmt: skip
    for a in ocsf.ATTRIBUTES:
        values = f": {', '.join(map(str, a.values))}" if len(a.values) > 1 else f": {a.values[0]}" if a.values else ""
        yield f"| `{a.path}` | {a.type}{'' if a.always else ', may be absent'} | {a.says}{values} | {a.source} |"
    yield ""


def _oscal() -> Iterator[str]:
    yield from ("## report/oscal", "", *oscal.SAYS, "", f"Properties in our namespace `{oscal.NS}`:", "")
    yield from ("| name | meaning |", "|---|---|", *(f"| `{name}` | {says} |" for name, says in oscal.PROPERTIES.items()))


def _organisation() -> Iterator[str]:
    from evidence.pack.organisation.model import NAME, Summary  # describes itself by `of_dataclass`

    kept = "Its JSON Schema is `method/organisation.schema.json`; each account's pack has all of the files above."
    yield from (
        "",
        f"## report/{NAME}",
        "",
        "Of the organisation's pack (`pack --by account`), instead of results.json.",
        kept,
        "",
    )
    yield from (" ".join((Summary.__doc__ or "").split()), "", "| member | type |", "|---|---|")
    yield from (f"| `{name}` | {_kind(kind)} |" for name, kind in Summary.__annotations__.items())


def _kind(kind: Any) -> str:
    """ "list of Cell" for tuple[Cell, ...]."""
    of = getattr(kind, "__args__", ())
    return f"list of {of[0].__name__}" if of else str(kind.__name__)


if __name__ == "__main__":
    print(page(), end="")
