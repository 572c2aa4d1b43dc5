"""The doctor says what would be missing from a run, tries nothing twice, and never calls good what it did not look at."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.aws import doctor
from evidence.aws.ask import Asker, utc_now
from evidence.aws.doctor import Finding, Nowhere, clock, examine, exit_code, room
from evidence.aws.exchange import Clock
from evidence.aws.redact import Redactor
from evidence.aws.scope import find_scope
from evidence.aws.session import Settings, open_session
from evidence.errors import EvidenceError
from evidence.pack import fonts, printing
from evidence.run.answer import Attempt
from evidence.services import asks, populations
from evidence.services.declare import Ask
from tests.aws.test_accounts import CLOSED, HOME, KEYS, REGION, ROLE, SECRET, SHOP, SHUT
from tests.aws.test_accounts import world as organisation
from tests.aws.test_whole_account import ACCOUNT, enter, world
from tests.aws_simulator import Bench, Fault, World, serve
from tests.cli.commands import evidence

OURS = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
SOME = ("ec2:DescribeVolumes", "s3:ListBuckets", "s3:GetBucketVersioning", "kms:ListKeys")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Bench]]:
    made = world()
    with serve(made) as running:
        enter(monkeypatch, running)
        yield made, running


def named(*names: str) -> list[Ask]:
    return [ask for ask in asks() if ask.name in names]


def look(chosen: list[Ask], now: Clock = utc_now, **how: Any) -> list[Finding]:
    def refuse(seconds: float) -> None:
        raise AssertionError("the doctor waits for nothing")

    return list(
        examine(
            lambda: open_session(Settings(region=REGION)),
            lambda sessions: Asker(sessions.__getitem__, Redactor(b"k" * 32), now=now, sleep=refuse),
            lambda session, asker: find_scope(session, asker, Nowhere(), **how),
            chosen,
            populations(),
        )
    )


def of(findings: list[Finding], outcome: str, about: str = "permissions") -> list[Finding]:
    return [f for f in findings if (f.outcome, f.about) == (outcome, about)]


# -- permissions -----------------------------------------------------------------------------------------------------------


def test_where_every_call_is_answered_all_is_good_and_each_is_tried_once(bench: tuple[World, Bench]) -> None:
    found = look(named(*SOME))
    assert exit_code(found) == 0
    (good,) = of(found, "good")
    assert good.says == f"4 of 4 kinds of call were answered in account {ACCOUNT}, {REGION}."
    tried = [(r.region, r.service, r.operation) for r in bench[1].log if f"{r.service}:{r.operation}" in SOME]
    assert sorted(tried) == [
        ("eu-west-1", "ec2", "DescribeVolumes"), ("eu-west-1", "kms", "ListKeys"), ("eu-west-1", "s3", "GetBucketVersioning"),
        ("us-east-1", "ec2", "DescribeVolumes"), ("us-east-1", "s3", "ListBuckets")]  # fmt: skip
    assert not [r for r in bench[1].log if r.page > 0], "first pages only, though there are more"
    assert "first pages" in of(found, "not checked")[-1].says


def test_a_denied_list_names_its_action_and_what_could_not_be_tried_for_it(bench: tuple[World, Bench]) -> None:
    bench[0].faults.append(Fault("denied", service="s3", operation="ListBuckets"))
    found = look(named(*SOME))
    assert exit_code(found) == 3
    assert of(found, "gap")[0].says.startswith("2 of 3 kinds of call were answered")
    denied = of(found, "gap")[1]
    assert denied.details[0].startswith("s3:ListBuckets: AccessDenied")
    assert denied.todo.startswith("Allow s3:ListAllMyBuckets,")
    assert of(found, "not checked")[0].details == ("s3:GetBucketVersioning: s3:ListBuckets ended denied",)


def test_a_call_about_a_resource_is_tried_on_the_first_one(bench: tuple[World, Bench]) -> None:
    bench[0].faults.append(Fault("denied", service="s3", operation="GetBucketVersioning", when={"Bucket": "bucket-0"}))
    found = look(named(*SOME))
    assert "s3:GetBucketVersioning" in of(found, "gap")[1].todo
    bench[0].faults[:] = [Fault("denied", service="s3", operation="GetBucketVersioning", when={"Bucket": "bucket-1"})]
    assert exit_code(look(named(*SOME))) == 0, "the others are not asked, and LIMITS says so"


def test_what_there_is_nothing_to_try_on_is_not_called_good(bench: tuple[World, Bench]) -> None:
    bench[0].put(ACCOUNT, "global", "s3", "ListBuckets", {"Buckets": []})
    found = look(named(*SOME))
    assert exit_code(found) == 0
    assert of(found, "not checked")[0].details == ("s3:GetBucketVersioning: there is no bucket to try it on",)
    assert of(found, "good")[0].says.startswith("3 of 3")


@pytest.mark.parametrize("kind", ["throttled", "unsupported", "http_500", "expired", "cut_body"])
def test_what_is_not_answered_for_another_reason_is_a_gap_too(bench: tuple[World, Bench], kind: str) -> None:
    bench[0].faults.append(Fault(kind, service="kms"))
    chosen = named("kms:ListKeys", "ec2:DescribeVolumes")
    found = list(look_without_sleep(chosen))
    assert exit_code(found) == 3
    assert of(found, "gap")[1].details[0].startswith("kms:ListKeys: ")
    assert "Allow" not in of(found, "gap")[1].todo


def look_without_sleep(chosen: list[Ask]) -> Iterator[Finding]:
    return examine(
        lambda: open_session(Settings(region=REGION)),
        lambda sessions: Asker(sessions.__getitem__, Redactor(b"k" * 32), sleep=lambda seconds: None),
        lambda session, asker: find_scope(session, asker, Nowhere()),
        chosen,
        populations(),
    )


def test_a_report_that_is_still_being_made_is_not_waited_for(bench: tuple[World, Bench]) -> None:
    chosen = named("iam:GenerateCredentialReport", "iam:GetCredentialReport")
    bench[0].put(ACCOUNT, "global", "iam", "GenerateCredentialReport", {"State": "STARTED"})
    found = look(chosen)
    assert of(found, "not checked")[0].details == ("iam:GetCredentialReport: iam:GenerateCredentialReport has not finished",)
    assert exit_code(found) == 0
    bench[0].put(ACCOUNT, "global", "iam", "GenerateCredentialReport", {"State": "COMPLETE"})
    assert of(look(chosen), "good")[0].says.startswith("2 of 2")


def test_every_ask_is_tried_or_said_not_to_be(bench: tuple[World, Bench]) -> None:
    found = list(look_without_sleep(list(asks())))
    made = int(next(f for f in found if f.about == "permissions").says.split()[2])
    (untried,) = [f for f in of(found, "not checked") if f.details]
    assert made + len(untried.details) == len(set(asks()))
    refused = [line for f in of(found, "gap") for line in f.details if "NotWhole" not in line and "ValidationError" not in line]
    assert not refused, "a world that refuses nothing has nothing denied"


# -- Regions ---------------------------------------------------------------------------------------------------------------


def test_a_region_that_the_organisation_closed_is_a_gap(bench: tuple[World, Bench]) -> None:
    bench[0].faults.append(Fault("denied", service="ec2", operation="DescribeVolumes", region="us-east-1"))
    found = look(named(*SOME))
    (gap,) = of(found, "gap", "regions")
    assert "does not answer ec2:DescribeVolumes in us-east-1: denied" in gap.says and "--region" in gap.todo
    assert exit_code(look(named(*SOME), regions=[REGION])) == 0, "left out, it is none"


def test_regions_are_named_with_those_that_are_not_enabled(bench: tuple[World, Bench]) -> None:
    found = look(named(*SOME))
    entered = of(found, "good", "regions")[0]
    assert "in eu-west-1, us-east-1" in entered.says and entered.details == ("not enabled: ap-east-1",)
    none = look(named(*SOME), regions=["ap-east-1"])
    assert "none of the Regions named is enabled" in of(none, "gap", "regions")[0].says
    assert not of(none, "good"), "nothing was tried"


# -- accounts and credentials --------------------------------------------------------------------------------------------------


def test_an_account_that_refuses_is_a_gap_and_a_closed_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made = organisation()
    with serve(made) as running:
        enter(monkeypatch, running)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS["AWS_ACCESS_KEY_ID"])
        found = look(named("ec2:DescribeVolumes"), organization=True, role=ROLE, external_id=SECRET)
        (gap,) = of(found, "gap", "accounts")
        assert SHUT in gap.says and "AccessDenied" in gap.says and "--format cloudformation" in gap.todo
        assert any(CLOSED in f.says for f in of(found, "not checked", "accounts"))
        assert [f.says.split()[-2] for f in of(found, "good")] == [f"{HOME},", f"{SHOP},"]
        assert exit_code(found) == 3
        assert SECRET not in repr(found)


@pytest.mark.parametrize(("fault", "words"), [
    (Fault("denied", service="sts", code="InvalidClientTokenId"), "InvalidClientTokenId"),
    (Fault("expired", service="sts"), "expired"),
])  # fmt: skip
def test_without_credentials_that_work_it_cannot_run(bench: tuple[World, Bench], fault: Fault, words: str) -> None:
    bench[0].faults.append(fault)
    found = look(named(*SOME))
    assert exit_code(found) == 2
    assert words in of(found, "stop", "credentials")[0].says
    assert of(found, "good", "clock"), "AWS's refusal has a date too"
    assert not of(found, "good")


def test_a_scope_that_cannot_be_meant_stops_with_its_sentence(bench: tuple[World, Bench]) -> None:
    found = look(named(*SOME), regions=["eu-wst-1"])
    assert exit_code(found) == 2
    assert "Did you mean eu-west-1?" in of(found, "stop", "accounts")[0].says


# -- the clock -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "outcome", "words"), [
    (4, "gap", "240 seconds behind"), (-4, "gap", "239 seconds ahead of"), (0, "good", "agrees"),
])  # fmt: skip
def test_our_clock_is_compared_with_the_date_of_an_answer(
    bench: tuple[World, Bench], minutes: int, outcome: str, words: str
) -> None:
    """AWS's date has whole seconds: of a clock that is ahead, one second proves nothing."""
    bench[0].clock = OURS + dt.timedelta(minutes=minutes)
    found = next(f for f in look(named("ec2:DescribeVolumes"), now=lambda: OURS) if f.about == "clock")
    assert found.outcome == outcome and words in found.says


