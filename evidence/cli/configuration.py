"""`evidence.toml`: what a user sets for every pack, checked when it is read. Only the file that was named is read."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evidence.errors import EvidenceError
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements


class Configuration(BaseModel):
    """`parameters`: requirement id → {parameter: value}, management's own thresholds and lists.

    [parameters."iam.users.key-age"]
    days = 60
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    parameters: dict[str, dict[str, Any]] = {}


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
    return found
