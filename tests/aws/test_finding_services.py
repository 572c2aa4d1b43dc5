"""GuardDuty and Macie over the wire: findings by the fifty, and what "not enabled" and a refusal look like."""

from collections.abc import Iterator

import pytest

from evidence.aws.collect import collect_account
from evidence.run.answer import Answer
from evidence.services import guardduty, macie2, populations
from tests.aws.test_whole_account import ACCOUNT, REGION, Kept, collect, enter, world
from tests.aws_simulator.server import Bench, serve
from tests.aws_simulator.world import World

OFF, REFUSED = "Macie is not enabled", f"User: arn:aws:sts::{ACCOUNT}:assumed-role/x is not authorized to perform: macie2:List"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Bench]]:
    made = world()
    with serve(made) as running:
        enter(monkeypatch, running)
        yield made, running


def kept_of(made: World, service: str) -> list[Answer]:
    """The answers of one service in the Region, after asking everything."""
    kept = Kept()
    scope, _, asker = collect([], made, Kept())
    chosen = (*guardduty.SERVICE.asks, *macie2.SERVICE.asks)
    collect_account(scope.accounts[0], chosen, populations(), asker, kept)
    return [a for a in kept if (a.call.service, a.call.region) == (service, REGION)]


def test_findings_are_listed_to_the_end_and_described_fifty_at_a_time(bench: tuple[World, Bench]) -> None:
    made, _ = bench
    made.page_size = 25
    ids = [f"f{n:03}" for n in range(60)]
    made.put(ACCOUNT, REGION, "guardduty", "ListDetectors", {"DetectorIds": ["d1"]})
    made.put(ACCOUNT, REGION, "guardduty", "ListFindings", {"FindingIds": ids})
    kept = kept_of(made, "guardduty")
    (listed,) = [a for a in kept if a.call.operation == "ListFindings"]
    assert [len(page["FindingIds"]) for page in listed.pages] == [25, 25, 10]
    assert listed.call.parameters["FindingCriteria"]["Criterion"]["accountId"] == {"Equals": [ACCOUNT]}
    described = [a.call.parameters for a in kept if a.call.operation == "GetFindings"]
    assert sorted(described, key=lambda p: p["FindingIds"]) == [
        {"DetectorId": "d1", "FindingIds": ids[:50]},
        {"DetectorId": "d1", "FindingIds": ids[50:]},
    ]


def test_macie_that_is_off_is_absent_and_one_that_refuses_is_denied(bench: tuple[World, Bench]) -> None:
    made, _ = bench
    for operation, message in (("GetMacieSession", OFF), ("GetAutomatedDiscoveryConfiguration", f"{OFF}.")):
        made.fail(ACCOUNT, REGION, "macie2", operation, "AccessDeniedException", 403, message)
    made.fail(ACCOUNT, REGION, "macie2", "ListClassificationJobs", "AccessDeniedException", 403, REFUSED)
    found = {a.call.operation: a.ending for a in kept_of(made, "macie2")}
    assert found == {
        "GetMacieSession": "absent",
        "GetAutomatedDiscoveryConfiguration": "absent",
        "ListClassificationJobs": "denied",
    }
