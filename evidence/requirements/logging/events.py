"""EventBridge rules that bring events to people, and the topics of environments."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.event_patterns import matches
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement
from evidence.requirements.telling import heard, heard_elsewhere, rule_tells, ruled

SOURCES = ("aws.guardduty", "aws.securityhub", "aws.config")
WORSE = {
    "source": "aws.elasticbeanstalk",
    "detail-type": "Health status change",
    "detail": {"Status": "Environment health changed", "Severity": "WARN"},
}
"""Health changes come as INFO or WARN, never as ERROR."""


@requirement(
    "elasticbeanstalk.environments.notifications-confirmed",
    says="Every environment's changes to worse health reach a subscriber who confirmed: by its notification topic or by a rule.",
    why="An address that never confirmed is told nothing, and nobody notices.",
    logic="The deployed option Notification Topic ARN names a topic of the same account and Region with at least one subscription "
    "that is confirmed (its SubscriptionArn is an ARN, not PendingConfirmation or Deleted). Or, the alternative, an enabled "
    "EventBridge rule on the Region's default bus takes in the environment's health changes of severity WARN and has such a topic "
    "as a target. A notification address without a topic in the settings, a topic of another account, and rules with other targets "
    "or narrower patterns are gaps where they decide.",
    covers=("LM-06", "LM-18"),
    uses=("sns.topics", "events.rules"),
    fix="Confirm the subscription by the link in AWS's mail, or aws sns confirm-subscription; AWS drops it after two days, then "
    "subscribe again.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.sns.html",
)
def notifications_confirmed(environments: Population, topics: Population, rules: Population) -> Truth:
    topic = environments.notification_topic
    asked = environments.notification_endpoint.present() | topic.present()
    elsewhere = heard_elsewhere(environments, topic.compute(lambda arn: [arn]))
    told = environments.some_in(topics, on=("notification_topic", "arn"), where=heard(topics), label="its topic, confirmed")
    by_rule = ruled(environments, WORSE, rules, topics, exactly=False, label="rules that tell somebody of its health")
    return (asked & (told | elsewhere)) | by_rule


def _takes_some(sources: Sequence[str]) -> Callable[[Mapping[str, Any]], bool]:
    return lambda pattern: any(matches(pattern, {"source": source}) is not False for source in sources)


@requirement(
    "events.account.security-events-routed",
    says="Every account has an EventBridge rule that tells somebody of security findings or changes of configuration.",
    why="A finding that waits in a console is read when somebody happens to look.",
    logic="In at least one Region an enabled rule on the default bus has a pattern that takes in some events of one of the sources, "
    "and a topic among its targets that has a confirmed subscription and is not encrypted with alias/aws/sns. A rule with other "
    "targets only, a function or another account's bus for example, is a gap. Which findings it takes in, and that every Region's "
    "findings come to it, is not judged.",
    covers=("LM-18",),
    uses=("events.rules", "sns.topics"),
    parameters={"sources": Parameter(SOURCES, "event sources, of which one must be routed")},
    fix="EventBridge console, Rules, Create rule: event pattern of GuardDuty or Security Hub findings, target SNS topic.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cloudwatch-events.html",
)
def security_events_routed(accounts: Population, rules: Population, topics: Population, *, sources: Sequence[str]) -> Truth:
    takes = rules.pattern.present() & rules.pattern.compute(_takes_some(sources)).is_true()
    there = accounts.some_in(rules, where=takes, within="account", label="rules on security events")
    told = accounts.some_in(
        rules, where=takes & rule_tells(rules, topics), within="account", label="of them, rules that tell somebody"
    )
    return there & told


REQUIREMENTS = (notifications_confirmed, security_events_routed)
