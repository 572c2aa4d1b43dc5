"""Who is told: from a trail, an alarm or an event rule to a subscription that somebody confirmed. Shared by several topics.

A topic of another account, or a target that is no topic, may well tell somebody: where it decides, the answer is a gap.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn

from evidence.populations.cells import Column, Truth
from evidence.populations.event_patterns import environments as taken_in
from evidence.populations.filter_patterns import MISSING, Kind, singles_out
from evidence.populations.pairs import elsewhere, paired
from evidence.populations.population import Population
from evidence.populations.trail_events import missing_changes, missing_management
from evidence.services.events import ENABLED

CHAIN = ("cloudtrail.trails", "logs.metric-filters", "cloudwatch.alarms", "cloudwatch.composite-alarms", "sns.topics")
"""The populations that lead from a trail to a subscriber."""
ORDINARY: Kind = {
    "eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances", "eventType": "AwsApiCall", "eventCategory": "Management",
    "managementEvent": True, "readOnly": True, "errorCode": MISSING, "errorMessage": MISSING, "userIdentity.type": "AssumedRole",
    "userIdentity.invokedBy": MISSING, "sourceIPAddress": "198.51.100.7", "additionalEventData.MFAUsed": MISSING,
    "responseElements.ConsoleLogin": MISSING,
}  # fmt: skip
"""A read that happens all day long: a filter that takes it in too singles nothing out."""


# -- topics --------------------------------------------------------------------------------------------------------------


def is_confirmed(subscription: Mapping[str, Any]) -> bool:
    """AWS puts PendingConfirmation or Deleted in the place of the ARN of a subscription that has no effect."""
    arn = subscription["SubscriptionArn"]
    if arn.startswith("arn:"):
        return True
    if arn in ("PendingConfirmation", "Deleted"):
        return False
    raise ValueError(f"{arn!r} is neither an ARN nor a state of a subscription")


def heard(topics: Population) -> Truth:
    """Topics with at least one confirmed subscription."""
    return topics.subscriptions.some(is_confirmed)


def _open_to_alarms(topics: Population) -> Truth:
    """CloudWatch and EventBridge cannot publish to a topic under the key that AWS manages for SNS, whose policy is fixed."""
    return ~topics.key.present() | ~topics.key.matches(r"(^|[:/])alias/aws/sns$")


def reaches(tellers: Population, topics: Population, column: Column) -> Truth:
    """Whether one of the topics that the column names, in the teller's own account and Region, is heard."""
    own = tellers.some_in(topics, on=(column, "arn"), where=heard(topics) & _open_to_alarms(topics), label="topics heard")
    return own | heard_elsewhere(tellers, column)


def heard_elsewhere(tellers: Population, column: Column) -> Truth:
    """No where every topic that the column names is of the teller's own account and Region, unknown where one is not."""
    return paired(column, tellers.arn, elsewhere, label="topics of other accounts").some(_unread)


def _unread(topic: str) -> NoReturn:
    raise ValueError(f"{topic} is of another account or Region: who hears of it was not read here")


# -- alarms --------------------------------------------------------------------------------------------------------------


def tells(alarms: Population, composites: Population, topics: Population) -> Truth:
    """Alarms that tell somebody, themselves or through a composite alarm that any of its children sets off."""
    through = composites.enabled.is_true() & composites.any_child.is_true() & reaches(composites, topics, composites.topics)
    by_itself = alarms.enabled.is_true() & reaches(alarms, topics, alarms.topics)
    return by_itself | alarms.some_in(composites, on=("name", "children"), where=through)


# -- from the trail's log group --------------------------------------------------------------------------------------------


def recorded(trails: Population, kind: Kind) -> Truth:
    """Trails that record the kind of event, wherever it happens."""
    source = kind.get("eventSource")
    wanted = missing_management if not isinstance(source, str) else _changes(source)
    return trails.multi_region.is_true() & trails.logging.is_true() & trails.selectors.free_of(wanted)


def _changes(source: str) -> Callable[[Any], list[str]]:
    return lambda selectors: missing_changes(selectors, source)


def _delivered(trails: Population) -> Callable[[Truth], Truth]:
    """Trails that are delivered to their log group, for which what is given holds. Another account's trail has its log group,
    filters and alarms there: that is unknown here."""
    ours = trails.some_in(trails, on=("owner", "account"), within="account", label="owned by this account")
    here = paired(trails.owner, trails.account, _here, label="owner's account").is_true()
    delivers = trails.log_group.present() & trails.log_group_delivered.within(days=1)
    return lambda found: here & (~ours | (delivers & found))


def _here(owner: str, account: str) -> bool:
    if owner != account:
        raise ValueError(f"account {owner} owns the trail: its filters and alarms are to be read there")
    return True


def filtered(
    members: Population, kinds: Mapping[str, Kind], trails: Population, filters: Population, watched: Truth | None = None
) -> dict[str, Truth]:
    """For each kind of event, the members (accounts, or resources) whose account has a trail with a metric filter that takes
    the kind in, and is `watched` where that is asked."""
    out = {}
    delivered, recording = _delivered(trails), {kind.get("eventSource"): recorded(trails, kind) for kind in kinds.values()}
    for name, kind in kinds.items():
        takes = filters.pattern.compute(partial(singles_out, kind=kind, ordinary=ORDINARY)).is_true()
        found = trails.some_in(filters, on=("group_name", "group"), where=takes if watched is None else takes & watched)
        counts = recording[kind.get("eventSource")] & delivered(found)
        out[name] = members.some_in(trails, where=counts, within="account", label=f"trails with a metric filter on {name}")
    return out


def watched(filters: Population, alarms: Population, composites: Population, topics: Population) -> Truth:
    """Metric filters with an alarm on their metric that tells somebody."""
    return filters.some_in(alarms, on=("metrics", "metrics"), where=alarms.direct.is_true() & tells(alarms, composites, topics))


# -- by event rules ----------------------------------------------------------------------------------------------------------


def rule_tells(rules: Population, topics: Population) -> Truth:
    """Enabled rules that tell somebody. A target that is no topic may do so too: that is unknown."""
    return rules.state.is_in(ENABLED) & (reaches(rules, topics, rules.topics) | rules.others.some(_other_target))


def _other_target(target: str) -> NoReturn:
    raise ValueError(f"{target} is no topic: whether it tells anybody is not to be seen")


def ruled(
    members: Population, event: Mapping[str, Any], rules: Population, topics: Population, *, exactly: bool, label: str
) -> Truth:
    """Environments of whose events of this kind an enabled rule in their Region tells somebody."""

    def names(pattern: Any, arn: str) -> list[str]:
        _, _, _, region, account, _ = arn.split(":", 5)
        return taken_in(pattern, {**event, "region": region, "account": account}, exactly=exactly)

    column = paired(rules.pattern, rules.arn, names, label="environments whose events it takes in")
    either = members.name.compute(lambda name: [name, "*"])
    return members.some_in(rules, on=(either, column), where=rule_tells(rules, topics), label=label)
