"""DNS: who asked for what."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "route53.hosted-zones.query-logging",
    says="Every public hosted zone logs the queries it answers.",
    why="The log shows which names were asked for, and from where, before and during an attack.",
    logic="ListQueryLoggingConfigs names a log group for the zone.",
    covers=(),
    uses=("route53.query-logging-configs",),
    applies=(
        Applies(
            lambda zones, _: ~zones.private.is_true(), "It is private: its queries are logged by Route 53 Resolver, if anywhere."
        ),
    ),
    shows=("name",),
    fix="Route 53 console, hosted zone, Configure query logging; the log group lies in us-east-1.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html",
)
def query_logging(zones: Population, logging: Population) -> Truth:
    return zones.some_in(logging, on=("id", "zone"), where=logging.group.matches("."), label="query logging")


REQUIREMENTS = (query_logging,)
