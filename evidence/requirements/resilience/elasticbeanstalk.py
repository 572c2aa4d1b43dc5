"""Elastic Beanstalk environments and applications: more than one instance, careful deployments, a way back."""

from collections.abc import Callable, Iterator
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

OPTIONS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html"
LIFECYCLE = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-lifecycle.html"


def _load_balanced(environments: Population) -> Truth:
    return environments.environment_type.absent_means("LoadBalanced", source=OPTIONS) == "LoadBalanced"


@requirement(
    "elasticbeanstalk.environments.load-balanced",
    says="Every environment is load-balanced and keeps at least two instances.",
    why="One instance fails alone, and so does whatever runs only on it.",
    logic="The deployed EnvironmentType is LoadBalanced (also where it is not listed) and MinSize is at least 2 (1 where it is not "
    "listed). A single-instance environment has an Auto Scaling group too, so the group's being there says nothing; the zones "
    "of the live group are judged by autoscaling.groups.multi-az.",
    covers=("RS-01",),
    fix="Configuration → Instance traffic and scaling: environment type Load balanced, instances min 2.",
    source=OPTIONS,
)
def load_balanced(environments: Population) -> Truth:
    return _load_balanced(environments) & (environments.min_size.absent_means(1, source=OPTIONS) >= 2)


@requirement(
    "elasticbeanstalk.environments.rolling-deployments",
    says="Every load-balanced environment deploys and updates in batches, and stops at a failed health check.",
    why="A bad version or setting then takes down some instances at most, not all at once.",
    logic="The deployed DeploymentPolicy is not AllAtOnce, RollingUpdateEnabled is true and IgnoreHealthCheck is false; not listed "
    "they mean AllAtOnce, false and false.",
    covers=("RS-04",),
    applies=(Applies(_load_balanced, "It is a single-instance environment: there is nothing to roll through."),),
    shows=("rolling_update_type",),
    fix="Configuration → Updates, monitoring, and logging → Rolling updates and deployments.",
    source=OPTIONS,
)
def rolling_deployments(environments: Population) -> Truth:
    policy = environments.deployment_policy.absent_means("AllAtOnce", source=OPTIONS)
    rolling = environments.rolling_updates.absent_means(False, source=OPTIONS)
    ignored = environments.ignore_health_check.absent_means(False, source=OPTIONS)
    return (policy != "AllAtOnce") & rolling.is_true() & ~ignored.is_true()


def _settled(status: str) -> str:
    """Raises while the environment is being changed: its health says little then."""
    if status not in ("Ready", "Terminated"):
        raise ValueError(f"the environment was {status} when it was read: read it again when it is Ready")
    return status


def _known(health: str) -> str:
    if health == "Grey":
        raise ValueError("Grey: Elastic Beanstalk has no health data")
    return health


@requirement(
    "elasticbeanstalk.environments.healthy",
    says="Every environment is ready and its health is green.",
    why="An environment that stays yellow or red has lost some of what keeps it running.",
    logic="Status is Ready and Health is Green, as at the moment of reading. Grey means that there is no data, and an environment "
    "that is being changed is not settled: both leave a gap.",
    covers=("RS-05",),
    shows=("health_status",),
    fix="See the causes on the environment's Health page, or with eb health.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentDescription.html",
)
def healthy(environments: Population) -> Truth:
    return (environments.status.compute(_settled) == "Ready") & (environments.health.compute(_known) == "Green")


def _has_database(environments: Population) -> Truth:
    """The option HasCoupledDatabase is newer than some environments: the stack tells for those."""
    option, stack = environments.coupled_database, environments.stack_types
    in_stack = stack.present() & stack.some(lambda kind: kind == "AWS::RDS::DBInstance")
    return (option.present() & option.is_true()) | in_stack


@requirement(
    "elasticbeanstalk.environments.database-kept",
    says="Every environment with a database of its own leaves the database or a snapshot behind when it is terminated.",
    why="Elastic Beanstalk's default deletes the database, and its data, together with the environment.",
    logic="Where HasCoupledDatabase is true or the environment's stack holds a DB instance, the deployed DBDeletionPolicy is Snapshot "
    "or Retain (Delete where it is not listed). Deletion protection is judged on the DB instance.",
    covers=("RS-08",),
    applies=(Applies(_has_database, "It has no database of its own."),),
    fix="Configuration → Networking and database → Database deletion policy: Snapshot or Retain; better, decouple the database.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html",
)
def database_kept(environments: Population) -> Truth:
    return environments.database_deletion.absent_means("Delete", source=OPTIONS).is_in(("Snapshot", "Retain"))


def _deletes(count: int, days: int) -> Callable[[Any], Iterator[str]]:
    """A sentence for each life-cycle rule in force that leaves too little to go back to."""

    def find(rules: Any) -> Iterator[str]:
        by_count, by_age = rules.get("MaxCountRule"), rules.get("MaxAgeRule")
        if by_count is not None and by_count["Enabled"] and by_count["MaxCount"] < count:
            yield f"keeps {by_count['MaxCount']} versions"
        if by_age is not None and by_age["Enabled"] and by_age["MaxAgeInDays"] < days:
            yield f"deletes versions after {by_age['MaxAgeInDays']} days"

    return find


@requirement(
    "elasticbeanstalk.applications.versions-kept",
    says="Every application keeps earlier versions to go back to.",
    why="A rollback is a deployment of an earlier version: it must still be there.",
    logic="No life-cycle rule in force keeps fewer versions, or keeps them for fewer days, than asked for; without a life-cycle "
    "configuration no version is deleted. Versions in use are never deleted. Whether each source bundle is still in the bucket "
    "is not read.",
    covers=("RS-13",),
    parameters={
        "count": Parameter(2, "application versions that must be kept"),
        "days": Parameter(30, "days that an application version must be kept"),
    },
    shows=("versions",),
    fix="Application versions → Settings: raise the limit by count or by age.",
    source=LIFECYCLE,
)
def versions_kept(applications: Population, *, count: int, days: int) -> Truth:
    return applications.lifecycle.absent_means({}, source=LIFECYCLE).free_of(_deletes(count, days))


REQUIREMENTS = (load_balanced, rolling_deployments, healthy, database_kept, versions_kept)
