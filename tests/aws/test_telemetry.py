"""OpenTelemetry: run → account → call, only where it is asked for, and no endpoint can break or hold up a collection."""

import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from evidence.aws import observers, telemetry
from evidence.aws.observers import Watch
from evidence.aws.telemetry import Telemetry, chosen, run_span, unheard
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope

ACCOUNT = Account("111122223333", regions={"eu-west-1": "asked"})
SECRET = "hunter2-AKIAIOSFODNN7EXAMPLE"


def attempt(second: int, code: str | None = None) -> Attempt:
    at = f"2026-09-30T10:00:{second:02}"
    return Attempt(1, f"{at}Z", f"{at}.250Z", 400 if code else 200, f"request-{second}", None, code, SECRET)


ANSWERED = Answer(Call(ACCOUNT.id, "eu-west-1", "logs", "DescribeLogGroups", {"prefix": SECRET}), "answered", ({"x": SECRET},), None, None,
                  (attempt(1, "ThrottlingException"), attempt(3)))  # fmt: skip
DENIED = Answer(Call(ACCOUNT.id, "eu-west-1", "ec2", "DescribeVolumes"), "denied", (), "UnauthorizedOperation", SECRET,
                (attempt(5, "UnauthorizedOperation"),))  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "run", Scope((ACCOUNT,)), versions={})


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[InMemorySpanExporter, InMemoryMetricReader]]:
    """What would be sent, kept in memory."""
    spans, reader, tracers = InMemorySpanExporter(), InMemoryMetricReader(), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    told = Telemetry(tracers, MeterProvider([reader]))
    monkeypatch.setattr(telemetry, "telemetry", lambda: told)
    monkeypatch.setattr(observers, "telemetry", lambda: told)
    yield spans, reader


def test_a_calls_span_is_under_its_accounts_and_that_under_the_runs(run: Run, kept: Any) -> None:
    with run_span(run.facts.id) as parent:
        watch = Watch(run.facts.id, every=0, traceparent=parent)  # carried as text, to wherever the account is asked
        with watch.account(run.store, ACCOUNT) as watched:
            watched.answered(ANSWERED)
            watched.answered(DENIED)
    call, denied, account, whole = kept[0].get_finished_spans()
    assert [s.name for s in (call, denied, account, whole)] == [
        "CloudWatch Logs.DescribeLogGroups", "EC2.DescribeVolumes", "evidence account", "evidence collect"]  # fmt: skip
    assert call.parent.span_id == denied.parent.span_id == account.context.span_id
    assert account.parent.span_id == whole.context.span_id
    assert len({s.context.trace_id for s in (call, denied, account, whole)}) == 1
    assert parent.startswith(f"00-{whole.context.trace_id:032x}-{whole.context.span_id:016x}-")
    assert call.kind is SpanKind.CLIENT
    assert call.end_time - call.start_time == 2_250_000_000, "from the first request to the end of the last"
    assert dict(call.attributes) == {
        "rpc.system": "aws-api", "rpc.service": "CloudWatch Logs", "rpc.method": "DescribeLogGroups", "cloud.provider": "aws",
        "cloud.account.id": ACCOUNT.id, "cloud.region": "eu-west-1", "aws.request_id": "request-3", "http.request.resend_count": 1,
        "evidence.ending": "answered", "evidence.id": ANSWERED.id, "evidence.pages": 1}  # fmt: skip
    assert (call.status.status_code, denied.status.status_code) == (StatusCode.UNSET, StatusCode.ERROR)
    assert denied.attributes["error.type"] == "UnauthorizedOperation"
    assert SECRET not in "".join(s.to_json() for s in kept[0].get_finished_spans())


