"""Requests keep a share of every limit whatever the threads do; throttling slows a bucket down, and quiet lets it go again."""

import datetime as dt
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.aws.budget import Budget, Spent, parts
from evidence.aws.pace import LONGEST, SLOWEST, UNDOCUMENTED, Gate, Pacer, retry_after
from evidence.errors import EvidenceError
from evidence.run.answer import Call
from evidence.services import asks
from evidence.services.rates import LIMITS, limits_of
from tests.aws.virtual_time import VirtualTime

NOON = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
CALLS = (
    Call("111122223333", "global", "route53", "ListHostedZones"),  # 5 a second
    Call("111122223333", "eu-west-1", "ec2", "DescribeVolumes"),  # 10, at once 50
    Call("111122223333", "eu-west-1", "iam", "GetAccountSummary"),  # none documented
)
GATEWAY = (
    Call("111122223333", "eu-west-1", "apigateway", "GetResources"),  # 2.5 of its own, and
    Call("111122223333", "eu-west-1", "apigatewayv2", "GetApis"),  # 10 with the rest, 40 at once
)


def kept(times: list[float], rate: float, burst: float) -> bool:
    """Whether no window holds more than the burst and what the rate gives meanwhile."""
    times = sorted(times)
    return all(n + 1 <= burst + rate * (times[i + n] - times[i]) + 1e-6 for i in range(len(times)) for n in range(len(times) - i))


def answered(gate: Gate, *, throttled: bool = False, after: float = 0.0) -> None:
    headers = {"retry-after": str(after)} if after else {}
    gate.heard(400 if throttled else 200, "Throttling" if throttled else None, headers, NOON)


steps = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.4, 3.0]), st.booleans(), st.sampled_from([0, 0, 0, 2, 500])), max_size=6)


@given(st.lists(steps, min_size=1, max_size=8), st.sampled_from([0.02, 0.2, 1.0]), st.sampled_from(CALLS))
@settings(max_examples=40, deadline=None)
def test_no_window_holds_more_than_the_share_and_everybody_gets_a_turn(
    schedule: list[list[tuple[float, bool, int]]], share: float, call: Call
) -> None:
    time = VirtualTime()
    pacer, sent, quiet = Pacer(share, clock=time.clock, sleep=time.sleep), [], []

    def work(steps: list[tuple[float, bool, int]]) -> Callable[[], None]:
        def requests() -> None:
            gate = pacer.gate(call)
            for rest, throttled, after in steps:
                time.sleep(rest)
                gate.wait()
                sent.append(time.clock())
                time.sleep(0.1)
                if throttled and after:
                    quiet.append((time.clock(), time.clock() + min(after, LONGEST)))
                answered(gate, throttled=throttled, after=after if throttled else 0)

        return requests

    time.run([work(steps) for steps in schedule])
    limit = limits_of(call.service, call.operation)
    rate, burst = (limit[0].rate, limit[0].burst) if limit else (UNDOCUMENTED, 1)
    assert len(sent) == sum(len(steps) for steps in schedule)
    assert kept(sent, share * rate, max(1, share * burst))
    assert not [t for t in sent for begin, end in quiet if begin < t < end - 1e-6], "nothing is sent while AWS asks us to wait"


