"""Caches: who may use them, and in which network they lie."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

_SERVERLESS = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ServerlessCache.html"
_RBAC = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html"
_USERS = (
    "no user of it can come in without one: Authentication.Type is no-password and the access string says on. (ElastiCache's own default "
    "user is such a one, until it is replaced.)"
)


def _open(users: Population) -> Truth:
    """Users that come in without any proof; neither on nor off in the access string means off."""
    return (users.authentication == "no-password") & users.access.matches(r"(^|\s)on(\s|$)")


def _shut_by_groups(caches: Population, groups: str, users: Population) -> Truth:
    some_open = caches.some_in(users, on=(groups, "user_groups"), where=_open(users), label="users without a password")
    return caches[groups].present() & ~some_open


@requirement(
    "elasticache.replication-groups.authentication",
    says="Every ElastiCache replication group asks its clients who they are.",
    why="Whoever reaches the port reads, changes and empties the cache otherwise.",
    logic=f"AuthTokenEnabled is true; or UserGroupIds names a user group, and {_USERS}",
    covers=(),
    uses=("elasticache.users",),
    shows=("engine", "user_groups"),
    fix="aws elasticache modify-replication-group --user-group-ids-to-add, with a default user of your own that has a password or is off; "
    "or --auth-token.",
    source=_RBAC,
)
def groups_authentication(groups: Population, users: Population) -> Truth:
    named = groups.user_groups.some(lambda group: bool(group))
    return groups.token.is_true() | (named & _shut_by_groups(groups, "user_groups", users))


@requirement(
    "elasticache.serverless-caches.authentication",
    says="Every ElastiCache serverless cache asks its clients who they are.",
    why="Whoever reaches the endpoint reads, changes and empties the cache otherwise.",
    logic=f"UserGroupId names a user group, and {_USERS} Left out, there is no user group.",
    covers=(),
    uses=("elasticache.users",),
    applies=(
        Applies(
            lambda caches, *_: ~(caches.engine == "memcached"),
            "Memcached has no users: its endpoint and the security groups alone keep others out.",
        ),
    ),
    shows=("engine",),
    fix="aws elasticache modify-serverless-cache --user-group-id, with a default user of your own that has a password or is off.",
    source=_SERVERLESS,
)
def serverless_authentication(caches: Population, users: Population) -> Truth:
    return _shut_by_groups(caches, "user_group", users)


@requirement(
    "elasticache.serverless-caches.not-public",
    says="Every ElastiCache serverless cache is reached from inside a VPC only.",
    why="A cache is for its applications, never for the internet.",
    logic="ConnectionType is vpc; left out, it is vpc.",
    covers=(),
    shows=("engine",),
    fix="The connection type cannot be changed: make a new cache with --connection-type vpc.",
    source=_SERVERLESS,
)
def serverless_not_public(caches: Population) -> Truth:
    return caches.connection.absent_means("vpc", source=_SERVERLESS) == "vpc"


@requirement(
    "elasticache.clusters.own-subnet-group",
    says="Every ElastiCache cluster lies in a subnet group made for it.",
    why="The default subnet group holds the default VPC's subnets, which are open to the internet as AWS makes them.",
    logic="CacheSubnetGroupName is not default. Members of replication groups are judged too. The routes of the subnets are not read.",
    covers=(),
    shows=("engine", "group"),
    fix="aws elasticache create-cache-subnet-group with private subnets; a cluster cannot move: make a new one there from a snapshot.",
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SubnetGroups.html",
)
def own_subnet_group(clusters: Population) -> Truth:
    return clusters.subnet_group != "default"


REQUIREMENTS = (groups_authentication, serverless_authentication, serverless_not_public, own_subnet_group)
