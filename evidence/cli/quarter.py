"""`evidence quarter`: what is due is collected, the quarter that is over is packed, and ten lines say what needs a person."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from evidence.cli.common import EXCEPTIONS, FailOn, exit_code, named, print_json
from evidence.cli.configuration import read_configuration, with_flags
from evidence.cli.entering import Accounts, ExternalId, Profile, Regions, Role, SessionName
from evidence.cli.pacing import Budget, Gentle, Scheduler, WorkerProcesses
from evidence.cli.quarterly import Packed, Quarter, alone, code_of
from evidence.errors import EvidenceError
from evidence.pack import words
from evidence.pack.attention import Attention, lines
from evidence.run.calendar import quarter as days_of
from evidence.run.calendar import quarter_name
from evidence.run.due import ToCollect
from evidence.run.run import Run, now
from evidence.run.store import below
from evidence.seal.manifest import SUMS
from evidence.seal.verify import untied

_Path = Path | None


def quarter(
    config: Annotated[
        _Path, typer.Option("--config", help="Your evidence.toml. An option that is given goes before its key there.")
    ] = None,
    program: Annotated[list[str] | None, typer.Option("--program", help="A program to collect for; may be repeated.")] = None,
    entity: Annotated[str, typer.Option("--entity", help="Whose evidence this is.")] = "",
    acceptances: Annotated[_Path, typer.Option("--acceptances", help="As for `evidence pack`.")] = None,
    responses: Annotated[_Path, typer.Option("--responses", help="As for `evidence pack`.")] = None,
    manual: Annotated[_Path, typer.Option("--manual", help="As for `evidence pack`.")] = None,
    region: Regions = None,
    account: Accounts = None,
    organization: Annotated[
        bool | None, typer.Option("--organization/--no-organization", help="Every active account of our organisation.")
    ] = None,
    role: Role = "",
    session_name: SessionName = "",
    profile: Profile = "",
    runs: Annotated[
        str, typer.Option("--runs", help="Where runs are kept: a folder (default: runs), or s3://bucket/prefix.")
    ] = "",
    packs: Annotated[_Path, typer.Option("--packs", help="Where packs are kept (default: packs).")] = None,
    every_days: Annotated[
        int | None, typer.Option("--every-days", min=1, help="A run is due when the last is so many days old (default: 7).")
    ] = None,
    history: Annotated[
        bool | None, typer.Option("--history/--no-history", help="Ask AWS Config for the time before, too.")
    ] = None,
    events: Annotated[bool | None, typer.Option("--events/--no-events", help="Ask CloudTrail for the time before, too.")] = None,
    billing: Annotated[
        bool | None, typer.Option("--billing/--no-billing", help="Ask Cost Explorer what was used (0.01 USD a request), too.")
    ] = None,
    redaction_key: Annotated[_Path, typer.Option("--redaction-key", help="As for `evidence collect`.")] = None,
    key: Annotated[_Path, typer.Option("--key", help="Sign packs with this private key (`evidence keygen`).")] = None,
    kms_key: Annotated[str, typer.Option("--kms-key", help="Sign packs with a key in AWS KMS, by its ARN.")] = "",
    tsa: Annotated[str, typer.Option("--tsa", help="Have signatures stamped by this RFC 3161 authority (its address).")] = "",
    tsa_ca: Annotated[
        _Path, typer.Option("--tsa-ca", help="The authority's root certificate, to check the timestamp at once.")
    ] = None,
    pades: Annotated[
        _Path, typer.Option("--pades", help="Also sign copies of the PDFs, with this certificate of the key.")
    ] = None,
    zip: Annotated[bool | None, typer.Option("--zip/--no-zip", help="Also write a pack's zip file and its receipt.")] = None,
    prepared_by: Annotated[str, typer.Option("--prepared-by", help="Who collects (default: the preparer under [people]).")] = "",
    external_id: ExternalId = "",
    pack: Annotated[bool, typer.Option("--pack", help="Pack the quarter that is not over as well, of its last run.")] = False,
    on: Annotated[str, typer.Option("--on", help="Another moment than now (UTC), like 2026-09-30 or 2026-09-30T18:00.")] = "",
    replay: Annotated[
        list[Path] | None, typer.Option("--replay", help="Kept runs that answer instead of AWS, each for its day.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is due, ask nobody and write nothing.")] = False,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 where there are exceptions.")] = FailOn.nothing,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="How many calls at once.")] = 32,
    workers: WorkerProcesses = None,
    scheduler: Scheduler = None,
    gentle: Gentle = None,
    budget: Budget = None,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Collect what is due, go on with what was cut short, pack the quarter that is over, and say what needs a person."""
    found = read_configuration(config, acceptances=acceptances, responses=responses, manual=manual)
    scope = {"regions": region, "accounts": account, "organization": organization, "role": role, "session_name": session_name, "profile": profile}  # fmt: skip
    kept_to = {
        "runs": runs, "packs": packs, "every_days": every_days, "history": history, "events": events, "billing": billing,
        "workers": workers, "scheduler": scheduler, "gentle": gentle, "budget": budget,
        "redaction_key": redaction_key,
        "key": key, "kms_key": kms_key, "tsa": tsa, "tsa_ca": tsa_ca, "pades": pades, "zip": zip,
    }  # fmt: skip
    settings = with_flags(
        found,
        {
            "programs": tuple(named(program or list(found.programs))),
            "entity": entity,
            "scope": with_flags(found.scope, scope),
            "quarter": with_flags(found.quarter, kept_to),
        },
    )
    call = Quarter(
        settings, _moment(on), not on or _moment(on).date() == now().date(), pack, tuple(replay or ()), external_id, prepared_by, concurrency
    )  # fmt: skip
    raise typer.Exit(_would(call, json) if dry_run else _done(call, fail_on, json))


