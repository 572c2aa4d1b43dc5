"""An account as `boto3` makes it in moto's server: of each kind something well kept and something badly kept."""

import json
from collections.abc import Callable
from typing import Any

import boto3

HOME, AWAY = "eu-west-1", "us-east-1"
MINE, THEIRS = "123456789012", "111122223333"
"""moto's own account, and one that is entered by a role."""
ROLE = "auditor"
PAGE = 50
"""moto sends log groups and launch configurations in pages of so many."""
SECRETS = ("Correct-Horse-9", "not-for-print-7", "c2VjcmV0LWRhdGE=")
"""A user's password, a database's, and user data: nothing of them may be kept."""
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
READING = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}

Client = Callable[..., Any]


def clients(url: str, **credentials: str) -> Client:
    """Makes clients of the server, by service and Region."""
    known = credentials or {"aws_access_key_id": "AKIAMOTO", "aws_secret_access_key": "x"}

    def client(service: str, region: str = HOME) -> Any:
        return boto3.client(service, region_name=region, endpoint_url=url, **known)

    return client


def make(url: str) -> dict[str, str]:
    """Makes everything; returns the ids that moto chose, by the names used here."""
    client, ids = clients(url), dict[str, str]()
    for part in (disks, buckets, networks, people, policies, keys, trails, log_groups, machines, balancers, databases, beanstalk):
        part(client, ids)
    theirs = client("sts").assume_role(RoleArn=f"arn:aws:iam::{THEIRS}:role/{ROLE}", RoleSessionName="maker")["Credentials"]
    elsewhere(
        clients(
            url,
            aws_access_key_id=theirs["AccessKeyId"],
            aws_secret_access_key=theirs["SecretAccessKey"],
            aws_session_token=theirs["SessionToken"],
        ),
        ids,
    )
    return ids


def disks(client: Client, ids: dict[str, str]) -> None:
    ec2 = client("ec2")
    for name, encrypted in (("sealed", True), ("plain", False)):
        ids[name] = ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=8, Encrypted=encrypted)["VolumeId"]
        ids[f"{name} snapshot"] = ec2.create_snapshot(VolumeId=ids[name])["SnapshotId"]
    away = client("ec2", AWAY)
    away.enable_ebs_encryption_by_default()
    ids["away"] = away.create_volume(AvailabilityZone=f"{AWAY}a", Size=8)["VolumeId"]


