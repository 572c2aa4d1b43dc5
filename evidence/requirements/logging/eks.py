"""What the control plane of Kubernetes clusters records."""

from collections.abc import Collection

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

_LOGS = "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"
KINDS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@requirement(
    "eks.clusters.control-plane-logs",
    says="Every EKS cluster sends the logs of its control plane to CloudWatch Logs.",
    why="Who did what in the cluster stands nowhere else: the trail sees the calls to EKS, not those to Kubernetes.",
    logic="Every kind of log asked for is among the types of a clusterLogging entry that is enabled; left out, logging is off.",
    covers=(),
    parameters={"kinds": Parameter(("api", "audit", "authenticator"), "kinds of log that must be on", _LOGS, choices=KINDS)},
    fix="aws eks update-cluster-config --logging with clusterLogging types and enabled=true.",
    source=_LOGS,
)
def control_plane_logs(clusters: Population, *, kinds: Collection[str]) -> Truth:
    return clusters.logs.free_of(lambda on: [f"no {kind} log" for kind in kinds if kind not in on])


REQUIREMENTS = (control_plane_logs,)
