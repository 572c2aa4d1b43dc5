"""What `evidence quarter` does: it collects what is due, then packs each quarter that is over. Nothing here that `collect`, `pack`,
`verify` and `compare` do otherwise: it is their functions, in the order of the calendar."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from evidence.assessment.model import Assessment
from evidence.aws.collect import FRESH
from evidence.cli.assessing import assessment_of, with_earlier
from evidence.cli.collect import unread_in
from evidence.cli.collecting import Pace, Workers, collect_run, replay_run
from evidence.cli.common import GAPS, chosen
from evidence.cli.compare import comparison
from evidence.cli.configuration import Configuration
from evidence.cli.pack import make_pack
from evidence.cli.sealing import beside, sealing
from evidence.cli.verify import broken, every_step
from evidence.errors import EvidenceError
from evidence.management.read import check_controls
from evidence.pack.attention import Attention, attention
from evidence.pack.changes.view import since
from evidence.pack.changes.write import write_changes
from evidence.pack.facts import PackFacts
from evidence.run.calendar import quarter_name
from evidence.run.due import Kept, ToCollect, ToPack, kept_in, names_in, to_collect, to_pack
from evidence.run.run import Run
from evidence.run.store import below, far
from evidence.seal.manifest import SUMS, digest_of
from evidence.seal.sealing import Sealing
from evidence.seal.steps import Checked
from evidence.seal.timestamp import read_roots
from evidence.seal.verify import Anchors

LOCK = ".quarter.lock"
"""The file that one call holds while it works, beside the runs, or the packs where runs lie on S3. The system lets go of it whatever
becomes of the call."""
CHANGES = ".changes"
"""How the folder of a pack's comparison ends, after the pack's own name."""


@dataclass(frozen=True)
class KeptPack:
    """A pack in its place, as its pack.json says: the run in it, its quarter, and that run's end (UTC, ISO 8601)."""

    path: Path
    id: str
    run: str
    period: str
    as_of: str


@dataclass(frozen=True)
class Packed:
    """A pack that was made: what is in it, how its verification came out, and what it was compared with (None for nothing).

    changes         the folder of the comparison; None where there is none
    not_compared    why there is none although there is a pack before it
    """

    path: Path
    facts: PackFacts
    assessment: Assessment
    steps: tuple[Checked, ...]
    receipt: str
    previous: KeptPack | None
    changes: Path | None
    not_compared: str


@dataclass(frozen=True)
class Quarter:
    """One call: what is to be kept to, at which moment (UTC), and how AWS is asked or which kept runs answer instead.

    is_now   whether the moment is that of the clock: AWS answers for no other
    early    whether the quarter that is not over is packed too
    """

    settings: Configuration
    moment: dt.datetime
    is_now: bool
    early: bool = False
    replay: tuple[Path, ...] = ()
    external_id: str = ""
    prepared_by: str = ""
    concurrency: int = 32

    @property
    def workers(self) -> Workers:
        return Workers(self.settings.quarter.workers, self.settings.quarter.scheduler)

    @property
    def runs(self) -> str:
        """A folder, or a place on S3."""
        return self.settings.quarter.runs

    @property
    def packs(self) -> Path:
        return _here(self.settings.quarter.packs)

    @property
    def today(self) -> dt.date:
        return self.moment.date()

    def due(self) -> ToCollect:
        return to_collect(kept_in(self.runs), self.moment, self.settings.quarter.every_days, FRESH, names_in(self.runs))

    def to_pack(self, due: ToCollect | None = None) -> tuple[ToPack, ...]:
        """The packs to be made; of `due` what they will be once that is collected."""
        kept = list(kept_in(self.runs))
        if due is not None:
            kept = [k if k.name not in due.resume else Kept(k.name, k.id, k.started, self.moment) for k in kept]
            kept += [Kept(due.begin, "", self.moment, self.moment)] if due.begin else []
        return to_pack(kept, {p.run for p in packs_in(self.packs)}, self.today, self.early)

    def check(self) -> None:
        """What would stop the work halfway stops it before anything is asked. Raises EvidenceError."""
        check_controls(self.settings.statements(), chosen(self.settings.programs))

    # Collecting

    def collect(self, due: ToCollect) -> list[Run]:
        """Goes on with what was cut short, then begins the run that is due. Raises EvidenceError; what was kept so far is whole."""
        names = [(name, True) for name in due.resume] + ([(due.begin, False)] if due.begin else [])
        if names and not self.replay and not self.is_now:
            raise EvidenceError(
                f"A run is due on {self.today}, and AWS can be asked for today alone.",
                "Leave out --on; with --dry-run it says what would be due, with --replay a kept run answers.",
            )
        return [self._collected(name, resume) for name, resume in names]

    def _collected(self, name: str, resume: bool) -> Run:
        out, settings = below(self.runs, name), self.settings
        if self.replay:
            return replay_run(self._recorded(out, resume), out, settings.programs, resume=resume, workers=self.workers)
        return collect_run(
            out,
            settings.scope,
            programs=settings.programs,
            period=quarter_name(self.today),
            entity=settings.entity,
            prepared_by=self.prepared_by or str(settings.people.preparer or ""),
            over_time=settings.quarter.over_time,
            management=settings.statements(),
            external_id=self.external_id,
            redaction_key=settings.quarter.redaction_key,
            resume=resume,
            pace=Pace(self.concurrency, settings.quarter.gentle, settings.quarter.budget),
            workers=self.workers,
        )

    def _recorded(self, out: str, resume: bool) -> Path:
        """The kept run that answers for this one: of a new run the one that was begun on that day."""
        id = Run.open(out).facts.id if resume else ""
        for path in self.replay:
            facts = Run.open(path).finished()
            if facts.id == id or (not resume and facts.started_at.date() == self.today):
                return path
        raise EvidenceError(
            f"None of the runs given with --replay {f'is {id}' if resume else f'was begun on {self.today}'}.",
            "A replayed run keeps its own times: name one of that day.",
        )

    # Packing

    def pack(self, wanted: ToPack) -> Packed:
        """Makes the pack, verifies it and compares it with the one before; only then it has its name. Raises EvidenceError."""
        q, run = self.settings.quarter, below(self.runs, wanted.run.name)
        previous = max(
            (p for p in packs_in(self.packs) if p.period < wanted.quarter), key=lambda p: (p.period, p.as_of), default=None
        )
        sealed = sealing(q.key, q.kms_key, q.tsa, previous.path if previous else None, run, q.pades)
        self.packs.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.packs, prefix=".making-") as folder:
            out = Path(folder) / "pack"
            earlier = [below(self.runs, k.name) for k in wanted.earlier]
            facts, assessment = make_pack(run, out, (), self.settings, earlier, sealed, q.zip)
            steps = self._verified(out, wanted.quarter, sealed)
            why = _compared(previous, out, Path(folder) / "changes") if previous else ""
            receipt, place = digest_of(out / SUMS), self.packs / facts.id
            _place(out, Path(folder) / "changes", place)
        changes = _changes(place)
        return Packed(place, facts, assessment, steps, receipt, previous, changes if changes.exists() else None, why)

    def _verified(self, pack: Path, quarter: str, sealed: Sealing) -> tuple[Checked, ...]:
        """The steps of `evidence verify`, with the key that signed and the link that was meant."""
        root = self.settings.quarter.tsa_ca
        given = Anchors(
            key=sealed.signer.public if sealed.signer else None,
            roots=tuple(read_roots(root)) if root and sealed.tsa else (),
            previous=sealed.previous,
        )
        steps = every_step(pack, given)
        if broken(steps):
            said = next(step.says[0] for step in steps if step.outcome == "failed")
            raise EvidenceError(
                f"The pack of {quarter} does not verify: {said}", "Nothing of it was left; the runs are as they were."
            )
        return tuple(steps)

    # What needs a person

    def newest(self) -> tuple[Assessment, Attention] | None:
        """The newest finished run, judged, beside the one before it; None where there is no run."""
        finished = sorted((k for k in kept_in(self.runs) if k.ended), key=lambda k: (k.ended, k.name))
        if not finished:
            return None
        *before, last = finished
        run = Run.open(below(self.runs, last.name))
        programs = chosen(run.finished().scope.programs)
        stated = self.settings.statements()
        check_controls(stated, programs)
        stated, earlier = with_earlier(stated, run, [Run.open(below(self.runs, k.name)) for k in before[-1:]], programs)
        assessment = assessment_of(run, programs, stated)
        change = since(earlier[-1][1], assessment, [p.id for p in programs]) if earlier else None
        return assessment, attention(assessment, change, self.today)


