"""Databases: out of the world's reach."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "rds.instances.not-public",
    says="Every RDS instance is without a public address.",
    why="A database is for its applications, never for the internet.",
    logic="PubliclyAccessible is false, for members of DB clusters too. What the security groups let in is judged under them.",
    covers=("IS-09",),
    shows=("engine", "groups"),
    fix="aws rds modify-db-instance --no-publicly-accessible.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
)
def not_public(instances: Population) -> Truth:
    return ~instances.public.is_true()


REQUIREMENTS = (not_public,)
