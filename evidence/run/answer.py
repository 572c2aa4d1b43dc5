"""A call, how it ended, and what came back: the unit that the run keeps and everything later reads.

Values keep their types through JSON by tags: `{"$time": ISO 8601 UTC}`, `{"$bytes": base64}`, `{"$decimal": digits}`,
`{"$float": repr}` for the three floats JSON lacks, and `{"$escaped": {...}}` for a dict that only looks like a tag.
"""

import base64
import datetime as dt
import decimal
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

import orjson

Ending = Literal["answered", "absent", "gone", "denied", "throttled", "unsupported", "expired", "failed"]
ENDINGS: tuple[str, ...] = get_args(Ending)
READ = frozenset({"answered", "absent", "gone"})
"""Endings that say something about the resource; any other leaves a gap."""
GLOBAL = "global"
"""Where answers of services without Regions stand (IAM, the list of buckets)."""

_TAGS = frozenset({"$time", "$bytes", "$decimal", "$float", "$escaped"})


def encode(value: Any) -> Any:
    """The JSON form of a parsed botocore value; text that UTF-8 cannot hold is kept with its escapes spelled out."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, dt.datetime):
        utc = value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return {"$time": utc.isoformat().replace("+00:00", "Z")}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, decimal.Decimal) or (isinstance(value, int) and not -(2**63) <= value < 2**64):
        return {"$decimal": str(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": repr(value)}
    if isinstance(value, Mapping):
        out = {_text(str(k)): encode(v) for k, v in value.items()}
        return {"$escaped": out} if len(out) == 1 and next(iter(out)) in _TAGS else out
    return value


def decode(value: Any) -> Any:
    """The inverse of `encode`; times come back as aware UTC datetimes."""
    if isinstance(value, dict):
        if len(value) == 1:
            ((tag, inner),) = value.items()
            if tag in _TAGS:
                return _untag(tag, inner)
        return {k: decode(v) for k, v in value.items()}
    if isinstance(value, list):
        return [decode(v) for v in value]
    return value


def _untag(tag: str, inner: Any) -> Any:
    if tag == "$time":
        return dt.datetime.fromisoformat(inner)
    if tag == "$bytes":
        return base64.b64decode(inner)
    if tag == "$decimal":
        # an exponent stays one: as a whole number "1e999999999" would fill the memory
        return int(inner) if inner.lstrip("-").isdecimal() else decimal.Decimal(inner)
    return float(inner) if tag == "$float" else {k: decode(v) for k, v in inner.items()}


def _text(value: str) -> str:
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def canonical(value: Any) -> bytes:
    """One spelling of a value: tagged JSON, keys sorted, no spaces. What digests are taken of."""
    spelled = _spelled_natively(value)
    return orjson.dumps(encode(value), option=orjson.OPT_SORT_KEYS) if spelled is None else spelled


def _spelled_natively(value: Any) -> bytes | None:
    """The same bytes from orjson's own walk, which takes a fraction of the time of `encode`. None where only `encode` tells: a float that
    JSON lacks comes out as null, a dict may look like a tag, and what orjson refuses may have a tag."""
    tags = 0

    def tagged(inner: Any) -> Any:
        nonlocal tags
        if not isinstance(inner, (dt.datetime, bytes, bytearray, decimal.Decimal)):
            raise TypeError
        tags += 1
        return encode(inner)

    try:
        spelled = orjson.dumps(value, default=tagged, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:
        return None
    return None if b"null" in spelled or spelled.count(b'{"$') != tags else spelled


@dataclass(frozen=True)
class Call:
    """One AWS API request as it is asked: `operation` in AWS's spelling (`DescribeVolumes`), `parameters` as sent
    (without page tokens), `region` as `eu-west-1` or `global`."""

    account: str
    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """What makes two calls the same call."""
        return canonical([self.account, self.region, self.service, self.operation, self.parameters]).decode()

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True)
class Attempt:
    """One HTTP exchange of a call. Times are UTC, ISO 8601; `date` is AWS's own `Date` header; `code` the error code."""

    page: int
    started: str
    ended: str
    status: int | None = None
    request_id: str | None = None
    date: str | None = None
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back for one call: the pages that were read whole (also when a later page was not), and how it ended."""

    call: Call
    ending: Ending
    pages: tuple[Mapping[str, Any], ...] = ()
    code: str | None = None
    message: str | None = None
    attempts: tuple[Attempt, ...] = ()
    principal: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the call and its value: the same answer has the same digest whenever it arrives."""
        return self._digest_with(canonical(self.pages))

    def _digest_with(self, pages: bytes) -> str:
        """The digest, of pages that are spelled already."""
        call = self.call
        value = [call.account, call.region, call.service, call.operation, call.parameters, self.ending, self.code]
        return hashlib.sha256(b"[%b,%b]" % (canonical(value), pages)).hexdigest()

    @property
    def id(self) -> str:
        """The evidence id printed in reports: the first 16 hex digits of the digest."""
        return self.digest[:16]

    @property
    def started(self) -> str:
        return self.attempts[0].started if self.attempts else ""

    @property
    def ended(self) -> str:
        return self.attempts[-1].ended if self.attempts else ""

    def to_line(self, chain: str) -> bytes:
        """The kept line, without its newline; `chain` is the SHA-256 of the whole line before it in the segment."""
        call, pages = self.call, canonical(self.pages)
        line = {
            "account": call.account, "region": call.region, "service": call.service, "operation": call.operation,
            "parameters": encode(call.parameters), "ending": self.ending, "pages": orjson.Fragment(pages),
            "code": self.code, "message": None if self.message is None else _text(self.message),
            "attempts": [_attempt_line(a) for a in self.attempts], "principal": self.principal,
            "id": self._digest_with(pages), "chain": chain,
        }  # fmt: skip
        return orjson.dumps(line, option=orjson.OPT_SORT_KEYS)

    @classmethod
    def from_line(cls, line: bytes | str) -> "Answer":
        """Reads a kept line. Raises ValueError where it is no answer."""
        try:
            raw = orjson.loads(line)
            call = Call(raw["account"], raw["region"], raw["service"], raw["operation"], decode(raw["parameters"]))
            attempts = tuple(Attempt(**a) for a in raw["attempts"])
            return cls(call, raw["ending"], tuple(decode(raw["pages"])), raw["code"], raw["message"], attempts, raw["principal"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a kept answer: {error!r}") from error


def ending_of(line: bytes) -> tuple[bytes, str]:
    """Which call a kept line answers (the same bytes for the same call) and how it ended; its pages are left alone. Raises ValueError
    where it is no answer."""
    try:
        raw = orjson.loads(line)
        call = [raw["account"], raw["region"], raw["service"], raw["operation"], raw["parameters"]]
        return orjson.dumps(call, option=orjson.OPT_SORT_KEYS), raw["ending"]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a kept answer: {error!r}") from error


def _attempt_line(attempt: Attempt) -> dict[str, Any]:
    line = {k: v for k, v in vars(attempt).items() if v is not None}
    return {k: _text(v) if isinstance(v, str) else v for k, v in line.items()}


def merged(pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One value out of an answer's pages: top-level lists are joined in order, anything else is the first page's."""
    out: dict[str, Any] = {}
    for page in pages:
        for key, value in page.items():
            if isinstance(value, list) and isinstance(out.get(key), list):
                out[key] = out[key] + value
            else:
                out.setdefault(key, value)
    return out
