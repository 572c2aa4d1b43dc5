"""What the lens draws with: populations as tables of raw values, and the picture of one environment. Pure.

This is the one place outside populations/ that sees raw values: linking needs ids, and judges nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from evidence.assessment.model import Standing
from evidence.populations.cells import Gap
from evidence.populations.population import Member, Population
from evidence.run.answer import GLOBAL

ENVIRONMENTS = "elasticbeanstalk.environments"
TAG = "elasticbeanstalk:environment-id"

LINKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "load balancer": ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elbv2.load-balancers"),
        "listener": ("AWS::ElasticLoadBalancingV2::Listener", "elbv2.listeners"),
        "target group": ("AWS::ElasticLoadBalancingV2::TargetGroup", "elbv2.target-groups"),
        "certificate": ("AWS::CertificateManager::Certificate", "acm.certificates"),
        "Auto Scaling group": ("AWS::AutoScaling::AutoScalingGroup", "autoscaling.groups"),
        "launch template": ("AWS::EC2::LaunchTemplate", "ec2.launch-templates"),
        "launch configuration": ("AWS::AutoScaling::LaunchConfiguration", "autoscaling.launch-configurations"),
        "instance": ("AWS::EC2::Instance", "ec2.instances"),
        "volume": ("AWS::EC2::Volume", "ec2.volumes"),
        "security group": ("AWS::EC2::SecurityGroup", "ec2.security-groups"),
        "subnet": ("AWS::EC2::Subnet", "ec2.subnets"),
        "VPC": ("AWS::EC2::VPC", "ec2.vpcs"),
        "database": ("AWS::RDS::DBInstance", "rds.instances"),
        "queue": ("AWS::SQS::Queue", "sqs.queues"),
        "topic": ("AWS::SNS::Topic", "sns.topics"),
        "instance profile": ("AWS::IAM::InstanceProfile", ""),
        "role": ("AWS::IAM::Role", "iam.roles"),
        "bucket": ("AWS::S3::Bucket", "s3.buckets"),
        "log group": ("AWS::Logs::LogGroup", "logs.groups"),
        "KMS key": ("AWS::KMS::Key", "kms.keys"),
        "file system": ("AWS::EFS::FileSystem", "efs.file-systems"),
        "secret": ("AWS::SecretsManager::Secret", "secretsmanager.secrets"),
    }
)
"""Role in the picture → resource type, and the population that has such resources; in the order of the picture."""
CLASSIC: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "load balancer": ("AWS::ElasticLoadBalancing::LoadBalancer", "elb.load-balancers"),
        "listener": ("AWS::ElasticLoadBalancing::Listener", "elb.listeners"),
    }
)
"""The same for what is no ARN: classic load balancers are known by name."""

_FACTS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "elbv2.load-balancers": (("kind", "{}"), ("scheme", "{}"), ("zones", "{}")),
        "elbv2.listeners": (("protocol", "{}"), ("port", "port {}")),
        "elb.load-balancers": (("scheme", "{}"), ("zones", "{}")),
        "elb.listeners": (("protocol", "{}"), ("port", "port {}")),
        "acm.certificates": (("domain", "{}"),),
        "autoscaling.groups": (("min_size", "at least {}"), ("max_size", "at most {}"), ("zones", "{}")),
        "ec2.instances": (("kind", "{}"), ("zone", "{}")),
        "ec2.volumes": (("size", "{} GiB"), ("encrypted", "encrypted")),
        "ec2.security-groups": (("group_name", "{}"),),
        "ec2.subnets": (("zone", "{}"),),
        "ec2.vpcs": (("default", "default VPC"),),
        "rds.instances": (("engine", "{}"), ("version", "{}"), ("zones", "{}"), ("multi_az", "Multi-AZ")),
        "logs.groups": (("kept", "{}"),),
    }
)
"""Columns that become short texts in the drawing; a true flag becomes the text, a false one nothing."""

_LINKED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "elbv2.load-balancers": ("groups", "vpc"),
        "elbv2.listeners": ("certificates", "load_balancer"),
        "elb.load-balancers": ("groups", "vpc"),
        "elb.listeners": ("certificate", "load_balancer"),
        "autoscaling.groups": ("instance_ids", "launch_templates", "tags", "target_groups"),
        "ec2.instances": ("groups", "profile", "subnet", "tags", "vpc"),
        "ec2.volumes": ("instances", "key", "tags"),
        "ec2.security-groups": ("tags",),
        "rds.instances": ("groups", "key", "tags"),
        "iam.roles": ("instance_profiles",),
        "logs.groups": ("key",),
        "s3.buckets": ("key",),
    }
)
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(sorted({*_LINKED.get(name, ()), *(column for column, _ in _FACTS.get(name, ()))}))
        for _, name in (*LINKS.values(), *CLASSIC.values())
        if name
    }
)
"""The columns that linking and drawing want of each population."""

_Place = tuple[str, str]


def texts(value: Any) -> list[str]:
    """A text, a comma-separated text or a list of texts, as a list."""
    found = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return [text.strip() for text in found if isinstance(text, str) and text.strip()]


class Table:
    """A population's raw values, found by id, or by what a column holds; an empty table where it was not read."""

    def __init__(self, population: Population | None) -> None:
        self.population = population
        self._found: dict[str, dict[tuple[str, str, str], list[int]]] = {}

    @property
    def members(self) -> tuple[Member, ...]:
        return self.population.members if self.population is not None else ()

    def value(self, row: int, column: str) -> Any:
        if self.population is None or column not in self.population.cells:
            return None
        return self.population.cells[column]._values[row]

    def gap(self, row: int, column: str) -> Gap | None:
        assert self.population is not None
        return self.population.cells[column]._gaps[row] if column in self.population.cells else None

    def sources(self, row: int, column: str) -> tuple[str, ...]:
        assert self.population is not None
        return self.population.cells[column]._sources[row] if column in self.population.cells else ()

    def rows(self, place: _Place, column: str, value: str) -> list[int]:
        """Rows in this account and Region (or without a Region) whose column holds the text, alone or in a list."""
        if column not in self._found:
            self._found[column] = self._index(column)
        account, region = place
        return [r for where in (region, GLOBAL) for r in self._found[column].get((account, where, value), ())]

    def _index(self, column: str) -> dict[tuple[str, str, str], list[int]]:
        index: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for row, member in enumerate(self.members):
            value = member.id if column == "id" else self.value(row, column)
            for key in _tag(value) if column == "tags" else dict.fromkeys([value] if isinstance(value, str) else texts(value)):
                index[member.account, member.region, key].append(row)
        return index


