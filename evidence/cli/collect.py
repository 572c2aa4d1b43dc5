"""`evidence collect --out RUN --program P…`: ask AWS, keep every answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidence.aws.collect import CONCURRENCY
from evidence.aws.estimate import estimate
from evidence.aws.plan import plan
from evidence.aws.scope import described
from evidence.cli.collecting import HERE, Begun, Pace, Told, Workers, begin, carry_out, look_around, replay_run
from evidence.cli.common import COMPLETE, GAPS, named, print_json
from evidence.cli.configuration import read_configuration
from evidence.cli.entering import Accounts, Billing, Entering, ExternalId, Organization, Profile, Regions, Role, SessionName
from evidence.cli.pacing import Budget, Gentle, Scheduler, WorkerProcesses
from evidence.cli.watching import LogFile, StatusEvery
from evidence.run.answer import READ
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.services import populations


def collect(
    out: Annotated[
        str,
        typer.Option(
            "--out", help="The run's new folder, or s3://bucket/prefix (with --resume: where the one lies that was cut short)."
        ),
    ],
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
    replay: Annotated[str, typer.Option("--replay", help="Answer from this kept run instead of AWS.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked, and ask only who we are and where.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="Your evidence.toml: asks for the tags by which it names exceptions, too.")
    ] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="How many calls at once in an account.")] = CONCURRENCY,
    gentle: Gentle = None,
    budget: Budget = None,
    earlier: Annotated[
        str, typer.Option("--earlier", metavar="RUN", help="With --dry-run: an earlier run, whose requests foretell this one's.")
    ] = "",
    workers: WorkerProcesses = None,
    scheduler: Scheduler = None,
    log: LogFile = "",
    status_every: StatusEvery = None,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Ask AWS what the chosen programs need, read-only, and keep every answer."""
    at = Workers(workers or 0, scheduler or "")
    if replay:
        raise typer.Exit(replayed(replay, out, program or [], json=json, workers=at))
    entering = Entering(
        regions=tuple(region or ()), accounts=tuple(account or ()), organization=organization, role=role,
        session_name=session_name, profile=profile,
    )  # fmt: skip
    over_time = tuple(name for name, asked in (("history", history), ("events", events), ("billing", billing)) if asked)
    asked = Scope((), tuple(program or ()), period, entity, prepared_by, over_time=over_time)
    management = read_configuration(config).statements()
    pace = Pace(concurrency, gentle, budget)
    begun = begin(asked, management, entering, external_id, redaction_key, Run.open(out) if resume else None, pace)
    if dry_run:
        _show_plan(begun, at.processes, earlier, json)
        return
    raise typer.Exit(_outcome(carry_out(begun, out, retry_denied, at, Told(log, status_every)), json))


def replayed(
    source: str | Path, out: str | Path, only: Sequence[str] = (), *, json: bool = False, workers: Workers = HERE
) -> int:
    """Makes the run of `replay_run`, says how it came out and returns the exit code."""
    return _outcome(replay_run(source, out, only, workers=workers), json)


def _show_plan(begun: Begun, workers: int, earlier: str, json: bool) -> None:
    accounts = look_around(begun)
    rows = plan(begun.asks, accounts, populations())
    kept = Run.open(earlier).answers() if earlier else ()
    expected = estimate(
        begun.asks,
        accounts,
        populations(),
        share=begun.pace.share,
        concurrency=begun.pace.concurrency,
        workers=workers or 1,
        kept=kept,
    )
    if json:
        in_words = Scope(tuple(accounts)).to_json()["accounts"]
        print_json({"plan": [vars(row) for row in rows], "accounts": in_words, "estimate": expected.to_json()})
    for line in () if json else (*map(described, accounts), *rows, expected):
        typer.echo(str(line))


def unread_in(run: Run) -> tuple[int, list[str]]:
    """How many calls of a finished run did not bring what was asked, those not made for want of a budget among them, and the accounts
    that could not be entered."""
    accounts = run.facts.scope.accounts
    unread = sum(number for ending, number in run.facts.calls.items() if ending not in READ)
    return unread + sum(a.unasked for a in accounts), [a.id for a in accounts if a.shut]


def _outcome(run: Run, json: bool) -> int:
    calls = run.facts.calls
    unread, refused = unread_in(run)
    unasked = sum(a.unasked for a in run.facts.scope.accounts)
    if json:
        said = {"run": run.where, "id": run.facts.id, "calls": dict(calls), "accounts_refused": refused, "unasked": unasked}
        print_json(said)
    else:
        typer.echo(f"{run.facts.id} in {run.where}: " + ", ".join(f"{n} {ending}" for ending, n in calls.items() if n))
        if unread or refused:
            typer.echo(f"  {unread} calls did not bring what was asked: the pack shows each as a gap.")
        if unasked:
            typer.echo(
                f"  {unasked} of them, and what they would have led to, were not made: the budget is spent. --resume goes on."
            )
        if refused:
            typer.echo(f"  could not be entered, and is a gap as a whole: account {', '.join(refused)}")
    return GAPS if unread or refused else COMPLETE