def test_calls_are_counted_and_timed(run: Run, kept: Any) -> None:
    with Watch(run.facts.id, every=0).account(run.store, ACCOUNT) as watched:
        watched.answered(ANSWERED)
        watched.answered(DENIED)
    data = kept[1].get_metrics_data()
    found = {m.name: m.data.data_points for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics}
    assert sorted((p.attributes["evidence.ending"], p.attributes["rpc.service"], p.value) for p in found["evidence.calls"]) == [
        ("answered", "CloudWatch Logs", 1), ("denied", "EC2", 1)]  # fmt: skip
    assert [p.value for p in found["evidence.throttles"]] == [p.value for p in found["evidence.retries"]] == [1]
    assert [dict(p.attributes) for p in found["evidence.accounts"]] == [{"evidence.state": "done"}]
    times = {p.attributes["rpc.method"]: p for p in found["rpc.client.call.duration"]}
    assert (times["DescribeLogGroups"].count, times["DescribeLogGroups"].sum) == (1, 2.25)
    assert times["DescribeVolumes"].attributes["error.type"] == "UnauthorizedOperation"
    assert SECRET not in data.to_json()


def test_an_account_that_breaks_has_a_span_that_says_so(run: Run, kept: Any) -> None:
    with pytest.raises(ValueError, match="x"), Watch("r", every=0).account(run.store, ACCOUNT):
        raise ValueError("x")
    (span,) = kept[0].get_finished_spans()
    assert (span.status.status_code, span.attributes["evidence.state"]) == (StatusCode.ERROR, "cut short")


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        ({}, "", ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, "otlp", "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318"}, "otlp", ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_METRICS_EXPORTER": "none"}, "otlp", ""),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console", ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, "", ""),
    ],
)
def test_the_standard_environment_says_what_is_sent(environ: dict[str, str], traces: str, metrics: str) -> None:
    assert (chosen("TRACES", environ), chosen("METRICS", environ)) == (traces, metrics)


def test_what_is_asked_for_and_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unheard({}) == unheard({"OTEL_TRACES_EXPORTER": "console"}) == ""
    assert "OTEL_TRACES_EXPORTER=zipkin cannot be had" in unheard({"OTEL_TRACES_EXPORTER": "zipkin"})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(telemetry, "find_spec", lambda name: None)
    assert "pip install 'evidence[otel]'" in unheard({"OTEL_TRACES_EXPORTER": "otlp"})
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    assert telemetry.telemetry() is None


ONE_ACCOUNT = """
import sys, time
from pathlib import Path
from evidence.aws.observers import Watch
from evidence.aws.telemetry import run_span
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope

accounts = Account("111122223333"), Account("444455556666")
run = Run.create(Path(sys.argv[1]), Scope(accounts), versions={})
with run_span(run.facts.id) as parent:
    for account in accounts:
        with Watch(run.facts.id, traceparent=parent).account(run.store, account) as watched:
            for n in range(50):
                at = "2026-09-30T10:00:00Z"
                call = Call(account.id, "eu-west-1", "ec2", "DescribeVolumes", {"n": n})
                watched.answered(Answer(call, "answered", attempts=(Attempt(1, at, at, 200, "r"),)))
        assert not watched.lost, watched.lost
print("went on", any(name.startswith("opentelemetry") for name in sys.modules))
"""


def asked_in_a_process(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environ}
    return subprocess.run(
        [sys.executable, "-c", ONE_ACCOUNT, folder / "run"], capture_output=True, text=True, check=False, env=env, timeout=90
    )


def test_without_being_asked_for_nothing_of_it_is_imported(tmp_path: Path) -> None:
    out = asked_in_a_process(tmp_path)
    assert (out.stdout, out.returncode) == ("went on False\n", 0), out.stderr


def test_an_endpoint_that_does_not_answer_costs_the_spans_and_nothing_else(tmp_path: Path) -> None:
    """It takes the connection and never says a word, which is worse than one that is not there."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        out = asked_in_a_process(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{deaf.getsockname()[1]}")
    assert (out.stdout, out.stderr, out.returncode) == ("went on True\n", "", 0)
