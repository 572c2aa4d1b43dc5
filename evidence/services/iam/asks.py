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
LIST_SAML_PROVIDERS = _ask("ListSAMLProviders", result="SAMLProviderList")
LIST_OIDC_PROVIDERS = _ask("ListOpenIDConnectProviders", result="OpenIDConnectProviderList")
# Only the management account and IAM's delegated administrator may ask; the first code is every other account's. The other three say
# that the organisation has not switched anything on. The reference has the names without the suffix, the wire with it.
LIST_ORGANIZATIONS_FEATURES = _ask(
    "ListOrganizationsFeatures",
    absent=frozenset(
        f"{name}{suffix}"
        for name in (
            "AccountNotManagementOrDelegatedAdministrator",
            "OrganizationNotFound",
            "OrganizationNotInAllFeaturesMode",
            "ServiceAccessNotEnabled",
        )
        for suffix in ("", "Exception")
    ),
    result="OrganizationId",
)
GENERATE_LAST_ACCESSED = _ask(
    "GenerateServiceLastAccessedDetails",
    parameters={"Granularity": "SERVICE_LEVEL"},
    each="iam.machine-roles",
    given={"Arn": "Arn"},
    gone=frozenset({"NoSuchEntity"}),
    result="JobId",
    plain=False,
    note=(
        "Has IAM write its own report on when a role last used each service that it may use. AWS counts the action as a read: it "
        "changes no resource, permission or credential, and there is no other way to the report."
    ),
)
# Without MaxItems a hundred services come, and a role may be allowed more than four hundred.
GET_LAST_ACCESSED = _ask(
    "GetServiceLastAccessedDetails",
    parameters={"MaxItems": 1000},
    each="iam.last-accessed",
    given={"JobId": "JobId"},
    poll=("JobStatus", frozenset({"COMPLETED", "FAILED"})),
    result="ServicesLastAccessed",
)
CHANGES = (
    "elasticbeanstalk:CreateEnvironment",
    "elasticbeanstalk:DeleteApplication",
    "elasticbeanstalk:RebuildEnvironment",
    "elasticbeanstalk:RestartAppServer",
    "elasticbeanstalk:SwapEnvironmentCNAMEs",
    "elasticbeanstalk:TerminateEnvironment",
    "elasticbeanstalk:UpdateEnvironment",
)
"""What nobody who only reads may do to an environment."""
SIMULATE_CHANGES = _ask(
    "SimulatePrincipalPolicy",
    parameters={"ActionNames": list(CHANGES)},
    each="iam.people",
    given={"PolicySourceArn": "Arn"},
    gone=frozenset({"NoSuchEntity"}),
    result="EvaluationResults",
    plain=False,
    note="Has IAM work out what the policies of a user or role would allow. Nothing is requested in its name, and nothing changes.",
)

ASKS = (
    GET_ACCOUNT_AUTHORIZATION_DETAILS,
    GENERATE_CREDENTIAL_REPORT,
    GET_CREDENTIAL_REPORT,
    GET_ACCOUNT_SUMMARY,
    GET_ACCOUNT_PASSWORD_POLICY,
    LIST_VIRTUAL_MFA_DEVICES,
    LIST_SUPPORT_HOLDERS,
    LIST_SERVER_CERTIFICATES,
    LIST_SAML_PROVIDERS,
    LIST_OIDC_PROVIDERS,
    LIST_ORGANIZATIONS_FEATURES,
    GENERATE_LAST_ACCESSED,
    GET_LAST_ACCESSED,
    SIMULATE_CHANGES,
)
