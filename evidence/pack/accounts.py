"""A run judged account by account, on whatever executes: threads, processes, a cluster. Memory holds one account for each worker,
and sums.

The unit of work is one account. What was judged of it is kept in a cache beside the run (evidence.pack.spill), so that a run of a
thousand accounts that was cut short goes on from there.
"""

import hashlib
import pickle
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.metadata import entry_points
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TypeVar

from evidence.assessment.assess import assess_account, shared_of
from evidence.assessment.rules import Rules, rules_of
from evidence.assessment.together import Part, together
from evidence.management.model import Seen, Statements
from evidence.pack.as_json import as_json
from evidence.pack.spill import Spilled, part_in, spill
from evidence.populations.shared import Shared
from evidence.programs.model import Program
from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.run.ends import Segments
from evidence.run.run import SEGMENT, Run
from evidence.run.run import RunFacts as Kept
from evidence.run.scope import Account
from evidence.run.store import store_at
from evidence.services import populations

Unit = TypeVar("Unit")
Done = TypeVar("Done")
AHEAD = 256
"""Accounts handed out before the first of them is summed: more would wait here, judged, for one that is slow."""


@dataclass(frozen=True)
class JudgeUnit:
    """One account to be judged: plain, picklable, and all there is to know.

    run      where the run lies: a folder
    kept     what run.json says, of this account alone
    by       programs and statements, packed alike for all accounts; `earlier` what earlier runs show of this one
    shared   what it may know of the other accounts, packed
    folder   where its members go
    """

    run: str
    kept: Kept
    account: str
    by: bytes
    earlier: tuple[Seen, ...]
    shared: bytes
    folder: str


def judge_account(unit: JudgeUnit) -> Part:
    """Judges the account, or takes what is kept of it since before. Runs where the executor has it run."""
    folder = Path(unit.folder)
    if (known := part_in(folder)) is not None:
        return known
    run = Run(store_at(unit.run), unit.kept, unit.run)
    rules = _rules(unit.by)
    rules = replace(rules, management=replace(rules.management, earlier=unit.earlier))
    assessment = assess_account(unit.kept, unit.account, run.answers(account=unit.account), rules, _shared(unit.shared))
    return spill(run, assessment, folder)


@lru_cache(maxsize=1)
def _rules(by: bytes) -> Rules:
    programs, management = pickle.loads(zlib.decompress(by))  # what the head packed for its own workers
    return rules_of(programs, requirements(), populations(), management)


@lru_cache(maxsize=1)
def _shared(packed: bytes) -> Shared:
    return Shared.from_json(zlib.decompress(packed), populations())


def assess_accounts(
    run: Run,
    programs: Sequence[Program],
    management: Statements,
    executor: Executor,
    *,
    cache: Path | None = None,
    on_account: Callable[[Part], None] = lambda part: None,
) -> Spilled:
    """Judges every account of a finished run and concludes over all of them. `cache` is a folder that the workers see too; by default
    it lies beside the run. `on_account` is told of each account, in the run's order. Raises EvidenceError for a run that was cut
    short, and what a worker raised: what was judged before stays in the cache."""
    kept = run.finished()
    rules = rules_of(programs, requirements(), populations(), management)
    shared = shared_of(kept, answers_across(run, rules), rules)
    folder = (cache or cache_of(Path(run.where))) / f"{kept.id}-{key_of(kept, programs, management)[:16]}"

    def told() -> Iterator[Part]:
        for part in mapped(executor, judge_account, _units(run, rules, programs, shared, folder)):
            on_account(part)
            yield part

    return Spilled(folder, together(kept, rules, told()))


def cache_of(run: Path) -> Path:
    """Where what is judged of a run in this folder is kept, unless it is said otherwise."""
    return run.resolve().parent / ".cache"


def answers_across(run: Run, rules: Rules) -> Iterator[Answer]:
    """The answers that fill what is looked up across accounts, out of the files of the few services that have them; and those of the
    accounts of which little or nothing was asked. A line of another call is passed over unread."""
    calls = rules.calls_across
    segments = _files_across(rules)
    marks = [f'"operation":"{operation}"'.encode() for _, operation in calls]
    found = (Answer.from_line(line) for _, _, line in run.lines(segments) if any(mark in line for mark in marks))
    silent = _silent(run.facts)
    return chain((a for a in found if (a.call.service, a.call.operation) in calls), *(run.answers(account=id) for id in silent))


def segments_across(kept: Kept, rules: Rules) -> list[str]:
    """The segments that hold these answers, those that name the organisation's accounts, and what is kept of accounts out of scope."""
    files, silent = _files_across(rules) | {f"organizations{SEGMENT}"}, {*_silent(kept)}
    in_scope = {a.id for a in kept.scope.accounts if a.status == "in scope"}

    def wanted(name: str) -> bool:
        account = name.split("/")[1]
        return account in silent or account not in in_scope or name.rpartition("/")[2] in files

    return sorted(filter(wanted, kept.segments))


def _files_across(rules: Rules) -> set[str]:
    return {f"{service}{SEGMENT}" for service, _ in rules.calls_across}


def _silent(kept: Kept) -> list[str]:
    return [a.id for a in kept.scope.accounts if a.status == "in scope" and (a.shut or not a.regions)]


def key_of(kept: Kept, programs: Sequence[Program], management: Statements) -> str:
    """What the judgements of a run follow from: the run with the ends of its chains, programs, statements, and this very code."""
    parts = (kept.to_json(), as_json(list(programs)), as_json(management), _code().encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@cache
def _code() -> str:
    """SHA-256, in hex, of the code that judges, and of what installed packages add to it."""
    own = Path(str(files("evidence")))
    lines = [f"{path.relative_to(own)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sorted(own.rglob("*.py"))]
    groups = ("evidence.services", "evidence.requirements")
    added = [f"{p.value} {p.dist.version if p.dist else ''}" for group in groups for p in entry_points(group=group)]
    return hashlib.sha256("\n".join((*lines, *sorted(added))).encode()).hexdigest()


def _units(run: Run, rules: Rules, programs: Sequence[Program], shared: Shared, folder: Path) -> Iterator[JudgeUnit]:
    kept, management = run.facts, rules.management
    earlier: dict[str, list[Seen]] = defaultdict(list)
    for seen in management.earlier:
        earlier[seen.account].append(seen)
    by = zlib.compress(pickle.dumps((tuple(programs), replace(management, earlier=()))))
    packed = zlib.compress(shared.to_json())
    for account in kept.scope.accounts:
        if account.status == "in scope":
            own = tuple(earlier[account.id])
            yield JudgeUnit(run.where, _alone(kept, account), account.id, by, own, packed, str(folder / account.id))


def _alone(kept: Kept, account: Account) -> Kept:
    return replace(kept, scope=replace(kept.scope, accounts=(account,)), segments=Segments({}))


def mapped(executor: Executor, work: Callable[[Unit], Done], units: Iterable[Unit]) -> Iterator[Done]:
    """What `work` makes of each unit, in the order of the units, whichever is done first."""
    waiting: deque[Future[Done]] = deque()
    try:
        for unit in units:
            waiting.append(executor.submit(work, unit))
            while waiting and (len(waiting) >= AHEAD or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:  # one account failed: nothing more is begun
            future.cancel()
