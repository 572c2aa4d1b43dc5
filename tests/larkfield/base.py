"""What every part of the sample world uses: the account, its Regions, moments, and a short way to say what AWS answers."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.aws_simulator import World

ACCOUNT, NAME = "012345678901", "larkfield-shop"
GOOD, BAD, HOME = "eu-west-1", "eu-central-1", "us-east-1"
REGIONS = (GOOD, BAD, HOME)
ENDS = {
    "2026-Q2": dt.datetime(2026, 6, 30, 22, 51, 7, tzinfo=dt.UTC),
    "2026-Q3": dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC),
}
"""When each quarter's collection ended."""
_quarter = ["2026-Q3"]
TAGS = [
    {"Key": "owner", "Value": '=HYPERLINK("http://example.com","click")'},
    {"Key": "note", "Value": "<script>alert(1)</script>"},
    {"Key": "ملاحظة", "Value": "متجر الكتب"},
    {"Key": "備考", "Value": "書店の本番環境"},
    {"Key": "unbroken", "Value": "x" * 250},
]
"""Tag values that a report must survive."""


@contextmanager
def seen_in(quarter: str) -> Iterator[dt.datetime]:
    """Within the block, days are counted back from the end of that quarter's collection."""
    _quarter.append(quarter)
    try:
        yield ENDS[quarter]
    finally:
        _quarter.pop()


def ago(days: float) -> dt.datetime:
    return ENDS[_quarter[-1]] - dt.timedelta(days=days)


def arn(service: str, region: str, what: str) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{what}"


def ident(prefix: str, name: str) -> str:
    """An id as EC2 makes them, the same for the same name: `vol-0` and 16 hexadecimal digits."""
    return f"{prefix}-0{digits(name)}"


def digits(name: str, length: int = 16) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:length]


def uuid(name: str) -> str:
    text = digits(name, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


class Place:
    """One Region of the account in the world."""

    def __init__(self, world: World, region: str) -> None:
        self.world, self.region = world, region

    def put(self, service: str, operation: str, answer: dict[str, Any], **when: Any) -> None:
        self.world.put(ACCOUNT, self.region, service, operation, answer, when or None)

    def fail(self, service: str, operation: str, code: str, status: int = 400, **when: Any) -> None:
        self.world.fail(ACCOUNT, self.region, service, operation, code, status, f"{code} on {operation}", when or None)
