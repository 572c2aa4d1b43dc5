"""botocore's service models, as far as anything in them may be asked: EC2's has more than eight hundred operations, of which we declare some thirty.

A client is made of all that its model holds, for each service and Region: cut down, models and clients take a third of the memory, and
making a client half of the time. What is not declared is then not there; that it is refused too is the wall's (evidence.aws.wall).
"""

import gzip
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import JSONFileLoader, create_loader

from evidence.aws.wall import allowed_by
from evidence.services import asks

Operations = frozenset[tuple[str, str]]
"""(service, operation) as botocore names them."""


@cache
def loader(data_path: str | None, allowed: Operations) -> Any:
    """botocore's loader, which holds the models once they are parsed: all sessions of a process that may ask the same share it."""
    made = create_loader(data_path)
    made.file_loader = _Models(allowed)
    return made


def model_of(service: str) -> Mapping[str, Any]:
    """botocore's description of a service, which its clients share; empty where botocore has none."""
    try:
        found: Mapping[str, Any] = loader(None, allowed_by(asks())).load_service_model(service, "service-2", api_version=None)
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return found


class _Models(JSONFileLoader):
    """Reads the files of botocore's models as botocore does, but by a parser that is several times as fast, and cuts those of services
    down. They lie in SERVICE/VERSION/service-2.json; what botocore adds to some lies beside them, and is read after them."""

    def __init__(self, allowed: Operations) -> None:
        self._allowed = allowed
        self._cut: dict[str, dict[str, Any]] = {}

    def load_file(self, file_path: str) -> Any:
        for end, opened in ((".json", open), (".json.gz", gzip.open)):
            if Path(file_path + end).is_file():
                with opened(file_path + end, "rb") as file:
                    read = orjson.loads(file.read())
                *_, service, _, name = Path(file_path).parts
                if name == "service-2":
                    read = self._cut[service] = cut(read, {operation for of, operation in self._allowed if of == service})
                elif name == "service-2.sdk-extras":
                    for part in ("operations", "shapes"):
                        added = read["merge"].get(part, {})
                        read["merge"][part] = {one: added[one] for one in added.keys() & self._cut[service][part].keys()}
                return read
        return None


def cut(model: dict[str, Any], operations: Collection[str]) -> dict[str, Any]:
    """The model with these operations, and with that by which a client finds endpoints; the shapes that these name; without prose."""
    kept = {name: of for name, of in model["operations"].items() if name in operations or of.get("endpointoperation")}
    every, shapes, left = model["shapes"], dict[str, Any](), list[Any]([kept])
    while left:
        part = left.pop()
        if isinstance(part, list):
            left += part
        elif isinstance(part, dict):
            if isinstance(part.get("documentation"), str):  # a member of that name is described by an object
                del part["documentation"]
            name = part.get("shape")
            if isinstance(name, str) and name in every and name not in shapes:
                shapes[name] = every[name]
                left.append(every[name])
            left += part.values()
    return {**model, "operations": kept, "shapes": shapes, "documentation": ""}
