"""AWS Backup: vaults and what lies in them, plans, and restores."""

from typing import Any

from evidence.services.declare import (
    ACCOUNTS,
    Ask,
    Item,
    Only,
    PopulationSpec,
    Service,
    document,
    flag,
    items,
    number,
    text,
    time,
)

_GONE = frozenset({"ResourceNotFoundException"})

LIST_VAULTS = Ask("backup", "ListBackupVaults", ("backup:ListBackupVaults",), result="BackupVaultList")
GET_VAULT_POLICY = Ask(
    "backup", "GetBackupVaultAccessPolicy", ("backup:GetBackupVaultAccessPolicy",),
    each="backup.vaults", given={"BackupVaultName": "BackupVaultName"},
    absent=frozenset({"ResourceNotFoundException"}), result="Policy",
)  # fmt: skip
LIST_RECOVERY_POINTS = Ask(
    "backup", "ListRecoveryPointsByBackupVault", ("backup:ListRecoveryPointsByBackupVault",),
    each="backup.vaults", given={"BackupVaultName": "BackupVaultName"}, gone=_GONE, result="RecoveryPoints",
)  # fmt: skip
LIST_PROTECTED_RESOURCES = Ask("backup", "ListProtectedResources", ("backup:ListProtectedResources",), result="Results")
LIST_PLANS = Ask("backup", "ListBackupPlans", ("backup:ListBackupPlans",), result="BackupPlansList")
GET_PLAN = Ask(
    "backup", "GetBackupPlan", ("backup:GetBackupPlan",), each="backup.plans", given={"BackupPlanId": "BackupPlanId"},
    gone=_GONE, result="BackupPlan",
)  # fmt: skip
LIST_RESTORE_JOBS = Ask(
    "backup", "ListRestoreJobs", ("backup:ListRestoreJobs",), parameters={"ByStatus": "COMPLETED"}, result="RestoreJobs"
)


def _continuous(point: Item, _: Any) -> bool:
    """Whether it is a continuous backup, which goes on from the day it was made: its ARN says so."""
    return ":recovery-point:continuous" in point["RecoveryPointArn"]


def _unencrypted(vault: Item, answer: Any) -> list[str]:
    """A sentence for each finished backup that is not encrypted. None listed of a vault that counts some raises."""
    if not answer["RecoveryPoints"] and vault["NumberOfRecoveryPoints"]:
        raise ValueError(f"none of {vault['NumberOfRecoveryPoints']} backups was listed")
    finished = [point for point in answer["RecoveryPoints"] if point["Status"] not in ("CREATING", "DELETING")]
    return [f"{p['RecoveryPointArn']} of a {p['ResourceType']} resource is not encrypted" for p in finished if not _encrypted(p)]


def _encrypted(point: Item) -> bool:
    if not isinstance(point["IsEncrypted"], bool):
        raise TypeError(f"IsEncrypted is {point['IsEncrypted']!r}")
    return point["IsEncrypted"]


VAULTS = PopulationSpec(
    name="backup.vaults",
    noun="backup vault",
    type="AWS::Backup::BackupVault",
    listed_by=LIST_VAULTS,
    items="BackupVaultList[]",
    identity="BackupVaultName",
    arn="{BackupVaultArn}",
    # A restore access vault only shows another vault's backups: it keeps none.
    only=Only("VaultType", frozenset({"RESTORE_ACCESS_BACKUP_VAULT"}), negate=True),
    columns={
        "vault_type": text("VaultType", label="type"),
        "points": number("NumberOfRecoveryPoints", label="backups held"),
        "key": text("EncryptionKeyArn", label="KMS key"),
        "key_type": text("EncryptionKeyType", label="key type"),
        "locked": flag("Locked"),
        "lock_date": time("LockDate", label="immutable from"),
        "min_retention": number("MinRetentionDays", label="minimum retention in days"),
        "policy": document("Policy", GET_VAULT_POLICY, label="access policy"),
        "unencrypted": items("", LIST_RECOVERY_POINTS, read=_unencrypted, label="backups not encrypted"),
    },
)
RECOVERY_POINTS = PopulationSpec(
    name="backup.recovery-points",
    noun="backup",
    type="AWS::Backup::RecoveryPoint",
    listed_by=LIST_RECOVERY_POINTS,
    items="RecoveryPoints[]",
    identity="RecoveryPointArn",
    arn="{RecoveryPointArn}",
    columns={
        "resource": text("ResourceArn"),
        "status": text("Status", label="status of the backup"),
        "created": time("CreationDate", label="backup made on"),
        "continuous": flag(read=_continuous, label="continuous backup"),
    },
)
PROTECTED = PopulationSpec(
    name="backup.protected-resources",
    noun="resource with a backup in AWS Backup",
    type="AWS::Backup::ProtectedResource",
    listed_by=LIST_PROTECTED_RESOURCES,
    items="Results[]",
    identity="ResourceArn",
    arn="{ResourceArn}",
    # AWS lists a resource whatever became of its backups: whether one is of use, backup.recovery-points says.
    columns={"kind": text("ResourceType", label="type"), "last_backup": time("LastBackupTime")},
)
PLANS = PopulationSpec(
    name="backup.plans",
    noun="backup plan",
    type="AWS::Backup::BackupPlan",
    listed_by=LIST_PLANS,
    items="BackupPlansList[]",
    identity="BackupPlanId",
    arn="{BackupPlanArn}",
    columns={
        "plan_name": text("BackupPlanName", label="name"),
        "last_run": time("LastExecutionDate"),
        "rules": items("BackupPlan.Rules", GET_PLAN),
        "copies": items("BackupPlan.Rules[].CopyActions[].DestinationBackupVaultArn", GET_PLAN, label="copied to"),
    },
)
RESTORE_JOBS = PopulationSpec(
    name="backup.restore-jobs",
    noun="completed restore job",
    type="AWS::Backup::RestoreJob",
    listed_by=LIST_RESTORE_JOBS,
    items="RestoreJobs[]",
    identity="RestoreJobId",
    columns={
        "kind": text("ResourceType", label="type"),
        "status": text("Status"),
        "completed": time("CompletionDate", label="restore completed on"),
        "validation": text("ValidationStatus", label="validation of the restore"),
        "testing_plan": text("CreatedBy.RestoreTestingPlanArn", label="restore testing plan"),
    },
)
ACCOUNT = PopulationSpec(
    name="backup.account",
    noun="account",
    type="AWS::Account",
    listed_by=ACCOUNTS,
    columns={},
)

SERVICE = Service(
    "backup",
    "AWS Backup",
    asks=(
        LIST_VAULTS, GET_VAULT_POLICY, LIST_RECOVERY_POINTS, LIST_PROTECTED_RESOURCES, LIST_PLANS, GET_PLAN, LIST_RESTORE_JOBS,
    ),
    populations=(VAULTS, RECOVERY_POINTS, PROTECTED, PLANS, RESTORE_JOBS, ACCOUNT),
)  # fmt: skip
