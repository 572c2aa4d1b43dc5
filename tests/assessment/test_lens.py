"""The lens: an environment and what it stands on, found from answers written by hand."""

from typing import Any

import pytest

from evidence.assessment.lens import ENVIRONMENTS, LENS_NEEDS, environments, standing_of
from evidence.assessment.model import Environment, Standing
from evidence.assessment.named import Named, check_named
from evidence.errors import EvidenceError
from evidence.populations.answers import Answers
from evidence.populations.population import Populations
from evidence.populations.read import read_populations
from evidence.run.answer import Answer
from evidence.run.scope import Account, Scope
from evidence.services import populations
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended
from tests.requirements.elasticbeanstalk_answers import ENVIRONMENT, ID, NAME, STACK, setting, settings
from tests.requirements.elasticbeanstalk_answers import environments as listed

ALB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/awseb/1"
LISTENER, TARGETS = (
    ALB.replace("loadbalancer", "listener") + "/2",
    f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/awseb/3",
)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/work"
TAG = [{"Key": "elasticbeanstalk:environment-id", "Value": ID}]
BUCKET = f"elasticbeanstalk-{REGION}-{ACCOUNT}"


def resources(**kinds: Any) -> Answer:
    page = {"EnvironmentResources": {"EnvironmentName": NAME, **kinds}}
    return answered("elasticbeanstalk", "DescribeEnvironmentResources", page, EnvironmentId=ID)


def stack(**types: tuple[str, str]) -> Answer:
    entries = [
        {"LogicalResourceId": k, "ResourceType": t, "PhysicalResourceId": p, "ResourceStatus": "CREATE_COMPLETE"}
        for k, (t, p) in types.items()
    ]
    return answered("cloudformation", "ListStackResources", {"StackResourceSummaries": entries}, StackName=STACK)


def instance(id: str, groups: tuple[str, ...] = ("sg-app",), vpc: str = "vpc-1", **more: Any) -> dict[str, Any]:
    return {
        "InstanceId": id, "State": {"Name": "running"}, "InstanceType": "t3.large", "Placement": {"AvailabilityZone": "eu-west-1a"},
        "VpcId": vpc, "SubnetId": "subnet-a", "SecurityGroups": [{"GroupId": g} for g in groups],
        "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/some/path/web"}, **more,
    }  # fmt: skip


def instances(*found: dict[str, Any]) -> Answer:
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": list(found)}]})


def groups(*found: dict[str, Any]) -> Answer:
    return answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": list(found)})


def seen(
    *answers: Answer, read: tuple[str, ...] = (), lists: tuple[Answer, ...] | None = None, named: Named | None = None
) -> tuple[Environment, ...]:
    """The lens over these answers; `read` are the populations that the run has beside the environments."""
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}),))
    wanted = {
        "cloudformation.stacks": ("name",),
        ENVIRONMENTS: LENS_NEEDS[ENVIRONMENTS],
        **{name: LENS_NEEDS[name] for name in read},
    }
    found = read_populations(Answers(scope, (*(lists or listed()), *answers)), wanted, populations(), AS_OF)
    return environments(found, named or {})


def one(*answers: Answer, read: tuple[str, ...] = (), named: Named | None = None) -> dict[tuple[str, str], Standing]:
    (environment,) = seen(*answers, read=read, named=named)
    return {(s.role, s.id): s for s in environment.stands_on}


def test_the_columns_it_wants_are_declared() -> None:
    for name, columns in LENS_NEEDS.items():
        assert set(columns) <= set(populations()[name].columns), name


def test_without_environments_there_is_no_lens() -> None:
    assert environments(Populations({})) == ()
    empty = answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": []}, IncludeDeleted=False)
    assert seen(lists=(empty, listed(stacks=())[1])) == ()


def test_an_environment_is_described_and_cites_the_answers_it_was_read_from() -> None:
    environments_list, _ = listed()
    own = resources(Instances=[{"Id": "i-1"}])
    (environment,) = seen(own)
    assert (environment.name, environment.application, environment.tier) == (NAME, "store", "WebServer")
    assert environment.platform == ENVIRONMENT["SolutionStackName"] and environment.health == "Ok"
    assert set(environment.evidence) == {environments_list.id, own.id}


# -- finding --------------------------------------------------------------------------------------------------------------


