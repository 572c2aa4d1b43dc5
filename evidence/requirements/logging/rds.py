"""Databases: their logs outside the database."""

from collections.abc import Sequence

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement
from evidence.requirements.eligibility import NO_CUSTOM, not_in_cluster

TYPES = {"types": Parameter([], "log types that must be exported; none named: at least one of any type")}
LOGIC = (
    "EnabledCloudwatchLogsExports holds every named log type, or any log type where none is named; left out, it is an empty list."
)


def _exported(exports: Column, types: Sequence[str]) -> Truth:
    def missing(found: Sequence[str]) -> list[str]:
        if not types:
            return [] if found else ["no log is exported to CloudWatch Logs"]
        return [f"the {name} log is not exported to CloudWatch Logs" for name in types if name not in found]

    source = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"
    return exports.absent_means([], source=source).free_of(missing)


@requirement(
    "rds.instances.log-exports",
    says="Every RDS instance exports its logs to CloudWatch Logs.",
    why="The database keeps its own logs for days only, and an intruder there can reach them.",
    logic=LOGIC,
    covers=("LM-22",),
    parameters=TYPES,
    applies=(not_in_cluster("log-exports"), NO_CUSTOM),
    shows=("engine",),
    fix="aws rds modify-db-instance --cloudwatch-logs-export-configuration.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
)
def instance_log_exports(instances: Population, *, types: Sequence[str]) -> Truth:
    return _exported(instances.log_exports, types)


@requirement(
    "rds.clusters.log-exports",
    says="Every DB cluster exports its logs to CloudWatch Logs.",
    why="The database keeps its own logs for days only, and an intruder there can reach them.",
    logic=LOGIC,
    covers=("LM-22",),
    parameters=TYPES,
    shows=("engine",),
    fix="aws rds modify-db-cluster --cloudwatch-logs-export-configuration.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
)
def cluster_log_exports(clusters: Population, *, types: Sequence[str]) -> Truth:
    return _exported(clusters.log_exports, types)


REQUIREMENTS = (instance_log_exports, cluster_log_exports)
