"""Amazon Simple Notification Service: topics, who may use them, and who hears of them."""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, document, items, text

_GONE = frozenset({"NotFound"})

LIST_TOPICS = Ask("sns", "ListTopics", ("sns:ListTopics",), result="Topics")
GET_ATTRIBUTES = Ask(
    "sns", "GetTopicAttributes", ("sns:GetTopicAttributes",), each="sns.topics", given={"TopicArn": "TopicArn"}, gone=_GONE,
    result="Attributes",
)  # fmt: skip


def _is_web(subscription: Item) -> bool:
    """A web hook's address often holds the token that lets one post to it."""
    return str(subscription.get("Protocol", "")).lower() in ("http", "https")


def _is_person(subscription: Item) -> bool:
    """Mail addresses and telephone numbers; Elastic Beanstalk's own option for them is not kept either."""
    return str(subscription.get("Protocol", "")).lower() in ("email", "email-json", "sms")


LIST_SUBSCRIPTIONS = Ask(
    "sns", "ListSubscriptionsByTopic", ("sns:ListSubscriptionsByTopic",), each="sns.topics", given={"TopicArn": "TopicArn"},
    gone=_GONE, result="Subscriptions",
    redact=(
        Redact("Subscriptions[]", "web hook", key="Endpoint", when=_is_web),
        Redact("Subscriptions[]", "notification address", key="Endpoint", when=_is_person),
    ),
)  # fmt: skip


def _attribute(name: str) -> Callable[[Item, Any], Any]:
    """An attribute that is left out or empty is not set."""
    return lambda item, answer: answer["Attributes"].get(name) or None


def _name(item: Item, answer: Any) -> str:
    return str(item["TopicArn"].rpartition(":")[2])


TOPICS = PopulationSpec(
    name="sns.topics",
    noun="SNS topic",
    type="AWS::SNS::Topic",
    listed_by=LIST_TOPICS,
    items="Topics[]",
    identity="TopicArn",
    arn="{TopicArn}",
    columns={
        "name": text(read=_name),
        "key": text(of=GET_ATTRIBUTES, read=_attribute("KmsMasterKeyId"), label="KMS key"),
        "policy": document(of=GET_ATTRIBUTES, read=_attribute("Policy"), label="topic policy"),
        "subscriptions": items("Subscriptions[]", LIST_SUBSCRIPTIONS),
        "protocols": items("Subscriptions[].Protocol", LIST_SUBSCRIPTIONS, label="subscribed by"),
    },
)

SERVICE = Service(
    "sns",
    "Amazon Simple Notification Service",
    asks=(LIST_TOPICS, GET_ATTRIBUTES, LIST_SUBSCRIPTIONS),
    populations=(TOPICS,),
)
