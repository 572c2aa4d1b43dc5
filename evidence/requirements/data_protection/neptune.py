"""Neptune: at rest, in snapshots."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_GUIDE = "https://docs.aws.amazon.com/neptune/latest/userguide"


@requirement(
    "neptune.clusters.encrypted",
    says="Every Neptune cluster is encrypted at rest.",
    why="Storage, backups and replicas are then unreadable without the key.",
    logic="StorageEncrypted is true.",
    covers=(),
    shows=("version", "key"),
    fix="A cluster cannot be encrypted in place: restore an encrypted one from its snapshot (aws neptune restore-db-cluster-from-snapshot "
    "--kms-key-id).",
    source=f"{_GUIDE}/encrypt.html",
)
def encrypted(clusters: Population) -> Truth:
    return clusters.encrypted.is_true()


@requirement(
    "neptune.cluster-snapshots.encrypted",
    says="Every manual Neptune snapshot is encrypted.",
    why="A snapshot holds the whole database and outlives it.",
    logic="StorageEncrypted is true.",
    covers=(),
    shows=("cluster",),
    fix="Copy the snapshot with a KMS key (aws neptune copy-db-cluster-snapshot --kms-key-id), then delete the plain one.",
    source=f"{_GUIDE}/encrypt.html",
)
def snapshots_encrypted(snapshots: Population) -> Truth:
    return snapshots.encrypted.is_true()


@requirement(
    "neptune.cluster-snapshots.not-public",
    says="Every manual Neptune snapshot is closed to the public.",
    why="Whoever can restore a snapshot can read the whole database.",
    logic="The snapshot's restore attribute does not hold all. Named accounts are not judged.",
    covers=(),
    shows=("cluster", "encrypted"),
    fix="aws neptune modify-db-cluster-snapshot-attribute --attribute-name restore --values-to-remove all.",
    source=f"{_GUIDE}/backup-restore-share-snapshot.html",
)
def snapshots_not_public(snapshots: Population) -> Truth:
    return ~snapshots.restorers.some(lambda who: who == "all")


REQUIREMENTS = (encrypted, snapshots_encrypted, snapshots_not_public)
