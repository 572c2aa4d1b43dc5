"""Warehouses: at rest and on the wire."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "redshift.clusters.encrypted",
    says="Every Redshift cluster is encrypted at rest.",
    why="Blocks, system metadata and snapshots are then unreadable without the key.",
    logic="Encrypted is true.",
    covers=(),
    shows=("node_type", "key"),
    fix="aws redshift modify-cluster --encrypted --kms-key-id …; Redshift moves the data by itself, and the cluster is read-only meanwhile.",
    source="https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-db-encryption.html",
)
def encrypted(clusters: Population) -> Truth:
    return clusters.encrypted.is_true()


@requirement(
    "redshift.clusters.tls-required",
    says="Every Redshift cluster refuses connections without TLS.",
    why="A client that forgets TLS is otherwise served in clear.",
    logic="The cluster's parameter group sets require_ssl to true. A group that waits for a reboot is unknown.",
    covers=(),
    uses=("redshift.parameter-groups",),
    shows=("parameter_group",),
    fix="aws redshift modify-cluster-parameter-group --parameters ParameterName=require_ssl,ParameterValue=true on a group of your own, "
    "then reboot the cluster.",
    source="https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html",
)
def tls_required(clusters: Population, groups: Population) -> Truth:
    return clusters.lookup(groups, on=("parameter_group", "id"), column="requires_ssl", label="require_ssl").is_true()


REQUIREMENTS = (encrypted, tls_required)
