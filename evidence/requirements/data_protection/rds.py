"""Databases and their snapshots: at rest, shared, and on the wire."""

from collections.abc import Sequence

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.eligibility import not_in_cluster

ENCRYPTION = {
    "kinds": Parameter(
        ["sse-kms", "sse-rds"],
        "kinds of encryption that count; sse-rds is a key that AWS owns",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
    )
}
BY_KIND = "StorageEncryptionType is one of the kinds that count; where it is not in the answer, {flag} is true."


def _encrypted(population: Population, kinds: Sequence[str]) -> Truth:
    """The kind of encryption tells more than the flag, which is false for a key that AWS owns. Without a kind, a false
    flag says nothing."""
    kind = population.encryption
    return kind.is_in(kinds) | (~kind.present() & population.encrypted.is_true())


@requirement(
    "rds.instances.encrypted",
    says="Every RDS instance is encrypted at rest.",
    why="Storage, backups and replicas are then unreadable without the key.",
    logic=BY_KIND.format(flag="StorageEncrypted"),
    covers=("DP-17",),
    parameters=ENCRYPTION,
    applies=(not_in_cluster("encrypted"),),
    shows=("engine", "encrypted"),
    fix="An instance cannot be encrypted in place: copy a snapshot with encryption and restore a new instance from the copy.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
)
def instances_encrypted(instances: Population, *, kinds: Sequence[str]) -> Truth:
    return _encrypted(instances, kinds)


