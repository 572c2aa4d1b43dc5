"""Caches: at rest and on the wire."""

from collections.abc import Sequence

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_GROUP = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html"
_TLS = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html"
MODE = (
    "TransitEncryptionEnabled is true and TransitEncryptionMode is required: preferred serves clients in clear as well. Where the mode is "
    "left out it is unknown."
)


@requirement(
    "elasticache.replication-groups.encrypted",
    says="Every ElastiCache replication group is encrypted at rest.",
    why="What a cache swaps, synchronises or backs up lies on disks, sessions and all.",
    logic="StorageEncryptionType is one of the kinds that count; where it is not in the answer, AtRestEncryptionEnabled is true (false "
    "says nothing: it can be false although data is encrypted).",
    covers=(),
    parameters={"kinds": Parameter(["sse-kms", "sse-elasticache"], "kinds of encryption that count; sse-elasticache is a key of AWS's", _GROUP)},
    shows=("engine", "encrypted", "key"),
    fix="A group cannot be encrypted in place: make a new one with --at-rest-encryption-enabled from a snapshot of the old.",
    source=_GROUP,
)  # fmt: skip
def encrypted(groups: Population, *, kinds: Sequence[str]) -> Truth:
    return groups.encryption.is_in(kinds) | (~groups.encryption.present() & groups.encrypted.is_true())


def _tls_required(caches: Population) -> Truth:
    return caches.tls.is_true() & (caches.tls_mode == "required")


@requirement(
    "elasticache.replication-groups.tls-required",
    says="Every ElastiCache replication group refuses connections without TLS.",
    why="Passwords and sessions cross the network with each command, in clear without it.",
    logic=MODE,
    covers=(),
    shows=("engine", "tls_mode"),
    fix="aws elasticache modify-replication-group --transit-encryption-enabled --transit-encryption-mode preferred; once every client uses "
    "TLS, the same with required.",
    source=_TLS,
)
def groups_tls_required(groups: Population) -> Truth:
    return _tls_required(groups)


STANDS_ALONE = Applies(
    lambda clusters, *_: ~clusters.group.present(), "A member of a replication group: the group's own requirement judges it."
)


@requirement(
    "elasticache.clusters.tls-required",
    says="Every ElastiCache cluster that stands alone is reached by TLS only.",
    why="What a cache holds crosses the network with each command, in clear without it.",
    logic="TransitEncryptionEnabled is true, and TransitEncryptionMode, where there is one, is not preferred.",
    covers=(),
    applies=(STANDS_ALONE,),
    shows=("engine", "version"),
    fix="Make a new cluster with --transit-encryption-enabled (Memcached from 1.6.12); Valkey or Redis as a replication group.",
    source=_TLS,
)
def clusters_tls_required(clusters: Population) -> Truth:
    return clusters.tls.is_true() & (~clusters.tls_mode.present() | (clusters.tls_mode == "required"))


REQUIREMENTS = (encrypted, groups_tls_required, clusters_tls_required)
