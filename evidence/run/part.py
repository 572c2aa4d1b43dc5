"""Some accounts of a finished run, as a run: their own scope, answers, chains and calls, and what they may know of the other accounts.

It is one account, or those of an organisational unit. It is judged, packed and verified like any run, and says of which run it is a part."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from evidence.errors import EvidenceError, few
from evidence.run.answer import ENDINGS
from evidence.run.run import PartOf, Run, RunFacts
from evidence.run.scope import Account, Scope
from evidence.run.store import Store

T = TypeVar("T")
SHARED = "shared.json"
"""What the accounts of a part may know of the others; see evidence.populations.shared."""
RUN = "run.json"
SHOWN = 20
"""Units that a sentence names."""


def parts_of(kept: RunFacts, shared: str, run_json: bytes) -> dict[str, RunFacts]:
    """What run.json of each account in scope says, by its id: `shared` is the digest of its shared.json, `run_json` the whole run's.
    Calls and redactions are not counted yet."""
    in_scope = [a for a in kept.scope.accounts if a.status == "in scope"]
    part = PartOf(hashlib.sha256(run_json).hexdigest(), kept.id, len(in_scope), shared)
    return {a.id: _facts(kept, [a], part) for a in in_scope}


def accounts_in(kept: RunFacts, unit: str) -> list[str]:
    """Ids of the accounts in an organisational unit (ou-…) or a root (r-…) and in the units below it, in scope or not. Raises EvidenceError
    where none is in scope."""
    inside = [a for a in kept.scope.accounts if unit in a.units]
    if not any(a.status == "in scope" for a in inside):
        raise EvidenceError(f"No account in scope of {kept.id} is in {unit}.", _units_there(kept.scope))
    return [a.id for a in inside]


def _units_there(scope: Scope) -> str:
    units = sorted({unit for account in scope.accounts if account.status == "in scope" for unit in account.units})
    if units:
        return f"Its accounts are in {few(units, SHOWN)}."
    return "The run does not know in which units accounts are: collect with --organization, which asks AWS Organizations."


def unit_of(kept: RunFacts, unit: str, accounts: Collection[str], shared: str, run_json: bytes) -> RunFacts:
    """What run.json of these accounts says, which are those of a unit; as `parts_of`."""
    in_scope = sum(a.status == "in scope" for a in kept.scope.accounts)
    inside = [a for a in kept.scope.accounts if a.id in accounts]
    return _facts(kept, inside, PartOf(hashlib.sha256(run_json).hexdigest(), kept.id, in_scope, shared, unit))


def _facts(kept: RunFacts, accounts: Sequence[Account], part: PartOf) -> RunFacts:
    segments = kept.segments.of_accounts(a.id for a in accounts)
    scope = replace(kept.scope, accounts=tuple(accounts))
    return replace(kept, scope=scope, segments=segments, calls={}, redactions={}, part=part)


def part_of(run: Run, facts: RunFacts, shared: bytes) -> Run:
    """The accounts of these facts as a run, out of the run that holds their answers. Nothing can be kept in it."""
    accounts = [account.id for account in facts.scope.accounts]
    calls, redactions = Counter[str](), Counter[str]()
    for account in accounts:
        ends = run.ends(account)
        calls.update(ends.calls)
        redactions.update(ends.redactions)
    counted = replace(facts, calls={ending: calls[ending] for ending in ENDINGS}, redactions=dict(sorted(redactions.items())))
    return Run(_Part(run.store, accounts, {RUN: counted.to_json(), SHARED: shared}), counted, run.where)


def shared_in(run: Run) -> bytes:
    """What a part keeps of the other accounts. Raises EvidenceError where it is not what run.json names."""
    found = run.store.read(SHARED) if run.store.exists(SHARED) else b""
    if run.facts.part is None or hashlib.sha256(found).hexdigest() != run.facts.part.shared:
        raise EvidenceError(
            f"{run.where}/{SHARED} is missing, or not the one that {RUN} names.", "Get the pack again from whoever made it."
        )
    return found


class _Part:
    """The answers of some accounts in a store, with their own run.json and shared.json. Read only."""

    def __init__(self, store: Store, accounts: Iterable[str], own: dict[str, bytes]) -> None:
        self._store, self._under, self._own = store, {f"answers/{account}" for account in accounts}, own

    def names(self, under: str = "") -> Iterator[str]:
        inside = chain.from_iterable(map(self._store.names, sorted(self._under)))
        yield from sorted(n for n in (*inside, *self._own) if not under or n == under or n.startswith(f"{under}/"))

    def read(self, name: str) -> bytes:
        return self._own[name] if name in self._own else self._store.read(self._checked(name))

    def exists(self, name: str) -> bool:
        return name in self._own or (self._has(name) and self._store.exists(name))

    def each(self, do: Callable[[str], T], names: Iterable[str]) -> Iterator[T]:
        return self._store.each(do, names)

    def entries(self, under: str = "") -> Iterator[str]:
        start = f"{under}/" if under else ""
        yield from sorted({name.removeprefix(start).partition("/")[0] for name in self.names(under)})

    def replace(self, name: str, data: bytes | Iterator[bytes]) -> None:
        raise self._fixed()

    def append(self, name: str, data: bytes) -> None:
        raise self._fixed()

    def cut(self, name: str, length: int) -> None:
        raise self._fixed()

    def hold(self, name: str) -> AbstractContextManager[None]:
        raise self._fixed()

    def _checked(self, name: str) -> str:
        if not self._has(name):
            raise KeyError(f"{name} is not of this part")
        return name

    def _has(self, name: str) -> bool:
        return "/".join(name.split("/")[:2]) in self._under

    def _fixed(self) -> EvidenceError:
        return EvidenceError("A part of a finished run is only read.", "Collect into a run of its own.")
