"""Security Hub CSPM: AWS's own checks run continuously, and somebody acts on what they find."""

from functools import partial

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.compliance_validation.config import NOT_OFFERED, surely_offered
from evidence.requirements.declare import Applies, Parameter, requirement

BEANSTALK = ("ElasticBeanstalk.1", "ElasticBeanstalk.2", "ElasticBeanstalk.3")


@requirement(
    "securityhub.regions.enabled",
    says="Security Hub CSPM is enabled in every Region in scope.",
    why="It evaluates resources against AWS's security standards continuously, between two runs as well.",
    logic="DescribeHub gives a HubArn; InvalidAccessException and ResourceNotFoundException say that it is not enabled.",
    covers=("CV-04",),
    shows=("since",),
    fix="aws securityhub enable-security-hub, in each Region or through the organisation's central configuration.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html",
)
def enabled(regions: Population) -> Truth:
    return regions.hub.present()


@requirement(
    "securityhub.regions.standards",
    says="Security Hub CSPM evaluates the standards demanded in every Region in scope.",
    why="Without a standard that is ready Security Hub CSPM checks nothing.",
    logic=(
        "Each standard demanded is enabled with StandardsStatus READY; where none is named, at least one is. Security Hub that is "
        "not enabled has none."
    ),
    covers=("CV-04",),
    parameters={
        "standards": Parameter(
            [], 'names of standards that must be ready, as in their ARNs, with or without version: "pci-dss" or "pci-dss/v/4.0.1"'
        )
    },
    shows=("standards", "not_ready"),
    fix="aws securityhub batch-enable-standards; INCOMPLETE mostly means that AWS Config does not record.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetEnabledStandards.html",
)
def standards(regions: Population, *, standards: list[str]) -> Truth:
    holds = regions.ready.present() & regions.ready.some(lambda name: True)
    for wanted in standards:
        holds &= regions.ready.some(partial(_is, wanted))
    return holds


def _is(wanted: str, name: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}/")


@requirement(
    "securityhub.regions.standards-ready",
    says="Every standard that is enabled in Security Hub CSPM is ready.",
    why="A standard that is incomplete leaves checks out, and the findings that are missing look like checks that passed.",
    logic="StandardsStatus of each enabled standard is READY; PENDING, INCOMPLETE, FAILED and DELETING are not, and are shown with "
    "AWS's reason. READY says that the checks run, not what they find.",
    covers=("CV-04",),
    applies=(
        Applies(
            lambda regions: regions.standards.present(), "Security Hub CSPM is not enabled here: see securityhub.regions.enabled."
        ),
        Applies(
            lambda regions: regions.standards.some(lambda name: True),
            "No standard is enabled here: see securityhub.regions.standards.",
        ),
    ),
    fix="NO_AVAILABLE_CONFIGURATION_RECORDER: let AWS Config record in the Region; then disable and enable the standard.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StandardsSubscription.html",
)
def standards_ready(regions: Population) -> Truth:
    return regions.not_ready.free_of(list)


@requirement(
    "securityhub.regions.unified",
    says="The unified Security Hub is enabled in every Region in scope.",
    why="It relates findings of several services to one another and shows what an attacker could reach.",
    logic="DescribeSecurityHubV2 gives a HubV2Arn; ResourceNotFoundException says that it is not enabled. It evaluates no standards and "
    "never stands in for Security Hub CSPM; its findings are not read.",
    covers=("CV-13",),
    shows=("unified_since",),
    fix="aws securityhub enable-security-hub-v2 in the Region, or through the organisation's policy.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeSecurityHubV2.html",
)
def unified(regions: Population) -> Truth:
    return regions.unified.present()


@requirement(
    "securityhub.findings.resolved-in-time",
    says="Every failed control finding of critical or high severity is younger than the time allowed.",
    why="A check that fails for months is either a fault that nobody puts right or a rule that nobody believes in.",
    logic="Of the active findings that failed and are new or notified, FirstObservedAt (CreatedAt where it is absent) lies at most the "
    "days allowed before the run's end; a finding that passed in between may keep its first date. With one finding for each standard, "
    "each counts. No finding means something only where Security Hub CSPM is on: see securityhub.regions.enabled.",
    covers=("CV-06",),
    parameters={"days": Parameter(30, "days in which a failed control must be put right")},
    applies=(
        Applies(lambda findings: findings.control.present(), "Another product's finding: it is of no control of Security Hub."),
        Applies(
            lambda findings: ~(findings.workflow == "SUPPRESSED"),
            "Suppressed in Security Hub: who suppressed it, and why, is for management to show.",
        ),
    ),
    shows=("severity", "title", "resources"),
    fix="Put right what the control found; where it stays, accept the exception with its reason.",
    source="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html",
)
def resolved_in_time(findings: Population, *, days: float) -> Truth:
    return findings.first_observed.within(days=days)


@requirement(
    "elasticbeanstalk.environments.security-hub-controls",
    says="Every environment passes Security Hub's controls on Elastic Beanstalk.",
    why="AWS's own checks of health reporting, updates and log streaming then agree with what is read here.",
    logic="For each of ElasticBeanstalk.1, .2 and .3 there is an active finding on the environment's ARN, and the Compliance.Status of "
    "every such finding is PASSED; FAILED, WARNING and NOT_AVAILABLE are not, be the finding suppressed or not. No finding is no pass, "
    "and a gap where AWS may not offer the control. Findings may be a day behind.",
    covers=("CV-05",),
    uses=("securityhub.beanstalk-findings",),
    applies=(
        Applies(
            lambda environments, _: ~environments.created.within(days=2),
            "Made within the last two days: Security Hub may not have looked at it yet.",
        ),
        Applies(
            lambda environments, _: ~environments.region.is_in(NOT_OFFERED), "AWS does not offer these controls in the Region."
        ),
    ),
    fix="Enable AWS Foundational Security Best Practices with its three controls, and put right what they find.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elasticbeanstalk-controls.html",
)
def beanstalk_controls(environments: Population, findings: Population) -> Truth:
    on, passed = ("arn", "resources"), findings.result == "PASSED"
    holds = ~environments.some_in(findings, on=on, where=~passed, label="findings that did not pass")
    offered = environments.region.compute(surely_offered, label="offered in").present()
    for control in BEANSTALK:
        found = environments.some_in(findings, on=on, where=passed & (findings.control == control), label=f"{control} passed")
        holds &= found | ~offered  # unknown, never no, where AWS may not offer it
    return holds


REQUIREMENTS = (enabled, standards, standards_ready, unified, resolved_in_time, beanstalk_controls)
