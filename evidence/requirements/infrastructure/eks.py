"""Who reaches the API of Kubernetes clusters."""

from evidence.populations.cells import Truth
from evidence.populations.network import networks, world
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_VPC = "https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigResponse.html"


def _reach(ranges: list[str]) -> list[str]:
    if not ranges:
        raise ValueError("the list of addresses is empty")
    family = world(networks(ranges))
    return [f"every {family} address reaches the API"] if family else []


@requirement(
    "eks.clusters.endpoint-not-public",
    says="No EKS cluster has an API that the whole internet reaches.",
    why="Whoever holds a stolen token, or knows of a flaw in the API server, still has to get to it.",
    logic="endpointPublicAccess is false, or publicAccessCidrs does not take in every IPv4 or every IPv6 address, one range or several "
    "together; left out, it is 0.0.0.0/0.",
    covers=(),
    fix="aws eks update-cluster-config --resources-vpc-config endpointPrivateAccess=true,endpointPublicAccess=false, or publicAccessCidrs "
    "with your own ranges.",
    source=_VPC,
)
def endpoint_not_public(clusters: Population) -> Truth:
    return ~clusters.public.is_true() | clusters.ranges.absent_means(("0.0.0.0/0",), source=_VPC).free_of(_reach)


REQUIREMENTS = (endpoint_not_public,)
