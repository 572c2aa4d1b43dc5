"""Where was looked: accounts, their Regions and the period, as kept in `run.json`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

RegionStatus = Literal["asked", "out of scope", "not enabled"]
AccountStatus = Literal["in scope", "out of scope", "not active"]
NOT_ASKED = "not asked"
BUDGET_SPENT = "the budget of requests was spent before everything was asked"


@dataclass(frozen=True)
class Account:
    """One account. `regions` says for every Region of the partition whether it was asked; `ending` is how the account
    itself ended: "answered", the ending of the call by which we tried to enter it, or "not asked"; `seen` the evidence ids
    of the answers (AssumeRole, GetCallerIdentity, DescribeRegions) that say so.

    status       "in scope"; of other members of the organisation "out of scope" (others were named) or "not active"
    state        what AWS Organizations calls the account's state (ACTIVE, SUSPENDED …); empty where it was not asked
    role         ARN of the role by which the account was entered, or refused us; empty for our own account
    session      the name of the role's session
    external_id  whether an external id was sent with it, which itself is never kept
    since, until the time (UTC, ISO 8601) that is asked about besides the present; empty where only the present is
    unasked      calls known of that were not made since the budget of requests was spent: the run does not hold all it was to
    path         where AWS Organizations has the account: ids of the organisation, its root and its organisational units, outermost first,
                 as o-…/r-…/ou-…/ou-…; empty where it was not asked, or did not say
    payer        id of the account in scope whose bill this one is on, and that is asked for both; empty where each is asked for
                 itself, or nothing is asked of bills
    """

    id: str
    partition: str = "aws"
    name: str = ""
    principal: str = ""
    regions: Mapping[str, RegionStatus] = field(default_factory=dict)
    ending: str = "answered"
    seen: tuple[str, ...] = ()
    status: AccountStatus = "in scope"
    state: str = ""
    role: str = ""
    session: str = ""
    external_id: bool = False
    since: str = ""
    until: str = ""
    unasked: int = 0
    payer: str = ""
    path: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """Ids of the root and the organisational units that the account is in, outermost first."""
        return tuple(self.path.split("/")[1:])

    @property
    def shut(self) -> bool:
        """Whether the account is in scope and could not be entered: all of it is a gap."""
        return self.status == "in scope" and self.ending != "answered"

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(sorted(r for r, status in self.regions.items() if status == "asked"))


@dataclass(frozen=True)
class Scope:
    """What one run was asked to look at. `period` is like "2026-Q3"; `programs` are program ids; `organization` is the id of
    the organisation whose members `accounts` are, and `seen` the evidence ids of the answers that name them; `over_time` names
    what was asked of the time before the present: "history" (AWS Config's), "events" (CloudTrail's), "billing" (Cost Explorer's)."""

    accounts: tuple[Account, ...]
    programs: tuple[str, ...] = ()
    period: str = ""
    entity: str = ""
    prepared_by: str = ""
    organization: str = ""
    seen: tuple[str, ...] = ()
    over_time: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        accounts = [{**_said(a, _OPTIONAL), "regions": dict(a.regions), "seen": list(a.seen)} for a in self.accounts]
        return {**_said(self, ("organization", "seen", "over_time")), "accounts": accounts, "programs": list(self.programs)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Scope":
        accounts = tuple(Account(**{**a, "seen": tuple(a["seen"])}) for a in raw["accounts"])
        texts = {name: tuple(raw.get(name, ())) for name in ("programs", "seen", "over_time")}
        return cls(**{**raw, **texts, "accounts": accounts})


_OPTIONAL = ("status", "state", "role", "session", "external_id", "since", "until", "unasked", "payer", "path")


def _said(record: Account | Scope, optional: Collection[str]) -> dict[str, Any]:
    """The record's fields; of the optional ones those that differ from what is meant where they are left out."""
    usual = {f.name: f.default for f in fields(record)}
    return {name: value for name, value in vars(record).items() if name not in optional or value != usual[name]}
