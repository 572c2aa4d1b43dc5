"""What management states: who answers for the pack, what it says of exceptions, what it accepted, what it hands in by hand.

Values only, checked when they are made; dates are days in UTC. They judge nothing: an accepted exception stays an exception.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from typing import Annotated, Any, Protocol

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from evidence.populations.tags import Tags

_CHECKED = ConfigDict(extra="forbid", str_strip_whitespace=True)
Said = Annotated[str, Field(min_length=1)]
"""A text that somebody has to fill in."""


class Resource(Protocol):
    """What a statement can name: one resource under one requirement."""

    @property
    def requirement(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def arn(self) -> str: ...


@dataclass(frozen=True, config=_CHECKED)
class Person:
    """Somebody who answers for something, and their title or role."""

    name: str
    title: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.title)))


@dataclass(frozen=True, config=_CHECKED)
class People:
    """Who prepared, reviewed and approved the pack; None where nobody was named. Nobody reviews their own work."""

    preparer: Person | None = None
    reviewer: Person | None = None
    approver: Person | None = None


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class About:
    """Which exceptions a statement is about: of one requirement, those whose id or ARN is like one of `members` (`*` stands for
    anything), in one of `accounts`, that carry all of `tags` ({key: pattern of the value}); any may be left out, not all."""

    requirement: str
    members: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def tagged(self) -> tuple[str, ...]:
        """The tags as people write them: ("stage=prod*",)."""
        return tuple(f"{key}={pattern}" for key, pattern in sorted(self.tags.items()))

    def covers(self, resource: Resource, tags: Tags | None = None) -> bool | None:
        """Whether this is about the resource; None where its tags decide that and are not known. `tags` are the resource's, None
        where they were not read."""
        if resource.requirement != self.requirement or (self.accounts and resource.account not in self.accounts):
            return False
        if self.members and not any(
            fnmatchcase(text, pattern) for pattern in self.members for text in (resource.id, resource.arn) if text
        ):
            return False
        answers = [_carries(tags, key, pattern) for key, pattern in self.tags.items()]
        return False if False in answers else None if None in answers else True


def _carries(tags: Tags | None, key: str, pattern: str) -> bool | None:
    """Whether the tag is there with such a value; None where that is not known."""
    if tags is None:
        return None
    if key not in tags:
        return False
    value = tags[key]
    return True if pattern == "*" else None if value is None else fnmatchcase(value, pattern)


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class Response(About):
    """Management's response to exceptions: who owns them, why they came about, what is done until when."""

    owner: Said
    response: Said
    cause: str = ""
    effect: str = ""
    due: dt.date | None = None
    ticket: str = ""
    opened: dt.date | None = None


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class Acceptance(About):
    """Exceptions that a person signed off until a day: the judgement stays an exception, shown as accepted. After `expires` it
    no longer counts. The approver is not the owner."""

    id: Said
    reason: Said
    owner: Said
    approver: Said
    opened: dt.date
    expires: dt.date
    compensating_control: str = ""
    ticket: str = ""

    def in_force(self, day: dt.date) -> bool:
        return self.opened <= day <= self.expires


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class Document:
    """A document handed in by hand for controls ("soc2-2017:CC1.1"): who gave it, when it was received, for which period.

    `file` is its path under evidence/manual/; `sha256` (hex) and `bytes` are of the file as handed in."""

    file: str
    title: str
    provider: str
    received: dt.date
    controls: tuple[str, ...]
    period: str = ""
    sha256: str = ""
    bytes: int = 0


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class Wanted:
    """Something still to be handed in for a control: what, by whom, until when."""

    control: str
    what: str
    owner: str = ""
    due: dt.date | None = None


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class Seen:
    """An exception that an earlier run shows too: since when (that run's end, UTC, ISO 8601) and in which run."""

    requirement: str
    variant: str
    partition: str
    account: str
    region: str
    type: str
    id: str
    since: str
    run: str


@dataclass(frozen=True, config=_CHECKED, kw_only=True)
class Statements:
    """Everything that management states for one pack. `parameters`: requirement id → {parameter: value}; `stands_on`:
    environment id → ARNs; `earlier`: what earlier runs showed of today's exceptions."""

    people: People = field(default_factory=People)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stands_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    responses: tuple[Response, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    documents: tuple[Document, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    earlier: tuple[Seen, ...] = ()


NOTHING = Statements()
