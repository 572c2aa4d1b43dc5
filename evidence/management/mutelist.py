"""A Prowler mutelist as acceptances that somebody has still to answer for.

Source: https://docs.prowler.com, "Mutelist": Accounts → Checks → Regions, Resources, Tags, Exceptions, Description. A mutelist silences
a check; an acceptance is of one requirement, by a named person, until a day. So what a mutelist does not say (owner, approver, days)
is left blank, and what an acceptance cannot say is left out, in a sentence: a draft covers nothing that was not muted.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from evidence.errors import EvidenceError
from evidence.populations.tags import tag_column
from evidence.programs.document import parsed
from evidence.requirements.declare import Requirement
from evidence.services.declare import PopulationSpec

_KNOWN = ("Regions", "Resources", "Tags", "Exceptions", "Description")
_MOST = 16
"""Acceptances into which alternatives of tags may be taken apart."""
_META = frozenset(".^$*+?{}[]\\|()")
_PLAIN = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Draft:
    """An acceptance as far as a mutelist says it; `check` is what was muted."""

    check: str
    requirement: str
    members: tuple[str, ...]
    accounts: tuple[str, ...]
    tags: Mapping[str, str]
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of a mutelist: drafts, and a sentence for each thing that was left out."""

    drafts: tuple[Draft, ...]
    left: tuple[str, ...]


@cache
def counterparts() -> Mapping[str, Sequence[str]]:
    """Prowler's check → the requirements that judge the same."""
    return dict(yaml.safe_load(files("evidence.management").joinpath("prowler_checks.yaml").read_bytes()))


def read_mutelist(path: Path, requirements: Mapping[str, Requirement], specs: Mapping[str, PopulationSpec]) -> Imported:
    """The drafts of a mutelist's file. Raises EvidenceError where it is none."""
    kind, needs = "a mutelist of Prowler", "It begins with Mutelist, and Accounts in it."
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path} could not be read: {error}.", "Name the mutelist's YAML file.") from error
    _, raw = parsed(text, str(path), kind, needs)
    accounts = raw["Mutelist"].get("Accounts") if isinstance(raw.get("Mutelist"), dict) else None
    if not isinstance(accounts, dict):
        raise EvidenceError(f"{path} is not {kind}.", needs)
    drafts: list[Draft] = []
    left: list[str] = []
    for account, checks in accounts.items():
        found = checks.get("Checks") if isinstance(checks, dict) else None
        for check, entry in found.items() if isinstance(found, dict) else ((None, None),):
            where = f"account {account!s}, {check!s}" if check is not None else f"account {account!s}"
            for one in _entry(str(account), str(check), entry, requirements, specs):
                if isinstance(one, Draft):
                    drafts.append(one)
                else:
                    left.append(f"{where}: {one}.")
    return Imported(tuple(drafts), tuple(left))


def _entry(
    account: str, check: str, entry: Any, requirements: Mapping[str, Requirement], specs: Mapping[str, PopulationSpec]
) -> Iterator[Draft | str]:
    """The drafts of one muted check, and why something of it, or all of it, is left out."""
    why = _refused(account, check, entry)
    if why:
        yield why
        return
    names = [(name, _names(name)) for name in entry["Resources"]]
    yield from (
        f"the resource {name!r} is no name that an acceptance can say as narrowly" for name, patterns in names if not patterns
    )
    members = tuple(dict.fromkeys(p for _, patterns in names for p in patterns))
    wanted = _tags(entry.get("Tags") or [])
    if wanted is None:
        yield f"the tags {entry['Tags']!r} cannot be said as a key and a value that it must have"
        return
    accounts = () if account == "*" else (account,)
    for id in counterparts()[re.sub("^lambda", "awslambda", check)] if members else ():
        if any(wanted) and tag_column(specs[requirements[id].over]) is None:
            yield f"it is limited by tags, and those of {requirements[id].over} are not collected"
            continue
        yield from (Draft(check, id, members, accounts, tags, str(entry.get("Description") or "")) for tags in wanted)


def _refused(account: str, check: str, entry: Any) -> str:
    """Why nothing of an entry can be an acceptance; "" where something may."""
    if not isinstance(entry, dict) or not all(isinstance(entry.get(k), list) for k in ("Regions", "Resources")):
        return "it is not as Prowler documents it, with Regions and Resources"
    strange = next((k for k in entry if k not in _KNOWN), None)
    for wrong, why in (
        (strange is not None, f"{strange!r} is not known here"),
        (account != "*" and not re.fullmatch(r"\d{12}", account), "that is no account of AWS"),
        (not _PLAIN.fullmatch(check), "it is of several checks, and an acceptance is of one requirement"),
        (re.sub("^lambda", "awslambda", check) not in counterparts(), "no requirement is known to judge the same"),
        (bool(entry.get("Exceptions")), "it has exceptions, which an acceptance cannot say"),
        ("*" not in entry["Regions"], "it is of some Regions only, which an acceptance cannot say"),
        (not isinstance(entry.get("Tags") or [], list), "its tags are no list"),
    ):
        if wrong:
            return why
    return ""