def _moment(on: str) -> dt.datetime:
    if not on:
        return now()
    try:
        return dt.datetime.fromisoformat(on).replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise EvidenceError(f"--on {on!r} is no day.", "Write it like 2026-09-30, or 2026-09-30T18:00 (UTC).") from error


def _would(call: Quarter, json: bool) -> int:
    due = call.due()
    packs = call.to_pack(due)
    if json:
        print_json({"today": call.today, **vars(due), "packs": [{"quarter": p.quarter, "run": p.run.name} for p in packs]})
        return 0
    said = [f"would go on with {below(call.runs, name)}" for name in due.resume]
    said += [f"would begin {below(call.runs, due.begin)}"] if due.begin else []
    said += [
        f"would pack {p.quarter} of {below(call.runs, p.run.name)}, {words.plural(len(p.earlier), 'earlier run')} beside it"
        for p in packs
    ]
    for line in (*(said or ["nothing is due"]), *_left(call, due)):
        typer.echo(f"{call.today}: {line}")
    typer.echo(_next(call, due))
    return 0


def _done(call: Quarter, fail_on: FailOn, json: bool) -> int:
    call.check()
    with alone(call.runs, call.packs):
        due = call.due()
        collected = call.collect(due)
        packed = [call.pack(wanted) for wanted in call.to_pack()]
        after = call.due()
        if not collected and not packed:
            return _nothing(call, after, json)
        newest = call.newest()
        assert newest is not None
        assessment, needed = newest
        codes = [code_of(collected, packed), *(exit_code(a, fail_on) for a in (assessment, *(p.assessment for p in packed)))]
        code = EXCEPTIONS if EXCEPTIONS in codes else max(codes)
        if json:
            print_json(_outcome(call, due, after, collected, packed, needed, code))
            return code
        for line in (
            _collected(call, due, collected, needed),
            *lines(needed, call.today),
            _packs(call, packed),
            _changes(packed),
            " ".join((_next(call, after), *_left(call, due))),
        ):
            typer.echo(line)
        return code


