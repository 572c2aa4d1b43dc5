"""How a requirement is said: one function over one population, read whole in one place.

    @requirement(
        "ec2.volumes.encrypted",
        says="Every EBS volume is encrypted.",
        why="A detached volume or a copied snapshot is then unreadable without the key.",
        logic="Encrypted is true.",
        covers=("DP-13",),
        fix="An existing volume cannot be encrypted in place: copy its snapshot encrypted, make a volume from the copy.",
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html",
    )
    def encrypted(volumes: Population) -> Truth:
        return volumes.encrypted.is_true()

The function gets the population its id names, then those of `uses` (those of `across` as they are in all accounts), then its
parameters by keyword.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from evidence.populations.cells import Truth

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "data_protection": "Data protection",
        "identity": "Identity and access management",
        "logging": "Logging and monitoring",
        "compliance_validation": "Compliance validation",
        "resilience": "Resilience",
        "infrastructure": "Infrastructure security",
        "vulnerability": "Configuration and vulnerability analysis",
        "best_practices": "Security best practices",
    }
)
"""The eight topics of the security chapter of the AWS Elastic Beanstalk guide, by the folder of their requirements."""


@dataclass(frozen=True)
class Parameter:
    """A threshold that a program or management may set: its default, what it means, and where the default comes from.

    `choices` are the only values there are (or members, of a list). A list whose default is not empty may not be emptied:
    a requirement that looks for nothing would always hold.
    """

    default: Any
    says: str
    source: str = ""
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Applies:
    """Which members a requirement can apply to at all, and what to say of the others. Unknown eligibility is a gap.

    `test` gets the same arguments as the requirement (population, then `uses`), of its parameters only those named in `given`.
    """

    test: Callable[..., Truth]
    otherwise: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """One statement that must hold for every member of a population. See the module's docstring.

    id       permanent: "<population>.<statement>"
    topic    the folder it lives in, a key of TOPICS
    says     the statement, one sentence
    why      what it is good for, one sentence
    logic    how it is judged, one sentence that is printed in the pack: exactly what the function does
    covers   rows of the requirement catalogue that it covers, wholly or in part
    applies  who it can apply to
    shows    further columns of the population that a report shows beside what was judged
    fix      how an exception is put right, in AWS CLI or console words
    source   AWS's page for the fields and defaults read
    across   those of `uses` that it looks up in all accounts of the organisation (within="accounts"): a small table of these is all
             that an account which is judged alone sees of the others. A join into any other population raises ValueError
    through  "environment" where the population is Elastic Beanstalk's own options, "account" where it is account-wide
    """

    id: str
    topic: str
    says: str
    why: str
    logic: str
    covers: tuple[str, ...]
    fix: str
    source: str
    judge: Callable[..., Truth]
    uses: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    applies: tuple[Applies, ...] = ()
    shows: tuple[str, ...] = ()
    across: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not set(self.across) <= set(self.uses):
            raise ValueError(f"{self.id}: what it looks up across accounts ({', '.join(self.across)}) must stand in `uses`")

    @property
    def over(self) -> str:
        return self.id.rpartition(".")[0]


def requirement(
    id: str,
    *,
    says: str,
    why: str,
    logic: str,
    covers: tuple[str, ...],
    fix: str,
    source: str,
    uses: tuple[str, ...] = (),
    parameters: Mapping[str, Parameter] | None = None,
    applies: tuple[Applies, ...] = (),
    shows: tuple[str, ...] = (),
    across: tuple[str, ...] = (),
    topic: str | None = None,
) -> Callable[[Callable[..., Truth]], Requirement]:
    """Makes a Requirement of the function below it. The topic is the folder of the module that defines the function;
    a requirement from outside the package names it."""

    def make(judge: Callable[..., Truth]) -> Requirement:
        folder = topic or next((part for part in reversed(judge.__module__.split(".")) if part in TOPICS), "")
        if folder not in TOPICS:
            raise ValueError(f"{id}: name its topic, one of {', '.join(TOPICS)}")
        return Requirement(
            id, folder, says, why, logic, covers, fix, source, judge, uses, dict(parameters or {}), applies, shows, across
        )  # fmt: skip

    return make
