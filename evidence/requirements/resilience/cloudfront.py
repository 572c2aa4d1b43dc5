"""Distributions: an origin to go over to."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.data_protection.cloudfront import ENABLED
from evidence.requirements.declare import requirement


def _usable(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """The origin groups that a cache behaviour asks, and that have two different origins or more."""
    return [group["id"] for group in groups if group["asked"] and len(set(group["origins"])) > 1]


@requirement(
    "cloudfront.distributions.origin-failover",
    says="Every distribution has a second origin to go over to when the first one fails.",
    why="What CloudFront does not hold itself is otherwise lost to viewers for as long as its one origin is down.",
    logic="An origin group with two origins or more is asked by the default cache behaviour or another one. Other cache behaviours may "
    "still ask one origin alone; CloudFront goes over for GET, HEAD and OPTIONS only. Without OriginGroups in the answer it is unknown.",
    covers=(),
    applies=(ENABLED,),
    shows=("domain",),
    fix="CloudFront console, distribution, Origins, Create origin group with two origins and the failover criteria; then choose it as "
    "the origin of the cache behaviour.",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html",
)
def origin_failover(distributions: Population) -> Truth:
    return distributions.origin_groups.compute(_usable, label="origin groups in use").some(lambda _: True)


REQUIREMENTS = (origin_failover,)