def networks(client: Client, ids: dict[str, str]) -> None:
    ec2 = client("ec2")
    ids["vpc"] = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    for zone in "ab":
        block = f"10.1.{ord(zone)}.0/24"
        subnet = ec2.create_subnet(VpcId=ids["vpc"], CidrBlock=block, AvailabilityZone=HOME + zone)
        ids[f"subnet {zone}"] = subnet["Subnet"]["SubnetId"]
    rules: dict[str, dict[str, Any]] = {
        "ssh": {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 25, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        "six": {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        "all": {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        "web": {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        "office": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]},
    }
    for name, rule in rules.items():
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=ids["vpc"])["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        ids[name] = group
    ec2.create_flow_logs(
        ResourceIds=[ids["vpc"]], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3",
        LogDestination="arn:aws:s3:::larkfield-logs",
    )  # fmt: skip


def buckets(client: Client, ids: dict[str, str]) -> None:
    s3 = client("s3")
    for name in ("larkfield-logs", "larkfield-good", "larkfield-open", "larkfield-bare"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
    client("s3", AWAY).create_bucket(Bucket="larkfield-away")
    good: dict[str, Any] = {"Bucket": "larkfield-good"}
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/books"}}
    s3.put_bucket_encryption(**good, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_versioning(**good, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(**good, Policy=document({
        "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::larkfield-good", "arn:aws:s3:::larkfield-good/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }))  # fmt: skip
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(**good, PublicAccessBlockConfiguration=block)
    s3.put_bucket_ownership_controls(**good, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    s3.put_bucket_acl(
        Bucket="larkfield-logs",
        AccessControlPolicy={
            "Owner": {"ID": "x"},
            "Grants": [
                {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": p}
                for p in ("WRITE", "READ_ACP")
            ],
        },
    )
    s3.put_bucket_logging(
        **good, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "larkfield-logs", "TargetPrefix": "g/"}}
    )
    s3.put_bucket_acl(Bucket="larkfield-open", ACL="public-read")
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::larkfield-open/*"}
    s3.put_bucket_policy(Bucket="larkfield-open", Policy=document(everyone))


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements) if len(statements) > 1 else statements[0]})


def people(client: Client, ids: dict[str, str]) -> None:
    iam = client("iam")
    for name in ("ada", "grace", "robot", "nobody"):
        iam.create_user(UserName=name)
    for name in ("ada", "grace"):
        iam.create_login_profile(UserName=name, Password=SECRETS[0])
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="grace")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="grace", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    for name, keys_ in (("grace", 1), ("robot", 2)):
        for _ in range(keys_):
            iam.create_access_key(UserName=name)
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="grace")
    iam.attach_user_policy(UserName="ada", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_role(RoleName="support", AssumeRolePolicyDocument=document(EVERYTHING))
    iam.attach_role_policy(RoleName="support", PolicyArn="arn:aws:iam::aws:policy/AWSSupportAccess")
    iam.update_account_password_policy(
        MinimumPasswordLength=14, PasswordReusePrevention=5,
        RequireSymbols=True, RequireNumbers=True, RequireUppercaseCharacters=True, RequireLowercaseCharacters=True,
    )  # fmt: skip


def policies(client: Client, ids: dict[str, str]) -> None:
    """Full administration in several spellings, and what only looks like it."""
    iam = client("iam")
    listed = {"Effect": "Allow", "Action": ["ec2:*", "*"], "Resource": ["*"]}
    shapes: dict[str, tuple[object, ...]] = {
        "admin-single": (EVERYTHING,),
        "admin-second": (READING, listed),
        "admin-stars": ({"Effect": "Allow", "Action": "*:*", "Resource": "*"},),
        "admin-notaction": ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},),
        "reading": (READING,),
        "denying": ({"Effect": "Deny", "Action": "*", "Resource": "*"},),
        "one-service": ({"Effect": "Allow", "Action": "s3:*", "Resource": "*"},),
        "unattached": (EVERYTHING,),
        "was-admin": (EVERYTHING,),
    }
    for name, statements in shapes.items():
        arn = iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]
        if name != "unattached":
            iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
        if name == "was-admin":
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(READING), SetAsDefault=True)
    iam.put_role_policy(RoleName="support", PolicyName="inline-admin", PolicyDocument=document(READING, EVERYTHING))
    iam.put_user_policy(UserName="robot", PolicyName="inline-reading", PolicyDocument=document(READING))


def keys(client: Client, ids: dict[str, str]) -> None:
    kms = client("kms")
    for name, more in {
        "rotated": {}, "still": {}, "signing": {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}, "leaving": {}, "public": {},
        "single": {},
    }.items():  # fmt: skip
        # moto tells only what it was told of MultiRegion; AWS tells it of every key.
        ids[f"{name} key"] = kms.create_key(MultiRegion=False, **more)["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=ids["rotated key"])
    kms.schedule_key_deletion(KeyId=ids["leaving key"], PendingWindowInDays=7)
    everyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    kms.put_key_policy(KeyId=ids["public key"], PolicyName="default", Policy=document(everyone, everyone))
    # A single statement that stands in no list: moto takes it, and from then on answers DescribeKey with its own 500.
    kms.put_key_policy(KeyId=ids["single key"], PolicyName="default", Policy=document(everyone))


def trails(client: Client, ids: dict[str, str]) -> None:
    cloudtrail = client("cloudtrail")
    everywhere = cloudtrail.create_trail(
        Name="everywhere", S3BucketName="larkfield-logs", IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
    )  # fmt: skip
    ids["everywhere"] = everywhere["TrailARN"]
    cloudtrail.start_logging(Name="everywhere")
    cloudtrail.put_event_selectors(
        TrailName="everywhere",
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            }
        ],
    )
    ids["silent"] = cloudtrail.create_trail(Name="silent", S3BucketName="larkfield-logs")["TrailARN"]


def log_groups(client: Client, ids: dict[str, str]) -> None:
    logs = client("logs")
    for number in range(PAGE + 5):
        logs.create_log_group(logGroupName=f"/larkfield/{number:02}")
    for name, days in (("/larkfield/00", 30), ("/larkfield/01", 400)):
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def machines(client: Client, ids: dict[str, str]) -> None:
    ec2, autoscaling, iam = client("ec2"), client("autoscaling"), client("iam")
    iam.create_instance_profile(InstanceProfileName="web")
    image: dict[str, Any] = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "SubnetId": ids["subnet a"]}
    for name, more in (
        ("profiled", {"IamInstanceProfile": {"Name": "web"}, "MetadataOptions": {"HttpTokens": "required"}}),
        ("bare instance", {}),
    ):
        ids[name] = ec2.run_instances(**image, **more)["Instances"][0]["InstanceId"]
    ebs = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True}}]
    template = ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": "ami-12c6146b", "InstanceType": "t3.micro", "BlockDeviceMappings": ebs,
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}, "UserData": SECRETS[2],
        },
    )["LaunchTemplate"]["LaunchTemplateId"]  # fmt: skip
    ids["template"] = f"{template}:1"
    for number in range(PAGE + 5):
        autoscaling.create_launch_configuration(
            LaunchConfigurationName=f"old-{number:02}", ImageId="ami-12c6146b", InstanceType="t3.micro"
        )
    subnets = f"{ids['subnet a']},{ids['subnet b']}"
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="two-zones", MinSize=0, MaxSize=4, DesiredCapacity=0, VPCZoneIdentifier=subnets,
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
    )  # fmt: skip
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="one-zone", MinSize=0, MaxSize=4, DesiredCapacity=0, VPCZoneIdentifier=ids["subnet a"],
        LaunchConfigurationName="old-00",
    )  # fmt: skip


def balancers(client: Client, ids: dict[str, str]) -> None:
    elb = client("elbv2")
    made = elb.create_load_balancer(Name="front", Subnets=[ids["subnet a"], ids["subnet b"]], SecurityGroups=[ids["web"]])
    front = ids["front"] = made["LoadBalancers"][0]["LoadBalancerArn"]
    target = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=ids["vpc"])["TargetGroups"][0]["TargetGroupArn"]
    certificate = client("acm").request_certificate(DomainName="books.example")["CertificateArn"]
    forward = {"Type": "forward", "TargetGroupArn": target}
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    secure: dict[str, Any] = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificate}]}
    for name, port, action, more in (
        ("forwards", 8080, forward, {"Protocol": "HTTP"}),
        ("redirects", 80, redirect, {"Protocol": "HTTP"}),
        ("modern", 443, forward, {**secure, "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
        ("dated", 8443, forward, {**secure, "SslPolicy": "ELBSecurityPolicy-2016-08"}),
    ):
        listener = elb.create_listener(LoadBalancerArn=front, Port=port, DefaultActions=[action], **more)
        ids[name] = listener["Listeners"][0]["ListenerArn"]
    plain = elb.create_load_balancer(Name="plain", Subnets=[ids["subnet a"], ids["subnet b"]])
    ids["plain front"] = plain["LoadBalancers"][0]["LoadBalancerArn"]
    settings = {
        "routing.http.drop_invalid_header_fields.enabled": "true", "routing.http.desync_mitigation_mode": "defensive",
        "deletion_protection.enabled": "true", "access_logs.s3.enabled": "true", "access_logs.s3.bucket": "larkfield-logs",
    }  # fmt: skip
    elb.modify_load_balancer_attributes(LoadBalancerArn=front, Attributes=[{"Key": k, "Value": v} for k, v in settings.items()])


def databases(client: Client, ids: dict[str, str]) -> None:
    rds = client("rds")
    size: dict[str, Any] = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": 20}
    secret = {"MasterUsername": "larkfield", "MasterUserPassword": SECRETS[1]}
    rds.create_db_instance(
        DBInstanceIdentifier="books", **size, **secret, StorageEncrypted=True, MultiAZ=True, PubliclyAccessible=False,
        DeletionProtection=True, BackupRetentionPeriod=14, EnableCloudwatchLogsExports=["postgresql"],
    )  # fmt: skip
    rds.create_db_instance(
        DBInstanceIdentifier="trial", **size, **secret, StorageEncrypted=False, PubliclyAccessible=True, BackupRetentionPeriod=0,
        AutoMinorVersionUpgrade=False,
    )  # fmt: skip
    rds.create_db_snapshot(DBSnapshotIdentifier="books-kept", DBInstanceIdentifier="books")


def beanstalk(client: Client, ids: dict[str, str]) -> None:
    shop = client("elasticbeanstalk")
    shop.create_application(ApplicationName="shop")
    for name in ("shop-prod", "shop-test"):
        shop.create_environment(ApplicationName="shop", EnvironmentName=name)
    client("securityhub").enable_security_hub()


def elsewhere(client: Client, ids: dict[str, str]) -> None:
    """The other account."""
    client("s3").create_bucket(Bucket="larkfield-theirs", CreateBucketConfiguration={"LocationConstraint": HOME})
    ids["theirs"] = client("ec2").create_volume(AvailabilityZone=f"{HOME}a", Size=8)["VolumeId"]
