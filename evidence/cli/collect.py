"""`evidence collect --out RUN --program P…`: ask AWS, keep every answer."""

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from evidence import __version__
from evidence.assessment.wanted import wanted
from evidence.aws.ask import Asker
from evidence.aws.collect import Progress as HowFar
from evidence.aws.collect import collect_account, is_fresh
from evidence.aws.plan import plan
from evidence.aws.redact import Redactor, load_key
from evidence.aws.replay import recorded, replay_session
from evidence.aws.scope import Found, described, find_scope, rediscover, role_of
from evidence.aws.session import SESSION_NAME, Session, Settings, open_session
from evidence.cli.common import COMPLETE, GAPS, chosen, named, print_json
from evidence.cli.configuration import read_configuration
from evidence.cli.entering import Accounts, Billing, Entering, ExternalId, Organization, Profile, Regions, Role, SessionName
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING, Statements
from evidence.populations.billed import NEEDS as billing_needs
from evidence.populations.events import NEEDS as events_needs
from evidence.populations.history import NEEDS as history_needs
from evidence.programs.model import Program
from evidence.requirements import requirements
from evidence.run.answer import READ, Answer, Call
from evidence.run.calendar import asked_about
from evidence.run.run import Run, now
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.declare import Ask
from evidence.services.plan import asks_for

OVER_TIME = {"history": history_needs, "events": events_needs, "billing": billing_needs}
"""What may be asked of the time before the present, and the populations and columns it fills."""
Known = Callable[[Call], Answer | None]
"""Finds the kept answer of a call that need not be made again."""


