"""IAM's credential report: a CSV text whose cells are texts of a small vocabulary, neither booleans nor dates."""

import csv
import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from evidence.services.declare import Column, Item, flag, time
from evidence.services.iam.asks import GET_CREDENTIAL_REPORT

ROOT = "<root_account>"
NO_DATE = frozenset({"N/A", "no_information", "not_supported"})
"""What stands in a date's place where there is no date: nothing to have one, nothing recorded, not kept for this user."""

Row = Mapping[str, str]


@lru_cache(maxsize=16)
def rows_of(content: bytes) -> tuple[Row, ...]:
    """The report's rows, root's among them. Raises ValueError or KeyError where it is no such report."""
    try:
        rows = tuple(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(f"the credential report is no CSV: {error}") from error
    if any(None in row or None in row.values() for row in rows):
        raise ValueError("a row of the credential report has more or fewer cells than its header")
    return rows


@lru_cache(maxsize=16)
def _by_arn(content: bytes) -> Mapping[str, Row]:
    return {row["arn"]: row for row in rows_of(content)}


def users(answer: Any) -> list[Item]:
    """The rows of IAM users: root's is none of them."""
    return [row for row in rows_of(answer["Content"]) if row["user"] != ROOT]


def of_user(item: Item, answer: Any) -> Row:
    """The row of a listed user. A user that the report does not know raises KeyError: a gap."""
    row = _by_arn(answer["Content"]).get(item["Arn"])
    if row is None:
        raise KeyError("the credential report has no row for this user")
    return row


def of_root(item: Item, answer: Any) -> Row:
    for row in rows_of(answer["Content"]):
        if row["user"] == ROOT:
            return row
    raise KeyError("the credential report has no row for root")


Find = Callable[[Item, Any], Row]


def flag_cell(find: Find, name: str, label: str) -> Column:
    """A cell that is true or false; `not_supported` and any other word is a gap."""
    return flag(of=GET_CREDENTIAL_REPORT, read=lambda item, answer: find(item, answer)[name], label=label)


def time_cell(find: Find, name: str, label: str) -> Column:
    """A cell that is a date, or absent where the report says that there is none; any other word is a gap."""

    def read(item: Item, answer: Any) -> str | None:
        cell = find(item, answer)[name]
        return None if cell in NO_DATE else cell

    return time(of=GET_CREDENTIAL_REPORT, read=read, label=label)


def _whole(item: Item, answer: Any) -> bool:
    more = of_user(item, answer).get("additional_credentials_info") or "N/A"
    if more not in NO_DATE:
        raise ValueError(f"the report does not show all credentials of this user: {more}")
    return True


whole_cell = flag(
    of=GET_CREDENTIAL_REPORT,
    read=_whole,
    label="report shows all keys",
    doc="The report has room for two access keys; where a user has more it says so, and nothing can be said of those.",
)
report_time = time("GeneratedTime", of=GET_CREDENTIAL_REPORT, label="report made")
