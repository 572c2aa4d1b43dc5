"""Backup vaults: encryption, locks, policies."""

import json
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers
from tests.requirements.backup_answers import VAULT, ago, point, points, vaults

HELD = ("backups-encrypted", "customer-key", "locked", "immutable", "deletion-denied")
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"


def policy(document: Any) -> Answer:
    text = document if isinstance(document, str) else json.dumps(document)
    return answered("backup", "GetBackupVaultAccessPolicy", {"Policy": text}, BackupVaultName=VAULT)


NO_POLICY = ended("backup", "GetBackupVaultAccessPolicy", "absent", code="ResourceNotFoundException", BackupVaultName=VAULT)
POLICY_DENIED = ended("backup", "GetBackupVaultAccessPolicy", "denied", BackupVaultName=VAULT)


def judged(requirement: str, *answers: Answer) -> Judged:
    return judge_answers(f"backup.vaults.{requirement}", *answers)


@pytest.mark.parametrize("requirement", (*HELD, "policy-not-public"))
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("backup", "ListBackupVaults", "denied")).result.judgement == "gap"
    none = answered("backup", "ListBackupVaults", {"BackupVaultList": []})
    assert judged(requirement, none).result.judgement == "not_applicable"
    # A restore access vault shows another vault's backups.
    assert not judged(requirement, vaults(VaultType="RESTORE_ACCESS_BACKUP_VAULT")).members


@pytest.mark.parametrize("requirement", HELD)
def test_a_vault_that_holds_nothing_is_not_judged(requirement: str) -> None:
    assert judged(requirement, vaults(NumberOfRecoveryPoints=0))[VAULT] == "not_applicable"
    assert judged(requirement, vaults(NumberOfRecoveryPoints=None))[VAULT] == "gap"


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ([point("arn:a"), point("arn:b", name="p-2")], "meets"),
        ([point("arn:a"), point("arn:b", name="p-2", IsEncrypted=False)], "exception"),
        ([point("arn:a", status="DELETING", IsEncrypted=False)], "meets"),
        ([point("arn:a", IsEncrypted=None)], "gap"),
        ([point("arn:a", IsEncrypted="true")], "gap"),
    ],
)
def test_backups_are_encrypted(found: list[dict[str, Any]], judgement: str) -> None:
    result = judged("backups-encrypted", vaults(), points(*found))
    assert result[VAULT] == judgement
    if judgement == "exception":
        assert "recovery-point:p-2" in result.reason(VAULT) and "recovery-point:p-1" not in result.reason(VAULT)


def test_backups_that_were_not_listed_may_not_be_encrypted() -> None:
    denied = ended("backup", "ListRecoveryPointsByBackupVault", "denied", BackupVaultName=VAULT)
    assert judged("backups-encrypted", vaults(), denied)[VAULT] == "gap"


def keys(manager: str) -> tuple[Answer, Answer]:
    return (
        answered("kms", "ListKeys", {"Keys": [{"KeyId": "k", "KeyArn": KEY}]}),
        answered("kms", "DescribeKey", {"KeyMetadata": {"KeyId": "k", "Arn": KEY, "KeyManager": manager}}, KeyId=KEY),
    )


@pytest.mark.parametrize(
    ("fields", "manager", "judgement"),
    [
        ({"EncryptionKeyArn": KEY}, "CUSTOMER", "meets"),
        ({"EncryptionKeyArn": KEY, "EncryptionKeyType": "CUSTOMER_MANAGED_KMS_KEY"}, "CUSTOMER", "meets"),
        # aws/backup, the key that AWS Backup makes where none is named.
        ({"EncryptionKeyArn": KEY}, "AWS", "exception"),
        ({"EncryptionKeyArn": KEY, "EncryptionKeyType": "CUSTOMER_MANAGED_KMS_KEY"}, "AWS", "exception"),
        ({"EncryptionKeyArn": "arn:aws:kms:eu-west-1:999999999999:key/x"}, "AWS", "meets"),
        # An AWS owned key has an ARN too.
        (
            {"EncryptionKeyArn": "arn:aws:kms:eu-west-1:999999999999:key/x", "EncryptionKeyType": "AWS_OWNED_KMS_KEY"},
            "CUSTOMER",
            "exception",
        ),
        ({"EncryptionKeyType": "AWS_OWNED_KMS_KEY"}, "CUSTOMER", "exception"),
        ({}, "CUSTOMER", "gap"),
        ({"EncryptionKeyArn": 7}, "CUSTOMER", "gap"),
    ],
)
def test_vaults_are_under_a_customers_key(fields: dict[str, Any], manager: str, judgement: str) -> None:
    assert judged("customer-key", vaults(**fields), *keys(manager))[VAULT] == judgement


