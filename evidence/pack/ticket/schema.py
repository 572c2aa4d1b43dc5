"""The published JSON Schema of ticket.json, which follows from the values themselves: `ticket.schema.json` beside this file."""

from importlib.resources import files

import orjson

from evidence.pack.ticket.model import Ticket


def schema_json() -> bytes:
    """As it is published."""
    return files("evidence.pack.ticket").joinpath("ticket.schema.json").read_bytes()


def described(kind: type = Ticket) -> bytes:
    """As it follows from `Ticket`, or from what else is described so: what is published has to be this, byte for byte."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(kind).json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
        part["required"] = sorted(part["properties"])
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return orjson.dumps(top, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
