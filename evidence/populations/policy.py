"""Reads IAM and resource policies: the one place that knows their grammar.

IAM JSON policy grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
Whatever does not follow it raises KeyError, TypeError or ValueError, which a column turns into a gap. Statements are
judged one by one: a Deny elsewhere in the document takes nothing back from an Allow.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

Document = Mapping[str, Any]
Condition = tuple[str, str, tuple[str, ...]]
"""Operator and key in lower case, and the values."""

_WHO = frozenset({
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principalservicename",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc",
    "aws:sourcevpcarn", "aws:sourcevpce", "aws:userid", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
    "kms:calleraccount", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
})  # fmt: skip
"""Condition keys whose value says who may come, or through which network. Not aws:VpcSourceIp: every VPC has such addresses."""
_ADDRESS = "aws:sourceip"
_WIDEST = MappingProxyType({4: 8, 6: 32})
"""Address ranges wider than these count as everywhere, as S3 has it:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status"""

_S3_KINDS = frozenset({"access-grants", "accesspoint", "job", "storage-lens", "storage-lens-group"})
"""How resources of S3 begin whose ARN has an account. A bucket's has none, only its name."""
_UNDERSTOOD = re.compile(r"(aws|kms|s3):")
"""Condition keys of which those in _WHO say who may come, and the others do not. Of any other key nobody knows."""

_IF_FALSE = re.compile(r"(for(any|all)values?:)?bool(ifexists)?")

_EVERYTHING = re.compile(r"[*?:]*\*[*?:]*")
_PARTITION = re.compile(r"^arn:(aws[a-z-]*)?:?")
_WILDCARD = re.compile(r"[*?]")
_DELETED = re.compile(r"AWS:A[A-Z]{3}[A-Z0-9]{12,}")
_ACCOUNT = re.compile(r"AWS:(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::.*)?")


@dataclass(frozen=True)
class Statement:
    """One statement, lists always lists. `number` counts from 1. `principals` are "*" (everyone) or texts like
    "AWS:arn:…"; None where the statement names none (identity policies)."""

    number: int
    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[str, ...] | None
    not_principals: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"


# -- grammar ---------------------------------------------------------------------------------------------------------


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
    for one in ("Resource", "Principal"):
        if one in raw and f"Not{one}" in raw:
            raise ValueError(f"statement {number} has both {one} and Not{one}")
    return Statement(
        number, raw["Effect"], _texts(raw, "Action"), _texts(raw, "NotAction"), _texts(raw, "Resource"), _texts(raw, "NotResource"),
        _principals(raw["Principal"]) if "Principal" in raw else None,
        _principals(raw["NotPrincipal"]) if "NotPrincipal" in raw else (),
        tuple(_conditions(raw.get("Condition", {}))),
    )  # fmt: skip


