"""AWS Backup: resources with a recent backup, plans, restores."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers
from tests.requirements.backup_answers import VAULT, ago, point, points, vaults

RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"
DB = f"{RDS}:db:shop"
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
VOLUME, INSTANCE = f"{EC2}:volume/vol-1", f"{EC2}:instance/i-1"


def database(**more: Any) -> Answer:
    found = {"DBInstanceIdentifier": "shop", "DBInstanceArn": DB, "Engine": "postgres"} | more
    return answered("rds", "DescribeDBInstances", {"DBInstances": [found]})


def judged(*answers: Answer, **parameters: Any) -> str:
    return judge_answers("rds.instances.aws-backup", database(), *answers, **parameters)["shop"]


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ([point(DB)], "meets"),
        ([point(DB, 1.9)], "meets"),
        ([point(DB, 2.1)], "exception"),
        ([point(DB, 40), point(DB, 1, name="p-2")], "meets"),
        ([point(DB, status="AVAILABLE")], "meets"),
        # In AWS Backup's list of protected resources all of these would stand as backed up.
        ([point(DB, status="PARTIAL")], "exception"),
        ([point(DB, status="CREATING")], "exception"),
        ([point(DB, status="EXPIRED")], "exception"),
        # A backup that is being made takes nothing back from yesterday's.
        ([point(DB, 0.1, "CREATING"), point(DB, 1, name="p-2")], "meets"),
        # A continuous backup keeps the day it was begun on.
        ([point(DB, 300, "AVAILABLE", "continuous:db-x")], "meets"),
        ([point(DB, 300, "STOPPED", "continuous:db-x")], "exception"),
        ([point(DB, 300, "AVAILABLE")], "exception"),
        ([point(f"{RDS}:db:shop2")], "exception"),
        ([], "exception"),
        ([point(DB, Status=None)], "gap"),
        ([point(DB, CreationDate=None)], "gap"),
        ([point(DB, CreationDate=7)], "gap"),
    ],
)
def test_databases_have_a_recent_backup(found: list[dict[str, Any]], judgement: str) -> None:
    assert judged(vaults(), points(*found)) == judgement


def test_how_old_the_newest_backup_may_be_is_a_parameter() -> None:
    assert judged(vaults(), points(point(DB, 6)), days=7) == "meets"
    assert judged(vaults(), points(point(DB, 0.9)), days=1) == "meets"
    assert judged(vaults(), points(point(DB, 1.5)), days=1) == "exception"


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (ended("backup", "ListBackupVaults", "denied"),),
        (vaults(),),
        (vaults(), ended("backup", "ListRecoveryPointsByBackupVault", "denied", BackupVaultName=VAULT)),
        (
            vaults(),
            ended("backup", "ListRecoveryPointsByBackupVault", "throttled", {"RecoveryPoints": []}, BackupVaultName=VAULT),
        ),
    ],
)
def test_backups_that_could_not_be_listed_leave_a_gap(answers: tuple[Answer, ...]) -> None:
    assert judged(*answers) == "gap"


def test_a_backup_that_was_seen_counts_though_the_list_was_cut() -> None:
    cut = ended("backup", "ListRecoveryPointsByBackupVault", "throttled", {"RecoveryPoints": [point(DB)]}, BackupVaultName=VAULT)
    assert judged(vaults(), cut) == "meets"


def test_a_copy_in_another_region_counts_and_a_region_that_was_not_read_may_hold_one() -> None:
    other, both = "eu-central-1", (REGION, "eu-central-1")
    here = (database(), answered("rds", "DescribeDBInstances", {"DBInstances": []}, region=other), vaults(), points())
    there = (vaults(other), points(point(DB), region=other))
    requirement = "rds.instances.aws-backup"
    assert judge_answers(requirement, *here, *there, regions=both)["shop"] == "meets"
    denied = ended("backup", "ListBackupVaults", "denied", region=other)
    assert judge_answers(requirement, *here, denied, regions=both)["shop"] == "gap"


def test_members_of_clusters_and_read_replicas_are_judged_elsewhere() -> None:
    for more in ({"DBClusterIdentifier": "c"}, {"ReadReplicaSourceDBInstanceIdentifier": "shop0"}):
        answers = (database(**more), vaults(), points())
        assert judge_answers("rds.instances.aws-backup", *answers)["shop"] == "not_applicable"


CLUSTER = {"DBClusterIdentifier": "c", "DBClusterArn": f"{RDS}:cluster:c", "Engine": "aurora-mysql"}
FILES = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"


@pytest.mark.parametrize(
    ("requirement", "listed", "member", "arn"),
    [
        ("rds.clusters", answered("rds", "DescribeDBClusters", {"DBClusters": [CLUSTER]}), "c", f"{RDS}:cluster:c"),
        ("efs.file-systems", answered("efs", "DescribeFileSystems", {"FileSystems": [{"FileSystemId": "fs-1"}]}), "fs-1", FILES),
        (
            "s3.buckets",
            answered("s3", "ListBuckets", {"Buckets": [{"Name": "b", "BucketRegion": REGION}]}, region="global", MaxBuckets=1000),
            "b",
            "arn:aws:s3:::b",
        ),
    ],
)
def test_clusters_file_systems_and_buckets_are_found_by_their_arn(
    requirement: str, listed: Answer, member: str, arn: str
) -> None:
    def of(*found: dict[str, Any]) -> str:
        return judge_answers(f"{requirement}.aws-backup", listed, vaults(), points(*found))[member]

    assert (of(point(arn)), of(point(arn + "x")), of()) == ("meets", "exception", "exception")
    assert judge_answers(f"{requirement}.aws-backup", listed)[member] == "gap"


# -- volumes ----------------------------------------------------------------------------------------------------------------


def volumes(*found: dict[str, Any], group: bool = False, disks: Any = None, instances: Answer | None = None) -> Judged:
    disks = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}] if disks is None else disks
    one = {"InstanceId": "i-1", "State": {"Name": "running"}, "RootDeviceName": "/dev/xvda", "BlockDeviceMappings": disks}
    groups = [{"AutoScalingGroupName": "g", "AutoScalingGroupARN": "g", "Instances": [{"InstanceId": "i-1"}]}] if group else []
    return judge_answers(
        "ec2.volumes.aws-backup",
        answered("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1"}]}),
        instances or answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": [one]}]}),
        answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": groups}),
        vaults(),
        points(*found),
    )


DATA_DISK = [{"DeviceName": "/dev/xvdb", "Ebs": {"VolumeId": "vol-1"}}]


def test_a_volume_is_backed_up_by_itself_or_with_its_instance() -> None:
    assert volumes(point(VOLUME))["vol-1"] == "meets"
    assert volumes(point(INSTANCE))["vol-1"] == "meets"
    assert volumes(point(INSTANCE, 9))["vol-1"] == "exception"
    assert volumes()["vol-1"] == "exception"
    assert volumes(point(INSTANCE), disks=[])["vol-1"] == "exception"


def test_the_root_volume_of_a_group_is_disposable_and_a_data_volume_is_not() -> None:
    judged = volumes(group=True)
    assert judged["vol-1"] == "not_applicable" and "Auto Scaling" in judged.reason("vol-1")
    assert volumes(group=True, disks=DATA_DISK)["vol-1"] == "exception"
    denied = ended("ec2", "DescribeInstances", "denied")
    assert volumes(point(VOLUME), instances=denied)["vol-1"] == "gap"
    assert volumes(point(INSTANCE), disks="none")["vol-1"] == "gap"
    assert volumes(disks="none")["vol-1"] == "exception", "whichever instance it is attached to has no backup"


# -- plans ------------------------------------------------------------------------------------------------------------------

PLAN = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-plan:p"
PLANS = answered("backup", "ListBackupPlans", {"BackupPlansList": [{"BackupPlanId": "p", "BackupPlanArn": PLAN}]})


def plan(*rules: Any) -> Answer:
    named = [{"RuleName": f"r{n}", **rule} if isinstance(rule, dict) else rule for n, rule in enumerate(rules)]
    return answered("backup", "GetBackupPlan", {"BackupPlan": {"Rules": named}}, BackupPlanId="p")


def keeping(days: Any) -> dict[str, Any]:
    return {"Lifecycle": {"DeleteAfterDays": days}}


NOT_READ = ended("backup", "GetBackupPlan", "denied", BackupPlanId="p")


@pytest.mark.parametrize(
    ("answer", "days", "judgement"),
    [
        (plan(keeping(35)), 35, "meets"),
        (plan(keeping(34)), 35, "exception"),
        (plan(keeping(90), keeping(7)), 35, "exception"),
        (plan(keeping(7)), 7, "meets"),
        (plan({}), 35, "meets"),  # nothing deletes
        (plan(keeping(-1)), 35, "meets"),  # kept for ever
        (plan({"Lifecycle": {"DeleteAfterEvent": "DELETE_AFTER_COPY"}}), 35, "gap"),
        (plan(keeping("long")), 35, "gap"),
        (plan("rule"), 35, "gap"),
        (plan(), 35, "gap"),
        (answered("backup", "GetBackupPlan", {"BackupPlan": {}}, BackupPlanId="p"), 35, "gap"),
        (NOT_READ, 35, "gap"),
    ],
)
def test_plans_keep_backups_long_enough(answer: Answer, days: int, judgement: str) -> None:
    assert judge_answers("backup.plans.retention", PLANS, answer, days=days)["p"] == judgement


def copying(*vaults: str) -> dict[str, Any]:
    return {"CopyActions": [{"DestinationBackupVaultArn": vault} for vault in vaults]}


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (plan({}, copying(f"arn:aws:backup:eu-central-1:{ACCOUNT}:backup-vault:v")), "meets"),
        (plan(copying(f"arn:aws:backup:{REGION}:999999999999:backup-vault:v")), "meets"),
        (plan(copying(f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:v")), "exception"),
        (plan({}), "exception"),
        (plan(copying("no ARN")), "gap"),
        (plan({"CopyActions": "none"}), "gap"),
        (NOT_READ, "gap"),
    ],
)
def test_plans_copy_backups_elsewhere(answer: Answer, judgement: str) -> None:
    assert judge_answers("backup.plans.copied-elsewhere", PLANS, answer)["p"] == judgement


def test_plans_that_could_not_be_listed() -> None:
    for requirement in ("retention", "copied-elsewhere"):
        name = f"backup.plans.{requirement}"
        assert judge_answers(name, ended("backup", "ListBackupPlans", "denied")).result.judgement == "gap"
        assert (
            judge_answers(name, answered("backup", "ListBackupPlans", {"BackupPlansList": []})).result.judgement
            == "not_applicable"
        )


# -- restores ---------------------------------------------------------------------------------------------------------------

PROTECTED = answered("backup", "ListProtectedResources", {"Results": [{"ResourceArn": DB, "ResourceType": "RDS"}]})
COMPLETED = {"ByStatus": "COMPLETED"}


def jobs(*found: dict[str, Any]) -> Answer:
    named = [{"RestoreJobId": f"j{n}", "Status": "COMPLETED", **one} for n, one in enumerate(found)]
    return answered("backup", "ListRestoreJobs", {"RestoreJobs": named}, **COMPLETED)


def restored(*answers: Answer, **parameters: Any) -> str:
    return judge_answers("backup.account.restored", *answers, **parameters)[ACCOUNT]


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ([{"CompletionDate": ago(10)}], "meets"),
        ([{"CompletionDate": ago(100)}], "exception"),
        ([{"CompletionDate": ago(10), "ValidationStatus": "SUCCESSFUL"}], "meets"),
        *[([{"CompletionDate": ago(10), "ValidationStatus": v}], "exception") for v in ("FAILED", "TIMED_OUT", "VALIDATING")],
        ([{"CompletionDate": ago(10), "Status": "RUNNING"}], "exception"),
        ([{"CompletionDate": ago(10), "ValidationStatus": "FAILED"}, {"CompletionDate": ago(20)}], "meets"),
        ([], "exception"),
        ([{}], "gap"),
        ([{"CompletionDate": "lately"}], "gap"),
    ],
)
def test_a_restore_was_completed(found: list[dict[str, Any]], judgement: str) -> None:
    assert restored(PROTECTED, jobs(*found)) == judgement


def test_without_backups_nothing_can_be_restored_and_lists_not_read_leave_a_gap() -> None:
    nothing = answered("backup", "ListProtectedResources", {"Results": []})
    assert restored(nothing, jobs()) == "not_applicable"
    assert restored(ended("backup", "ListProtectedResources", "denied"), jobs()) == "gap"
    assert restored(PROTECTED, ended("backup", "ListRestoreJobs", "denied", **COMPLETED)) == "gap"
    assert restored(PROTECTED, jobs({"CompletionDate": ago(100)}), days=365) == "meets"
