"""Where was looked: accounts, their Regions and the period, as kept in `run.json`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RegionStatus = Literal["asked", "out of scope", "not enabled"]


@dataclass(frozen=True)
class Account:
    """One account in scope. `regions` says for every Region of the partition whether it was asked; `ending` is how the
    account itself ended: "answered", or the ending of the call by which we tried to enter it; `seen` the evidence ids of
    the answers (GetCallerIdentity, DescribeRegions) that say so."""

    id: str
    partition: str = "aws"
    name: str = ""
    principal: str = ""
    regions: Mapping[str, RegionStatus] = field(default_factory=dict)
    ending: str = "answered"
    seen: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(sorted(r for r, status in self.regions.items() if status == "asked"))


@dataclass(frozen=True)
class Scope:
    """What one run was asked to look at. `period` is like "2026-Q3"; `programs` are program ids."""

    accounts: tuple[Account, ...]
    programs: tuple[str, ...] = ()
    period: str = ""
    entity: str = ""
    prepared_by: str = ""

    def to_json(self) -> dict[str, Any]:
        accounts = [{**vars(a), "regions": dict(a.regions), "seen": list(a.seen)} for a in self.accounts]
        return {**vars(self), "accounts": accounts, "programs": list(self.programs)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Scope":
        accounts = tuple(Account(**{**a, "seen": tuple(a["seen"])}) for a in raw["accounts"])
        return cls(**{**raw, "accounts": accounts, "programs": tuple(raw["programs"])})
