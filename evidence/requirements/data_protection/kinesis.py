"""Streams at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "kinesis.streams.encrypted",
    says="Every Kinesis stream encrypts its records.",
    why="Records lie in the stream for a day to a year, often before anything personal was taken out.",
    logic="EncryptionType is KMS. A stream that is being deleted is left out.",
    covers=(),
    shows=("key",),
    fix="aws kinesis start-stream-encryption --encryption-type KMS --key-id …. Only records that come after it are encrypted.",
    source="https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
)
def encrypted(streams: Population) -> Truth:
    return streams.encryption == "KMS"


REQUIREMENTS = (encrypted,)
