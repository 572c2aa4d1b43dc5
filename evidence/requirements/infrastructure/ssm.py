"""Documents of Systems Manager: shown to nobody outside."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_SHARING = "https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html"


@requirement(
    "ssm.documents.not-public",
    says="No Systems Manager document of the account is shared with everyone.",
    why="Documents show how machines are run, and at times what nobody should have written into them.",
    logic="The accounts that the document is shared with do not contain all.",
    covers=(),
    shows=("kind",),
    fix="aws ssm modify-document-permission --permission-type Share --account-ids-to-remove all.",
    source="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocumentPermission.html",
)
def documents_not_public(documents: Population) -> Truth:
    return ~documents.shared_with.some(lambda account: account.lower() == "all")


@requirement(
    "ssm.regions.public-documents-blocked",
    says="Every Region blocks public sharing of Systems Manager documents.",
    why="A document shared by mistake then stays at home.",
    logic="The setting /ssm/documents/console/public-sharing-permission is Disable. Where AWS does not have the setting, it is unknown.",
    covers=(),
    fix="aws ssm update-service-setting --setting-id /ssm/documents/console/public-sharing-permission --setting-value Disable.",
    source=_SHARING,
)
def public_documents_blocked(regions: Population) -> Truth:
    return regions.public_sharing == "Disable"


REQUIREMENTS = (documents_not_public, public_documents_blocked)
