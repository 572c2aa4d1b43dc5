"""Cutting a full answer into pages, as the service would.

Which members are lists, tokens and limits is read from botocore's paginator models; where botocore ships none, from the
names that AWS gives them. Tokens are opaque and belong to one call: any other use of one is refused.
Sources: botocore's `paginators-1.json`, https://boto3.amazonaws.com/v1/documentation/api/latest/guide/paginators.html.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from tests.aws_simulator import models, typed
from tests.aws_simulator.wire import Call

_TOKENS = (
    ("NextToken", "NextToken"), ("nextToken", "nextToken"), ("Marker", "Marker"), ("Marker", "NextMarker"),
    ("ContinuationToken", "NextContinuationToken"), ("NextPageToken", "NextPageToken"),
)  # fmt: skip
_LIMITS = ("MaxResults", "maxResults", "MaxRecords", "MaxItems", "Limit", "limit", "PageSize")
_MORE = ("IsTruncated", "isTruncated", "Truncated")


class InvalidToken(ValueError):
    """A page token that was never issued for this call."""


@dataclass(frozen=True)
class Rule:
    """How one operation pages. Outputs, lists and `more` are dotted paths in the answer, the others parameters."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    lists: tuple[str, ...]
    limit: str | None
    more: str | None
    last_item: tuple[str, str] | None = None


@dataclass(frozen=True)
class Position:
    """Where a page begins: the how-manieth page it is, from 0, and how many items came before it."""

    page: int = 0
    offset: int = 0


@cache
def rule(service: str, operation: str) -> Rule | None:
    """How the operation pages, None where it does not, or not by tokens of text (DynamoDB's are keys)."""
    model, shipped = models.operation_model(service, operation), models.paginator(service, operation)
    inputs = dict(model.input_shape.members) if model.input_shape else {}
    outputs = dict(model.output_shape.members) if model.output_shape else {}
    if not shipped:
        return _by_names(inputs, outputs)
    given = _listed(shipped["input_token"])
    if any(inputs[name].type_name != "string" for name in given):
        return None
    alternatives = [part.strip() for expression in _listed(shipped["output_token"]) for part in expression.split("||")]
    last = [re.fullmatch(r"([\w.]+)\[-1\]\.(\w+)", part) for part in alternatives]
    return Rule(
        given, tuple(part for part in alternatives if re.fullmatch(r"[\w.]+", part)), _listed(shipped["result_key"]),
        shipped.get("limit_key"), shipped.get("more_results"),
        next(((found[1], found[2]) for found in last if found), None),
    )  # fmt: skip


def _by_names(inputs: dict[str, Any], outputs: dict[str, Any]) -> Rule | None:
    lists = tuple(name for name, shape in outputs.items() if shape.type_name == "list")
    tokens = next(((given, got) for given, got in _TOKENS if given in inputs and got in outputs), None)
    if not lists or not tokens:
        return None
    limit = next((name for name in _LIMITS if name in inputs), None)
    return Rule(tokens[:1], tokens[1:], lists, limit, next((name for name in _MORE if name in outputs), None))


def _listed(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


@lru_cache(maxsize=8192)
def _digest(place: str, call: Call) -> str:
    """Of what all pages of one listing have in common: the call without its token and limit."""
    how = rule(call.service, call.operation)
    apart = {*how.inputs, how.limit} if how else set()
    common = typed.canonical({name: value for name, value in call.parameters.items() if name not in apart})
    return hashlib.sha256(f"{place}:{call.service}:{call.operation}:{common}".encode()).hexdigest()[:24]


def position(place: str, call: Call, answer: Mapping[str, Any]) -> Position:
    """Where the page that is asked for begins; `place` is the account and Region that the token is good for."""
    how = rule(call.service, call.operation)
    token = next((call.parameters[name] for name in how.inputs if name in call.parameters), None) if how else None
    if how is None or not token:
        return Position()
    issued = re.fullmatch(r"(\d+)-(\d+)-([0-9a-f]{24})", token)
    if issued and issued[3] == _digest(place, call):
        return Position(int(issued[1]), int(issued[2]))
    if how.last_item:  # such a token is the key of the last item seen: AWS takes any, and goes on behind it
        path, field = how.last_item
        before = [index for index, item in enumerate(_get(answer, path) or []) if item.get(field) == token]
        if before:
            return Position(1, before[0] + 1)
    raise InvalidToken(token)


def page(place: str, call: Call, answer: Mapping[str, Any], size: int) -> Mapping[str, Any]:
    """The page of the full answer that the call asks for, with the token of the next where there is more."""
    how, at = rule(call.service, call.operation), position(place, call, answer)
    if how is None or not any(isinstance(_get(answer, path), list) for path in how.lists):
        return answer
    size = max(1, min(size, int(call.parameters.get(how.limit or "", size))))
    cut, before = answer, 0
    for path in how.lists:  # items of several lists follow one another, as in IAM's GetAccountAuthorizationDetails
        items = _get(answer, path)
        if isinstance(items, list):
            low, high = (min(max(bound - before, 0), len(items)) for bound in (at.offset, at.offset + size))
            cut = _put(cut, path, items[low:high])
            before += len(items)
    more = at.offset + size < before
    for path in how.outputs if more else ():
        cut = _put(cut, path, f"{at.page + 1}-{at.offset + size}-{_digest(place, call)}")
    return _put(cut, how.more, more) if how.more else cut


def _get(answer: Any, path: str) -> Any:
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer


def _put(answer: Mapping[str, Any], path: str, value: Any) -> Mapping[str, Any]:
    name, _, rest = path.partition(".")
    return {**answer, name: _put(answer.get(name) or {}, rest, value) if rest else value}
