"""In which row of its sheet a thing stands, so that other sheets can lead there. Rows are counted from 1."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from evidence.assessment.model import Assessment
from evidence.pack.workbook.sheet import Link, fits, several


class Places:
    """Where exceptions, controls, requirements, acceptances and answers stand. Of answers only those that a cell can lead to are
    remembered, as Extractions is written: so memory does not grow with the run."""

    def __init__(self, assessment: Assessment) -> None:
        self.exceptions = {e.number: n for n, e in enumerate(assessment.exceptions, 1)}
        self.controls = {(c.program, c.control): n for n, c in enumerate(assessment.conclusions, 1)}
        self.requirements = {(r.id, r.variant): n for n, r in enumerate(assessment.requirements, 1)}
        self.acceptances = {a.acceptance.id: n for n, a in enumerate(assessment.acceptances, 1)}
        self._answers: dict[str, int] = dict.fromkeys(_cited(assessment), 0)

    def answered(self, id: str, row: int) -> None:
        """Extractions has this answer in this row; the first counts."""
        if self._answers.get(id) == 0:
            self._answers[id] = row

    def exception(self, number: str) -> Link | str:
        return _to(number, "Exceptions", self.exceptions.get(number))

    def first_of(self, count: int, numbers: Sequence[str]) -> Link | int:
        """So many exceptions; the cell leads to the first."""
        row = self.exceptions.get(numbers[0]) if numbers else None
        return Link(count, "Exceptions", row) if row else count

    def control(self, program: str, control: str) -> Link | str:
        return _to(control, "Controls", self.controls.get((program, control)))

    def requirement(self, id: str, variant: str) -> Link | str:
        return _to(id, "Populations", self.requirements.get((id, variant)))

    def acceptance(self, id: str) -> Link | str:
        return _to(id, "Accepted", self.acceptances.get(id))

    def evidence(self, ids: Sequence[str]) -> tuple[Link | str, str]:
        """The first evidence id, which leads to its answer, and the others."""
        first = ids[0] if ids else ""
        return _to(first, "Extractions", self._answers.get(first)), several(ids[1:])


def links_of_results(assessment: Assessment) -> int:
    """One to the answer of each result, and one to each exception."""
    return len(assessment.members) + len(assessment.exceptions)


def _cited(assessment: Assessment) -> Iterable[str]:
    """The first evidence id of everything whose cell may lead to its answer."""
    a, few = assessment, fits(links_of_results(assessment))
    members = (m.evidence for m in a.members if few or m.judgement == "exception")
    rest = (
        *((c.evidence,) for c in a.failed_calls if c.evidence), *(r.lists for r in a.requirements),
        *(e.evidence for e in a.environments), *(r.evidence for r in a.aws_side.reports), *(tuple(account.get("seen", ())) for account in a.run.accounts),
    )  # fmt: skip
    return (ids[0] for ids in chain(members, rest) if ids)


def _to(text: str, sheet: str, row: int | None) -> Link | str:
    return Link(text, sheet, row) if row and text else text


def controls_of(assessment: Assessment) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """(requirement, variant) → the controls that ask for it, as (program, control)."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for c in assessment.conclusions:
        for m in c.requirements:
            found.setdefault((m.id, m.variant), []).append((c.program, c.control))
    return found


def named(controls: Iterable[tuple[str, str]]) -> str:
    """ "soc2-2017: CC6.1, CC6.7", a line for each program."""
    by_program: dict[str, list[str]] = {}
    for program, control in controls:
        by_program.setdefault(program, []).append(control)
    return "\n".join(f"{program}: {', '.join(ids)}" for program, ids in by_program.items())
