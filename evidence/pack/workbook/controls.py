"""What the evidence says of each control (Controls), and which requirement serves which control (Crosswalk)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from evidence.assessment.model import Assessment, RequirementResult
from evidence.pack import words
from evidence.pack.facts import exception_numbers
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Heading, Sheet, number, several

TESTS = ("inspected", "re-performed", "observed", "inquired", "not tested")
RESULTS = ("no exception noted", "exception noted", "not tested")

_CONTROLS = (
    Heading("Program", 12), Heading("Control", 9), Heading("What it asks, in our words", 30), Heading("Side", 10),
    Heading("Evidence shows", 14, "word"), Heading("Reach", 8), Heading("Kind of time", 18), number("Listed", 8),
    number("Meets", 8), number("Exception", 10), number("Of these accepted", 9), number("Gap", 7), number("N/A", 7),
    number("Lists unread", 8), Heading("What a person must add", 34),
    Heading("Requirements", 36, "mono"),
    Heading("Exceptions, by number", 38, "mono"), Heading("Auditor: procedure", 22, "fill", TESTS),
    Heading("Auditor: result", 22, "fill", RESULTS), Heading("Auditor: work-paper ref.", 16, "fill"),
    Heading("Auditor: initials", 10, "fill"), Heading("Auditor: date", 13, "day"), Heading("Auditor: conclusion", 44, "fill"),
)  # fmt: skip


def controls(assessment: Assessment, places: Places) -> Sheet:
    return Sheet(
        "Controls", "what the evidence says of each; tinted columns are the auditor's", _CONTROLS, _controls(assessment, places),
        frozen=2, turn="Exceptions, by number", links=len(assessment.conclusions),
    )  # fmt: skip


def _controls(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    results = {(r.id, r.variant): r for r in assessment.requirements}
    exceptions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, name in exception_numbers(assessment).items():
        exceptions[key[0], key[1]].append(name)
    for c in assessment.conclusions:
        mine = [results[m.id, m.variant] for m in c.requirements]
        names = sorted(name for r in mine for name in exceptions[r.id, r.variant])
        ids = several([f"{m.id} ({m.reach})" for m in c.requirements])
        said = (c.program, c.control, c.title, c.responsibility, c.conclusion, c.reach, c.time)
        yield *said, *_tallies(mine, names, places), c.adds, ids, several(names).replace("\n", ", "), *("",) * 6


def _tallies(results: Sequence[RequirementResult], exceptions: Sequence[str], places: Places) -> Sequence[Any]:
    """Listed, meets, exception, accepted, gap, not applicable, lists unread: over all requirements of a control."""
    if not results:
        return ("",) * 7
    n = Counter[str]()
    for r in results:
        n.update(r.counts)
    listed, unread = sum(r.population.listed for r in results), sum(len(r.population.unread) for r in results)
    found, accepted = places.first_of(n["exception"], exceptions), sum(r.accepted for r in results)
    return listed, n["meets"], found, accepted, n["gap"], n["not_applicable"], unread


_CROSSWALK = (
    Heading("Requirement", 44, "mono"), Heading("Parameters", 13), Heading("What must hold", 36),
    Heading("Judgement", 14, "word"), Heading("Program", 14), Heading("Control", 10), Heading("Reach", 9),
    Heading("Why it goes no further", 34), Heading("Evidence shows of the control", 14, "word"),
    Heading("Mapping derived from", 24, "mono"),
)  # fmt: skip


def crosswalk(assessment: Assessment, places: Places) -> Sheet:
    count = sum(len(c.requirements) for c in assessment.conclusions)
    title = "which requirement serves which control, how far, and why"
    return Sheet("Crosswalk", title, _CROSSWALK, _crosswalk(assessment, places), links=2 * count)


def _crosswalk(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    results = {(r.id, r.variant): r for r in assessment.requirements}
    pairs = ((m.id, m.variant, n, m, c) for n, c in enumerate(assessment.conclusions) for m in c.requirements)
    for id, variant, _, m, c in sorted(pairs, key=lambda pair: pair[:3]):
        r = results[id, variant]
        what = (places.requirement(id, variant), words.parameters(r.parameters), r.says, r.judgement)
        yield *what, c.program, places.control(c.program, c.control), m.reach, m.why, c.conclusion, several(c.derived)
