"""History and events asked over the wire: no page more than is needed, not faster than AWS allows, no secret kept, and gone on with
where a collection was cut."""

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.assessment.assess import assess
from evidence.assessment.period.over_time import observed
from evidence.aws.ask import Asker
from evidence.aws.collect import collect_account
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded
from evidence.aws.scope import find_scope
from evidence.aws.session import Settings, open_session
from evidence.cli.collecting import OVER_TIME
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.calendar import iso
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.services import populations
from evidence.services.config.history import TYPES
from evidence.services.plan import asks_for
from tests.aws_simulator import World, serve
from tests.known_faults.over_the_wire import ACCOUNT, REGION, Aws
from tests.period.past import ID, OFF, ON, PROGRAM, SINCE, Bucket, Past, at, period

SECRET = "hunter2-of-the-history"
ENDED = at(20)
OVER = ("history", "events")


def put(world: World, past: Past) -> None:
    """What AWS would say of this past at ENDED."""
    recorder = {"name": "default", "recordingGroup": {"allSupported": True}}
    status = {"name": "default", "recording": True, "lastStartTime": at(-300)}
    for service, operation, answer in (
        ("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": [recorder]}),
        ("config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": [status]}),
        ("cloudtrail", "LookupEvents", {"Events": past.events(SINCE, ENDED)}),
    ):
        world.put(ACCOUNT, REGION, service, operation, answer)
    for kind in TYPES:
        found = [{"resourceType": kind, "resourceId": b.name} for b in past.buckets] if kind == "AWS::S3::Bucket" else []
        world.put(ACCOUNT, REGION, "config", "ListDiscoveredResources", {"resourceIdentifiers": found}, {"resourceType": kind})
    buckets = [{"Name": b.name, "BucketRegion": REGION} for b in past.buckets]
    world.put(ACCOUNT, "global", "s3", "ListBuckets", {"Buckets": buckets})
    for b in past.buckets:
        items = [_with_secret(item) for item in reversed(past.items(b, ENDED))]
        key = {"resourceType": "AWS::S3::Bucket", "resourceId": b.name}
        world.put(
            ACCOUNT, REGION, "config", "BatchGetResourceConfig", {"baseConfigurationItems": items[:1]}, {"resourceKeys": [key]}
        )
        world.put(ACCOUNT, REGION, "config", "GetResourceConfigHistory", {"configurationItems": items}, {"resourceId": b.name})
        world.put(ACCOUNT, REGION, "s3", "GetBucketVersioning", {"Status": b.state(ENDED)}, {"Bucket": b.name})


def _with_secret(item: dict[str, Any]) -> dict[str, Any]:
    told = {**json.loads(item["configuration"]), "environment": {"variables": {"PASSWORD": SECRET}}}
    return {**item, "configuration": json.dumps(told)}


PAST = Past(
    [Bucket("changed", {at(-250): ON, at(-200): OFF, at(-150): ON, at(-100): OFF, at(5): ON}), Bucket("quiet", {at(-250): ON})],
    [(at(-300), None)],
)


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    made = Aws(World(page_size=1, clock=ENDED), tmp_path, monkeypatch)
    made.regions(eu_west_1="opt_in_not_required")
    put(made.world, PAST)
    return made


def collected(aws: Aws, run: Run, already: Any = None) -> Counter[str]:
    """Collects into the run, as `evidence collect --history --events` does, and says how often each operation was requested."""
    columns = needs([requirements()[ID]], populations()) | {n: c for what in OVER for n, c in OVER_TIME[what].items()}
    with serve(aws.world) as bench:
        aws.enter(bench)
        session = open_session(Settings(region=REGION))
        asker = Asker(lambda account: session, Redactor(b"k" * 32), sleep=aws.slept.append, now=lambda: ENDED)
        found = find_scope(session, asker, run)
        account = replace(found.accounts[0], since=iso(SINCE), until=iso(ENDED))
        asks = asks_for(columns, populations())
        collect_account(account, asks, populations(), asker, run, already=already or found.already, concurrency=2)
        run.finish(scope=Scope((account,), ("ours",), "2026-Q3", over_time=OVER), ended=ENDED)
        return Counter(request.operation for request in bench.log)


def test_what_is_asked_is_enough_and_no_more(aws: Aws) -> None:
    run = Run.create(aws.folder / "run", Scope((), ("ours",)), versions={}, started=ENDED - dt.timedelta(minutes=5))
    requests = collected(aws, run)
    kept = {a.call.parameters["resourceId"]: a for a in run.answers() if a.call.operation == "GetResourceConfigHistory"}
    assert list(kept) == ["changed"], "what did not change since the beginning needs no history"
    assert len(kept["changed"].pages) == requests["GetResourceConfigHistory"] == 2, (
        "the pages behind the beginning are not asked for"
    )
    assert not any(SECRET.encode() in line for _, _, line in run.lines())
    days = [a for a in run.answers() if a.call.operation == "LookupEvents"]
    assert len(days) == 20
    assert sum(slept for slept in aws.slept if slept > 0.1) > 5, "two requests a second, whoever makes them"
    assert max(aws.slept) > 0.4

    assessment = assess(run.finished(), run.answers(), [PROGRAM], requirements(), populations())
    found = period([observed(run.finished(), run.answers(), assessment)], SINCE, ENDED)
    lines = {t.id: [(s.state, s.end) for s in t.spans] for t in found.timelines}
    assert lines["changed"] == [("exception", iso(at(5))), ("meets", iso(ENDED - dt.timedelta(minutes=5)))], (
        "up to the run's beginning"
    )
    assert [state for state, _ in lines["quiet"]] == ["meets"]


def test_a_collection_that_is_gone_on_with_asks_no_day_and_no_history_twice(aws: Aws) -> None:
    first = Run.create(aws.folder / "first", Scope((), ("ours",)), versions={}, started=ENDED)
    collected(aws, first)
    lost = {a.call.key for n, a in enumerate(first.answers()) if a.call.operation == "LookupEvents" and n % 2}
    second = Run.create(aws.folder / "second", Scope((), ("ours",)), versions={}, started=ENDED)
    known = recorded(a for a in first.answers() if a.call.key not in lost and a.call.service in ("config", "cloudtrail"))
    requests = collected(aws, second, known)
    assert requests["GetResourceConfigHistory"] == requests["BatchGetResourceConfig"] == 0
    assert 0 < len(lost) <= requests["LookupEvents"] < 20
