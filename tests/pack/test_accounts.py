"""A run judged account by account on an executor: the same result, members on disk, and nothing judged twice."""

import gzip
import multiprocessing
import pickle
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING, Seen, Statements
from evidence.pack import accounts
from evidence.pack.accounts import assess_accounts, cache_of, key_of
from evidence.pack.columns import TABLES
from evidence.pack.facts import PackFacts
from evidence.pack.material import Material
from evidence.pack.spill import SPILLED, Spilled
from evidence.requirements import requirements
from evidence.run.ends import Segments
from evidence.run.run import Run
from evidence.services import populations
from tests.assessment.account_by_account import SAMPLE, SUMMED, asking

PROGRAMS = (
    asking(
        "accessanalyzer.regions.external-access", "iam.account.root-managed-centrally", "ec2.volumes.encrypted", "iam.users.console-mfa",
        "elasticbeanstalk.environments.managed-updates",
    ),
)  # fmt: skip


def whole(stated: Statements = NOTHING) -> Assessment:
    run = Run.open(SAMPLE)
    return assess(run.finished(), run.answers(), PROGRAMS, requirements(), populations(), stated)


@contextmanager
def threads(n: int) -> Iterator[Executor]:
    with ThreadPoolExecutor(n) as executor:
        yield executor


def test_threads_and_processes_come_to_the_whole_and_members_stay_on_disk(tmp_path: Path) -> None:
    expected = whole()
    earlier = tuple(
        Seen(**{n: getattr(e, n) for n in ("requirement", "variant", "partition", "account", "region", "type", "id")}, since="2026-01-01T00:00:00Z", run="r")
        for e in expected.exceptions[::2]
    )  # fmt: skip
    stated = Statements(earlier=earlier)
    expected = whole(stated)
    with threads(3) as executor:
        one = assess_accounts(Run.open(SAMPLE), PROGRAMS, stated, executor, cache=tmp_path / "threads")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        other = assess_accounts(Run.open(SAMPLE), PROGRAMS, stated, processes, cache=tmp_path / "processes")
    assert one.organisation == other.organisation
    assert [n for n in SUMMED if getattr(one.organisation, n) != getattr(expected, n)] == []
    for name in SPILLED:
        assert _rows(one, name) == _expected(expected, name), name
    assert len(_rows(one, "exceptions")) == len(expected.exceptions) > 3
    beside = list(one.beside())
    assert sorted(map(repr, expected.environments)) == sorted(repr(e) for b in beside for e in b.environments)
    assert sorted(map(repr, expected.key_ages)) == sorted(repr(k) for b in beside for k in b.key_ages)


def _rows(spilled: Spilled, table: str) -> list[dict[str, Any]]:
    return sorted((_row(row, table) for batch in spilled.batches(table) for row in batch.to_pylist()), key=str)


def _row(row: dict[str, Any], table: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if (table, name) != ("not_collected", "number")}


def _expected(assessment: Assessment, name: str) -> list[dict[str, Any]]:
    """The rows of the pack's table. Parquet has lists where the rows have tuples."""
    (table,) = [t for t in TABLES if t.name == name]
    material = Material(assessment, PackFacts("", ""), Run.open(SAMPLE), Path())
    names = [c.name for c in table.columns]
    rows = (dict(zip(names, (list(v) if isinstance(v, tuple) else v for v in row), strict=True)) for row in table.rows(material))
    return sorted((_row(row, name) for row in rows), key=str)


class Slow(Executor):
    """Runs what it is given last first; notes how many wait."""

    def __init__(self) -> None:
        self.held: list[tuple[Future[Any], Any, Any]] = []
        self.most = 0

    def submit(self, function: Any, /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.held.append((future, function, given))
        self.most = max(self.most, len(self.held))
        if len(self.held) == 2:
            while self.held:
                last, function, given = self.held.pop()
                last.set_result(function(*given))
        return future


def test_the_result_does_not_depend_on_which_account_is_done_first(tmp_path: Path) -> None:
    told: list[str] = []
    found = assess_accounts(
        Run.open(SAMPLE), PROGRAMS, NOTHING, Slow(), cache=tmp_path, on_account=lambda part: told.append(part.sums.id)
    )
    assert told == [a.id for a in found.organisation.accounts] == sorted(told) and len(told) == 4
    assert found.organisation.requirements == whole().requirements


def test_what_was_judged_is_not_judged_again_until_something_else_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, judged = Run.open(SAMPLE), []

    def noting(kept: Any, account: str, *more: Any) -> Assessment:
        judged.append(account)
        return real(kept, account, *more)

    real = accounts.assess_account
    monkeypatch.setattr(accounts, "assess_account", noting)
    with threads(1) as executor:
        first = assess_accounts(run, PROGRAMS, NOTHING, executor, cache=tmp_path)
        assert len(judged) == 4
        shutil.rmtree(first.folder / judged[1])
        (first.folder / judged[2] / "part.json").write_bytes(b"{")
        again = assess_accounts(run, PROGRAMS, NOTHING, executor, cache=tmp_path)
        assert judged[4:] == judged[1:3] and again.organisation == first.organisation
    kept, by = run.finished(), (PROGRAMS, NOTHING)
    keys = {
        key_of(kept, *by), key_of(replace(kept, id="other"), *by), key_of(replace(kept, segments=Segments({})), *by), key_of(kept, (), NOTHING),
        key_of(kept, PROGRAMS, Statements(parameters={"a": {"b": 1}})),
    }  # fmt: skip
    assert len(keys) == 5 and key_of(kept, *by) in keys


def test_an_account_that_cannot_be_read_stops_it_in_a_sentence(tmp_path: Path) -> None:
    """What was judged before is kept, and nothing is summed."""
    shutil.copytree(SAMPLE, tmp_path / "runs/run")
    run = Run.open(tmp_path / "runs/run")
    spoilt = next((tmp_path / "runs/run/answers/555566667777/global").glob("sts*"))
    spoilt.write_bytes(gzip.compress(b"{}\n"))
    with threads(1) as executor, pytest.raises(EvidenceError, match="The run was changed after it was collected"):
        assess_accounts(run, PROGRAMS, NOTHING, executor)
    assert cache_of(tmp_path / "runs/run") == tmp_path / "runs/.cache"
    (folder,) = (tmp_path / "runs/.cache").iterdir()
    assert sorted(p.name for p in folder.iterdir()) == ["012345678901", "210987654321", "300040005000"]
    assert not list((tmp_path / "runs/run").glob("**/*.parquet"))


def test_a_unit_is_plain_and_small(tmp_path: Path) -> None:
    run = Run.open(SAMPLE)
    rules = accounts.rules_of(PROGRAMS, requirements(), populations())
    shared = accounts.shared_of(run.finished(), accounts.answers_across(run, rules), rules)
    units = list(accounts._units(run, rules, PROGRAMS, shared, tmp_path))
    assert [pickle.loads(pickle.dumps(u)) == u for u in units] == [True] * 4
    assert all(len(u.kept.scope.accounts) == 1 and not u.kept.segments for u in units)
    calls = {(a.call.service, a.call.operation) for a in accounts.answers_across(run, rules)}
    assert calls <= rules.calls_across | {("sts", "AssumeRole"), ("sts", "GetCallerIdentity")}
