"""AWS Cost Explorer: which services and Regions each account was billed for. Asked only when the user says so: AWS takes 0.01 USD for
every page. Amounts are not kept, since what was used is told by the names alone."""

from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

from evidence.run.redaction import is_redacted
from evidence.services.declare import ACCOUNTS, Ask, Item, Only, PopulationSpec, Redact, Service, items

PARTITION = "aws"
"""The one whose endpoint is asked (ce.us-east-1.amazonaws.com). China's Cost Explorer names services in its own way, and the other
partitions have none that is open."""


def _told_here(item: Item, answer: Any, since: str) -> bool:
    """Whether this account's Cost Explorer is to be asked: not where the management account's tells of it."""
    return bool(since) and item["partition"] == PARTITION and item["payer"] in ("", item["account"])


def _is_nothing(amount: Any) -> bool:
    try:
        return Decimal(str(amount)) == 0
    except InvalidOperation:
        return False


def _is_something(metric: Item) -> bool:
    return not _is_nothing(metric.get("Amount"))


# A zero stays: it says that a group is named and nothing was used. Every other amount is the entity's spending, or near to it.
_REDACT = tuple(
    Redact(f"ResultsByTime[].{path}.UsageQuantity", "amount used", key="Amount", when=_is_something)
    for path in ("Total", "Groups[].Metrics")
)
_NO_USE = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}}


def _grouped(*keys: str) -> Ask:
    """The management account is told of every account of its organisation, any other of itself. At most two groupings a request.

    UsageQuantity, not a cost: usage that costs nothing (a free tier) is usage, and no money is in the answer.
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html"""
    return Ask(
        "ce",
        "GetCostAndUsage",
        ("ce:GetCostAndUsage",),
        parameters={
            "TimePeriod": {"Start": "{first_day}", "End": "{day_after}"},
            "Granularity": "MONTHLY",
            "Metrics": ["UsageQuantity"],
            "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in keys],
            "Filter": _NO_USE,
        },
        each="ce.account",
        only=Only(test=_told_here),
        whole_account=True,
        result="ResultsByTime",
        tokens=("NextPageToken", "NextPageToken"),
        redact=_REDACT,
    )


# Which services an account uses, which Regions, and which services are used in which Region; no request has all three.
# Nothing is declared absent: "User not enabled for cost explorer access" (AccessDeniedException) is said both where Cost Explorer was
# never switched on and where the management account keeps it from its members, and DataUnavailableException of data not made yet.
BY_SERVICE = _grouped("LINKED_ACCOUNT", "SERVICE")
BY_REGION = _grouped("LINKED_ACCOUNT", "REGION")
BY_PLACE = _grouped("SERVICE", "REGION")


def _used(item: Item, answer: Any) -> list[list[str]]:
    """The pairs of keys of which anything was used in any month. Raises where there is no month at all, since AWS answers with every month
    of the time asked about, or where a group does not have two keys and an amount."""
    found: dict[tuple[str, str], None] = {}
    if not answer["ResultsByTime"]:
        raise ValueError("no month is told of")
    for group in chain.from_iterable(result["Groups"] for result in answer["ResultsByTime"]):
        first, second = group["Keys"]
        amount = group["Metrics"]["UsageQuantity"]["Amount"]
        if not isinstance(amount, str) or not (is_redacted(amount) or _is_nothing(amount)):
            raise ValueError(f"an amount that is none: {type(amount).__name__}")
        if is_redacted(amount):
            found[str(first), str(second)] = None
    return [list(pair) for pair in sorted(found)]


ACCOUNT = PopulationSpec(
    name="ce.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={
        "services": items(of=BY_SERVICE, read=_used, label="services billed, by account"),
        "regions": items(of=BY_REGION, read=_used, label="Regions billed, by account"),
        "places": items(of=BY_PLACE, read=_used, label="Regions in which a service was billed"),
    },
)

SERVICE = Service("ce", "AWS Cost Explorer", asks=(BY_SERVICE, BY_REGION, BY_PLACE), populations=(ACCOUNT,))
