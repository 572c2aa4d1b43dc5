"""DocumentDB: who did what, outside the database."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_GUIDE = "https://docs.aws.amazon.com/documentdb/latest/developerguide"


@requirement(
    "docdb.clusters.audit-logs",
    says="Every DocumentDB cluster writes an audit log and exports it to CloudWatch Logs.",
    why="It alone says who signed in and what was asked; inside the cluster an intruder can reach it.",
    logic="EnabledCloudwatchLogsExports holds audit (left out, it is an empty list), and the parameter audit_logs of the cluster's parameter "
    "group is neither disabled nor none; listed without a value, it is disabled. Where the group does not list it, and while a member is "
    "not in sync with the group, it is unknown.",
    covers=(),
    shows=("version",),
    fix="aws docdb modify-db-cluster --cloudwatch-logs-export-configuration EnableLogTypes=audit, and "
    "audit_logs=enabled in a parameter group of your own.",
    source=f"{_GUIDE}/event-auditing.html",
)
def audit_logs(clusters: Population) -> Truth:
    exported = clusters.log_exports.absent_means([], source=f"{_GUIDE}/API_DBCluster.html").some(lambda name: name == "audit")
    parameter = clusters.audit_parameter.absent_means(
        "disabled", source=f"{_GUIDE}/cluster_parameter_groups-list_of_parameters.html"
    )
    return exported & ~parameter.is_in({"disabled", "none"})


REQUIREMENTS = (audit_logs,)
