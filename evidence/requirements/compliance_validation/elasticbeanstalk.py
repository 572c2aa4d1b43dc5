"""Elastic Beanstalk environments: the Regions they live in."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


@requirement(
    "elasticbeanstalk.environments.approved-region",
    says="Every environment lives in a Region that was approved.",
    why="Where an application runs decides which law its data is under.",
    logic="The environment's Region is one of those named in the parameter; while none is named, nobody can say and the requirement "
    "leaves a gap. Regions that were not asked are shown as out of scope; where data is copied to is not read.",
    covers=("CV-11",),
    parameters={"regions": Parameter([], "Regions that are approved")},
    fix="Make the environment anew in an approved Region; keep others out with a service control policy on aws:RequestedRegion.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentDescription.html",
)
def approved_region(environments: Population, *, regions: list[str]) -> Truth:
    def named(region: str) -> str:
        if not regions:
            raise ValueError("nobody named the approved Regions")
        return region

    return environments.region.compute(named).is_in(regions)


REQUIREMENTS = (approved_region,)
