"""AWS Secrets Manager: how secrets are kept, never what they say. GetSecretValue is not asked.

Secrets that wait for their deletion are not listed.
"""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, document, flag, number, text, time

LIST_SECRETS = Ask(
    "secretsmanager",
    "ListSecrets",
    ("secretsmanager:ListSecrets",),
    result="SecretList",
    # People write of a secret what they should not, and none of it is judged. Tags of AWS's own say where it comes from.
    redact=(
        Redact("SecretList[]", "description of a secret", key="Description"),
        Redact("SecretList[].Tags[]", "tag of a secret", key="Value", name="Key", when=lambda tag: not _by_aws(tag)),
        Redact("SecretList[].ExternalSecretRotationMetadata[]", "rotation metadata", key="Value", name="Key"),
    ),
)
GET_RESOURCE_POLICY = Ask(
    "secretsmanager",
    "GetResourcePolicy",
    ("secretsmanager:GetResourcePolicy",),
    each="secretsmanager.secrets",
    given={"SecretId": "ARN"},
    gone=frozenset({"ResourceNotFoundException"}),
    result="ARN",  # a secret without a policy is answered without ResourcePolicy
)


def _by_aws(tag: Item) -> bool:
    return str(tag.get("Key", "")).startswith("aws:")


def _replica_of(secret: Item, _: Any) -> str | None:
    """The Region of the secret that this one copies; None where it stands on its own, or is the one that is copied."""
    primary = secret.get("PrimaryRegion")
    own = secret["ARN"].split(":")[3]
    return None if primary in (None, own) else str(primary)


SECRETS = PopulationSpec(
    name="secretsmanager.secrets",
    noun="secret",
    type="AWS::SecretsManager::Secret",
    listed_by=LIST_SECRETS,
    items="SecretList[]",
    identity="ARN",
    arn="{ARN}",
    columns={
        "secret_name": text("Name", label="name"),
        "owner": text("OwningService", label="managed by"),
        "replica_of": text(read=_replica_of, label="replica of the secret in"),
        "key": text("KmsKeyId", label="KMS key"),
        "rotation": flag("RotationEnabled", label="rotation enabled"),
        "interval": number("RotationRules.AutomaticallyAfterDays", label="days between rotations"),
        "created": time("CreatedDate"),
        "last_rotated": time("LastRotatedDate"),
        "last_used": time("LastAccessedDate", label="last read"),
        "next_rotation": time("NextRotationDate", label="next rotation due"),
        "policy": document("ResourcePolicy", GET_RESOURCE_POLICY, label="resource policy"),
    },
)

SERVICE = Service("secretsmanager", "AWS Secrets Manager", asks=(LIST_SECRETS, GET_RESOURCE_POLICY), populations=(SECRETS,))
