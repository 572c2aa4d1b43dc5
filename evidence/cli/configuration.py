"""`evidence.toml`: what a user sets for every pack, checked when it is read. Only the file that was named is read."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evidence.assessment.named import check_named
from evidence.errors import EvidenceError
from evidence.management.model import People, Statements
from evidence.management.read import check_people, read_acceptances, read_manual, read_responses
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements
from evidence.services import populations

FILES = ("acceptances", "responses", "manual")
"""Keys that name management's files, each also a flag."""


class Configuration(BaseModel):
    """`parameters`: requirement id → {parameter: value}, management's own thresholds and lists. `stands_on`: environment id →
    ARNs of what no API links to it, a database outside of Elastic Beanstalk, say. `people`: who answers for the pack.
    `acceptances`, `responses`, `manual`: management's files, from the folder of this file on.

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
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameters: dict[str, dict[str, Any]] = {}
    stands_on: dict[str, tuple[str, ...]] = {}
    people: People = People()
    acceptances: Path | None = None
    responses: Path | None = None
    manual: Path | None = None

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
    own = {name: folder / value for name in FILES if (value := getattr(found, name)) is not None}
    given = {name: value for name, value in flags.items() if value is not None}
    check_people(found.people, str(path))
    return found.model_copy(update={**own, **given})


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
