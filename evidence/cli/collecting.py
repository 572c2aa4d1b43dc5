"""From what was asked for to a kept run: who is meant, one unit for each account, what came of them. As `collect` and `quarter` need it."""

import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import typer

from evidence import __version__
from evidence.assessment.wanted import wanted
from evidence.aws.ask import Asker
from evidence.aws.budget import parts
from evidence.aws.collect import CONCURRENCY
from evidence.aws.fleet import Fleet, cluster, over, processes, threads
from evidence.aws.log import STDERR
from evidence.aws.observers import Watch
from evidence.aws.process import prepare
from evidence.aws.redact import Redactor, load_key
from evidence.aws.replay import recorded, replay_session
from evidence.aws.scope import AT_ONCE, Entry, Named, enter_account, name_accounts, nobody, payer_of, role_of
from evidence.aws.session import SESSION_NAME, Session, Settings, open_session
from evidence.aws.telemetry import run_span
from evidence.aws.unit import Settled, Unit, again
from evidence.cli.common import chosen
from evidence.cli.entering import Entering
from evidence.cli.watching import watch_of, watching
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING, Statements
from evidence.populations.billed import NEEDS as billing_needs
from evidence.populations.events import NEEDS as events_needs
from evidence.populations.history import NEEDS as history_needs
from evidence.programs.model import Program
from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.run.calendar import asked_about
from evidence.run.ends import Ends
from evidence.run.run import Run, now, stamp
from evidence.run.scope import Account, RegionStatus, Scope
from evidence.run.status import read_status
from evidence.run.store import far, whole
from evidence.services import populations
from evidence.services.declare import Ask
from evidence.services.plan import asks_for

OVER_TIME = {"history": history_needs, "events": events_needs, "billing": billing_needs}
"""What may be asked of the time before the present, and the populations and columns it fills."""


@dataclass(frozen=True)
class Workers:
    """Where accounts are collected: threads of this process, so many processes, or a Dask cluster by its scheduler."""

    processes: int = 0
    scheduler: str = ""

    def __post_init__(self) -> None:
        if self.processes and self.scheduler:
            raise EvidenceError(
                "Accounts are collected by processes of this machine or by a cluster, not by both.",
                "Leave out --workers or --scheduler.",
            )

    def fleet(self, session: Session | None) -> AbstractContextManager[Fleet]:
        if self.scheduler:
            return cluster(self.scheduler)
        return processes(self.processes) if self.processes else threads(session)


HERE = Workers()


@dataclass(frozen=True)
class Pace:
    """How fast is asked: so many calls at once in an account, which share of AWS's request limits (None: they are not shared out), and
    how many requests in all accounts together (None: as many as it takes)."""

    concurrency: int = CONCURRENCY
    share: float | None = None
    budget: int | None = None

    def parts(self, units: int) -> list[int | None]:
        """The budget of each unit of work."""
        return [None] * units if self.budget is None else list(parts(self.budget, units))


PLAIN = Pace()


@dataclass(frozen=True)
class Told:
    """Who is told how far a collection is: the file of its log (empty: none), and how often its status is written, in seconds (None: as
    suits the place)."""

    log: str = ""
    every: float | None = None


QUIET = Told()


@dataclass(frozen=True)
class Begun:
    """What a collection starts from: who we are and whom it is about is known, and nothing else asked. `run` is the one gone on with."""

    scope: Scope
    columns: Mapping[str, tuple[str, ...]]
    entering: Entering
    session: Session
    named: Named
    redactor: Redactor
    external_id: str = field(repr=False)
    key: Path | None
    run: Run | None
    pace: Pace

    @property
    def asks(self) -> tuple[Ask, ...]:
        return asks_for(self.columns, populations())


def collect_run(
    out: str | Path,
    entering: Entering,
    *,
    programs: Sequence[str] = (),
    period: str = "",
    entity: str = "",
    prepared_by: str = "",
    over_time: tuple[str, ...] = (),
    management: Statements = NOTHING,
    external_id: str = "",
    redaction_key: Path | None = None,
    resume: bool = False,
    retry_denied: bool = False,
    pace: Pace = PLAIN,
    workers: Workers = HERE,
) -> Run:
    """A finished run in the folder `out`, as `evidence collect` makes it; with `resume` the one that was cut short there, which knows
    its own programs and period. `over_time`: see `Scope`; `management` may name members by tags, which are asked for too. Raises
    EvidenceError."""
    asked = Scope((), tuple(programs), period, entity, prepared_by, over_time=over_time)
    begun = begin(asked, management, entering, external_id, redaction_key, Run.open(out) if resume else None, pace)
    return carry_out(begun, str(out), retry_denied, workers)


