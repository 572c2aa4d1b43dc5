"""Amazon Data Firehose: delivery streams."""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, text

_TO = "DeliveryStreamDescription.Destinations[]"

# AWS lists ten names unless asked for more, and has no token for the rest. 10,000 is more than an account can have.
LIST_STREAMS = Ask(
    "firehose",
    "ListDeliveryStreams",
    ("firehose:ListDeliveryStreams",),
    parameters={"Limit": 10000},
    result="DeliveryStreamNames",
)
# Where a stream delivers to: an address or an attribute often holds the token that lets one in, a COPY its credentials.
DESCRIBE_STREAM = Ask(
    "firehose", "DescribeDeliveryStream", ("firehose:DescribeDeliveryStream",), each="firehose.stream-names",
    given={"DeliveryStreamName": "DeliveryStreamName"}, gone=frozenset({"ResourceNotFoundException"}), result="DeliveryStreamDescription",
    redact=(
        Redact(f"{_TO}.SplunkDestinationDescription", "Splunk token", key="HECToken"),
        Redact(f"{_TO}.HttpEndpointDestinationDescription.EndpointConfiguration", "web hook", key="Url"),
        Redact(
            f"{_TO}.HttpEndpointDestinationDescription.RequestConfiguration.CommonAttributes[]", "request attribute",
            key="AttributeValue", name="AttributeName",
        ),
        Redact(f"{_TO}.RedshiftDestinationDescription", "connection string", key="ClusterJDBCURL"),
        Redact(f"{_TO}.RedshiftDestinationDescription.CopyCommand", "options of COPY", key="CopyOptions"),
    ),
)  # fmt: skip


def _names(answer: Any) -> list[Item]:
    if answer["HasMoreDeliveryStreams"] is not False:
        raise ValueError("there are more delivery streams than AWS lists at once")
    return [{"DeliveryStreamName": name} for name in answer["DeliveryStreamNames"]]


NAMES = PopulationSpec(
    name="firehose.stream-names",
    noun="name of a Firehose stream",
    type="AWS::KinesisFirehose::DeliveryStream",
    listed_by=LIST_STREAMS,
    rows=_names,
    identity="DeliveryStreamName",
    columns={},
)
STREAMS = PopulationSpec(
    name="firehose.streams",
    noun="Firehose stream",
    type="AWS::KinesisFirehose::DeliveryStream",
    listed_by=DESCRIBE_STREAM,
    rows=lambda answer: [answer["DeliveryStreamDescription"]],
    identity="DeliveryStreamName",
    arn="{DeliveryStreamARN}",
    only=Only("DeliveryStreamStatus", frozenset({"DELETING"}), negate=True),
    columns={
        "source": text("DeliveryStreamType", label="source"),
        "encryption": text("DeliveryStreamEncryptionConfiguration.Status", label="encryption"),
        "key": text("DeliveryStreamEncryptionConfiguration.KeyARN", label="KMS key"),
        "key_type": text("DeliveryStreamEncryptionConfiguration.KeyType", label="key type"),
    },
)

SERVICE = Service("firehose", "Amazon Data Firehose", asks=(LIST_STREAMS, DESCRIBE_STREAM), populations=(NAMES, STREAMS))
