"""The lens: what each Elastic Beanstalk environment stands on, as far as it was read. Pure.

Resources are found, in this order, by the environment's own list of resources, its CloudFormation stack, the tags that
Elastic Beanstalk puts on what it makes, what those are attached to, the deployed options, and names. The live resource
outranks the option that asked for it: an option adds only what nothing live has shown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from evidence.assessment.model import Environment
from evidence.assessment.named import Named, role_and_id
from evidence.assessment.picture import CLASSIC, ENVIRONMENTS, LINKS, NEEDS, Picture, Table, texts
from evidence.populations.population import Population, Populations
from evidence.run.answer import GLOBAL

LENS_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    ENVIRONMENTS: (
        "application", "health", "health_status", "name", "platform_arn", "resources", "settings", "solution_stack", "stack",
        "status", "tier",
    ),
    **NEEDS,
})  # fmt: skip
"""The columns that the lens wants of each population, where the chosen programs have it read."""

_ROLE_OF_TYPE = MappingProxyType(
    {
        "AWS::AutoScaling::AutoScalingGroup": "Auto Scaling group",
        "AWS::AutoScaling::LaunchConfiguration": "launch configuration",
        "AWS::EC2::LaunchTemplate": "launch template",
        "AWS::EC2::SecurityGroup": "security group",
        "AWS::ElasticLoadBalancing::LoadBalancer": "load balancer",
        "AWS::ElasticLoadBalancingV2::Listener": "listener",
        "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup": "target group",
        "AWS::RDS::DBInstance": "database",
        "AWS::SNS::Topic": "topic",
        "AWS::SQS::Queue": "queue",
    }
)

Cell = Callable[[str], Any]
"""The raw value of a column of the environment at hand, None where absent or unknown."""


def environments(populations: Populations, named: Named = MappingProxyType({})) -> tuple[Environment, ...]:
    """Every environment of the run, with what it stands on; none where environments were not read. `named` is what
    management says besides."""
    population = populations.by_name.get(ENVIRONMENTS)
    if population is None:
        return ()
    tables = {name: Table(populations.by_name.get(name)) for name in NEEDS}
    found = [_environment(population, row, tables, named) for row in range(len(population))]
    return tuple(sorted(found, key=lambda e: (e.account, e.region, e.name, e.id)))


def standing_of(environments: Iterable[Environment]) -> Mapping[tuple[str, str, str, str], tuple[str, ...]]:
    """(account, Region, type, id) of a resource → ids of the environments that stand on it, the environment itself included.
    Resources without a Region have "global"."""
    found: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for environment in environments:
        found[environment.account, environment.region, "AWS::ElasticBeanstalk::Environment", environment.id].add(environment.id)
        for standing in environment.stands_on:
            found[environment.account, standing.region, standing.type, standing.id].add(environment.id)
            if standing.type == "AWS::IAM::Role":  # judged under both names
                found[environment.account, GLOBAL, "AWS::IAM::Principal", f"role/{standing.id}"].add(environment.id)
    return {place: tuple(sorted(ids)) for place, ids in sorted(found.items())}


def _environment(population: Population, row: int, tables: Mapping[str, Table], named: Named) -> Environment:
    member = population.members[row]
    table = Table(population)

    def cell(column: str) -> Any:
        return table.value(row, column)

    picture = Picture(tables, member.partition, member.account, member.region)
    for find in (_by_resources, _by_stack, _by_tags, _by_attachments, _by_settings, _by_names, _by_keys):
        find(picture, member.id, cell)
    for role, id in filter(None, map(role_and_id, named.get(member.id, ()))):
        picture.add(role, id, "named by management")
    sources = dict.fromkeys(s for name in ("resources", "stack", "settings") for s in table.sources(row, name))
    platform = cell("solution_stack") or str(cell("platform_arn") or "").partition(":platform/")[2]
    return Environment(
        member.id, _text(cell("name")), _text(cell("application")), member.account, member.region, _text(cell("tier")),
        _text(platform), _text(cell("status")), _text(cell("health_status") or cell("health")),
        tuple(dict.fromkeys((*([member.listed] if member.listed else []), *sources))), picture.standings(),
        (*_unread(table, row), *picture.unread()),
    )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _unread(table: Table, row: int) -> Iterator[str]:
    """Which of the environment's own answers are missing."""
    for name, what in (("resources", "its list of resources"), ("stack", "its stack"), ("settings", "its settings")):
        gap = table.gap(row, name)
        if gap is not None:
            yield f"{what}: {gap}"


