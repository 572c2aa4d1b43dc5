"""What happens on the wire for the call in flight: one `Attempt` for each HTTP exchange, noted by botocore's events."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from evidence.run.answer import Answer, Attempt

Clock = Callable[[], dt.datetime]


def stamp(moment: dt.datetime) -> str:
    """UTC, ISO 8601, with a Z."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


class Gate(Protocol):
    """What a request passes before it is signed, and what hears of its answer: `evidence.aws.pace.Gate`. `now` is UTC."""

    def wait(self) -> None: ...

    def heard(self, status: int | None, code: str | None, headers: Mapping[str, str], now: dt.datetime) -> None: ...


@dataclass
class Exchange:
    """The call that this thread is making, and its attempts so far. `kept` is the recorded answer when a run is replayed; each
    request is taken from the budget by `spend`, which raises Spent, and waits at the `gate`."""

    service: str
    operation: str
    now: Clock
    kept: Answer | None = None
    gate: Gate | None = None
    spend: Callable[[], None] | None = None
    page: int = 1
    attempts: list[Attempt] = field(default_factory=list)
    _started: str | None = None
    _status: int | None = None
    _headers: Mapping[str, str] = field(default_factory=dict)

    def about_to_sign(self) -> None:
        if self.spend is not None:
            self.spend()
        if self.gate is not None:
            self.gate.wait()

    def sent(self) -> None:
        self._started, self._status, self._headers = stamp(self.now()), None, {}

    def arrived(self, status: int, headers: Mapping[str, str]) -> None:
        self._status, self._headers = status, headers

    def ended(self, code: str | None = None, message: str | None = None, request_id: str | None = None) -> None:
        """Notes the attempt under way; does nothing where it is noted already."""
        if self._started is None:
            return
        headers = self._headers
        ids = (request_id, headers.get("x-amzn-requestid"), headers.get("x-amz-request-id"))
        found = next((i for i in ids if i), None)
        attempt = Attempt(self.page, self._started, stamp(self.now()), self._status, found, headers.get("date"), code, message)
        self.attempts.append(attempt)
        if self.gate is not None and self._status is not None:
            self.gate.heard(self._status, code, headers, self.now())
        self._started = None


_IN_FLIGHT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def in_flight(service: str, operation: str) -> Exchange | None:
    """The exchange of this thread, if it is about this very operation: fetching credentials makes calls of its own."""
    exchange = _IN_FLIGHT.get()
    return exchange if exchange is not None and (exchange.service, exchange.operation) == (service, operation) else None


@contextmanager
def noting(exchange: Exchange) -> Iterator[Exchange]:
    token = _IN_FLIGHT.set(exchange)
    try:
        yield exchange
    finally:
        _IN_FLIGHT.reset(token)


def wait_for_turn(operation_name: str, event_name: str, **_: Any) -> None:
    """Before each request is signed, and so before botocore's own retries too: a signature is to be young when it is sent."""
    exchange = _IN_FLIGHT.get()
    if exchange is not None and operation_name == exchange.operation:
        exchange.about_to_sign()


def note_sent(request: Any, event_name: str, **_: Any) -> None:
    exchange = _IN_FLIGHT.get()
    if exchange is not None and event_name.rpartition(".")[2] == exchange.operation:
        exchange.sent()


def note_arrived(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    exchange = in_flight(operation_model.service_model.service_name, operation_model.name)
    if exchange is not None:
        exchange.arrived(response_dict["status_code"], response_dict["headers"])


def note_ended(parsed_response: Any, exception: Exception | None, event_name: str, **_: Any) -> None:
    exchange = _IN_FLIGHT.get()
    if exchange is None or event_name.rpartition(".")[2] != exchange.operation:
        return
    if exception is not None:
        exchange.ended(type(exception).__name__, str(exception))
        return
    error = parsed_response.get("Error") or {}
    request_id = (parsed_response.get("ResponseMetadata") or {}).get("RequestId")
    exchange.ended(error.get("Code") or None, error.get("Message") or None, request_id)
