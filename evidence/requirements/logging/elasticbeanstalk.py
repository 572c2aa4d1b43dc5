"""Elastic Beanstalk environments: health that is reported, logs that leave the instance and are kept, and who is told."""

from collections.abc import Callable, Iterator
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

EVENTS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeEvents.html"
OPTIONS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html"


def _enhanced(environments: Population) -> Truth:
    """Enhanced health is asked for, and DescribeEnvironmentHealth, which only it has, answers."""
    return (environments.health_system == "enhanced") & environments.live_health.present()


def _streams_logs(environments: Population) -> Truth:
    return environments.stream_logs.absent_means(False, source=OPTIONS).is_true()


def _streams_health(environments: Population) -> Truth:
    return environments.stream_health.absent_means(False, source=OPTIONS).is_true()


def _has_groups(environments: Population) -> Truth:
    return environments.log_groups.some(lambda _: True)


@requirement(
    "elasticbeanstalk.environments.enhanced-health",
    says="Every environment reports enhanced health, from instances that identify themselves.",
    why="Basic health sees only whether the load balancer's check answers; enhanced health sees the causes on the instance.",
    logic="The deployed SystemType is enhanced, EnhancedHealthAuthEnabled is true, and DescribeEnvironmentHealth answers "
    "(InvalidRequestException means basic health). The platform is not judged: AWS's pages differ on its default.",
    covers=("LM-01",),
    fix="Configuration → Updates, monitoring, and logging → Health reporting: Enhanced; set EnhancedHealthAuthEnabled to true.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-api.html",
)
def enhanced_health(environments: Population) -> Truth:
    return _enhanced(environments) & environments.health_authorised.is_true()


@requirement(
    "elasticbeanstalk.environments.log-streaming",
    says="Every environment sends its instances' logs away: to CloudWatch Logs, or rotated to Amazon S3.",
    why="Instances are replaced without notice, and their logs are gone with them.",
    logic="The deployed option StreamLogs is true or, the recorded alternative, LogPublicationControl is; both mean false where they "
    "are not listed. Whether events arrive is not read, nor logs of the application's own that nobody configured.",
    covers=("LM-02",),
    fix="Configuration → Updates, monitoring, and logging → Instance log streaming to CloudWatch Logs: activate.",
    source=OPTIONS,
)
def log_streaming(environments: Population) -> Truth:
    return _streams_logs(environments) | environments.publish_logs.absent_means(False, source=OPTIONS).is_true()


def _kept_less(days: int) -> Callable[[list[Any]], Iterator[str]]:
    """A sentence for each log group that keeps its events for fewer days; one without retention keeps them for ever."""

    def find(groups: list[Any]) -> Iterator[str]:
        for group in groups:
            kept = group.get("retentionInDays")
            if kept is not None and kept < days:
                yield f"{group['logGroupName']} keeps {kept} days"

    return find


@requirement(
    "elasticbeanstalk.environments.log-retention",
    says="Every environment's log groups keep their events long enough.",
    why="Elastic Beanstalk keeps streamed logs for seven days unless told otherwise: too short for most investigations.",
    logic="Every live log group under /aws/elasticbeanstalk/<environment>/ keeps its events for ever or for at least the days asked "
    "for; the live group outranks the option. Only where there is no group yet, RetentionInDays of each stream that is on must be "
    "that long (7 where it is not listed). Groups that an earlier environment of the same name left behind are judged as well.",
    covers=("LM-03",),
    parameters={"days": Parameter(365, "days that log events must be kept")},
    applies=(
        Applies(
            lambda environments: _streams_logs(environments) | _streams_health(environments) | _has_groups(environments),
            "It streams no logs to CloudWatch Logs and has no log group there: log streaming is judged apart.",
        ),
    ),
    fix="Configuration → Updates, monitoring, and logging → Retention; or aws logs put-retention-policy for each group.",
    source=OPTIONS,
)
def log_retention(environments: Population, *, days: int) -> Truth:
    groups = _has_groups(environments)
    live = environments.log_groups.free_of(_kept_less(days))
    logs = environments.logs_days.absent_means(7, source=OPTIONS) >= days
    health = environments.health_logs_days.absent_means(7, source=OPTIONS) >= days
    asked = (~_streams_logs(environments) | logs) & (~_streams_health(environments) | health)
    return (groups & live) | (~groups & asked)