def _by_resources(picture: Picture, id: str, cell: Cell) -> None:
    """DescribeEnvironmentResources. A load balancer's Name is a name for a classic one, an ARN for the others."""
    listed = cell("resources") or {}
    for key, field, role in (
        ("LoadBalancers", "Name", "load balancer"),
        ("AutoScalingGroups", "Name", "Auto Scaling group"),
        ("LaunchTemplates", "Id", "launch template"),
        ("LaunchConfigurations", "Name", "launch configuration"),
        ("Instances", "Id", "instance"),
        ("Queues", "URL", "queue"),
    ):
        for entry in _entries(listed.get(key)):
            picture.add(role, entry.get(field), "environment resources")


def _by_stack(picture: Picture, id: str, cell: Cell) -> None:
    for entry in _entries(cell("stack")):
        role = _ROLE_OF_TYPE.get(str(entry.get("ResourceType")))
        if role is not None and entry.get("ResourceStatus") != "DELETE_COMPLETE":
            picture.add(role, entry.get("PhysicalResourceId"), "stack")


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _by_tags(picture: Picture, id: str, cell: Cell) -> None:
    for role, (_, name) in LINKS.items():
        for found in picture.tagged(name, id):
            picture.add(role, found, "tag")


def _by_attachments(picture: Picture, id: str, cell: Cell) -> None:
    """From group to instance, from instance to volume, network and profile, from load balancer to listener."""
    for group in picture.ids("Auto Scaling group"):
        picture.follow("autoscaling.groups", group, instance_ids="instance", target_groups="target group")
        picture.follow("autoscaling.groups", group, launch_templates="launch template")
    for instance in picture.ids("instance"):
        picture.follow("ec2.instances", instance, groups="security group", subnet="subnet", vpc="VPC", profile="instance profile")
        picture.pointing("volume", "instances", instance)
    for balancer in picture.ids("load balancer"):
        picture.follow("elbv2.load-balancers", balancer, groups="security group", vpc="VPC")
        picture.follow("elb.load-balancers", balancer, groups="security group", vpc="VPC")
        picture.pointing("listener", "load_balancer", balancer)
        picture.pointing("listener", "load_balancer", balancer, CLASSIC)
    for listener in picture.ids("listener"):
        picture.follow("elbv2.listeners", listener, certificates="certificate")
        picture.follow("elb.listeners", listener, certificate="certificate")
    for database in picture.ids("database"):
        picture.follow("rds.instances", database, groups="security group")
    _roles(picture)


def _roles(picture: Picture) -> None:
    """The roles in the instance profiles found so far."""
    for profile in picture.ids("instance profile"):
        picture.pointing("role", "instance_profiles", profile)


def _by_settings(picture: Picture, id: str, cell: Cell) -> None:
    options = cell("settings") or {}
    picture.add("role", options.get("aws:elasticbeanstalk:environment/ServiceRole"), "setting")
    picture.add("load balancer", options.get("aws:elbv2:loadbalancer/SharedLoadBalancer"), "setting")
    picture.add("topic", options.get("aws:elasticbeanstalk:sns:topics/Notification Topic ARN"), "setting")
    for role, key in (
        ("VPC", "aws:ec2:vpc/VPCId"),
        ("subnet", "aws:ec2:vpc/Subnets"),
        ("security group", "aws:autoscaling:launchconfiguration/SecurityGroups"),
        ("instance profile", "aws:autoscaling:launchconfiguration/IamInstanceProfile"),
        ("queue", "aws:elasticbeanstalk:sqsd/WorkerQueueURL"),
    ):
        if not picture.ids(role):
            for value in texts(options.get(key)):
                picture.add(role, value, "setting")
    for key, role in (("aws:ec2:vpc/ELBSubnets", "load balancer"), ("aws:ec2:vpc/DBSubnets", "database")):
        for value in texts(options.get(key)) if picture.ids(role) else ():
            picture.add("subnet", value, "setting")
    _roles(picture)


def _by_names(picture: Picture, id: str, cell: Cell) -> None:
    """The bucket that Elastic Beanstalk keeps in each Region, and the environment's log groups. Names prove little where
    the list was not read, so only what is listed is linked."""
    picture.named("bucket", lambda name: name == f"elasticbeanstalk-{picture.region}-{picture.account}")
    name = cell("name")
    if isinstance(name, str):
        picture.named("log group", lambda group: group.startswith(f"/aws/elasticbeanstalk/{name}/"))


def _by_keys(picture: Picture, id: str, cell: Cell) -> None:
    """The KMS keys named by what was found."""
    for role, name in (
        ("volume", "ec2.volumes"),
        ("database", "rds.instances"),
        ("log group", "logs.groups"),
        ("bucket", "s3.buckets"),
    ):
        for found in picture.ids(role):
            picture.follow(name, found, key="KMS key")
