"""Database migration: out of the world's reach."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "dms.replication-instances.not-public",
    says="Every DMS replication instance is without a public address.",
    why="It holds the credentials of both databases, and what it copies between them.",
    logic="PubliclyAccessible is false. What the security groups let in is judged under them.",
    covers=(),
    shows=("version",),
    fix="It cannot be changed: make a new instance (aws dms create-replication-instance --no-publicly-accessible) and move the tasks.",
    source="https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationInstance.html",
)
def not_public(instances: Population) -> Truth:
    return ~instances.public.is_true()


REQUIREMENTS = (not_public,)
