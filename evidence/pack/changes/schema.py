"""The published JSON Schema of changes.json, which follows from the values themselves: `changes.schema.json` beside this file."""

from importlib.resources import files

from evidence.assessment.comparison import Comparison
from evidence.pack.described import of_dataclass


def schema_json() -> bytes:
    """As it is published."""
    return files("evidence.pack.changes").joinpath("changes.schema.json").read_bytes()


def described() -> bytes:
    """As it follows from `Comparison`: what is published has to be this, byte for byte."""
    return of_dataclass(Comparison)
