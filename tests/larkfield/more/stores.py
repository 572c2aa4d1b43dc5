"""Where applications keep what is not in a relational database: tables, caches, search, warehouses and streams."""

import json

from tests.larkfield.base import ago, uuid
from tests.larkfield.more.place import Answer, More
from tests.larkfield.network import Names


def add_tables(place: More, n: Names) -> None:
    """The shop's baskets: on demand and kept well. In the other Region a table that anybody may read and nobody can restore."""
    name = "shop-baskets" if n.good else "old_carts"
    arn = place.arn("dynamodb", f"table/{name}")
    table: Answer = {
        "TableName": name, "TableArn": arn, "TableStatus": "ACTIVE", "TableId": uuid(name), "CreationDateTime": ago(500), "ItemCount": 41207,
        "TableSizeBytes": 8123904, "DeletionProtectionEnabled": n.good, "KeySchema": [{"AttributeName": "basket", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "basket", "AttributeType": "S"}],
    }  # fmt: skip
    if n.good:
        key = place.arn("kms", f"key/{uuid('tables')}")
        table["SSEDescription"] = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
        table["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": ago(500)}
    place.put("dynamodb", "ListTables", {"TableNames": [name]})
    place.put("dynamodb", "DescribeTable", {"Table": table}, TableName=name)
    recovery: Answer = {"PointInTimeRecoveryStatus": "ENABLED" if n.good else "DISABLED"}
    if n.good:
        recovery |= {"RecoveryPeriodInDays": 35, "EarliestRestorableDateTime": ago(35), "LatestRestorableDateTime": ago(0.01)}
    backups = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    place.put("dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": backups}, TableName=name)
    if n.good:
        place.fail("dynamodb", "GetResourcePolicy", "PolicyNotFoundException", 400, "No policy", ResourceArn=arn)
    else:
        open_to_all = {"Sid": "partners", "Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [open_to_all]})
        place.put("dynamodb", "GetResourcePolicy", {"Policy": policy, "RevisionId": "1"}, ResourceArn=arn)
