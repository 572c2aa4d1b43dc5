"""`evidence status RUN`, as somebody at another terminal sees it."""

import datetime as dt
import json
import threading
from pathlib import Path

import pytest

from evidence.cli.status import SHOWN, lines, worst_first
from evidence.cli.watching import watch_of, watching
from evidence.errors import EvidenceError
from evidence.run.run import Run, now, stamp
from evidence.run.scope import Account, Scope
from evidence.run.status import AccountStatus, RunStatus, keep_status, read_status
from tests.cli.commands import evidence, refused


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A thousand accounts: one refused, one silent for an hour, one at work, two done, the others waiting."""
    accounts = tuple(Account(f"{n:012}", name=f"team-{n}") for n in range(1, 1001))
    run = Run.create(tmp_path / "run", Scope(accounts), versions={})
    hour = stamp(now() - dt.timedelta(hours=1))
    services = {"ec2": (5, 9), "[red]s3[/red]": (1, 1)}
    for number, state, updated in ((7, "could not be entered", hour), (4, "asking", hour), (3, "asking", stamp(now())),
                                   (1, "done", hour), (2, "done", hour)):  # fmt: skip
        status = AccountStatus(f"{number:012}", "", state, 6, 10, 0, {"answered": 6}, services, 2, 1.5, hour, updated, every=15)  # type: ignore[arg-type]
        keep_status(run.store, status)
    return run


def test_the_worst_comes_first_and_the_others_are_counted(run: Run) -> None:
    status = read_status(run, now())
    assert [a.account[-1] for a in worst_first(status.accounts)[:4]] == ["7", "4", "3", "5"]
    said = list(lines(status, 3))
    assert said[1].startswith(
        "accounts: 1 could not be entered, 1 not heard of, 1 asking, 995 waiting, 2 done; 30 of 50 calls known"
    )
    assert "  and 997 more: 995 waiting, 2 done" in said
    assert f"not heard of since {status.accounts[3].updated[11:16]} UTC" in "\n".join(said)
    assert said[-1] == "by service: ec2 25 of 45, [red]s3[/red] 5 of 5"


def test_it_is_said_on_a_pipe_and_as_json(run: Run) -> None:
    out = evidence("status", run.where)
    assert out.returncode == 0, out.stderr
    assert f"{run.facts.id} in {run.where}: under way since" in out.stdout
    assert out.stdout.count("team-") == SHOWN
    told = json.loads(evidence("status", run.where, "--json").stdout)
    assert (told["states"]["not heard of"], len(told["accounts"]), told["done"]) == (1, 1000, 30)
    assert told["eta_seconds"] > 0


def test_a_place_without_a_run_is_refused(tmp_path: Path) -> None:
    assert "no run.json" in refused("status", tmp_path)


def test_who_collects_sees_the_same_in_plain_lines(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, looks, said = read_status(run, now()), [0], threading.Event()

    def look(self: object, moment: dt.datetime) -> RunStatus:
        looks[0] += 1
        if looks[0] == 2:  # what the first look showed is there
            said.set()
        return seen

    monkeypatch.setattr("evidence.cli.watching.PLAIN_EVERY", 0.01)
    monkeypatch.setattr("evidence.cli.watching.StatusReader.read", look)
    with watching(run, every=0.01):
        assert said.wait(20)
    assert "evidence: accounts: 1 could not be entered" in capsys.readouterr().err


def test_what_is_wrong_with_showing_it_stays_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, moment: dt.datetime) -> None:
        raise EvidenceError("It cannot be read.")

    monkeypatch.setattr("evidence.cli.watching.StatusReader.read", broken)
    monkeypatch.setattr("evidence.cli.watching.PLAIN_EVERY", 0.01)
    with watching(run, every=0.01):
        pass


def test_a_log_that_cannot_be_written_is_refused_before_the_first_call(run: Run, tmp_path: Path) -> None:
    assert watch_of(run, str(tmp_path / "calls.jsonl")).every == 2.0
    with pytest.raises(EvidenceError, match="cannot be written"):
        watch_of(run, str(tmp_path / "not" / "there.jsonl"))
