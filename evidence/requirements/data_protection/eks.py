"""What Kubernetes clusters keep."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.keys import KEY_LOGIC, aws_own

_ENVELOPE = "https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html"
_BY_DEFAULT = (1, 28)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@requirement(
    "eks.clusters.secrets-encrypted",
    says="Every EKS cluster encrypts its secrets with a KMS key.",
    why="A copy of the cluster's database then gives away none of the passwords kept in it.",
    logic="encryptionConfig names a KMS key for secrets, or the cluster's version is 1.28 or later, from which EKS encrypts all data of "
    "the Kubernetes API with a KMS key, its own where the cluster names none.",
    covers=(),
    fix="aws eks associate-encryption-config with resources secrets and a KMS key, or update the cluster's version.",
    source=_ENVELOPE,
)
def secrets_encrypted(clusters: Population) -> Truth:
    by_default = clusters.version.compute(lambda version: _number(version) >= _BY_DEFAULT, label="encrypted by default").is_true()
    return clusters.key.present() | by_default


@requirement(
    "eks.clusters.customer-key",
    says="Every EKS cluster encrypts its secrets with a customer-managed KMS key.",
    why="Each use of the key then stands in the trail, and the key can be withdrawn.",
    logic="encryptionConfig names a KMS key for secrets that is no key of AWS's own. " + KEY_LOGIC,
    covers=(),
    uses=("kms.keys",),
    fix="aws eks associate-encryption-config with resources secrets and a KMS key; it cannot be taken back.",
    source=_ENVELOPE,
)
def customer_key(clusters: Population, keys: Population) -> Truth:
    return clusters.key.present() & ~aws_own(clusters, keys)


REQUIREMENTS = (secrets_encrypted, customer_key)
