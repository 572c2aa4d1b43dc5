"""What is asked of IAM. Every call is the account's one call, kept under `global`."""

from typing import Any

from evidence.services.declare import Ask


def _ask(operation: str, **more: Any) -> Ask:
    return Ask("iam", operation, (f"iam:{operation}",), whole_account=True, **more)


GET_ACCOUNT_AUTHORIZATION_DETAILS = _ask(
    "GetAccountAuthorizationDetails",
    parameters={"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]},
    result="IsTruncated",
)
GENERATE_CREDENTIAL_REPORT = _ask(
    "GenerateCredentialReport",
    poll=("State", frozenset({"COMPLETE"})),
    result="State",
    plain=False,
    note=(
        "Has IAM write its own report on the account's credentials, at most every four hours. It changes no resource, "
        "permission or credential, and there is no other way to the report."
    ),
)
# ReportNotPresent, ReportExpired and ReportInProgress say that there is no report yet, not that there are no users: they are
# failures and stay gaps.
GET_CREDENTIAL_REPORT = _ask("GetCredentialReport", after=GENERATE_CREDENTIAL_REPORT, result="Content")
GET_ACCOUNT_SUMMARY = _ask("GetAccountSummary", result="SummaryMap")
GET_ACCOUNT_PASSWORD_POLICY = _ask("GetAccountPasswordPolicy", absent=frozenset({"NoSuchEntity"}), result="PasswordPolicy")
LIST_VIRTUAL_MFA_DEVICES = _ask("ListVirtualMFADevices", parameters={"AssignmentStatus": "Assigned"}, result="VirtualMFADevices")
LIST_SUPPORT_HOLDERS = _ask(
    "ListEntitiesForPolicy",
    parameters={"PolicyArn": "arn:{partition}:iam::aws:policy/AWSSupportAccess", "PolicyUsageFilter": "PermissionsPolicy"},
    absent=frozenset({"NoSuchEntity"}),
    result="IsTruncated",
)
LIST_SERVER_CERTIFICATES = _ask("ListServerCertificates", result="ServerCertificateMetadataList")

ASKS = (
    GET_ACCOUNT_AUTHORIZATION_DETAILS,
    GENERATE_CREDENTIAL_REPORT,
    GET_CREDENTIAL_REPORT,
    GET_ACCOUNT_SUMMARY,
    GET_ACCOUNT_PASSWORD_POLICY,
    LIST_VIRTUAL_MFA_DEVICES,
    LIST_SUPPORT_HOLDERS,
    LIST_SERVER_CERTIFICATES,
)