def _names(regex: Any) -> tuple[str, ...]:
    """The patterns of ids for a muted resource, none where they cannot say it, or only by saying more.

    Prowler looks for a regular expression anywhere in a resource's id, an acceptance names it whole: "ci-logs" is that id alone, and
    not "ci-logs-replica". A name looked for anywhere would be looked for in ARNs as well, and could cover more than was muted."""
    if regex in ("*", ".*"):
        return ("*",)
    parts = [_pattern(part) for part in regex.split("|")] if isinstance(regex, str) and _compiles(regex) else [None]
    return () if any(part is None or _is_loose(part) for part in parts) else tuple(filter(None, parts))


def _is_loose(pattern: str) -> bool:
    """Whether an ARN could be like the pattern where the id at its end is not."""
    begin, star, _ = pattern.partition("*")
    if begin:
        return bool(star) and "arn:".startswith(begin[:4])
    return pattern.endswith("*") or bool(set(pattern) & {"/", ":"})


def _compiles(regex: str) -> bool:
    """Prowler passes over what is no regular expression: it mutes nothing."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(f".{regex}" if regex.startswith("*") else regex)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _pattern(regex: str) -> str | None:
    """A pattern that matches nothing that the regular expression does not; None where there is no such pattern."""
    begins, ends = regex.startswith("^"), regex.endswith("$") and not regex.endswith("\\$")
    rest = regex.removeprefix("^")[: -1 if ends else None]
    rest = re.sub(r"^\*", ".*", rest) if not begins else rest
    rest = re.sub(r"(?<=[^.\\*])\*$", ".*", rest)  # "ci-*" is meant as "ci-.*", and that means no more than it
    out = ""
    while rest:
        if rest.startswith(".*"):
            out, rest = out + "*", rest[2:]
        elif rest[0] == "." or rest[0] not in _META:
            out, rest = out + rest[0], rest[1:]
        elif rest[0] == "\\" and rest[1:2] in tuple("./-:@=_ "):
            out, rest = out + rest[1], rest[2:]
        else:
            return None
    if not out.strip("*"):
        return None
    return f"{'*' if ends and not begins else ''}{out}{'*' if begins and not ends else ''}"


def _tags(items: Sequence[Any]) -> list[dict[str, str]] | None:
    """The ways in which a resource's tags satisfy all items, each "key=value", of which alternatives stand between bars."""
    choices = [
        [_tag(part.strip()) for part in item.split("|")] if isinstance(item, str) and _compiles(item) else [None]
        for item in items
    ]
    if items in (["*"], [".*"]):
        return [{}]
    ways: list[dict[str, str]] = [{}]
    for choice in choices:
        if None in choice or len(ways) * len(choice) > _MOST:
            return None
        pairs = [(way, tag) for way, tag in product(ways, choice) if tag is not None]
        if any(way.get(key, value) != value for way, (key, value) in pairs):
            return None
        ways = [{**way, key: value} for way, (key, value) in pairs]
    return ways


def _tag(text: str) -> tuple[str, str] | None:
    key, equals, value = text.partition("=")
    pattern = "*" if value in ("", "*", ".*") else _pattern(value) if not set(value) & {"^", "$"} else None
    known = _pattern(key) if not set(key) & {"^", "$", "*"} else None
    return (known, pattern) if equals and known and pattern else None


class _Blank(yaml.SafeDumper):
    """Writes what nobody said yet as nothing at all."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quoted so that what shows nothing (a next line, say) is written by its number."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, None if text.isprintable() else '"')


_Blank.add_representer(str, _text)
_Blank.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def written(drafts: Iterable[Draft], source: str) -> str:
    """acceptances.yaml, whose blanks somebody has to fill in. `source` says where the drafts are from, in one line."""
    lines = [
        f"# {source}",
        "# Each was muted by nobody in particular, and for ever. It counts once it has an owner, somebody else who approves it, the day on",
        "# which it was opened and an expiry. Take out what nobody will answer for. A name is a whole name here: where Prowler muted every",
        "# resource with it in its id, write * where more is meant.",
        "acceptances:",
    ]
    for number, draft in enumerate(drafts, 1):
        entry = {
            "id": f"M-{number:03}", "requirement": draft.requirement, "members": list(draft.members),
            **({"accounts": list(draft.accounts)} if draft.accounts else {}), **({"tags": dict(draft.tags)} if draft.tags else {}),
            "reason": draft.reason or None, "owner": None, "approver": None, "compensating_control": "", "opened": None, "expires": None,
        }  # fmt: skip
        text = yaml.dump([entry], Dumper=_Blank, sort_keys=False, allow_unicode=True, width=120)
        lines += [f"  # {draft.check}", "  " + text.rstrip("\n").replace("\n", "\n  "), ""]
    return "\n".join(lines).rstrip("\n") + "\n"
