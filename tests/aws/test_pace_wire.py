"""The pace over the wire: every request counts, AWS's wish to wait is heeded, and a spent budget leaves gaps that can be filled."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from evidence.assessment.completeness import coverage
from evidence.aws.ask import Asker
from evidence.aws.budget import Budget
from evidence.aws.collect import Collected, collect_account
from evidence.aws.pace import Pacer
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded
from evidence.aws.session import Settings, open_session
from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.run.answer import Answer, Call
from evidence.run.scope import BUDGET_SPENT, NOT_ASKED, Account, Scope
from evidence.services import kms, populations
from evidence.services.declare import Ask
from tests.aws_simulator import Bench, Fault, World, serve

ACCOUNT, REGION = "012345678901", "eu-west-1"
LIST = next(ask for ask in kms.SERVICE.asks if ask.operation == "ListKeys")
DESCRIBE = next(ask for ask in kms.SERVICE.asks if ask.operation == "DescribeKey")
ZONES = Ask("route53", "ListHostedZones", (), whole_account=True)
HERE = Account(ACCOUNT, regions={REGION: "asked"})


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Kept(list[Answer]):
    def keep(self, answer: Answer) -> None:
        self.append(answer)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Bench]]:
    made = World(page_size=2)
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key"
    made.put(ACCOUNT, REGION, "kms", "ListKeys", {"Keys": [{"KeyId": f"k-{n}", "KeyArn": f"{arn}/k-{n}"} for n in range(5)]})
    for n in range(5):
        made.put(
            ACCOUNT,
            REGION,
            "kms",
            "DescribeKey",
            {"KeyMetadata": {"KeyId": f"k-{n}", "KeyState": "Enabled"}},
            {"KeyId": f"{arn}/k-{n}"},
        )
    made.put(ACCOUNT, "global", "route53", "ListHostedZones", {"HostedZones": [], "IsTruncated": False, "MaxItems": "100"})
    with serve(made) as running:
        for name in list(os.environ):
            if name.startswith("AWS_") or name.lower().endswith("_proxy"):
                monkeypatch.delenv(name)
        for name, value in {
            "AWS_ACCESS_KEY_ID": "AKIA" + ACCOUNT, "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "3",
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, **running.environment,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("botocore.retries.standard.random.random", lambda: 0.0)
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
        yield made, running


def asker_with(time: Time, share: float | None = None) -> Asker:
    session = open_session(Settings(region=REGION), [LIST, DESCRIBE, ZONES])
    session.principal = "arn:aws:iam::012345678901:role/audit"
    return Asker(
        lambda account: session, Redactor(b"k" * 32), sleep=time.sleep,
        pacer=Pacer(share, clock=lambda: time.now, sleep=time.sleep),
    )  # fmt: skip


def zones() -> Call:
    return Call(ACCOUNT, "global", "route53", "ListHostedZones")


def test_pages_and_botocores_own_retries_wait_for_their_turn_too(aws: tuple[World, Bench]) -> None:
    world, bench = aws
    world.faults.append(Fault("http_500", service="kms", times=1))
    time = Time()
    answer = asker_with(time, 0.001).ask(LIST, Call(ACCOUNT, REGION, "kms", "ListKeys"))
    assert (answer.ending, len(bench.requests(service="kms"))) == ("answered", 4)
    assert time.slept == pytest.approx([2.0, 2.0, 2.0]), "a thousandth of 500 a second, after the first"


@pytest.mark.parametrize(("code", "status"), [(None, 429), ("Throttling", 400), ("ServiceUnavailable", 503)])
def test_retry_after_is_heeded_by_the_retry_and_by_all_others_of_the_place(
    aws: tuple[World, Bench], code: str | None, status: int
) -> None:
    world, _ = aws
    fault = Fault("throttled", service="route53", times=1, retry_after="9", code=code, status=status)
    world.faults.append(fault)
    time = Time()
    asker = asker_with(time)
    answer = asker.ask(ZONES, zones())
    assert (answer.ending, [a.status for a in answer.attempts]) == ("answered", [status, 200])
    assert sum(time.slept) >= 9
    before = time.now
    asker.ask(LIST, Call(ACCOUNT, REGION, "kms", "ListKeys"))
    assert time.now == before, "another service was not throttled"


def test_a_call_that_gives_up_is_throttled_whatever_the_service_calls_it(aws: tuple[World, Bench]) -> None:
    world, _ = aws
    world.faults.append(Fault("throttled", service="route53", code="EnhanceYourCalm", status=429))
    time = Time()
    asker = asker_with(time)
    answer = asker.ask(ZONES, zones())
    assert (answer.ending, answer.code) == ("throttled", "EnhanceYourCalm")
    assert {a.code for a in answer.attempts} == {"EnhanceYourCalm"} and answer.attempts
    assert asker.pacer.rate(zones()) < 5
    world.faults.clear()
    slow = asker.pacer.rate(zones())
    while asker.pacer.rate(zones()) < 5:
        assert asker.ask(ZONES, zones()).ending == "answered"
    assert slow < 5 == asker.pacer.rate(zones()), "and comes back to the documented rate, never beyond"


def collect(kept: Kept, asks: tuple[Ask, ...], budget: Budget | None, already: Kept | None = None) -> Collected:
    known = None if already is None else recorded(already)
    return collect_account(HERE, asks, populations(), asker_with(Time()), kept, already=known, concurrency=1, budget=budget)


def keys(kept: list[Answer], account: Account) -> tuple[list[object], list[str]]:
    """The cells of the population and the gaps it carries."""
    found = read_populations(
        Answers(Scope((account,)), kept), {"kms.keys": ("state",)}, populations(), dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
    )["kms.keys"]
    cells = found["state"]
    gaps = [*(gap for gap in cells._gaps if gap is not None), *found.unread]
    assert all(gap.ending == NOT_ASKED and gap.detail == BUDGET_SPENT for gap in gaps)
    return list(cells._values), [gap.ending for gap in gaps]


@pytest.mark.parametrize("requests", range(1, 9))
def test_a_spent_budget_leaves_gaps_and_another_one_fills_them(aws: tuple[World, Bench], requests: int) -> None:
    _, bench = aws
    asks = (LIST, DESCRIBE)
    whole, part = Kept(), Kept()
    collected = collect(part, asks, Budget(requests))
    assert len(bench.log) == min(requests, 8), "three pages and five keys, and not one more"
    assert (collected.unasked > 0) == (requests < 8)
    assert {a.ending for a in part} <= {"answered"}
    values, gaps = keys(part, replace(HERE, unasked=collected.unasked))
    assert (gaps == []) == (requests >= 8), "what was not asked is a gap"
    rest = Kept()
    again = collect(rest, asks, Budget(100), already=part)
    assert again.unasked == 0
    collect(whole, asks, None)
    assert {a.id for a in (*part, *rest)} == {a.id for a in whole}
    values, gaps = keys([*part, *rest], HERE)
    assert (len(values), gaps) == (5, [])


def test_a_region_of_an_account_whose_budget_was_spent_is_read_in_part_at_best(aws: tuple[World, Bench]) -> None:
    part = Kept()
    collected = collect(part, (LIST, DESCRIBE), Budget(4))
    account = replace(HERE, regions={REGION: "asked", "eu-west-2": "asked"}, unasked=collected.unasked)
    cells = coverage((account,), Answers(Scope((account,)), part), ())
    assert {cell.region: cell.status for cell in cells} == dict.fromkeys(("global", REGION, "eu-west-2"), "in part")
    assert Scope.from_json(Scope((account,)).to_json()).accounts == (account,)
