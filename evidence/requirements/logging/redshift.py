"""Warehouses: who came in, and what was asked."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_AUDIT = "https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing.html"


@requirement(
    "redshift.clusters.audit-logs",
    says="Every Redshift cluster keeps its audit logs outside itself.",
    why="The cluster's own tables keep who came in for days only, and its admin can reach them.",
    logic="LoggingEnabled is true. Where the logs go is shown; whether they arrived is not judged.",
    covers=(),
    shows=("log_destination",),
    fix="aws redshift enable-logging --cluster-identifier … --log-destination-type cloudwatch --log-exports connectionlog userlog "
    "useractivitylog.",
    source=_AUDIT,
)
def audit_logs(clusters: Population) -> Truth:
    return clusters.logging.is_true()


@requirement(
    "redshift.clusters.activity-logs",
    says="Every Redshift cluster logs each statement before it runs.",
    why="Logins alone do not say what was read, changed or taken away.",
    logic="LoggingEnabled is true, and the cluster's parameter group sets enable_user_activity_logging to true. A group that waits for a "
    "reboot is unknown.",
    covers=(),
    uses=("redshift.parameter-groups",),
    shows=("log_destination", "parameter_group"),
    fix="aws redshift modify-cluster-parameter-group --parameters ParameterName=enable_user_activity_logging,ParameterValue=true on a "
    "group of your own, then reboot the cluster.",
    source=_AUDIT,
)
def activity_logs(clusters: Population, groups: Population) -> Truth:
    setting = clusters.lookup(groups, on=("parameter_group", "id"), column="logs_activity", label="enable_user_activity_logging")
    return clusters.logging.is_true() & setting.is_true()


REQUIREMENTS = (audit_logs, activity_logs)
