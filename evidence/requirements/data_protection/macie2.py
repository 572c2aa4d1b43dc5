"""Macie: somebody knows which buckets hold sensitive data."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

HOLDS_BUCKETS = Applies(lambda regions, buckets, *_: regions.some_in(buckets), "There is no bucket in this Region.")


@requirement(
    "macie2.regions.enabled",
    says="Macie is enabled in every Region that holds buckets.",
    why="What nobody knows to be sensitive, nobody protects as such.",
    logic="GetMacieSession gives status ENABLED; PAUSED is not enabled. AccessDeniedException with the message 'Macie is not enabled' "
    "says that it is not; any other refusal is a gap.",
    covers=("DP-22",),
    uses=("s3.buckets",),
    applies=(HOLDS_BUCKETS,),
    shows=("since",),
    fix="aws macie2 enable-macie in the Region, or through the organisation's Macie administrator.",
    source="https://docs.aws.amazon.com/macie/latest/APIReference/macie.html",
)
def enabled(regions: Population, buckets: Population) -> Truth:
    return regions.session.present() & (regions.session == "ENABLED")


@requirement(
    "macie2.regions.discovery",
    says="Sensitive data is looked for in every Region that holds buckets.",
    why="Macie that is only switched on tells about settings of buckets; what is in them it says where it is told to look.",
    logic="Automated discovery is ENABLED, or each bucket of the Region is named by a recurring job that runs or waits for its next "
    "run, or by a one-time job made within the days allowed that runs or is complete. Jobs that choose buckets by criteria are not "
    "evaluated: a bucket that only they may cover is a gap. Which buckets automated discovery leaves out is not read. A member "
    "account may be refused: its administrator can be asked.",
    covers=("DP-22",),
    uses=("s3.buckets", "macie2.jobs"),
    parameters={"days": Parameter(90, "days for which a one-time job counts after it was made")},
    applies=(HOLDS_BUCKETS,),
    fix="aws macie2 update-automated-discovery-configuration --status ENABLED, or a scheduled job that names the buckets.",
    source="https://docs.aws.amazon.com/macie/latest/user/discovery-asdd.html",
)
def discovery(regions: Population, buckets: Population, jobs: Population, *, days: float) -> Truth:
    recurring = (jobs.kind == "SCHEDULED") & jobs.status.is_in(("RUNNING", "IDLE"))
    once = (jobs.kind == "ONE_TIME") & jobs.status.is_in(("RUNNING", "COMPLETE")) & jobs.created.within(days=days)
    covered = buckets.some_in(jobs, on=("id", "buckets"), where=recurring | once)
    left_out = regions.some_in(buckets, where=~covered, label="buckets that no job covers")
    on = regions.discovery.present() & (regions.discovery == "ENABLED")
    return on | ~left_out


REQUIREMENTS = (enabled, discovery)
