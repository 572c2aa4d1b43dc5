"""Tables at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_SPECIFICATION = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html"


@requirement(
    "dynamodb.tables.kms-key",
    says="Every DynamoDB table is encrypted with a KMS key of an account of yours.",
    why="DynamoDB encrypts every table, but with a key that AWS owns nobody outside AWS sees, limits or withdraws its use.",
    logic="SSEDescription.SSEType is KMS: a key that the customer manages, or the account's aws/dynamodb. Left out, the key is owned by "
    "AWS. A table that is being deleted is left out.",
    covers=(),
    shows=("key",),
    fix="DynamoDB console, table, Additional settings, Manage encryption; or aws dynamodb update-table --sse-specification "
    "Enabled=true,SSEType=KMS,KMSMasterKeyId=….",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
)
def kms_key(tables: Population) -> Truth:
    return tables.encryption.absent_means("key that AWS owns", source=_SPECIFICATION) == "KMS"


REQUIREMENTS = (kms_key,)
