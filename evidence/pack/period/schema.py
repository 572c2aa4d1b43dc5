"""The published JSON Schema of period.json, which follows from the values themselves: `period.schema.json` beside this file."""

from importlib.resources import files

from evidence.assessment.period.model import Period
from evidence.pack.described import of_dataclass


def schema_json() -> bytes:
    """As it is published."""
    return files("evidence.pack.period").joinpath("period.schema.json").read_bytes()


def described() -> bytes:
    """As it follows from `Period`: what is published has to be this, byte for byte."""
    return of_dataclass(Period)
