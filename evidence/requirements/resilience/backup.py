"""AWS Backup: what is backed up, by which plans, and whether a restore was tried."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.pairs import elsewhere, paired
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.eligibility import NO_REPLICA, not_in_cluster

_PLAN = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html"
_POINT = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRecoveryPoint.html"
_WHY = "Backups that the resource's own service keeps go with the resource, or with whoever may delete it; these are kept apart."
_FIX = "Assign the resource to a backup plan (AWS Backup console, Backup plans), and see that its type is on under Settings."
POINTS = ("backup.recovery-points",)
DAYS = {"days": Parameter(2, "days since the newest backup at most")}
LOGIC = (
    "One of the account's vaults, in whatever Region in scope, holds a backup of the resource with status COMPLETED or AVAILABLE that is "
    "at most the given days old, or a continuous backup, which is as of now while it has such a status. A backup that failed, that is "
    "not finished or that was stopped does not count, nor does a place in a plan."
)


def _backed_up(resources: Population, points: Population, days: int) -> Truth:
    usable = points.status.is_in({"COMPLETED", "AVAILABLE"})
    recent = points.created.within(days=days) | points.continuous.is_true()
    label = "recent backups in AWS Backup"
    return resources.some_in(points, on=("arn", "resource"), where=usable & recent, within="account", label=label)


@requirement(
    "rds.instances.aws-backup",
    says="Every RDS instance has a recent backup in AWS Backup.",
    why=_WHY,
    logic=LOGIC,
    covers=("RS-09",),
    uses=POINTS,
    parameters=DAYS,
    applies=(not_in_cluster("aws-backup"), NO_REPLICA),
    shows=("engine",),
    fix=_FIX,
    source=_POINT,
)
def instances(resources: Population, points: Population, *, days: int) -> Truth:
    return _backed_up(resources, points, days)


@requirement(
    "rds.clusters.aws-backup",
    says="Every DB cluster has a recent backup in AWS Backup.",
    why=_WHY,
    logic=LOGIC,
    covers=("RS-09",),
    uses=POINTS,
    parameters=DAYS,
    shows=("engine",),
    fix=_FIX,
    source=_POINT,
)
def clusters(resources: Population, points: Population, *, days: int) -> Truth:
    return _backed_up(resources, points, days)


@requirement(
    "efs.file-systems.aws-backup",
    says="Every EFS file system has a recent backup in AWS Backup.",
    why="A file system keeps no earlier versions: what is deleted is gone without a backup.",
    logic=LOGIC,
    covers=("RS-09",),
    uses=POINTS,
    parameters=DAYS,
    shows=("file_system_name",),
    fix=_FIX,
    source=_POINT,
)
def file_systems(resources: Population, points: Population, *, days: int) -> Truth:
    return _backed_up(resources, points, days)


@requirement(
    "s3.buckets.aws-backup",
    says="Every bucket has a recent backup in AWS Backup.",
    why="Versions lie in the bucket itself and go with it; a backup is kept apart.",
    logic=LOGIC,
    covers=("RS-09",),
    uses=POINTS,
    parameters=DAYS,
    fix=_FIX + " A bucket needs versioning first.",
    source=_POINT,
)
def buckets(resources: Population, points: Population, *, days: int) -> Truth:
    return _backed_up(resources, points, days)


def _kept(volumes: Population, instances: Population, groups: Population, _: Population) -> Truth:
    """Not the root volume of an instance that an Auto Scaling group replaces by a new one."""
    replaced = instances.some_in(groups, on=("id", "instance_ids"), label="Auto Scaling groups")
    return ~volumes.some_in(instances, on=("id", "root_volume"), where=replaced, label="instances of an Auto Scaling group")


@requirement(
    "ec2.volumes.aws-backup",
    says="Every EBS volume has a recent backup in AWS Backup, its own or its instance's.",
    why=_WHY,
    logic=LOGIC + " A backup of the instance counts for every volume attached to it.",
    covers=("RS-09",),
    uses=("ec2.instances", "autoscaling.groups", *POINTS),
    parameters=DAYS,
    applies=(
        Applies(
            _kept,
            "The root volume of an Auto Scaling group's instance: it goes with the instance, which the group replaces by a new one.",
        ),
    ),
    fix=_FIX,
    source=_POINT,
)
def volumes(resources: Population, instances: Population, _: Population, points: Population, *, days: int) -> Truth:
    whole = _backed_up(instances, points, days)
    by_instance = resources.some_in(instances, on=("id", "volumes"), where=whole, label="instances with a recent backup")
    return _backed_up(resources, points, days) | by_instance


# -- plans ----------------------------------------------------------------------------------------------------------------


@requirement(
    "backup.plans.retention",
    says="Every backup plan keeps its backups for the days demanded at least.",
    why="Damage is often found weeks later, when the youngest backups hold it too.",
    logic=(
        "DeleteAfterDays of every rule is at least the given days; a rule without a lifecycle, or with -1, keeps backups for ever. A rule that "
        "deletes a backup once it is copied is unknown."
    ),
    covers=("RS-09",),
    parameters={
        "days": Parameter(
            35,
            "days for which backups are kept at least",
            "https://docs.aws.amazon.com/config/latest/developerguide/backup-plan-min-frequency-and-min-retention-check.html",
        )
    },
    shows=("plan_name",),
    fix="AWS Backup console, plan, rule, Total retention period.",
    source=_PLAN,
)
def retention(plans: Population, *, days: int) -> Truth:
    return plans.rules.free_of(lambda rules: _too_short(rules, days))


def _too_short(rules: list[Mapping[str, Any]], days: int) -> list[str]:
    if not rules:
        raise ValueError("the plan has no rules")
    return [sentence for rule in rules for sentence in _short(rule, days)]


def _short(rule: Mapping[str, Any], days: int) -> list[str]:
    lifecycle = rule.get("Lifecycle") or {}
    if lifecycle.get("DeleteAfterEvent"):
        raise ValueError(f"the rule {rule['RuleName']} deletes backups by {lifecycle['DeleteAfterEvent']}")
    kept = lifecycle.get("DeleteAfterDays")
    if kept is None or kept == -1 or kept >= days:
        return []
    return [f"the rule {rule['RuleName']} keeps backups for {kept} days"]


@requirement(
    "backup.plans.copied-elsewhere",
    says="Every backup plan copies its backups to another Region or another account.",
    why="What takes away the account or the Region then leaves a copy.",
    logic="A rule of the plan has a copy action whose vault lies in another Region or account than the plan; not every rule needs one.",
    covers=("RS-09",),
    shows=("plan_name",),
    fix="AWS Backup console, plan, rule, Copy to destination.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CopyAction.html",
)
def copied_elsewhere(plans: Population) -> Truth:
    away = paired(plans.copies, plans.arn, elsewhere, label="copies in another Region or account")
    return away.some(lambda vault: True)


# -- restores ---------------------------------------------------------------------------------------------------------------


@requirement(
    "backup.account.restored",
    says="Every account with backups in AWS Backup shows a restore that was completed within the days given.",
    why="A backup that was never restored is a hope.",
    logic=(
        "In some Region in scope there is a restore job with status COMPLETED, completed at most the given days ago, whose validation did "
        "not fail, time out or still run; a job without validation counts. AWS Backup keeps finished jobs for a limited time only, and "
        "restores made by RDS or another service itself do not show."
    ),
    covers=("RS-11",),
    uses=("backup.restore-jobs", "backup.protected-resources"),
    parameters={"days": Parameter(90, "days within which a restore was completed")},
    applies=(
        Applies(
            lambda accounts, _, protected: accounts.some_in(protected, within="account", label="resources with a backup"),
            "AWS Backup has no backup of anything in this account.",
        ),
    ),
    fix="AWS Backup console, Restore testing: a plan restores on a schedule and keeps the record.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRestoreJobs.html",
)
def restored(accounts: Population, jobs: Population, _: Population, *, days: int) -> Truth:
    done = (jobs.status == "COMPLETED") & jobs.completed.within(days=days)
    valid = ~jobs.validation.present() | (jobs.validation == "SUCCESSFUL")
    return accounts.some_in(jobs, where=done & valid, within="account", label="completed restores")


REQUIREMENTS = (
    instances,
    clusters,
    file_systems,
    buckets,
    volumes,
    retention,
    copied_elsewhere,
    restored,
)
