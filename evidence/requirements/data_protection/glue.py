"""The Data Catalog at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "glue.catalogs.encrypted",
    says="Every Glue Data Catalog in use is encrypted at rest with a KMS key.",
    why="Names of tables, columns and partitions, and how to reach their stores, tell an intruder where to look.",
    logic="CatalogEncryptionMode is SSE-KMS or SSE-KMS-WITH-SERVICE-ROLE. A Region's catalog is in use where it has a database.",
    covers=(),
    applies=(Applies(lambda catalogs: catalogs.databases.some(lambda _: True), "The Region's catalog has no database."),),
    shows=("key",),
    fix="Glue console, Data Catalog settings, Metadata encryption; or aws glue put-data-catalog-encryption-settings.",
    source="https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html",
)
def encrypted(catalogs: Population) -> Truth:
    return catalogs.encryption.is_in({"SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"})


REQUIREMENTS = (encrypted,)
