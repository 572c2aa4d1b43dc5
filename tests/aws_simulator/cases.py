"""One outcome of an operation, and where in a world it is looked up."""

from dataclasses import dataclass, field
from typing import Any

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
            return cls(data.get("when") or {}, None, Error(error["code"], error.get("status", 400), error.get("message", "")))
        return cls(data.get("when") or {}, data["answer"])

    def to_dict(self) -> dict[str, Any]:
        """The case as it stands in a world's file."""
        outcome = {"error": self.error._asdict()} if self.error else {"answer": self.answer}
        return {"when": self.when, **outcome} if self.when else outcome
