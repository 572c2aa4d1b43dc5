"""The kept answers of a run, found by call: the newest answer of a call is the one that counts."""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from evidence.run.answer import READ, Answer, Call, merged
from evidence.run.scope import Account, Scope


class Answers:
    """All answers of a run by call. `values` are merged over pages once and shared."""

    def __init__(self, scope: Scope, answers: Iterable[Answer]) -> None:
        self.scope = scope
        self.accounts = {a.id: a for a in scope.accounts}
        self._by_key: dict[str, Answer] = {}
        for answer in answers:
            self._by_key.pop(answer.call.key, None)
            self._by_key[answer.call.key] = answer
        self._value = lru_cache(maxsize=4096)(self._merge)

    @cached_property
    def _shutting(self) -> dict[str, Answer]:
        shut = {id: account.id for account in self.scope.accounts if account.shut for id in account.seen}
        return {shut[a.id]: a for a in self if a.ending not in READ and a.id in shut} if shut else {}

    def shutting(self, account: Account) -> Answer | None:
        """The answer by which the account refused to be entered (AssumeRole, denied); None where none is kept."""
        return self._shutting.get(account.id)

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, call: Call) -> Answer | None:
        return self._by_key.get(call.key)

    def value(self, answer: Answer) -> dict[str, Any]:
        """The answer's value, its pages merged."""
        return self._value(answer.call.key)

    def _merge(self, key: str) -> dict[str, Any]:
        return merged(self._by_key[key].pages)
