"""Who we are and where we look: accounts, their partition, and their Regions, each kept as an answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from evidence.aws.ask import Asker, Keeper
from evidence.aws.complaints import nearest, unknown_region
from evidence.aws.organization import Organization, discover
from evidence.aws.session import Session
from evidence.errors import EvidenceError
from evidence.run.answer import GLOBAL, Answer, Call, merged
from evidence.run.scope import NOT_ASKED, Account, RegionStatus, Scope
from evidence.services.calls import call_of
from evidence.services.ec2 import DESCRIBE_REGIONS
from evidence.services.organizations import DESCRIBE_ORGANIZATION, LIST_ACCOUNTS
from evidence.services.path import Absent, WrongShape
from evidence.services.sts import ASSUME_ROLE, GET_CALLER_IDENTITY

ALL = "all"
"""Every Region that the account has switched on; so does an empty list."""
AT_ONCE = 8
"""How many accounts are entered at once."""
ASKS = (DESCRIBE_ORGANIZATION, LIST_ACCOUNTS, ASSUME_ROLE, GET_CALLER_IDENTITY, DESCRIBE_REGIONS)
"""What finding the scope asks."""


@dataclass
class Found:
    """The accounts in scope, the session of each that could be entered, and sentences about what could not be settled.

    `organization` and `seen` are the scope's: the organisation's id, and the evidence ids of the answers that name it."""

    accounts: list[Account] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    organization: str = ""
    seen: tuple[str, ...] = ()
    _by_call: dict[str, Answer] = field(default_factory=dict)

    def session_for(self, account: str) -> Session:
        return self.sessions[account]

    def already(self, call: Call) -> Answer | None:
        """The answer that finding the scope has brought: the collection need not ask it once more."""
        return self._by_call.get(call.key)

    def keep(self, keeper: Keeper, answer: Answer) -> None:
        keeper.keep(answer)
        self.answers.append(answer)
        self._by_call[answer.call.key] = answer

    def into(self, scope: Scope) -> Scope:
        """The scope with what was found."""
        return replace(scope, accounts=tuple(self.accounts), organization=self.organization, seen=self.seen)


@dataclass(frozen=True)
class Named:
    """Whom a collection is about, before anybody is entered: our own account's id, the accounts as far as their names, roles and named
    Regions tell ("not asked" so far), and the answers that name them. `organization` and `seen` are the scope's, `payer` is the organisation's management account."""

    home: str
    accounts: tuple[Account, ...]
    organization: str = ""
    seen: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    payer: str = ""

    @property
    def inside(self) -> tuple[Account, ...]:
        return tuple(a for a in self.accounts if a.status == "in scope")

    def asked_about(self, since: str, until: str, payer: str = "") -> "Named":
        """The same, asked about this time besides the present; `payer` is asked for the bills of all, or where empty each for its own."""
        accounts = (replace(a, since=since, until=until, payer=payer if a.status == "in scope" else "") for a in self.accounts)
        return replace(self, accounts=tuple(accounts))


@dataclass
class Entry:
    """One account, entered or not: what it answered, and why it could not be looked at, if so."""

    account: Account
    session: Session
    answers: list[Answer] = field(default_factory=list)
    note: str = ""
    refused: EvidenceError | None = None

    def kept(self, answer: Answer) -> Answer:
        self.answers.append(answer)
        self.account = replace(self.account, seen=(*self.account.seen, answer.id))
        return answer


def name_accounts(
    session: Session,
    asker: Asker,
    *,
    regions: Sequence[str] = (),
    accounts: Sequence[str] = (),
    role: str = "",
    external_id: str = "",
    organization: bool = False,
) -> Named:
    """The accounts named, to be entered by `role` from the session's own account; without names, the session's own account,
    or with `organization` every active member of its organisation.

    Raises EvidenceError where the session's own credentials are not accepted, or what was named cannot be meant."""
    check(accounts, role, external_id, session.settings.session_name)
    home = _whoami(session, asker)
    named = Named(home, tuple(Account(id, session.partition) for id in dict.fromkeys(accounts or (home,))))
    if organization:
        found = discover(session, asker, Account(home, session.partition, principal=session.principal))
        wanted = tuple(_members(found, session.partition, accounts))
        named = Named(home, wanted, found.id, tuple(a.id for a in found.answers), found.answers, found.payer)
    others = [a for a in named.inside if a.id != home]
    if others and not role:
        raise EvidenceError(
            f"Account {others[0].id} cannot be entered without a role.", "Name it with --role: it has that name in every account."
        )
    asked: dict[str, RegionStatus] = {region: "asked" for region in regions if region != ALL}

    def to_enter(account: Account) -> Account:
        if account.status != "in scope":
            return account
        account = replace(account, regions=asked, ending=NOT_ASKED)
        if account.id == home:
            return account
        arn = f"arn:{session.partition}:iam::{account.id}:role/{role.removeprefix('role/')}"
        return replace(account, role=arn, session=session.settings.session_name, external_id=bool(external_id))

    return replace(named, accounts=tuple(map(to_enter, named.accounts)))


