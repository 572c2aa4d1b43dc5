"""AWS Organizations: which organisation the account belongs to, its member accounts, and who administers it beside the management account."""

from typing import Any

from evidence.services.declare import ACCOUNTS as EACH_ACCOUNT
from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, document, text, time

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

# Every account may ask this of itself. It is about management policies: service and resource control policies have no such call.
# PolicyContent is a JSON text. No account or target is named, so the answer is about the account that asks.
MANAGEMENT_POLICIES = (
    "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY", "DECLARATIVE_POLICY_EC2", "SECURITYHUB_POLICY", "INSPECTOR_POLICY",
    "S3_POLICY", "GUARDDUTY_POLICY",
)  # fmt: skip
DESCRIBE_EFFECTIVE_POLICY = {
    kind: Ask(
        "organizations",
        "DescribeEffectivePolicy",
        ("organizations:DescribeEffectivePolicy",),
        parameters={"PolicyType": kind},
        whole_account=True,
        result="EffectivePolicy",
        absent=_STANDALONE | {"EffectivePolicyNotFoundException"},
    )
    for kind in MANAGEMENT_POLICIES
}


def policy_column(kind: str) -> str:
    """The name of the column that holds the effective policy of this type."""
    return kind.lower()


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

ACCOUNT = PopulationSpec(
    name="organizations.account",
    noun="account",
    type="AWS::::Account",
    listed_by=EACH_ACCOUNT,
    arn="arn:{partition}:iam::{account}:root",
    columns={
        "organization": text("Organization.Id", of=DESCRIBE_ORGANIZATION, label="organisation"),
        **{
            policy_column(kind): document("EffectivePolicy.PolicyContent", of=ask, label=f"effective {kind}")
            for kind, ask in DESCRIBE_EFFECTIVE_POLICY.items()
        },
    },
)

SERVICE = Service(
    "organizations",
    "AWS Organizations",
    asks=(DESCRIBE_ORGANIZATION, LIST_ACCOUNTS, LIST_DELEGATED_ADMINISTRATORS, *DESCRIBE_EFFECTIVE_POLICY.values()),
    populations=(ACCOUNTS, DELEGATED_ADMINISTRATORS, ACCOUNT),
)
