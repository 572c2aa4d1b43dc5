"""GuardDuty: it watches every Region, with the features expected, and somebody deals with what it finds."""

from collections.abc import Sequence

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

FEATURES = ["FLOW_LOGS", "CLOUD_TRAIL", "DNS_LOGS", "S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION"]
AGENTS = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
SUCCESSOR = {"EKS_RUNTIME_MONITORING": "RUNTIME_MONITORING"}
"""A feature that another one includes: GuardDuty lets only one of the two be on."""


@requirement(
    "guardduty.regions.enabled",
    says="Every Region in scope has a GuardDuty detector that is enabled.",
    why="Intruders like the Regions that nobody uses, because nobody looks there.",
    logic="ListDetectors names a detector whose Status is ENABLED. An empty list is how GuardDuty says that it is not enabled; a "
    "suspended detector has Status DISABLED.",
    covers=("LM-17",),
    uses=("guardduty.detectors",),
    fix="aws guardduty create-detector --enable in each Region, or through the organisation's delegated administrator.",
    source="https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html",
)
def enabled(regions: Population, detectors: Population) -> Truth:
    return regions.some_in(detectors, where=detectors.status == "ENABLED", label="detectors enabled")


@requirement(
    "guardduty.detectors.features",
    says="Every GuardDuty detector is enabled with each of the features expected.",
    why="A detector without a feature is blind to that source, and looks like any other.",
    logic="Status is ENABLED, and each feature named stands in Features with Status ENABLED. A feature that the list leaves out is not "
    "enabled, be it because the Region does not offer it. RUNTIME_MONITORING includes EKS_RUNTIME_MONITORING. The older DataSources "
    "are not read; who manages the agents of run-time monitoring is judged by guardduty.detectors.agents-managed.",
    covers=("LM-17",),
    parameters={
        "features": Parameter(
            FEATURES,
            "features that must be enabled, by their names in GetDetector",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
        )
    },
    shows=("features_off", "publishing"),
    fix="aws guardduty update-detector --features Name=...,Status=ENABLED.",
    source="https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html",
)
def features(detectors: Population, *, features: Sequence[str]) -> Truth:
    def missing(found: Sequence[str]) -> list[str]:
        return [f"{name} is not enabled" for name in features if name not in found and SUCCESSOR.get(name) not in found]

    return (detectors.status == "ENABLED") & detectors.features.free_of(missing)


@requirement(
    "guardduty.detectors.agents-managed",
    says="Every GuardDuty detector is enabled and manages the agents of run-time monitoring itself.",
    why="An agent that somebody must install and renew is missing where nobody thought of it, and there GuardDuty sees nothing.",
    logic="Status is ENABLED, and each kind of management named stands with Status ENABLED in the AdditionalConfiguration of a feature that "
    "is itself enabled. One that is left out is not enabled, be it because the Region does not offer it. Whether the Region has anything "
    "to watch, whether agents are installed by hand, and which hosts have one, is not read.",
    covers=("LM-17",),
    parameters={
        "agents": Parameter(
            list(AGENTS),
            "kinds of agents that GuardDuty must manage, by their names in GetDetector",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
            AGENTS,
        )
    },
    shows=("features",),
    fix="GuardDuty console, Runtime Monitoring, Automated agent configuration; or aws guardduty update-detector --features "
    "Name=RUNTIME_MONITORING,Status=ENABLED,AdditionalConfiguration=[{Name=...,Status=ENABLED}].",
    source="https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorAdditionalConfigurationResult.html",
)
def agents_managed(detectors: Population, *, agents: Sequence[str]) -> Truth:
    def missing(found: Sequence[str]) -> list[str]:
        return [f"{name} is not enabled" for name in agents if name not in found]

    return (detectors.status == "ENABLED") & detectors.agents.free_of(missing)


@requirement(
    "guardduty.findings.resolved-in-time",
    says="Every open GuardDuty finding of high or critical severity is younger than the time allowed.",
    why="A finding that stays open is one that nobody has looked into, and GuardDuty forgets it after 90 days.",
    logic="Of the findings with severity 7.0 and above that are not archived, CreatedAt lies at most the days allowed before the run's "
    "end; activity that goes on updates the finding and does not make it younger. Lower severities and archived findings are not read. "
    "No finding means something only where GuardDuty is on: see guardduty.regions.enabled.",
    covers=("LM-17",),
    parameters={"days": Parameter(7, "days in which a finding must be dealt with and archived")},
    shows=("severity", "kind", "updated"),
    fix="Look into the finding and put right what it shows, then aws guardduty archive-findings.",
    source="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html",
)
def resolved_in_time(findings: Population, *, days: float) -> Truth:
    return findings.created.within(days=days)


REQUIREMENTS = (enabled, features, agents_managed, resolved_in_time)
