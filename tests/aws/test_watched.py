"""An account that is watched: its status, as another process reads it, and a log that holds request ids and no secret."""

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.aws.ask import Asker
from evidence.aws.collect import Progress, collect_account
from evidence.aws.observers import StatusWriter, Watch, observers
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded
from evidence.aws.session import Settings, open_session
from evidence.errors import EvidenceError
from evidence.run.run import Run, now
from evidence.run.scope import Account, Scope
from evidence.run.status import AccountStatus, read_status
from evidence.services.declare import Ask, PopulationSpec, Redact
from tests.aws.wire import Reply, Request, Wire, js, js_error

SECRET = "hunter2-AKIAIOSFODNN7EXAMPLE"
LIST = Ask("logs", "DescribeLogGroups", (), result="logGroups", redact=(Redact("logGroups[]", "test secret", key="note"),))
TAGS = Ask("logs", "ListTagsLogGroup", (), each="logs.groups", given={"logGroupName": "logGroupName"}, result="tags")
KEYS = Ask("kms", "ListKeys", (), whole_account=True)
SPECS = {
    "logs.groups": PopulationSpec(
        "logs.groups", "log group", "AWS::Logs::LogGroup", LIST, {}, items="logGroups[]"
    )
}  # fmt: skip
ACCOUNT = Account("111122223333", name="payments", regions={"eu-west-1": "asked"})
NAMES = ["a", "b", f"group-{SECRET}"]


