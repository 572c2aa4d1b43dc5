"""AWS Backup's answers, written by hand."""

import datetime as dt
from typing import Any

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, REGION, answered

VAULT = "main"


def ago(days: float) -> dt.datetime:
    return AS_OF - dt.timedelta(days=days)


def vaults(region: str = REGION, **fields: Any) -> Answer:
    found = {
        "BackupVaultName": VAULT,
        "BackupVaultArn": f"arn:aws:backup:{region}:{ACCOUNT}:backup-vault:{VAULT}",
        "VaultType": "BACKUP_VAULT",
        "NumberOfRecoveryPoints": 3,
    } | fields
    return answered(
        "backup", "ListBackupVaults", {"BackupVaultList": [{k: v for k, v in found.items() if v is not None}]}, region=region
    )


def point(resource: str, days: float = 0.5, status: str = "COMPLETED", name: str = "p-1", **fields: Any) -> dict[str, Any]:
    found = {
        "RecoveryPointArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:{name}",
        "ResourceArn": resource,
        "ResourceType": "EBS",
        "Status": status,
        "CreationDate": ago(days),
        "IsEncrypted": True,
    } | fields
    return {k: v for k, v in found.items() if v is not None}


def points(*found: dict[str, Any], region: str = REGION) -> Answer:
    value = {"RecoveryPoints": list(found)}
    return answered("backup", "ListRecoveryPointsByBackupVault", value, region=region, BackupVaultName=VAULT)
