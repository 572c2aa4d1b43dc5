"""The PDF of a program and the summary over all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evidence.assessment.model import Assessment
from evidence.assessment.period.model import Period
from evidence.pack.facts import PackFacts
from evidence.pack.kept import NOWHERE, KeptAnswers
from evidence.pack.material import Material
from evidence.pack.printing import Printable, print_pdf, print_side_by_side
from evidence.pack.results import of_program, results_json
from evidence.pack.templates import page
from evidence.pack.view import program_view, summary_view

ATTACHED = 32 * 1024 * 1024
"""Bytes of results that a PDF carries; larger ones stand beside it in the pack alone, as its verification page says."""


def write_pdfs(material: Material) -> None:
    """The summary and one report for each program. Raises EvidenceError as `print_pdf` does."""
    print_side_by_side(_reports(material))


def _reports(material: Material) -> Iterator[Printable]:
    assessment, facts = material.assessment, material.facts
    yield _summary(assessment, facts, material.report / "summary.pdf")
    for program in assessment.programs:
        yield _program(
            assessment, program.id, facts, material.report / f"{program.id}.pdf", material.kept, material.earlier, material.period
        )


def write_program_pdf(
    assessment: Assessment,
    program_id: str,
    pack: PackFacts,
    out: Path,
    kept: KeptAnswers = NOWHERE,
    earlier: Assessment | None = None,
    period: Period | None = None,
) -> None:
    """The report of one program, printed by this process."""
    print_pdf(_program(assessment, program_id, pack, out, kept, earlier, period))


def write_summary_pdf(assessment: Assessment, pack: PackFacts, out: Path) -> None:
    """The summary over all programs of the pack, printed by this process."""
    print_pdf(_summary(assessment, pack, out))


def _program(
    assessment: Assessment,
    program_id: str,
    pack: PackFacts,
    out: Path,
    kept: KeptAnswers,
    earlier: Assessment | None,
    period: Period | None,
) -> Printable:
    view, own = program_view(assessment, program_id, pack, kept, earlier, period), of_program(assessment, program_id)
    return _printable("program.html", view, out, own, f"{pack.id} {pack.evidence_root} {program_id}")


def _summary(assessment: Assessment, pack: PackFacts, out: Path) -> Printable:
    return _printable("summary.html", summary_view(assessment, pack), out, assessment, f"{pack.id} {pack.evidence_root}")


def _printable(template: str, view: dict[str, Any], out: Path, results: Assessment, identity: str) -> Printable:
    """The template filled, with these results attached where they are not too many."""
    attached = results_json(results)
    attached = attached if len(attached) <= ATTACHED else b""
    return Printable(page(template, view | {"attached": len(attached)}), out, results.run.as_of, identity, attached)
