"""Accounts over threads, processes and a Dask cluster: the same answers wherever they are asked, and whoever dies meanwhile."""

import hashlib
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence import cluster as clusters
from evidence.aws.ask import Asker
from evidence.aws.fleet import LIVES, Fleet, WorkerDied, cluster, over, processes, threads
from evidence.aws.redact import Redactor
from evidence.aws.scope import Named, name_accounts
from evidence.aws.session import Session, Settings, open_session
from evidence.aws.unit import Settled, Unit, collect_unit
from evidence.cli.collecting import Pace, Workers, begin, collect_run, look_around
from evidence.cli.entering import Entering
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING
from evidence.run import segment
from evidence.run.run import Run, now, stamp
from evidence.run.scope import Account, Scope
from tests.aws.test_accounts import HOME, REGION, ROLE, SECRET, SHOP, SHUT, enter, world
from tests.aws_simulator import Bench, Request, World, serve

pytestmark = pytest.mark.xdist_group("fleet")
COLUMNS = {"ec2.volumes": ("encrypted",), "kms.keys": ("rotation", "state")}
ENTERING = {("sts", "AssumeRole"), ("sts", "GetCallerIdentity"), ("ec2", "DescribeRegions")}
"""What a worker asks to enter an account, whatever was kept before: credentials are kept nowhere."""


def keys(made: World) -> None:
    """So many KMS keys in each account that collecting takes its time: two calls a key."""
    for account in (HOME, SHOP):
        listed = [{"KeyId": f"k-{n:03}", "KeyArn": f"arn:aws:kms:{REGION}:{account}:key/k-{n:03}"} for n in range(70)]
        made.put(account, REGION, "kms", "ListKeys", {"Keys": listed})
        made.put(
            account,
            REGION,
            "kms",
            "DescribeKey",
            {"KeyMetadata": {"KeyId": "k", "KeyManager": "CUSTOMER", "KeyState": "Enabled"}},
        )
        made.put(account, REGION, "kms", "GetKeyRotationStatus", {"KeyRotationEnabled": True})


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = world()
    made.page_size = 40
    keys(made)
    with serve(made, latency=0.01) as running:
        enter(monkeypatch, running)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIA{HOME}")
        yield running


def begun(path: Path) -> tuple[Run, list[Unit]]:
    """A new run of the organisation, and its units."""
    session = open_session(Settings(region=REGION))
    asker = Asker(lambda account: session, Redactor(b"k" * 32))
    named: Named = name_accounts(session, asker, organization=True, role=ROLE, external_id=SECRET)
    run = Run.create(path, Scope(named.accounts), versions={})
    return run, [Unit(str(path), a, session.settings, COLUMNS, external_id=SECRET, concurrency=4) for a in named.inside]


def gathered(run: Run, units: list[Unit], fleet: AbstractContextManager[Fleet]) -> dict[str, Settled]:
    with fleet as at:
        return {settled.account.id: settled for settled in over(at, units)}


def kept(run: Run) -> dict[str, Any]:
    """The answers to each call but those of entering: how it ended, and what came."""
    answers = [a for a in run.answers() if (a.call.service, a.call.operation) not in ENTERING]
    assert len({a.call.key for a in answers}) == len(answers), "no call is kept twice"
    for name in run.store.names("answers"):
        assert segment.broken_link(run.store.read(name)) is None, name
    return {a.call.key: (a.ending, a.pages) for a in answers}


def asked(bench: Bench) -> Counter[str]:
    """How often each call was made, entering aside."""

    def key(r: Request) -> str:
        return f"{r.account} {r.region} {r.service} {r.operation} {r.parameters!r} {r.page}"

    return Counter(key(r) for r in bench.log if (r.service, r.operation) not in ENTERING)


@pytest.fixture
def alone(bench: Bench, tmp_path: Path) -> dict[str, Any]:
    """What is kept where accounts are collected one after the other."""
    run, units = begun(tmp_path / "alone")
    for unit in units:
        collect_unit(unit, open_session(unit.settings))
    bench.log.clear()
    return kept(run)


@contextmanager
def on_dask() -> Iterator[Fleet]:
    """Two worker processes behind a scheduler of their own, which know the external id by their environment."""
    from distributed import LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, env={"EVIDENCE_EXTERNAL_ID": SECRET}
        ) as local,
        cluster(local.scheduler_address) as fleet,
    ):
        yield fleet


