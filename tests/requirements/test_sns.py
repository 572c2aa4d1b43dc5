"""Topics: encrypted, closed to strangers; subscriptions that hold nobody's address."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import canonical
from evidence.run.redaction import is_redacted, redactions_in
from evidence.services.sns import LIST_SUBSCRIPTIONS
from tests.judging import ACCOUNT, REGION, Judged, answered, judge_answers
from tests.requirements.telling_answers import TOPIC, attributes, lost, topics

ENCRYPTED, CLOSED = "sns.topics.encrypted", "sns.topics.policy-not-public"


def policy(**more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": TOPIC} | more
    return json.dumps({"Version": "2008-10-17", "Statement": [statement]})


def of_topic(requirement: str, **more: Any) -> Judged:
    return judge_answers(requirement, topics(TOPIC), attributes(**more))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("alias/aws/sns", "meets"),
        (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1", "meets"),
        (None, "exception"),
        ("", "exception"),
        (["alias/aws/sns"], "gap"),
    ],
)
def test_a_topic_is_encrypted(key: Any, expected: str) -> None:
    assert of_topic(ENCRYPTED, KmsMasterKeyId=key)[TOPIC] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (policy(Condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}}), "meets"),  # what AWS gives a new topic
        (policy(Principal={"Service": "cloudwatch.amazonaws.com"}), "meets"),
        (policy(), "exception"),
        (policy(Principal="*", Condition={"StringLike": {"AWS:SourceOwner": "*"}}), "exception"),
        (policy(Action="SNS:Subscribe", Condition={"StringLike": {"sns:Endpoint": "*@example.com"}}), "gap"),
        ("{not JSON", "gap"),
        ("", "gap"),
        (None, "gap"),
    ],
)
def test_a_topic_is_closed_to_strangers(text: Any, expected: str) -> None:
    judged = of_topic(CLOSED, Policy=text)
    assert judged[TOPIC] == expected
    if text == policy():
        assert "allows everyone SNS:Publish" in judged.reason(TOPIC)


@pytest.mark.parametrize("requirement", [ENCRYPTED, CLOSED])
def test_topics_that_could_not_be_read(requirement: str) -> None:
    assert judge_answers(requirement, topics(TOPIC), lost("denied", attributes()))[TOPIC] == "gap"
    assert judge_answers(requirement, topics(TOPIC))[TOPIC] == "gap"
    assert judge_answers(requirement, topics()).result.judgement == "not_applicable"
    assert judge_answers(requirement, lost("denied", topics())).result.judgement == "gap"
    gone = judge_answers(requirement, topics(TOPIC), lost("gone", attributes()))
    assert not gone.members and gone.result.judgement == "not_applicable"


def test_addresses_and_web_hooks_are_not_kept_and_names_of_queues_are() -> None:
    kept = {
        "email": ("ops@example.com", False),
        "email-json": ("ops@example.com", False),
        "sms": ("+441632960001", False),
        "https": ("https://hooks.example.com/services/T0/B0/token", False),
        "HTTP": ("http://example.com/?key=1", False),
        "sqs": (f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", True),
        "lambda": (f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f", True),
    }
    page = {
        "Subscriptions": [{"SubscriptionArn": "PendingConfirmation", "Protocol": p, "Endpoint": e} for p, (e, _) in kept.items()]
    }
    Redactor(b"k" * 32).apply(page, LIST_SUBSCRIPTIONS.redact)
    for entry in page["Subscriptions"]:
        endpoint, whole = kept[entry["Protocol"]]
        assert (entry["Endpoint"] == endpoint) is whole and is_redacted(entry["Endpoint"]) is not whole
    assert redactions_in(canonical(page)) == {"notification address": 3, "web hook": 2}


def test_a_topic_of_another_partition_is_itself() -> None:
    arn = f"arn:aws-cn:sns:{REGION}:{ACCOUNT}:ops"
    assert judge_answers(ENCRYPTED, topics(arn), attributes(arn, KmsMasterKeyId="alias/x"))[arn] == "meets"
    again = answered("sns", "ListTopics", {"Topics": [{"Name": "without an ARN"}]})
    assert judge_answers(ENCRYPTED, again).result.judgement == "gap"
