"""What is kept: secrets and parameters, backups in their vaults, file systems; and how machines are looked after."""

import json

from tests.larkfield.base import ACCOUNT, ago, arn, digits, ident, uuid
from tests.larkfield.beanstalk import database
from tests.larkfield.more.place import ARABIC, Answer, More, tags
from tests.larkfield.more.secrets import NOTE
from tests.larkfield.network import Names


def add_secrets(place: More, n: Names) -> None:
    """Rotated in the good Region. In the other one made years ago, never rotated, and read by anybody."""
    names = ("shop/orders/database", "shop/payment") if n.good else ("legacy/ftp",)
    rotated = {
        "RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 30}, "LastRotatedDate": ago(11), "NextRotationDate": ago(-19),
        "KmsKeyId": place.arn("kms", f"key/{uuid('secrets')}"),
    }  # fmt: skip
    common = {"CreatedDate": ago(700), "LastChangedDate": ago(11), "Description": NOTE, "Tags": tags(owner=NOTE)}
    used = {"LastAccessedDate": ago(1) if n.good else ago(400)}
    listed = [{"ARN": secret_arn(place, name), "Name": name, **common, **used, **(rotated if n.good else {})} for name in names]
    place.put("secretsmanager", "ListSecrets", {"SecretList": listed})
    open_to_all = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    for one in listed:
        policy = {} if n.good else {"ResourcePolicy": json.dumps({"Version": "2012-10-17", "Statement": [open_to_all]})}
        place.put("secretsmanager", "GetResourcePolicy", {"ARN": one["ARN"], "Name": one["Name"], **policy}, SecretId=one["ARN"])


def secret_arn(place: More, name: str) -> str:
    return place.arn("secretsmanager", f"secret:{name}-{digits(name, 6)}")


def add_managed(place: More, n: Names) -> None:
    """Every machine of the good environment is managed and patched; of the neglected one's nobody has heard for a year."""
    ids = [n.instance(number) for number in range(len(n.zones))]
    seen = {
        "PingStatus": "Online" if n.good else "ConnectionLost",
        "LastPingDateTime": ago(0.01 if n.good else 380),
        "AgentVersion": "3.3.1142.0",
    }
    nodes = [
        {"InstanceId": id, **seen, "IsLatestVersion": n.good, "PlatformName": "Amazon Linux", "ResourceType": "EC2Instance"}
        for id in ids
    ]
    place.put("ssm", "DescribeInstanceInformation", {"InstanceInformationList": nodes})
    for id in ids:
        missing = 0 if n.good else 41
        state = {
            "InstanceId": id, "PatchGroup": "shop", "BaselineId": "pb-0c10e65780EXAMPLE", "InstalledCount": 212, "MissingCount": missing, "FailedCount": 0,
            "CriticalNonCompliantCount": missing // 10, "SecurityNonCompliantCount": missing // 4, "OtherNonCompliantCount": 0, "Operation": "Scan",
            "OperationStartTime": ago(2 if n.good else 400), "OperationEndTime": ago(2 if n.good else 400),
        }  # fmt: skip
        place.put("ssm", "DescribeInstancePatchStates", {"InstancePatchStates": [state]}, InstanceIds=[id])
    place.put("ssm", "DescribeInstancePatchStates", {"InstancePatchStates": []})  # of any other: never scanned
    secure = {
        "Name": "/shop/payment/api-key",
        "Type": "SecureString",
        "KeyId": "alias/aws/ssm",
        "LastModifiedDate": ago(40),
        "Version": 3,
        "Tier": "Standard",
    }
    plain = {
        "Name": f"/legacy/{ARABIC}/password",
        "Type": "String",
        "LastModifiedDate": ago(900),
        "Version": 1,
        "Tier": "Standard",
        "Description": NOTE,
    }
    place.put("ssm", "DescribeParameters", {"Parameters": [secure] if n.good else [plain]})
    document = {
        "Name": "larkfield-restart",
        "DocumentType": "Command",
        "Owner": ACCOUNT,
        "DocumentFormat": "YAML",
        "DocumentVersion": "1",
        "SchemaVersion": "2.2",
    }
    place.put("ssm", "ListDocuments", {"DocumentIdentifiers": [document]})
    place.put("ssm", "DescribeDocumentPermission", {"AccountIds": [] if n.good else ["all"], "AccountSharingInfoList": []})
    if n.good:
        blocked = {
            "SettingId": "/ssm/documents/console/public-sharing-permission",
            "SettingValue": "Disable",
            "Status": "Customized",
        }
        place.put("ssm", "GetServiceSetting", {"ServiceSetting": blocked})
        inputs = {
            "cloudWatchLogGroupName": "larkfield-sessions",
            "s3BucketName": "",
            "kmsKeyId": "",
            "shellProfile": {"linux": "", "windows": ""},
        }
        content = {"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": inputs}
        preferences = {
            "Name": "SSM-SessionManagerRunShell",
            "Content": json.dumps(content),
            "DocumentFormat": "JSON",
            "DocumentType": "Session",
        }
        place.put("ssm", "GetDocument", {**preferences, "DocumentVersion": "1", "Status": "Active"})


