"""Caches: surviving the loss of a zone and of data."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

DAYS = {"days": Parameter(7, "days for which backups are kept at least")}
WHY_BACKUPS = "Caches often hold sessions, baskets and queues that exist nowhere else."
BACKUPS = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html"
_ALONE = Applies(
    lambda clusters: ~clusters.group.present(), "A member of a replication group: see elasticache.replication-groups.backups."
)
_NO_MEMCACHED = Applies(lambda clusters: ~(clusters.engine == "memcached"), "Clusters of Memcached have no backups.")
KEPT = "SnapshotRetentionLimit is at least the given days (0: backups are off)."


@requirement(
    "elasticache.replication-groups.multi-az",
    says="Every ElastiCache replication group fails over to another Availability Zone by itself.",
    why="The loss of one zone then costs seconds, not the cache.",
    logic="MultiAZ and AutomaticFailover are both enabled. A change on its way (enabling) is not in force and does not count.",
    covers=(),
    shows=("engine", "failover"),
    fix="aws elasticache modify-replication-group --automatic-failover-enabled --multi-az-enabled, with a replica in another zone.",
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html",
)
def multi_az(groups: Population) -> Truth:
    return (groups.multi_az == "enabled") & (groups.failover == "enabled")


@requirement(
    "elasticache.replication-groups.backups",
    says="Every ElastiCache replication group is backed up automatically.",
    why=WHY_BACKUPS,
    logic=KEPT,
    covers=(),
    parameters=DAYS,
    shows=("engine",),
    fix="aws elasticache modify-replication-group --snapshot-retention-limit.",
    source=BACKUPS,
)
def groups_backups(groups: Population, *, days: int) -> Truth:
    return groups.backup_days >= days


@requirement(
    "elasticache.serverless-caches.backups",
    says="Every ElastiCache serverless cache is backed up automatically.",
    why=WHY_BACKUPS,
    logic=KEPT,
    covers=(),
    parameters=DAYS,
    shows=("engine",),
    fix="aws elasticache modify-serverless-cache --snapshot-retention-limit.",
    source=BACKUPS,
)
def serverless_backups(caches: Population, *, days: int) -> Truth:
    return caches.backup_days >= days


@requirement(
    "elasticache.clusters.backups",
    says="Every Valkey or Redis cluster that stands alone is backed up automatically.",
    why=WHY_BACKUPS,
    logic=KEPT,
    covers=(),
    parameters=DAYS,
    applies=(_ALONE, _NO_MEMCACHED),
    shows=("engine",),
    fix="aws elasticache modify-cache-cluster --snapshot-retention-limit.",
    source=BACKUPS,
)
def clusters_backups(clusters: Population, *, days: int) -> Truth:
    return clusters.backup_days >= days


REQUIREMENTS = (multi_az, groups_backups, clusters_backups, serverless_backups)
