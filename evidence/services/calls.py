"""From a declaration to the call it makes. The collector asks these calls and the reader looks them up: one spelling."""

import re
from collections.abc import Mapping
from typing import Any

from evidence.run.answer import GLOBAL, Call
from evidence.run.calendar import billed_days, days_between
from evidence.run.scope import Account
from evidence.services.declare import DAYS, Ask, Item, Only, PopulationSpec
from evidence.services.path import Absent, WrongShape, walk


def filled(value: Any, account: Account, region: str) -> Any:
    """A constant parameter with {account}, {region}, {partition}, {since}, {until}, {first_day}, {day_after} put in."""
    if isinstance(value, str) and "{" in value:
        first_day, day_after = billed_days(account.since, account.until)
        return value.format(
            account=account.id, region=region, partition=account.partition, since=account.since, until=account.until,
            first_day=first_day, day_after=day_after,
        )  # fmt: skip
    if isinstance(value, Mapping):
        return {k: filled(v, account, region) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(v, account, region) for v in value]
    return value


def call_of(ask: Ask, account: Account, region: str, item: Item | None = None) -> Call:
    """The call an ask makes in one account and Region (for one listed item, where it fans out).

    Raises Absent or WrongShape where the item lacks what the call needs. The collector and the reader both build calls
    here, so that what was asked and what is looked up are the same call."""
    parameters = {k: filled(v, account, region) for k, v in ask.parameters.items()}
    if item is not None:
        for name, path in ask.given.items():
            parameters[name] = [_given(path[0], item)] if isinstance(path, tuple) else _given(path, item)
    place = GLOBAL if ask.whole_account else str(walk(ask.region, item)) if ask.region and item is not None else region
    return Call(account.id, place, ask.service, ask.operation, parameters)


def _given(path: str, item: Item) -> Any:
    """The value at a path of the item; "awseb-{EnvironmentId}-stack" is a template of such paths.

    An empty text names nothing: sent as it is, it could bring an answer about something else, or about everything."""
    if "{" in path:
        return re.sub(r"{([\w.]+)}", lambda m: str(_named(m[1], item)), path)
    return _named(path, item)


def _named(path: str, item: Item) -> Any:
    value = walk(path, item)
    if value == "":
        raise WrongShape(f"{path} is empty")
    return value


def with_parent(spec: PopulationSpec, entries: list[Item], parent: Item | None) -> list[Item]:
    """The listed entries, each with the fields of its parent's entry that the population carries. An entry of another shape
    stays as it is: whoever reads it says so."""
    if parent is None or not spec.carries:
        return entries
    more = {name: parent[name] for name in spec.carries if name in parent}
    return [{**more, **entry} if isinstance(entry, Mapping) else entry for entry in entries]


def own_entries(listed: str, account: Account, region: str) -> list[Item]:
    """The entries of a population that nothing lists: the account, the Region, or each day of the time asked about in it."""
    if listed != DAYS:
        return [{"account": account.id, "region": region, "partition": account.partition, "payer": account.payer}]
    return [{"account": account.id, "region": region, **day} for day in days_between(account.since, account.until)]


def needed(only: Only, item: Item, answer: Any = None, since: str = "") -> bool | None:
    """Whether a fan-out applies to a listed item: True, False, or None where what decides it cannot be read.

    `answer` is the value of the answer to `only.of` for the item, None where that was not answered; `since` is the beginning of
    the time asked about."""
    if only.test is not None:
        try:
            return only.test(item, answer, since)
        except (Absent, WrongShape, KeyError, TypeError, ValueError):
            return None
    if only.of is not None and answer is None:
        return None
    try:
        return (walk(only.path, item if only.of is None else answer) in only.values) is not only.negate
    except Absent:
        return None if only.told else only.negate
    except (WrongShape, TypeError):
        return None
