"""Container images at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.keys import KEY_LOGIC, aws_own

_ENCRYPTION = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html"


@requirement(
    "ecr.repositories.customer-key",
    says="Every ECR repository is encrypted with a customer-managed KMS key.",
    why="Pulling an image then needs a right to the key as well, and the key can be withdrawn.",
    logic="encryptionConfiguration.encryptionType is KMS or KMS_DSSE, and kmsKey is no key of AWS's own. Repositories are always "
    "encrypted: with AES256, which is also what leaving it out means, with a key of the service. " + KEY_LOGIC,
    covers=(),
    uses=("kms.keys",),
    fix="Encryption is chosen when a repository is made: make another one with aws ecr create-repository "
    "--encryption-configuration and copy the images that are still needed.",
    source=_ENCRYPTION,
)
def customer_key(repositories: Population, keys: Population) -> Truth:
    by_kms = repositories.encryption.absent_means("AES256", source=_ENCRYPTION).is_in(("KMS", "KMS_DSSE"))
    return by_kms & repositories.key.present() & ~aws_own(repositories, keys)


REQUIREMENTS = (customer_key,)
