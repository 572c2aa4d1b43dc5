"""Delivery streams at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

OTHER_SOURCES = frozenset({"KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource"})


@requirement(
    "firehose.streams.encrypted",
    says="Every Firehose stream that is written to directly encrypts what it holds.",
    why="Records wait in the stream until they are delivered, and for a day where delivery fails.",
    logic="DeliveryStreamEncryptionConfiguration.Status is ENABLED, by whichever key. How it is stored where it is delivered to is judged "
    "there.",
    covers=(),
    applies=(
        Applies(
            lambda streams: ~streams.source.is_in(OTHER_SOURCES),
            "It reads from a Kinesis stream (see kinesis.streams.encrypted), a Kafka cluster or a database, and holds nothing of its own: the "
            "encryption of the source counts.",
        ),
    ),
    shows=("source", "key_type"),
    fix="aws firehose start-delivery-stream-encryption.",
    source="https://docs.aws.amazon.com/firehose/latest/APIReference/API_StartDeliveryStreamEncryption.html",
)
def encrypted(streams: Population) -> Truth:
    return streams.encryption == "ENABLED"


REQUIREMENTS = (encrypted,)
