"""The published JSON Schema of changes.json, which follows from the values themselves: `changes.schema.json` beside this file."""

from importlib.resources import files

import orjson

from evidence.assessment.comparison import Comparison


def schema_json() -> bytes:
    """As it is published."""
    return files("evidence.pack.changes").joinpath("changes.schema.json").read_bytes()


def described() -> bytes:
    """As it follows from `Comparison`: what is published has to be this, byte for byte."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Comparison).json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
        part["required"] = sorted(part["properties"])
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return orjson.dumps(top, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
