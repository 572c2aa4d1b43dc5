"""Firehose streams: encryption, and what is not kept of where they deliver to."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.firehose import DESCRIBE_STREAM
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

ARN = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/clicks"
LIMIT = {"Limit": 10000}


def listed(*names: Any, more: Any = False) -> Answer:
    return answered(
        "firehose", "ListDeliveryStreams", {"DeliveryStreamNames": list(names), "HasMoreDeliveryStreams": more}, **LIMIT
    )


def stream(**fields: Any) -> Answer:
    found = {"DeliveryStreamName": "clicks", "DeliveryStreamARN": ARN, "DeliveryStreamType": "DirectPut"} | fields
    return answered("firehose", "DescribeDeliveryStream", {"DeliveryStreamDescription": found}, DeliveryStreamName="clicks")


def judged(*answers: Answer) -> Judged:
    return judge_answers("firehose.streams.encrypted", *answers)


def test_lists() -> None:
    assert judged(ended("firehose", "ListDeliveryStreams", "denied", **LIMIT)).result.judgement == "gap"
    assert judged(listed()).result.judgement == "not_applicable"
    assert judged(listed(more=True)).result.judgement == "gap"
    denied, gone = (ended("firehose", "DescribeDeliveryStream", e, DeliveryStreamName="clicks") for e in ("denied", "gone"))
    assert judged(listed("clicks"), denied).result.judgement == "gap"
    assert judged(listed("clicks"), gone).result.judgement == "not_applicable"
    assert judged(listed("clicks"), stream(DeliveryStreamStatus="DELETING")).result.judgement == "not_applicable"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"DeliveryStreamEncryptionConfiguration": {"Status": "ENABLED", "KeyType": "AWS_OWNED_CMK"}}, "meets"),
        ({"DeliveryStreamEncryptionConfiguration": {"Status": "DISABLED"}}, "exception"),
        ({"DeliveryStreamEncryptionConfiguration": {"Status": "ENABLING_FAILED"}}, "exception"),
        ({"DeliveryStreamEncryptionConfiguration": {"Status": "DISABLED"}, "DeliveryStreamType": "KinesisStreamAsSource"}, "not_applicable"),
        ({"DeliveryStreamEncryptionConfiguration": {"Status": "ENABLED"}, "DeliveryStreamType": None}, "gap"),
        ({}, "gap"),
        ({"DeliveryStreamEncryptionConfiguration": "ENABLED"}, "gap"),
    ],
)  # fmt: skip
def test_a_stream_is_encrypted(fields: dict[str, Any], expected: str) -> None:
    found = judged(listed("clicks"), stream(**fields))
    assert found["clicks"] == expected
    assert found.members[0].arn == ARN


def test_tokens_and_addresses_of_destinations_are_not_kept() -> None:
    secrets = ["splunk", "https://hook.example/t0ken", "partner-key-7", "jdbc:redshift://x?password=p", "CREDENTIALS 'x'"]
    destinations: list[dict[str, Any]] = [
        {"SplunkDestinationDescription": {"HECToken": secrets[0], "HECEndpointType": "Raw"}},
        {"HttpEndpointDestinationDescription": {
            "EndpointConfiguration": {"Url": secrets[1], "Name": "partner"},
            "RequestConfiguration": {"CommonAttributes": [{"AttributeName": "key", "AttributeValue": secrets[2]}]},
        }},
        {"RedshiftDestinationDescription": {"ClusterJDBCURL": secrets[3], "CopyCommand": {"DataTableName": "t", "CopyOptions": secrets[4]}}},
        {"ExtendedS3DestinationDescription": {"BucketARN": "arn:aws:s3:::clicks"}},
    ]  # fmt: skip
    page = {"DeliveryStreamDescription": {"DeliveryStreamName": "clicks", "Destinations": destinations}}
    Redactor().apply(page, DESCRIBE_STREAM.redact)
    kept = repr(page)
    assert not [secret for secret in secrets if secret in kept]
    assert all(name in kept for name in ("clicks", "Raw", "partner", "DataTableName"))
