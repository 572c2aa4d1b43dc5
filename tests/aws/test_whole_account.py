"""Every declared ask of a whole account, over the wire, against an AWS on which one kind of thing goes wrong."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.aws.ask import Asker
from evidence.aws.collect import Collected, collect_account
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded, replay_session
from evidence.aws.scope import find_scope
from evidence.aws.session import Session, Settings, open_session
from evidence.aws.unit import again
from evidence.run.answer import Answer
from evidence.run.redaction import redactions_in
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.services import asks, populations
from tests.aws_simulator import KINDS, Bench, Fault, World, serve

pytestmark = pytest.mark.xdist_group("whole account")
ACCOUNT, REGION = "012345678901", "eu-west-1"
SECRET = "hunter2-" + "in-clear"
ENDINGS = {
    "denied": {"denied"}, "throttled": {"throttled"}, "expired": {"expired"}, "not_opted_in": {"denied", "unsupported"},
    "unsupported": {"unsupported"}, "slow": {"answered", "absent", "failed"}, "cut_between_pages": {"answered", "absent", "failed"},
}  # fmt: skip
"""How calls end under a fault that never stops; under all others they are `failed`. The Regions are known to be switched on, so
a token that one of them does not accept is `denied`; services that say OptInRequired are `unsupported`."""


def world() -> World:
    made = World(page_size=2)
    names = ("eu-west-1", "us-east-1")
    listed = [{"RegionName": name, "OptInStatus": "opt-in-not-required"} for name in names]
    off = {"RegionName": "ap-east-1", "OptInStatus": "not-opted-in"}
    made.put(ACCOUNT, "us-east-1", "ec2", "DescribeRegions", {"Regions": [*listed, off]})
    volumes = [{"VolumeId": f"vol-{n}", "Encrypted": True} for n in range(5)]
    made.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"Volumes": volumes})
    made.put(
        ACCOUNT, "global", "s3", "ListBuckets", {"Buckets": [{"Name": f"bucket-{n}", "BucketRegion": REGION} for n in range(3)]}
    )
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key"
    made.put(ACCOUNT, REGION, "kms", "ListKeys", {"Keys": [{"KeyId": f"k-{n}", "KeyArn": f"{arn}/k-{n}"} for n in range(3)]})
    made.put(ACCOUNT, REGION, "logs", "DescribeLogGroups", {"logGroups": [{"logGroupName": f"g-{n}"} for n in range(5)]})
    environment = {"EnvironmentId": "e-1", "EnvironmentName": "shop-prod", "ApplicationName": "shop"}
    made.put(ACCOUNT, REGION, "elasticbeanstalk", "DescribeEnvironments", {"Environments": [environment]})
    option = {"Namespace": "aws:elasticbeanstalk:application:environment", "OptionName": "DB_PASSWORD", "Value": SECRET}
    deployed = {"ApplicationName": "shop", "DeploymentStatus": "deployed", "OptionSettings": [option]}
    settings = {"ConfigurationSettings": [deployed]}
    made.put(ACCOUNT, REGION, "elasticbeanstalk", "DescribeConfigurationSettings", settings)
    made.put(ACCOUNT, "global", "iam", "GenerateCredentialReport", {"State": "COMPLETE"})
    made.put(ACCOUNT, "global", "iam", "GetCredentialReport", {"Content": b"user,arn\n<root_account>,x\n"})
    made.fail(ACCOUNT, "global", "iam", "GetAccountPasswordPolicy", "NoSuchEntity", 404)
    return made


class Kept(list[Answer]):
    def keep(self, answer: Answer) -> None:
        self.append(answer)

    def by_key(self) -> dict[str, Answer]:
        return {answer.call.key: answer for answer in self}


def enter(monkeypatch: pytest.MonkeyPatch, running: Bench) -> None:
    """An environment in which boto3 finds the bench and nothing else."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIA" + ACCOUNT, "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, **running.environment,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Bench]]:
    made = world()
    with serve(made) as running:
        enter(monkeypatch, running)
        yield made, running


@pytest.fixture(scope="module")
def right() -> "Kept":
    """What is kept on a day when nothing goes wrong."""
    kept, made = Kept(), world()
    with pytest.MonkeyPatch.context() as monkeypatch, serve(made) as running:
        enter(monkeypatch, running)
        collect([], made, kept)
    return kept


@pytest.fixture(scope="module")
def lasting() -> Iterator[tuple[World, Session]]:
    """One AWS and one session for many collections: making a session's clients takes longer than their calls."""
    made = world()
    with pytest.MonkeyPatch.context() as monkeypatch, serve(made) as running:
        enter(monkeypatch, running)
        yield made, open_session(Settings(region=REGION))