def collect(
    out: Annotated[Path, typer.Option("--out", help="The new folder of the run (with --resume: the folder of one cut short).")],
    program: Annotated[
        list[str] | None, typer.Option("--program", callback=named, help="A program to collect for; may be repeated.")
    ] = None,
    region: Regions = None,
    account: Accounts = None,
    organization: Organization = False,
    role: Role = "",
    external_id: ExternalId = "",
    session_name: SessionName = "",
    profile: Profile = "",
    period: Annotated[str, typer.Option("--period", help="The period this run is evidence for, e.g. 2026-Q3.")] = "",
    entity: Annotated[str, typer.Option("--entity", help="Whose evidence this is.")] = "",
    prepared_by: Annotated[str, typer.Option("--prepared-by", help="Who collects it, as a person's name and role.")] = "",
    redaction_key: Annotated[
        Path | None, typer.Option("--redaction-key", help="Your own key file: changes of secrets show from run to run.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on with the run in --out: ask what is missing, throttled, expired, failed or half a day old."
        ),
    ] = False,
    retry_denied: Annotated[bool, typer.Option("--retry-denied", help="With --resume, ask again what was denied.")] = False,
    history: Annotated[
        bool,
        typer.Option(
            "--history", help="Ask AWS Config how resources were since the beginning of --period, as far as it recorded them."
        ),
    ] = False,
    events: Annotated[
        bool,
        typer.Option(
            "--events",
            help="Ask CloudTrail for every changing call since the beginning of --period (90 days at most, two requests a second).",
        ),
    ] = False,
    billing: Billing = False,
    replay: Annotated[Path | None, typer.Option("--replay", help="Answer from this kept run instead of AWS.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked, and ask only who we are and where.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="Your evidence.toml: asks for the tags by which it names exceptions, too.")
    ] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="How many calls at once.")] = 32,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Ask AWS what the chosen programs need, read-only, and keep every answer."""
    if replay is not None:
        raise typer.Exit(replayed(replay, out, program or [], json=json))
    entering = Entering(
        regions=tuple(region or ()), accounts=tuple(account or ()), organization=organization, role=role,
        session_name=session_name, profile=profile,
    )  # fmt: skip
    over_time = tuple(name for name, asked in (("history", history), ("events", events), ("billing", billing)) if asked)
    asked = Scope((), tuple(program or ()), period, entity, prepared_by, over_time=over_time)
    management = read_configuration(config).statements()
    found = _found(asked, management, entering, external_id, redaction_key, Run.open(out) if resume else None, concurrency)
    if dry_run:
        _show_plan(found.asks, found.scope.accounts, json)
        return
    raise typer.Exit(_outcome(_collected(found, out, retry_denied, concurrency), json))


def collect_run(
    out: Path,
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
    concurrency: int = 32,
) -> Run:
    """A finished run in the folder `out`, as `evidence collect` makes it; with `resume` the one that was cut short there, which knows
    its own programs and period. `over_time`: see `Scope`; `management` may name members by tags, which are asked for too. Raises
    EvidenceError."""
    asked = Scope((), tuple(programs), period, entity, prepared_by, over_time=over_time)
    found = _found(asked, management, entering, external_id, redaction_key, Run.open(out) if resume else None, concurrency)
    return _collected(found, out, retry_denied, concurrency)


@dataclass(frozen=True)
class _Found:
    """What a collection starts from: who we are and where we look is known, and nothing else asked. `run` is the one gone on with."""

    scope: Scope
    asks: tuple[Ask, ...]
    asker: Asker
    redactor: Redactor
    entered: Found
    waiting: "_Waiting"
    run: Run | None


def _found(
    asked: Scope,
    management: Statements,
    entering: Entering,
    external_id: str,
    redaction_key: Path | None,
    run: Run | None,
    concurrency: int,
) -> _Found:
    if run is not None:
        asked = run.facts.scope
        if not external_id and any(a.external_id for a in asked.accounts):
            raise EvidenceError(
                "The run's accounts were entered with an external id, and that is never kept.",
                "Name it again with --external-id.",
            )
    if not asked.programs:
        raise EvidenceError("No program was named.", "Name at least one with --program; `evidence programs` lists them.")
    asks = asks_of(chosen(asked.programs), asked.over_time, management)
    time = _asked_about(asked)
    redactor = Redactor(load_key(redaction_key) if redaction_key else None)
    role, session_name = role_of(asked)
    session_name = entering.session_name or session_name or SESSION_NAME
    session, waiting = open_session(Settings(entering.profile, session_name=session_name, connections=concurrency)), _Waiting()
    sessions: dict[str, Session] = {}
    asker = Asker(sessions.__getitem__, redactor)
    found = find_scope(
        session,
        asker,
        waiting,
        regions=entering.regions or sorted({r for a in asked.accounts for r in a.asked}),
        accounts=[*(a.id for a in asked.accounts if a.status == "in scope"), *entering.accounts],
        role=entering.role or role,
        external_id=external_id,
        organization=entering.organization or bool(asked.organization),
    )
    sessions.update(found.sessions)
    found.ask_about(time, asked.over_time)
    for note in found.notes:
        typer.echo(f"evidence: {note}", err=True)
    return _Found(found.into(asked), asks, asker, redactor, found, waiting, run)


def _collected(found: _Found, out: Path, retry_denied: bool, concurrency: int) -> Run:
    run = found.run or Run.create(out, found.scope, versions=versions())
    kept_before = recorded(a for a in run.answers() if is_fresh(a, now())) if found.run else None
    for answer in found.waiting.answers:
        run.keep(answer)
    _ask_all(
        run,
        found.entered.accounts,
        found.asks,
        found.asker,
        concurrency,
        sessions=found.entered.sessions,
        already=_either(found.entered.already, kept_before),
        retry_denied=retry_denied,
    )
    redactor = found.redactor
    run.finish(scope=found.scope, redactions=_added(run.facts.redactions, redactor.counts), redaction_key=redactor.key_facts)
    return run


def replayed(source: Path, out: Path, only: Sequence[str] = (), *, json: bool = False) -> int:
    """Makes the run of `replay_run`, says how it came out and returns the exit code."""
    return _outcome(replay_run(source, out, only), json)


def replay_run(source: Path, out: Path, only: Sequence[str] = (), *, resume: bool = False) -> Run:
    """Collects from a kept run instead of AWS: the same code, recorded times and endings, nothing sent, nothing waited for. With
    `resume` it goes on with such a run that was cut short in `out`."""
    was = Run.open(source)
    facts = was.finished()
    programs = tuple(only or facts.scope.programs)
    offline = {partition: replay_session(partition) for partition in {a.partition for a in facts.scope.accounts}}
    sessions = {a.id: offline[a.partition] for a in facts.scope.accounts}
    asker = Asker(sessions.__getitem__, Redactor(b"\0" * 32), recorded=recorded(was.answers()))
    if resume:
        run = Run.open(out)
    else:
        run = Run.create(out, facts.scope, versions=dict(facts.versions), id=facts.id, started=facts.started_at)
    kept_before = recorded(run.answers()) if resume else None
    found = rediscover(facts.scope, asker, run, was.answers())
    already = _either(found.already, kept_before)
    asks = asks_of(chosen(programs), facts.scope.over_time)
    _ask_all(run, found.accounts, asks, asker, concurrency=1, sessions={}, already=already)
    scope = replace(found.into(facts.scope), programs=programs)
    run.finish(ended=facts.as_of, scope=scope, redactions=facts.redactions, redaction_key=facts.redaction_key)
    return run


@dataclass
class _Waiting:
    """Answers that came before there was a run to keep them in: who we are, which Regions there are."""

    answers: list[Answer] = field(default_factory=list)

    def keep(self, answer: Answer) -> None:
        self.answers.append(answer)


def asks_of(programs: Sequence[Program], over_time: Sequence[str] = (), management: Statements = NOTHING) -> tuple[Ask, ...]:
    """What these programs need to be asked, of the present and of the time before it, and the tags by which management names members."""
    columns = wanted(programs, requirements(), populations(), management)
    more = {name: needs for what in over_time for name, needs in OVER_TIME[what].items()}
    columns |= {name: tuple(sorted({*columns.get(name, ()), *needs})) for name, needs in more.items()}
    return asks_for(columns, populations())


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


def _ask_all(
    run: Run,
    accounts: Sequence[Account],
    asks: Sequence[Ask],
    asker: Asker,
    concurrency: int,
    *,
    sessions: Mapping[str, Session],
    already: Known | None = None,
    retry_denied: bool = False,
) -> None:
    """Every account in turn; one that could not be entered has nothing to ask. What an account's session holds is let go."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total} calls"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as shown:
        for account in (a for a in accounts if a.ending == "answered"):
            task = shown.add_task(account.name or account.id, total=None)
            try:
                collect_account(
                    account,
                    asks,
                    populations(),
                    asker,
                    run,
                    already=already,
                    retry_denied=retry_denied,
                    concurrency=concurrency,
                    on_progress=partial(_show, shown, task),
                )
            finally:
                run.flush()
                if account.id in sessions:
                    sessions[account.id].close()


