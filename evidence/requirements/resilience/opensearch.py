"""Search domains: surviving the loss of a node or a zone."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

_MULTI_AZ = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html"
_MASTERS = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-dedicatedmasternodes.html"


@requirement(
    "opensearch.domains.multi-az",
    says="Every OpenSearch domain's data nodes stand in several Availability Zones.",
    why="The loss of one zone, or of one node, then loses no index.",
    logic="ZoneAwarenessEnabled is true and InstanceCount is at least the given number. Whether each index has replicas is not shown by AWS.",
    covers=(),
    parameters={"nodes": Parameter(3, "data nodes at least", _MULTI_AZ)},
    shows=("version",),
    fix="aws opensearch update-domain-config --cluster-config InstanceCount=3,ZoneAwarenessEnabled=true,….",
    source=_MULTI_AZ,
)
def multi_az(domains: Population, *, nodes: int) -> Truth:
    return domains.zone_aware.is_true() & (domains.data_nodes >= nodes)


@requirement(
    "opensearch.domains.dedicated-masters",
    says="Every OpenSearch domain is led by dedicated master nodes, three at least.",
    why="Two cannot outvote each other, and a data node that is busy leads badly: the whole domain stops then.",
    logic="DedicatedMasterEnabled is true and DedicatedMasterCount is at least the given number.",
    covers=(),
    parameters={"nodes": Parameter(3, "dedicated master nodes at least", _MASTERS)},
    shows=("version", "data_nodes"),
    fix="aws opensearch update-domain-config --cluster-config DedicatedMasterEnabled=true,DedicatedMasterCount=3,….",
    source=_MASTERS,
)
def dedicated_masters(domains: Population, *, nodes: int) -> Truth:
    return domains.dedicated.is_true() & (domains.masters >= nodes)


REQUIREMENTS = (multi_az, dedicated_masters)