def begin(
    asked: Scope,
    management: Statements,
    entering: Entering,
    external_id: str,
    redaction_key: Path | None,
    run: Run | None,
    pace: Pace = PLAIN,
) -> Begun:
    """Asks who we are and whom the collection is about. Raises EvidenceError for what cannot be meant."""
    if run is not None:
        asked = run.facts.scope
        if not external_id and any(a.external_id for a in asked.accounts):
            raise EvidenceError(
                "The run's accounts were entered with an external id, and that is never kept.",
                "Name it again with --external-id.",
            )
    if not asked.programs:
        raise EvidenceError("No program was named.", "Name at least one with --program; `evidence programs` lists them.")
    columns = columns_of(chosen(asked.programs), asked.over_time, management)
    since, until = _asked_about(asked)
    role, session_name = role_of(asked)
    entering = entering.model_copy(
        update={
            "regions": entering.regions or tuple(sorted({r for a in asked.accounts for r in a.asked})),
            "accounts": (*(a.id for a in asked.accounts if a.status == "in scope"), *entering.accounts),
            "role": entering.role or role,
            "organization": entering.organization or bool(asked.organization),
            "session_name": entering.session_name or session_name or SESSION_NAME,
        }
    )
    redactor = Redactor(load_key(redaction_key) if redaction_key else None)
    prepare()
    session = open_session(Settings(entering.profile, session_name=entering.session_name, connections=pace.concurrency))
    asker = Asker(lambda account: session, redactor)
    named = name_accounts(
        session,
        asker,
        regions=entering.regions,
        accounts=entering.accounts,
        role=entering.role,
        external_id=external_id,
        organization=entering.organization,
    )
    named = named.asked_about(since, until, payer_of(named, session, asker, external_id) if "billing" in asked.over_time else "")
    scope = replace(asked, accounts=named.accounts, organization=named.organization, seen=named.seen)
    return Begun(scope, columns, entering, session, named, redactor, external_id, redaction_key, run, pace)


def look_around(begun: Begun) -> list[Account]:
    """The accounts, entered to see where they would be asked; nothing is kept. Raises EvidenceError where none can be entered."""
    asker = Asker(lambda account: begun.session, begun.redactor)

    def looked(account: Account) -> Entry:
        entry = enter_account(account, begun.session, asker, begun.entering.regions, begun.external_id)
        if account.role:  # a thousand of them would hold more connections than the system gives
            entry.session.close()
        return entry

    inside = begun.named.inside
    with ThreadPoolExecutor(AT_ONCE) as pool:
        entries = {account.id: entry for account, entry in zip(inside, pool.map(looked, inside), strict=True)}
    for entry in (e for e in entries.values() if e.note):
        typer.echo(f"evidence: {entry.note}", err=True)
    if all(entry.account.shut for entry in entries.values()):
        raise nobody([(entry.note, entry.refused) for entry in entries.values()])
    return [entries[a.id].account if a.id in entries else a for a in begun.named.accounts]


def carry_out(begun: Begun, out: str, retry_denied: bool = False, workers: Workers = HERE, told: Told = QUIET) -> Run:
    """Every account is entered and asked, and the run is finished. Raises EvidenceError."""
    if begun.run is not None:
        check_unheard(begun.run)
    run = begun.run or Run.create(out, begun.scope, versions=versions())
    with run_span(run.facts.id) as parent:
        watch = watch_of(run, told.log, told.every, parent)
        with watching(run, plain=told.log == STDERR):
            return _carried_out(begun, run, retry_denied, workers, watch)


def check_unheard(run: Run) -> None:
    """On S3 nobody can hold a run: two who went on with one would refuse each other part by part. Raises EvidenceError where somebody
    is heard of who collects it."""
    if not far(run.where):
        return
    status = read_status(run, now())
    if status.state == "under way":
        raise EvidenceError(
            f"{run.where} is being collected: an account was heard of at {status.heard}.",
            "Wait until it has ended; whoever was killed counts as gone once `evidence status` hears of no account.",
        )


def _carried_out(begun: Begun, run: Run, retry_denied: bool, workers: Workers, watch: Watch) -> Run:
    _kept(run, begun.named.answers)
    settings = replace(begun.session.settings, profile=begun.entering.profile)
    inside, began = begun.named.inside, stamp(now())
    units = [
        Unit(
            run=whole(run.where),
            account=account,
            settings=settings,
            columns=begun.columns,
            regions=begun.entering.regions,
            key=str(begun.key.resolve()) if begun.key else "",
            key_sha256=begun.redactor.key_sha256,
            external_id="" if workers.scheduler else begun.external_id,
            retry_denied=retry_denied,
            concurrency=begun.pace.concurrency,
            share=begun.pace.share,
            budget=budget,
            began=began,
            watch=watch,
        )
        for account, budget in zip(inside, begun.pace.parts(len(inside)), strict=True)
    ]
    came = _settled(run, units, workers.fleet(begun.session))
    if not came.entered:
        raise nobody(came.refusals)
    _kept(run, came.turned_away)
    accounts = tuple(came.accounts.get(a.id, a) for a in begun.scope.accounts)
    run.finish(
        known=came.ends,
        scope=replace(begun.scope, accounts=accounts),
        redaction_key=begun.redactor.key_facts,
    )
    return run