@requirement(
    "elasticbeanstalk.environments.logs-kept-on-termination",
    says="Every environment leaves its log groups in place when it is terminated.",
    why="Whoever terminates an environment must not erase what happened in it.",
    logic="For each stream that is on (StreamLogs, HealthStreamingEnabled), the deployed DeleteOnTerminate of the same namespace is "
    "false, which is also what it means where it is not listed.",
    covers=("LM-04",),
    applies=(
        Applies(
            lambda environments: _streams_logs(environments) | _streams_health(environments),
            "It streams no logs to CloudWatch Logs: log streaming is judged apart.",
        ),
    ),
    fix="Configuration → Updates, monitoring, and logging → Lifecycle: Keep logs after terminating environment.",
    source=OPTIONS,
)
def logs_kept_on_termination(environments: Population) -> Truth:
    logs = environments.logs_deleted.absent_means(False, source=OPTIONS).is_true()
    health = environments.health_logs_deleted.absent_means(False, source=OPTIONS).is_true()
    return (~_streams_logs(environments) | ~logs) & (~_streams_health(environments) | ~health)


@requirement(
    "elasticbeanstalk.environments.health-streaming",
    says="Every environment with enhanced health keeps its health history in CloudWatch Logs.",
    why="The environment itself shows its health as it is now, not as it was during an incident.",
    logic="The deployed HealthStreamingEnabled is true and the log group environment-health.log is there. An empty group is fine: only "
    "changes of health are written to it.",
    covers=("LM-05",),
    applies=(Applies(_enhanced, "It has basic health, which cannot be streamed: enhanced health is judged apart."),),
    fix="Configuration → Updates, monitoring, and logging → Health event streaming to CloudWatch Logs: activate.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.cloudwatchlogs.envhealth.html",
)
def health_streaming(environments: Population) -> Truth:
    group = environments.log_groups.compute(_health_group, label="health log group")
    return _streams_health(environments) & group.is_true()


def _health_group(groups: list[Any]) -> bool:
    return any(group["logGroupName"].endswith("/environment-health.log") for group in groups)


@requirement(
    "elasticbeanstalk.environments.notifications",
    says="Every environment tells somebody of its important events.",
    why="A failed deployment or a change to severe health that nobody hears of is found by the customers.",
    logic="The deployed option Notification Endpoint or Notification Topic ARN has a value; addresses are not kept. Whether "
    "anybody confirmed is judged by elasticbeanstalk.environments.notifications-confirmed.",
    covers=("LM-06",),
    fix="Configuration → Updates, monitoring, and logging → Email notifications; confirm the subscription by the mail that follows.",
    source=OPTIONS,
)
def notifications(environments: Population) -> Truth:
    return environments.notification_endpoint.present() | environments.notification_topic.present()


@requirement(
    "elasticbeanstalk.environments.no-errors",
    says="No environment has lately reported an event of severity ERROR or FATAL.",
    why="A failed deployment or a degraded environment that nobody followed up comes back as an outage.",
    logic="DescribeEvents lists no event of severity ERROR or FATAL for the environment within the days asked before the run's end. AWS "
    "keeps events for six weeks; older ones, and those of environments that are gone, are not seen. An exception says that somebody "
    "must show the follow-up: the ticket is a person's, and the exception is then accepted with it. Messages may quote what a "
    "command printed and are redacted.",
    covers=("LM-19",),
    parameters={"days": Parameter(42, "days before the run's end without such an event", EVENTS)},
    shows=("name", "errors"),
    fix="aws elasticbeanstalk describe-events --severity ERROR shows the messages: put the cause right, and keep the ticket.",
    source=EVENTS,
)
def no_errors(environments: Population, *, days: int) -> Truth:
    return ~environments.last_error.present() | ~environments.last_error.within(days=days)


REQUIREMENTS = (
    enhanced_health,
    log_streaming,
    log_retention,
    logs_kept_on_termination,
    health_streaming,
    notifications,
    no_errors,
)