def enter_account(account: Account, session: Session, asker: Asker, regions: Sequence[str], external_id: str = "") -> Entry:
    """The account with its Regions, entered by its role from `session`, or `session`'s own where it has none. Whatever goes wrong
    stays with this account."""
    member = session.assume(account.role, external_id) if account.role else session
    entry = Entry(replace(account, ending="answered"), member)
    try:
        _look(entry, asker, regions)
    except EvidenceError as error:
        entry.refused, entry.note = error, f"Account {entry.account.id}: {error}"
    except (Absent, WrongShape, KeyError, TypeError, ValueError) as error:
        # An account whose answers make no sense is a gap, and no reason to stop. Any other fault is ours, and stops.
        entry.note = (
            f"Account {entry.account.id} could not be entered: its answers make no sense ({type(error).__name__}: {error})."
        )
    else:
        return entry
    if entry.account.ending == "answered":
        bad = next((a.ending for a in entry.answers if a.ending != "answered"), "failed")
        entry.account = replace(entry.account, ending=bad)
    return entry


def payer_of(named: Named, session: Session, asker: Asker, external_id: str = "") -> str:
    """The account to be asked for the bills of all: the organisation's management account, where it is in scope and can be entered. Its
    members would be paid for once more each. Empty where there is none."""
    account = next((a for a in named.inside if a.id == named.payer), None)
    if account is None:
        return ""
    if account.id != named.home and asker.enter(account.id, session.assume(account.role, external_id)).ending != "answered":
        return ""
    return account.id


def find_scope(
    session: Session,
    asker: Asker,
    keeper: Keeper,
    *,
    regions: Sequence[str] = (),
    accounts: Sequence[str] = (),
    role: str = "",
    external_id: str = "",
    organization: bool = False,
    at_once: int = AT_ONCE,
) -> Found:
    """The accounts that are named, all entered, many at once: to look before anything is collected.

    Raises EvidenceError as `name_accounts` does, and where no account at all can be entered. An account that refuses is in the result
    with its ending; the others go on."""
    named = name_accounts(
        session, asker, regions=regions, accounts=accounts, role=role, external_id=external_id, organization=organization
    )
    found = Found(organization=named.organization, seen=named.seen)
    for answer in named.answers:
        found.keep(keeper, answer)
    inside = named.inside
    with ThreadPoolExecutor(at_once) as pool:
        entries = dict(
            zip(
                [a.id for a in inside],
                pool.map(lambda a: enter_account(a, session, asker, regions, external_id), inside),
                strict=True,
            )
        )
    for account in named.accounts:
        entry = entries.get(account.id)
        found.accounts.append(account if entry is None else entry.account)
        for answer in entry.answers if entry else ():
            found.keep(keeper, answer)
        if entry and entry.note:
            found.notes.append(entry.note)
        if entry and not entry.account.shut:
            found.sessions[account.id] = entry.session
    if not found.sessions:
        raise nobody([(entry.note, entry.refused) for entry in entries.values()])
    return found


def role_of(scope: Scope) -> tuple[str, str]:
    """The names of the role by which a run's accounts were entered, and of its session, for whoever goes on with the run."""
    return next(((a.role.partition(":role/")[2], a.session) for a in scope.accounts if a.role), ("", ""))


def described(account: Account) -> str:
    """One account in a sentence, for whoever wants to know where would be asked."""
    who = f"Account {account.id}" + (f" ({account.name})" if account.name else "")
    if account.status != "in scope":
        return f"{who}: {account.status}, not asked" + (f" ({account.state})" if account.state else "")
    if account.shut:
        return f"{who}: {account.ending}, nothing is asked"
    return f"{who}: as {account.principal}, in {', '.join(account.asked) or 'no Region'}"


# -- naming accounts ---------------------------------------------------------------------------------------------------


def check(accounts: Sequence[str], role: str, external_id: str, session_name: str) -> None:
    """Raises EvidenceError for what AWS would take for something else, or refuse in every account."""
    for account in accounts:
        if not re.fullmatch(r"\d{12}", account, re.ASCII):
            raise EvidenceError(f"{account!r} is no AWS account id.", "An account id has twelve digits.")
    if role:
        check_role(role)
    if external_id and not re.fullmatch(r"[\w+=,.@:/-]{2,1224}", external_id, re.ASCII):  # not quoted: it is a secret
        raise EvidenceError("The external id is none.", "It has 2 to 1224 letters, digits and _+=,.@:/- and no space.")
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", session_name, re.ASCII):
        raise EvidenceError(
            f"{session_name!r} is no name of a role session.", "It has 2 to 64 letters, digits and _+=,.@- and no space."
        )


