"""Neptune: surviving the loss of a zone, of data, and a slip of the hand."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

_GUIDE = "https://docs.aws.amazon.com/neptune/latest/userguide"


@requirement(
    "neptune.clusters.multi-az",
    says="Every Neptune cluster has members in at least two Availability Zones.",
    why="A cluster with one member, or with all in one zone, has nowhere to fail over to.",
    logic="MultiAZ is true and the cluster lists at least two members.",
    covers=(),
    shows=("version",),
    fix="Add an instance in another zone (aws neptune create-db-instance --db-cluster-identifier … --availability-zone …).",
    source=f"{_GUIDE}/feature-overview-storage.html",
)
def multi_az(clusters: Population) -> Truth:
    return clusters.multi_az.is_true() & (clusters.member_ids.count() >= 2)


@requirement(
    "neptune.clusters.backups",
    says="Every Neptune cluster keeps its automatic backups long enough.",
    why="Damage is often found days later; one day, as AWS makes a cluster, is over by then.",
    logic="BackupRetentionPeriod is at least the given days.",
    covers=(),
    parameters={"days": Parameter(7, "days for which backups are kept at least")},
    shows=("version",),
    fix="aws neptune modify-db-cluster --backup-retention-period.",
    source=f"{_GUIDE}/backup-restore-overview.html",
)
def backups(clusters: Population, *, days: int) -> Truth:
    return clusters.backup_days >= days


@requirement(
    "neptune.clusters.deletion-protection",
    says="Every Neptune cluster is protected against deletion.",
    why="The database is otherwise gone with one call, or with the stack that holds it.",
    logic="DeletionProtection is true.",
    covers=(),
    shows=("version",),
    fix="aws neptune modify-db-cluster --deletion-protection.",
    source=f"{_GUIDE}/manage-console-instances-delete.html",
)
def deletion_protection(clusters: Population) -> Truth:
    return clusters.deletion_protection.is_true()


@requirement(
    "neptune.clusters.tags-on-snapshots",
    says="Every Neptune cluster copies its tags to its snapshots.",
    why="A snapshot without tags is missed by whatever goes by them: who may delete it, how long it is kept, whose it is.",
    logic="CopyTagsToSnapshot is true; left out, it is unknown. Snapshots that are there already are not looked at.",
    covers=(),
    shows=("version",),
    fix="aws neptune modify-db-cluster --copy-tags-to-snapshot; tag the snapshots that are there with aws neptune add-tags-to-resource.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def tags_on_snapshots(clusters: Population) -> Truth:
    return clusters.copies_tags.is_true()


REQUIREMENTS = (multi_az, backups, deletion_protection, tags_on_snapshots)
