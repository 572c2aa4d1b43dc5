"""AWS Audit Manager: whether the account set it up in a Region, and its assessments. It takes no new customers any more."""

from evidence.services.declare import REGIONS, Ask, PopulationSpec, Said, Service, items, text

# Without this the account has not set it up; AWS says so with the code of a refusal, in words of Audit Manager's own.
NOT_SET_UP = Said("AccessDeniedException", "Please complete AWS Audit Manager setup")

GET_ACCOUNT_STATUS = Ask("auditmanager", "GetAccountStatus", ("auditmanager:GetAccountStatus",), result="status")
LIST_ASSESSMENTS = Ask(
    "auditmanager",
    "ListAssessments",
    ("auditmanager:ListAssessments",),
    tokens=("nextToken", "nextToken"),
    absent=frozenset({NOT_SET_UP}),
    result="assessmentMetadata",
)

REGION = PopulationSpec(
    name="auditmanager.regions",
    noun="Region",
    type="AWS::AuditManager::Account",
    listed_by=REGIONS,
    columns={
        "status": text("status", of=GET_ACCOUNT_STATUS, label="Audit Manager"),
        "assessments": items("assessmentMetadata[]", of=LIST_ASSESSMENTS),
    },
)

SERVICE = Service("auditmanager", "AWS Audit Manager", asks=(GET_ACCOUNT_STATUS, LIST_ASSESSMENTS), populations=(REGION,))
