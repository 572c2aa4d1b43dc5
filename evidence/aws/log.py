"""The structured log: one JSON object a line, for each call when it ends and for each account as it goes.

No parameter, no message and nothing that was answered is in it. Many processes may append to one file: a line is one write to a file
opened for appending, which POSIX puts at the end whole.
"""

import datetime as dt
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from evidence.aws.collect import Progress
from evidence.aws.conventions import attributes, milliseconds
from evidence.aws.endings import is_throttled
from evidence.errors import EvidenceError
from evidence.run.answer import READ, Answer, Attempt
from evidence.run.run import now as utc_now
from evidence.run.run import stamp
from evidence.run.scope import Account
from evidence.run.status import State

STDERR = "-"
_SEVERITY = {"INFO": 9, "WARN": 13, "ERROR": 17}
"""Severity numbers of OpenTelemetry's log data model."""


@dataclass(frozen=True)
class Log:
    """Lines to a file. `handle` is a file descriptor."""

    handle: int

    @classmethod
    def open(cls, name: str) -> "Log":
        """The file, made where it is not there yet, readable by its owner only; "-" is standard error. Raises EvidenceError."""
        if name == STDERR:
            return cls(os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2))
        try:
            return cls(os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise EvidenceError(
                f"The log {name} cannot be written ({error.strerror}).", "Name a file in a folder you own with --log."
            ) from error

    def write(self, event: str, severity: str, body: str, more: dict[str, Any], moment: dt.datetime) -> None:
        """One line. Raises OSError where it is not taken whole."""
        line = {
            "timestamp": stamp(moment), "severity_text": severity, "severity_number": _SEVERITY[severity], "event_name": event,
            "body": body, **more, "process.pid": os.getpid(),
        }  # fmt: skip
        data = orjson.dumps(line) + b"\n"
        if os.write(self.handle, data) != len(data):
            raise OSError("a line of the log was cut")

    def close(self) -> None:
        os.close(self.handle)


class AccountLog:
    """An observer: the lines of one account. It closes its file with the account's last line."""

    def __init__(self, log: Log, run: str, account: Account, now: Callable[[], dt.datetime] = utc_now, trace: str = "") -> None:
        self._log, self._now, self._account = log, now, account
        self._of: dict[str, Any] = {"evidence.run.id": run, "cloud.account.id": account.id}
        if trace:
            _, trace_id, span_id, flags = trace.split("-")[:4]
            self._of |= {"trace_id": trace_id, "span_id": span_id, "trace_flags": flags}

    def begun(self) -> None:
        self._say("evidence.account.started", "INFO", f"account {self._account.id} is being entered")

    def entered(self, account: Account) -> None:
        regions = ", ".join(account.asked) or "no Region"
        self._say("evidence.account.entered", "INFO", f"account {account.id} is asked in {regions}")

    def progressed(self, progress: Progress) -> None:
        """What is done and known stands in the status."""

    def answered(self, answer: Answer) -> None:
        call = answer.call
        throttled = answer.ending == "throttled" or any(map(is_throttled, answer.attempts))
        more = {**attributes(answer), "evidence.throttled": throttled, "evidence.attempts": [*map(_attempt, answer.attempts)]}
        severity = "INFO" if answer.ending in READ else "WARN"
        self._say("evidence.call", severity, f"{call.name} in {call.region} of {call.account}: {answer.ending}", **more)

    def ended(self, state: State, sentence: str) -> None:
        words = {"done": "done", "could not be entered": "refused"}.get(state, "cut_short")
        severity = "INFO" if state == "done" else "ERROR" if state == "cut short" else "WARN"
        said = f"account {self._account.id}: {state}" + (f". {sentence}" if sentence else "")
        self._say(f"evidence.account.{words}", severity, said, **{"evidence.state": state})
        self._log.close()

    def _say(self, event: str, severity: str, body: str, **more: Any) -> None:
        self._log.write(event, severity, body, {**self._of, **more}, self._now())


def _attempt(attempt: Attempt) -> dict[str, Any]:
    """One HTTP exchange."""
    said = {
        "page": attempt.page, "http.response.status_code": attempt.status, "error.type": attempt.code,
        "aws.request_id": attempt.request_id, "duration_ms": milliseconds(attempt),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}
