"""Kubernetes clusters: not deleted by mistake."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "eks.clusters.deletion-protection",
    says="Every EKS cluster is protected from deletion.",
    why="One wrong command otherwise takes everything that runs in the cluster with it.",
    logic="deletionProtection is true.",
    covers=(),
    fix="aws eks update-cluster-config --deletion-protection.",
    source="https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html",
)
def deletion_protection(clusters: Population) -> Truth:
    return clusters.protected.is_true()


REQUIREMENTS = (deletion_protection,)
