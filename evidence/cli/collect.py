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
from evidence.aws.scope import described, find_scope, rediscover, role_of
from evidence.aws.session import SESSION_NAME, Session, Settings, open_session
from evidence.cli.common import COMPLETE, GAPS, chosen, named, print_json
from evidence.cli.configuration import read_configuration
from evidence.cli.entering import Accounts, ExternalId, Organization, Profile, Regions, Role, SessionName
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING, Statements
from evidence.requirements import requirements
from evidence.run.answer import READ, Answer, Call
from evidence.run.run import Run, now
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.declare import Ask
from evidence.services.plan import asks_for

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
    asked = Scope((), tuple(program or ()), period, entity, prepared_by)
    run = Run.open(out) if resume else None
    if run is not None:
        asked = run.facts.scope
        if not external_id and any(a.external_id for a in asked.accounts):
            raise EvidenceError(
                "The run's accounts were entered with an external id, and that is never kept.",
                "Name it again with --external-id.",
            )
    if not asked.programs:
        raise EvidenceError("No program was named.", "Name at least one with --program; `evidence programs` lists them.")
    asks = asks_of(asked.programs, read_configuration(config).statements())
    redactor = Redactor(load_key(redaction_key) if redaction_key else None)
    before = role_of(asked)
    settings = Settings(profile=profile, session_name=session_name or before[1] or SESSION_NAME, connections=concurrency)
    session, kept = open_session(settings), _Waiting()
    sessions: dict[str, Session] = {}
    asker = Asker(sessions.__getitem__, redactor)
    regions = region or sorted({r for a in asked.accounts for r in a.asked})
    names = [*(a.id for a in asked.accounts if a.status == "in scope"), *(account or [])]
    found = find_scope(
        session,
        asker,
        kept,
        regions=regions,
        accounts=names,
        role=role or before[0],
        external_id=external_id,
        organization=organization or bool(asked.organization),
    )
    sessions.update(found.sessions)
    for note in found.notes:
        typer.echo(f"evidence: {note}", err=True)
    if dry_run:
        _show_plan(asks, found.accounts, json)
        return
    scope = found.into(asked)
    run = run or Run.create(out, scope, versions=versions())
    kept_before = recorded(a for a in run.answers() if is_fresh(a, now())) if resume else None
    for answer in kept.answers:
        run.keep(answer)
    _ask_all(
        run,
        found.accounts,
        asks,
        asker,
        concurrency,
        sessions=found.sessions,
        already=_either(found.already, kept_before),
        retry_denied=retry_denied,
    )
    run.finish(scope=scope, redactions=_added(run.facts.redactions, redactor.counts), redaction_key=redactor.key_facts)
    raise typer.Exit(_outcome(run, json))


def replayed(source: Path, out: Path, only: Sequence[str] = (), *, json: bool = False) -> int:
    """Collects from a kept run instead of AWS: the same code, recorded times and endings, nothing sent, nothing waited for."""
    was = Run.open(source)
    facts = was.finished()
    asks = asks_of(only or facts.scope.programs)
    offline = {partition: replay_session(partition) for partition in {a.partition for a in facts.scope.accounts}}
    sessions = {a.id: offline[a.partition] for a in facts.scope.accounts}
    asker = Asker(sessions.__getitem__, Redactor(b"\0" * 32), recorded=recorded(was.answers()))
    run = Run.create(out, facts.scope, versions=dict(facts.versions), id=facts.id, started=facts.started_at)
    found = rediscover(facts.scope, asker, run, was.answers())
    _ask_all(run, found.accounts, asks, asker, concurrency=1, sessions={}, already=found.already)
    scope = replace(found.into(facts.scope), programs=tuple(only or facts.scope.programs))
    run.finish(ended=facts.as_of, scope=scope, redactions=facts.redactions, redaction_key=facts.redaction_key)
    return _outcome(run, json)


@dataclass
class _Waiting:
    """Answers that came before there was a run to keep them in: who we are, which Regions there are."""

    answers: list[Answer] = field(default_factory=list)

    def keep(self, answer: Answer) -> None:
        self.answers.append(answer)


def asks_of(programs: Sequence[str], management: Statements = NOTHING) -> tuple[Ask, ...]:
    """What these programs need to be asked, and the tags by which management names members."""
    return asks_for(wanted(chosen(programs), requirements(), populations(), management), populations())


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


def _outcome(run: Run, json: bool) -> int:
    calls = run.facts.calls
    unread = sum(number for ending, number in calls.items() if ending not in READ)
    refused = [a.id for a in run.facts.scope.accounts if a.shut]
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
