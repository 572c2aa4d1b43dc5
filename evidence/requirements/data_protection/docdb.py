"""DocumentDB: at rest, in snapshots, and on the wire."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_GUIDE = "https://docs.aws.amazon.com/documentdb/latest/developerguide"


@requirement(
    "docdb.clusters.encrypted",
    says="Every DocumentDB cluster is encrypted at rest.",
    why="Storage, backups and replicas are then unreadable without the key.",
    logic="StorageEncrypted is true.",
    covers=(),
    shows=("version", "key"),
    fix="A cluster cannot be encrypted in place: restore an encrypted one from its snapshot (aws docdb restore-db-cluster-from-snapshot "
    "--kms-key-id).",
    source=f"{_GUIDE}/encryption-at-rest.html",
)
def encrypted(clusters: Population) -> Truth:
    return clusters.encrypted.is_true()


@requirement(
    "docdb.cluster-snapshots.encrypted",
    says="Every manual DocumentDB snapshot is encrypted.",
    why="A snapshot holds the whole database and outlives it.",
    logic="StorageEncrypted is true.",
    covers=(),
    shows=("cluster",),
    fix="Copy the snapshot with a KMS key (aws docdb copy-db-cluster-snapshot --kms-key-id), then delete the plain one.",
    source=f"{_GUIDE}/encryption-at-rest.html",
)
def snapshots_encrypted(snapshots: Population) -> Truth:
    return snapshots.encrypted.is_true()


@requirement(
    "docdb.cluster-snapshots.not-public",
    says="Every manual DocumentDB snapshot is closed to the public.",
    why="Whoever can restore a snapshot can read the whole database.",
    logic="The snapshot's restore attribute does not hold all. Named accounts are not judged.",
    covers=(),
    shows=("cluster", "encrypted"),
    fix="aws docdb modify-db-cluster-snapshot-attribute --attribute-name restore --values-to-remove all.",
    source=f"{_GUIDE}/backup_restore-share_cluster_snapshots.html",
)
def snapshots_not_public(snapshots: Population) -> Truth:
    return ~snapshots.restorers.some(lambda who: who == "all")


@requirement(
    "docdb.clusters.tls-required",
    says="Every DocumentDB cluster refuses connections without TLS.",
    why="A client that forgets TLS is otherwise served in clear.",
    logic="The parameter tls of the cluster's parameter group is not disabled; listed without a value, it is enabled. Where the group does "
    "not list it, and while a member is not in sync with the group, it is unknown.",
    covers=(),
    shows=("version",),
    fix="aws docdb modify-db-cluster-parameter-group with tls=enabled on a group of your own, then reboot the instances.",
    source=f"{_GUIDE}/security.encryption.ssl.html",
)
def tls_required(clusters: Population) -> Truth:
    return ~(
        clusters.tls.absent_means("enabled", source=f"{_GUIDE}/cluster_parameter_groups-list_of_parameters.html") == "disabled"
    )


REQUIREMENTS = (encrypted, snapshots_encrypted, snapshots_not_public, tls_required)
