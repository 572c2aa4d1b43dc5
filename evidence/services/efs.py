"""Amazon Elastic File System."""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Service, document, flag, items, text

DESCRIBE_FILE_SYSTEMS = Ask("efs", "DescribeFileSystems", ("elasticfilesystem:DescribeFileSystems",), result="FileSystems")


def _of_file_system(operation: str, action: str, result: str) -> Ask:
    return Ask(
        "efs", operation, (action,), each="efs.file-systems", given={"FileSystemId": "FileSystemId"},
        absent=frozenset({"PolicyNotFound"}), gone=frozenset({"FileSystemNotFound"}), result=result,
    )  # fmt: skip


DESCRIBE_BACKUP_POLICY = _of_file_system("DescribeBackupPolicy", "elasticfilesystem:DescribeBackupPolicy", "BackupPolicy")
DESCRIBE_POLICY = _of_file_system("DescribeFileSystemPolicy", "elasticfilesystem:DescribeFileSystemPolicy", "Policy")


def _backup_policy(_: Item, answer: Any) -> str:
    """ENABLED or DISABLED; while AWS changes it, nobody can say which it is."""
    status = answer["BackupPolicy"]["Status"]
    if status in ("ENABLING", "DISABLING"):
        raise ValueError(f"the backup policy is {status}")
    return str(status)


FILE_SYSTEMS = PopulationSpec(
    name="efs.file-systems",
    noun="EFS file system",
    type="AWS::EFS::FileSystem",
    listed_by=DESCRIBE_FILE_SYSTEMS,
    items="FileSystems[]",
    identity="FileSystemId",
    arn="arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{FileSystemId}",
    only=Only("LifeCycleState", frozenset({"deleting", "deleted"}), negate=True),
    columns={
        "file_system_name": text("Name", label="name"),
        "encrypted": flag("Encrypted"),
        "key": text("KmsKeyId", label="KMS key"),
        "zone": text("AvailabilityZoneName", label="One Zone storage in"),
        "tags": items("Tags"),
        "backup_policy": text("", DESCRIBE_BACKUP_POLICY, read=_backup_policy, label="automatic backups"),
        "policy": document("Policy", DESCRIBE_POLICY, label="file system policy"),
    },
)

SERVICE = Service(
    "efs",
    "Amazon Elastic File System",
    asks=(DESCRIBE_FILE_SYSTEMS, DESCRIBE_BACKUP_POLICY, DESCRIBE_POLICY),
    populations=(FILE_SYSTEMS,),
)
