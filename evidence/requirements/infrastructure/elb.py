"""Classic load balancers: what they pass on."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "elb.load-balancers.desync-mode",
    says="Every classic load balancer that reads HTTP defends against request smuggling.",
    why="A request that two servers read differently can slip past the first.",
    logic="The attribute elb.http.desyncmitigationmode is defensive or strictest.",
    covers=("IS-14",),
    applies=(
        Applies(
            lambda balancers: balancers.protocols.some(lambda protocol: protocol in ("HTTP", "HTTPS")),
            "None of its listeners reads HTTP.",
        ),
    ),
    shows=("protocols",),
    fix="aws elb modify-load-balancer-attributes with the additional attribute elb.http.desyncmitigationmode = defensive.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-desync-mitigation-mode.html",
)
def desync_mode(balancers: Population) -> Truth:
    return balancers.desync_mode.is_in({"defensive", "strictest"})


REQUIREMENTS = (desync_mode,)
