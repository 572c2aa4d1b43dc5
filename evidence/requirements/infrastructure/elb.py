"""Classic load balancers: what they pass on, and which of them face the internet."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement


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


@requirement(
    "elb.load-balancers.approved-exposure",
    says="Every classic load balancer is internal, or approved to face the internet.",
    why="What faces the internet is tried by everyone: somebody should have wanted it.",
    logic="Scheme is internal; or the load balancer's name, or the name or id of the Elastic Beanstalk environment whose resources list it, is "
    "in the list given. An empty list means that nothing was approved: then every one that faces the internet is an exception.",
    covers=("IS-04",),
    uses=("elasticbeanstalk.environments",),
    parameters={"approved": Parameter([], "load balancers (name) and environments (name or id) approved to face the internet")},
    fix="Have the exposure approved and name it in the parameter. A scheme cannot be changed: in Elastic Beanstalk set ELBScheme to internal, "
    "which makes the load balancer anew.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_LoadBalancerDescription.html",
)
def approved_exposure(balancers: Population, environments: Population, *, approved: list[str]) -> Truth:
    theirs = environments.resources.compute(lambda found: [one["Name"] for one in found["LoadBalancers"]])
    good = environments.name.is_in(approved) | environments.id.is_in(approved)
    made_for = balancers.some_in(environments, on=("id", theirs), where=good, label="approved environment")
    return (balancers.scheme == "internal") | balancers.id.is_in(approved) | made_for


REQUIREMENTS = (desync_mode, approved_exposure)