def _nothing(call: Quarter, due: ToCollect, json: bool) -> int:
    if json:
        print_json(_outcome(call, due, due, (), (), None, 0))
    else:
        typer.echo(f"Nothing is due on {call.today}, and nothing was done. {_next(call, due)}")
    return 0


def _collected(call: Quarter, due: ToCollect, runs: Sequence[Run], needed: Attention) -> str:
    said = []
    for run, name in zip(runs, (*due.resume, *filter(None, [due.begin])), strict=True):
        how = "gone on with to its end" if name in due.resume else "begun and finished"
        said.append(f"{run.where} {how} ({words.plural(sum(run.facts.calls.values()), 'call')})")
    about = f"What follows is of {needed.run} ({needed.period or 'no period named'}, as of {words.instant(needed.as_of)})."
    return f"Collected: {'; '.join(said) or 'nothing, no run was due'}. {about}"


def _packs(call: Quarter, packed: Sequence[Packed]) -> str:
    if not packed:
        return f"Packs: none was due; {quarter_name(call.today)} is packed once it is over, or with --pack."
    return "Packs: " + "; ".join(map(_pack, packed)) + "."


def _pack(p: Packed) -> str:
    signed = f"signed by {p.facts.signed}" if p.facts.signed else "UNSIGNED"
    stamped = f", timestamp by {p.facts.timestamped}" if p.facts.timestamped else ""
    left = [step.title for step in p.steps if step.outcome != "done"]
    checked = f"verified in {words.plural(len(p.steps) - len(left), 'step')}"
    unchecked = f" (not checked: {', '.join(left)})" if left else ""
    return f"{p.path}, {signed}{stamped}, {checked}{unchecked}, receipt (SHA-256 of {SUMS}) {p.receipt}"


def _changes(packed: Sequence[Packed]) -> str:
    if not packed:
        return "Compared with the last quarter: when the quarter is packed."
    said = []
    for p in packed:
        if p.changes and p.previous:
            said.append(f"{p.facts.id} with {p.previous.id} in {p.changes}")
        else:
            said.append(
                f"{p.facts.id} NOT, {p.not_compared}" if p.not_compared else f"{p.facts.id} with none, no pack is before it"
            )
    return f"Compared with the last quarter: {'; '.join(said)}".rstrip(".") + "."


def _next(call: Quarter, due: ToCollect) -> str:
    return f"Next: a run on {due.next}, the pack of {quarter_name(call.today)} after {_last_day(call.today)}."


def _left(call: Quarter, due: ToCollect) -> list[str]:
    return [f"Cut short too long ago to be gone on with, and left as it is: {below(call.runs, name)}." for name in due.left]


def _last_day(today: dt.date) -> dt.date:
    days = days_of(quarter_name(today))
    assert days is not None
    return days[1]


def _outcome(
    call: Quarter, due: ToCollect, after: ToCollect, collected: Sequence[Run], packed: Sequence[Packed], needed: Attention | None, code: int
) -> dict[str, Any]:  # fmt: skip
    return {
        "today": call.today,
        "collected": [{"run": run.where, "id": run.facts.id, "calls": dict(run.facts.calls)} for run in collected],
        "resumed": [below(call.runs, name) for name in due.resume],
        "left": [below(call.runs, name) for name in due.left],
        "packs": [
            {
                "pack": str(p.path), "id": p.facts.id, "signed": p.facts.signed, "timestamped": p.facts.timestamped, "receipt": p.receipt,
                "steps": [{"number": s.number, "title": s.title, "outcome": s.outcome} for s in p.steps],
                "left": untied(list(p.steps)), "previous": p.previous.id if p.previous else "",
                "changes": str(p.changes) if p.changes else "", "not_compared": p.not_compared,
            }
            for p in packed
        ],
        "attention": needed,
        "next_run": after.next,
        "pack_after": _last_day(call.today),
        "exit": code,
    }  # fmt: skip
