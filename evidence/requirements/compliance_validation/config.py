"""AWS Config's rules: which there are, and what they found."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

RULE = "https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html"
COMPLIANCE = "https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeComplianceByConfigRule.html"


def _looks_at_resources(rules: Population) -> Truth:
    """A rule of proactive mode alone judges templates before they are deployed. Detective is what AWS takes by default."""
    modes = rules.modes.absent_means(["DETECTIVE"], source=RULE).compute(lambda named: named or ["DETECTIVE"])
    return modes.some(lambda mode: mode == "DETECTIVE")


def _complies(verdict: str) -> bool:
    if verdict == "INSUFFICIENT_DATA":
        raise ValueError("AWS Config has no result of this rule, and no sign that its last evaluation succeeded")
    return {"COMPLIANT": True, "NON_COMPLIANT": False}[verdict]


@requirement(
    "config.rules.compliant",
    says="Every rule of AWS Config finds that its resources comply.",
    why="A rule that stays broken is either a fault of the resources or a rule that nobody believes in.",
    logic="ComplianceType is COMPLIANT; the number of resources is the least there are where AWS stopped counting. INSUFFICIENT_DATA is no "
    "pass: not applicable where the last evaluation succeeded (no resource was in the rule's scope), else a gap. Rules that Security Hub "
    "or a conformance pack made are judged with the others.",
    covers=("CV-07",),
    applies=(
        Applies(
            _looks_at_resources, "The rule has no detective mode: it judges resources before they are made, not those there are."
        ),
        Applies(
            lambda rules: ~(rules.visibility.present() & (rules.visibility == "INTERNAL")),
            "AWS keeps the results of this rule to the service that made it.",
        ),
        Applies(
            lambda rules: ~((rules.compliance == "INSUFFICIENT_DATA") & rules.evaluated.is_true()),
            "The rule was evaluated, and found no resource that it is about.",
        ),
    ),
    shows=("non_compliant", "made_by"),
    fix="aws configservice get-compliance-details-by-config-rule names the resources; put them right, or record why they stay.",
    source=COMPLIANCE,
)
def compliant(rules: Population) -> Truth:
    return rules.compliance.compute(_complies, label="complies").is_true()


BEANSTALK = (
    "BEANSTALK_ENHANCED_HEALTH_REPORTING_ENABLED",
    "ELASTIC_BEANSTALK_MANAGED_UPDATES_ENABLED",
    "ELASTIC_BEANSTALK_LOGS_TO_CLOUDWATCH",
)
# AWS's page of each rule names the Regions that lack it, and the pages have changed over the years. The first are named by
# all editions of the pages; the others by some, for at least one of the three rules.
NOT_OFFERED = frozenset({"ap-east-2", "il-central-1", "mx-central-1"})
PERHAPS_OFFERED = frozenset({
    "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
    "ca-west-1", "eu-central-2", "eu-south-2", "me-central-1", "me-south-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1",
    "us-gov-west-1",
})  # fmt: skip


def surely_offered(region: str) -> str:
    if region in PERHAPS_OFFERED:
        raise ValueError("AWS's pages do not agree on whether these rules are offered in this Region")
    return region


@requirement(
    "config.regions.beanstalk-rules",
    says="Every Region with environments has AWS Config's three rules on Elastic Beanstalk.",
    why="Between two runs, a change of health reporting, updates or log streaming is then noticed as well.",
    logic="For each of the source identifiers BEANSTALK_ENHANCED_HEALTH_REPORTING_ENABLED, ELASTIC_BEANSTALK_MANAGED_UPDATES_ENABLED and "
    "ELASTIC_BEANSTALK_LOGS_TO_CLOUDWATCH there is a rule owned by AWS, under any name, in state ACTIVE or EVALUATING and of detective "
    "mode. A rule that is missing where AWS may not offer it leaves a gap. Scope and parameters of the rules are not read.",
    covers=("CV-08",),
    uses=("config.rules", "elasticbeanstalk.environments"),
    applies=(
        Applies(
            lambda regions, rules, environments: regions.some_in(environments),
            "There is no Elastic Beanstalk environment in this Region.",
        ),
        Applies(
            lambda regions, *_: ~regions.region.is_in(NOT_OFFERED), "AWS offers these rules in no edition of its pages here."
        ),
    ),
    fix="AWS Config → Rules → Add rule: the three AWS managed rules on Elastic Beanstalk.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/elastic-beanstalk-managed-updates-enabled.html",
)
def beanstalk_rules(regions: Population, rules: Population, environments: Population) -> Truth:
    active = rules.state.is_in(("ACTIVE", "EVALUATING")) & (rules.owner == "AWS") & _looks_at_resources(rules)
    first, *others = (
        regions.some_in(rules, where=active & (rules.identifier == kind), label=f"rules of kind {kind}") for kind in BEANSTALK
    )
    for truth in others:
        first &= truth
    # Unknown, never no, where AWS may not offer them.
    return first | ~regions.region.compute(surely_offered, label="offered in").present()


def _in_full(state: str) -> bool:
    if state.endswith("_IN_PROGRESS"):
        raise ValueError(f"its state is {state}")
    return state in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@requirement(
    "config.conformance-packs.deployed",
    says="Every conformance pack is deployed in full.",
    why="A pack that failed half-way looks like a set of checks and leaves some of them out.",
    logic="ConformancePackState is CREATE_COMPLETE or UPDATE_COMPLETE; one in progress leaves a gap. What the pack's rules find is "
    "judged by config.rules.compliant, and whether a pack is required at all is not judged.",
    covers=("CV-09",),
    shows=("reason", "updated"),
    fix="aws configservice describe-conformance-pack-status tells why; deploy the pack again.",
    source="https://docs.aws.amazon.com/config/latest/APIReference/API_ConformancePackStatusDetail.html",
)
def deployed(packs: Population) -> Truth:
    return packs.state.compute(_in_full, label="deployed").is_true()


REQUIREMENTS = (compliant, beanstalk_rules, deployed)
