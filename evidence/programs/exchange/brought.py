"""What an import brings: a program file's fields, and what a person must look at in it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from evidence.errors import EvidenceError, few
from evidence.programs.write import Document, written

UNSAID = "Not said yet: what a person must add to conclude on this control (policy, procedure, record, interview, sample)."
"""Stands in the file until somebody writes it: the loader takes no control of the customer's without."""


@dataclass(frozen=True)
class Brought:
    """`notes` say where it came from; `unmatched` each thing that has no counterpart here, and is lost unless a person acts."""

    document: Document
    notes: tuple[str, ...]
    unmatched: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lost = (f"Without a counterpart here: {line}" for line in self.unmatched)
        return written(self.document, [*self.notes, *lost])


def parsed_file(file: Path, kind: str) -> Any:
    """A JSON or YAML file as plain values. Raises EvidenceError, which calls the file `kind`."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{file} could not be read: {error.strerror or error}.", f"Name {kind}.") from error
    try:
        if file.suffix.lower() in (".yaml", ".yml"):
            return yaml.load(data, Loader=_Templates)
        return orjson.loads(data)
    except (ValueError, yaml.YAMLError) as error:
        first = str(error).splitlines()[0]
        raise EvidenceError(f"{file} is not {'JSON' if file.suffix.lower() == '.json' else 'JSON or YAML'}: {first}.", f"Name {kind}.") from error  # fmt: skip


class _Templates(yaml.SafeLoader):
    """Also reads CloudFormation's short functions (!Sub, !Ref) as their text: what they stand for is not known outside of a stack."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return f"!{suffix} {node.value}"
    return {f"!{suffix}": "not read"}


_Templates.add_multi_constructor("!", _function)


def header(id: str, name: str, edition: str, body: str, text: str) -> dict[str, Any]:
    """The fields on top of an imported program. AWS's side is for its owner to say."""
    return {"id": id, "name": name or id, "edition": edition or "as imported", "body": body or "not said", "text": text, "aws": {"attested": False}}  # fmt: skip


def numbered(names: Sequence[str]) -> list[str]:
    """A control id for each name: the number that it begins with where it has one that no other has, else C1, C2 …"""
    found = [_NUMBER.match(name.strip()) for name in names]
    numbers = Counter(m[1] for m in found if m)
    return [m[1] if m and numbers[m[1]] == 1 else f"C{n}" for n, m in enumerate(found, 1)]


_NUMBER = re.compile(r"((?:[A-Za-z]{1,5}[-.])?\d[A-Za-z0-9.()-]*)(?=[\s:]|$)")


def one_line(text: Any, most: int = 0) -> str:
    """The text on one line without what would be a comment or hidden, and no longer than `most` where that is given."""
    said = " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())
    return said if not most or len(said) <= most else said[: most - 1].rstrip() + "…"


def listed(ids: Iterable[str], most: int = 12) -> str:
    return few(list(ids), most)
