"""What accounts say of themselves while they are asked, and what follows for the run: it foots, and nobody silent counts as going on."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.run.answer import Answer, Call
from evidence.run.ends import Segments
from evidence.run.run import Run, RunFacts, stamp
from evidence.run.scope import Account, Scope
from evidence.run.status import (
    AT_WORK,
    MISSED,
    SETTLED,
    STATES,
    AccountStatus,
    RunStatus,
    StatusReader,
    keep_status,
    kept_lines,
    read_status,
)

NOW = dt.datetime(2026, 9, 30, 10, 0, tzinfo=dt.UTC)
EVERY = 2.0


def ago(seconds: float) -> str:
    return stamp(NOW - dt.timedelta(seconds=seconds))


def run_of(path: Path, count: int = 3) -> Run:
    accounts = tuple(Account(f"{n:012}", name=f"team-{n}", regions={"eu-west-1": "asked"}) for n in range(1, count + 1))
    left_out = Account("999999999999", status="out of scope", ending="not asked")
    return Run.create(path / "run", Scope((*accounts, left_out)), versions={}, started=NOW - dt.timedelta(minutes=5), id="r")


class Memory(dict[str, bytes]):
    """A store that is gone after use."""

    def names(self, under: str = "") -> list[str]:
        return sorted(name for name in self if name.startswith(f"{under}/"))

    def read(self, name: str) -> bytes:
        return self[name]

    def replace(self, name: str, data: bytes | Iterator[bytes]) -> None:
        self[name] = data if isinstance(data, bytes) else b"".join(data)


def said(number: int, **more: object) -> AccountStatus:
    usual = {"state": "asking", "done": 10, "known": 40, "endings": {"answered": 10}, "services": {"ec2": (10, 40)},
             "rate": 2.0, "started": ago(60), "updated": ago(1), "every": EVERY}  # fmt: skip
    return AccountStatus(f"{number:012}", **{**usual, **more})  # type: ignore[arg-type]


@st.composite
def accounts(draw: st.DrawFn) -> AccountStatus:
    """Whatever an account may say, by the rules that its writer keeps."""
    endings = draw(st.dictionaries(st.sampled_from(["answered", "denied", "throttled"]), st.integers(1, 500), max_size=3))
    reused, left = draw(st.integers(0, 100)), draw(st.integers(0, 1000))
    done = sum(endings.values()) + reused
    return AccountStatus(
        f"{draw(st.integers(1, 6)):012}", "", draw(st.sampled_from(STATES)), done, done + left, reused, endings,  # type: ignore[arg-type]
        {"ec2": (done, done + left)}, draw(st.integers(0, 9)), draw(st.floats(0, 50)), ago(100), ago(draw(st.floats(-5, 60))),
        every=draw(st.sampled_from([0.5, 2.0, 15.0])),
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(accounts(), max_size=6, unique_by=lambda a: a.account), st.booleans())
def test_whatever_accounts_say_the_run_foots(spoken: list[AccountStatus], before: bool) -> None:
    scope = Scope(tuple(Account(f"{n:012}") for n in range(1, 7)))
    run = Run(Memory(), RunFacts("r", scope, ago(300)), "memory")  # type: ignore[arg-type]
    run.write_facts()
    for status in spoken:
        keep_status(run.store, status)
    earlier = replace(
        run.facts, ended=ago(9999), segments=Segments.of({"answers/000000000001/eu-west-1/ec2.jsonl.gz": {"lines": 70}})
    )
    seen = read_status(run, NOW, earlier if before else None)
    assert [a.account for a in seen.accounts] == [f"{n:012}" for n in range(1, 7)], "all in scope, and nobody else"
    assert sum(seen.states.values()) == 6
    assert seen.done == sum(a.done for a in spoken) <= seen.known == sum(a.known for a in spoken)
    assert sum(seen.endings.values()) + seen.reused == seen.done
    assert seen.services.get("ec2", (0, 0)) == (seen.done, seen.known)
    assert all(a.done <= a.known for a in seen.accounts)
    seconds = seen.eta.seconds
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))
    silent = {a.account for a in seen.accounts if a.state in AT_WORK} - {
        a.account for a in spoken if (NOW - dt.datetime.fromisoformat(a.updated)).total_seconds() <= MISSED * max(a.every, 1)
    }
    assert not silent, "who was not heard of is not at work"
    assert AccountStatus.from_json(seen.accounts[0].to_json()) == seen.accounts[0]


def test_a_unit_that_says_nothing_any_more_never_counts_as_going_on(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    keep_status(run.store, said(1, updated=ago(MISSED * EVERY + 1)))
    keep_status(run.store, said(2, updated=ago(MISSED * EVERY - 1)))
    seen = read_status(run, NOW)
    assert [a.state for a in seen.accounts] == ["not heard of", "asking", "waiting"]
    assert (seen.state, seen.rate) == ("under way", 2.0)
    later = read_status(run, NOW + dt.timedelta(minutes=2))
    assert (later.state, later.rate, later.eta.seconds) == ("not heard of", 0, None)
    assert later.heard == ago(MISSED * EVERY - 1)


def test_how_long_it_takes_is_by_the_pace_of_now_and_by_the_slowest(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    keep_status(run.store, said(1, state="done", done=100, known=100, rate=0.0))
    keep_status(run.store, said(2))
    assert read_status(run, NOW).eta.seconds == (30 + 100) / 2.0, "what is left of one, and as much as the one that is done"
    assert "for 1 accounts that wait, the mean of 1 accounts that are done" in read_status(run, NOW).eta.basis
    keep_status(run.store, said(3, done=0, known=900, endings={}, services={"ec2": (0, 900)}, rate=1.0))
    keep_status(run.store, said(2, rate=9.0))
    assert read_status(run, NOW).eta.seconds == 900, "nobody else can ask for the slowest account"


def test_an_earlier_run_says_what_lists_have_not_brought_yet(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    segments = {f"answers/{n:012}/global/iam.jsonl.gz": {"lines": n * 100} for n in (1, 2)}
    earlier = replace(run.facts, ended=ago(9999), segments=Segments.of(segments))
    assert kept_lines(earlier) == {f"{n:012}": Counter(iam=n * 100) for n in (1, 2)}
    keep_status(run.store, said(1))
    eta = read_status(run, NOW, earlier).eta
    assert eta.seconds == (100 - 10 + 200 + 150) / 2.0
    assert eta.basis == "from what an earlier run asked of the same accounts (1 are new: its mean)"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("done", "done", "could not be entered"), "not closed"),
        (("done", "cut short", "done"), "cut short"),
        (("done", "asking", "waiting"), "under way"),
        (("done", "done", "waiting"), "under way"),
        (("done", "cut short", "waiting"), "cut short"),
        (("waiting",) * 3, "not begun"),
    ],
)
def test_what_a_run_is_said_to_be(tmp_path: Path, states: tuple[str, ...], expected: str) -> None:
    run = run_of(tmp_path)
    for number, state in enumerate(states, start=1):
        if state != "waiting":
            keep_status(run.store, said(number, state=state))
    assert read_status(run, NOW).state == expected


def test_a_finished_run_is_finished_whatever_is_left_of_its_statuses(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    keep_status(run.store, said(1, updated=ago(5000)))
    run.keep(Answer(Call("000000000002", "eu-west-1", "ec2", "DescribeVolumes"), "answered"))
    shut = tuple(replace(a, ending="denied") if a.id == "000000000003" else a for a in run.facts.scope.accounts)
    run.finish(ended=NOW, scope=replace(run.facts.scope, accounts=shut))
    seen = read_status(run, NOW)
    assert seen.state == "finished"
    assert [(a.account[-1], a.state, a.done) for a in seen.accounts] == [
        ("1", "done", 10),
        ("2", "done", 1),
        ("3", "could not be entered", 0),
    ]
    assert seen.calls["answered"] == 1
    assert seen.eta.seconds == 0


@pytest.mark.parametrize("torn", [b"", b"{", b"[]", b'{"account":1}', b'{"account":"000000000001","state":"on its way"}',
                                  b'{"account":"000000000001","updated":"yesterday"}', b'{"account":"000000000002"}',
                                  b'{"account":"000000000001","updated":"2026-09-30T10:00:00"}'])  # fmt: skip
def test_a_status_that_cannot_be_read_is_as_none(tmp_path: Path, torn: bytes) -> None:
    run = run_of(tmp_path)
    run.store.replace("status/000000000001.json", torn)
    run.store.replace("status/notes.txt", b"x")
    assert read_status(run, NOW).states == {"waiting": 3}


def test_a_field_of_a_later_version_is_passed_over() -> None:
    data = said(1).to_json().replace(b'{"account"', b'{"a_new_one":1,"account"')
    assert AccountStatus.from_json(data) == said(1)


def test_what_is_done_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand accounts on S3 are a thousand requests."""
    run = run_of(tmp_path)
    keep_status(run.store, said(1, state="done"))
    keep_status(run.store, said(2))
    reader, read = StatusReader(run), []
    reader.read(NOW)
    before = type(run.store).read
    monkeypatch.setattr(type(run.store), "read", lambda self, name: (read.append(name), before(self, name))[1])
    assert isinstance(reader.read(NOW), RunStatus)
    assert read == ["run.json", "status/000000000002.json"]


def test_states_are_ordered_and_complete() -> None:
    assert SETTLED | AT_WORK | {"not heard of", "cut short", "waiting"} == set(STATES)
