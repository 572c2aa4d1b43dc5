"""The instance metadata service: only its second version, which a stray request cannot use."""

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

HOPS = {"hops": Parameter(2, "hops that an answer may travel at most")}
INHERITED = (
    "HttpTokens is required, or HttpEndpoint is disabled; where the one is left out, the Region's account default counts, and without "
    "a default the image decides: that is unknown. A hop limit that is given is at most the given hops."
)


@requirement(
    "ec2.instances.imdsv2",
    says="Every EC2 instance answers metadata requests only by version 2 of the service.",
    why="A request that an application is tricked into making cannot then fetch the role's credentials.",
    logic="HttpTokens is required, or HttpEndpoint is disabled, running or stopped. While a change is pending it is unknown.",
    covers=("BP-03",),
    shows=("imds_hop_limit",),
    fix="aws ec2 modify-instance-metadata-options --http-tokens required; in Elastic Beanstalk the option DisableIMDSv1.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html",
)
def instances_imdsv2(instances: Population) -> Truth:
    return (instances.imds_tokens == "required") | _said(instances.imds_endpoint, "disabled")


@requirement(
    "ec2.regions.imds-default",
    says="Every Region makes version 2 of the metadata service the default for new instances.",
    why="Whoever starts an instance then gets it without having to know.",
    logic="The account default of HttpTokens is required; left out, no default is set.",
    covers=("BP-04",),
    shows=("imds_enforced",),
    fix="In each Region: aws ec2 modify-instance-metadata-defaults --http-tokens required.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html",
)
def imds_default(regions: Population) -> Truth:
    source = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html"
    return regions.imds_tokens.absent_means("no preference", source=source) == "required"


@requirement(
    "ec2.launch-templates.imdsv2",
    says="Every launch template version that an Auto Scaling group uses allows only version 2 of the metadata service.",
    why="The next instance then starts safe, not only those that run today.",
    logic=INHERITED,
    covers=("BP-02",),
    uses=("ec2.regions",),
    parameters=HOPS,
    shows=("template_name",),
    fix="Set HttpTokens to required in a new version; in Elastic Beanstalk the option DisableIMDSv1.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html",
)
def templates_imdsv2(templates: Population, regions: Population, *, hops: int) -> Truth:
    return _only_version_2(templates, regions, hops)


@requirement(
    "autoscaling.launch-configurations.imdsv2",
    says="Every launch configuration that an Auto Scaling group uses allows only version 2 of the metadata service.",
    why="The next instance then starts safe, not only those that run today.",
    logic=INHERITED,
    covers=("BP-02",),
    uses=("ec2.regions", "autoscaling.groups"),
    parameters=HOPS,
    applies=(
        Applies(
            lambda configurations, _, groups: configurations.some_in(groups, on=("id", "launch_configuration")),
            "No Auto Scaling group uses it.",
        ),
    ),
    fix="Move the group to a launch template; in Elastic Beanstalk the option DisableIMDSv1 does so.",
    source="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMetadataOptions.html",
)
def configurations_imdsv2(configurations: Population, regions: Population, _: Population, *, hops: int) -> Truth:
    return _only_version_2(configurations, regions, hops)


def _only_version_2(members: Population, regions: Population, hops: int) -> Truth:
    tokens = _in_force(members, regions, "imds_tokens", "required")
    off = _in_force(members, regions, "imds_endpoint", "disabled", otherwise=False)
    far = members.imds_hop_limit.present() & (members.imds_hop_limit > hops)
    return off | (tokens & ~far)


def _in_force(members: Population, regions: Population, column: str, wanted: str, *, otherwise: bool | None = None) -> Truth:
    """Whether the member says so, or leaves it out and the Region's default says so. Where neither speaks: unknown, or no
    where AWS's own default is another value (`otherwise` False)."""
    default = members.lookup(regions, on=("region", "region"), column=column)
    inherited = _said(default, wanted) if otherwise is False else default == wanted
    return _said(members[column], wanted) | (~members[column].present() & inherited)


def _said(column: Column, value: str) -> Truth:
    return column.present() & (column == value)


REQUIREMENTS = (instances_imdsv2, imds_default, templates_imdsv2, configurations_imdsv2)
