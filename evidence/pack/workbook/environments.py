"""Elastic Beanstalk environments: what was judged of each, by topic (Environments), and what each stands on (StandsOn)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.model import Assessment, Environment, Standing
from evidence.assessment.register import identity
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Heading, Sheet, number, several
from evidence.requirements.declare import TOPICS

_WORST = ("exception", "gap", "meets", "not_applicable")
_HEADS = ("Listed", "Meets", "Exception", "Gap", "N/A")

_ENVIRONMENTS = (
    Heading("Environment", 18), Heading("Id", 14, "mono"), Heading("Application", 14), Heading("Account", 14, "mono"),
    Heading("Region", 13), Heading("Topic", 22), *(number(head, 11) for head in _HEADS), Heading("Tier", 11),
    Heading("Platform", 25), Heading("Status", 9), Heading("Health", 8), Heading("What could not be read of it", 30),
    Heading("Evidence", 17, "mono"), Heading("Further evidence", 17, "mono"),
)  # fmt: skip


def environments(assessment: Assessment, places: Places) -> Sheet:
    counts: Counter[tuple[str, str, str]] = Counter()
    topics = {(r.id, r.variant): r.topic for r in assessment.requirements}
    for m in assessment.members:
        for id in m.environments:
            counts[id, topics[m.requirement, m.variant], m.judgement] += 1
    known = {e.id for e in assessment.environments}
    each = Counter[str]()
    for (id, _, judgement), n in counts.items():
        each[judgement] += n * (id in known)
    sums = (each.total(), each["meets"], each["exception"], each["gap"], each["not_applicable"])
    title = "Elastic Beanstalk environments by topic; a result counts for every environment that stands on its resource"
    return Sheet(
        "Environments", title, _ENVIRONMENTS, _environments(assessment, counts, places),
        totals=dict(zip(_HEADS, sums, strict=True)), links=len(TOPICS) * len(assessment.environments),
    )  # fmt: skip


def _environments(assessment: Assessment, counts: Counter[tuple[str, str, str]], places: Places) -> Iterator[Sequence[Any]]:
    for e in assessment.environments:
        for topic, name in TOPICS.items():
            n = [counts[e.id, topic, word] for word in ("meets", "exception", "gap", "not_applicable")]
            who = (e.name, e.id, e.application, e.account, e.region, name, sum(n), *n)
            yield *who, e.tier, e.platform, e.status, e.health, several(e.unread), *places.evidence(e.evidence)


_STANDS_ON = (
    Heading("Environment", 18), Heading("Id", 14, "mono"), Heading("Stands on", 18), Heading("Type", 30, "mono"),
    Heading("Resource", 52, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Found through", 18),
    Heading("What it is", 22), Heading("Worst judgement", 14, "word"), number("Exceptions", 11),
    Heading("By number", 10, "mono"),
)  # fmt: skip
_Place = tuple[str, ...]


def stands_on(assessment: Assessment, places: Places) -> Sheet:
    count = sum(len(e.stands_on) for e in assessment.environments)
    title = "the resources that each environment stands on, and how they were found"
    return Sheet("StandsOn", title, _STANDS_ON, _stands_on(assessment, places), links=count)


def _stands_on(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    wanted = {place for e in assessment.environments for s in e.stands_on for place in _places(e, s)}
    worst, exceptions = _judged(assessment, wanted)
    for e in assessment.environments:
        for s in e.stands_on:
            place = next((p for p in _places(e, s) if p in worst), None)
            word = worst[place] if place else "not judged"
            numbers = exceptions[place] if place else []
            what = (e.name, e.id, s.role, s.type, s.arn or s.id, e.account, s.region, s.found, ", ".join(s.facts))
            yield *what, word, places.first_of(len(numbers), numbers), several(numbers)


def _places(environment: Environment, standing: Standing) -> Iterator[_Place]:
    """How a judged member can be the resource: by its ARN, else by type, Region and id in the environment's account."""
    if standing.arn:
        yield (standing.arn,)
    yield environment.account, standing.type, standing.region, standing.id
    if standing.region in ("", "global"):
        yield environment.account, standing.type, "", standing.id


def _judged(assessment: Assessment, wanted: set[_Place]) -> tuple[dict[_Place, str], dict[_Place, list[str]]]:
    """The worst judgement of each resource wanted, and the numbers of its exceptions."""
    numbers = {identity(e): e.number for e in assessment.exceptions}
    worst: dict[_Place, str] = {}
    exceptions: dict[_Place, list[str]] = defaultdict(list)
    for m in assessment.members:
        for place in ((m.arn,), (m.account, m.type, m.region, m.id), (m.account, m.type, "", m.id)):
            if place not in wanted:
                continue
            worst[place] = min(worst.get(place, _WORST[-1]), m.judgement, key=_WORST.index)
            if m.judgement == "exception":
                exceptions[place].append(numbers[identity(m)])
    return worst, exceptions
