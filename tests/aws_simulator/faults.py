"""What goes wrong, as data: which requests a fault is for, and what becomes of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import Any

KINDS = (
    "denied", "throttled", "expired", "not_opted_in", "unsupported", "http_500",  # the service's own error
    "cut_between_pages",  # pages before `page` (1 where it is not given) are answered, no later one ever is
    "cut_body",  # the Content-Length of the whole, half of the bytes, and a clean close
    "cut_body_consistent",  # half of the bytes, and a Content-Length that agrees with them
    "cut_chunked",  # half of the bytes as one chunk, and a clean close where the next should begin
    "malformed",  # status 200 and a body that is none of the protocol
    "reset",  # the connection is reset before a byte is sent
    "slow",  # answered, `seconds` later
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request that the bench received: whose, where, which call, and which page of it. `region` is as signed."""

    account: str | None
    region: str
    service: str
    operation: str
    parameters: dict[str, Any]
    access_key: str
    session_token: str | None
    page: int
    request_id: str


@dataclass
class Fault:
    """One thing that goes wrong, with every request that agrees with all fields that are not None.

    `after` lets so many of them pass first, `times` ends it. `Fault("expired", access_key=KEY, after=5)` is a
    credential that expires after five calls, until its holder comes with another. `code`, `status`, `message`, `body` and
    `retry_after` (a header) stand in for what the service would say; `drop` answers with a dropped connection. `matches` may look at the
    whole request.
    """

    kind: str
    account: str | None = None
    region: str | None = None
    service: str | None = None
    operation: str | None = None
    when: dict[str, Any] | None = None
    page: int | None = None
    access_key: str | None = None
    session_token: str | None = None
    times: int | None = None
    after: int = 0
    code: str | None = None
    status: int | None = None
    message: str | None = None
    body: bytes | None = None
    retry_after: str | None = None
    seconds: float = 1.0
    drop: bool = False
    matches: Callable[[Request], bool] | None = None
    met: int = field(default=0, init=False, compare=False)
    """How many requests agreed with it so far; `fired` of them went wrong."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of fault is called {self.kind!r}: {', '.join(KINDS)}")

    @property
    def fired(self) -> int:
        """How many requests it has spoilt."""
        return min(max(self.met - self.after, 0), self.met if self.times is None else self.times)

    def agrees(self, request: Request) -> bool:
        """Whether the request is one that this fault is for, now or before it began or after it ended."""
        names = ("account", "region", "service", "operation", "access_key", "session_token")
        if any(getattr(self, name) not in (None, getattr(request, name)) for name in names):
            return False
        if self.kind == "cut_between_pages":
            if request.page < (1 if self.page is None else self.page):
                return False
        elif self.page not in (None, request.page):
            return False
        if self.when and not subset(self.when, request.parameters):
            return False
        return self.matches is None or self.matches(request)

    def strikes(self, request: Request) -> bool:
        """Whether it spoils this request, which is counted."""
        if not self.agrees(request):
            return False
        self.met += 1
        return self.met > self.after and (self.times is None or self.met <= self.after + self.times)

    def to_dict(self) -> dict[str, Any]:
        """The fault as data, without the fields that say nothing."""
        if self.matches:
            raise ValueError("a fault with a predicate cannot be written down as data")
        given = {f.name: (getattr(self, f.name), f.default) for f in fields(self) if f.init}
        return {name: value for name, (value, default) in given.items() if value != default}


def subset(when: dict[str, Any], parameters: dict[str, Any]) -> bool:
    """Whether the parameters say all that `when` says."""
    return all(name in parameters and parameters[name] == value for name, value in when.items())


def striking(faults: Iterable[Fault], request: Request) -> tuple[Fault | None, float]:
    """The first fault that spoils the request, and the seconds that slow ones before it add."""
    seconds = 0.0
    for fault in list(faults):
        if fault.strikes(request):
            if fault.kind != "slow":
                return fault, seconds
            seconds += fault.seconds
    return None, seconds
