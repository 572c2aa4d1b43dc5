"""More of what an account keeps: a trail that was switched off, keys in the second Region, a bucket of records, log groups."""

import json

from tests.larkfield.account import BLOCKED, EVERYTHING, OWNER
from tests.larkfield.base import ACCOUNT, BAD, GOOD, ago, arn, uuid
from tests.larkfield.more.place import CONTROLS, UNBROKEN, Answer, More

OLD_TRAIL = arn("cloudtrail", BAD, "trail/audit-2021")
LONG = "/larkfield/" + UNBROKEN[len("/larkfield/") :]
ROTATED_LATE, FORGOTTEN = uuid("rotated late"), uuid("forgotten")


def add_old_trail(bad: More) -> None:
    """A trail of one Region, switched off when its bucket was deleted; the other Region does not list it."""
    trail = {
        "Name": "audit-2021", "S3BucketName": "larkfield-audit-2021", "IncludeGlobalServiceEvents": False, "IsMultiRegionTrail": False, "HomeRegion": BAD,
        "TrailARN": OLD_TRAIL, "LogFileValidationEnabled": False, "HasCustomEventSelectors": False, "HasInsightSelectors": False, "IsOrganizationTrail": False,
    }  # fmt: skip
    bad.add("cloudtrail", "DescribeTrails", "trailList", trail)
    stopped = {
        "StartLoggingTime": ago(1900),
        "StopLoggingTime": ago(700),
        "LatestDeliveryTime": ago(702),
        "LatestDeliveryError": "NoSuchBucket",
    }
    bad.put("cloudtrail", "GetTrailStatus", {"IsLogging": False, **stopped})
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}
    bad.put("cloudtrail", "GetEventSelectors", {"TrailARN": OLD_TRAIL, "EventSelectors": [selector]})


def add_keys(bad: More) -> None:
    """A key that is rotated every five years, and one that nobody dares to delete."""
    bad.put(
        "kms",
        "ListKeys",
        {"Keys": [{"KeyId": id, "KeyArn": bad.arn("kms", f"key/{id}")} for id in (ROTATED_LATE, FORGOTTEN)], "Truncated": False},
    )
    for id, state, description in ((ROTATED_LATE, "Enabled", "exports"), (FORGOTTEN, "Disabled", CONTROLS)):
        key = bad.arn("kms", f"key/{id}")
        facts = {
            "KeyId": id, "Arn": key, "AWSAccountId": ACCOUNT, "CreationDate": ago(1500), "Enabled": state == "Enabled", "KeyState": state, "KeyManager": "CUSTOMER",
            "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "MultiRegion": False, "Description": description,
        }  # fmt: skip
        bad.put("kms", "DescribeKey", {"KeyMetadata": facts}, KeyId=key)
        period = {"RotationPeriodInDays": 1825} if state == "Enabled" else {}
        bad.put("kms", "GetKeyRotationStatus", {"KeyId": key, "KeyRotationEnabled": state == "Enabled", **period}, KeyId=key)
        root = {
            "Sid": CONTROLS,
            "Effect": "Allow",
            "Principal": {"AWS": arn("iam", "", "root")},
            "Action": "kms:*",
            "Resource": "*",
        }
        bad.put(
            "kms", "GetKeyPolicy", {"Policy": json.dumps({**EVERYTHING, "Statement": [root]}), "PolicyName": "default"}, KeyId=key
        )


def add_buckets(everywhere: More, good: More) -> None:
    """The accounts' records, in a bucket made within the hour: nobody deletes a version of them without MFA. Encrypted by AWS's own KMS
    key."""
    name = "larkfield-financial-records"
    everywhere.add("s3", "ListBuckets", "Buckets", {"Name": name, "CreationDate": ago(0.03), "BucketRegion": GOOD})
    algorithm = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
        "BucketKeyEnabled": True,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }
    plain = {
        "Sid": "reads only",
        "Effect": "Allow",
        "Principal": {"AWS": arn("iam", "", "root")},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    answers: dict[str, Answer] = {
        "GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [algorithm]}},
        "GetBucketPolicy": {"Policy": json.dumps({"Version": "2012-10-17", "Statement": plain})},
        "GetBucketPolicyStatus": {"PolicyStatus": {"IsPublic": False}},
        "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": BLOCKED},
        "GetBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}},
        "GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Enabled"},
        "GetBucketLogging": {},
        "GetBucketAcl": {
            "Owner": OWNER,
            "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": OWNER["ID"]}, "Permission": "FULL_CONTROL"}],
        },
    }
    for operation, answer in answers.items():
        good.put("s3", operation, answer, Bucket=name)


def add_log_groups(good: More, environment: str) -> None:
    """A name of 300 characters without a break, and a group that only hands events on. Asked by prefix, AWS lists no others."""
    common = {"creationTime": 1640995200000, "storedBytes": 0}
    for name, kind, days in ((LONG, "STANDARD", 30), ("/larkfield/handover", "DELIVERY", 1)):
        group = {
            **common,
            "logGroupName": name,
            "arn": good.arn("logs", f"log-group:{name}:*"),
            "logGroupClass": kind,
            "retentionInDays": days,
        }
        good.add("logs", "DescribeLogGroups", "logGroups", group)
    prefix = f"/aws/elasticbeanstalk/{environment}/"
    own = [group for group in good.said("logs", "DescribeLogGroups")["logGroups"] if group["logGroupName"].startswith(prefix)]
    good.put("logs", "DescribeLogGroups", {"logGroups": own}, logGroupNamePrefix=prefix)
