"""The published JSON Schema of ticket.json, which follows from the values themselves: `ticket.schema.json` beside this file."""

from importlib.resources import files

from evidence.pack.described import of_dataclass
from evidence.pack.ticket.model import Ticket


def schema_json() -> bytes:
    """As it is published."""
    return files("evidence.pack.ticket").joinpath("ticket.schema.json").read_bytes()


def described(kind: type = Ticket) -> bytes:
    """As it follows from `Ticket`, or from what else is described so: what is published has to be this, byte for byte."""
    return of_dataclass(kind)
