"""Classic load balancers: who called."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "elb.load-balancers.access-logs",
    says="Every classic load balancer keeps access logs.",
    why="Without them nobody can say afterwards who called, and with what result.",
    logic="AccessLog.Enabled is true and a bucket is named.",
    covers=("LM-16",),
    fix="aws elb modify-load-balancer-attributes with AccessLog Enabled and S3BucketName; in Elastic Beanstalk through Resources in "
    ".ebextensions, since no option does it.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_AccessLog.html",
)
def access_logs(balancers: Population) -> Truth:
    return balancers.access_logs.is_true() & balancers.access_logs_bucket.matches(".")


REQUIREMENTS = (access_logs,)
