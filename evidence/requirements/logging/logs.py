"""Log groups: how long events are kept."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement


def _keeps_events(groups: Population) -> Truth:
    made = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"
    return groups.log_class.absent_means("STANDARD", source=made) != "DELIVERY"


@requirement(
    "logs.groups.retention",
    says="Every log group keeps its events long enough.",
    why="An incident is often found months after it began.",
    logic="retentionInDays is at least the days demanded; where it is absent the events never expire, which meets.",
    covers=("LM-03",),
    parameters={"days": Parameter(365, "days that log events must be kept")},
    applies=(
        Applies(
            _keeps_events,
            "A log group of class DELIVERY hands its events on to S3 or Firehose and keeps them one day only: see how long they "
            "are kept there.",
        ),
    ),
    shows=("kept", "retention_policy"),
    fix="aws logs put-retention-policy --retention-in-days, or change the account's retention policy where one decides.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html",
)
def retention(groups: Population, *, days: int) -> Truth:
    return ~groups.retention.present() | (groups.retention >= days)


REQUIREMENTS = (retention,)
