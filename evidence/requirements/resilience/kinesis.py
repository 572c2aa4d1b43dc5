"""Streams: time to catch up."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


@requirement(
    "kinesis.streams.retention",
    says="Every Kinesis stream keeps its records long enough to read them again.",
    why="What a broken consumer did not read in time is gone: a day is over before a weekend is.",
    logic="RetentionPeriodHours is at least the given hours.",
    covers=(),
    parameters={
        "hours": Parameter(
            168,
            "hours for which records are kept at least",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html",
        )
    },
    fix="aws kinesis increase-stream-retention-period --retention-period-hours.",
    source="https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html",
)
def retention(streams: Population, *, hours: int) -> Truth:
    return streams.hours >= hours


REQUIREMENTS = (retention,)
