"""The steps of a verification and how each can come out: the same numbers and titles in code, on screen, in README.txt and
on the PDF's verification page."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["done", "failed", "not done"]

TITLES: tuple[str, ...] = (
    "Compare the receipt",
    "Every file is unchanged",
    "No file was added or removed",
    "Who signed it",
    "When it was signed",
    "The root, the chains and the answers' own digests",
    "The same statement for machines",
    "The pack before this one",
    "The signed copies of the PDFs",
    "Who signed it off",
    "Judge the answers again",
)
RECEIPT, UNCHANGED, COMPLETE, SIGNED, TIMED, CHAINED, STATED, PREVIOUS, COPIED, SIGNED_OFF, JUDGED = range(len(TITLES))
ACCOUNTS, ACCOUNTS_TITLE = len(TITLES), "The packs of the accounts"
"""The step that only the pack of an organisation has."""


@dataclass(frozen=True)
class Checked:
    """One step: what it shows, how it came out, and a plain sentence for each thing found."""

    number: int
    title: str
    outcome: Outcome
    says: tuple[str, ...]


def done(number: int, *says: str) -> Checked:
    return Checked(number, TITLES[number], "done", says)


def failed(number: int, *says: str) -> Checked:
    return Checked(number, TITLES[number], "failed", says)


def not_done(number: int, *says: str) -> Checked:
    return Checked(number, TITLES[number], "not done", says)
