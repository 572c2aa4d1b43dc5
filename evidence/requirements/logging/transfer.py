"""Who sent and fetched files."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "transfer.servers.logs",
    says="Every Transfer Family server writes a log.",
    why="Who fetched which file, and who tried to get in, stands nowhere else in one place.",
    logic="StructuredLogDestinations names a log group, or LoggingRole is given, by which the server logs to CloudWatch Logs.",
    covers=(),
    shows=("state",),
    fix="aws transfer update-server --structured-log-destinations with a log group's ARN.",
    source="https://docs.aws.amazon.com/transfer/latest/userguide/structured-logging.html",
)
def logs(servers: Population) -> Truth:
    structured = servers.log_groups.present() & (servers.log_groups.count() >= 1)
    return structured | servers.log_role.present()


REQUIREMENTS = (logs,)
