"""Answers as JSON: times and bytes are tagged, so that they come back as what they were.

`{"$time": "2026-06-22T01:11:00Z"}`, `{"$bytes": "<base64>"}`, and `{"$esc": …}` for an object that looks like a tag.
"""

import base64
import datetime as dt
import json
from typing import Any

TAGS = ("$time", "$bytes", "$esc")


def encode(value: Any) -> Any:
    """The value as plain JSON. Times are written in UTC; one without an offset is taken to be in UTC."""
    if isinstance(value, dict):
        encoded = {key: encode(item) for key, item in value.items()}
        return {"$esc": encoded} if len(encoded) == 1 and next(iter(encoded)) in TAGS else encoded
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dt.datetime):
        return {"$time": utc(value).isoformat().replace("+00:00", "Z")}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    return value


def decode(value: Any) -> Any:
    """What `encode` was given, times in UTC."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    match list(value.items()):
        case [("$time", text)]:
            return utc(dt.datetime.fromisoformat(text))
        case [("$bytes", text)]:
            return base64.b64decode(text, validate=True)
        case [("$esc", escaped)]:
            return {key: decode(item) for key, item in escaped.items()}
    return {key: decode(item) for key, item in value.items()}


def canonical(value: Any) -> str:
    """The same text for the same value, whatever the order of its keys."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"))


def utc(time: dt.datetime) -> dt.datetime:
    """The same instant in UTC: moto writes the hour it sees and puts a Z behind it, whatever the offset."""
    return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