def _texts(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    if name not in raw:
        return ()
    entries = _listed(raw[name])
    if not entries or not all(isinstance(e, str) for e in entries):
        raise TypeError(f"{name}: a text or a list of texts was expected, not {raw[name]!r}")
    return tuple(entries)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _principals(value: Any) -> tuple[str, ...]:
    """`"*"`, `{"AWS": "*"}` and `{"*": "*"}` all say everyone."""
    if value == "*":
        return ("*",)
    if not isinstance(value, Mapping) or not value:
        raise TypeError(f"a principal was expected, not {value!r}")
    named = [(kind, name) for kind in value for name in _texts(value, kind)]
    return tuple("*" if name == "*" and kind.upper() in ("AWS", "*") else f"{kind}:{name}" for kind, name in named)


def _conditions(value: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    if not isinstance(value, Mapping):
        raise TypeError(f"Condition: a structure was expected, not {value!r}")
    for operator, keys in value.items():
        if not isinstance(keys, Mapping):
            raise TypeError(f"{operator}: a structure was expected, not {keys!r}")
        for key, values in keys.items():
            yield operator.lower(), key.lower(), tuple(_value(v) for v in _listed(values))


def _value(value: Any) -> str:
    if not isinstance(value, (str, bool, int, float)):
        raise TypeError(f"a condition has the value {value!r}")
    return str(value).lower() if isinstance(value, bool) else str(value)


# -- who is let in -----------------------------------------------------------------------------------------------------


def allows_everyone(statement: Statement) -> bool:
    """Whether an Allow of a resource policy names everyone as its principal (or everyone but somebody)."""
    but_somebody = bool(statement.not_principals) and "*" not in statement.not_principals
    return statement.allows and ("*" in (statement.principals or ()) or but_somebody)


def accounts_named(principals: Iterable[str]) -> set[str]:
    """The accounts of the AWS principals among these. Raises ValueError for an AWS principal that names no account. A unique id
    stands for one that was deleted: it is nobody."""
    found = set()
    for principal in principals:
        if principal.startswith("AWS:") and not _DELETED.fullmatch(principal):
            match = _ACCOUNT.fullmatch(principal)
            if match is None:
                raise ValueError(f"the policy names {principal}, which is in no account")
            found.add(match[1])
    return found


def is_limited(statement: Statement) -> bool:
    """Whether a condition says who may come, or from where: all conditions must hold, so one that does is enough.

    Operators that exclude (…Not…) limit nobody, nor do those that hold when the key is missing (…IfExists,
    ForAllValues:), unless a Null condition demands the key."""
    demanded = {
        key for operator, key, values in statement.conditions if operator == "null" and {v.lower() for v in values} == {"false"}
    }
    return any(_pins(condition, demanded) for condition in statement.conditions)


def _pins(condition: Condition, demanded: set[str]) -> bool:
    operator, key, values = condition
    holds_without_key = operator.endswith("ifexists") or operator.startswith("forallvalues:")
    if not values or (holds_without_key and key not in demanded):
        return False
    bare = operator.removeprefix("forallvalues:").removeprefix("foranyvalue:").removesuffix("ifexists")
    if key == _ADDRESS:
        return bare == "ipaddress" and _narrow(values)
    fixed = _FIXED.get(bare)
    return key in _WHO and fixed is not None and all(fixed(v) for v in values)


def _narrow(values: tuple[str, ...]) -> bool:
    """Whether no range is too wide, and all together leave out at least half of the addresses."""
    networks = {ipaddress.ip_network(v, strict=False) for v in values}
    share = {version: sum(2.0**-n.prefixlen for n in networks if n.version == version) for version in _WIDEST}
    return all(n.prefixlen >= _WIDEST[n.version] for n in networks) and max(share.values()) < 1 / 2


def _fixed_text(value: str) -> bool:
    """A text compared as it stands. A variable of the resource is known; one of the caller is whatever he brings."""
    return bool(value) and re.search(r"\$\{(?!aws:resource)", value, re.IGNORECASE) is None


def _fixed_arn(value: str) -> bool:
    """Whether an ARN, whose six parts are compared one by one, names an account, or a bucket (their names are unique)
    or another resource whose ARN has no account."""
    parts = value.split(":", 5)
    if len(parts) < 6 or not _fixed_text(value):
        return False
    _, _, service, _, account, resource = parts
    if account and _WILDCARD.search(account) is None:
        return True
    owner = account or resource
    if service == "s3":  # arn:aws:s3:*:*:example is a bucket's, arn:aws:s3:*:*:accesspoint/example anybody's
        head = resource.partition("/")[0]
        owner = "" if account and head in _S3_KINDS else head
    return bool(owner) and _WILDCARD.search(owner) is None


def _fixed_pattern(value: str) -> bool:
    """Whether a pattern, whose `*` also runs over colons, begins with something that only one owner has."""
    start = _WILDCARD.split(value, maxsplit=1)[0]
    if start == value or not _fixed_text(value):
        return _fixed_text(value)
    if value.startswith("arn:"):
        parts = value.split(":", 5)
        return _fixed_arn(value) and (parts[2] == "s3" or start.count(":") >= 5)
    return re.match(r"(?!arn:)[\w-]+[:/]", start) is not None  # o-example/…, AROAEXAMPLE:…


_FIXED: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "stringequals": _fixed_text,
        "stringequalsignorecase": _fixed_text,
        "stringlike": _fixed_pattern,
        "arnequals": _fixed_arn,
        "arnlike": _fixed_arn,
    }
)


