"""What queries find, at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

ENABLED = Applies(lambda groups: ~(groups.state == "DISABLED"), "It is disabled: no query runs in it.")


@requirement(
    "athena.workgroups.encrypted",
    says="Every Athena workgroup encrypts what queries find, whatever the client asks for.",
    why="Results are copies of the data, in a bucket that is looked after less than the data's own.",
    logic="ManagedQueryResultsConfiguration is enabled (Athena keeps the results, encrypted); or an EncryptionOption is set for the "
    "results and EnforceWorkGroupConfiguration is true. Where no option is set the bucket alone decides, and it is not read here.",
    covers=(),
    applies=(ENABLED,),
    shows=("enforced",),
    fix="Athena console, Workgroups, Edit: Encrypt query results, and Override client-side settings; or aws athena update-work-group "
    "--configuration-updates.",
    source="https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html",
)
def encrypted(groups: Population) -> Truth:
    managed = groups.managed.present() & groups.managed.is_true()
    return managed | (groups.encryption.present() & groups.enforced.is_true())


REQUIREMENTS = (encrypted,)