def add_backups(place: More, n: Names) -> None:
    """A locked vault with last night's backups and a restore that was tried; in the other Region the default vault, empty-handed."""
    store = place.arn("rds", f"db:{database(n)}")
    vault = {
        "BackupVaultName": "larkfield" if n.good else "Default", "VaultType": "BACKUP_VAULT", "CreationDate": ago(800), "NumberOfRecoveryPoints": 2,
        "BackupVaultArn": place.arn("backup", f"backup-vault:{'larkfield' if n.good else 'Default'}"), "Locked": n.good, "EncryptionKeyType": "CUSTOMER_MANAGED_KMS_KEY",
        "EncryptionKeyArn": place.arn("kms", f"key/{uuid('backups')}"),
    }  # fmt: skip
    if n.good:
        vault |= {"MinRetentionDays": 35, "MaxRetentionDays": 400, "LockDate": ago(700)}
    place.put("backup", "ListBackupVaults", {"BackupVaultList": [vault]})
    name = vault["BackupVaultName"]
    if n.good:
        deny = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
            "Resource": "*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
        place.put("backup", "GetBackupVaultAccessPolicy", {"BackupVaultName": name, "Policy": policy}, BackupVaultName=name)
    else:
        place.fail("backup", "GetBackupVaultAccessPolicy", "ResourceNotFoundException", 400, "No policy", BackupVaultName=name)
    points = [_point(place, n, store, "RDS", 0.4 if n.good else 300)]
    if n.good:
        points.append(_point(place, n, place.arn("elasticfilesystem", f"file-system/{ident('fs', 'covers')}"), "EFS", 0.4))
    place.put("backup", "ListRecoveryPointsByBackupVault", {"RecoveryPoints": points}, BackupVaultName=name)
    protected = [
        {"ResourceArn": p["ResourceArn"], "ResourceType": p["ResourceType"], "LastBackupTime": p["CreationDate"]} for p in points
    ]
    place.put("backup", "ListProtectedResources", {"Results": protected})
    if n.good:
        _plan(place, vault["BackupVaultArn"])
        job = {
            "RestoreJobId": uuid("restore"), "AccountId": ACCOUNT, "Status": "COMPLETED", "ResourceType": "RDS", "CreationDate": ago(31), "CompletionDate": ago(31),
            "RecoveryPointArn": points[0]["RecoveryPointArn"], "ValidationStatus": "SUCCESSFUL", "PercentDone": "100.00%",
        }  # fmt: skip
        place.put("backup", "ListRestoreJobs", {"RestoreJobs": [job]})


def _point(place: More, n: Names, resource: str, kind: str, age: float) -> Answer:
    return {
        "RecoveryPointArn": place.arn("rds", f"snapshot:awsbackup:job-{digits(resource, 12)}"), "ResourceArn": resource, "ResourceType": kind, "Status": "COMPLETED",
        "CreationDate": ago(age), "CompletionDate": ago(age - 0.05), "IsEncrypted": n.good, "BackupSizeInBytes": 21474836480,
    }  # fmt: skip


def _plan(place: More, vault: str) -> None:
    id = uuid("plan")
    copy = {"DestinationBackupVaultArn": vault.replace(place.region, "eu-west-2"), "Lifecycle": {"DeleteAfterDays": 90}}
    rule = {
        "RuleName": "nightly",
        "TargetBackupVaultName": "larkfield",
        "ScheduleExpression": "cron(0 2 * * ? *)",
        "Lifecycle": {"DeleteAfterDays": 35},
    }
    named = {
        "BackupPlanName": "nightly",
        "BackupPlanId": id,
        "BackupPlanArn": place.arn("backup", f"backup-plan:{id}"),
        "VersionId": "v1",
    }
    place.put(
        "backup", "ListBackupPlans", {"BackupPlansList": [{**named, "CreationDate": ago(700), "LastExecutionDate": ago(0.4)}]}
    )
    plan = {"BackupPlanName": "nightly", "Rules": [{**rule, "CopyActions": [copy]}]}
    place.put(
        "backup",
        "GetBackupPlan",
        {"BackupPlan": plan, "BackupPlanId": id, "BackupPlanArn": named["BackupPlanArn"]},
        BackupPlanId=id,
    )


def add_file_systems(place: More, n: Names) -> None:
    name = "covers" if n.good else "old covers"
    id = ident("fs", name)
    system = {
        "FileSystemId": id, "OwnerId": ACCOUNT, "CreationToken": name, "CreationTime": ago(600), "LifeCycleState": "available", "Name": name, "Encrypted": n.good,
        "NumberOfMountTargets": len(n.zones), "SizeInBytes": {"Value": 6144}, "PerformanceMode": "generalPurpose", "Tags": tags(Name=name),
        "FileSystemArn": arn("elasticfilesystem", place.region, f"file-system/{id}"),
    }  # fmt: skip
    place.put("efs", "DescribeFileSystems", {"FileSystems": [system]})
    if n.good:
        place.put("efs", "DescribeBackupPolicy", {"BackupPolicy": {"Status": "ENABLED"}}, FileSystemId=id)
        refuse = {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Resource": system["FileSystemArn"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [refuse]})
        place.put("efs", "DescribeFileSystemPolicy", {"FileSystemId": id, "Policy": policy}, FileSystemId=id)
    else:
        for operation in ("DescribeBackupPolicy", "DescribeFileSystemPolicy"):
            place.fail("efs", operation, "PolicyNotFound", 404, "not set", FileSystemId=id)
