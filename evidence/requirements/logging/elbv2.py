"""Load balancers: who called."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "elbv2.load-balancers.access-logs",
    says="Every application and network load balancer keeps access logs.",
    why="Without them nobody can say afterwards who called, and with what result.",
    logic="The attribute access_logs.s3.enabled is true and a bucket is named. A network load balancer without them may log through "
    "CloudWatch Logs, which is not read: that is unknown.",
    covers=("LM-16",),
    applies=(
        Applies(
            lambda balancers: ~(balancers.kind == "gateway"),
            "A gateway load balancer keeps no access logs: the VPC's flow logs show its traffic.",
        ),
    ),
    shows=("balancer_name",),
    fix="aws elbv2 modify-load-balancer-attributes with access_logs.s3.enabled and access_logs.s3.bucket; in Elastic Beanstalk the "
    "options AccessLogsS3Enabled and AccessLogsS3Bucket of aws:elbv2:loadbalancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
)
def access_logs(balancers: Population) -> Truth:
    to_s3 = balancers.access_logs.is_true()
    # AWS sends an empty bucket name where logs do not go to S3: where it is unknown whether they do, it says nothing.
    return to_s3 & (~to_s3 | balancers.access_logs_bucket.matches("."))


REQUIREMENTS = (access_logs,)
