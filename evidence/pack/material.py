"""What a format is made of: the Assessment, the pack's facts, the kept run, and the folder of the pack in the making."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence.assessment.model import Assessment
from evidence.assessment.period.model import Period
from evidence.pack.facts import PackFacts
from evidence.pack.kept import KeptAnswers, kept_answers
from evidence.run.answer import Answer
from evidence.run.run import Run


@dataclass(frozen=True)
class Material:
    """`folder` already holds `evidence/`, `method/` and the reports of the formats before this one. `oscal_findings`: the
    assessor asked for findings, which are otherwise theirs to make. `earlier`: the run of the period before, judged by the same
    requirements; None where none was named. `period`: what is said of the whole period, None where there is one moment only; by
    `observed`, the earlier runs that looked in it."""

    assessment: Assessment
    facts: PackFacts
    run: Run
    folder: Path
    oscal_findings: bool = False
    earlier: Assessment | None = None
    period: Period | None = None
    observed: tuple[Run, ...] = ()

    @property
    def report(self) -> Path:
        return self.folder / "report"

    @property
    def as_of(self) -> dt.datetime:
        return self.run.facts.as_of

    @cached_property
    def kept(self) -> KeptAnswers:
        """Where each answer is kept, read once for all formats."""
        return kept_answers(self.run)

    def answers(self) -> Iterator[Answer]:
        return self.run.answers()
