"""The tags of a population's members, for statements that name members by tag. Pure."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.population import Member, Population
from evidence.run.redaction import is_redacted
from evidence.services.declare import PopulationSpec

COLUMNS = ("tag_values", "tags")
"""The columns that may hold tags as AWS tells them, {"Key", "Value"}; the first that a population declares does."""
Tags = Mapping[str, str | None]
"""Key → value; None where the value was not kept in clear."""


def tag_column(spec: PopulationSpec) -> str | None:
    """The column that holds the tags of the population's members; None where they are not collected."""
    return next((name for name in COLUMNS if name in spec.columns), None)


def tags_of(population: Population) -> dict[Member, Tags]:
    """Member → its tags, none (`{}`) where the answer has none. A member whose tags could not be read is left out."""
    name = tag_column(population.spec)
    column = population.cells.get(name) if name else None
    if column is None:
        return {}
    out = {}
    for row, member in enumerate(population.members):
        if column._gaps[row] is None and (tags := _read(column._values[row])) is not None:
            out[member] = tags
    return out


def _read(value: Any) -> Tags | None:
    """A list of tags as AWS tells them; None for anything else, keys that stand twice included."""
    tags: dict[str, str | None] = {}
    for entry in () if value is None else value if isinstance(value, (list, tuple)) else (None,):
        key, said = (entry.get("Key"), entry.get("Value")) if isinstance(entry, Mapping) else (None, None)
        if not isinstance(key, str) or not isinstance(said, str) or key in tags:
            return None
        tags[key] = None if is_redacted(said) else said
    return tags
