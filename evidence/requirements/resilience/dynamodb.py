"""Tables: surviving a wrong write, a slip of the hand, and a crowd."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement
from evidence.requirements.resilience.backup import DAYS, LOGIC, POINTS

_RECOVERY = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html"
_BILLING = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BillingModeSummary.html"


def _scales(tables: Population, capacity: str) -> Truth:
    return tables.targets.some(lambda found: found == capacity) & tables.scaling.some(lambda found: found == capacity)


@requirement(
    "dynamodb.tables.point-in-time-recovery",
    says="Every DynamoDB table can be restored to any second of the last days.",
    why="A wrong write or a ransom note then costs minutes of data, not all of it.",
    logic="PointInTimeRecoveryStatus is ENABLED and RecoveryPeriodInDays is at least the given days; left out, it is 35.",
    covers=(),
    parameters={"days": Parameter(7, "days that a table can be taken back at least")},
    fix="DynamoDB console, table, Backups, Point-in-time recovery; or aws dynamodb update-continuous-backups "
    "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
)
def point_in_time_recovery(tables: Population, *, days: int) -> Truth:
    return (tables.recovery == "ENABLED") & (tables.recovery_days.absent_means(35, source=_RECOVERY) >= days)


@requirement(
    "dynamodb.tables.deletion-protection",
    says="Every DynamoDB table is protected against deletion.",
    why="The table is otherwise gone with one call, or with the stack that holds it.",
    logic="DeletionProtectionEnabled is true.",
    covers=(),
    fix="aws dynamodb update-table --deletion-protection-enabled.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html",
)
def deletion_protection(tables: Population) -> Truth:
    return tables.deletion_protection.is_true()


@requirement(
    "dynamodb.tables.capacity-follows-demand",
    says="Every DynamoDB table's capacity follows what is asked of it.",
    why="A table with a fixed capacity refuses the requests beyond it, just when most are made.",
    logic="BillingMode is PAY_PER_REQUEST, or Application Auto Scaling has a scalable target, not suspended from scaling out, and a scaling "
    "policy for the table's read capacity and for its write capacity. Without BillingModeSummary the mode is PROVISIONED. Indexes and "
    "the limits of the targets are not judged.",
    covers=(),
    shows=("billing",),
    fix="DynamoDB console, table, Additional settings, Read/write capacity: On-demand, or auto scaling on for reads and writes; or aws "
    "dynamodb update-table --billing-mode PAY_PER_REQUEST.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html",
)
def capacity_follows_demand(tables: Population) -> Truth:
    scaled = tables.billing.absent_means("PROVISIONED", source=_BILLING) == "PAY_PER_REQUEST"
    return scaled | (_scales(tables, "dynamodb:table:ReadCapacityUnits") & _scales(tables, "dynamodb:table:WriteCapacityUnits"))


@requirement(
    "dynamodb.tables.aws-backup",
    says="Every DynamoDB table has a recent backup in AWS Backup.",
    why="What DynamoDB keeps for recovery goes with the account, or with whoever may switch it off; these are kept apart.",
    logic=LOGIC,
    covers=(),
    uses=POINTS,
    parameters=DAYS,
    shows=("recovery",),
    fix="Assign the table to a backup plan (AWS Backup console, Backup plans), and see that DynamoDB is on under Settings.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRecoveryPoint.html",
)
def aws_backup(tables: Population, points: Population, *, days: int) -> Truth:
    usable = points.status.is_in({"COMPLETED", "AVAILABLE"})
    recent = points.created.within(days=days) | points.continuous.is_true()
    label = "recent backups in AWS Backup"
    return tables.some_in(points, on=("arn", "resource"), where=usable & recent, within="account", label=label)


REQUIREMENTS = (point_in_time_recovery, deletion_protection, capacity_follows_demand, aws_backup)
