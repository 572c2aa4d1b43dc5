"""`evidence.toml`: what a user sets for every pack, checked when it is read. Only the file that was named is read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evidence.assessment.named import check_named
from evidence.cli.common import given_as_file
from evidence.cli.entering import Entering
from evidence.errors import EvidenceError
from evidence.management.model import People, Statements
from evidence.management.read import check_people, read_acceptances, read_manual, read_responses
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements
from evidence.run.store import far
from evidence.services import populations

Table = TypeVar("Table", bound=BaseModel)


class Quarter(BaseModel):
    """What `evidence quarter` keeps to; each key is also a flag of it. Paths are from the folder of evidence.toml on.

    runs, packs     where runs and packs are kept: runs/2026-Q3/2026-09-30, packs/EVP-2026Q3-8c41d2aa; runs may be s3://bucket/prefix
    every_days      a run is due when the last is so many days old
    history, events, billing  what is asked of the time before the present: AWS Config's history, CloudTrail's events, the bill
    workers, scheduler, gentle, budget  where accounts are collected, and how fast is asked: as the options of `evidence collect`
    redaction_key   your own key file, so that changes of secrets show from run to run
    key, kms_key, tsa, pades, zip   how packs are sealed: as the options of `evidence pack`
    tsa_ca          the timestamp authority's root certificate, to check the timestamp at once
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    runs: str = "runs"
    packs: Path = Path("packs")
    every_days: Annotated[int, Field(ge=1)] = 7
    history: bool = False
    events: bool = False
    billing: bool = False
    workers: Annotated[int, Field(ge=0)] = 0
    scheduler: str = ""
    gentle: Annotated[float, Field(ge=0.01, le=1)] | None = None
    budget: Annotated[int, Field(ge=1)] | None = None
    redaction_key: Path | None = None
    key: Path | None = None
    kms_key: str = ""
    tsa: str = ""
    tsa_ca: Path | None = None
    pades: Path | None = None
    zip: bool = False

    @property
    def over_time(self) -> tuple[str, ...]:
        """As a run's scope says it."""
        return tuple(name for name in ("history", "events", "billing") if getattr(self, name))


class Configuration(BaseModel):
    """`parameters`: requirement id → {parameter: value}, management's own thresholds and lists. `stands_on`: environment id →
    ARNs of what no API links to it, a database outside of Elastic Beanstalk, say. `people`: who answers for the pack.
    `acceptances`, `responses`, `manual`: management's files, from the folder of this file on. `entity`, `programs`, `scope` and
    `quarter` are read by `evidence quarter`; a program of your own is named by its file, likewise from this folder on.

    entity = "Larkfield Books Ltd"
    programs = ["soc2-2017", "our-baseline.yaml"]
    acceptances = "acceptances.yaml"
    responses = "responses.yaml"
    manual = "manual"

    [people]
    preparer = {name = "A. Reader", title = "Platform engineering"}
    reviewer = {name = "J. Moreau", title = "Head of security"}

    [parameters."iam.users.key-age"]
    days = 60

    [stands_on]
    "e-m4xq9k2ptz" = ["arn:aws:rds:eu-west-1:012345678901:db:orders"]

    [scope]
    regions = ["eu-west-1"]
    organization = true
    role = "evidence-reader"

    [quarter]
    key = "audit-key"
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameters: dict[str, dict[str, Any]] = {}
    stands_on: dict[str, tuple[str, ...]] = {}
    people: People = People()
    acceptances: Path | None = None
    responses: Path | None = None
    manual: Path | None = None
    entity: str = ""
    programs: tuple[str, ...] = ()
    scope: Entering = Entering()
    quarter: Quarter = Quarter()

    def statements(self) -> Statements:
        """What management states, its files read. Raises EvidenceError."""
        known, specs = requirements(), populations()
        documents, wanted = read_manual(self.manual) if self.manual else ((), ())
        return Statements(
            people=self.people,
            parameters=dict(sorted(self.parameters.items())),
            stands_on=dict(sorted(self.stands_on.items())),
            responses=read_responses(self.responses, known, specs) if self.responses else (),
            acceptances=read_acceptances(self.acceptances, known, specs) if self.acceptances else (),
            documents=documents,
            wanted=wanted,
        )


def read_configuration(path: Path | None, **flags: Path | None) -> Configuration:
    """The configuration of this file (an empty one without a file), with the flags that were given instead of its keys. Raises
    EvidenceError."""
    found = _from(path) if path is not None else Configuration()
    folder = path.parent if path is not None else Path()
    check_people(found.people, str(path))
    programs = tuple(str(folder / word) if given_as_file(word) else word for word in found.programs)
    runs = found.quarter.runs if far(found.quarter.runs) else str(folder / found.quarter.runs)
    quarter = _from_folder(found.quarter, folder).model_copy(update={"runs": runs})
    found = found.model_copy(update={"programs": programs, "quarter": quarter})
    return with_flags(_from_folder(found, folder), flags)


def with_flags(table: Table, flags: Mapping[str, Any]) -> Table:
    """The same with the flags that were given instead of its keys; None, an empty text or list is a flag that was not."""
    return table.model_copy(update={name: value for name, value in flags.items() if value not in (None, "", [], ())})


def _from_folder(table: Table, folder: Path) -> Table:
    """Its paths, from the folder of the file on."""
    paths = {name: folder / value for name in type(table).model_fields if isinstance(value := getattr(table, name), Path)}
    return table.model_copy(update=paths)


def _from(path: Path) -> Configuration:
    try:
        found = Configuration.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(
            f"The configuration {path} could not be read: {error}.", "Check the path; the file is UTF-8 text."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise EvidenceError(f"{path} is not TOML: {error}.", "Correct the line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise EvidenceError(
            f"{path}: {where}: {first['msg']}.", 'It knows tables like [parameters."iam.users.key-age"].'
        ) from error
    check_parameters(found.parameters, requirements(), str(path))
    check_named(found.stands_on, str(path))
    return found
