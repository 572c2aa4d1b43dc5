"""How every JSON file of ours is written: keys sorted, two spaces, a newline at the end, so that the same value gives the same bytes."""

from typing import Any

import orjson


def as_json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
