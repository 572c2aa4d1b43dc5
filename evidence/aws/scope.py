"""Who we are and where we look: accounts, their partition, and their Regions, each kept as an answer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from evidence.aws.ask import Asker, Keeper
from evidence.aws.complaints import nearest, unknown_region
from evidence.aws.session import Session
from evidence.errors import EvidenceError
from evidence.run.answer import GLOBAL, Answer, Call, merged
from evidence.run.scope import Account, RegionStatus
from evidence.services.calls import call_of
from evidence.services.ec2 import DESCRIBE_REGIONS
from evidence.services.sts import GET_CALLER_IDENTITY

ALL = "all"
"""Every Region that the account has switched on; so does an empty list."""


@dataclass
class Found:
    """The accounts in scope, the session of each that could be entered, and sentences about what could not be settled."""

    accounts: list[Account] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def session_for(self, account: str) -> Session:
        return self.sessions[account]

    def already(self, call: Call) -> Answer | None:
        """The answer that finding the scope has brought: the collection need not ask it once more."""
        return next((answer for answer in self.answers if answer.call.key == call.key), None)

    def keep(self, keeper: Keeper, answer: Answer) -> None:
        keeper.keep(answer)
        self.answers.append(answer)


def find_scope(
    session: Session,
    asker: Asker,
    keeper: Keeper,
    *,
    regions: Sequence[str] = (),
    accounts: Sequence[str] = (),
    role: str = "",
    external_id: str = "",
) -> Found:
    """The accounts named, each entered by `role` from the session's own account; without names, the session's own account.

    Raises EvidenceError where the session's own credentials are not accepted, or a Region's name is unknown. An account
    that refuses is in the result with its ending; the others go on."""
    found = Found()
    own = _identity(session, asker, Call("", GLOBAL, GET_CALLER_IDENTITY.service, GET_CALLER_IDENTITY.operation))
    if own.ending != "answered":
        raise EvidenceError(
            f"AWS did not say who we are: {GET_CALLER_IDENTITY.name} ended {own.ending} ({own.code}: {own.message}).",
            "Check that the credentials are current, and that the Region belongs to their partition (aws, aws-us-gov, aws-cn).",
        )
    own = replace(own, call=replace(own.call, account=str(merged(own.pages)["Account"])))
    session.partition = _partition(session.principal)
    for account in accounts or (own.call.account,):
        if account == own.call.account:
            _enter(found, session, asker, keeper, own, regions)
            continue
        if not re.fullmatch(r"\d{12}", account):
            raise EvidenceError(f"{account!r} is no AWS account id.", "An account id has twelve digits.")
        if not role:
            raise EvidenceError(f"Account {account} cannot be entered without a role.", "Name it with --role.")
        member = session.assume(f"arn:{session.partition}:iam::{account}:role/{role.removeprefix('role/')}", external_id)
        answer = _identity(member, asker, call_of(GET_CALLER_IDENTITY, Account(account, session.partition), GLOBAL))
        _enter(found, member, asker, keeper, answer, regions)
    return found


def rediscover(accounts: Iterable[Account], asker: Asker, keeper: Keeper) -> Found:
    """The accounts of a run that is replayed: the same scope, its answers kept anew."""
    found = Found()
    for account in accounts:
        seen = []
        for ask in (GET_CALLER_IDENTITY, DESCRIBE_REGIONS):
            if account.ending != "answered" and ask is DESCRIBE_REGIONS:
                continue
            answer = asker.ask(ask, call_of(ask, account, GLOBAL))
            found.keep(keeper, answer)
            seen.append(answer.id)
        found.accounts.append(replace(account, seen=tuple(seen)))
    return found


def _identity(session: Session, asker: Asker, call: Call) -> Answer:
    """Who AWS says we are. The answer's principal is the one it names."""
    answer = asker.ask(GET_CALLER_IDENTITY, call, session=session)
    if answer.ending == "answered":
        session.principal = str(merged(answer.pages).get("Arn", ""))
    return replace(answer, principal=session.principal)


def _enter(found: Found, session: Session, asker: Asker, keeper: Keeper, identity: Answer, regions: Sequence[str]) -> None:
    """Adds the account to the scope, with its Regions."""
    found.keep(keeper, identity)
    account = Account(identity.call.account, session.partition, principal=session.principal, seen=(identity.id,))
    if identity.ending != "answered":
        found.accounts.append(replace(account, ending=identity.ending))
        found.notes.append(f"Account {account.id} could not be entered: {identity.code}: {identity.message}")
        return
    answer = asker.ask(DESCRIBE_REGIONS, call_of(DESCRIBE_REGIONS, account, GLOBAL), session=session)
    found.keep(keeper, answer)
    account = replace(account, seen=(*account.seen, answer.id))
    if answer.ending == "answered":
        session.enabled = _enabled(answer)
        status = _statuses(session.enabled, regions)
    else:
        status = _as_named(session, regions)
        named = ", ".join(sorted(status)) or "none"
        found.notes.append(
            f"Account {account.id} did not say which Regions it has ({DESCRIBE_REGIONS.name} ended {answer.ending}, "
            f"{answer.code}). The Regions asked are those that were named: {named}."
        )
    found.accounts.append(replace(account, regions=status))
    found.sessions[account.id] = session


def _enabled(answer: Answer) -> dict[str, bool]:
    """Of every Region of the partition, whether the account has it switched on."""
    return {r["RegionName"]: r.get("OptInStatus") != "not-opted-in" for r in merged(answer.pages)["Regions"]}


def _statuses(enabled: Mapping[str, bool], wanted: Sequence[str]) -> dict[str, RegionStatus]:
    everywhere = not wanted or ALL in wanted
    for name in wanted:
        if name != ALL and name not in enabled:
            raise unknown_region(name, enabled)
    status: dict[str, RegionStatus] = {}
    for name, on in sorted(enabled.items()):
        status[name] = "not enabled" if not on else "asked" if everywhere or name in wanted else "out of scope"
    return status


def _as_named(session: Session, wanted: Sequence[str]) -> dict[str, RegionStatus]:
    """Nobody could say which Regions there are: the named ones are asked, if botocore knows such a Region at all."""
    known = session.botocore.get_available_regions("ec2", session.partition)
    for name in wanted:
        if name != ALL and name not in known:
            raise EvidenceError(
                f"Region {name!r} is not known in partition {session.partition}.{nearest(name, known)}",
                "The account did not say which Regions it has, so only Regions known to this tool can be asked.",
            )
    if not [name for name in wanted if name != ALL]:
        raise EvidenceError(
            f"The account did not say which Regions it has ({DESCRIBE_REGIONS.name} was not answered).",
            "Name them with --regions, or allow the action ec2:DescribeRegions.",
        )
    return {name: "asked" for name in wanted if name != ALL}


def _partition(arn: str) -> str:
    parts = arn.split(":")
    return parts[1] if len(parts) > 2 else "aws"
