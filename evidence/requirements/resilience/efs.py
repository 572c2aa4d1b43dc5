"""EFS file systems: backed up without anybody's doing."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "efs.file-systems.automatic-backups",
    says="Every EFS file system has automatic backups turned on.",
    why="A file system keeps no earlier versions: what is deleted is gone without a backup.",
    logic="The backup policy's status is ENABLED; without a policy (PolicyNotFound) backups are off, and while AWS changes it, it is unknown. "
    "Backups by another plan of AWS Backup do not count here: see efs.file-systems.aws-backup.",
    covers=("DP-28",),
    fix="aws efs put-backup-policy --backup-policy Status=ENABLED.",
    source="https://docs.aws.amazon.com/efs/latest/ug/API_DescribeBackupPolicy.html",
)
def automatic_backups(file_systems: Population) -> Truth:
    return file_systems.backup_policy.present() & (file_systems.backup_policy == "ENABLED")


REQUIREMENTS = (automatic_backups,)
