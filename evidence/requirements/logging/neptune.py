"""Neptune: who did what, outside the database."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_GUIDE = "https://docs.aws.amazon.com/neptune/latest/userguide"


@requirement(
    "neptune.clusters.audit-logs",
    says="Every Neptune cluster writes an audit log and exports it to CloudWatch Logs.",
    why="It alone says who signed in and what was asked; inside the cluster an intruder can reach it.",
    logic="EnabledCloudwatchLogsExports holds audit (left out, it is an empty list), and the parameter neptune_enable_audit_log of the "
    "cluster's parameter group is 1. While a member is not in sync with the group, it is unknown.",
    covers=(),
    shows=("version",),
    fix="aws neptune modify-db-cluster --cloudwatch-logs-export-configuration EnableLogTypes=audit, and "
    "neptune_enable_audit_log=1 in a parameter group of your own.",
    source=f"{_GUIDE}/auditing.html",
)
def audit_logs(clusters: Population) -> Truth:
    exported = clusters.log_exports.absent_means([], source=f"{_GUIDE}/api-clusters.html").some(lambda name: name == "audit")
    return exported & (clusters.audit_parameter == "1")


REQUIREMENTS = (audit_logs,)
