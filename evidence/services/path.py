"""Walks a path of `declare` through a parsed answer, telling a missing field from one of the wrong shape."""

from collections.abc import Mapping
from typing import Any


class Absent(Exception):
    """The answer has no such field: AWS left it out."""


class WrongShape(Exception):
    """The answer has something else in that place than the path expects: it cannot be read, so it is a gap."""


def walk(path: str, value: Any) -> Any:
    """The value at `path`; a path with `[]` gives a list. Raises Absent or WrongShape.

    A missing list under `[]` is Absent; a field missing in some items of a list is left out of the result.
    """
    steps = path.split(".") if path else []
    for number, step in enumerate(steps):
        name, many = (step[:-2], True) if step.endswith("[]") else (step, False)
        value = _member(value, name, path)
        if many:
            return _each(value, ".".join(steps[number + 1 :]), path)
    return value


def _member(value: Any, name: str, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise WrongShape(f"{path}: a structure was expected, not {type(value).__name__}")
    found = value.get(name)
    if found is None:
        raise Absent(path)
    return found


def _each(value: Any, rest: str, path: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise WrongShape(f"{path}: a list was expected, not {type(value).__name__}")
    if not rest:
        return list(value)
    out: list[Any] = []
    for entry in value:
        try:
            found = walk(rest, entry)
        except Absent:
            continue
        out.extend(found) if "[]" in rest else out.append(found)
    return out
