"""Warehouses: out of the world's reach."""

from collections.abc import Sequence

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


@requirement(
    "redshift.clusters.not-public",
    says="Every Redshift cluster is without a public address.",
    why="A warehouse holds everything in one place, and is for its analysts, never for the internet.",
    logic="PubliclyAccessible is false. What the security groups let in is judged under them.",
    covers=(),
    shows=("node_type",),
    fix="aws redshift modify-cluster --no-publicly-accessible.",
    source="https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html",
)
def not_public(clusters: Population) -> Truth:
    return ~clusters.public.is_true()


@requirement(
    "redshift.clusters.vpc-routing",
    says="Every Redshift cluster loads and unloads through its VPC.",
    why="COPY and UNLOAD go past security groups, endpoint policies and flow logs otherwise, over AWS's public addresses.",
    logic="EnhancedVpcRouting is true.",
    covers=(),
    shows=("node_type",),
    fix="aws redshift modify-cluster --enhanced-vpc-routing, once the VPC has a way to S3 (a gateway endpoint).",
    source="https://docs.aws.amazon.com/redshift/latest/mgmt/enhanced-vpc-routing.html",
)
def vpc_routing(clusters: Population) -> Truth:
    return clusters.vpc_routing.is_true()


@requirement(
    "redshift.clusters.admin-name",
    says="No Redshift cluster's admin user has the name that everybody tries first.",
    why="Of a default account an attacker needs to guess the password only.",
    logic="MasterUsername is none of the given names, whatever the case of its letters.",
    covers=(),
    parameters={
        "names": Parameter(
            ["awsuser"],
            "names that the admin user must not have",
            "https://docs.aws.amazon.com/config/latest/developerguide/redshift-default-admin-check.html",
        )
    },
    fix="The name cannot be changed: restore the cluster from a snapshot under another admin user, or make a new one.",
    source="https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html",
)
def admin_name(clusters: Population, *, names: Sequence[str]) -> Truth:
    return ~clusters.admin.compute(str.lower).is_in({name.lower() for name in names})


REQUIREMENTS = (not_public, vpc_routing, admin_name)
