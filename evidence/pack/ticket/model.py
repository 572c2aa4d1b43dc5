"""The ticket as values: what `ticket.json` holds, and what the other two texts print. Described by `ticket.schema.json`."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

SCHEMA = 1
MOST_ITEMS = 10
"""Items on a ticket; the others are counted, and stand in Results."""


@dataclass(frozen=True)
class Origin:
    """What the ticket was made from. Of a pack: its id, evidence root and the SHA-256 of its SHA256SUMS, in hex; all three are
    empty for a run that is in no pack."""

    pack: str = ""
    evidence_root: str = ""
    sums: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Counts:
    """Results over all requirements of the control: listed = meets + exceptions + gaps + not_applicable. Of the exceptions some
    are `accepted` and some `overdue`; `unread` lists are in none of these."""

    listed: int
    meets: int
    exceptions: int
    accepted: int
    overdue: int
    answered: int
    gaps: int
    not_applicable: int
    unread: int

    @property
    def judged(self) -> int:
        return self.meets + self.exceptions

    @property
    def open(self) -> int:
        return self.exceptions - self.accepted


@dataclass(frozen=True)
class Item:
    """One exception or gap. `number` is the exception's in the register (empty for a gap); `since` the end (UTC, ISO 8601) of the
    earliest run that shows it without a break, `days` the whole days from there to this run's end; `due` a day or empty."""

    number: str
    status: Literal["open", "accepted", "gap"]
    overdue: bool
    requirement: str
    variant: str
    resource: str
    account: str
    account_name: str
    region: str
    observed: str
    since: str
    days: int
    owner: str
    due: str
    response: str
    ticket: str
    acceptance: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Tested:
    """A requirement as the ticket cites it: what must hold, how it was tested, what came of it, and how it is put right."""

    id: str
    variant: str
    reach: str
    says: str
    why: str
    logic: str
    parameters: Mapping[str, Any]
    fix: str
    source: str
    population: str
    noun: str
    listed: int
    meets: int
    exceptions: int
    accepted: int
    gaps: int
    not_applicable: int
    unread: int
    second: str
    reason: str

    @property
    def bad(self) -> bool:
        """Whether something of it is an exception or could not be read."""
        return bool(self.exceptions or self.gaps or self.unread)


@dataclass(frozen=True)
class NotRead:
    """Calls that did not bring what the control needs. `number` is theirs among what was not collected; `actions` are the IAM
    actions that the reading role lacked where they were denied."""

    number: str
    account: str
    account_name: str
    regions: tuple[str, ...]
    call: str
    ending: str
    code: str
    lists: int
    resources: int
    actions: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """A raw answer: `id` its evidence id, `sha256` its own digest, of which the id is the beginning. `file` is where it lies in the
    ticket; empty where it does not fit in, and then it stands in the run or pack only."""

    id: str
    sha256: str
    call: str
    account: str
    region: str
    ending: str
    file: str


@dataclass(frozen=True)
class Ticket:
    """One control. `key` tells whether another ticket is about the same: program|control|period. `exceptions` are their numbers in
    the register, those that follow one another as "X-001 to X-003"."""

    key: str
    title: str
    program: str
    program_name: str
    edition: str
    control: str
    asks: str
    group: str
    responsibility: str
    reach: str
    time: str
    conclusion: str
    entity: str
    period: str
    as_of: str
    run: str
    timing: str
    scope: tuple[str, ...]
    origin: Origin
    says: tuple[str, ...]
    counts: Counts
    reconciled: str
    items: tuple[Item, ...]
    exceptions: tuple[str, ...]
    more_exceptions: int
    more_gaps: int
    requirements: tuple[Tested, ...]
    not_read: tuple[NotRead, ...]
    adds: tuple[str, ...]
    closes: str
    evidence: tuple[Cited, ...]
    schema: int = SCHEMA


def key_of(program: str, control: str, period: str) -> str:
    """ "soc2-2017|CC6.1|2026-Q3": the same for every rerun. Without a period, the day of the run's end stands for it."""
    return f"{program}|{control}|{period}"


def name_of(key: str) -> str:
    """The key as a name for folders and labels, "soc2-2017_CC6.1_2026-Q3": a digest tells apart what that makes alike."""
    plain = "_".join(re.sub(r"[^A-Za-z0-9.]+|\.\.+", "-", part).strip("-.") for part in key.split("|"))
    exact = plain.replace("_", "|") == key and len(plain) <= 80
    return plain if exact else f"{plain[:80].rstrip('_-.')}_{hashlib.sha256(key.encode()).hexdigest()[:8]}"
