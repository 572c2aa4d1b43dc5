"""How people sign in, what the roles of machines used of what they may use, and what IAM's simulation says of everybody."""

import json

from evidence.services.iam.asks import CHANGES
from evidence.services.iam.rights import machine_roles
from evidence.services.iam.rights import people as people_of
from tests.larkfield.base import ACCOUNT, HOME, ago, arn, digits, uuid
from tests.larkfield.more.place import Answer, More
from tests.larkfield.more.watching import MANAGEMENT, ORGANISATION

READERS = "AWSReservedSSO_Readers_0123456789abcdef"
PARTNER = "444455556666"
USED: dict[str, dict[str, int | None]] = {
    "shop-web-service": {"elasticbeanstalk": 1, "autoscaling": 1, "sqs": 20, "elasticloadbalancing": 1},
    "shop-web-ec2": {"s3": 1, "logs": 1, "xray": None},
}
"""Days since each service was last used; the other roles used hardly anything."""


def add_people(everywhere: More) -> None:
    """Two SAML providers, one of which is about to end; a pipeline's OpenID Connect provider; people's and a partner's roles."""
    providers = [_provider("larkfield-idp", -300), _provider("old-idp", -12)]
    everywhere.put("iam", "ListSAMLProviders", {"SAMLProviderList": providers})
    pipeline = arn("iam", "", "oidc-provider/token.actions.githubusercontent.com")
    everywhere.put("iam", "ListOpenIDConnectProviders", {"OpenIDConnectProviderList": [{"Arn": pipeline}]})
    More(everywhere.world, HOME).put("sso-admin", "ListInstances", {"Instances": [_instance()]})
    saml = {"Federated": providers[0]["Arn"]}
    partner = {"AWS": f"arn:aws:iam::{PARTNER}:root"}
    roles = [
        _role(READERS, "/aws-reserved/sso.amazonaws.com/", saml, "sts:AssumeRoleWithSAML"),
        _role("partner-reports", "/", partner, "sts:AssumeRole", external_id="larkfield-7731"),
        _role("partner-old", "/", partner, "sts:AssumeRole"),
    ]
    everywhere.add("iam", "GetAccountAuthorizationDetails", "RoleDetailList", *roles)
    nobody = {
        "GroupName": "auditors-2019",
        "GroupId": "AGPAAUDITORS2019",
        "Path": "/",
        "Arn": arn("iam", "", "group/auditors-2019"),
    }
    empty = {**nobody, "CreateDate": ago(2400), "GroupPolicyList": [], "AttachedManagedPolicies": []}
    everywhere.add("iam", "GetAccountAuthorizationDetails", "GroupDetailList", empty)
    details = everywhere.said("iam", "GetAccountAuthorizationDetails")
    for role in machine_roles(details):
        _report(everywhere, role["RoleName"], role["Arn"])
    for person in people_of(details):
        may = person["Id"] in ("user/j.moreau", "user/ci-release")
        everywhere.put(
            "iam", "SimulatePrincipalPolicy", _simulated("allowed" if may else "implicitDeny"), PolicySourceArn=person["Arn"]
        )


def add_nobody(everywhere: More, *, of_organisation: bool) -> None:
    """An account in which nobody signs in; `of_organisation`: the one that manages the others."""
    everywhere.put("iam", "ListSAMLProviders", {"SAMLProviderList": []})
    everywhere.put("iam", "ListOpenIDConnectProviders", {"OpenIDConnectProviderList": []})
    More(everywhere.world, HOME).put("sso-admin", "ListInstances", {"Instances": [_instance()] if of_organisation else []})
    if of_organisation:
        features = {"OrganizationId": ORGANISATION, "EnabledFeatures": ["RootCredentialsManagement"]}
        everywhere.put("iam", "ListOrganizationsFeatures", features)
    everywhere.put("iam", "GenerateServiceLastAccessedDetails", {"JobId": uuid("no service")})
    everywhere.put("iam", "GetServiceLastAccessedDetails", _used({"s3": 2}))
    everywhere.put("iam", "SimulatePrincipalPolicy", _simulated("implicitDeny"))


def _provider(name: str, ended: float) -> Answer:
    return {"Arn": arn("iam", "", f"saml-provider/{name}"), "ValidUntil": ago(ended), "CreateDate": ago(800)}


def _instance() -> Answer:
    made = {"InstanceArn": "arn:aws:sso:::instance/ssoins-0123456789abcdef", "IdentityStoreId": "d-0123456789"}
    return {**made, "OwnerAccountId": MANAGEMENT, "Name": "larkfield", "CreatedDate": ago(700), "Status": "ACTIVE"}


def _role(name: str, path: str, principal: Answer, action: str, *, external_id: str = "") -> Answer:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}} if external_id else {}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **condition}]})
    return {
        "RoleName": name, "RoleId": f"AROA{digits(name).upper()}", "Path": path, "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}", "CreateDate": ago(400),
        "AssumeRolePolicyDocument": trust, "InstanceProfileList": [], "RolePolicyList": [], "AttachedManagedPolicies": [],
    }  # fmt: skip


def _report(everywhere: More, role: str, of: str) -> None:
    job = uuid(f"report on {role}")
    everywhere.put("iam", "GenerateServiceLastAccessedDetails", {"JobId": job}, Arn=of)
    everywhere.put("iam", "GetServiceLastAccessedDetails", _used(USED.get(role, {"s3": 200, "sqs": None})), JobId=job)


def _used(days: dict[str, int | None]) -> Answer:
    services = [
        {"ServiceName": name.upper(), "ServiceNamespace": name, "TotalAuthenticatedEntities": int(ago_ is not None)}
        | ({"LastAuthenticated": ago(ago_)} if ago_ is not None else {})
        for name, ago_ in days.items()
    ]
    job = {"JobStatus": "COMPLETED", "JobType": "SERVICE_LEVEL", "JobCreationDate": ago(0.01), "JobCompletionDate": ago(0.01)}
    return {**job, "ServicesLastAccessed": services, "IsTruncated": False}


def _simulated(decision: str) -> Answer:
    results = [{"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision} for action in CHANGES]
    return {"EvaluationResults": results, "IsTruncated": False}
