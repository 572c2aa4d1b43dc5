"""What the workbook says: its sheets, their columns, their rows. How it looks is `workbook`'s."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evidence.assessment.model import Assessment, Conclusion, RequirementResult
from evidence.pack.facts import exception_numbers, member_key, not_collected
from evidence.pack.material import Material
from evidence.requirements.declare import TOPICS
from evidence.run.answer import canonical
from evidence.seal.manifest import manifest

POINT_IN_TIME = "point in time: one observation"
TESTS = ("inspected", "re-performed", "observed", "inquired", "not tested")
RESULTS = ("no exception noted", "exception noted", "not tested")


@dataclass(frozen=True)
class Heading:
    """A column: its head, its width in characters, and what it holds. `auditor` columns are left blank and tinted."""

    text: str
    width: float
    kind: Literal["text", "mono", "word", "number", "auditor"] = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Any]]
    frozen: int = 1

    @property
    def width(self) -> float:
        return sum(h.width for h in self.headings)


def number(text: str, width: float = 9) -> Heading:
    return Heading(text, width, "number")


def sheets(material: Material) -> tuple[Sheet, ...]:
    """All sheets, in order; the first one lists the others with their rows."""
    assessment = material.assessment
    others = (
        Sheet("Scope", "where was looked, and where not", _SCOPE, list(_scope(assessment)), 2),
        Sheet("Controls", "what the evidence says; the tinted columns are the auditor's", _CONTROLS, list(_controls(assessment)), 2),
        Sheet("Results", "one row for each requirement and resource", _RESULTS, list(_results(assessment))),
        Sheet("Populations", "what was judged: counts foot, listed = meets + exception + gap + n/a", _POPULATIONS, list(_populations(assessment))),
        Sheet("Exceptions", "read, and the requirement does not hold; response and due date are management's", _EXCEPTIONS, list(_exceptions(assessment))),
        Sheet("NotCollected", "what could not be read, and what would close the gap", _NOT_COLLECTED, list(_not_collected(assessment))),
        Sheet("Extractions", "every AWS answer: who asked what, when, and where it is kept", _EXTRACTIONS, list(_extractions(material))),
        Sheet("Manifest", "files of the pack that were there when this workbook was made", _MANIFEST, list(_manifest(material))),
    )  # fmt: skip
    return (Sheet("README", "how to read this workbook", _README, list(_readme(material, others))), *others)


_README = (Heading("About", 26), Heading("What it says", 120))


def _readme(material: Material, others: Iterable[Sheet]) -> Iterator[Sequence[Any]]:
    run, facts = material.assessment.run, material.facts
    yield "What it is", "Management's evidence, not an auditor's opinion. It says what AWS answered and what the answers support."
    yield "Pack", facts.id
    yield "Evidence root, SHA-256", facts.evidence_root
    yield "Signed", facts.signed or "UNSIGNED: the digests show that the pack is unchanged, not who made it."
    yield "Entity, period", f"{run.entity or 'not named'}, {run.period or 'not named'}"
    yield "As of", f"{run.as_of}: the end of the collection; every age is counted from here"
    yield "Prepared by", run.prepared_by or "not named"
    yield "meets", "The answer was read and the requirement holds."
    yield "exception", "The answer was read and the requirement does not hold."
    yield "gap", "The answer could not be read. Nothing is said about the resource, for or against."
    yield "not_applicable", "The requirement cannot apply to the resource; the reason is given."
    yield "Lists unread", "A list that could not be read, or not to its end. Its resources are unknown and are counted nowhere."
    yield (
        "From a number to AWS",
        "The 16 digits in a column Evidence are an evidence id: look it up in Extractions, or zgrep it in evidence/answers/.",
    )
    for sheet in others:
        yield f"Sheet {sheet.name}", f"{sheet.title}: {len(list(sheet.rows)):,} rows"


_SCOPE = (
    Heading("Account", 15, "mono"), Heading("Region", 17), Heading("Status", 14), number("Calls asked", 12), number("Calls answered", 14),
    Heading("Name", 22), Heading("Asked as", 70, "mono"),
)  # fmt: skip


def _scope(assessment: Assessment) -> Iterator[Sequence[Any]]:
    accounts = {a["id"]: a for a in assessment.run.accounts}
    for cell in assessment.coverage:
        account = accounts[cell.account]
        yield cell.account, cell.region, cell.status, cell.asked, cell.answered, account["name"], account["principal"]


_CONTROLS = (
    Heading("Program", 13), Heading("Control", 9), Heading("What it asks, in our words", 34), Heading("Responsibility", 12),
    Heading("Evidence", 13, "word"), Heading("Reach", 8), number("Listed", 7), number("Meets", 7), number("Exceptions", 10), number("Gaps", 6),
    number("N/A", 6), number("Lists unread", 7), Heading("Kind of time", 12), Heading("What a person must add", 38), Heading("Requirements", 30, "mono"),
    Heading("Procedure", 14, "auditor", TESTS), Heading("Result", 14, "auditor", RESULTS), Heading("Work-paper ref", 11, "auditor"),
    Heading("Initials", 7, "auditor"), Heading("Date", 9, "auditor"), Heading("Conclusion", 20, "auditor"),
)  # fmt: skip


def _controls(assessment: Assessment) -> Iterator[Sequence[Any]]:
    results = {(r.id, r.variant): r for r in assessment.requirements}
    for c in assessment.conclusions:
        mine = [results[m.id, m.variant] for m in c.requirements]
        counts = Counter[str]()
        for r in mine:
            counts.update(r.counts)
        listed, unread = sum(r.population.listed for r in mine), sum(len(r.population.unread) for r in mine)
        tallies = (
            (listed, counts["meets"], counts["exception"], counts["gap"], counts["not_applicable"], unread) if mine else ("",) * 6
        )
        time = POINT_IN_TIME if mine else ""
        ids = "\n".join(f"{m.id} ({m.reach})" for m in c.requirements)
        yield (
            c.program,
            c.control,
            c.title,
            c.responsibility,
            c.conclusion,
            c.reach or "",
            *tallies,
            time,
            c.adds,
            ids,
            *("",) * 6,
        )


_RESULTS = (
    Heading("Requirement", 34, "mono"), Heading("Parameters", 12), Heading("Account", 14, "mono"), Heading("Region", 12), Heading("Resource", 46, "mono"),
    Heading("Judgement", 13, "word"), Heading("Observed, or why not", 40), Heading("Controls", 20), Heading("Environments", 15, "mono"), Heading("Evidence", 19, "mono"),
)  # fmt: skip


def _controls_of(conclusions: Iterable[Conclusion]) -> Mapping[tuple[str, str], str]:
    """(requirement, variant) → "soc2-2017 CC6.1, CC6.7"."""
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for c in conclusions:
        for m in c.requirements:
            found[m.id, m.variant][c.program].append(c.control)
    return {key: "\n".join(f"{p}: {', '.join(ids)}" for p, ids in programs.items()) for key, programs in found.items()}


def _results(assessment: Assessment) -> Iterator[Sequence[Any]]:
    controls = _controls_of(assessment.conclusions)
    for m in assessment.members:
        where = (m.requirement, m.variant, m.account, m.region, m.arn or m.id)
        yield *where, m.judgement, m.reason, controls[m.requirement, m.variant], "\n".join(m.environments), "\n".join(m.evidence)


_POPULATIONS = (
    Heading("Population", 24, "mono"), Heading("Requirement", 36, "mono"), Heading("Statement", 36), Heading("Parameters", 12), number("Listed", 8),
    number("Meets", 8), number("Exception", 9), number("Gap", 7), number("N/A", 7), Heading("Complete", 9), Heading("Confirmed by a second source", 13),
    number("Lists unread", 8), number("Gone", 7), number("Out of scope", 8), Heading("Judgement", 13, "word"), Heading("Why nothing was judged", 24),
    Heading("How it is judged", 40), Heading("Topic", 18), Heading("Catalogue", 12),
)  # fmt: skip


def _populations(assessment: Assessment) -> Iterator[Sequence[Any]]:
    confirmed = {True: "yes", False: "no: they differ", None: "uncorroborated"}
    for r in assessment.requirements:
        p, n = r.population, r.counts
        yield (
            p.name, r.id, r.says, parameters_of(r), p.listed, n["meets"], n["exception"], n["gap"], n["not_applicable"],
            "yes" if p.complete else "no", confirmed[p.corroborated], len(p.unread), len(p.gone), p.out_of_scope, r.judgement, r.reason,
            r.logic, TOPICS[r.topic], ", ".join(r.catalogue),
        )  # fmt: skip


def parameters_of(result: RequirementResult) -> str:
    return ", ".join(f"{k} = {v}" for k, v in result.parameters.items())


_EXCEPTIONS = (
    Heading("No.", 8, "mono"), Heading("Requirement", 32, "mono"), Heading("What must hold", 30), Heading("Account", 14, "mono"), Heading("Region", 12),
    Heading("Resource", 42, "mono"), Heading("Observed", 34), Heading("How it is put right", 34), Heading("Controls", 18), Heading("Environments", 14, "mono"),
    Heading("Evidence", 19, "mono"), Heading("Owner", 12, "auditor"), Heading("Management's response", 22, "auditor"), Heading("Due", 9, "auditor"),
)  # fmt: skip


def _exceptions(assessment: Assessment) -> Iterator[Sequence[Any]]:
    numbers, controls = exception_numbers(assessment), _controls_of(assessment.conclusions)
    results = {(r.id, r.variant): r for r in assessment.requirements}
    for m in assessment.members:
        if m.judgement == "exception":
            r = results[m.requirement, m.variant]
            what = (numbers[member_key(m)], m.requirement, r.says, m.account, m.region, m.arn or m.id, m.reason, r.fix)
            yield *what, controls[r.id, r.variant], "\n".join(m.environments), "\n".join(m.evidence), "", "", ""


_NOT_COLLECTED = (
    Heading("No.", 8, "mono"), Heading("Account", 14, "mono"), Heading("Region", 13), Heading("Call", 34, "mono"), Heading("Ended", 12, "word"),
    Heading("AWS said", 26), number("Calls", 7), Heading("Resources", 36, "mono"), Heading("Populations that lack it", 28, "mono"),
    Heading("IAM actions that would close it", 34, "mono"), Heading("Evidence", 19, "mono"),
)  # fmt: skip


def _not_collected(assessment: Assessment) -> Iterator[Sequence[Any]]:
    for n in not_collected(assessment):
        what = (n.number, n.account, n.region, n.call, n.ending, n.code, n.count)
        yield *what, "\n".join(n.resources), "\n".join(n.populations), "\n".join(n.actions), "\n".join(n.evidence)


_EXTRACTIONS = (
    Heading("Evidence", 19, "mono"), Heading("Call", 36, "mono"), Heading("Account", 14, "mono"), Heading("Region", 12), Heading("Parameters as sent", 36, "mono"),
    Heading("Ended", 11), Heading("Code", 16), number("Pages", 7), number("Attempts", 9), Heading("Started, UTC", 20, "mono"), Heading("Ended, UTC", 20, "mono"),
    Heading("AWS's date", 18), Heading("Asked as", 36, "mono"), Heading("Request ids", 34, "mono"), Heading("Kept in", 42, "mono"), Heading("SHA-256", 34, "mono"),
)  # fmt: skip


def _extractions(material: Material) -> Iterator[Sequence[Any]]:
    for a in material.answers():
        call = a.call
        sent = canonical(call.parameters).decode() if call.parameters else ""
        requests = "\n".join(t.request_id for t in a.attempts if t.request_id)
        date = next((t.date for t in reversed(a.attempts) if t.date), "")
        file = f"evidence/answers/{call.account}/{call.region}/{call.service}.jsonl.gz"
        how = (a.ending, a.code or "", len(a.pages), len(a.attempts), a.started, a.ended, date)
        yield a.id, call.name, call.account, call.region, sent, *how, a.principal, requests, file, a.digest


_MANIFEST = (Heading("File", 70, "mono"), Heading("SHA-256", 70, "mono"), number("Bytes", 12))


def _manifest(material: Material) -> Iterator[Sequence[Any]]:
    for line in manifest(material.folder).decode().splitlines():
        yield line[66:], line[:64], (material.folder / line[66:]).stat().st_size
