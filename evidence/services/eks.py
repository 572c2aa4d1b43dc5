"""Amazon Elastic Kubernetes Service: clusters as AWS shows them. What runs inside (pods, roles of Kubernetes) is not read.

Clusters of others that are only connected to EKS are not listed.
"""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, flag, items, text

LIST_CLUSTERS = Ask("eks", "ListClusters", ("eks:ListClusters",), result="clusters")
DESCRIBE_CLUSTER = Ask(
    "eks", "DescribeCluster", ("eks:DescribeCluster",), each="eks.clusters", given={"name": "name"},
    gone=frozenset({"ResourceNotFoundException"}), result="cluster",
    redact=(Redact("cluster.connectorConfig", "activation code", key="activationCode"),),
)  # fmt: skip
# Of a Region, and asked only where it has clusters.
DESCRIBE_VERSIONS = Ask(
    "eks", "DescribeClusterVersions", ("eks:DescribeClusterVersions",), parameters={"includeAll": True}, each="eks.clusters",
    result="clusterVersions",
)  # fmt: skip


def _key(_: Item, answer: Any) -> str | None:
    """The KMS key under which secrets are; absent where the cluster names none for them."""
    for config in answer["cluster"].get("encryptionConfig") or ():
        if "secrets" in config["resources"]:
            return str(config["provider"]["keyArn"])
    return None


def _logs(_: Item, answer: Any) -> list[str]:
    """The kinds of control plane logs that are on. A cluster without logging has none."""
    setups = (answer["cluster"].get("logging") or {}).get("clusterLogging") or ()
    return [kind for setup in setups if setup["enabled"] is True for kind in setup["types"]]


CLUSTERS = PopulationSpec(
    name="eks.clusters",
    noun="EKS cluster",
    type="AWS::EKS::Cluster",
    listed_by=LIST_CLUSTERS,
    rows=lambda answer: [{"name": name} for name in answer["clusters"]],
    identity="name",
    arn="arn:{partition}:eks:{region}:{account}:cluster/{name}",
    columns={
        "version": text("cluster.version", DESCRIBE_CLUSTER, label="Kubernetes version"),
        "versions": items("clusterVersions", DESCRIBE_VERSIONS, label="versions of EKS"),
        "public": flag("cluster.resourcesVpcConfig.endpointPublicAccess", DESCRIBE_CLUSTER, label="public endpoint"),
        "ranges": items("cluster.resourcesVpcConfig.publicAccessCidrs", DESCRIBE_CLUSTER, label="addresses let in"),
        "key": text(of=DESCRIBE_CLUSTER, read=_key, label="KMS key"),
        "logs": items(of=DESCRIBE_CLUSTER, read=_logs, label="control plane logs"),
        "protected": flag("cluster.deletionProtection", DESCRIBE_CLUSTER, label="deletion protection"),
    },
)

SERVICE = Service(
    "eks",
    "Amazon Elastic Kubernetes Service",
    asks=(LIST_CLUSTERS, DESCRIBE_CLUSTER, DESCRIBE_VERSIONS),
    populations=(CLUSTERS,),
)