@pytest.mark.parametrize(
    "where",
    [lambda: threads(open_session(Settings(region=REGION))), lambda: processes(2), on_dask],
    ids=["threads", "processes", "dask"],
)
def test_the_same_answers_wherever_they_are_asked(
    bench: Bench, alone: dict[str, Any], tmp_path: Path, where: Callable[[], AbstractContextManager[Fleet]]
) -> None:
    run, units = begun(tmp_path / "run")
    units = [replace(u, external_id="") for u in units] if where is on_dask else units
    came = gathered(run, units, where())
    assert kept(run) == alone
    assert set(asked(bench).values()) == {1}
    assert {id: s.account.ending for id, s in came.items()} == {HOME: "answered", SHOP: "answered", SHUT: "denied"}
    assert came[SHOP].ends == run.ends(SHOP) and came[SHOP].ends.calls["answered"] > 140
    assert [a.call.operation for a in came[SHUT].turned_away] == ["AssumeRole"] and not list(run.answers(account=SHUT))


def test_a_worker_that_is_killed_costs_the_unfinished_calls_of_its_own_account_alone(
    bench: Bench, alone: dict[str, Any], tmp_path: Path
) -> None:
    run, units = begun(tmp_path / "run")
    killed: list[int] = []

    def kill() -> None:
        """Kills the worker that collects the shop, once it has kept something."""
        segment_of_shop = tmp_path / "run/answers" / SHOP / REGION / "kms.jsonl.gz"
        while not segment_of_shop.exists():
            time.sleep(0.005)
        holder = (tmp_path / "run/.locks/answers" / f"{SHOP}.by").read_text(encoding="utf-8")
        victims = [p.pid for p in multiprocessing.active_children() if p.pid and str(p.pid) in holder]
        for pid in victims[:1]:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    killer = threading.Thread(target=kill)
    killer.start()
    gathered(run, units, processes(3))
    killer.join()
    assert len(killed) == 1 and kept(run) == alone
    again = {key for key, times in asked(bench).items() if times > 1}
    assert all(key.startswith(SHOP) for key in again), "the other accounts went on"
    assert len(again) < 120, "what was kept is not asked again"


def test_a_unit_whose_worker_dies_again_and_again_is_given_up_after_the_others_are_done(tmp_path: Path) -> None:
    units = [Unit(str(tmp_path), Account(f"{n:012}"), Settings(), {}) for n in range(3)]
    begun: Counter[str] = Counter()

    def submit(unit: Unit) -> Future[Settled]:
        begun[unit.account.id] += 1
        done: Future[Settled] = Future()
        if unit is units[0]:
            done.set_exception(WorkerDied())
        else:
            done.set_result(Settled(unit.account))
        return done

    came = []
    with pytest.raises(EvidenceError, match=r"000000000000 died 3 times.*--resume"):
        came.extend(s.account.id for s in over(Fleet(submit, lambda: None), units))
    assert begun == {units[0].account.id: LIVES, units[1].account.id: 1, units[2].account.id: 1}


def test_what_cannot_be_kept_stops_all(tmp_path: Path) -> None:
    units = [Unit(str(tmp_path), Account(f"{n:012}"), Settings(), {}) for n in range(3)]
    futures: list[Future[Settled]] = []
    stopped = threading.Event()

    def submit(unit: Unit) -> Future[Settled]:
        futures.append(Future())
        if unit is units[0]:
            futures[0].set_exception(EvidenceError("No room is left."))
        return futures[-1]

    with pytest.raises(EvidenceError, match="No room"):
        list(over(Fleet(submit, stopped.set), units))
    assert stopped.is_set() and all(f.cancelled() for f in futures[1:])


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    unit = Unit(str(tmp_path), Account(HOME), Settings(), {}, tool="0.0.1")
    with pytest.raises(EvidenceError, match=r"begun with 0\.0\.1"):
        collect_unit(unit)


def test_what_a_worker_of_a_cluster_raises_is_what_is_said(bench: Bench, tmp_path: Path) -> None:
    run, units = begun(tmp_path / "run")
    with pytest.raises(EvidenceError, match=r"was begun with 0\.0"):
        gathered(run, [replace(units[0], tool="0.0"), *units[1:]], on_dask())


