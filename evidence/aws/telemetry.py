"""OpenTelemetry: spans run → account → call, and metrics, where the standard OTEL_* environment asks for them and `evidence[otel]` is
installed. Without both nothing of it is imported.

Spans and metrics leave this machine for the endpoint that is named: account ids, Regions, operations, endings, request ids; no
parameter, no message and no answer. An endpoint that does not answer costs what was to be sent, and a few seconds at an account's end.
Environment: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from typing import Any

from evidence import __version__
from evidence.aws.collect import Progress
from evidence.aws.conventions import SYSTEM, attributes, error_type, resent, service_id
from evidence.aws.endings import is_throttled
from evidence.run.answer import READ, Answer
from evidence.run.scope import Account
from evidence.run.status import State

PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
FLUSH_SECONDS = 3.0
"""How long an account's end waits for its spans to be taken."""
_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
"""Seconds: the boundaries that the conventions give for rpc.client.call.duration."""


def chosen(signal: str, environ: Mapping[str, str]) -> str:
    """Which exporter the environment asks for ("otlp", "console"), for "TRACES" or "METRICS"; nothing where it asks for none.

    OpenTelemetry's own default is otlp to a collector on this machine; here one is asked for by naming it or its endpoint."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return ""
    named = environ.get(f"OTEL_{signal}_EXPORTER", "").strip()
    endpoint = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    found = named or ("otlp" if endpoint else "")
    return "" if found == "none" else found


def installed() -> bool:
    try:
        return all(find_spec(name) is not None for name in PACKAGES)
    except ModuleNotFoundError:
        return False


@contextmanager
def run_span(run: str) -> Iterator[str]:
    """The run's span as a context, and its traceparent; empty where there is no telemetry."""
    found = telemetry()
    if found is None:
        yield ""
        return
    with found.run(run) as parent:
        yield parent


def unheard(environ: Mapping[str, str]) -> str:
    """A sentence where the environment asks for what there is not: said once, and the collection goes on without."""
    asked = {f"OTEL_{signal}_EXPORTER={name}" for signal in ("TRACES", "METRICS") if (name := chosen(signal, environ))}
    if asked and not installed():
        return "The environment asks for OpenTelemetry, which is not installed: pip install 'evidence[otel]'."
    unknown = sorted(word for word in asked if word.partition("=")[2] not in ("otlp", "console"))
    return f"{' and '.join(unknown)} cannot be had: otlp (over HTTP) and console can." if unknown else ""


def telemetry() -> "Telemetry | None":
    """This process's telemetry, None where the environment asks for none or it is not installed."""
    asked = [chosen(signal, os.environ) for signal in ("TRACES", "METRICS")]
    return _of_process(os.getpid()) if any(asked) and installed() else None


