"""One row for each requirement and resource: as many as there are, written as they are read."""

from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.model import Assessment
from evidence.assessment.register import identity
from evidence.pack import words
from evidence.pack.workbook.places import Places, controls_of, links_of_results, named
from evidence.pack.workbook.sheet import Heading, Sheet, several

_RESULTS = (
    Heading("Requirement", 30, "mono"), Heading("Parameters", 11), Heading("Account", 14, "mono"), Heading("Region", 13),
    Heading("Resource", 42, "mono"), Heading("Judgement", 14, "word"), Heading("Observed, or why not", 38),
    Heading("Exception", 10, "mono"), Heading("Open or accepted", 11, "word"), Heading("Controls", 18),
    Heading("Environments", 14, "mono"), Heading("Evidence", 17, "mono"), Heading("Further evidence", 17, "mono"),
)  # fmt: skip


def results(assessment: Assessment, places: Places) -> Sheet:
    links = links_of_results(assessment)
    return Sheet("Results", "one row for each requirement and resource", _RESULTS, _results(assessment, places), links=links)


def _results(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    controls = {key: named(found) for key, found in controls_of(assessment).items()}
    parameters = {(r.id, r.variant): words.parameters(r.parameters) for r in assessment.requirements}
    exceptions = {identity(e): e for e in assessment.exceptions}
    for m in assessment.members:
        key = (m.requirement, m.variant)
        number: Any = ""
        status = ""
        if m.judgement == "exception":
            found = exceptions[identity(m)]
            number, status = places.exception(found.number), found.status
        where = (m.requirement, parameters.get(key, m.variant), m.account, m.region, m.arn or m.id)
        last = (controls.get(key), several(m.environments), *places.evidence(m.evidence))
        yield *where, m.judgement, m.reason, number, status, *last