def _here(folder: Path) -> Path:
    """The folder, if it is one. Raises EvidenceError."""
    if "s3:" in folder.parts:
        raise EvidenceError(
            f"`evidence quarter` makes its packs in a folder, and {folder} is on S3.",
            "Name a folder with --packs and copy it to S3 afterwards (examples/quarter.sh); runs may lie there (--runs).",
        )
    return folder


def packs_in(folder: Path) -> tuple[KeptPack, ...]:
    """The packs in this folder, by their names. Raises EvidenceError for one that cannot be read."""
    found = []
    for path in sorted(folder.glob("[!.]*/pack.json")):
        try:
            said: dict[str, Any] = orjson.loads(path.read_bytes())
            found.append(KeptPack(path.parent, *(str(said[name]) for name in ("id", "run", "period", "as_of"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EvidenceError(
                f"{path} cannot be read ({error}).", "Restore the pack from your copy, or move it away."
            ) from error
    return tuple(found)


@contextmanager
def alone(runs: str, packs: Path) -> Iterator[None]:
    """Nobody else collects or packs meanwhile. Runs on S3 cannot be held: there the packs are, and whoever else writes a run is refused
    by the store. Raises EvidenceError where somebody does."""
    held = packs if far(runs) else Path(runs)
    held.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(held / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise EvidenceError(
            f"Another `evidence quarter` is at work in {held}.", "Wait until it has ended; nothing was begun."
        ) from error


def code_of(collected: Sequence[Run], packed: Sequence[Packed]) -> int:
    """3 where a run has a call that brought nothing or an account that refused, or a comparison could not be made."""
    short = any(any(unread_in(run)) for run in collected) or any(p.not_compared for p in packed)
    return GAPS if short else 0


def _compared(previous: KeptPack, pack: Path, out: Path) -> str:
    """Writes the comparison; where none can be made, why. That keeps nobody from having the pack."""
    try:
        change, _ = comparison(previous.path, pack)
    except EvidenceError as error:
        return str(error)
    write_changes(change, out)
    return ""


def _place(pack: Path, changes: Path, place: Path) -> None:
    """Gives the pack and what goes with it their names, the pack's folder last: once that is there whole, all is. What has one of
    the names before that is of a call, or a copy, that was cut short, and is made again of the same."""
    for made, final in zip((*beside(pack), changes, pack), (*beside(place), _changes(place), place), strict=True):
        if made.exists():
            if final.is_dir():
                shutil.rmtree(final)
            made.replace(final)


def _changes(pack: Path) -> Path:
    return pack.with_name(pack.name + CHANGES)
