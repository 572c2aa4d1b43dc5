"""AWS Audit Manager, where an account has it: AWS takes no new customers."""

from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_IN_USE = Applies(
    lambda regions: ~(regions.status == "INACTIVE"),
    "Audit Manager is not set up here: AWS takes no new customers, and what it would gather is evidenced otherwise.",
)


@requirement(
    "auditmanager.regions.assessment-active",
    says="Where Audit Manager is in use, an assessment is active.",
    why="Audit Manager without an active assessment gathers nothing, while everybody may believe that it does.",
    logic="GetAccountStatus gives ACTIVE, and at least one assessment has status ACTIVE and, where frameworks are named, one of them as "
    "its complianceType. A Region where the status is INACTIVE is left out; PENDING_ACTIVATION is not active. What an assessment has "
    "gathered is not read.",
    covers=("CV-10",),
    parameters={"frameworks": Parameter([], "compliance types, as Audit Manager names them, one of which is wanted; none: any")},
    applies=(_IN_USE,),
    fix="Audit Manager console → Assessments: create one from the framework; or de-register Audit Manager where it is not relied upon.",
    source="https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_AssessmentMetadataItem.html",
)
def assessment_active(regions: Population, *, frameworks: list[str]) -> Truth:
    def counts(assessment: Any) -> bool:
        named = not frameworks or assessment["complianceType"] in frameworks
        return named and assessment["status"] == "ACTIVE"

    active = regions.assessments.present() & regions.assessments.some(counts)
    return (regions.status == "ACTIVE") & active


REQUIREMENTS = (assessment_active,)
