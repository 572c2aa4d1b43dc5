"""What happens on the wire for the call in flight: one `Attempt` for each HTTP exchange, noted by botocore's events."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from evidence.run.answer import Answer, Attempt

Clock = Callable[[], dt.datetime]


def stamp(moment: dt.datetime) -> str:
    """UTC, ISO 8601, with a Z."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


@dataclass
class Exchange:
    """The call that this thread is making, and its attempts so far. `kept` is the recorded answer when a run is replayed."""

    service: str
    operation: str
    now: Clock
    kept: Answer | None = None
    page: int = 1
    attempts: list[Attempt] = field(default_factory=list)
    _started: str | None = None
    _status: int | None = None
    _headers: Mapping[str, str] = field(default_factory=dict)

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
