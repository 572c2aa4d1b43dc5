"""Functions: surviving the loss of a zone."""

from evidence.populations.cells import Truth
from evidence.populations.gather import gather
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"


@requirement(
    "lambda.functions.multi-az",
    says="Every Lambda function that is connected to a VPC has subnets in several Availability Zones.",
    why="Lambda runs a function where its subnets are: with the only zone goes the function.",
    logic="The subnets of VpcConfig, looked up in the list of subnets, lie in at least the given number of different zones. A subnet that "
    "the list does not show leaves a gap. What the function talks to in its VPC may stand in one zone all the same.",
    covers=(),
    uses=("ec2.subnets",),
    parameters={
        "zones": Parameter(
            2,
            "Availability Zones at least",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        )
    },
    applies=(
        Applies(
            lambda functions, _: functions.vpc.present(), "It is connected to no VPC: Lambda runs it in several zones by itself."
        ),
    ),
    shows=("subnets",),
    fix="aws lambda update-function-configuration --vpc-config with a subnet of a second zone beside those it has.",
    source=_SOURCE,
)
def multi_az(functions: Population, subnets: Population, *, zones: int) -> Truth:
    return gather(functions, subnets, ("subnets", "id"), "zone", every=True).count() >= zones


REQUIREMENTS = (multi_az,)