@pytest.fixture
def asker(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asker]:
    """An account whose answers, parameters, messages and headers hold a secret; one call is throttled once, one refused."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    wire.on("DescribeLogGroups", js({"logGroups": [{"logGroupName": name, "note": SECRET} for name in NAMES]}))

    def tags(request: Request) -> Reply:
        if request.parameters["logGroupName"] == "b":
            return js_error("AccessDeniedException", message=f"not for {SECRET}")
        return replace(js({"tags": {"password": SECRET}}), headers={"x-amzn-trace": SECRET})

    wire.on("ListTagsLogGroup", tags)
    wire.on("ListKeys", js_error("ThrottlingException", message=SECRET), js({"Keys": []}))
    session = open_session(Settings(region="eu-west-1"), (LIST, TAGS, KEYS))
    session.principal = "arn:aws:iam::111122223333:user/me"
    yield Asker(lambda account: session, Redactor(b"k" * 32), sleep=lambda seconds: None)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "run", Scope((ACCOUNT,)), versions={})


def collect(run: Run, asker: Asker, watch: Watch, **more: Any) -> None:
    with watch.account(run.store, ACCOUNT) as watched:
        watched.entered(ACCOUNT)
        collect_account(ACCOUNT, (LIST, TAGS, KEYS), SPECS, asker, run, on_progress=watched, **more)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_status_that_one_process_wrote_is_read_by_another(run: Run, asker: Asker) -> None:
    collect(run, asker, Watch(run.facts.id))
    script = (
        "import sys, json\nfrom pathlib import Path\nfrom evidence.run.run import Run, now\nfrom evidence.run.status import read_status\n"
        "print(json.dumps(read_status(Run.open(Path(sys.argv[1])), now()).to_json()))"
    )
    out = subprocess.run([sys.executable, "-c", script, run.where], capture_output=True, text=True, check=True)
    seen = json.loads(out.stdout)
    (account,) = seen["accounts"]
    assert (account["state"], account["name"], account["done"], account["known"]) == ("done", "payments", 5, 5)
    assert (seen["endings"], seen["throttled"]) == ({"answered": 4, "denied": 1}, 1)
    assert seen["services"] == {"kms": {"done": 1, "known": 1}, "logs": {"done": 4, "known": 4}}
    assert account["error"] == "logs:ListTagsLogGroup in eu-west-1 ended denied (AccessDeniedException)"
    assert SECRET not in out.stdout


def test_an_account_whose_answers_all_stand_is_done_all_the_same(run: Run, asker: Asker) -> None:
    collect_account(ACCOUNT, (LIST, TAGS, KEYS), SPECS, asker, run)
    run.flush()
    again: list[Progress] = []
    collect_account(ACCOUNT, (LIST, TAGS, KEYS), SPECS, asker, run, already=recorded(run.answers()), on_progress=again.append)
    assert [(p.done, p.known, p.reused) for p in again] == [(5, 5, 5)], "said once, though no call ended"


def test_the_log_holds_request_ids_and_no_secret(run: Run, asker: Asker, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    collect(run, asker, Watch(run.facts.id, log=str(path)))
    assert SECRET not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    said = lines(path)
    assert [line["event_name"] for line in said if line["event_name"] != "evidence.call"] == [
        "evidence.account.started", "evidence.account.entered", "evidence.account.done"]  # fmt: skip
    calls = {(line["rpc.method"], line["evidence.ending"]): line for line in said if line["event_name"] == "evidence.call"}
    keys = calls["ListKeys", "answered"]
    assert (keys["rpc.service"], keys["rpc.system"], keys["cloud.region"]) == ("KMS", "aws-api", "global")
    assert (keys["cloud.account.id"], keys["evidence.run.id"]) == ("111122223333", run.facts.id)
    assert (keys["evidence.throttled"], keys["http.request.resend_count"]) == (True, 1)
    assert keys["aws.request_id"] == keys["evidence.attempts"][-1]["aws.request_id"] == "request-1"
    assert [(a["http.response.status_code"], a.get("error.type")) for a in keys["evidence.attempts"]] == [
        (400, "ThrottlingException"), (200, None)]  # fmt: skip
    assert all(a["duration_ms"] >= 0 for a in keys["evidence.attempts"])
    denied = calls["ListTagsLogGroup", "denied"]
    assert (denied["error.type"], denied["severity_text"], denied["evidence.throttled"]) == (
        "AccessDeniedException",
        "WARN",
        False,
    )
    run.flush()
    assert {line["evidence.id"] for line in calls.values()} <= {a.id for a in run.answers()}, (
        "the run has what the log leaves out"
    )


def test_many_threads_and_processes_append_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    script = (
        "import sys\nfrom evidence.aws.log import AccountLog, Log\nfrom evidence.run.scope import Account\n"
        "log = AccountLog(Log.open(sys.argv[1]), 'r', Account(sys.argv[2]))\n"
        "for _ in range(100): log.entered(Account(sys.argv[2], regions={f'region-{n}': 'asked' for n in range(90)}))\n"
    )
    at_work = [subprocess.Popen([sys.executable, "-c", script, path, f"{n:012}"]) for n in (1, 2)]
    assert [process.wait() for process in at_work] == [0, 0]
    assert sorted({(line["cloud.account.id"], line["process.pid"]) for line in lines(path)}) == [
        (f"{n:012}", process.pid) for n, process in enumerate(at_work, start=1)]  # fmt: skip
    assert len(lines(path)) == 200


def test_an_account_that_refuses_ends_so_and_one_that_breaks_is_cut_short(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    watch = Watch(run.facts.id, log=str(path))
    with watch.account(run.store, ACCOUNT) as watched:
        watched.refused("sts:AssumeRole in global ended denied (AccessDenied)")
    (account,) = read_status(run, now()).accounts
    assert (account.state, account.error) == ("could not be entered", "sts:AssumeRole in global ended denied (AccessDenied)")
    with pytest.raises(ValueError, match=SECRET), watch.account(run.store, ACCOUNT):
        raise ValueError(SECRET)
    (account,) = read_status(run, now()).accounts
    assert (account.state, account.error) == ("cut short", "ValueError")
    assert [line["event_name"].rpartition(".")[2] for line in lines(path)] == ["started", "refused", "started", "cut_short"]
    assert SECRET not in path.read_text(encoding="utf-8")


def test_nobody_who_watches_can_break_a_collection(
    run: Run, asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, name: str, data: bytes) -> None:
        raise EvidenceError("No space left.")

    monkeypatch.setattr(type(run.store), "replace", full)
    nowhere = Watch(run.facts.id, log=str(tmp_path / "not" / "there"))
    with nowhere.account(run.store, ACCOUNT) as watched:
        watched.entered(ACCOUNT)
        collected = collect_account(ACCOUNT, (LIST, TAGS, KEYS), SPECS, asker, run, on_progress=watched)
    assert collected.endings.total() == 5
    assert list(watched.lost) == ["Log"]
    with pytest.raises(EvidenceError, match="cannot be written"):
        nowhere.check()


def test_an_observer_that_fails_is_told_nothing_more_and_the_others_are(run: Run) -> None:
    class Broken(StatusWriter):
        def progressed(self, progress: Progress) -> None:
            raise RuntimeError("boom")

    sound = StatusWriter(run.store, ACCOUNT, every=60)
    told = observers(Broken(run.store, ACCOUNT, every=60), sound)
    told.begun()
    told(Progress(ACCOUNT.id, 1, 2, None, 1))
    told(Progress(ACCOUNT.id, 2, 2, None, 2))
    told.end("done")
    assert told.lost == {"Broken": "RuntimeError: boom"}
    assert sound.snapshot().done == 2


def test_a_unit_that_waits_for_aws_is_heard_of_all_the_same(run: Run) -> None:
    written: list[AccountStatus] = []
    twice = threading.Event()

    class Store:
        def replace(self, name: str, data: bytes) -> None:
            status = AccountStatus.from_json(data)
            assert status is not None
            written.append(status)
            if len(written) >= 3:
                twice.set()

    with Watch("r", every=0.01).account(Store(), ACCOUNT):  # type: ignore[arg-type]
        assert twice.wait(20), "no call ended, and it was said twice that somebody is there"
    assert {s.state for s in written[:-1]} == {"entering"}
    assert written[-1].state == "done"


def clock(*seconds: float) -> Callable[[], dt.datetime]:
    left = list(seconds)
    start = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
    return lambda: start + dt.timedelta(seconds=left.pop(0) if len(left) > 1 else left[0])


def test_the_pace_is_of_the_last_minutes_and_leaves_out_what_stood_already(run: Run, asker: Asker) -> None:
    writer = StatusWriter(run.store, ACCOUNT, now=clock(0, 0, 10, 200, 200))
    kept: list[Progress] = []
    collect_account(ACCOUNT, (LIST, TAGS, KEYS), SPECS, asker, run, on_progress=kept.append)
    for progress in kept:
        writer.progressed(replace(progress, done=progress.done + 1000, known=progress.known + 1000, reused=1000))
    first = writer.snapshot()
    assert (first.rate, first.done, first.reused) == (0.5, 1005, 1000)
    assert writer.snapshot().rate == 0.0, "nothing has ended for minutes"
