"""What several commands share: the chosen programs, exit codes, and JSON on standard output."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from evidence.assessment.model import Assessment
from evidence.programs.load import given, program
from evidence.programs.model import Program

COMPLETE, EXCEPTIONS, GAPS = 0, 1, 3

# Text, not Path: that would take a slash from s3://.
RunAt = Annotated[str, typer.Argument(help="A finished run: its folder, or s3://bucket/prefix.", metavar="RUN")]
RunOrPack = Annotated[
    str, typer.Argument(help="A run (its folder, or s3://bucket/prefix), or the folder or .zip of a pack.", metavar="RUN|PACK")
]
EarlierRuns = Annotated[
    list[str] | None,
    typer.Option("--earlier", help="An earlier run: since when each exception is seen. Repeat it, in any order.", metavar="RUN"),
]


class FailOn(StrEnum):
    """What makes a command exit with 1."""

    nothing = "nothing"
    exceptions = "exceptions"


def named(words: list[str] | None) -> list[str]:
    """The ids of programs named by their id, or by their file where they are the user's own. Raises EvidenceError."""
    return [given(Path(word)).id if given_as_file(word) else word for word in words or []]


def given_as_file(word: str) -> bool:
    """Whether a program is named by its file."""
    return word.endswith((".yaml", ".yml"))


def chosen(ids: Iterable[str]) -> tuple[Program, ...]:
    """The programs with these ids, in the order given; an unknown one raises EvidenceError with the nearest name."""
    return tuple(program(id) for id in dict.fromkeys(ids))


def exit_code(assessment: Assessment, fail_on: FailOn) -> int:
    """0, 1 or 3: see `app`."""
    if fail_on is FailOn.exceptions and any(m.judgement == "exception" for m in assessment.members):
        return EXCEPTIONS
    unread = any(not r.population.complete or r.counts["gap"] for r in assessment.requirements)
    return GAPS if unread or assessment.failed_calls else COMPLETE


def print_json(value: Any) -> None:
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def counted(words: Sequence[str]) -> str:
    """ "2 exceptions, 1 incomplete": how often each word occurs, in the order of first occurrence."""
    return ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
