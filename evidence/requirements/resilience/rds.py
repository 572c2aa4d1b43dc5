"""Databases: surviving the loss of a zone, of data, and a slip of the hand."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement
from evidence.requirements.eligibility import NO_CUSTOM, NO_REPLICA, not_in_cluster

DAYS = {"days": Parameter(7, "days for which backups are kept at least")}
BACKUP_LOGIC = (
    "BackupRetentionPeriod is at least the given days (0: backups are off); while the database is available, LatestRestorableTime is "
    "at most a day old. Pending changes do not count."
)


@requirement(
    "rds.instances.multi-az",
    says="Every RDS instance has a standby in another Availability Zone.",
    why="The loss of one zone then costs minutes, not the database.",
    logic="MultiAZ is true. A pending change is not in force and does not count.",
    covers=("RS-06",),
    applies=(not_in_cluster("multi-az"), NO_REPLICA, NO_CUSTOM),
    shows=("engine", "multi_az_pending"),
    fix="aws rds modify-db-instance --multi-az; in Elastic Beanstalk the option MultiAZDatabase of aws:rds:dbinstance.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
)
def instances_multi_az(instances: Population) -> Truth:
    return instances.multi_az.is_true()


@requirement(
    "rds.clusters.multi-az",
    says="Every DB cluster has members in at least two Availability Zones.",
    why="A cluster with one member, or with all in one zone, has nowhere to fail over to.",
    logic="MultiAZ is true and the cluster lists at least two members.",
    covers=("RS-16",),
    shows=("engine", "member_ids"),
    fix="Add a reader in another zone (aws rds create-db-instance --db-cluster-identifier … --availability-zone …).",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def clusters_multi_az(clusters: Population) -> Truth:
    return clusters.multi_az.is_true() & (clusters.member_ids.count() >= 2)


def _backed_up(population: Population, days: int) -> Truth:
    recent = ~(population.status == "available") | population.restorable.within(days=1)
    return (population.backup_days >= days) & recent


@requirement(
    "rds.instances.backups",
    says="Every RDS instance is backed up automatically and can be restored to a point in time.",
    why="A wrong statement or a ransom note then costs minutes of data, not all of it.",
    logic=BACKUP_LOGIC,
    covers=("RS-07",),
    parameters=DAYS,
    applies=(not_in_cluster("backups"), NO_REPLICA),
    shows=("engine", "backup_days_pending"),
    fix="aws rds modify-db-instance --backup-retention-period.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
)
def instances_backups(instances: Population, *, days: int) -> Truth:
    return _backed_up(instances, days)


@requirement(
    "rds.clusters.backups",
    says="Every DB cluster is backed up automatically and can be restored to a point in time.",
    why="A wrong statement or a ransom note then costs minutes of data, not all of it.",
    logic=BACKUP_LOGIC,
    covers=("RS-16",),
    parameters=DAYS,
    shows=("engine",),
    fix="aws rds modify-db-cluster --backup-retention-period.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def clusters_backups(clusters: Population, *, days: int) -> Truth:
    return _backed_up(clusters, days)


@requirement(
    "rds.instances.deletion-protection",
    says="Every RDS instance is protected against deletion.",
    why="The database is otherwise gone with one call, or with the stack that holds it.",
    logic="DeletionProtection is true.",
    covers=("RS-08",),
    applies=(not_in_cluster("deletion-protection"),),
    shows=("engine",),
    fix="aws rds modify-db-instance --deletion-protection. Decouple the database from its Elastic Beanstalk environment first: the "
    "environment could not be terminated otherwise.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
)
def instances_deletion_protection(instances: Population) -> Truth:
    return instances.deletion_protection.is_true()


@requirement(
    "rds.clusters.deletion-protection",
    says="Every DB cluster is protected against deletion.",
    why="The database is otherwise gone with one call, or with the stack that holds it.",
    logic="DeletionProtection is true.",
    covers=("RS-16",),
    shows=("engine",),
    fix="aws rds modify-db-cluster --deletion-protection.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def clusters_deletion_protection(clusters: Population) -> Truth:
    return clusters.deletion_protection.is_true()


REQUIREMENTS = (
    instances_multi_az,
    clusters_multi_az,
    instances_backups,
    clusters_backups,
    instances_deletion_protection,
    clusters_deletion_protection,
)
