"""Could AWS have said this? What a world says, held against botocore's models."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.aws_simulator import models
from tests.aws_simulator.cases import Cases, is_global

_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,), "map": (dict,), "list": (list,), "string": (str,), "character": (str,), "boolean": (bool,),
    "integer": (int,), "long": (int,), "short": (int,), "byte": (int,), "float": (int, float), "double": (int, float),
    "timestamp": (dt.datetime,), "blob": (bytes,),
}  # fmt: skip


class Said(NamedTuple):
    """What a world says of one operation in one place."""

    account: str
    region: str
    service: str
    operation: str
    cases: Cases


class Finding(NamedTuple):
    """What is wrong, or where `certain` is not set only strange, with a value."""

    certain: bool
    sentence: str


def invalid(world: Iterable[Said]) -> list[str]:
    """A sentence for each thing that AWS could not have said."""
    return [finding.sentence for said in world for finding in findings(said) if finding.certain]


def doubtful(world: Iterable[Said]) -> list[str]:
    """A sentence for each value that its enumeration does not have."""
    return [finding.sentence for said in world for finding in findings(said) if not finding.certain]


def findings(said: Said) -> Iterator[Finding]:
    """All that is wrong or strange with what is said of one operation."""
    where = f"{said.account} {said.region} {said.service}.{said.operation}"
    if said.service not in models.SERVICES:
        yield Finding(True, f"{where}: the bench has no service {said.service!r}")
        return
    if said.operation not in models.service_model(said.service).operation_names:
        yield Finding(True, f"{where}: {said.service} has no such operation")
        return
    if said.region == "global" and not is_global(said.service, said.operation):
        yield Finding(True, f"{where}: is asked Region by Region, never under 'global'")
    model = models.operation_model(said.service, said.operation)
    inputs = model.input_shape.members if model.input_shape else {}
    for case in said.cases:
        for name, value in case.when.items():
            if name not in inputs:
                yield Finding(True, f"{where}: has no parameter {name!r}")
            else:
                yield from check(inputs[name], value, f"{where}, when {name}")
        if case.error and not 300 <= case.error.status < 600:
            yield Finding(True, f"{where}: {case.error.status} is not the status of an error")
        elif case.answer is not None and model.output_shape:
            yield from check(model.output_shape, case.answer, f"{where}: answer")
        elif case.answer:
            yield Finding(True, f"{where}: is answered by nothing at all, not {sorted(case.answer)}")


def check(shape: Any, value: Any, path: str) -> Iterator[Finding]:
    """What keeps the value from being of this shape."""
    kind = shape.type_name
    fits = isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if getattr(shape, "is_document_type", False):
        return
    if not fits:
        yield Finding(True, f"{path} is {value!r}, not a {kind}")
    elif kind == "structure":
        yield from _members(shape, value, path)
    elif kind == "list":
        for index, item in enumerate(value):
            yield from check(shape.member, item, f"{path}[{index}]")
    elif kind == "map":
        for key, item in value.items():
            yield from check(shape.key, key, f"{path}, key {key!r}")
            yield from check(shape.value, item, f"{path}[{key!r}]")
    elif kind == "string" and shape.enum and value not in shape.enum:
        yield Finding(False, f"{path} is {value!r}, none of {', '.join(shape.enum)}")


def _members(shape: Any, value: dict[str, Any], path: str) -> Iterator[Finding]:
    for name in shape.required_members:
        if name not in value:
            yield Finding(True, f"{path} has no {name}")
    for name, item in value.items():
        if name not in shape.members:
            yield Finding(True, f"{path} has a {name!r}, which {shape.name} does not know")
        else:
            yield from check(shape.members[name], item, f"{path}.{name}")