def test_environment_resources_and_a_classic_load_balancer_by_name() -> None:
    found = one(
        resources(
            LoadBalancers=[{"Name": ALB}, {"Name": "awseb-classic"}], AutoScalingGroups=[{"Name": "asg"}], Instances=[{"Id": "i-1"}],
            LaunchTemplates=[{"Id": "lt-1"}], Queues=[{"Name": "WorkerQueue", "URL": QUEUE}],
        )
    )  # fmt: skip
    assert (
        found["load balancer", ALB].type == "AWS::ElasticLoadBalancingV2::LoadBalancer" and found["load balancer", ALB].arn == ALB
    )
    assert found["load balancer", "awseb-classic"].type == "AWS::ElasticLoadBalancing::LoadBalancer"
    assert {"asg", "i-1", "lt-1", QUEUE} <= {id for _, id in found}
    assert {s.found for s in found.values()} == {"environment resources"}


def test_the_stack_adds_what_the_resources_leave_out_and_does_not_rename_what_they_have() -> None:
    found = one(
        resources(LoadBalancers=[{"Name": ALB}]),
        stack(
            AWSEBV2LoadBalancer=("AWS::ElasticLoadBalancingV2::LoadBalancer", ALB),
            AWSEBRDSDatabase=("AWS::RDS::DBInstance", "db-1"),
            AWSEBSecurityGroup=("AWS::EC2::SecurityGroup", "awseb-group-name"),
            WaitCondition=("AWS::CloudFormation::WaitCondition", "w"),
        ),
        answered("ec2", "DescribeSecurityGroups", {"SecurityGroups": [{"GroupId": "sg-9", "GroupName": "awseb-group-name"}]}),
        read=("ec2.security-groups",),
    )
    assert found["load balancer", ALB].found == "environment resources"
    assert found["database", "db-1"].found == "stack" and found["security group", "sg-9"].found == "stack"
    assert len(found) == 3


def test_what_the_stack_has_deleted_is_not_stood_on() -> None:
    kept = {"ResourceType": "AWS::RDS::DBInstance", "PhysicalResourceId": "db-new", "ResourceStatus": "UPDATE_COMPLETE"}
    deleted = {**kept, "PhysicalResourceId": "db-old", "ResourceStatus": "DELETE_COMPLETE"}
    page = {"StackResourceSummaries": [deleted, kept]}
    found = one(resources(), answered("cloudformation", "ListStackResources", page, StackName=STACK))
    assert [id for _, id in found] == ["db-new"]


def test_tags_find_what_neither_lists_and_not_what_another_environment_owns() -> None:
    other = [{"Key": "elasticbeanstalk:environment-id", "Value": "e-other"}]
    volumes = [{"VolumeId": "vol-1", "Tags": TAG, "Size": 8, "Encrypted": False}, {"VolumeId": "vol-2", "Tags": other}]
    found = one(
        resources(),
        instances(instance("i-1", Tags=TAG), instance("i-2", Tags=other)),
        answered("ec2", "DescribeVolumes", {"Volumes": volumes}),
        read=("ec2.instances", "ec2.volumes"),
    )
    assert found["instance", "i-1"].found == "tag" and found["volume", "vol-1"].found == "tag"
    assert ("instance", "i-2") not in found and ("volume", "vol-2") not in found


def test_attachments_lead_from_the_group_to_everything_behind_it() -> None:
    group = {
        "AutoScalingGroupName": "asg", "AutoScalingGroupARN": "arn:asg", "AvailabilityZones": ["eu-west-1a", "eu-west-1b"], "MinSize": 2,
        "MaxSize": 4, "Instances": [{"InstanceId": "i-1"}], "TargetGroupARNs": [TARGETS],
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "7"},
    }  # fmt: skip
    balancer = {
        "LoadBalancerArn": ALB,
        "Type": "application",
        "Scheme": "internal",
        "VpcId": "vpc-1",
        "SecurityGroups": ["sg-lb"],
    }
    found = one(
        resources(AutoScalingGroups=[{"Name": "asg"}], LoadBalancers=[{"Name": ALB}]),
        groups(group),
        instances(instance("i-1"), instance("i-9")),
        answered("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1", "Size": 30, "Encrypted": True, "KmsKeyId": KEY, "Attachments": [{"InstanceId": "i-1"}]}]}),
        answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [balancer]}),
        answered("elbv2", "DescribeListeners", {"Listeners": [{"ListenerArn": LISTENER, "LoadBalancerArn": ALB, "Protocol": "HTTPS", "Port": 443}]}, LoadBalancerArn=ALB),
        answered("ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-1", "IsDefault": True}]}),
        read=("autoscaling.groups", "ec2.instances", "ec2.volumes", "elbv2.load-balancers", "elbv2.listeners", "ec2.vpcs"),
    )  # fmt: skip
    behind = {
        ("instance", "i-1"), ("volume", "vol-1"), ("target group", TARGETS), ("launch template", "lt-1"), ("listener", LISTENER),
        ("security group", "sg-app"), ("security group", "sg-lb"), ("subnet", "subnet-a"), ("VPC", "vpc-1"), ("instance profile", "web"),
        ("KMS key", KEY.rpartition("/")[2]),
    }  # fmt: skip
    assert behind <= found.keys() and {found[k].found for k in behind} == {"attachment"} and ("instance", "i-9") not in found
    facts = {
        role: found[role, id].facts
        for role, id in found
        if role in ("instance", "volume", "Auto Scaling group", "load balancer", "listener", "VPC")
    }
    assert (
        facts["instance"] == ("t3.large", "eu-west-1a")
        and facts["volume"] == ("30 GiB", "encrypted")
        and facts["VPC"] == ("default VPC",)
    )
    assert facts["Auto Scaling group"] == ("at least 2", "at most 4", "eu-west-1a", "eu-west-1b")
    assert facts["load balancer"] == ("application", "internal") and facts["listener"] == ("HTTPS", "port 443")