def check_role(role: str) -> None:
    """Raises EvidenceError for what is no role's name, with or without its path."""
    if not re.fullmatch(r"[\w+=,.@/-]{1,576}", role, re.ASCII):
        raise EvidenceError(
            f"{role!r} is no role's name.", "Give --role the name that the role has in every account, not its ARN."
        )


def _whoami(session: Session, asker: Asker) -> str:
    """Our own account's id. Raises EvidenceError where our credentials are not accepted."""
    own = _identity(session, asker, Call("", GLOBAL, GET_CALLER_IDENTITY.service, GET_CALLER_IDENTITY.operation))
    if own.ending != "answered":
        raise EvidenceError(
            f"AWS did not say who we are: {GET_CALLER_IDENTITY.name} ended {own.ending} ({own.code}: {own.message}).",
            "Check that the credentials are current, and that the Region belongs to their partition (aws, aws-us-gov, aws-cn).",
        )
    session.partition = _partition(session.principal)
    return str(merged(own.pages)["Account"])


def _members(organization: Organization, partition: str, named: Sequence[str]) -> Iterator[Account]:
    """Every member of the organisation; those that are not active, or not among those named, are there and not asked."""
    ids = {member.id for member in organization.members}
    for id in named:
        if id not in ids:
            raise EvidenceError(
                f"Account {id} is no member of organisation {organization.id}.{nearest(id, ids)}",
                "Correct it, or leave --organization out to enter it all the same.",
            )
    for member in organization.members:
        account = Account(member.id, partition, member.name, state=member.state, path=member.path)
        if not member.active:
            account = replace(account, status="not active", ending=NOT_ASKED)
        elif named and member.id not in named:
            account = replace(account, status="out of scope", ending=NOT_ASKED)
        yield account


# -- entering them -----------------------------------------------------------------------------------------------------


def nobody(entries: Sequence[tuple[str, EvidenceError | None]]) -> EvidenceError:
    """Why there is nothing to collect, from what was noted of each account and the error of each that had one."""
    first = next((refused for _, refused in entries if refused is not None), None)
    if first is not None:
        return first
    if not entries:
        return EvidenceError("No account is in scope.", "Name accounts that are active.")
    return EvidenceError(
        f"None of the accounts could be entered ({len(entries)}). {entries[0][0]}".rstrip("."),
        "Check the role's name, its trust policy and the external id it asks for; "
        "`evidence policy --format cloudformation` makes such a role.",
    )


def _look(entry: Entry, asker: Asker, regions: Sequence[str]) -> None:
    account, session = entry.account, entry.session
    answer = entry.kept(asker.enter(account.id, session)) if session.role is not None else None
    if answer is None or answer.ending == "answered":
        answer = entry.kept(_identity(session, asker, call_of(GET_CALLER_IDENTITY, account, GLOBAL)))
    entry.account = replace(entry.account, principal=session.principal)
    if answer.ending != "answered":
        entry.account = replace(entry.account, ending=answer.ending)
        entry.note = f"Account {account.id} could not be entered: {answer.code}: {answer.message}"
        return
    answer = entry.kept(asker.ask(DESCRIBE_REGIONS, call_of(DESCRIBE_REGIONS, account, GLOBAL), session=session))
    if answer.ending == "answered":
        session.enabled = _enabled(answer)
        status = _statuses(session.enabled, regions)
    else:
        status = _as_named(session, regions)
        entry.note = (
            f"Account {account.id} did not say which Regions it has ({DESCRIBE_REGIONS.name} ended {answer.ending}, "
            f"{answer.code}). The Regions asked are those that were named: {', '.join(sorted(status))}."
        )
    entry.account = replace(entry.account, regions=status)


def _identity(session: Session, asker: Asker, call: Call) -> Answer:
    """Who AWS says we are. The answer's principal is the one it names."""
    answer = asker.ask(GET_CALLER_IDENTITY, call, session=session)
    if answer.ending == "answered":
        session.principal = str(merged(answer.pages).get("Arn", ""))
    return replace(answer, principal=session.principal)


# -- Regions -----------------------------------------------------------------------------------------------------------


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
            "Name them with --region, or allow the action ec2:DescribeRegions.",
        )
    return {name: "asked" for name in wanted if name != ALL}


def _partition(arn: str) -> str:
    parts = arn.split(":")
    return parts[1] if len(parts) > 2 else "aws"
