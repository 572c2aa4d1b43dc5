"""What one account may know of all others: a small table of the few populations that are looked up across accounts.

It goes into the pack of an account, as JSON, so that the account can be judged again without the other accounts' answers.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import orjson

from evidence.errors import EvidenceError
from evidence.populations.answers import Answers
from evidence.populations.cells import Column, Gap, objects
from evidence.populations.population import OWN, Member, Population, Unread
from evidence.populations.read import own_columns, read_populations
from evidence.run.answer import decode, encode
from evidence.services.declare import PopulationSpec

SCHEMA = 1


@dataclass(frozen=True)
class Shared:
    """`populations`: each as it is in all accounts, with the columns that are looked up. `regions`: those that were asked in some
    account, which is where an account lacks something that could not say which Regions it has. `run`: the id of the run."""

    run: str
    regions: tuple[str, ...]
    populations: Mapping[str, Population]

    def to_json(self) -> bytes:
        """One line; the same tables give the same bytes. Values keep their types as in a kept answer (evidence.run.answer)."""
        told = {name: _told(population) for name, population in self.populations.items()}
        whole = {"schema": SCHEMA, "run": self.run, "regions": self.regions, "populations": told}
        return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS) + b"\n"

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the JSON."""
        return hashlib.sha256(self.to_json()).hexdigest()

    @classmethod
    def from_json(cls, data: bytes, specs: Mapping[str, PopulationSpec]) -> "Shared":
        """Raises EvidenceError where it is no such table, or of another schema."""
        try:
            raw = orjson.loads(data)
            if raw["schema"] != SCHEMA:
                raise ValueError(f"its schema is not {SCHEMA}")
            read = {name: _read(specs[name], told) for name, told in raw["populations"].items()}
            return cls(raw["run"], tuple(raw["regions"]), read)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EvidenceError(
                f"What an account may know of the others cannot be read ({type(error).__name__}: {error}).",
                "Get it again from whoever made it, or use the version of the tool that made it.",
            ) from error


def shared_tables(
    run: str,
    answers: Answers,
    across: Mapping[str, Iterable[str]],
    looked_up: Iterable[str],
    specs: Mapping[str, PopulationSpec],
    as_of: dt.datetime,
) -> Shared:
    """Reads `across` ({population: columns}) of all accounts and keeps those that are `looked_up`. Of `answers` only those to the
    calls that fill these are needed, and those of accounts that could not be entered or named no Regions."""
    read = read_populations(answers, across, specs, as_of)
    regions = sorted({region for account in answers.scope.accounts for region in account.asked})
    shared = Shared(run, tuple(regions), {name: read[name] for name in sorted(looked_up)})
    return Shared.from_json(shared.to_json(), specs)  # what is judged with is what is kept


def _told(population: Population) -> dict[str, Any]:
    return {
        "as_of": population.as_of.isoformat(),
        "members": [encode(astuple(member)) for member in population.members],
        "cells": {name: _cells(column) for name, column in population.cells.items() if name not in OWN},
        "unread": [encode(astuple(unread)) for unread in population.unread],
        "lists": [[*place, ids] for place, ids in population.lists.items()],
    }


def _cells(column: Column) -> dict[str, Any]:
    return {
        "label": column.label,
        "values": [encode(value) for value in column._values],
        "gaps": {str(row): encode(astuple(gap)) for row, gap in enumerate(column._gaps) if gap is not None},
        "sources": list(column._sources),
    }


def _read(spec: PopulationSpec, told: Mapping[str, Any]) -> Population:
    as_of = dt.datetime.fromisoformat(told["as_of"])
    members = tuple(Member(*member) for member in told["members"])
    cells = {name: _column(name, cells, as_of) for name, cells in told["cells"].items()}
    lists = {(account, region): tuple(ids) for account, region, ids in told["lists"]}
    unread = tuple(Unread(*unread) for unread in told["unread"])
    if any(len(column) != len(members) for column in cells.values()):
        raise ValueError(f"{spec.name} has not a cell for each member")
    return Population(spec, members, {**cells, **own_columns(members, as_of)}, as_of, unread, lists, across=True)


def _column(name: str, told: Mapping[str, Any], as_of: dt.datetime) -> Column:
    values, sources = [decode(value) for value in told["values"]], [tuple(ids) for ids in told["sources"]]
    gaps = [None if (gap := told["gaps"].get(str(row))) is None else Gap(*gap) for row in range(len(values))]
    return Column(name, told["label"], objects(values), objects(gaps), objects(sources), as_of)
