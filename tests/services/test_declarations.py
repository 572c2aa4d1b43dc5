"""Every name that a service file declares exists: operations, parameters, fields, error codes where modelled, IAM actions."""

import re
from dataclasses import fields
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from policy_sentry.querying.actions import get_action_data

from evidence.populations.population import Population
from evidence.services import asks, populations, services
from evidence.services.declare import ACCOUNTS, DAYS, REGIONS, Ask, Column, PopulationSpec

SESSION = botocore.session.get_session()
ASKS = sorted(asks(), key=lambda a: (a.name, a.each or ""))
SPECS = sorted(populations().values(), key=lambda s: s.name)


@cache
def operation(service: str, name: str) -> OperationModel:
    return SESSION.get_service_model(service).operation_model(name)


def shape_at(shape: Shape | None, path: str) -> Shape:
    """The shape that a path of `declare` leads to. Raises AssertionError where there is no such field."""
    for step in path.split("."):
        name = step.removesuffix("[]")
        if isinstance(shape, MapShape):
            shape = shape.value
            continue
        assert isinstance(shape, StructureShape), f"{path}: {step} is asked of {shape}"
        assert name in shape.members, f"{path}: no {name} among {', '.join(shape.members)}"
        shape = shape.members[name]
        if step.endswith("[]"):
            assert isinstance(shape, ListShape), f"{path}: {name} is no list"
            shape = shape.member
    assert shape is not None
    return shape


def paths_in(template: str) -> list[str]:
    return re.findall(r"{([\w.]+)}", template)


@pytest.mark.parametrize("ask", ASKS, ids=lambda a: f"{a.name}/{a.each}")
def test_an_ask_names_what_botocore_knows(ask: Ask) -> None:
    model = operation(ask.service, ask.operation)
    sent = {**ask.parameters, **ask.given}
    inputs: Any = model.input_shape.members if model.input_shape is not None else {}
    assert set(sent) <= set(inputs), f"unknown parameters {set(sent) - set(inputs)}"
    needed = set(model.input_shape.required_members) if model.input_shape is not None else set()
    assert needed <= set(sent), f"missing parameters {needed - set(sent)}"
    if ask.result:
        shape_at(model.output_shape, ask.result)
    if ask.tokens:
        assert ask.tokens[0] in inputs
        shape_at(model.output_shape, ask.tokens[1])
    if ask.poll:
        shape_at(model.output_shape, ask.poll[0])
    assert ask.plain or ask.note, "an operation that is no plain read says why it is safe"
    assert not (ask.absent & ask.gone)


@pytest.mark.parametrize("ask", ASKS, ids=lambda a: f"{a.name}/{a.each}")
def test_an_ask_that_changes_something_is_declared_as_such(ask: Ask) -> None:
    reads = ("Describe", "Get", "List", "BatchGet", "Lookup", "Search")
    assert ask.operation.startswith(reads) or not ask.plain


@pytest.mark.parametrize("ask", ASKS, ids=lambda a: f"{a.name}/{a.each}")
def test_the_iam_actions_exist(ask: Ask) -> None:
    assert ask.actions
    for action in ask.actions:
        prefix, _, name = action.partition(":")
        assert get_action_data(prefix, name), f"{action} is no IAM action"


@pytest.mark.parametrize("ask", [a for a in ASKS if a.each], ids=lambda a: f"{a.name}/{a.each}")
def test_a_fan_out_finds_what_it_needs_in_its_list(ask: Ask) -> None:
    spec = populations()[ask.each or ""]
    if not isinstance(spec.listed_by, Ask) or spec.rows is not None:
        return
    entry = shape_at(operation(spec.listed_by.service, spec.listed_by.operation).output_shape, spec.items)
    wanted = [p[0] if isinstance(p, tuple) else p for p in ask.given.values()] + ([ask.region] if ask.region else [])
    for path in wanted:
        for one in paths_in(path) if "{" in path else [path]:
            shape_at(entry, one)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_a_population_names_fields_that_exist(spec: PopulationSpec) -> None:
    assert spec.name.partition(".")[0] in {s.name for s in services()}
    listing: Shape | None = None
    if isinstance(spec.listed_by, Ask) and spec.rows is None:
        listing = shape_at(operation(spec.listed_by.service, spec.listed_by.operation).output_shape, spec.items)
        for path in (spec.identity, spec.region, *(p for p in paths_in(spec.arn) if p not in ("partition", "account", "region"))):
            if path:
                shape_at(listing, path)
    else:
        assert spec.rows is not None or spec.listed_by in (ACCOUNTS, DAYS, REGIONS)
    for more in spec.also:
        assert isinstance(spec.listed_by, Ask) and more.each is None
        assert (more.service, more.operation) == (spec.listed_by.service, spec.listed_by.operation)
    for name, column in spec.columns.items():
        _check_column(spec, name, column, listing)


def _check_column(spec: PopulationSpec, name: str, column: Column, listing: Shape | None) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert not (column.path and column.read), f"{spec.name}.{name} is read by a path or by a function"
    if not column.path:
        return
    if column.of is not None:
        shape_at(operation(column.of.service, column.of.operation).output_shape, column.path)
    elif listing is not None:
        shape_at(listing, column.path)


def test_no_column_hides_behind_an_attribute_of_the_population() -> None:
    """`population.complete` would be the attribute, never the column, and nobody would be told."""
    taken = {name for name in dir(Population) if not name.startswith("__")} | {f.name for f in fields(Population)}
    assert not {f"{spec.name}.{column}" for spec in SPECS for column in spec.columns if column in taken}


def test_populations_and_services_have_one_name_each() -> None:
    names = [spec.name for service in services() for spec in service.populations]
    assert len(names) == len(set(names))
    assert len({s.name for s in services()}) == len(services())


def test_every_ask_of_a_population_is_declared_by_its_service() -> None:
    known = set(asks())
    for spec in SPECS:
        for ask in (*spec.lists, *(c.of for c in spec.columns.values())):
            if isinstance(ask, Ask):
                assert ask in known, f"{spec.name} uses {ask.name}, which no service lists"
