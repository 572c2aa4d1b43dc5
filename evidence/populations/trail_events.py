"""Which events a trail records, read from its event selectors, classic or advanced.

A trail records what any of its selectors selects. What cannot be read raises: a gap, never a yes or no.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

READ, WRITE = "read", "write"
_BOTH = frozenset({READ, WRITE})
_CLASSIC = {"All": _BOTH, "ReadOnly": frozenset({READ}), "WriteOnly": frozenset({WRITE})}
_EVERY_BUCKET = re.compile(r"arn:[^:]+:s3(:::)?")
S3_OBJECTS = "AWS::S3::Object"


@dataclass(frozen=True)
class Selected:
    """Management events (`data` empty), or data events of one type of resource, that one selector selects.

    `left_out` says in words what the selector leaves out; `spared` are the services whose events it leaves out, None where
    it leaves out others too."""

    data: str
    access: frozenset[str]
    left_out: tuple[str, ...] = ()
    spared: frozenset[str] | None = frozenset()


def missing_management(selectors: Mapping[str, Any]) -> list[str]:
    """What of the account's management events the selectors leave out; nothing where all are recorded."""
    return _missing(selected(selectors), "", "management events", (READ, WRITE))


def missing_changes(selectors: Mapping[str, Any], service: str) -> list[str]:
    """What of the changes made through one service ("iam.amazonaws.com") the selectors leave out: a trail that spares
    another service's events records them all the same."""
    these = [s for s in selected(selectors) if not s.data and WRITE in s.access]
    if any(s.spared is not None and service not in s.spared for s in these):
        return []
    return _missing(these, "", f"management events of {service}", (WRITE,))


def missing_s3(selectors: Mapping[str, Any], access: str) -> list[str]:
    """What of the reads (or writes) of objects in all buckets the selectors leave out."""
    return _missing(selected(selectors), S3_OBJECTS, "S3 object events", (access,))


def _missing(found: Sequence[Selected], data: str, noun: str, wanted: Sequence[str]) -> list[str]:
    out: list[str] = []
    for access in wanted:
        these = [s for s in found if s.data == data and access in s.access]
        if not these:
            out.append(f"{access} {noun} are not recorded")
        elif all(s.left_out for s in these):
            out.append(f"{access} {noun} are recorded in part: {'; '.join(these[0].left_out)}")
    return out


def selected(selectors: Mapping[str, Any]) -> list[Selected]:
    """Reads the answer to GetEventSelectors. AWS sends one of its two lists; neither or both cannot be read."""
    classic, advanced = selectors.get("EventSelectors"), selectors.get("AdvancedEventSelectors")
    if bool(classic) == bool(advanced):
        raise ValueError("a trail has classic event selectors or advanced ones, not both and not neither")
    found = (s for c in classic for s in _classic(c)) if classic else (_advanced(a) for a in advanced or ())
    return [s for s in found if s is not None]


def _classic(selector: Mapping[str, Any]) -> Iterator[Selected]:
    access = _CLASSIC[selector["ReadWriteType"]]
    if _flag(selector["IncludeManagementEvents"]):
        spared = tuple(selector.get("ExcludeManagementEventSources") or ())
        yield Selected("", access, tuple(f"{source} is excluded" for source in spared), frozenset(spared))
    for resource in selector.get("DataResources") or ():
        everything = any(_EVERY_BUCKET.fullmatch(value) for value in resource["Values"])
        limited = () if everything else ("only " + ", ".join(resource["Values"]),)
        yield Selected(resource["Type"], access, limited, None if limited else frozenset())


def _advanced(selector: Mapping[str, Any]) -> Selected | None:
    """All field selectors must hold: each one beyond category, type and read-or-write narrows."""
    fields = [(field["Field"], field) for field in selector["FieldSelectors"]]
    (category,) = [_equals(field) for name, field in fields if name == "eventCategory"]
    if category not in (["Management"], ["Data"]):
        return None
    types = [_equals(field) for name, field in fields if name == "resources.type"]
    if (category == ["Data"]) != (len(types) == 1) or any(len(t) != 1 for t in types):
        raise ValueError("an advanced selector of data events names one type of resource")
    access: frozenset[str] = _BOTH
    left_out = []
    spared: frozenset[str] | None = frozenset()
    for name, field in fields:
        if name == "readOnly":
            access &= {READ if _word(value) else WRITE for value in _equals(field)}
        elif name not in ("eventCategory", "resources.type") and not _whole(name, field):
            left_out.append(_narrowed(name, field))
            only_sources = name == "eventSource" and set(_operators(field)) == {"NotEquals"}
            spared = spared | frozenset(field["NotEquals"]) if only_sources and spared is not None else None
    return Selected(types[0][0] if types else "", access, tuple(left_out), spared)


def _operators(field: Mapping[str, Any]) -> dict[str, list[str]]:
    return {operator: list(values) for operator, values in field.items() if operator != "Field" and values}


def _equals(field: Mapping[str, Any]) -> list[str]:
    operators = _operators(field)
    if set(operators) != {"Equals"}:
        raise ValueError(f"{field['Field']} is selected by {', '.join(operators) or 'nothing'}, not by Equals")
    return operators["Equals"]


def _whole(name: str, field: Mapping[str, Any]) -> bool:
    """Whether the field narrows nothing: an ARN that starts as every bucket's does."""
    values = _operators(field)
    return name == "resources.ARN" and set(values) == {"StartsWith"} and any(map(_EVERY_BUCKET.fullmatch, values["StartsWith"]))


def _narrowed(name: str, field: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {operator} {' or '.join(values)}" for operator, values in _operators(field).items())


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is no boolean")
    return value


def _word(value: str) -> bool:
    return {"true": True, "false": False}[value]
