"""`evidence doctor`: whether a collection and a pack would come out whole, before anybody waits for one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidence.aws.ask import Asker
from evidence.aws.doctor import Finding, Nowhere, examine, exit_code, room, stopped
from evidence.aws.redact import Redactor
from evidence.aws.scope import Found, check, find_scope
from evidence.aws.session import SESSION_NAME, Session, Settings, open_session
from evidence.aws.store_doctor import store_findings
from evidence.cli.collecting import asks_of, versions
from evidence.cli.common import chosen, named, print_json
from evidence.cli.entering import Accounts, ExternalId, Organization, Profile, Regions, Role, SessionName
from evidence.errors import EvidenceError
from evidence.pack.printing import try_printing
from evidence.programs.load import programs as all_programs
from evidence.run.store import far
from evidence.services import populations


def doctor(
    out: Annotated[Path, typer.Option("--out", help="The folder where runs are to be kept.")] = Path(),
    store: Annotated[str, typer.Option("--store", help="Instead of a folder: s3://bucket/prefix. Its settings are read.")] = "",
    write_probe: Annotated[
        bool,
        typer.Option("--write-probe", help="With --store, put an empty object there to see whether it may be put; it stays."),
    ] = False,
    program: Annotated[
        list[str] | None, typer.Option("--program", callback=named, help="What would be collected for (default: all).")
    ] = None,
    region: Regions = None,
    account: Accounts = None,
    organization: Organization = False,
    role: Role = "",
    external_id: ExternalId = "",
    session_name: SessionName = "",
    profile: Profile = "",
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what would be missing from a run, and why: each call is tried once, and nothing is kept."""
    if far(out):
        raise EvidenceError(f"{out} is no folder.", "Name a place on S3 with --store s3://bucket/prefix.")
    if write_probe and not store:
        raise EvidenceError("--write-probe tries a place on S3, and none was named.", "Name it with --store s3://bucket/prefix.")
    asks = asks_of(chosen(program) if program else all_programs())
    settings = Settings(profile=profile, session_name=session_name or SESSION_NAME)
    check(account or (), role, external_id, settings.session_name)

    def find(session: Session, asker: Asker) -> Found:
        return find_scope(
            session,
            asker,
            Nowhere(),
            regions=region or (),
            accounts=account or (),
            role=role,
            external_id=external_id,
            organization=organization,
        )

    def findings() -> Iterator[Finding]:
        yield Finding("versions", "good", ", ".join(f"{name} {version}" for name, version in versions().items()) + ".")
        if store:
            yield from store_findings(store, write_probe)
        else:
            yield room(out)
        yield _printing()
        yield from examine(
            lambda: open_session(settings), lambda sessions: Asker(sessions.__getitem__, Redactor()), find, asks, populations()
        )

    raise typer.Exit(_told(findings(), json))


def _printing() -> Finding:
    try:
        return Finding("fonts", "good", try_printing())
    except EvidenceError as error:
        return stopped("fonts", error)


def _told(findings: Iterator[Finding], json: bool) -> int:
    seen = []
    for finding in findings:
        seen.append(finding)
        for line in () if json else _lines(finding):
            typer.echo(line)
    code = exit_code(seen)
    if json:
        print_json({"exit": code, "findings": [{**vars(f), "details": list(f.details)} for f in seen]})
    else:
        typer.echo(_summary(seen, code))
    return code


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.outcome:12} {finding.about:12} {finding.says}"
    for more in (*finding.details, *((f"→ {finding.todo}",) if finding.todo else ())):
        yield f"{'':25} {more}"


def _summary(findings: Sequence[Finding], code: int) -> str:
    unchecked = sum(f.outcome == "not checked" for f in findings)
    said = {0: "All that was looked at is good.", 2: "It cannot run.", 3: "It can run, and something would be a gap."}[code]
    return f"{said} Not checked: {unchecked} of {len(findings)} findings say why."
