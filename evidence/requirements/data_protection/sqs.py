"""Queues at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "sqs.queues.encrypted",
    says="Every SQS queue encrypts its messages.",
    why="The work that waits in a worker environment's queue often holds what customers sent.",
    logic='The attribute KmsMasterKeyId has a value, or SqsManagedSseEnabled is "true". All queues are judged; those of a worker '
    "environment are shown with the environment. A queue that was deleted meanwhile is left out.",
    covers=("DP-26",),
    shows=("name",),
    fix="SQS console, queue, Edit, Encryption; or aws sqs set-queue-attributes with SqsManagedSseEnabled=true.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
)
def encrypted(queues: Population) -> Truth:
    return queues.key.present() | queues.managed_encryption.is_true()


REQUIREMENTS = (encrypted,)
