"""The organisation that our account belongs to and its member accounts, as AWS Organizations lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evidence.aws.ask import Asker
from evidence.aws.session import Session
from evidence.errors import EvidenceError
from evidence.run.answer import GLOBAL, Answer, merged
from evidence.run.scope import Account
from evidence.services.calls import call_of
from evidence.services.declare import Ask
from evidence.services.organizations import DESCRIBE_ORGANIZATION, LIST_ACCOUNTS, state_of


@dataclass(frozen=True)
class Member:
    """A member account. One whose state nobody told counts as active: it is asked, and what it refuses is shown. `path` as in
    evidence.run.scope.Account."""

    id: str
    name: str
    state: str
    path: str

    @property
    def active(self) -> bool:
        return self.state in ("", "ACTIVE")


@dataclass(frozen=True)
class Organization:
    """`answers` are what it was read from; the members stand in the order of their ids; `payer` is the management account's id."""

    id: str
    payer: str
    members: tuple[Member, ...]
    answers: tuple[Answer, ...]


def discover(session: Session, asker: Asker, own: Account) -> Organization:
    """The organisation of our own account. Raises EvidenceError unless AWS names every member."""
    about = _asked(session, asker, own, DESCRIBE_ORGANIZATION)
    listed = _asked(session, asker, own, LIST_ACCOUNTS)
    members = [Member(a["Id"], a.get("Name", ""), state_of(a) or "", _path(a)) for a in merged(listed.pages)["Accounts"]]
    told = merged(about.pages)["Organization"]
    return Organization(
        str(told["Id"]), str(told.get("MasterAccountId") or ""), tuple(sorted(members, key=lambda m: m.id)), (about, listed)
    )


def _path(listed: Mapping[str, Any]) -> str:
    """AWS names the path of an account by `o-…/r-…/ou-…/ID/`; an account is in one place of an organisation."""
    path = next(iter(listed.get("Paths") or ()), "")
    return path.rstrip("/").removesuffix(listed["Id"]).rstrip("/")


def _asked(session: Session, asker: Asker, own: Account, ask: Ask) -> Answer:
    answer = asker.ask(ask, call_of(ask, own, GLOBAL), session=session)
    if answer.ending == "absent":
        raise EvidenceError(
            f"Account {own.id} belongs to no organisation.", "Leave --organization out, and name accounts with --account."
        )
    if answer.ending != "answered":
        raise EvidenceError(
            f"AWS Organizations did not name the accounts: {ask.name} ended {answer.ending} ({answer.code}: {answer.message}).",
            "Ask from the management account or a delegated administrator, as a principal with the actions "
            f"{DESCRIBE_ORGANIZATION.actions[0]} and {LIST_ACCOUNTS.actions[0]}; or name accounts with --account.",
        )
    return answer
