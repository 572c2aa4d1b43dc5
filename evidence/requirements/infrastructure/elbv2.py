"""Load balancers: what they pass on, and which of them face the internet."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement


@requirement(
    "elbv2.load-balancers.drop-invalid-headers",
    says="Every application load balancer drops invalid header fields and defends against request smuggling.",
    why="A request that two servers read differently can slip past the first.",
    logic="routing.http.drop_invalid_header_fields.enabled is true and routing.http.desync_mitigation_mode is defensive or strictest.",
    covers=("IS-14",),
    applies=(Applies(lambda balancers: balancers.kind == "application", "Only application load balancers read HTTP headers."),),
    shows=("balancer_name",),
    fix="aws elbv2 modify-load-balancer-attributes with routing.http.drop_invalid_header_fields.enabled = true.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
)
def drop_invalid_headers(balancers: Population) -> Truth:
    return balancers.drop_invalid_headers.is_true() & balancers.desync_mode.is_in({"defensive", "strictest"})


_MADE_FOR = ("elasticbeanstalk:environment-name", "elasticbeanstalk:environment-id")


@requirement(
    "elbv2.load-balancers.approved-exposure",
    says="Every load balancer is internal, or approved to face the internet.",
    why="What faces the internet is tried by everyone: somebody should have wanted it.",
    logic="Scheme is internal; or the load balancer's name or ARN, or the name or id of the Elastic Beanstalk environment that its tags say "
    "it was made for, is in the list given. An empty list means that nothing was approved: then every one that faces the internet is an "
    "exception. A load balancer that several environments share is approved by its own name.",
    covers=("IS-04",),
    parameters={
        "approved": Parameter([], "load balancers (name or ARN) and environments (name or id) approved to face the internet")
    },
    applies=(
        Applies(lambda balancers: balancers.kind != "gateway", "A gateway load balancer has no address that one could call."),
    ),
    shows=("balancer_name", "environment"),
    fix="Have the exposure approved and name it in the parameter. A scheme cannot be changed: in Elastic Beanstalk set ELBScheme to internal, "
    "which makes the load balancer anew.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html",
)
def approved_exposure(balancers: Population, *, approved: list[str]) -> Truth:
    named = balancers.balancer_name.is_in(approved) | balancers.arn.is_in(approved)
    made_for = balancers.tags.some(lambda tag: tag["Key"] in _MADE_FOR and tag["Value"] in approved)
    return (balancers.scheme == "internal") | named | made_for


REQUIREMENTS = (drop_invalid_headers, approved_exposure)
