"""A compliance program as data: every control it has, and the requirements whose results speak for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Reach = Literal["full", "part", "context"]
Responsibility = Literal["aws", "shared", "customer"]


@dataclass(frozen=True)
class Mapped:
    """One requirement under a control: how far it reaches, with which parameters, and why where it is not plain."""

    id: str
    reach: Reach
    parameters: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Control:
    """One numbered demand. `adds` is what a person must add; `title` is in our own words for copyrighted texts."""

    id: str
    title: str
    responsibility: Responsibility
    requirements: tuple[Mapped, ...] = ()
    adds: str = ""
    group: str = ""


@dataclass(frozen=True)
class AwsSide:
    """What AWS itself shows for the program: whether it is attested, and which AWS Artifact report says so."""

    attested: bool
    artifact: str = ""
    note: str = ""


@dataclass(frozen=True)
class Program:
    id: str
    name: str
    edition: str
    body: str
    text: str
    aws: AwsSide
    controls: tuple[Control, ...]
    groups: Mapping[str, str] = field(default_factory=dict)
