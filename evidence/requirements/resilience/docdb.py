"""DocumentDB: surviving the loss of a zone, of data, and a slip of the hand."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

_GUIDE = "https://docs.aws.amazon.com/documentdb/latest/developerguide"


@requirement(
    "docdb.clusters.multi-az",
    says="Every DocumentDB cluster has members in at least two Availability Zones.",
    why="A cluster with one member, or with all in one zone, has nowhere to fail over to.",
    logic="MultiAZ is true and the cluster lists at least two members.",
    covers=(),
    shows=("version",),
    fix="Add an instance in another zone (aws docdb create-db-instance --db-cluster-identifier … --availability-zone …).",
    source=f"{_GUIDE}/replication.html",
)
def multi_az(clusters: Population) -> Truth:
    return clusters.multi_az.is_true() & (clusters.member_ids.count() >= 2)


@requirement(
    "docdb.clusters.backups",
    says="Every DocumentDB cluster keeps its automatic backups long enough.",
    why="Damage is often found days later; one day, as AWS makes a cluster, is over by then.",
    logic="BackupRetentionPeriod is at least the given days.",
    covers=(),
    parameters={"days": Parameter(7, "days for which backups are kept at least")},
    shows=("version",),
    fix="aws docdb modify-db-cluster --backup-retention-period.",
    source=f"{_GUIDE}/backup_restore.html",
)
def backups(clusters: Population, *, days: int) -> Truth:
    return clusters.backup_days >= days


@requirement(
    "docdb.clusters.deletion-protection",
    says="Every DocumentDB cluster is protected against deletion.",
    why="The database is otherwise gone with one call, or with the stack that holds it.",
    logic="DeletionProtection is true.",
    covers=(),
    shows=("version",),
    fix="aws docdb modify-db-cluster --deletion-protection.",
    source=f"{_GUIDE}/db-cluster-delete.html",
)
def deletion_protection(clusters: Population) -> Truth:
    return clusters.deletion_protection.is_true()


REQUIREMENTS = (multi_az, backups, deletion_protection)
