"""What a sheet is: its columns, its rows, and where its cells lead. Values only; how they look is `look`'s."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

ROWS, LINKS = 1_048_576, 65_530
"""The most rows, and links, that Excel takes in a sheet."""
SEVERAL = 200
"""Names in one cell; of more, the cell says how many and where they are."""


@dataclass(frozen=True)
class Heading:
    """A column: its head, its width in characters, and what it holds.

    text, mono    text; `mono` for identifiers
    term, word    a term that is explained; a word of a fixed vocabulary, told apart by its look
    number, date  whole numbers; days
    fill          tinted, for whoever the head names: what they stated, or blank. `choices` are offered
    day           the same for a day
    like          the head of the column whose word decides this column's look too
    bar           a bar behind the number shows how large it is
    """

    text: str
    width: float
    kind: Literal["text", "mono", "term", "word", "number", "date", "fill", "day"] = "text"
    choices: tuple[str, ...] = ()
    like: str = ""
    bar: bool = False

    @property
    def tinted(self) -> bool:
        return self.kind in ("fill", "day")


@dataclass(frozen=True)
class Link:
    """A cell that leads to a row of another sheet (from 1; 0 is its top), or to a file of the pack (its path there). A text that
    takes several lines is not linked: LibreOffice would show it as one."""

    text: str | int
    sheet: str = ""
    row: int = 0
    file: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows` are made while they are written, and only once.

    frozen    columns that stay in view, and are printed again where the sheet prints on two pages side by side
    turn      the head of the column with which the second of these pages begins
    totals    head → sum of that column, known without its rows: printed above the head
    links     cells that lead somewhere, at most; where Excel does not take so many, none does
    none      the title where there is no row
    tall      rows have room for a signature
    """

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: Iterator[Sequence[Any]]
    frozen: int = 1
    turn: str = ""
    totals: Mapping[str, int] = field(default_factory=dict)
    links: int = 0
    none: str = "none"
    tall: bool = False


@dataclass(frozen=True)
class Imprint:
    """What a workbook says of itself.

    title, entity  in its properties, as of `as_of`
    where          under the name of every sheet, the line that leads to the sheet `home`
    label, ident   in every footer
    root           from the workbook's folder to the one from which links to files are named: "../", or "" where it is the same
    """

    title: str
    entity: str
    as_of: dt.datetime
    where: str
    label: str
    ident: str
    home: str
    root: str


@dataclass(frozen=True)
class Written:
    """A sheet that was written, with its rows counted; `linked` is false where it has too many links for Excel."""

    name: str
    title: str
    rows: int
    linked: bool = True


def fits(links: int) -> bool:
    """Whether Excel takes so many links in a sheet, beside the one that leads back to README."""
    return links < LINKS


def number(text: str, width: float) -> Heading:
    return Heading(text, width, "number")


def several(texts: Sequence[str], all_in: str = "report/results.json") -> str:
    """One line for each; of very many, how many more there are, and in which file."""
    more = [f"and {len(texts) - SEVERAL:,} more, in {all_in}"] if len(texts) > SEVERAL else []
    return "\n".join([*texts[:SEVERAL], *more])
