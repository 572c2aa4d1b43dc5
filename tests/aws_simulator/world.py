"""What the bench's AWS looks like: accounts, and the full answer of every call in them. Pure data.

    {"accounts": {"012345678901": {
        "name": "shop", "access_keys": ["AKIA…"],
        "principal": "arn:aws:sts::012345678901:assumed-role/Auditor/alice",
        "regions": {"global": {"iam": {"GetAccountSummary": CASES}},
                    "eu-west-1": {"ec2": {"DescribeVolumes": CASES}}}}},
     "clock": "2026-09-30T23:00:00Z", "page_size": 100, "unlisted": "empty",
     "faults": [{"kind": "slow", "seconds": 0.1}]}

CASES is one full answer, never a page of one, or a list of `{"when": {…}, "answer": {…}}` and
`{"when": {…}, "error": {"code": …, "status": …, "message": …}}`: the first whose `when` is part of the call's
parameters counts, one without `when` fits any call. Times and bytes are tagged (see `typed`). An account with
`"like": "012345678901"` has nothing of its own and answers all that the other does, to its own access keys.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.aws_simulator import typed, validation
from tests.aws_simulator.cases import Case, Cases, is_global
from tests.aws_simulator.codes import Error
from tests.aws_simulator.faults import Fault
from tests.aws_simulator.wire import Call

Services = dict[str, dict[str, Cases]]


@dataclass
class Account:
    """One account: who may ask for it, as whom, and what there is in each Region (`global` is one).

    `like` is the account whose answers it gives in place of its own: thousands that are alike cost no more than one."""

    name: str
    access_keys: list[str]
    principal: str
    regions: dict[str, Services] = field(default_factory=dict)
    like: str = ""


@dataclass
class World:
    """All that the bench answers from. Change it by `put` and `fail`: the bench remembers what it has said."""

    accounts: dict[str, Account] = field(default_factory=dict)
    clock: dt.datetime | None = None
    page_size: int = 100
    unlisted: Literal["empty", "error"] = "empty"
    faults: list[Fault] = field(default_factory=list)
    credentials_expire: dt.datetime | None = None
    """When credentials that STS gives out end: an hour after they were, by the real clock, where it is not said."""
    version: int = field(default=0, compare=False)

    @classmethod
    def load(cls, path: str | Path) -> "World":
        """The world in a JSON file."""
        return cls.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "World":
        """The world from its JSON form."""
        if unknown := data.keys() - {"accounts", "clock", "page_size", "unlisted", "faults"}:
            raise ValueError(f"a world has no {sorted(unknown)}")
        data = typed.decode(data)
        clock = data.get("clock")
        return cls(
            {number: _account(number, account) for number, account in data["accounts"].items()},
            typed.utc(dt.datetime.fromisoformat(clock)) if clock else None,
            data.get("page_size", 100),
            data.get("unlisted", "empty"),
            [Fault(**fault) for fault in data.get("faults", [])],
        )

    def to_dict(self) -> dict[str, Any]:
        """The world in its JSON form."""
        accounts = {
            number: {
                "name": account.name, "access_keys": account.access_keys, "principal": account.principal,
                "regions": _each(account.regions, Cases.to_data), **({"like": account.like} if account.like else {}),
            }
            for number, account in self.accounts.items()
        }  # fmt: skip
        clock = typed.utc(self.clock).isoformat().replace("+00:00", "Z") if self.clock else None
        faults = {"faults": [fault.to_dict() for fault in self.faults]} if self.faults else {}
        data = {"accounts": accounts, "clock": clock, "page_size": self.page_size, "unlisted": self.unlisted, **faults}
        return {name: typed.encode(value) for name, value in data.items()}

    def account(self, number: str) -> Account:
        """The account of that number; made, with the access key `AKIA` and its number, where there is none yet."""
        return self.accounts.setdefault(number, _account(number, {}))

    def answering(self, number: str) -> str:
        """The account whose answers this one gives: itself, unless it is like another."""
        return self.accounts[number].like or number

    def put(
        self, account: str, region: str, service: str, operation: str, answer: dict[str, Any],
        when: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Let the call be answered so, in place of what the same `when` got before."""
        self._set(account, region, service, operation, Case(when or {}, typed.decode(typed.encode(answer))))

    def fail(
        self, account: str, region: str, service: str, operation: str, code: str, status: int = 400, message: str = "",
        when: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Let the call end in this error, in place of what the same `when` got before."""
        self._set(account, region, service, operation, Case(when or {}, None, Error(code, status, message)))

    def _set(self, account: str, region: str, service: str, operation: str, case: Case) -> None:
        operations = self.account(account).regions.setdefault(region, {}).setdefault(service, {})
        operations.setdefault(operation, Cases()).put(case)
        self.version += 1

    def find(self, account: str, region: str, call: Call) -> Case | None:
        """What the call ends in, None where the world does not say."""
        for place in ("global", region) if is_global(call.service, call.operation) else (region,):
            cases = self.accounts[self.answering(account)].regions.get(place, {}).get(call.service, {}).get(call.operation)
            if cases and (found := cases.find(call.parameters)):
                return found
        return None

    def operations(self) -> Iterator[validation.Said]:
        """Everything that the world says, operation by operation."""
        for number, account in self.accounts.items():
            for region, services in account.regions.items():
                for service, operations in services.items():
                    for operation, cases in operations.items():
                        yield validation.Said(number, region, service, operation, cases)

    def invalid(self) -> list[str]:
        """A sentence for each answer that AWS could not give by botocore's models, and each name they do not know."""
        return validation.invalid(self.operations())

    def doubtful(self) -> list[str]:
        """A sentence for each value that is not in its enumeration, which AWS may have grown since."""
        return validation.doubtful(self.operations())


def _account(number: str, data: dict[str, Any]) -> Account:
    regions = _each(data.get("regions", {}), Cases.from_data)
    principal = f"arn:aws:sts::{number}:assumed-role/Auditor/alice"
    keys = data.get("access_keys", [f"AKIA{number}"])
    return Account(data.get("name", number), keys, data.get("principal", principal), regions, data.get("like", ""))


def _each(regions: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """The same regions, services and operations with what is said of each operation changed."""
    return {
        region: {service: {name: change(said) for name, said in said_of.items()} for service, said_of in names.items()}
        for region, names in regions.items()
    }
