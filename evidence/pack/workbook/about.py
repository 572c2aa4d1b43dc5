"""How to read the workbook (README), and the files of the pack around it (Manifest)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from evidence.pack import words
from evidence.pack.material import Material
from evidence.pack.words import CELL_MEANINGS, CONCLUSION_MEANINGS, ENDING_MEANINGS, JUDGEMENT_MEANINGS, TIME_MEANINGS
from evidence.pack.workbook.sheet import Heading, Link, Sheet, Written, number
from evidence.seal.manifest import manifest as sums

_README = (Heading("What", 24, "term"), Heading("Meaning", 88), number("How many", 10))


def readme(material: Material, written: Sequence[Written]) -> Sheet:
    rows = chain(_about(material), _contents(written), _legend(material), ((*said, "") for said in _READING))
    return Sheet("README", "how to read this workbook", _README, rows, links=len(written))


def _about(material: Material) -> Iterator[Sequence[Any]]:
    run, facts, people = material.assessment.run, material.facts, material.assessment.management.people
    unsigned = "Nobody signed this pack: its digests show that it is unchanged, not who made it. See README.txt, step 3."
    said = {
        "Management's evidence": "What AWS answered, what the answers support, and what could not be read. Not an auditor's opinion.",
        "Pack": facts.id,
        "Evidence root, SHA-256": facts.evidence_root,
        "Signed" if facts.signed else "UNSIGNED": facts.signed or unsigned,
        "Entity, period": f"{run.entity or 'not named'}, {run.period or 'not named'}",
        "As of": f"{run.as_of}: the end of the collection. Every age is counted from here.",
        "Prepared by": people.preparer or run.prepared_by or "not named",
        "Reviewed by": people.reviewer or "not named",
        "Approved by": people.approver or "not named",
    }
    if run.part:
        limit, meaning, _ = words.beyond_part(run)
        said[limit] = f"This pack is of {words.of_run(run)}. {meaning}"
    yield from ((what, str(meaning), "") for what, meaning in said.items())
    for program in material.assessment.programs:
        count = sum(c.program == program.id for c in material.assessment.conclusions)
        yield f"Program {program.id}", ". ".join(filter(None, (program.name, program.edition, program.text))), count


def _contents(written: Iterable[Written]) -> Iterator[Sequence[Any]]:
    for sheet in written:
        said = (
            sheet.title if sheet.linked else f"{sheet.title}. No cell leads elsewhere: it would be more than Excel's 65,530 links"
        )
        yield Link(f"Sheet {sheet.name}", sheet.name), said, sheet.rows


def _legend(material: Material) -> Iterator[Sequence[Any]]:
    """Each word, what it means, and how often it stands in this workbook."""
    a = material.assessment
    controls, cells = Counter[str](c.conclusion for c in a.conclusions), Counter(c.status for c in a.coverage)
    judged = Counter[str]()
    for r in a.requirements:
        judged.update(r.counts)
    yield from ((word, meaning, controls[word]) for word, meaning in CONCLUSION_MEANINGS.items())
    yield from ((word, meaning, judged[word]) for word, meaning in JUDGEMENT_MEANINGS.items())
    times = Counter[str](c.time for c in a.conclusions)
    yield from ((f"Time: {kind}", meaning, times[kind]) for kind, meaning in TIME_MEANINGS.items())
    yield from ((f"Status: {word}", meaning, cells[word]) for word, meaning in CELL_MEANINGS.items())
    yield from ((f"Ended: {word}", meaning, a.run.calls.get(word, 0)) for word, meaning in ENDING_MEANINGS.items())


_READING = (
    ("Tinted columns", "For the auditor or for management, as the heads say; blank where nothing is stated. Lists offer; any other "
     "text is welcome."),
    ("All rows", "The sums above a head are of all rows of the sheet, filtered or not. Each is counted apart from the rows."),
    ("Lists unread", "Lists not read, or not to their end. Their resources are unknown, and are counted nowhere."),
    ("Evidence", "The 16 digits are an evidence id: look it up in Extractions, or zgrep it in evidence/answers/*/*/*."),
    ("Rows received", "In Extractions: the entries of the answer's lists, over all its pages; blank where it is no list."),
    ("Clock skew", "In Extractions: the local clock at the end of the call less AWS's own Date, in whole seconds."),
    ("Members, SHA-256", "In Populations: the digest of all members, a line each. A sample by `evidence draw` from this pack names it."),
    ("in part", "A second source was read for some accounts and Regions only, or the list itself was, and nothing differs there."),
    ("uncorroborated", "No second source was there to count the population again, or it could not be read."),
    ("U+202E", "A character that shows nothing, or that turns the text around it, is spelled out like this."),
    ("More rows", "A sheet of more than 1,048,576 rows goes on in the next: “Results 2”. report/data/members.csv has all results in one."),
    ("Longer texts", "A text of more than 32,767 characters or 253 line breaks is cut and says so; it is whole in report/results.json. Of "
     "more than 200 names in a cell the rest is counted. A row is at most 409 points high: what is taller is whole in its cell."),
    ("More links", "A sheet that would have more than 65,530 has none. A text that takes several lines in its cell has none either."),
)  # fmt: skip


_MANIFEST = (Heading("File", 66, "mono"), Heading("SHA-256", 60, "mono"), number("Bytes", 14))


def manifest(material: Material) -> Sheet:
    files = [(line[66:], line[:64]) for line in sums(material.folder).decode().splitlines()]
    sizes = [(material.folder / name).stat().st_size for name, _ in files]
    rows = ((Link(name, file=name), digest, size) for (name, digest), size in zip(files, sizes, strict=True))
    title = "files of the pack that were there when this workbook was made; SHA256SUMS has all"
    return Sheet("Manifest", title, _MANIFEST, rows, totals={"Bytes": sum(sizes)}, links=len(files))
