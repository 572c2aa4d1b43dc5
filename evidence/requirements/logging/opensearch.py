"""Search domains: who did what, and what went wrong."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_LOGS = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html"


def _published(domains: Population, name: str) -> Truth:
    return domains.published.absent_means([], source=_LOGS).some(lambda published: published == name)


@requirement(
    "opensearch.domains.audit-logs",
    says="Every OpenSearch domain publishes its audit logs.",
    why="They alone say who signed in to the domain, and who read or changed which index.",
    logic="LogPublishingOptions holds AUDIT_LOGS, enabled, with a log group. Left out, logs are not published. What they record is chosen "
    "inside the domain, and is not read.",
    covers=(),
    shows=("version",),
    fix="aws opensearch update-domain-config --log-publishing-options AUDIT_LOGS={…}, on a domain with fine-grained access control; then "
    "enable audit logging in OpenSearch Dashboards.",
    source="https://docs.aws.amazon.com/opensearch-service/latest/developerguide/audit-logs.html",
)
def audit_logs(domains: Population) -> Truth:
    return _published(domains, "AUDIT_LOGS")


@requirement(
    "opensearch.domains.error-logs",
    says="Every OpenSearch domain publishes its error logs.",
    why="Failing snapshots, refused queries and lost nodes are seen nowhere else.",
    logic="LogPublishingOptions holds ES_APPLICATION_LOGS, enabled, with a log group. Left out, logs are not published.",
    covers=(),
    shows=("version",),
    fix="aws opensearch update-domain-config --log-publishing-options ES_APPLICATION_LOGS={…}.",
    source=_LOGS,
)
def error_logs(domains: Population) -> Truth:
    return _published(domains, "ES_APPLICATION_LOGS")


REQUIREMENTS = (audit_logs, error_logs)
