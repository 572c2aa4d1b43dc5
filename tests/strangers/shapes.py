"""What an answer may look like besides, by its model in botocore: where it can change, the changed answer, and any answer at all."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.aws_simulator import models

NEW_WORD, NEW_MEMBER = "a-word-of-tomorrow", "MemberOfTomorrow"
_TEXTS = (
    "", "true", "7", "x", "arn:aws:iam::012345678901:role/r", "arn:aws:s3:::b", "*", "0.0.0.0/0", "sg-1", "eu-west-1", "012345678901",
    '{"Statement": []}', '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}', "{", "[]", "é\n",
)  # fmt: skip
_TIMES = tuple(dt.datetime(year, 3, 1, tzinfo=dt.UTC) for year in (1970, 2026, 2600))
_NUMBERS = (-1, 0, 1, 22, 365, 2**40)


def output_shape(call: str) -> Any:
    """The shape of what "ec2:DescribeVolumes" answers."""
    return models.operation_model(*call.split(":")).output_shape


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise everywhere in an answer: `at` is a path, "[]" any entry of a list and "{}" any of a map."""

    at: str
    how: str

    def __str__(self) -> str:
        return f"{self.at} {self.how}"


def changes(shape: Any, value: Any, at: str = "") -> Iterator[Change]:
    """What may be otherwise in this answer, one thing at a time. Members that AWS always sends stay."""
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            for name, member in shape.members.items():
                if name in value:
                    here = f"{at}.{name}".removeprefix(".")
                    if name not in shape.required_members:
                        yield from (Change(here, "left out"), Change(here, "null"))
                    yield from changes(member, value[name], here)
        case "list" if isinstance(value, list):
            yield Change(at, "empty")
            for entry in value:
                yield from changes(shape.member, entry, f"{at}[]")
        case "map" if isinstance(value, Mapping):
            yield Change(at, "empty")
            for name, entry in value.items():
                yield Change(f"{at}{{{name}}}", "left out")
                yield from changes(shape.value, entry, f"{at}{{{name}}}")
        case "string" if getattr(shape, "enum", None):
            yield Change(at, "of tomorrow")


def changed(shape: Any, value: Any, wanted: frozenset[Change], at: str = "") -> Any:
    """The answer with these changes; `MORE` among them adds a member to every structure."""
    if Change(at, "empty") in wanted:
        return [] if isinstance(value, list) else {}
    if Change(at, "of tomorrow") in wanted:
        return NEW_WORD
    if isinstance(value, list) and shape.type_name == "list":
        return [changed(shape.member, entry, wanted, f"{at}[]") for entry in value]
    if not isinstance(value, Mapping) or shape.type_name not in ("structure", "map"):  # a policy is text, and kept as it is read
        return value
    if shape.type_name == "map":
        kept = {n: (v, f"{at}{{{n}}}") for n, v in value.items() if Change(f"{at}{{{n}}}", "left out") not in wanted}
        return {n: changed(shape.value, v, wanted, here) for n, (v, here) in kept.items()}
    out: dict[str, Any] = {}
    for name, inner in value.items():
        here = f"{at}.{name}".removeprefix(".")
        if Change(here, "left out") in wanted or name not in getattr(shape, "members", {}):
            continue
        out[name] = None if Change(here, "null") in wanted else changed(shape.members[name], inner, wanted, here)
    return {**out, NEW_MEMBER: {"A": [1]}} if MORE in wanted else out


MORE = Change("", "with more members than we know")


def anything(shape: Any, random: Random, depth: int = 0) -> Any:
    """Some value that the shape allows: any member may be missing, any list empty, any word new."""
    match shape.type_name:
        case "structure":
            required, out = set(shape.required_members), {}
            for name, member in shape.members.items():
                if name in required or (depth < 8 and random.random() < 0.75):
                    out[name] = None if name not in required and random.random() < 0.05 else anything(member, random, depth + 1)
            return out
        case "list":
            return [anything(shape.member, random, depth + 1) for _ in range(random.choice((0, 1, 1, 2)))]
        case "map":
            return {random.choice(_TEXTS): anything(shape.value, random, depth + 1) for _ in range(random.choice((0, 1, 2)))}
        case "boolean":
            return random.random() < 0.5
        case "timestamp":
            return random.choice(_TIMES)
        case "blob":
            return random.choice((b"", b"user,arn\nx,y\n"))
        case "integer" | "long" | "float" | "double" | "short":
            return random.choice(_NUMBERS)
    return random.choice((*(getattr(shape, "enum", None) or _TEXTS), NEW_WORD))