def test_a_classic_load_balancer_leads_to_its_listeners_groups_and_certificate() -> None:
    certificate = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"
    secure = {
        "Protocol": "HTTPS",
        "LoadBalancerPort": 443,
        "InstanceProtocol": "HTTP",
        "InstancePort": 80,
        "SSLCertificateId": certificate,
    }
    described = {
        "LoadBalancerName": "awseb-classic", "Scheme": "internal", "VPCId": "vpc-9", "SecurityGroups": ["sg-lb"], "AvailabilityZones": ["eu-west-1a"],
        "ListenerDescriptions": [{"Listener": secure, "PolicyNames": []}],
    }  # fmt: skip
    classic = answered("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [described]})
    found = one(resources(LoadBalancers=[{"Name": "awseb-classic"}]), classic, read=("elb.load-balancers", "elb.listeners"))
    assert found["load balancer", "awseb-classic"].facts == ("internal", "eu-west-1a")
    assert found["listener", "awseb-classic:443"].type == "AWS::ElasticLoadBalancing::Listener"
    assert {("security group", "sg-lb"), ("VPC", "vpc-9"), ("certificate", certificate)} <= found.keys()


def test_management_names_what_no_api_links() -> None:
    database, files = (
        f"arn:aws:{what}"
        for what in (f"rds:{REGION}:{ACCOUNT}:db:orders", f"elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1")
    )
    found = one(resources(), named={ID: (database, files), "e-other": ("arn:aws:s3:::other",)})
    assert found["database", "orders"].found == found["file system", "fs-1"].found == "named by management"
    assert ("bucket", "other") not in found
    for strange in ("orders", "arn:aws:ec2:eu-west-1:1:instance/i-1", "arn:aws:rds:eu-west-1:1:db:"):
        with pytest.raises(EvidenceError, match="cannot stand on"):
            check_named({ID: (strange,)}, "evidence.toml")


def test_the_live_resource_outranks_the_option() -> None:
    asked = (
        setting("aws:ec2:vpc/VPCId", "vpc-option"), setting("aws:ec2:vpc/Subnets", "subnet-x, subnet-y"),
        setting("aws:autoscaling:launchconfiguration/IamInstanceProfile", "option-profile"),
    )  # fmt: skip
    live = one(resources(Instances=[{"Id": "i-1"}]), settings(*asked), instances(instance("i-1")), read=("ec2.instances",))
    assert ("VPC", "vpc-1") in live and ("VPC", "vpc-option") not in live and ("instance profile", "option-profile") not in live
    asleep = one(resources(), settings(*asked), instances(), read=("ec2.instances",))
    assert asleep["VPC", "vpc-option"].found == "setting"
    assert {"subnet-x", "subnet-y", "option-profile"} <= {id for _, id in asleep}


def test_roles_come_from_the_service_role_and_the_instance_profile_and_are_global() -> None:
    role = {
        "RoleName": "web-role",
        "Path": "/",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/web-role",
        "InstanceProfileList": [{"InstanceProfileName": "web"}],
    }
    page = {"RoleDetailList": [role], "UserDetailList": [], "GroupDetailList": [], "Policies": [], "IsTruncated": False}
    details = answered(
        "iam", "GetAccountAuthorizationDetails", page, region="global", Filter=["User", "Role", "Group", "LocalManagedPolicy"]
    )
    options = (
        setting("aws:elasticbeanstalk:environment/ServiceRole", f"arn:aws:iam::{ACCOUNT}:role/some/path/service"),
        setting("aws:autoscaling:launchconfiguration/IamInstanceProfile", "web"),
    )
    found = one(settings(*options), details, read=("iam.roles",))
    assert found["role", "service"].region == "global" and found["role", "service"].found == "setting"
    assert found["role", "web-role"].arn == role["Arn"] and found["role", "web-role"].region == "global"


def test_names_link_only_what_is_listed_and_not_a_neighbour_with_a_longer_name() -> None:
    own, neighbour = f"/aws/elasticbeanstalk/{NAME}/var/log/web.log", f"/aws/elasticbeanstalk/{NAME}-2/var/log/web.log"
    logs = answered(
        "logs",
        "DescribeLogGroups",
        {"logGroups": [{"logGroupName": own, "retentionInDays": 30, "kmsKeyId": KEY}, {"logGroupName": neighbour}]},
    )
    found = one(logs, read=("logs.groups",))
    assert found["log group", own].facts == ("30 days",) and ("log group", neighbour) not in found
    assert ("KMS key", KEY.rpartition("/")[2]) in found and ("bucket", BUCKET) not in found


def test_the_regions_own_bucket_is_linked() -> None:
    buckets = [
        {"Name": BUCKET, "BucketRegion": REGION},
        {"Name": f"elasticbeanstalk-us-east-1-{ACCOUNT}", "BucketRegion": REGION},
    ]
    spec = populations()["s3.buckets"].listed_by
    assert not isinstance(spec, str)
    found = one(answered("s3", "ListBuckets", {"Buckets": buckets}, region="global", **spec.parameters), read=("s3.buckets",))
    assert [id for role, id in found if role == "bucket"] == [BUCKET]


# -- what is missing ------------------------------------------------------------------------------------------------------


def test_what_was_not_read_is_said_and_the_rest_is_linked_all_the_same() -> None:
    denied = ended("elasticbeanstalk", "DescribeEnvironmentResources", "denied", EnvironmentId=ID)
    (environment,) = seen(
        denied, stack(Group=("AWS::AutoScaling::AutoScalingGroup", "asg")), settings(),
        ended("ec2", "DescribeVolumes", "throttled"), read=("ec2.volumes",),
    )  # fmt: skip
    assert [s.id for s in environment.stands_on] == ["asg"]
    told = "\n".join(environment.unread)
    assert "its list of resources: elasticbeanstalk:DescribeEnvironmentResources denied" in told
    assert "ec2.volumes: ec2:DescribeVolumes throttled" in told and "kms.keys" in told and "its stack" not in told


@pytest.mark.parametrize(
    "strange", [{"Instances": "i-1"}, {"Instances": [{"Id": 7}, None, {}]}, {"LoadBalancers": {"Name": ALB}}]
)
def test_a_strange_answer_links_nothing_and_breaks_nothing(strange: dict[str, Any]) -> None:
    assert one(resources(**strange)) == {}


# -- the other way round --------------------------------------------------------------------------------------------------


def test_a_shared_resource_names_every_environment_that_stands_on_it() -> None:
    other = {**ENVIRONMENT, "EnvironmentId": "e-second", "EnvironmentName": "other"}
    shared = answered(
        "elasticbeanstalk",
        "DescribeEnvironmentResources",
        {"EnvironmentResources": {"LoadBalancers": [{"Name": ALB}]}},
        EnvironmentId="e-second",
    )
    found = seen(resources(LoadBalancers=[{"Name": ALB}], Instances=[{"Id": "i-1"}]), shared, lists=listed(ENVIRONMENT, other))
    assert [e.name for e in found] == ["other", NAME]
    standing = standing_of(found)
    assert standing[ACCOUNT, REGION, "AWS::ElasticLoadBalancingV2::LoadBalancer", ALB] == ("e-abcdef1234", "e-second")
    assert standing[ACCOUNT, REGION, "AWS::EC2::Instance", "i-1"] == (ID,)
    assert standing[ACCOUNT, REGION, "AWS::ElasticBeanstalk::Environment", "e-second"] == ("e-second",)


def test_a_role_is_known_by_both_names_it_is_judged_under() -> None:
    standing = standing_of(seen(settings(setting("aws:elasticbeanstalk:environment/ServiceRole", "service"))))
    assert (
        standing[ACCOUNT, "global", "AWS::IAM::Role", "service"]
        == standing[ACCOUNT, "global", "AWS::IAM::Principal", "role/service"]
        == (ID,)
    )


def test_the_same_answers_in_another_order_give_the_same_picture() -> None:
    answers = [resources(Instances=[{"Id": "i-1"}, {"Id": "i-2"}]), instances(instance("i-2"), instance("i-1")), settings()]
    assert seen(*answers, read=("ec2.instances",)) == seen(*reversed(answers), read=("ec2.instances",))