def replay_run(
    source: str | Path, out: str | Path, only: Sequence[str] = (), *, resume: bool = False, workers: Workers = HERE
) -> Run:
    """Collects from a kept run instead of AWS: the same code, recorded times and endings, nothing sent, nothing waited for. With
    `resume` it goes on with such a run that was cut short in `out`."""
    was = Run.open(source)
    facts = was.finished()
    programs = tuple(only or facts.scope.programs)
    if resume:
        run = Run.open(out)
    else:
        run = Run.create(out, facts.scope, versions=dict(facts.versions), id=facts.id, started=facts.started_at)
    seen = _named_again(was, run)
    columns = columns_of(chosen(programs), facts.scope.over_time)
    inside = [a for a in facts.scope.accounts if a.status == "in scope"]
    units = [Unit(whole(run.where), account, Settings(), columns, replay=whole(source)) for account in inside]
    came = _settled(run, units, workers.fleet(None))
    accounts = tuple(came.accounts.get(a.id, a) for a in facts.scope.accounts)
    scope = replace(facts.scope, accounts=accounts, seen=seen, programs=programs)
    run.finish(ended=facts.as_of, known=came.ends, scope=scope, redaction_key=facts.redaction_key)
    return run


def _named_again(was: Run, run: Run) -> tuple[str, ...]:
    """Keeps the answers that name a replayed run's accounts, and returns their evidence ids."""
    scope = was.facts.scope
    if not scope.seen:
        return ()
    answers = [a for a in was.answers({"organizations"}) if a.id in scope.seen]
    session = replay_session(scope.accounts[0].partition)
    asker = Asker(lambda account: session, Redactor(b"\0" * 32), recorded=recorded(answers))
    found = again(scope.seen, answers, asker)
    _kept(run, found)
    return tuple(answer.id for answer in found)


def _kept(run: Run, answers: Iterable[Answer]) -> None:
    """What the head itself has to keep, written as a unit writes: by the one who holds the account."""
    by_account: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_account[answer.call.account].append(answer)
    for account, own in by_account.items():
        with run.store.hold(f"answers/{account}"):
            for answer in own:
                run.keep(answer)
            run.flush()


@dataclass
class _Came:
    """What came of all units: of each account what it is, and sums."""

    accounts: dict[str, Account] = field(default_factory=dict)
    ends: dict[str, Ends] = field(default_factory=dict)
    regions: dict[tuple[tuple[str, str], ...], Mapping[str, RegionStatus]] = field(default_factory=dict)
    turned_away: list[Answer] = field(default_factory=list)
    refusals: list[tuple[str, EvidenceError | None]] = field(default_factory=list)
    entered: bool = False

    def take(self, settled: Settled) -> None:
        account = settled.account
        # a thousand accounts that came from elsewhere each bring the same Regions
        regions = self.regions.setdefault(tuple(account.regions.items()), account.regions)
        self.accounts[account.id] = replace(account, regions=regions)
        if not settled.entered:
            self.turned_away.extend(settled.turned_away)
            self.refusals.append((settled.note, settled.refused))
        else:
            self.entered = True
            self.ends[account.id] = settled.ends


def _settled(run: Run, units: Sequence[Unit], where: AbstractContextManager[Fleet]) -> _Came:
    came = _Came()
    with where as fleet:
        for settled in over(fleet, units):
            lost = [f"{what} was given up in account {settled.account.id} ({why})." for what, why in settled.lost.items()]
            for note in filter(None, (settled.note, *lost)):
                typer.echo(f"evidence: {note}", err=True)
            came.take(settled)
    return came


def asks_of(programs: Sequence[Program], over_time: Sequence[str] = (), management: Statements = NOTHING) -> tuple[Ask, ...]:
    """What these programs need to be asked, of the present and of the time before it, and the tags by which management names members."""
    return asks_for(columns_of(programs, over_time, management), populations())


def columns_of(
    programs: Sequence[Program], over_time: Sequence[str] = (), management: Statements = NOTHING
) -> dict[str, tuple[str, ...]]:
    """The same as {population: columns to be filled}."""
    columns = wanted(programs, requirements(), populations(), management)
    more = {name: needs for what in over_time for name, needs in OVER_TIME[what].items()}
    return columns | {name: tuple(sorted({*columns.get(name, ()), *needs})) for name, needs in more.items()}


def _asked_about(asked: Scope) -> tuple[str, str]:
    """The time before the present that is asked about; of a run that is gone on with, its own. Raises EvidenceError."""
    if not asked.over_time:
        return "", ""
    before = next(((a.since, a.until) for a in asked.accounts if a.since), None)
    since, until = before or asked_about(asked.period, now())
    if not since:
        raise EvidenceError(
            f"--{asked.over_time[0]} asks about the time since the beginning of the period, and {asked.period or 'none'} is no quarter that has begun.",
            "Name the quarter, e.g. --period 2026-Q3.",
        )
    return since, until


def versions() -> dict[str, str]:
    """What a run was collected with."""
    return {"tool": __version__, "botocore": version("botocore"), "boto3": version("boto3"), "python": platform.python_version()}
