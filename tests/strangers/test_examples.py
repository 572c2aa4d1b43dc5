"""The answers that AWS's own documentation shows, as botocore ships them: over the wire, kept, read and judged.

An example need not be whole or sensible; what is left out of it may still not turn anything into `meets`."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.utils import parse_timestamp

from evidence.run.answer import Answer, Call
from tests.aws_simulator import rendering, wire
from tests.simulator.test_rendering import differences, parsed
from tests.strangers.bench import bench, readers
from tests.strangers.shapes import Change, changed, changes, output_shape

LOADER = botocore.session.get_session().get_component("data_loader")


def typed(shape: Any, value: Any) -> Any:
    """The example's value with the types that its model says: the examples write times, numbers and bytes as text."""
    match shape.type_name:
        case "structure":
            return {name: typed(shape.members[name], inner) for name, inner in value.items() if name in shape.members}
        case "list":
            return [typed(shape.member, entry) for entry in value]
        case "map":
            return {name: typed(shape.value, inner) for name, inner in value.items()}
        case "timestamp":
            return moment(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "blob":
            return value if isinstance(value, bytes) else str(value).encode()
    return str(value)


def moment(value: Any) -> dt.datetime:
    """botocore reads every spelling of a time that the examples use."""
    return parse_timestamp(value).replace(microsecond=0).astimezone(dt.UTC)


@cache
def examples() -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """(call, number) → the output that the documentation shows, of every call that a requirement reads."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for call in readers():
        service, operation = call.split(":")
        try:
            shown = LOADER.load_service_model(service, "examples-1")["examples"].get(operation, ())
        except (DataNotFoundError, UnknownServiceError):
            continue
        found.update({(call, n): typed(output_shape(call), e["output"]) for n, e in enumerate(shown) if e.get("output")})
    return found


def over_the_wire(call: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The value as a server writes it and botocore reads it."""
    service, operation = call.split(":")
    page = parsed(service, operation, rendering.answer(wire.Call(service, operation, {}, ""), value))
    return {name: inner for name, inner in page.items() if name != "ResponseMetadata"}


def test_there_are_examples() -> None:
    assert len({call for call, _ in examples()}) >= 40


@pytest.mark.parametrize(("call", "number"), examples())
def test_an_example_arrives_and_is_kept_with_its_types(call: str, number: int) -> None:
    shown = examples()[call, number]
    page = over_the_wire(call, shown)
    assert list(differences(shown, page)) == []
    answer = Answer(Call("012345678901", "eu-west-1", *call.split(":")), "answered", (page,))
    again = Answer.from_line(answer.to_line("0" * 64))
    assert again.pages == answer.pages and again.digest == answer.digest


@pytest.mark.parametrize(("call", "number"), examples())
def test_an_example_is_judged_and_nothing_is_met_for_want_of_it(call: str, number: int) -> None:
    """In the place of the sample's answers to the call; then without each of its members, and without all of them."""
    made, page = bench(call), over_the_wire(call, examples()[call, number])
    full = {**made.full, **made.otherwise(lambda _: page)}
    every = [change for change in dict.fromkeys(changes(made.shape, page)) if change.how != "null"]
    bare = frozenset(change for change in every if change.how == "left out")
    for some in (*(frozenset({change}) for change in every), bare):
        now = made.otherwise(lambda _, some=some: changed(made.shape, page, some))
        assert list(made.unexplained(now, some, full)) == []


def test_an_example_says_something() -> None:
    """The replay reaches the requirements: they judge the documentation's key as it is described there."""
    made = bench("kms:DescribeKey")
    page = over_the_wire("kms:DescribeKey", examples()["kms:DescribeKey", 0])
    judged = made.otherwise(lambda _: page)
    assert page["KeyMetadata"]["KeyManager"] == "CUSTOMER"
    assert {v for k, v in judged.items() if k[0] == "kms.keys.not-pending-deletion" and k[3]} == {"meets"}
    pending = made.otherwise(lambda _: changed(made.shape, page, frozenset({Change("KeyMetadata.KeyState", "of tomorrow")})))
    assert {v for k, v in pending.items() if k[0] == "kms.keys.not-pending-deletion" and k[3]} == {"gap"}
