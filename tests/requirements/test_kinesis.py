"""Kinesis streams: encryption, and time to catch up."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

ARN = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/orders"


def listed(*names: Any) -> Answer:
    return answered("kinesis", "ListStreams", {"StreamNames": list(names), "HasMoreStreams": False})


def stream(**fields: Any) -> Answer:
    summary = {"StreamName": "orders", "StreamARN": ARN, "StreamStatus": "ACTIVE"} | fields
    return answered("kinesis", "DescribeStreamSummary", {"StreamDescriptionSummary": summary}, StreamName="orders")


def judged(requirement: str, *answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(f"kinesis.streams.{requirement}", *answers, **parameters)


@pytest.mark.parametrize("requirement", ["encrypted", "retention"])
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("kinesis", "ListStreams", "denied")).result.judgement == "gap"
    assert judged(requirement, listed()).result.judgement == "not_applicable"
    denied, gone = (ended("kinesis", "DescribeStreamSummary", ending, StreamName="orders") for ending in ("denied", "gone"))
    assert judged(requirement, listed("orders"), denied).result.judgement == "gap"
    assert judged(requirement, listed("orders"), gone).result.judgement == "not_applicable"
    assert judged(requirement, listed("orders"), stream(StreamStatus="DELETING")).result.judgement == "not_applicable"
    assert judged(requirement, answered("kinesis", "ListStreams", {"StreamNames": 7})).result.judgement == "gap"


@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("encrypted", {"EncryptionType": "KMS"}, "meets"),
        ("encrypted", {"EncryptionType": "NONE"}, "exception"),
        ("encrypted", {}, "gap"),
        ("encrypted", {"EncryptionType": True}, "gap"),
        ("retention", {"RetentionPeriodHours": 168}, "meets"),
        ("retention", {"RetentionPeriodHours": 24}, "exception"),
        ("retention", {"RetentionPeriodHours": "long"}, "gap"),
        ("retention", {}, "gap"),
    ],
)
def test_a_setting(requirement: str, fields: dict[str, Any], expected: str) -> None:
    found = judged(requirement, listed("orders"), stream(**fields))
    assert found["orders"] == expected
    assert found.members[0].arn == ARN


def test_how_long_is_a_parameter() -> None:
    assert judged("retention", listed("orders"), stream(RetentionPeriodHours=24), hours=24)["orders"] == "meets"
