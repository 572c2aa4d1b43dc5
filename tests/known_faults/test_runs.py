"""Faults of runs and packs: answers judged by another clock than they were kept by, and packs that only look whole."""

import datetime as dt
import errno
import os
from collections import Counter
from pathlib import Path

import pytest
import typer

from evidence.aws import unit
from evidence.aws.collect import FRESH, is_fresh
from evidence.cli import collect as command
from evidence.errors import EvidenceError
from evidence.pack import build
from evidence.pack.build import build_pack
from evidence.pack.formats import Format
from evidence.pack.material import Material
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from tests.aws_simulator import serve
from tests.known_faults.over_the_wire import ACCOUNT, REGION, Aws
from tests.pack.example import clean

PROGRAM = "cis-aws-foundations-7.0"
SCOPE = {"GetCallerIdentity", "DescribeRegions"}


def collected(aws: Aws, run: Path, *, resume: bool = False) -> Counter[str]:
    """Collects as the command does; how often each operation was asked for."""
    with serve(aws.world) as bench:
        aws.enter(bench)
        with pytest.raises(typer.Exit):
            command.collect(out=run, program=None if resume else [PROGRAM], resume=resume)
        return Counter(r.operation for r in bench.log)


@pytest.mark.parametrize(("later", "again"), [(FRESH - dt.timedelta(hours=1), False), (FRESH + dt.timedelta(hours=1), True)])
def test_an_answer_is_either_young_enough_to_be_judged_or_asked_for_again(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: dt.timedelta, again: bool
) -> None:
    """B61: stored evidence kept an older limit than the rule that judged it: it was not fetched again, and judged as stale. Ages are
    counted from the run's end; a run that is resumed keeps answers that are half a day old at most, and asks for the others
    anew. (There is no store of evidence across runs.) Where each answer's time is printed: sheet Extractions."""
    first = collected(aws, tmp_path / "run")
    answered = {a.call.operation for a in Run.open(tmp_path / "run").answers() if a.ending == "answered"} - SCOPE
    assert len(answered) > 10 and answered <= set(first)
    clock = dt.datetime.now(dt.UTC) + later
    monkeypatch.setattr(unit, "now", lambda: clock)
    second = collected(aws, tmp_path / "run", resume=True)
    assert answered & set(second) == (answered if again else set())


def test_an_answer_whose_time_nobody_noted_is_not_kept() -> None:
    """B61, not in the log: an account that could not be entered leaves an answer without an attempt."""
    now = dt.datetime(2026, 6, 30, 8, 4, tzinfo=dt.UTC)
    call = Call("111122223333", "eu-west-1", "ec2", "DescribeVolumes")
    timed = Answer(call, "answered", ({"Volumes": []},), attempts=(Attempt(0, "2026-06-30T08:00:00Z", "2026-06-30T08:00:01Z"),))
    assert is_fresh(timed, now) and not is_fresh(Answer(call, "denied"), now)
    assert is_fresh(timed, now + FRESH - dt.timedelta(minutes=4)) and not is_fresh(timed, now + FRESH)


def packed(folder: Path) -> None:
    run = Run.create(folder / "run", Scope((Account(ACCOUNT, regions={REGION: "asked"}),)), versions={})
    run.keep(Answer(Call(ACCOUNT, REGION, "ec2", "DescribeVolumes"), "answered", ({"Volumes": []},)))
    run.finish(ended=dt.datetime(2026, 9, 30, tzinfo=dt.UTC))
    build_pack(run, clean(), folder / "out" / "pack", requirements=(), program_sources={}, policy={}, versions={})


@pytest.mark.parametrize("formats", [(), ("whole",)], ids=["in the first format", "after another was whole"])
def test_a_pack_that_could_not_be_written_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formats: tuple[str, ...]
) -> None:
    """B60: a full disk was logged for every row, and left a file cut short and success. From outside, with a file that may not
    grow: tests/cli/test_refusals.py. Here a report fails after 64 KiB, as the first or, not in the log, after another."""

    def cut(folder: Path) -> None:
        (folder / "big.txt").write_bytes(b"x" * 65_536)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def whole(material: Material) -> None:
        (material.report / "whole.txt").write_text("whole")

    made = [Format(name, whole) for name in formats]
    monkeypatch.setattr(build, "formats", lambda: (*made, Format("cut", lambda material: cut(material.report))))
    with pytest.raises(EvidenceError, match="No space left on device"):
        packed(tmp_path)
    assert not list((tmp_path / "out").iterdir()), "neither the pack nor what was made of it"
    monkeypatch.setattr(build, "formats", lambda: tuple(made))
    packed(tmp_path.joinpath("again"))
    assert (tmp_path / "again/out/pack/SHA256SUMS").is_file(), "the same pack is whole where there is room"
