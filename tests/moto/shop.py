"""A shop's account, made in moto through boto3 as its owner would make it."""

import json
from typing import Any

import boto3

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}
ACCOUNT = "123456789012"
"""moto's own default account."""
MANY = 60
"""Log groups: more than a page of DescribeLogGroups holds."""
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ALL_BUT = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "iam:DeleteUser", "Resource": ["*"]}}
LITTLE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
EC2 = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


class Shop:
    """The clients of one moto server, and the ids of what was made."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.ids: dict[str, str] = {}

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": KEYS["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": "x"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **keys)

    def open(self) -> None:
        for make in (self.disks, self.buckets, self.people, self.keys, self.network, self.databases, self.logs):
            make()

    def disks(self) -> None:
        ec2 = self.client("ec2")
        for name, encrypted in (("good volume", True), ("bad volume", False)):
            volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8, Encrypted=encrypted)
            self.ids[name] = volume["VolumeId"]

    def buckets(self) -> None:
        s3 = self.client("s3")
        for name in ("shop-good", "shop-bad"):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket="shop-good", VersioningConfiguration={"Status": "Enabled"})
        flags = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
        s3.put_public_access_block(Bucket="shop-good", PublicAccessBlockConfiguration=flags)
        deny = {
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Resource": ["arn:aws:s3:::shop-good", "arn:aws:s3:::shop-good/*"],
        }  # fmt: skip
        s3.put_bucket_policy(Bucket="shop-good", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))

    def people(self) -> None:
        iam = self.client("iam")
        iam.create_user(UserName="owner")
        iam.put_user_policy(UserName="owner", PolicyName="all", PolicyDocument=json.dumps(ALL))
        iam.create_role(RoleName="shop", AssumeRolePolicyDocument=json.dumps(EC2))
        for name, document in (("all-but", ALL_BUT), ("little", LITTLE)):
            arn = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
            iam.attach_role_policy(RoleName="shop", PolicyArn=arn)
        iam.update_account_password_policy(MinimumPasswordLength=14)

    def keys(self) -> None:
        kms = self.client("kms")
        for name in ("good key", "bad key"):
            self.ids[name] = kms.create_key(MultiRegion=False)["KeyMetadata"]["KeyId"]
        kms.enable_key_rotation(KeyId=self.ids["good key"])

    def network(self) -> None:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        world = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        office = {**world, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        for name, rule in (("good group", office), ("bad group", world)):
            made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[rule])
            self.ids[name] = made

    def databases(self) -> None:
        rds = self.client("rds")
        common = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20, "MasterUsername": "shop"}
        secret = {"MasterUserPassword": "moto-NotARealPassword-1"}
        for name, good in (("orders-good", True), ("orders-bad", False)):
            rds.create_db_instance(
                DBInstanceIdentifier=name, StorageEncrypted=good, MultiAZ=good, DeletionProtection=good, **common, **secret
            )  # fmt: skip

    def logs(self) -> None:
        logs = self.client("logs")
        for name, days in (("good", 365), ("bad", 7), *((f"group-{n}", 400) for n in range(2, MANY))):
            logs.create_log_group(logGroupName=name)
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        trail = self.client("cloudtrail")
        trail.create_trail(Name="all", S3BucketName="shop-good", IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True)
        trail.start_logging(Name="all")
