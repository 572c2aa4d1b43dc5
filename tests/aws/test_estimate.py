"""What a collection will take, before it starts: an earlier run's own requests, or what is stated to be assumed."""

import json

import pytest

from evidence.aws.estimate import MEMBERS, SECONDS, duration, estimate
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.scope import Account
from evidence.services import asks, populations
from evidence.services.cloudtrail import LOOKUP_DAY
from evidence.services.cloudtrail import SERVICE as CLOUDTRAIL
from evidence.services.kms import DESCRIBE_KEY, LIST_KEYS
from evidence.services.sts import GET_CALLER_IDENTITY

HERE = Account("111122223333", regions={"eu-west-1": "asked", "eu-west-2": "asked", "eu-west-3": "out of scope"})
THERE = Account("444455556666", regions={"eu-west-1": "asked"})
SHUT = Account("777788889999", ending="denied")
GET_TRAIL_STATUS = next(ask for ask in CLOUDTRAIL.asks if ask.operation == "GetTrailStatus")
ONCE = Attempt(1, "2026-09-30T12:00:00Z", "2026-09-30T12:00:01Z", 200)


def kept(operation: str, attempts: int, account: str = HERE.id, region: str = "eu-west-1", **parameters: object) -> Answer:
    return Answer(Call(account, region, "kms", operation, parameters), "answered", ({},), attempts=(ONCE,) * attempts)


def test_without_an_earlier_run_lists_are_taken_to_have_so_many_members_and_that_is_said() -> None:
    found = estimate([LIST_KEYS, DESCRIBE_KEY, GET_CALLER_IDENTITY], [HERE, SHUT], populations())
    assert found.requests == 2 * (1 + MEMBERS) + 1, "two Regions; an account that refused is asked nothing"
    assert {s.service: s.requests for s in found.services} == {"kms": 2 * (1 + MEMBERS), "sts": 1}
    assert (found.accounts, found.told) == (1, 0)
    assert f"{MEMBERS} members" in found.basis and "earlier run" not in found.basis


def test_members_that_every_region_lists_are_counted_once() -> None:
    assert estimate([GET_TRAIL_STATUS], [HERE], populations()).requests == MEMBERS


def test_an_earlier_run_tells_how_many_requests_each_service_takes() -> None:
    before = [
        kept("ListKeys", 7), *(kept("DescribeKey", 1, KeyId=f"k-{n}") for n in range(40)),
        kept("ListKeys", 5, region="eu-west-3"), kept("GetKeyPolicy", 9), kept("ListKeys", 3, account="999900001111"),
    ]  # fmt: skip
    found = estimate([LIST_KEYS, DESCRIBE_KEY], [HERE, THERE], populations(), kept=before)
    assert found.requests == 47 + 1 + MEMBERS, (
        "what is no longer asked, or elsewhere, does not count; the other account is assumed"
    )
    assert found.told == 1 and "1 of 2 accounts are those of the earlier run" in found.basis


def test_the_tightest_limit_decides_how_long_it_takes() -> None:
    fast = estimate([DESCRIBE_KEY], [THERE], populations(), kept=[kept("DescribeKey", 3200, account=THERE.id)])
    assert fast.seconds == pytest.approx(3200 * SECONDS / 16), "sixteen at once to one service in one Region"
    slow = estimate([DESCRIBE_KEY], [THERE], populations(), share=0.01, kept=[kept("DescribeKey", 3200, account=THERE.id)])
    assert slow.seconds == pytest.approx(3200 * SECONDS / 2), "two at once, and 1 % of 2,000 a second is more than that"
    slower = estimate([LIST_KEYS], [THERE], populations(), share=0.001, kept=[kept("ListKeys", 101, account=THERE.id)])
    assert slower.seconds == pytest.approx(100 / 0.5)
    days = Account(THERE.id, regions=THERE.regions, since="2026-07-01T00:00:00Z", until="2026-07-31T00:00:00Z")
    assert estimate([LOOKUP_DAY], [days], populations()).seconds == pytest.approx(29 / 2), "a day is one request, two a second"


def test_accounts_are_shared_out_among_workers() -> None:
    many = [Account(f"{n:012}", regions=THERE.regions) for n in range(10)]
    one, ten = (estimate([DESCRIBE_KEY], many, populations(), workers=workers) for workers in (1, 10))
    assert one.requests == ten.requests and one.seconds == pytest.approx(10 * ten.seconds)


def test_everything_that_is_asked_can_be_foreseen_and_said() -> None:
    found = estimate(asks(), [HERE, THERE], populations(), share=0.2)
    assert {s.service for s in found.services} <= {ask.service for ask in asks()}
    assert sum(s.requests for s in found.services) == found.requests > 0
    assert json.loads(json.dumps(found.to_json()))["requests"] == found.requests
    said = str(found)
    assert "20%" in said and "10 requests a second" in said and "throttling is not foreseen" in said
    assert [duration(s) for s in (0.2, 61, 600, 12_000)] == ["1 s", "61 s", "10 min", "3 h 20 min"]
