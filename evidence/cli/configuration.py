"""`evidence.toml`: what a user sets for every pack, checked when it is read. Only the file that was named is read."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evidence.assessment.named import check_named
from evidence.errors import EvidenceError
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements


class Configuration(BaseModel):
    """`parameters`: requirement id → {parameter: value}, management's own thresholds and lists. `stands_on`: environment id →
    ARNs of what no API links to it, a database outside of Elastic Beanstalk, say.

    [parameters."iam.users.key-age"]
    days = 60

    [stands_on]
    "e-m4xq9k2ptz" = ["arn:aws:rds:eu-west-1:012345678901:db:orders"]
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    parameters: dict[str, dict[str, Any]] = {}
    stands_on: dict[str, list[str]] = {}


def read_configuration(path: Path | None) -> Configuration:
    """The configuration of this file; an empty one without a file. Raises EvidenceError."""
    if path is None:
        return Configuration()
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
