"""What an operation ends in, call by call, and where in a world that is looked up."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.aws_simulator import typed
from tests.aws_simulator.codes import Error

_GLOBAL_SERVICES = frozenset({"iam", "sts", "cloudfront", "route53", "organizations", "account"})


def is_global(service: str, operation: str) -> bool:
    """Whether a world may say under `global` what the operation answers in every Region."""
    return service in _GLOBAL_SERVICES or (service, operation) == ("s3", "ListBuckets")


@dataclass
class Case:
    """One outcome of an operation: the answer, or the error, to calls whose parameters include `when`."""

    when: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    error: Error | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Case":
        """The case as it stands in a world's file."""
        if error := data.get("error"):
            outcome = Error(error["code"], error.get("status", 400), error.get("message", ""))
            return cls(data.get("when") or {}, None, outcome)
        return cls(data.get("when") or {}, data["answer"])

    def to_dict(self) -> dict[str, Any]:
        """The case as it stands in a world's file."""
        outcome = {"error": self.error._asdict()} if self.error else {"answer": self.answer}
        return {"when": self.when, **outcome} if self.when else outcome


class Cases:
    """All outcomes of one operation. The first that fits a call counts; finding it takes no longer among thousands."""

    def __init__(self, cases: Iterable[Case] = ()) -> None:
        self._by_names: dict[tuple[str, ...], dict[str, tuple[float, Case]]] = {}
        self._next = 0
        for case in cases:
            self._add(case, self._next, instead=False)

    @classmethod
    def from_data(cls, data: Any) -> "Cases":
        """From a world's file: a list of cases, or the one answer to every call."""
        return cls(map(Case.from_dict, data) if isinstance(data, list) else [Case({}, data)])

    def to_data(self) -> Any:
        """As it stands in a world's file."""
        cases = list(self)
        if len(cases) == 1 and not cases[0].when and not cases[0].error:
            return cases[0].answer
        return [case.to_dict() for case in cases]

    def put(self, case: Case) -> None:
        """Add an outcome in place of that with the same `when`; the one that fits any call comes last."""
        self._add(case, self._next if case.when else math.inf, instead=True)

    def find(self, parameters: Mapping[str, Any]) -> Case | None:
        """The outcome of a call with these parameters, None where none fits."""
        found = [
            group[values]
            for names, group in self._by_names.items()
            if all(name in parameters for name in names) and (values := _values(names, parameters)) in group
        ]
        return min(found, key=lambda placed: placed[0])[1] if found else None

    def __iter__(self) -> Iterator[Case]:
        placed = (case for group in self._by_names.values() for case in group.values())
        return iter([case for _, case in sorted(placed, key=lambda placed: placed[0])])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cases) and list(self) == list(other)

    def _add(self, case: Case, place: float, *, instead: bool) -> None:
        names = tuple(sorted(case.when))
        group, values = self._by_names.setdefault(names, {}), _values(names, case.when)
        if values not in group:
            group[values] = (place, case)
            self._next += 1
        elif instead:
            group[values] = (group[values][0], case)


def _values(names: tuple[str, ...], parameters: Mapping[str, Any]) -> str:
    return typed.canonical([parameters[name] for name in names]) if names else ""
