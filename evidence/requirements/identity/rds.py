"""Databases: who signs in, and under what name."""

from collections.abc import Sequence

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.eligibility import not_in_cluster

IAM_WHY = "A token that IAM signs lasts for minutes and ends with the right to it; a password in a file is good until somebody changes it."
IAM_LOGIC = (
    "IAMDatabaseAuthenticationEnabled is true; left out, it is unknown. That tokens can be used is judged, not that they are: passwords go "
    "on working, and which users of the database take tokens is not read."
)
NAMES = {
    "names": Parameter(
        ["admin", "postgres"],
        "names that the master user must not have",
        "https://docs.aws.amazon.com/config/latest/developerguide/rds-instance-default-admin-check.html",
    )
}
NAMES_WHY = "Of a default account an attacker needs to guess the password only."
NAMES_LOGIC = "MasterUsername is none of the given names, whatever the case of its letters; left out, it is unknown."


@requirement(
    "rds.instances.iam-authentication",
    says="Every RDS instance can be signed in to with tokens of IAM.",
    why=IAM_WHY,
    logic=IAM_LOGIC,
    covers=("DP-24",),
    applies=(
        not_in_cluster("iam-authentication"),
        Applies(
            lambda instances: instances.engine.is_in(("mysql", "mariadb", "postgres")),
            "Its engine does not take IAM's tokens: MySQL, MariaDB and PostgreSQL do.",
        ),
    ),
    shows=("engine", "version"),
    fix="aws rds modify-db-instance --enable-iam-database-authentication; then give the database's users the rds_iam role (PostgreSQL) "
    "or the plugin AWSAuthenticationPlugin (MySQL, MariaDB). An engine version that is too old has to be upgraded first.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
)
def instances_iam(instances: Population) -> Truth:
    return instances.iam.is_true()


@requirement(
    "rds.clusters.iam-authentication",
    says="Every DB cluster can be signed in to with tokens of IAM.",
    why=IAM_WHY,
    logic=IAM_LOGIC,
    covers=("DP-24",),
    shows=("engine", "version"),
    fix="aws rds modify-db-cluster --enable-iam-database-authentication; then give the database's users the rds_iam role (PostgreSQL) "
    "or the plugin AWSAuthenticationPlugin (MySQL).",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html",
)
def clusters_iam(clusters: Population) -> Truth:
    return clusters.iam.is_true()


def _other_name(admin: Column, names: Sequence[str]) -> Truth:
    return ~admin.compute(str.lower).is_in({name.lower() for name in names})


@requirement(
    "rds.instances.admin-name",
    says="No RDS instance's master user has a name that everybody tries first.",
    why=NAMES_WHY,
    logic=NAMES_LOGIC,
    covers=(),
    parameters=NAMES,
    applies=(not_in_cluster("admin-name"),),
    shows=("engine",),
    fix="The name cannot be changed, and a restored snapshot keeps it: make an instance under another master user and move the data there.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
)
def instances_admin_name(instances: Population, *, names: Sequence[str]) -> Truth:
    return _other_name(instances.admin, names)


@requirement(
    "rds.clusters.admin-name",
    says="No DB cluster's master user has a name that everybody tries first.",
    why=NAMES_WHY,
    logic=NAMES_LOGIC,
    covers=(),
    parameters=NAMES,
    shows=("engine",),
    fix="The name cannot be changed, and a restored snapshot keeps it: make a cluster under another master user and move the data there.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html",
)
def clusters_admin_name(clusters: Population, *, names: Sequence[str]) -> Truth:
    return _other_name(clusters.admin, names)


REQUIREMENTS = (instances_iam, clusters_iam, instances_admin_name, clusters_admin_name)
