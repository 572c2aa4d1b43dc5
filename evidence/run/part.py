"""One account of a finished run, as a run: its own scope, answers, chains and calls, and what it may know of the other accounts.

It is judged, packed and verified like any run, and says of which run it is a part."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar

from evidence.errors import EvidenceError
from evidence.run.answer import ENDINGS
from evidence.run.run import PartOf, Run, RunFacts
from evidence.run.store import Store

T = TypeVar("T")
SHARED = "shared.json"
"""What an account may know of the others; see evidence.populations.shared."""
RUN = "run.json"


def parts_of(kept: RunFacts, shared: str, run_json: bytes) -> dict[str, RunFacts]:
    """What run.json of each account in scope says, by its id: `shared` is the digest of its shared.json, `run_json` the whole run's.
    Calls and redactions are not counted yet."""
    in_scope = [a for a in kept.scope.accounts if a.status == "in scope"]
    part = PartOf(hashlib.sha256(run_json).hexdigest(), kept.id, len(in_scope), shared)
    return {
        a.id: replace(
            kept,
            scope=replace(kept.scope, accounts=(a,)),
            segments=kept.segments.of_account(a.id),
            calls={},
            redactions={},
            part=part,
        )
        for a in in_scope
    }


def part_of(run: Run, facts: RunFacts, shared: bytes) -> Run:
    """The account of these facts as a run, out of the run that holds its answers. Nothing can be kept in it."""
    (account,) = facts.scope.accounts
    ends = run.ends(account.id)
    calls = {ending: ends.calls.get(ending, 0) for ending in ENDINGS}
    counted = replace(facts, calls=calls, redactions=dict(sorted(ends.redactions.items())))
    return Run(_Part(run.store, account.id, {RUN: counted.to_json(), SHARED: shared}), counted, run.where)


def shared_in(run: Run) -> bytes:
    """What a part keeps of the other accounts. Raises EvidenceError where it is not what run.json names."""
    found = run.store.read(SHARED) if run.store.exists(SHARED) else b""
    if run.facts.part is None or hashlib.sha256(found).hexdigest() != run.facts.part.shared:
        raise EvidenceError(
            f"{run.where}/{SHARED} is missing, or not the one that {RUN} names.", "Get the pack again from whoever made it."
        )
    return found


class _Part:
    """The answers of one account in a store, with its own run.json and shared.json. Read only."""

    def __init__(self, store: Store, account: str, own: dict[str, bytes]) -> None:
        self._store, self._under, self._own = store, f"answers/{account}", own

    def names(self, under: str = "") -> Iterator[str]:
        inside = self._store.names(self._under)
        yield from sorted(n for n in (*inside, *self._own) if not under or n == under or n.startswith(f"{under}/"))

    def read(self, name: str) -> bytes:
        return self._own[name] if name in self._own else self._store.read(self._checked(name))

    def exists(self, name: str) -> bool:
        return name in self._own or (name.startswith(f"{self._under}/") and self._store.exists(name))

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
        if not name.startswith(f"{self._under}/"):
            raise KeyError(f"{name} is not of this account")
        return name

    def _fixed(self) -> EvidenceError:
        return EvidenceError("One account of a finished run is only read.", "Collect into a run of its own.")