@given(st.lists(st.sampled_from(GATEWAY), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_a_request_that_two_limits_count_keeps_both(calls: list[Call]) -> None:
    time = VirtualTime()
    pacer, sent = Pacer(0.2, clock=time.clock, sleep=time.sleep), []

    def one(call: Call) -> Callable[[], None]:
        def request() -> None:
            for _ in range(3):
                pacer.gate(call).wait()
                sent.append((time.clock(), call))

        return request

    time.run([one(call) for call in calls])
    assert kept([t for t, _ in sent], 0.2 * 10, 0.2 * 40)
    assert kept([t for t, call in sent if call is GATEWAY[0]], 0.2 * 2.5, 1)


def test_turns_are_given_in_the_order_in_which_they_are_asked_for() -> None:
    time, order = VirtualTime(), []
    pacer = Pacer(1, clock=time.clock, sleep=time.sleep)

    def comes(number: int) -> Callable[[], None]:
        def request() -> None:
            time.sleep(number / 100)
            pacer.gate(CALLS[0]).wait()
            order.append(number)
            if number == 3:
                answered_late = pacer.gate(CALLS[0])
                answered_late.wait()
                answered(answered_late, throttled=True, after=7)

        return request

    time.run([comes(number) for number in range(20)])
    assert order == list(range(20))


@pytest.mark.parametrize("call", [CALLS[1], CALLS[2]])
def test_nothing_is_waited_for_until_aws_throttles_then_the_rate_falls_once_and_comes_back(call: Call) -> None:
    time, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time[0] += seconds

    pacer = Pacer(clock=lambda: time[0], sleep=sleep)
    gates = [pacer.gate(call) for _ in range(30)]
    for gate in gates:
        gate.wait()
    assert not slept and pacer.rate(call) == math.inf
    time[0] += 0.3
    answered(gates[0], throttled=True)
    cut = pacer.rate(call)
    assert cut == pytest.approx(0.7 * (10 if call is CALLS[1] else 30)), "of what was asked in the last second, or documented"
    for gate in gates[1:]:
        answered(gate, throttled=True)
    assert pacer.rate(call) == cut, "answers to what was on its way at the cut are no new reason"

    rates = []
    for _ in range(4000):
        gate = pacer.gate(call)
        gate.wait()
        answered(gate)
        rates.append(pacer.rate(call))
    assert slept and rates == sorted(rates) and rates[-1] == math.inf

    for _ in range(60):
        gate = pacer.gate(call)
        gate.wait()
        time[0] += 1
        answered(gate, throttled=True)
    assert pacer.rate(call) == SLOWEST


def test_one_account_or_region_never_waits_for_another() -> None:
    time = [0.0]
    pacer = Pacer(0.1, clock=lambda: time[0], sleep=lambda seconds: pytest.fail("nobody else was asked"))
    for account in ("111122223333", "444455556666"):
        for region in ("eu-west-1", "eu-west-2"):
            pacer.gate(Call(account, region, "cloudtrail", "LookupEvents")).wait()


def test_a_gentle_collection_keeps_a_slot_for_other_services_and_a_share_is_a_share() -> None:
    assert Pacer(0.2).per_lane < Pacer().per_lane
    for share in (0, -1, 1.5):
        with pytest.raises(EvidenceError, match="share"):
            Pacer(share)


@pytest.mark.parametrize(("headers", "seconds"), [
    ({"retry-after": "3"}, 3), ({"retry-after": "0.5"}, 0.5), ({"x-amz-retry-after": "1500"}, 1.5), ({}, 0),
    ({"retry-after": "Wed, 30 Sep 2026 12:00:09 GMT"}, 9), ({"retry-after": "Wed, 30 Sep 2026 11:00:00 GMT"}, 0),
    ({"retry-after": "86400"}, LONGEST), ({"retry-after": "soon"}, 0), ({"retry-after": "-4"}, 0), ({"retry-after": "nan"}, 0),
    ({"retry-after": "inf"}, 0), ({"retry-after": "1", "x-amz-retry-after": "x"}, 1), ({"retry-after": "1e400"}, 0),
])  # fmt: skip
def test_what_aws_asks_us_to_wait_is_heeded_up_to_a_minute(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers, NOON) == pytest.approx(seconds)


def test_every_limit_names_its_page_and_operations_that_are_asked() -> None:
    asked = {(ask.service, ask.operation) for ask in asks()}
    for limit in LIMITS:
        assert limit.source.startswith("https://docs.aws.amazon.com/")
        assert limit.rate > 0 and limit.burst >= 1
        named = {(service, operation) for service in limit.services for operation in limit.operations}
        assert named <= asked, f"nobody asks {named - asked}"
    for service, operation in asked:
        narrow = [limit for limit in limits_of(service, operation) if not limit.beside]
        assert len(narrow) <= 1, f"{service}:{operation} is counted twice"


@given(st.integers(0, 10_000), st.integers(1, 500))
def test_a_budget_is_split_without_rest(requests: int, units: int) -> None:
    split = parts(requests, units)
    assert (len(split), sum(split)) == (units, requests) and max(split) - min(split) <= 1


def test_a_budget_gives_out_what_it_has() -> None:
    budget = Budget(2)
    budget.spend()
    budget.spend()
    assert budget.spent
    with pytest.raises(Spent):
        budget.spend()
