"""AWS Organizations: which organisation the account belongs to, its member accounts, and who administers it beside the management account."""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, text, time

# Said of every operation here to an account that belongs to no organisation.
_STANDALONE = frozenset({"AWSOrganizationsNotInUseException"})
_MAIL = "root user's e-mail address"

DESCRIBE_ORGANIZATION = Ask(
    "organizations",
    "DescribeOrganization",
    ("organizations:DescribeOrganization",),
    whole_account=True,
    result="Organization",
    absent=_STANDALONE,
    redact=(Redact("Organization", _MAIL, key="MasterAccountEmail"),),
)
# Both lists are answered to the management account and to delegated administrators only; others get AccessDeniedException.
LIST_ACCOUNTS = Ask(
    "organizations",
    "ListAccounts",
    ("organizations:ListAccounts",),
    whole_account=True,
    result="Accounts",
    absent=_STANDALONE,
    redact=(Redact("Accounts[]", _MAIL, key="Email"),),
)
LIST_DELEGATED_ADMINISTRATORS = Ask(
    "organizations",
    "ListDelegatedAdministrators",
    ("organizations:ListDelegatedAdministrators",),
    whole_account=True,
    result="DelegatedAdministrators",
    absent=_STANDALONE,
    redact=(Redact("DelegatedAdministrators[]", _MAIL, key="Email"),),
)


def state_of(account: Item) -> str | None:
    """ACTIVE, SUSPENDED, PENDING_CLOSURE …: `State`, or `Status`, which AWS retires on 9 September 2026; None where neither is there."""
    return account.get("State") or account.get("Status")


def _state(item: Item, answer: Any) -> str | None:
    return state_of(item)


ACCOUNTS = PopulationSpec(
    name="organizations.accounts",
    noun="member account",
    type="AWS::Organizations::Account",
    listed_by=LIST_ACCOUNTS,
    items="Accounts[]",
    identity="Id",
    arn="{Arn}",
    columns={
        "name": text("Name"),
        "state": text(read=_state),
        "joined_by": text("JoinedMethod", label="joined by"),
        "joined": time("JoinedTimestamp"),
    },
)

DELEGATED_ADMINISTRATORS = PopulationSpec(
    name="organizations.delegated-administrators",
    noun="delegated administrator",
    type="AWS::Organizations::Account",
    listed_by=LIST_DELEGATED_ADMINISTRATORS,
    items="DelegatedAdministrators[]",
    identity="Id",
    arn="{Arn}",
    columns={"name": text("Name"), "state": text(read=_state), "delegated": time("DelegationEnabledDate")},
)

SERVICE = Service(
    "organizations",
    "AWS Organizations",
    asks=(DESCRIBE_ORGANIZATION, LIST_ACCOUNTS, LIST_DELEGATED_ADMINISTRATORS),
    populations=(ACCOUNTS, DELEGATED_ADMINISTRATORS),
)
