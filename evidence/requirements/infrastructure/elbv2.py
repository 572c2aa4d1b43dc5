"""Load balancers: what they pass on."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


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


REQUIREMENTS = (drop_invalid_headers,)
