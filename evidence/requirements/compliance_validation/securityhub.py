"""Security Hub CSPM: AWS's own checks run continuously."""

from functools import partial

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


@requirement(
    "securityhub.regions.enabled",
    says="Security Hub CSPM is enabled in every Region in scope.",
    why="It evaluates resources against AWS's security standards continuously, between two runs as well.",
    logic="DescribeHub gives a HubArn; InvalidAccessException and ResourceNotFoundException say that it is not enabled.",
    covers=("CV-04",),
    shows=("since",),
    fix="aws securityhub enable-security-hub, in each Region or through the organisation's central configuration.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html",
)
def enabled(regions: Population) -> Truth:
    return regions.hub.present()


@requirement(
    "securityhub.regions.standards",
    says="Security Hub CSPM evaluates the standards demanded in every Region in scope.",
    why="Without a standard that is ready Security Hub CSPM checks nothing.",
    logic=(
        "Each standard demanded is enabled with StandardsStatus READY; where none is named, at least one is. Security Hub that is "
        "not enabled has none."
    ),
    covers=("CV-04",),
    parameters={
        "standards": Parameter(
            [], 'names of standards that must be ready, as in their ARNs, with or without version: "pci-dss" or "pci-dss/v/4.0.1"'
        )
    },
    shows=("standards",),
    fix="aws securityhub batch-enable-standards; INCOMPLETE mostly means that AWS Config does not record.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetEnabledStandards.html",
)
def standards(regions: Population, *, standards: list[str]) -> Truth:
    holds = regions.ready.present() & regions.ready.some(lambda name: True)
    for wanted in standards:
        holds &= regions.ready.some(partial(_is, wanted))
    return holds


def _is(wanted: str, name: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}/")


REQUIREMENTS = (enabled, standards)
