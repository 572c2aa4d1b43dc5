"""Distributions: who came."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.data_protection.cloudfront import ENABLED
from evidence.requirements.declare import requirement


@requirement(
    "cloudfront.distributions.access-logs",
    says="Every distribution keeps access logs.",
    why="Without them nobody can say afterwards who called, and with what result: behind CloudFront all callers look alike.",
    logic="The distribution's own Logging.Enabled is true; or a delivery of CloudWatch Logs has a source of the kind ACCESS_LOGS that names "
    "the distribution. Real-time logs do not count: they may be a sample.",
    covers=(),
    uses=("cloudfront.delivery-sources", "cloudfront.deliveries"),
    applies=(ENABLED,),
    shows=("domain",),
    fix="CloudFront console, distribution, Logging, Create log delivery.",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
)
def access_logs(distributions: Population, sources: Population, deliveries: Population) -> Truth:
    delivered = sources.some_in(deliveries, on=("id", "source"), label="deliveries")
    kept = (sources.kind == "ACCESS_LOGS") & delivered
    return distributions.logging.is_true() | distributions.some_in(
        sources, on=("arn", "resources"), where=kept, label="delivered logs"
    )


REQUIREMENTS = (access_logs,)
