"""Databases: tags that go with the data."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.eligibility import not_in_cluster

WHY = "Rights, retention and owners that are found by tag otherwise end at the database: its copies belong to nobody."


@requirement(
    "rds.instances.tags-copied",
    says="Every RDS instance copies its tags to its snapshots.",
    why=WHY,
    logic="CopyTagsToSnapshot is true; left out, it is unknown. Which tags there are is not judged.",
    covers=("BP-09",),
    applies=(not_in_cluster("tags-copied"),),
    shows=("engine",),
    fix="aws rds modify-db-instance --copy-tags-to-snapshot. Snapshots that exist are not tagged by it: aws rds add-tags-to-resource.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
)
def instances_tags_copied(instances: Population) -> Truth:
    return instances.tags_copied.is_true()


@requirement(
    "rds.clusters.tags-copied",
    says="Every DB cluster copies its tags to its snapshots.",
    why=WHY,
    logic="CopyTagsToSnapshot is true; left out, it is unknown. Which tags there are is not judged.",
    covers=("BP-09",),
    shows=("engine",),
    fix="aws rds modify-db-cluster --copy-tags-to-snapshot. Snapshots that exist are not tagged by it: aws rds add-tags-to-resource.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def clusters_tags_copied(clusters: Population) -> Truth:
    return clusters.tags_copied.is_true()


REQUIREMENTS = (instances_tags_copied, clusters_tags_copied)
