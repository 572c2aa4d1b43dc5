"""What the workbook says: its sheets, their columns, their rows. How it looks is `workbook`'s."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from evidence.assessment.model import Assessment, Conclusion, RequirementResult
from evidence.assessment.register import identity
from evidence.pack import words
from evidence.pack.facts import exception_numbers, not_collected
from evidence.pack.material import Material
from evidence.pack.words import CELL_MEANINGS, CONCLUSION_MEANINGS, ENDING_MEANINGS, JUDGEMENT_MEANINGS
from evidence.requirements.declare import TOPICS
from evidence.run.answer import canonical
from evidence.seal.manifest import manifest

TESTS = ("inspected", "re-performed", "observed", "inquired", "not tested")
RESULTS = ("no exception noted", "exception noted", "not tested")
SEVERAL = 200
"""Names in one cell; of more, the cell says how many and where they are."""


@dataclass(frozen=True)
class Heading:
    """A column: its head, its width in characters, and what it holds.

    text, mono    text; `mono` for identifiers
    term, word    a term that is explained; a word of a fixed vocabulary, told apart by its look
    number        whole numbers
    fill, date    left blank and tinted, for whoever the head names; `choices` are offered
    """

    text: str
    width: float
    kind: Literal["text", "mono", "term", "word", "number", "fill", "date"] = "text"
    choices: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        return self.kind in ("fill", "date")


@dataclass(frozen=True)
class Sheet:
    """`rows` are made while they are written, and only once. The first `frozen` columns stay in view."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: Iterator[Sequence[Any]]
    frozen: int = 1


@dataclass(frozen=True)
class Written:
    """A sheet that was written, with its rows counted."""

    name: str
    title: str
    rows: int


@dataclass(frozen=True)
class Link:
    """A cell that leads to another sheet."""

    text: str
    sheet: str


def number(text: str, width: float) -> Heading:
    return Heading(text, width, "number")


def sheets(material: Material) -> tuple[Sheet, ...]:
    """All sheets but README, in order."""
    a = material.assessment
    return (
        Sheet("Scope", "where was looked, and where not", _SCOPE, _scope(a), 2),
        Sheet("Controls", "what the evidence says of each; tinted columns are the auditor's", _CONTROLS, _controls(a), 2),
        Sheet("Results", "one row for each requirement and resource", _RESULTS, _results(a)),
        Sheet("Populations", "what was judged; listed = meets + exception + gap + n/a", _POPULATIONS, _populations(a), 2),
        Sheet("Exceptions", "read, and the requirement does not hold; tinted columns are management's", _EXCEPTIONS, _exceptions(a), 2),
        Sheet("NotCollected", "what could not be read, and what would close the gap", _NOT_COLLECTED, _not_collected(a)),
        Sheet("Extractions", "every AWS answer: who asked what, when, and where it is kept", _EXTRACTIONS, _extractions(material)),
        Sheet("Manifest", "files of the pack that were there when this workbook was made", _MANIFEST, _manifest(material)),
    )  # fmt: skip


_README = (Heading("What", 24, "term"), Heading("Meaning", 96))


def readme(material: Material, written: Iterable[Written]) -> Sheet:
    return Sheet("README", "how to read this workbook", _README, chain(_about(material), _contents(written), _legend()))


def _about(material: Material) -> Iterator[Sequence[Any]]:
    run, facts = material.assessment.run, material.facts
    yield (
        "Management's evidence",
        "What AWS answered, what the answers support, and what could not be read. Not an auditor's opinion.",
    )
    yield "Pack", facts.id
    yield "Evidence root, SHA-256", facts.evidence_root
    if facts.signed:
        yield "Signed", facts.signed
    else:
        yield (
            "UNSIGNED",
            "Nobody signed this pack: its digests show that it is unchanged, not who made it. See README.txt, step 3.",
        )
    yield "Entity, period", f"{run.entity or 'not named'}, {run.period or 'not named'}"
    yield "As of", f"{run.as_of}: the end of the collection. Every age is counted from here."
    yield "Point in time", "One observation: it shows a setting at that time, not that a control worked over the period."
    yield "Prepared by", run.prepared_by or "not named"
    for program in material.assessment.programs:
        yield f"Program {program.id}", ". ".join(filter(None, (program.name, program.edition, program.text)))
    yield (
        "Tinted columns",
        "Left blank, for the auditor or for management as the heads say. Lists offer; any other text is welcome.",
    )
    yield "Lists unread", "Lists not read, or not to their end. Their resources are unknown, and are counted nowhere."
    yield "Evidence", "The 16 digits are an evidence id: look it up in Extractions, or zgrep it in evidence/answers/*/*/*."
    yield "U+202E", "A character that shows nothing, or that turns the text around it, is spelled out like this."


def _contents(written: Iterable[Written]) -> Iterator[Sequence[Any]]:
    for sheet in written:
        yield Link(f"Sheet {sheet.name}", sheet.name), f"{sheet.rows:,} {'row' if sheet.rows == 1 else 'rows'}: {sheet.title}"


