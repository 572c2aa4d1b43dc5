"""Athena workgroups: numbers that alarms can watch."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.data_protection.athena import ENABLED
from evidence.requirements.declare import requirement


@requirement(
    "athena.workgroups.metrics",
    says="Every Athena workgroup publishes metrics of its queries to CloudWatch.",
    why="Data carried off by queries shows in the number and size of them, where an alarm can see it.",
    logic="PublishCloudWatchMetricsEnabled is true; left out, it is unknown. That an alarm watches the metrics is not judged.",
    covers=(),
    applies=(ENABLED,),
    fix="Athena console, Workgroups, Edit: Publish query metrics to AWS CloudWatch; or aws athena update-work-group "
    "--configuration-updates PublishCloudWatchMetricsEnabled=true.",
    source="https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html",
)
def metrics(groups: Population) -> Truth:
    return groups.metrics.is_true()


REQUIREMENTS = (metrics,)
