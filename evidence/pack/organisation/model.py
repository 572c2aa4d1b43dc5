"""What an organisation's pack says: its sums as JSON, and the accounts' packs that it names."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.assessment.model import (
    AcceptanceStatus,
    AwsSide,
    Cell,
    Conclusion,
    ProgramFacts,
    RequirementResult,
    RunFacts,
    ServiceInUse,
)
from evidence.assessment.together import AccountSums, Organisation
from evidence.management.model import Statements
from evidence.pack.as_json import as_json
from evidence.pack.described import of_dataclass

SCHEMA = 1
NAME = "organisation.json"
ACCOUNTS, ORGANISATION = "accounts", "organisation"
"""The folders beside each other: one with a pack for each account, and the pack over all."""


@dataclass(frozen=True)
class Packed:
    """The pack of one account: its id, its evidence root, and the SHA-256 of its SHA256SUMS."""

    account: str
    id: str
    evidence_root: str
    sha256sums: str

    @property
    def folder(self) -> str:
        return f"{ACCOUNTS}/{self.account}"


@dataclass(frozen=True)
class ControlAccounts:
    """How many accounts, judged alone, have which conclusion for a control."""

    program: str
    control: str
    accounts: Mapping[str, int]


@dataclass(frozen=True)
class LeftOff:
    """How many entries of a result's list (unread, gone, lists, only_ours, only_theirs) are counted here and not named: each
    account's own pack names all of its."""

    requirement: str
    variant: str
    list: str
    entries: int


@dataclass(frozen=True)
class Summary:
    """report/organisation.json: the results of all accounts together. Members, exceptions, calls not answered, environments and ages
    of access keys stand in the accounts' packs; `accounts` says how many each has."""

    schema: int
    run: RunFacts
    programs: tuple[ProgramFacts, ...]
    requirements: tuple[RequirementResult, ...]
    conclusions: tuple[Conclusion, ...]
    controls: tuple[ControlAccounts, ...]
    coverage: tuple[Cell, ...]
    acceptances: tuple[AcceptanceStatus, ...]
    aws_side: AwsSide
    services: tuple[ServiceInUse, ...]
    accounts: tuple[AccountSums, ...]
    left_off: tuple[LeftOff, ...]
    management: Statements


def summary_of(o: Organisation) -> Summary:
    controls = (ControlAccounts(c.program, c.control, n) for c, n in zip(o.conclusions, o.said, strict=True))
    left = (LeftOff(*key, name, n) for key, lists in sorted(o.left_off.items()) for name, n in sorted(lists.items()) if n)
    return Summary(
        SCHEMA, o.run, o.programs, o.requirements, o.conclusions, tuple(controls), o.coverage, o.acceptances, o.aws_side, o.services,
        o.accounts, tuple(left), o.management,
    )  # fmt: skip


def organisation_json(organisation: Organisation) -> bytes:
    """The same organisation gives the same bytes: what `evidence verify` compares."""
    return as_json(summary_of(organisation))


def organisation_schema() -> bytes:
    return of_dataclass(Summary)