@pytest.mark.parametrize(("started", "ended", "outcome"), [
    ("2026-09-30T11:59:58Z", "2026-09-30T12:00:02Z", "good"), ("2026-09-30T12:00:00.5Z", "2026-09-30T12:00:00.9Z", "good"),
    ("2026-09-30T11:50:00Z", "2026-09-30T12:10:00Z", "good"), ("2026-09-30T11:58:00Z", "2026-09-30T11:58:59Z", "gap"),
    ("2026-09-30T12:01:02Z", "2026-09-30T12:01:03Z", "gap"),
])  # fmt: skip
def test_a_slow_answer_is_no_slow_clock(started: str, ended: str, outcome: str) -> None:
    assert clock([Attempt(1, started, ended, 200, date="Wed, 30 Sep 2026 12:00:00 GMT")]).outcome == outcome


def test_a_clock_that_could_not_be_compared_is_not_called_good() -> None:
    assert clock([]).outcome == "not checked"
    assert clock([Attempt(1, "2026-09-30T12:00:00Z", "2026-09-30T12:00:00Z", None)]).outcome == "not checked"
    assert clock([Attempt(1, "2026-09-30T12:00:00Z", "2026-09-30T12:00:00Z", 200, date="yesterday")]).outcome == "not checked"


# -- the machine -----------------------------------------------------------------------------------------------------------