def _either(first: Known, second: Known | None) -> Known:
    """The answer that one of two keepers of answers has, if any."""
    return lambda call: first(call) or (second(call) if second is not None else None)


def _show(shown: Progress, task: TaskID, now: HowFar) -> None:
    shown.update(task, completed=now.done, total=now.known)


def _show_plan(asks: Sequence[Ask], accounts: Sequence[Account], json: bool) -> None:
    rows = plan(asks, accounts, populations())
    if json:
        print_json({"plan": [vars(row) for row in rows], "accounts": Scope(tuple(accounts)).to_json()["accounts"]})
    for line in () if json else (*map(described, accounts), *rows):
        typer.echo(str(line))


def unread_in(run: Run) -> tuple[int, list[str]]:
    """How many calls of a finished run did not bring what was asked, and the accounts that could not be entered."""
    unread = sum(number for ending, number in run.facts.calls.items() if ending not in READ)
    return unread, [a.id for a in run.facts.scope.accounts if a.shut]


def _outcome(run: Run, json: bool) -> int:
    calls = run.facts.calls
    unread, refused = unread_in(run)
    if json:
        print_json({"run": run.where, "id": run.facts.id, "calls": dict(calls), "accounts_refused": refused})
    else:
        typer.echo(f"{run.facts.id} in {run.where}: " + ", ".join(f"{n} {ending}" for ending, n in calls.items() if n))
        if unread or refused:
            typer.echo(f"  {unread} calls did not bring what was asked: the pack shows each as a gap.")
        if refused:
            typer.echo(f"  could not be entered, and is a gap as a whole: account {', '.join(refused)}")
    return GAPS if unread or refused else COMPLETE


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {kind: one.get(kind, 0) + other.get(kind, 0) for kind in sorted({*one, *other})}


def versions() -> dict[str, str]:
    """What a run was collected with."""
    return {"tool": __version__, "botocore": version("botocore"), "boto3": version("boto3"), "python": platform.python_version()}