def collect(
    faults: list[Fault], made: World, keeper: Kept | Run, session: Session | None = None
) -> tuple[Scope, Collected, Asker]:
    """Finds the scope, then lets things go wrong, then collects; after that all is well again."""
    session = session or open_session(Settings(region=REGION))
    asker = Asker(lambda account: session, Redactor(b"k" * 32), sleep=lambda seconds: None)
    found = find_scope(session, asker, keeper)
    made.faults.extend(faults)
    collected = collect_account(found.accounts[0], asks(), populations(), asker, keeper, already=found.already)
    made.faults.clear()
    return Scope(tuple(found.accounts)), collected, asker


def test_every_call_is_made_once_and_kept(bench: tuple[World, Bench]) -> None:
    made, running = bench
    kept = Kept()
    _, collected, _ = collect([], made, kept)
    assert len(kept.by_key()) == len(kept) == collected.endings.total() + 2
    asked = running.log[1:]  # who we are is asked before anything is kept, and again of each account
    first_pages = [(r.region, r.service, r.operation, repr(r.parameters)) for r in asked if r.page == 0]
    assert len(first_pages) == len(set(first_pages)) == len(kept)
    assert {(r.service, r.operation) for r in running.log} <= {(a.service, a.operation) for a in asks()}
    assert {r.region for r in running.log} == {"eu-west-1", "us-east-1"}, "nothing goes to a Region that is not enabled"
    volumes = next(a for a in kept if a.call.operation == "DescribeVolumes" and a.call.region == REGION)
    assert [len(p["Volumes"]) for p in volumes.pages] == [2, 2, 1]
    assert next(a for a in kept if a.call.operation == "GetCredentialReport").ending == "answered"
    assert next(a for a in kept if a.call.operation == "GetAccountPasswordPolicy").ending == "absent"
    assert SECRET not in repr(kept)
    assert redactions_in(b"".join(a.to_line("") for a in kept)) == {"environment property": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_no_mishap_of_any_kind_changes_an_answer_without_saying_so(
    lasting: tuple[World, Session], right: Kept, kind: str
) -> None:
    """Whatever is still called answered is the very answer of the day when nothing went wrong."""
    made, session = lasting
    wrong, before = Kept(), right.by_key()
    collect([Fault(kind, seconds=0.001)], made, wrong, session)
    asked = [a for a in wrong if a.call.name not in ("sts:GetCallerIdentity", "ec2:DescribeRegions")]
    assert asked
    for answer in asked:
        same = before[answer.call.key]
        if answer.ending in ("answered", "absent"):
            assert answer.id == same.id, f"{answer.call.name} under {kind}"
        else:
            assert answer.code
            assert answer.pages == same.pages[: len(answer.pages)], "what is kept of it is what was there"
    endings = {a.ending for a in asked}
    assert endings == ENDINGS.get(kind, {"failed"})


def test_credentials_that_expire_in_the_middle_are_fetched_anew_and_nothing_is_lost(
    bench: tuple[World, Bench], right: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, running = bench
    made.account(ACCOUNT).access_keys.append("AKIASECOND")
    kept = Kept()
    session = open_session(Settings(region=REGION))
    asker = Asker(lambda account: session, Redactor(b"k" * 32), sleep=lambda seconds: None)
    found = find_scope(session, asker, kept)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECOND")
    made.faults.append(Fault("expired", access_key="AKIA" + ACCOUNT, after=20))
    collect_account(found.accounts[0], asks(), populations(), asker, kept, already=found.already)
    assert {a.id for a in kept} == {a.id for a in right}
    assert any(a.attempts[-1].code is None and a.attempts[0].code for a in kept), "the first attempt stays on record"
    assert running.requests(access_key="AKIASECOND")


def test_a_run_on_disk_is_replayed_to_the_same_answers(
    bench: tuple[World, Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, running = bench
    faults = [
        Fault("denied", service="s3", operation="GetBucketPolicy"), Fault("throttled", service="ec2", page=2),
        Fault("cut_body", service="kms", times=8), Fault("expired", service="logs", region="us-east-1"),
    ]  # fmt: skip
    run = Run.create(tmp_path / "run", Scope(()), versions={})
    scope, _, asker = collect(faults, made, run)
    run.finish(scope=scope)
    run = Run.open(tmp_path / "run")
    assert {"answered", "absent", "denied", "throttled", "expired", "failed"} <= {e for e, n in run.facts.calls.items() if n}
    before, threads = len(running.log), threading.active_count()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://nowhere.invalid")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    offline = replay_session("aws")
    made = Kept()
    asker = Asker(lambda account: offline, Redactor(), recorded=recorded(run.answers()))
    (account,) = run.facts.scope.accounts
    for answer in again(account.seen, run.answers(), asker):
        made.keep(answer)
    collected = collect_account(account, asks(), populations(), asker, made, already=recorded(list(made)))
    assert collected.not_kept == 0
    assert sorted(a.id for a in made) == sorted(a.id for a in run.answers())
    assert made.by_key() == {a.call.key: a for a in run.answers()}, "times, attempts and principals too"
    assert (len(running.log), threading.active_count()) == (before, threads)