@cache
def _of_process(pid: int) -> "Telemetry":
    """One for each process: a forked one shares neither threads nor the instance's name."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())  # an endpoint that is away is no news on the terminal
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "evidence"), "service.version": __version__,
                                "service.instance.id": f"{os.urandom(8).hex()}-{pid}"})  # fmt: skip
    spans, metrics = _exporter("TRACES"), _exporter("METRICS")
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    if spans is not None:
        tracers.add_span_processor(BatchSpanProcessor(spans))
    readers = [] if metrics is None else [PeriodicExportingMetricReader(metrics)]
    return Telemetry(tracers, MeterProvider(readers, resource=resource, shutdown_on_exit=False))


def _exporter(signal: str) -> Any:
    """The exporter of a signal, None where none is asked for, or one that there is not."""
    name = chosen(signal, os.environ)
    if name == "otlp":
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter() if signal == "TRACES" else OTLPMetricExporter()
    if name == "console":
        from opentelemetry.sdk.metrics.export import ConsoleMetricExporter
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr) if signal == "TRACES" else ConsoleMetricExporter(out=sys.stderr)
    return None


class Telemetry:
    """A tracer and the instruments, of these providers. Safe to share between threads."""

    def __init__(self, tracers: Any, meters: Any) -> None:
        self.tracers, self.meters = tracers, meters
        self.tracer = tracers.get_tracer("evidence", __version__)
        meter = meters.get_meter("evidence", __version__)
        self.duration = meter.create_histogram(
            "rpc.client.call.duration", "s", "How long a call took, with all its pages and retries.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )  # fmt: skip
        self.calls = meter.create_counter("evidence.calls", "{call}", "Calls that ended, by how they ended.")
        self.throttles = meter.create_counter("evidence.throttles", "{request}", "Requests that AWS refused for their number.")
        self.retries = meter.create_counter("evidence.retries", "{request}", "Requests beyond one for each page.")
        self._heard = True
        self.accounts = meter.create_counter("evidence.accounts", "{account}", "Accounts that ended, by their state.")

    @contextmanager
    def run(self, run: str) -> Iterator[str]:
        """The run's span; gives its traceparent, for the units. What is left is handed over at its end."""
        span = self.tracer.start_span("evidence collect", attributes={"evidence.run.id": run})
        try:
            yield traceparent(span)
        except BaseException as error:
            _failed(span, type(error).__name__)
            raise
        finally:
            span.end()
            self.flush()

    def call(self, answer: Answer, context: Any) -> None:
        """The span and the measurements of a call that has ended."""
        from opentelemetry.trace import SpanKind

        said, kind = attributes(answer), {"rpc.service": service_id(answer.call.service), "evidence.ending": answer.ending}
        if answer.attempts:
            start, end = _nanoseconds(answer.started), _nanoseconds(answer.ended)
            name = f"{said['rpc.service']}.{answer.call.operation}"
            span = self.tracer.start_span(name, context, SpanKind.CLIENT, said, start_time=start)
            if answer.ending not in READ:
                _failed(span, answer.ending)
            span.end(end)
            error = {"error.type": error_type(answer)} if answer.ending != "answered" else {}
            method = {"rpc.system.name": SYSTEM, "rpc.service": kind["rpc.service"], "rpc.method": answer.call.operation}
            self.duration.record((end - start) / 1e9, {**method, **error}, context)
        self.calls.add(1, kind)
        service = {"rpc.service": kind["rpc.service"]}
        for counter, number in ((self.throttles, sum(map(is_throttled, answer.attempts))), (self.retries, resent(answer))):
            if number:
                counter.add(number, service)

    def flush(self, seconds: float = FLUSH_SECONDS) -> bool:
        """Hands over what is left; False where that took longer, and then it goes on without us. Nobody waits twice for one who did not
        answer."""
        wait = seconds if self._heard else 0.1
        self._heard = _within(wait, lambda: (self.tracers.force_flush(), self.meters.force_flush(int(seconds * 1000))))
        return self._heard


class AccountSpan:
    """An observer: one account's span, and under it one for each call."""

    def __init__(self, told: Telemetry, run: str, account: Account, parent: str = "") -> None:
        from opentelemetry.trace import set_span_in_context

        said = {"evidence.run.id": run, "cloud.provider": "aws", "cloud.account.id": account.id}
        self._told = told
        self._span = told.tracer.start_span("evidence account", _context(parent), attributes=said)
        self._context = set_span_in_context(self._span, _context(parent))
        self.traceparent = traceparent(self._span)

    def begun(self) -> None:
        """The span began when this was made."""

    def entered(self, account: Account) -> None:
        self._span.set_attribute("evidence.regions", list(account.asked))

    def progressed(self, progress: Progress) -> None:
        """How far it is stands in the status."""

    def answered(self, answer: Answer) -> None:
        self._told.call(answer, self._context)

    def ended(self, state: State, sentence: str) -> None:
        self._span.set_attribute("evidence.state", state)
        if state != "done":
            _failed(self._span, state)
        self._span.end()
        self._told.accounts.add(1, {"evidence.state": state})
        self._told.flush()


def traceparent(span: Any) -> str:
    """The span's place in its trace as W3C Trace Context writes it, to be carried to another process."""
    from opentelemetry.trace import set_span_in_context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, set_span_in_context(span))
    return carrier.get("traceparent", "")


def _context(parent: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent} if parent else {})


def _failed(span: Any, why: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_status(Status(StatusCode.ERROR, why))


def _nanoseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1_000_000) * 1000


def _within(seconds: float, work: Callable[[], object]) -> bool:
    """Whether the work was done in that time. The SDK's own flush heeds no timeout, hence the thread."""
    thread = threading.Thread(target=work, name="otel-flush", daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()
