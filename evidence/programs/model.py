"""A compliance program as data: every control it has, and the requirements whose results speak for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Reach = Literal["full", "part", "context"]
Responsibility = Literal["aws", "shared", "customer"]


@dataclass(frozen=True)
class Mapped:
    """One requirement under a control: how far it reaches, with which parameters, and why where it is not plain.

    `baselines`: of a program with baselines, key → the parameters that this baseline demands instead."""

    id: str
    reach: Reach
    parameters: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    baselines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def within(self, key: str) -> "Mapped":
        """The same as this baseline demands it."""
        return replace(self, parameters={**self.parameters, **self.baselines.get(key, {})}, baselines={})


@dataclass(frozen=True)
class Control:
    """One numbered demand. `adds` is what a person must add; `title` is in our own words for copyrighted texts.

    `baselines` are the choices of the program's controls that it is in, where the program has any. `derived` are the controls of
    another program that it is made of ("nist-800-53-r5:AC-2"), from which its requirements come."""

    id: str
    title: str
    responsibility: Responsibility
    requirements: tuple[Mapped, ...] = ()
    adds: str = ""
    group: str = ""
    baselines: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttestedServices:
    """Which of the services collected from AWS's attestation covers, by their names in AWS's API: what AWS's page said on a day."""

    as_of: str
    page: str
    in_scope: tuple[str, ...]
    not_in_scope: tuple[str, ...] = ()

    def covers(self, service: str) -> Literal["in scope", "not in scope", "not known"]:
        if service in self.in_scope:
            return "in scope"
        return "not in scope" if service in self.not_in_scope else "not known"


@dataclass(frozen=True)
class AwsSide:
    """What AWS itself shows for the program: whether it is attested, which AWS Artifact report says so, and for which services."""

    attested: bool
    artifact: str = ""
    note: str = ""
    services: AttestedServices | None = None


@dataclass(frozen=True)
class Derives:
    """The program whose controls this one's are made of, and who says so: the source of the crosswalk."""

    program: str
    source: str


@dataclass(frozen=True)
class Program:
    """`baselines` (key → title) are choices of its controls, each a program of its own: see `baseline`.

    `withdrawn` are the numbers no longer in use, with where their demand went, in words."""

    id: str
    name: str
    edition: str
    body: str
    text: str
    aws: AwsSide
    controls: tuple[Control, ...]
    groups: Mapping[str, str] = field(default_factory=dict)
    baselines: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    derives: Derives | None = None


def baseline(program: Program, key: str) -> Program:
    """One baseline as a program: "nist-800-53-r5-moderate" has the controls of "nist-800-53-r5" that are in "moderate"."""
    controls = tuple(c for c in program.controls if key in c.baselines)
    used = {c.group for c in controls}
    return replace(
        program,
        id=f"{program.id}-{key}",
        name=f"{program.name}, {program.baselines[key]}",
        controls=tuple(replace(c, baselines=(), requirements=tuple(m.within(key) for m in c.requirements)) for c in controls),
        groups={group: title for group, title in program.groups.items() if group in used},
        baselines={},
        withdrawn={},
    )


def baselines(program: Program) -> tuple[Program, ...]:
    """Every baseline of the program, as programs."""
    return tuple(baseline(program, key) for key in program.baselines)
