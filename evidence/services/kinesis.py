"""Amazon Kinesis Data Streams."""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Service, number, text

LIST_STREAMS = Ask("kinesis", "ListStreams", ("kinesis:ListStreams",), result="StreamNames")
DESCRIBE_STREAM = Ask(
    "kinesis", "DescribeStreamSummary", ("kinesis:DescribeStreamSummary",), each="kinesis.stream-names", given={"StreamName": "StreamName"},
    gone=frozenset({"ResourceNotFoundException"}), result="StreamDescriptionSummary",
)  # fmt: skip


def _names(answer: Any) -> list[Item]:
    """The names are always there; the summaries beside them are not."""
    return [{"StreamName": name} for name in answer["StreamNames"]]


NAMES = PopulationSpec(
    name="kinesis.stream-names",
    noun="name of a Kinesis stream",
    type="AWS::Kinesis::Stream",
    listed_by=LIST_STREAMS,
    rows=_names,
    identity="StreamName",
    columns={},
)
STREAMS = PopulationSpec(
    name="kinesis.streams",
    noun="Kinesis stream",
    type="AWS::Kinesis::Stream",
    listed_by=DESCRIBE_STREAM,
    rows=lambda answer: [answer["StreamDescriptionSummary"]],
    identity="StreamName",
    arn="{StreamARN}",
    only=Only("StreamStatus", frozenset({"DELETING"}), negate=True),
    columns={
        "encryption": text("EncryptionType", label="EncryptionType"),
        "key": text("KeyId", label="KMS key"),
        "hours": number("RetentionPeriodHours", label="kept for hours"),
    },
)

SERVICE = Service("kinesis", "Amazon Kinesis Data Streams", asks=(LIST_STREAMS, DESCRIBE_STREAM), populations=(NAMES, STREAMS))