def _tag(tags: Any) -> list[str]:
    entries = tags if isinstance(tags, (list, tuple)) else ()
    return [t["Value"] for t in entries if isinstance(t, Mapping) and t.get("Key") == TAG and isinstance(t.get("Value"), str)]


class Picture:
    """One environment's resources while they are being found. What is found first keeps how it was found."""

    def __init__(self, tables: Mapping[str, Table], partition: str, account: str, region: str) -> None:
        self.tables, self.partition, self.account, self.region = tables, partition, account, region
        self._found: dict[tuple[str, str], Standing] = {}

    def ids(self, role: str) -> list[str]:
        return [standing.id for (of, _), standing in self._found.items() if of == role]

    def add(self, role: str, id: Any, found: str) -> None:
        """A resource by its id, name, ARN or URL; anything but a text is passed over."""
        if not isinstance(id, str) or not id:
            return
        for name in _spelt(role, id, self):
            if (role, name) not in self._found:
                self._found[role, name] = self._standing(role, name, found)

    def _standing(self, role: str, id: str, found: str) -> Standing:
        type, name = (LINKS if id.startswith("arn:") else {**LINKS, **CLASSIC})[role]
        place = GLOBAL if role in ("role", "instance profile") else self.region
        rows = self._rows(name, "id", id)
        if not rows:
            return Standing(role, type, id, id if id.startswith("arn:") else "", place, found)
        member = self.tables[name].members[rows[0]]
        return Standing(role, member.type, member.id, member.arn, member.region, found, tuple(self._facts(name, rows[0])))

    def _facts(self, name: str, row: int) -> Iterator[str]:
        for column, form in _FACTS.get(name, ()):
            value = self.tables[name].value(row, column)
            if isinstance(value, bool):
                yield from (form,) if value else ()
            elif value is not None:
                yield from (form.format(v) for v in (value if isinstance(value, (list, tuple)) else (value,)))

    def _rows(self, name: str, column: str, value: str) -> list[int]:
        return self.tables[name].rows((self.account, self.region), column, value) if name in self.tables else []

    def follow(self, name: str, id: str, **roles: str) -> None:
        """Adds what the columns of one member name: `groups="security group"`."""
        for row in self._rows(name, "id", id):
            for column, role in roles.items():
                for value in texts(self.tables[name].value(row, column)):
                    self.add(role, value, "attachment")

    def pointing(self, role: str, column: str, id: str, links: Mapping[str, tuple[str, str]] = LINKS) -> None:
        """Adds the members of the role's population whose column names this id."""
        _, name = links[role]
        for row in self._rows(name, column, id):
            self.add(role, self.tables[name].members[row].id, "attachment")

    def tagged(self, name: str, id: str) -> list[str]:
        """Ids of the members that carry the environment's tag."""
        return [self.tables[name].members[row].id for row in self._rows(name, "tags", id)]

    def named(self, role: str, test: Callable[[str], bool]) -> None:
        """Adds the members of the role's population, in this account and Region, whose id passes."""
        for member in self.tables[LINKS[role][1]].members:
            if (member.account, member.region) == (self.account, self.region) and test(member.id):
                self.add(role, member.id, "name")

    def standings(self) -> tuple[Standing, ...]:
        """In the order of the picture, and by id within it."""
        order = {role: number for number, role in enumerate(LINKS)}
        return tuple(sorted(self._found.values(), key=lambda s: (order[s.role], s.id)))

    def unread(self) -> Iterator[str]:
        """Which populations were not read, or not to their end, so that links may be missing."""
        missing = [name for name, table in self.tables.items() if table.population is None]
        if missing:
            yield f"not read in this run: {', '.join(sorted(missing))}"
        for name, table in sorted(self.tables.items()):
            population = table.population  # an unread list leaves it empty, hence false: ask for None
            unread = None if population is None else population.first_unread(self.account, self.region, "region")
            if unread is not None:
                yield f"{name}: {unread.call} {unread.ending}"


def _spelt(role: str, id: str, picture: Picture) -> list[str]:
    """The ids by which populations know the resource: AWS names some by ARN, by path or by name."""
    if role in ("role", "instance profile"):
        return [id.rpartition("/")[2]]
    if role == "KMS key":
        return [] if "alias/" in id else [id.rpartition("/")[2]]
    if role == "security group" and not id.startswith("sg-"):
        table = picture.tables["ec2.security-groups"]
        return [table.members[row].id for row in table.rows((picture.account, picture.region), "group_name", id)] or [id]
    if role == "launch template":  # versions in use are members of their own: lt-0abc:3
        template = id.partition(":")[0]
        known = [m for m in picture.tables["ec2.launch-templates"].members if m.id.partition(":")[0] == template]
        return [m.id for m in known if (m.account, m.region) == (picture.account, picture.region)] or [template]
    return [id]
