"""Topics at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "sns.topics.encrypted",
    says="Every SNS topic encrypts its messages with a KMS key.",
    why="Messages that wait for delivery are then unreadable without a right to the key.",
    logic="The attribute KmsMasterKeyId has a value, AWS's own key for SNS or a customer's; left out or empty, the topic has no "
    "server-side encryption.",
    covers=("DP-27",),
    shows=("name",),
    fix="SNS console, topic, Edit, Encryption. Choose a customer key whose policy lets cloudwatch.amazonaws.com and "
    "events.amazonaws.com use it: to a topic under alias/aws/sns alarms and rules cannot publish.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
)
def encrypted(topics: Population) -> Truth:
    return topics.key.present()


REQUIREMENTS = (encrypted,)
