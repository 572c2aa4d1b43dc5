"""Backup vaults: encrypted, and kept from whoever would destroy what they hold."""

from collections.abc import Mapping

from evidence.populations.cells import Truth
from evidence.populations.policy import on_everything, statements, takes_in
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement
from evidence.requirements.keys import KEY_LOGIC, aws_own

_VAULT = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupVaultListMember.html"
_LOCK = "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html"
_DELETE = "backup:DeleteRecoveryPoint"
HOLDS = Applies(lambda vaults, *_: vaults.points > 0, "It holds no backups.")


@requirement(
    "backup.vaults.backups-encrypted",
    says="Every backup in a backup vault is encrypted.",
    why="A backup holds all that the resource held.",
    logic="IsEncrypted is true for every backup that the vault lists, apart from those being made or deleted.",
    covers=("RS-10",),
    applies=(HOLDS,),
    fix="Encrypt the resource: where AWS Backup does not encrypt by itself, a backup is as encrypted as what it was made of. Copy the "
    "old backup to an encrypted vault and delete it.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByBackupVault.html",
)
def backups_encrypted(vaults: Population) -> Truth:
    return vaults.unencrypted.free_of(lambda found: found)


@requirement(
    "backup.vaults.customer-key",
    says="Every backup vault that holds backups is encrypted with a customer-managed KMS key.",
    why="Who may restore is then decided twice: by the vault and by the key.",
    logic=(
        "EncryptionKeyArn names a key that is not AWS's own, and EncryptionKeyType is not AWS_OWNED_KMS_KEY. "
        + KEY_LOGIC
        + " Backups "
        "of services that AWS Backup does not fully manage are under the resource's own key."
    ),
    covers=("RS-10",),
    uses=("kms.keys",),
    applies=(HOLDS,),
    shows=("key_type",),
    fix="A vault's key cannot be changed: make a vault with the key, point the plans to it, and copy what is to be kept.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
)
def customer_key(vaults: Population, keys: Population) -> Truth:
    owned = vaults.key_type.present() & (vaults.key_type == "AWS_OWNED_KMS_KEY")
    return ~owned & vaults.key.matches(":key/") & ~aws_own(vaults, keys)


@requirement(
    "backup.vaults.locked",
    says="Every backup vault that holds backups is locked.",
    why="Backups then cannot be deleted before their time, as ransom demands would have it.",
    logic="Locked is true. A lock without LockDate (governance mode) may be taken off: see backup.vaults.immutable.",
    covers=("RS-10",),
    applies=(HOLDS,),
    shows=("lock_date", "min_retention"),
    fix="aws backup put-backup-vault-lock-configuration with MinRetentionDays; with ChangeableForDays it becomes immutable.",
    source=_VAULT,
)
def locked(vaults: Population) -> Truth:
    return vaults.locked.is_true()


@requirement(
    "backup.vaults.immutable",
    says="Every backup vault that holds backups is locked so that nobody can take the lock off.",
    why="Whoever holds the account, AWS's root user included, then cannot destroy the backups.",
    logic=(
        "Locked is true and LockDate lies in the past (compliance mode). Without LockDate the lock may be taken off at any time "
        "(governance mode), with one in the future until then."
    ),
    covers=("RS-10",),
    applies=(HOLDS,),
    shows=("min_retention", "vault_type"),
    fix="aws backup put-backup-vault-lock-configuration with ChangeableForDays. It cannot be undone: agree on the retention first.",
    source=_LOCK,
)
def immutable(vaults: Population) -> Truth:
    return vaults.locked.is_true() & vaults.lock_date.present() & ~vaults.lock_date.beyond(days=0)


@requirement(
    "backup.vaults.deletion-denied",
    says="Every backup vault that holds backups keeps them from being deleted by hand.",
    why="An intruder, or a slip of the hand, then does not take the last resort away.",
    logic=(
        "Locked is true, or a statement of the access policy denies everyone (Principal *) backup:DeleteRecoveryPoint on everything. A "
        "denial with a condition or with exceptions is unknown: whom it leaves out must be read. The policy itself may be taken off."
    ),
    covers=("RS-10",),
    applies=(HOLDS,),
    fix="AWS Backup console, vault, Access policy, Deny access to delete recovery points; or lock the vault.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html",
)
def deletion_denied(vaults: Population) -> Truth:
    return vaults.locked.is_true() | (vaults.policy.present() & vaults.policy.free_of(_deletable))


def _deletable(policy: Mapping[str, object]) -> list[str]:
    denials = [s for s in statements(policy) if s.effect == "Deny" and takes_in(s, _DELETE) and on_everything(s)]
    if any("*" in (s.principals or ()) and not s.conditions and not s.not_resources for s in denials):
        return []
    partly = [s.number for s in denials if s.not_principals or "*" in (s.principals or ())]
    if partly:
        raise ValueError(f"statement {partly[0]} denies deletion with exceptions")
    return ["no statement denies everyone to delete backups"]


REQUIREMENTS = (backups_encrypted, customer_key, locked, immutable, deletion_denied)
