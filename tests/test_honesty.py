"""Honesty, measured over the wire: whatever AWS refuses, nothing that was not read is called meets, nothing is invented, nothing
is lost without a word."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.assessment.model import Assessment
from evidence.cli.assessing import assessment_of
from evidence.cli.common import chosen
from evidence.run.answer import READ
from evidence.run.run import Run
from evidence.services import populations
from evidence.services.declare import Ask
from tests.aws_simulator import Fault, Request, World, serve
from tests.cli.commands import evidence
from tests.larkfield.base import GOOD, REGIONS
from tests.larkfield.more.watching import MANAGEMENT
from tests.larkfield.organisation import EXTERNAL_ID, ROLE
from tests.larkfield.world import larkfield

PROGRAMS = ("soc2-2017", "cis-aws-foundations-7.0", "aws-elastic-beanstalk")
WHO_AND_WHERE = {"GetCallerIdentity", "DescribeRegions", "DescribeOrganization", "ListAccounts", "AssumeRole"}
"""What finds the accounts and Regions: without it there is no organisation to ask."""
LISTS = {
    (listed.service, listed.operation)
    for spec in populations().values()
    for listed in spec.lists
    if isinstance(listed, Ask) and listed.each is None
}
"""What lists the members of a population: without the fan-outs, each of which asks about one of them."""
pytestmark = pytest.mark.xdist_group("honesty")


Collected = tuple[Assessment, Run, Counter[tuple[str, str]]]


def collected(out: Path, fault: Fault | None) -> Collected:
    """The sample organisation as the command line collects it, with this fault and no other (but the account that refuses)."""
    world: World = larkfield()
    world.faults[:] = [fault] if fault else []
    keys = {
        "AWS_ACCESS_KEY_ID": f"AKIA{MANAGEMENT}",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": GOOD,
        "AWS_MAX_ATTEMPTS": "1",
    }
    words = [
        "collect",
        "--out",
        out,
        *(w for p in PROGRAMS for w in ("--program", p)),
        *(w for r in REGIONS for w in ("--region", r)),
    ]
    words += ["--organization", "--role", ROLE, "--external-id", EXTERNAL_ID]
    with serve(world) as bench:
        done = evidence(*words, **keys, **bench.environment)
        counts = bench.counts()
    assert done.returncode in (0, 3), done.stderr
    run = Run.open(out)
    return assessment_of(run, chosen(PROGRAMS)), run, counts


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    return collected(tmp_path_factory.mktemp("full") / "run", None)


@pytest.fixture(scope="module")
def full(undisturbed: Collected) -> Assessment:
    return undisturbed[0]


def denied_all(request: Request) -> bool:
    return request.operation not in WHO_AND_WHERE


def denied_details(request: Request) -> bool:
    return request.operation not in WHO_AND_WHERE and (request.service, request.operation) not in LISTS


@pytest.mark.parametrize(
    ("kind", "matches"),
    [("denied", denied_all), ("throttled", denied_all), ("denied", denied_details)],
    ids=["all denied", "all throttled", "details denied"],
)
def test_what_could_not_be_read_is_a_gap(tmp_path: Path, full: Assessment, kind: str, matches: Callable[[Request], bool]) -> None:
    seen, run, _ = collected(tmp_path / "run", Fault(kind, matches=matches))
    known = {(m.requirement, m.variant, m.account, m.region, m.id): m.judgement for m in full.members}
    assert {(r.id, r.variant) for r in seen.requirements} == {(r.id, r.variant) for r in full.requirements}
    assert [(c.program, c.control) for c in seen.conclusions] == [(c.program, c.control) for c in full.conclusions]
    gone = {arn for r in full.requirements for arn in r.population.gone}
    for m in (m for m in seen.members if m.arn not in gone):  # that it went away is told by a detail
        before = known.get((m.requirement, m.variant, m.account, m.region, m.id))
        assert m.judgement in ("gap", before), (m, before)
    for r in seen.requirements:
        facts = r.population
        assert facts.listed == facts.judged + facts.not_applicable + facts.gaps
        if r.judgement in ("meets", "not_applicable"):
            assert facts.complete and not r.counts["gap"]
    unread = {a.call.key for a in run.answers() if a.ending not in READ}
    named = {(f.account, f.region, f.call, f.ending) for f in seen.failed_calls}
    assert unread and all(
        (a.call.account, a.call.region, a.call.name, a.ending) in named for a in run.answers() if a.call.key in unread
    )
    assert sum(seen.run.calls[e] for e in seen.run.calls if e not in READ) == len(unread)
    if matches is denied_all:
        words = {c.conclusion for c in seen.conclusions}
        assert words <= {"incomplete", "needs a person", "inherited"} and "incomplete" in words
        assert not [m for m in seen.members if m.judgement in ("meets", "exception")]


def test_no_call_is_made_twice_and_only_what_the_programs_need(undisturbed: Collected) -> None:
    _, run, counts = undisturbed
    kept = Counter((a.call.service, a.call.operation) for a in run.answers())
    assert len({a.call.key for a in run.answers()}) == kept.total()
    pages = Counter[tuple[str, str]]()
    for a in run.answers():
        pages[a.call.service, a.call.operation] += max(1, len({t.page for t in a.attempts}))
    pages["sts", "GetCallerIdentity"] += 1  # who we are is asked before there is a run to keep it in
    assert counts == pages


def test_the_environment_is_left_alone() -> None:
    assert "AWS_ENDPOINT_URL" not in os.environ