def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert room(tmp_path / "runs/not/there/yet").says.endswith(f"free at {tmp_path}.")
    (tmp_path / "file").write_text("")
    assert room(tmp_path / "file/run").outcome == "stop"
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": doctor.ROOM - 1}))
    assert room(tmp_path).outcome == "gap" and "--resume" in room(tmp_path).todo
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": doctor.ROOM}))
    assert room(tmp_path).outcome == "good"
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    assert room(tmp_path).outcome == "stop"


def test_printing_is_tried_with_every_font(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "8 font files load" in printing.try_printing()
    (tmp_path / "fonts.conf").write_text("<fontconfig>")
    with monkeypatch.context() as patch:
        patch.setattr(printing, "template_folder", lambda: tmp_path)
        with pytest.raises(EvidenceError, match="No report can be printed here"):
            printing.try_printing()
        (tmp_path / "fonts.conf").write_text("<html/>")
        with pytest.raises(EvidenceError, match="is no fontconfig file"):
            printing.try_printing()
    lost = fonts.Face("Evidence CJK", "noto_cjk_sans_jp_regular", "lost.otf")
    monkeypatch.setattr(fonts, "ON_DEMAND", (lost,))
    with pytest.raises(EvidenceError, match=r"lost\.otf cannot be read"):
        printing.try_printing()


# -- the command line ------------------------------------------------------------------------------------------------------


def test_the_command_tells_what_it_found_in_sentences_and_keeps_nothing(bench: tuple[World, Bench], tmp_path: Path) -> None:
    made, running = bench
    made.faults.append(Fault("denied", service="kms", operation="ListKeys"))
    keys = {**KEYS, "AWS_ACCESS_KEY_ID": f"AKIA{ACCOUNT}", **running.environment}
    words = ("doctor", "--out", tmp_path / "runs", "--program", "cis-aws-foundations-7.0", "--region", REGION)
    done = evidence(*words, cwd=tmp_path, **keys)
    assert done.returncode == 3, done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert {line.split()[1] for line in lines[:4]} == {"versions", "disk", "fonts", "clock"}
    assert "kms:ListKeys: AccessDeniedException" in done.stdout and "→ Allow kms:ListKeys" in done.stdout
    assert "It can run, and something would be a gap." in lines[-1]
    assert list(tmp_path.iterdir()) == []
    told = json.loads(evidence(*words, "--json", cwd=tmp_path, **keys).stdout)
    assert told["exit"] == 3 and {f["outcome"] for f in told["findings"]} == {"good", "gap", "not checked"}


def test_the_command_says_when_it_cannot_run(tmp_path: Path) -> None:
    done = evidence("doctor", cwd=tmp_path)
    assert done.returncode == 2
    assert "There are no AWS credentials." in done.stdout and done.stdout.splitlines()[-1].startswith("It cannot run.")
    assert "Traceback" not in done.stderr
