"""Reads IAM and resource policies: the one place that knows their grammar.

IAM JSON policy grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
Whatever does not follow it raises ValueError or TypeError, which a column turns into a gap.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Document = Mapping[str, Any]
_PIN_KEYS = frozenset({
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:sourcearn", "aws:sourceaccount",
    "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip", "aws:userid",
    "aws:vpcsourceip", "kms:calleraccount", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
})  # fmt: skip
"""Condition keys whose value says who may come, or from where."""
_PIN_OPERATORS = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"})
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


@dataclass(frozen=True)
class Statement:
    """One statement, lists always lists. `number` counts from 1. `principals` are "*" or texts like "AWS:arn:…"; None
    where the statement names none (identity policies)."""

    number: int
    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[str, ...] | None
    not_principals: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"


def statements(document: Document) -> list[Statement]:
    """The statements of a policy document, in order."""
    raw = document["Statement"]
    entries = [raw] if isinstance(raw, Mapping) else raw
    if not isinstance(entries, (list, tuple)):
        raise TypeError(f"Statement is a {type(raw).__name__}")
    return [_statement(number, entry) for number, entry in enumerate(entries, start=1)]


def _statement(number: int, raw: Mapping[str, Any]) -> Statement:
    if raw["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"statement {number} has the effect {raw['Effect']!r}")
    if ("Action" in raw) == ("NotAction" in raw):
        raise ValueError(f"statement {number} has not exactly one of Action and NotAction")
    return Statement(
        number, raw["Effect"], _texts(raw.get("Action")), _texts(raw.get("NotAction")), _texts(raw.get("Resource")),
        _texts(raw.get("NotResource")), _principals(raw["Principal"]) if "Principal" in raw else None,
        _principals(raw["NotPrincipal"]) if "NotPrincipal" in raw else (), tuple(_conditions(raw.get("Condition") or {})),
    )  # fmt: skip


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    entries = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(e, str) for e in entries):
        raise TypeError(f"a text or a list of texts was expected, not {value!r}")
    return tuple(entries)


def _principals(value: Any) -> tuple[str, ...]:
    """`"*"` and `{"AWS": "*"}` both say everyone."""
    if value == "*":
        return ("*",)
    if not isinstance(value, Mapping):
        raise TypeError(f"a principal was expected, not {value!r}")
    named = [(kind, name) for kind, names in value.items() for name in _texts(names)]
    return tuple("*" if name == "*" and kind in ("AWS", "*") else f"{kind}:{name}" for kind, name in named)


def _conditions(value: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for operator, keys in value.items():
        for key, values in keys.items():
            entries = values if isinstance(values, (list, tuple)) else [values]
            yield operator.lower(), key.lower(), tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in entries)


def allows_everyone(statement: Statement) -> bool:
    """Whether an Allow of a resource policy names everyone as its principal (or everyone but somebody)."""
    return statement.allows and ("*" in (statement.principals or ()) or bool(statement.not_principals))


def is_limited(statement: Statement) -> bool:
    """Whether a condition says who may come, or from where: all conditions must hold, so one that does is enough.

    Operators that also hold when the key is missing (…IfExists, ForAllValues), or that exclude (…Not…), limit nobody."""
    return any(_pins(operator, key, values) for operator, key, values in statement.conditions)


def _pins(operator: str, key: str, values: tuple[str, ...]) -> bool:
    bare = operator.removeprefix("foranyvalue:")
    if bare not in _PIN_OPERATORS or key not in _PIN_KEYS or not values:
        return False
    return not any(v in _EVERYWHERE or re.fullmatch(r"[*:]*(arn:[*a-z-]*:[*:]*)?", v) for v in values)


def grants(statement: Statement, action: str) -> bool:
    """Whether an Allow covers the action, e.g. "iam:PassRole"; case does not matter, `*` and `?` are wildcards."""
    if not statement.allows:
        return False
    if statement.not_actions:
        return not any(covers(pattern, action) for pattern in statement.not_actions)
    return any(covers(pattern, action) for pattern in statement.actions)


def covers(pattern: str, action: str) -> bool:
    literal = pattern.lower().replace("[", "[[]")
    return fnmatchcase(action.lower(), literal)


def on_everything(statement: Statement) -> bool:
    """Whether the statement reaches every resource, or every one but some."""
    if statement.not_resources:
        return True
    return any(re.fullmatch(r"\*+|arn:[*a-z-]*(:\*+)+", r) for r in statement.resources)


def full_admin(document: Document) -> list[str]:
    """A sentence for each statement that allows every action, or all but some, on everything.

    A condition does not make it another grant: it is still everything for whoever fulfils it, and the sentence says so."""
    found, every = [], statements(document)
    for s in every:
        anything = any(re.fullmatch(r"\*+(:\*+)?", a) for a in s.actions)
        if not (s.allows and (anything or s.not_actions) and on_everything(s)):
            continue
        what = "Allow *" if anything else f"Allow with NotAction {', '.join(s.not_actions)}"
        where = f"everything but {', '.join(s.not_resources)}" if s.not_resources else "*"
        under = " under conditions" if s.conditions else ""
        found.append(f"{what} on {where}{under} in statement {s.number} of {len(every)}")
    return found


def open_to_everyone(document: Document) -> list[str]:
    """A sentence for each statement of a resource policy that lets everyone in without a condition that says who."""
    every = statements(document)
    return [
        f"statement {s.number} of {len(every)} allows everyone {', '.join(s.actions) or 'all but ' + ', '.join(s.not_actions)}"
        for s in every
        if allows_everyone(s) and not is_limited(s)
    ]