def test_whose_key_it_is_cannot_be_told_without_the_list_of_keys() -> None:
    denied = ended("kms", "ListKeys", "denied")
    assert judged("customer-key", vaults(EncryptionKeyArn=KEY), denied)[VAULT] == "gap"


@pytest.mark.parametrize(
    ("fields", "locked", "immutable"),
    [
        ({"Locked": True, "LockDate": ago(1)}, "meets", "meets"),
        ({"Locked": True, "LockDate": ago(-2)}, "meets", "exception"),  # still in its grace time
        ({"Locked": True}, "meets", "exception"),  # governance mode
        ({"Locked": False}, "exception", "exception"),
        ({}, "gap", "exception"),
        ({"LockDate": ago(1)}, "gap", "gap"),
        ({"Locked": "yes", "LockDate": ago(1)}, "gap", "gap"),
        ({"Locked": True, "LockDate": "soon"}, "meets", "gap"),
    ],
)
def test_vaults_are_locked(fields: dict[str, Any], locked: str, immutable: str) -> None:
    assert judged("locked", vaults(**fields))[VAULT] == locked
    assert judged("immutable", vaults(**fields))[VAULT] == immutable


DENY = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}


def statement(**changes: Any) -> dict[str, Any]:
    changed = {k: v for k, v in (DENY | changes).items() if v is not None}
    return {"Version": "2012-10-17", "Statement": [changed]}


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (policy(statement()), "meets"),
        (policy(statement(Principal={"AWS": "*"}, Action=["backup:UpdateRecoveryPointLifecycle", "backup:Delete*"])), "meets"),
        (policy(statement(Action=None, NotAction="backup:Describe*")), "meets"),
        (policy(statement(Action=None, NotAction=["backup:Describe*", "backup:DeleteRecovery*"])), "exception"),
        (policy(statement(Action="backup:DeleteBackupVault")), "exception"),
        (policy(statement(Effect="Allow")), "exception"),
        (policy(statement(Principal={"AWS": "arn:aws:iam::012345678901:role/app"})), "exception"),
        (policy(statement(Resource="arn:aws:ec2:eu-west-1::snapshot/*")), "exception"),
        # Whom the exception lets through has to be read.
        (policy(statement(Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::012345678901:role/app"}})), "gap"),
        (policy(statement(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::012345678901:role/app"})), "gap"),
        (policy(statement(Resource=None, NotResource="arn:aws:ec2:eu-west-1::snapshot/*")), "gap"),
        (NO_POLICY, "exception"),
        (POLICY_DENIED, "gap"),
        (policy("no JSON"), "gap"),
    ],
)
def test_backups_cannot_be_deleted_by_hand(answer: Answer, judgement: str) -> None:
    assert judged("deletion-denied", vaults(Locked=False), answer)[VAULT] == judgement
    assert judged("deletion-denied", vaults(Locked=True), answer)[VAULT] == "meets"


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (policy(statement()), "meets"),
        (policy(statement(Effect="Allow", Action="backup:CopyIntoBackupVault")), "exception"),
        (
            policy(
                statement(
                    Effect="Allow",
                    Action="backup:CopyIntoBackupVault",
                    Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
                )
            ),
            "meets",
        ),
        (policy(statement(Effect="Allow", Principal={"AWS": "arn:aws:iam::999999999999:root"})), "meets"),
        (NO_POLICY, "meets"),
        (POLICY_DENIED, "gap"),
        (policy("no JSON"), "gap"),
    ],
)
def test_vault_policies_let_not_everyone_in(answer: Answer, judgement: str) -> None:
    assert judged("policy-not-public", vaults(NumberOfRecoveryPoints=0), answer)[VAULT] == judgement