def _legend() -> Iterator[Sequence[Any]]:
    yield from CONCLUSION_MEANINGS.items()
    yield from JUDGEMENT_MEANINGS.items()
    yield from ((f"Status: {word}", meaning) for word, meaning in CELL_MEANINGS.items())
    yield from ((f"Ended: {word}", meaning) for word, meaning in ENDING_MEANINGS.items())


def several(texts: Sequence[str]) -> str:
    """One line for each; of very many, how many more there are."""
    more = [f"and {len(texts) - SEVERAL:,} more, in report/results.json"] if len(texts) > SEVERAL else []
    return "\n".join([*texts[:SEVERAL], *more])


_SCOPE = (
    Heading("Account", 15, "mono"), Heading("Region", 17), Heading("Status", 14, "word"), number("Calls asked", 10), number("Calls answered", 11),
    Heading("Name", 22), Heading("Asked as", 72, "mono"),
)  # fmt: skip


def _scope(assessment: Assessment) -> Iterator[Sequence[Any]]:
    accounts = {a["id"]: a for a in assessment.run.accounts}
    for cell in assessment.coverage:
        account = accounts.get(cell.account, {})
        yield cell.account, cell.region, cell.status, cell.asked, cell.answered, account.get("name"), account.get("principal")


_CONTROLS = (
    Heading("Program", 12), Heading("Control", 9), Heading("What it asks, in our words", 30), Heading("Side", 9),
    Heading("Evidence shows", 14, "word"), Heading("Reach", 8), number("Listed", 8), number("Meets", 8), number("Exception", 10), number("Gap", 7),
    number("N/A", 7), number("Lists unread", 8), Heading("Exceptions, by number", 11, "mono"), Heading("What a person must add", 34),
    Heading("Requirements", 32, "mono"), Heading("Kind of time", 8),
    Heading("Auditor: procedure", 13, "fill", TESTS), Heading("Auditor: result", 13, "fill", RESULTS), Heading("Auditor: work-paper ref.", 11, "fill"),
    Heading("Auditor: initials", 8, "fill"), Heading("Auditor: date", 10, "date"), Heading("Auditor: conclusion", 16, "fill"),
)  # fmt: skip


def _controls(assessment: Assessment) -> Iterator[Sequence[Any]]:
    results = {(r.id, r.variant): r for r in assessment.requirements}
    exceptions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, name in exception_numbers(assessment).items():
        exceptions[key[0], key[1]].append(name)
    for c in assessment.conclusions:
        mine = [results[m.id, m.variant] for m in c.requirements]
        names = several(sorted(name for r in mine for name in exceptions[r.id, r.variant]))
        ids = several([f"{m.id} ({m.reach})" for m in c.requirements])
        said = (c.program, c.control, c.title, c.responsibility, c.conclusion, c.reach)
        yield *said, *_tallies(mine), names, c.adds, ids, "point in time" if mine else "", *("",) * 6


def _tallies(results: Sequence[RequirementResult]) -> Sequence[Any]:
    """Listed, meets, exception, gap, not applicable, lists unread: over all requirements of a control."""
    if not results:
        return ("",) * 6
    n = Counter[str]()
    for r in results:
        n.update(r.counts)
    listed, unread = sum(r.population.listed for r in results), sum(len(r.population.unread) for r in results)
    return listed, n["meets"], n["exception"], n["gap"], n["not_applicable"], unread


_RESULTS = (
    Heading("Requirement", 32, "mono"), Heading("Parameters", 12), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Resource", 48, "mono"),
    Heading("Judgement", 14, "word"), Heading("Observed, or why not", 40), Heading("Exception", 10, "mono"), Heading("Controls", 24),
    Heading("Environments", 14, "mono"), Heading("Evidence", 18, "mono"),
)  # fmt: skip


def _controls_of(conclusions: Iterable[Conclusion]) -> Mapping[tuple[str, str], str]:
    """(requirement, variant) → "soc2-2017: CC6.1, CC6.7"."""
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for c in conclusions:
        for m in c.requirements:
            found[m.id, m.variant][c.program].append(c.control)
    return {key: "\n".join(f"{p}: {', '.join(ids)}" for p, ids in programs.items()) for key, programs in found.items()}


def _results(assessment: Assessment) -> Iterator[Sequence[Any]]:
    controls, numbers = _controls_of(assessment.conclusions), exception_numbers(assessment)
    parameters = {(r.id, r.variant): words.parameters(r.parameters) for r in assessment.requirements}
    for m in assessment.members:
        key = (m.requirement, m.variant)
        exception = numbers[identity(m)] if m.judgement == "exception" else ""
        where = (m.requirement, parameters.get(key, m.variant), m.account, m.region, m.arn or m.id)
        yield *where, m.judgement, m.reason, exception, controls.get(key), several(m.environments), several(m.evidence)