def test_a_worker_that_does_not_know_the_external_id_says_so(bench: Bench, tmp_path: Path) -> None:
    _, units = begun(tmp_path / "run")
    with pytest.raises(EvidenceError, match="EVIDENCE_EXTERNAL_ID in the environment of every worker"):
        collect_unit(replace(units[1], external_id=""), open_session(units[1].settings))


def test_no_unit_shows_what_is_secret(tmp_path: Path) -> None:
    assert SECRET not in repr(Unit(str(tmp_path), Account(HOME), Settings(), {}, external_id=SECRET))


def test_a_scheduler_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "ANSWERS", 0.5)
    with pytest.raises(EvidenceError, match="does not answer"), cluster("tcp://127.0.0.1:9"):
        pass


def test_a_worker_without_the_redaction_key_or_with_another_refuses_the_unit(bench: Bench, tmp_path: Path) -> None:
    """A key that the worker made for itself would mark the same secret otherwise than the run says."""
    _, units = begun(tmp_path / "run")
    named = replace(units[0], key=str(tmp_path / "key"), key_sha256=hashlib.sha256(b"k" * 32).hexdigest())
    with pytest.raises(EvidenceError, match="has no redaction key"):
        collect_unit(named, open_session(named.settings))
    assert not (tmp_path / "key").exists()
    (tmp_path / "key").write_bytes(b"o" * 32)
    with pytest.raises(EvidenceError, match="has another redaction key"):
        collect_unit(named, open_session(named.settings))
    (tmp_path / "key").write_bytes(b"k" * 32)
    assert collect_unit(named, open_session(named.settings)).entered


def test_a_budget_is_cut_by_account_and_what_it_leaves_is_asked_when_the_run_is_gone_on_with(
    bench: Bench, tmp_path: Path
) -> None:
    way = Entering(accounts=(HOME, SHOP), role=ROLE, regions=(REGION,))
    how: dict[str, Any] = {"programs": ["iso-42001-2023"], "external_id": SECRET}
    run = collect_run(tmp_path / "run", way, pace=Pace(budget=10), **how)
    assert sum(asked(bench).values()) <= 10
    assert all(a.unasked for a in run.finished().scope.accounts)
    whole = collect_run(tmp_path / "run", way, resume=True, **how)
    assert not any(a.unasked for a in whole.finished().scope.accounts)
    assert sum(whole.facts.calls.values()) > sum(run.facts.calls.values())
    entered = [a for a in whole.answers() if a.call.name == "sts:AssumeRole"]
    assert whole.facts.redactions["temporary credential"] == 3 * len(entered) == 6, "of both collections"


def test_a_unit_that_is_begun_again_has_what_is_left_of_its_budget(bench: Bench, tmp_path: Path) -> None:
    _, units = begun(tmp_path / "run")
    shop = next(replace(u, budget=10, began=stamp(now())) for u in units if u.account.id == SHOP)
    bench.log.clear()
    first = collect_unit(shop, open_session(shop.settings))
    made = asked(bench).total()
    again = collect_unit(shop, open_session(shop.settings))  # as after its worker died
    both = asked(bench).total()
    assert made == 10 and both <= 10 + shop.concurrency, "what calls cost that were cut off between pages is not kept"
    assert first.account.unasked and again.account.unasked
    collect_unit(replace(shop, began=stamp(now())), open_session(shop.settings))
    assert asked(bench).total() == both + 10, "a new collection has a budget of its own"


def test_processes_and_a_cluster_at_once_are_refused() -> None:
    with pytest.raises(EvidenceError, match="not by both"):
        Workers(2, "tcp://10.0.0.5:8786")


def test_looking_around_names_the_accounts_once_and_holds_none(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(Session, "close", lambda self: closed.append(self.role.arn.split(":")[4]))
    begun = begin(Scope((), ("iso-42001-2023",)), NOTHING, Entering(organization=True, role=ROLE), SECRET, None, None)
    accounts = look_around(begun)
    assert {a.id: a.ending for a in accounts if a.status == "in scope"} == {HOME: "answered", SHOP: "answered", SHUT: "denied"}
    assert len(bench.requests(operation="DescribeOrganization")) == 1 and len(bench.requests(operation="AssumeRole")) == 2
    assert sorted(closed) == [SHOP, SHUT], "a thousand accounts would hold more connections than the system gives"
