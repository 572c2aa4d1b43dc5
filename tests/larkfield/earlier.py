"""What was otherwise in the second quarter, three months before: put right since, got worse since, not there yet."""

from tests.aws_simulator import World
from tests.larkfield.base import BAD, GOOD
from tests.larkfield.beanstalk import database
from tests.larkfield.more.place import Answer, More
from tests.larkfield.network import Names
from tests.larkfield.organisation import STAGING

NEW = "larkfield-financial-records"
"""A bucket made in the third quarter."""


def as_it_was(world: World, shop: Names, legacy: Names) -> None:
    everywhere, good, bad = (More(world, region) for region in ("global", GOOD, BAD))
    good.amend("rds", "DescribeDBInstances", "DBInstances", lambda one: _single(one, shop))
    bad.amend("ec2", "DescribeSecurityGroups", "SecurityGroups", lambda group: _wide_open(group, legacy))
    listed = everywhere.said("s3", "ListBuckets")
    everywhere.put("s3", "ListBuckets", {**listed, "Buckets": [b for b in listed["Buckets"] if b["Name"] != NEW]})
    summary = {
        "AccountMFAEnabled": 1,
        "AccountAccessKeysPresent": 0,
        "AccountSigningCertificatesPresent": 0,
        "AccountPasswordPresent": 1,
    }
    world.put(STAGING, "global", "iam", "GetAccountSummary", {"SummaryMap": {**summary, "Users": 2}})


def _single(one: Answer, shop: Names) -> Answer:
    """The shop's database had no standby yet."""
    return {"MultiAZ": False, "SecondaryAvailabilityZone": ""} if one["DBInstanceIdentifier"] == database(shop) else {}


def _wide_open(group: Answer, legacy: Names) -> Answer:
    """Windows' remote desktop was open to the world."""
    rdp = {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return {"IpPermissions": [*group["IpPermissions"], rdp]} if group["GroupId"] == legacy.sg("a") else {}