_POPULATIONS = (
    Heading("Population", 20, "mono"), Heading("Requirement", 28, "mono"), Heading("Statement", 28), Heading("Parameters", 12), number("Listed", 8),
    number("Meets", 8), number("Exception", 10), number("Gap", 7), number("N/A", 7), Heading("Complete", 10, "word"),
    Heading("Confirmed by a second source", 16, "word"), number("Lists unread", 8), number("Gone", 7), number("Out of scope", 7),
    Heading("Judgement", 14, "word"), Heading("Why nothing was judged", 18), Heading("How it is judged", 32), Heading("Topic", 15),
    Heading("Catalogue", 10), Heading("Evidence of the lists", 18, "mono"),
)  # fmt: skip


def _populations(assessment: Assessment) -> Iterator[Sequence[Any]]:
    confirmed = {True: "yes", False: "no: they differ", None: "uncorroborated"}
    for r in assessment.requirements:
        p, n = r.population, r.counts
        yield (
            p.name, r.id, r.says, words.parameters(r.parameters), p.listed, n["meets"], n["exception"], n["gap"], n["not_applicable"],
            "yes" if p.complete else "no", confirmed[p.corroborated], len(p.unread), len(p.gone), p.out_of_scope, r.judgement, r.reason,
            r.logic, TOPICS[r.topic], ", ".join(r.catalogue), several(r.lists),
        )  # fmt: skip


_EXCEPTIONS = (
    Heading("No.", 8, "mono"), Heading("Requirement", 28, "mono"), Heading("What must hold", 26), Heading("Account", 14, "mono"), Heading("Region", 12),
    Heading("Resource", 38, "mono"), Heading("Observed", 28), Heading("How it is put right", 28), Heading("Controls", 18), Heading("Environments", 14, "mono"),
    Heading("Evidence", 18, "mono"), Heading("Management: owner", 13, "fill"), Heading("Management: response", 20, "fill"), Heading("Management: due", 12, "date"),
)  # fmt: skip


def _exceptions(assessment: Assessment) -> Iterator[Sequence[Any]]:
    """In the order of their numbers."""
    numbers, controls = exception_numbers(assessment), _controls_of(assessment.conclusions)
    results = {(r.id, r.variant): r for r in assessment.requirements}
    members = {identity(m): m for m in assessment.members if m.judgement == "exception"}
    for key, name in numbers.items():
        m, r = members[key], results[key[0], key[1]]
        what = (name, m.requirement, r.says, m.account, m.region, m.arn or m.id, m.reason, r.fix)
        yield *what, controls.get((r.id, r.variant)), several(m.environments), several(m.evidence), "", "", ""


_NOT_COLLECTED = (
    Heading("No.", 8, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Call", 34, "mono"), Heading("Ended", 11),
    Heading("AWS said", 24), number("Calls", 7), Heading("Resources", 36, "mono"), Heading("Populations that lack it", 30, "mono"),
    Heading("IAM actions that would close it", 34, "mono"), Heading("Evidence", 18, "mono"),
)  # fmt: skip


def _not_collected(assessment: Assessment) -> Iterator[Sequence[Any]]:
    for n in not_collected(assessment):
        what = (n.number, n.account, n.region, n.call, n.ending, n.code, n.count)
        yield *what, several(n.resources), several(n.populations), several(n.actions), several(n.evidence)


_EXTRACTIONS = (
    Heading("Evidence", 18, "mono"), Heading("Call", 27, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Parameters as sent", 27, "mono"),
    Heading("Ended", 12), Heading("Code", 14), number("Pages", 7), number("Attempts", 10), Heading("Started, UTC", 15), Heading("Ended, UTC", 15),
    Heading("AWS's date", 14), Heading("Asked as", 26, "mono"), Heading("Request ids", 21, "mono"), Heading("Kept in", 24, "mono"), Heading("SHA-256", 32, "mono"),
)  # fmt: skip


def _extractions(material: Material) -> Iterator[Sequence[Any]]:
    for a in material.answers():
        call = a.call
        sent = canonical(call.parameters).decode() if call.parameters else ""
        requests = several([t.request_id for t in a.attempts if t.request_id])
        date = next((t.date for t in reversed(a.attempts) if t.date), "")
        file = f"evidence/answers/{call.account}/{call.region}/{call.service}.jsonl.gz"
        how = (a.ending, a.code, len(a.pages), len(a.attempts), _time(a.started), _time(a.ended), date)
        yield a.id, call.name, call.account, call.region, sent, *how, a.principal, requests, file, a.digest


def _time(iso: str) -> str:
    """With a place to break: the date, then the time."""
    return iso.replace("T", " ").removesuffix("Z")


_MANIFEST = (Heading("File", 60, "mono"), Heading("SHA-256", 66, "mono"), number("Bytes", 12))


def _manifest(material: Material) -> Iterator[Sequence[Any]]:
    for line in manifest(material.folder).decode().splitlines():
        yield line[66:], line[:64], (material.folder / line[66:]).stat().st_size
