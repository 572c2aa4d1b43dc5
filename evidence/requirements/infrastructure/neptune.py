"""Neptune: who may use it."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "neptune.clusters.iam-authentication",
    says="Every Neptune cluster asks its clients for an IAM signature.",
    why="Neptune has no passwords: without it whoever reaches the port reads and changes the graph.",
    logic="IAMDatabaseAuthenticationEnabled is true.",
    covers=(),
    shows=("version",),
    fix="aws neptune modify-db-cluster --enable-iam-database-authentication.",
    source="https://docs.aws.amazon.com/neptune/latest/userguide/iam-auth.html",
)
def iam_authentication(clusters: Population) -> Truth:
    return clusters.iam.is_true()


REQUIREMENTS = (iam_authentication,)
