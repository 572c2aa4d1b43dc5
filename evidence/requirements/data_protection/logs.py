"""Log groups at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "logs.groups.customer-key",
    says="Every log group is encrypted with a customer's KMS key.",
    why="Reading its events then needs a right to the key, and the key can be withdrawn.",
    logic="kmsKeyId is set. Log groups are always encrypted: where it is absent, with a key of the service.",
    covers=("DP-27",),
    shows=("log_class",),
    fix="aws logs associate-kms-key; only events that come later are encrypted with the key.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
)
def customer_key(groups: Population) -> Truth:
    return groups.key.present()


REQUIREMENTS = (customer_key,)