def open_to_everyone(document: Document) -> list[str]:
    """A sentence for each statement of a resource policy that lets everyone in without a condition that says who.

    Raises ValueError where that hangs on a condition key that is not understood."""
    every = statements(document)
    doors = [s for s in every if allows_everyone(s) and not is_limited(s)]
    strange = {s.number: k for s in doors for _, k, _ in s.conditions if _UNDERSTOOD.match(k) is None}
    if strange and len(strange) == len(doors):
        number, key = next(iter(strange.items()))
        raise ValueError(f"statement {number} allows everyone under the condition {key}, which may or may not say who")
    return [
        f"statement {s.number} of {len(every)} allows {_whom(s)} {', '.join(s.actions) or 'all but ' + ', '.join(s.not_actions)}"
        for s in doors
        if s.number not in strange
    ]


def _whom(statement: Statement) -> str:
    return f"everyone but {', '.join(statement.not_principals)}" if statement.not_principals else "everyone"


def denies_without_tls(statement: Statement) -> bool:
    """Whether a Deny keeps everyone out who does not come over TLS, under no other condition; what it denies is not looked at."""
    return (
        statement.effect == "Deny"
        and "*" in (statement.principals or ())
        and bool(statement.actions)
        and all(
            _IF_FALSE.fullmatch(operator) and key == "aws:securetransport" and "false" in {v.lower() for v in values}
            for operator, key, values in statement.conditions
        )
    )


# -- what is allowed ---------------------------------------------------------------------------------------------------


def covers(pattern: str, action: str) -> bool:
    """Whether the pattern of an Action takes in the action: case does not matter, `*` and `?` are wildcards."""
    return fnmatchcase(action.lower(), pattern.lower().replace("[", "[[]"))


def covers_all(pattern: str, start: str) -> bool:
    """Whether the pattern takes in everything that begins so, as `s3:*` and `*` do with all that begins with "s3:"."""
    return pattern.endswith("*") and covers(pattern, start + "\0")


def grants(statement: Statement, action: str) -> bool:
    """Whether an Allow covers the action, e.g. "iam:PassRole", on whatever resources."""
    return statement.allows and takes_in(statement, action)


def takes_in(statement: Statement, action: str) -> bool:
    """Whether the statement, be it an Allow or a Deny, covers the action on whatever resources."""
    if statement.not_actions:
        return not any(covers(pattern, action) for pattern in statement.not_actions)
    return any(covers(pattern, action) for pattern in statement.actions)


def on_everything(statement: Statement) -> bool:
    """Whether the statement reaches every resource, or every one but some."""
    if statement.not_resources:
        return not any(_every_resource(r) for r in statement.not_resources)
    return any(_every_resource(r) for r in statement.resources)


def _every_resource(resource: str) -> bool:
    return _EVERYTHING.fullmatch(_PARTITION.sub("", resource)) is not None


def full_admin(document: Document) -> list[str]:
    """A sentence for each statement that allows every action, or all but some, on everything.

    A condition does not make it another grant: it is still everything for whoever fulfils it, and the sentence says so."""
    every = statements(document)
    return [
        f"Allow {_what(s)} on {_where(s)}{' under conditions' if s.conditions else ''} in statement {s.number} of {len(every)}"
        for s in every
        if s.allows and _every_action(s) and on_everything(s)
    ]


def _every_action(statement: Statement) -> bool:
    """Every action, or all but some; NotAction * leaves none."""
    if statement.not_actions:
        return not any(_EVERYTHING.fullmatch(a) for a in statement.not_actions)
    return any(_EVERYTHING.fullmatch(a) for a in statement.actions)


def _what(statement: Statement) -> str:
    return f"everything but {', '.join(statement.not_actions)}" if statement.not_actions else "*"


def _where(statement: Statement) -> str:
    return f"everything but {', '.join(statement.not_resources)}" if statement.not_resources else "*"
