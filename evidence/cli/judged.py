"""A run or a pack, judged: what the commands that make something of one control start from."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from evidence.assessment.model import Assessment
from evidence.cli.assessing import assessment_of, programs_in, stated_in, with_earlier
from evidence.cli.common import chosen
from evidence.cli.configuration import Configuration
from evidence.cli.verify_accounts import check_one
from evidence.errors import EvidenceError
from evidence.pack.results import results_json
from evidence.pack.ticket.model import Origin
from evidence.programs.model import Program
from evidence.run.run import Run
from evidence.run.store import far
from evidence.seal.archive import unpacked
from evidence.seal.manifest import SUMS, digest_of
from evidence.seal.steps import Checked
from evidence.seal.verify import verify

_AGAIN = "Get it again from whoever made it."


@dataclass(frozen=True)
class Source:
    """A run, or a pack whose files were shown to be unchanged; nothing of it is judged yet. `facts` is what pack.json says, None for
    a run; `steps` are the steps of its verification that were done, without anything from outside. `path` is the folder; a run
    on S3 has none, see `run.where`."""

    path: Path
    run: Run
    programs: tuple[Program, ...]
    facts: dict[str, Any] | None = None
    steps: tuple[Checked, ...] = ()


@dataclass(frozen=True)
class Judged:
    """The source with its Assessment."""

    run: Run
    assessment: Assessment
    origin: Origin


@contextmanager
def at_hand(where: str) -> Iterator[str | Path]:
    """A run where it lies, or the folder of a pack, unpacked from its .zip for as long as it is used. Raises EvidenceError for what is of
    an organisation: see `check_one`."""
    if far(where):
        yield where
        return
    with unpacked(Path(where)) as folder:
        check_one(folder)
        yield folder


def is_pack(where: str | Path) -> bool:
    return not far(where) and Path(where, "pack.json").is_file()


def opened(where: str | Path, only: Sequence[str]) -> Source:
    """`only`: of a run, judge for these programs instead of those collected for. Raises EvidenceError."""
    path = Path(where)
    if not is_pack(where):
        run = Run.open(where)
        return Source(path, run, chosen(only or run.finished().scope.programs))
    steps = tuple(verify(path))
    for step in steps:
        if step.outcome == "failed":
            raise EvidenceError(f"{path} is not the pack that was made: {' '.join(step.says[:2])}", _AGAIN)
    try:
        facts = orjson.loads((path / "pack.json").read_bytes())
        programs = programs_in(path, facts["programs"])
    except (ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{path}/pack.json cannot be read ({error}).", _AGAIN) from error
    return Source(path, Run.open(path / "evidence"), programs, facts, steps)


def not_for_a_pack(source: str, **given: object) -> None:
    """Raises EvidenceError where any of these options, which say how a run is judged, was given for a pack."""
    names = [f"--{name}" for name, value in given.items() if value]
    if names and not far(source) and not Path(source, "run.json").is_file():
        raise EvidenceError("A pack keeps what it was judged with.", f"Leave out {' and '.join(names)}.")


def judged(source: Source, settings: Configuration, earlier: Sequence[str]) -> Judged:
    """Judges it as `evidence pack` does, so that exceptions have the numbers that they have there."""
    if source.facts is not None:
        return _of_pack(source.path, source.run, source.programs, source.facts)
    management, _ = with_earlier(settings.statements(), source.run, [Run.open(p) for p in earlier], source.programs)
    return Judged(source.run, assessment_of(source.run, source.programs, management), Origin())


def _of_pack(pack: Path, run: Run, programs: Sequence[Program], facts: dict[str, Any]) -> Judged:
    """The kept answers, judged with what the pack keeps. Raises EvidenceError where that is not what the pack's own reports say."""
    try:
        stated = stated_in(pack)
        expected = (pack / "report/results.json").read_bytes()
        origin = Origin(str(facts["id"]), str(facts["evidence_root"]), digest_of(pack / SUMS), bool(facts.get("signed")))
    except (OSError, ValueError, KeyError) as error:
        by = "Use the version of the tool that made it: pack.json names it."
        raise EvidenceError(f"{pack} is no pack as this version makes them ({error}).", by) from error
    assessment = assessment_of(run, programs, stated)
    if results_json(assessment) != expected:
        by = (facts.get("versions") or {}).get("evidence", "another version")
        raise EvidenceError(
            f"Judging the answers of {pack} again does not give its report/results.json: what is made of it would not say what the pack says.",
            f"Use version {by} of the tool, which made it, or start from the run.",
        )
    return Judged(run, assessment, origin)