@requirement(
    "rds.clusters.encrypted",
    says="Every DB cluster is encrypted at rest.",
    why="Storage, backups and replicas are then unreadable without the key.",
    logic=BY_KIND.format(flag="StorageEncrypted"),
    covers=("DP-29",),
    parameters=ENCRYPTION,
    shows=("engine", "encrypted"),
    fix="A cluster cannot be encrypted in place: restore an encrypted one from its snapshot.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def clusters_encrypted(clusters: Population, *, kinds: Sequence[str]) -> Truth:
    return _encrypted(clusters, kinds)


@requirement(
    "rds.snapshots.encrypted",
    says="Every manual RDS snapshot is encrypted.",
    why="A snapshot holds the whole database and outlives it.",
    logic=BY_KIND.format(flag="Encrypted"),
    covers=("DP-19",),
    parameters=ENCRYPTION,
    shows=("instance", "encrypted"),
    fix="Copy the snapshot with a KMS key (aws rds copy-db-snapshot --kms-key-id), then delete the plain one.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html",
)
def snapshots_encrypted(snapshots: Population, *, kinds: Sequence[str]) -> Truth:
    return _encrypted(snapshots, kinds)


@requirement(
    "rds.cluster-snapshots.encrypted",
    says="Every manual DB cluster snapshot is encrypted.",
    why="A snapshot holds the whole database and outlives it.",
    logic=BY_KIND.format(flag="StorageEncrypted"),
    covers=("DP-29",),
    parameters=ENCRYPTION,
    shows=("cluster", "encrypted"),
    fix="Copy the snapshot with a KMS key (aws rds copy-db-cluster-snapshot --kms-key-id), then delete the plain one.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterSnapshot.html",
)
def cluster_snapshots_encrypted(snapshots: Population, *, kinds: Sequence[str]) -> Truth:
    return _encrypted(snapshots, kinds)


@requirement(
    "rds.snapshots.not-public",
    says="Every manual RDS snapshot is closed to the public.",
    why="Whoever can restore a snapshot can read the whole database.",
    logic="The snapshot's restore attribute does not hold all.",
    covers=("DP-19",),
    shows=("encrypted",),
    fix="aws rds modify-db-snapshot-attribute --attribute-name restore --values-to-remove all.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshotAttribute.html",
)
def snapshots_not_public(snapshots: Population) -> Truth:
    return ~snapshots.restorers.some(lambda who: who == "all")


@requirement(
    "rds.cluster-snapshots.not-public",
    says="Every manual DB cluster snapshot is closed to the public.",
    why="Whoever can restore a snapshot can read the whole database.",
    logic="The snapshot's restore attribute does not hold all.",
    covers=("DP-29",),
    shows=("encrypted",),
    fix="aws rds modify-db-cluster-snapshot-attribute --attribute-name restore --values-to-remove all.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterSnapshotAttribute.html",
)
def cluster_snapshots_not_public(snapshots: Population) -> Truth:
    return ~snapshots.restorers.some(lambda who: who == "all")


@requirement(
    "rds.instances.certificate-valid",
    says="Every RDS instance has a server certificate, and a CA behind it, that stay valid.",
    why="Clients that check certificates lose the database on the day one of them ends.",
    logic="The server certificate's ValidTill and its CA's ValidTill both lie more than the given days after the run.",
    covers=("DP-31",),
    uses=("rds.certificates",),
    parameters={"days": Parameter(90, "days that must be left")},
    shows=("ca",),
    fix="aws rds modify-db-instance --ca-certificate-identifier with a newer CA, once clients trust it.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL-certificate-rotation.html",
)
def certificate_valid(instances: Population, certificates: Population, *, days: int) -> Truth:
    ca_until = instances.lookup(certificates, on=("ca", "id"), column="until", label="CA valid until")
    return instances.certificate_until.beyond(days=days) & ca_until.beyond(days=days)


TLS_LOGIC = (
    "{group} sets rds.force_ssl (PostgreSQL, SQL Server) or require_secure_transport (MySQL, MariaDB) to 1 or ON. Where it leaves the "
    "default, the documented one counts: on from PostgreSQL 15, MySQL 9.7 and MariaDB 11.8; off up to PostgreSQL 14, MySQL 8.4, MariaDB "
    "11.4, {more}; other versions are unknown. So is a group that is not in sync."
)
_WITH_TLS_PARAMETER = "^(postgres|mysql|mariadb|sqlserver-.*|aurora-postgresql|aurora-mysql)$"


def _forced(setting: Column, default: Column) -> Truth:
    return (setting.present() & setting.is_true()) | (~setting.present() & default.is_true())


@requirement(
    "rds.instances.tls-required",
    says="Every RDS instance refuses connections without TLS.",
    why="A client that forgets TLS is otherwise served in clear.",
    logic=TLS_LOGIC.format(group="The instance's parameter group", more="and for SQL Server"),
    covers=("DP-18",),
    uses=("rds.parameter-groups",),
    applies=(
        not_in_cluster("tls-required"),
        Applies(
            lambda instances, _: instances.engine.matches(_WITH_TLS_PARAMETER),
            "This engine has no such parameter (Oracle: an option group sets it); a person must add it.",
        ),
    ),
    shows=("engine", "version"),
    fix="Set the parameter in a parameter group of your own (aws rds modify-db-parameter-group) and give it to the instance.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
)
def instances_tls_required(instances: Population, groups: Population) -> Truth:
    setting = instances.lookup(groups, on=("parameter_group", "id"), column="forces_tls", label="parameter group forces TLS")
    return _forced(setting, instances.tls_default)


@requirement(
    "rds.clusters.tls-required",
    says="Every DB cluster refuses connections without TLS.",
    why="A client that forgets TLS is otherwise served in clear.",
    logic=TLS_LOGIC.format(
        group="The cluster's parameter group",
        more="Aurora PostgreSQL 16, and for Aurora MySQL 2 and 3",
    ),
    covers=("DP-18",),
    shows=("engine", "version"),
    fix="Set the parameter in a cluster parameter group of your own (aws rds modify-db-cluster-parameter-group).",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/ssl-certificate-rotation-aurora-postgresql.html",
)
def clusters_tls_required(clusters: Population) -> Truth:
    return _forced(clusters.forces_tls, clusters.tls_default)


REQUIREMENTS = (
    instances_encrypted,
    clusters_encrypted,
    snapshots_encrypted,
    cluster_snapshots_encrypted,
    snapshots_not_public,
    cluster_snapshots_not_public,
    certificate_valid,
    instances_tls_required,
    clusters_tls_required,
)
