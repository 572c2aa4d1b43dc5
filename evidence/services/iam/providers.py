"""Identity providers: through which other systems people and machines sign in; and groups of IAM users."""

from evidence.services.declare import Item, PopulationSpec, items, time
from evidence.services.iam.asks import GET_ACCOUNT_AUTHORIZATION_DETAILS, LIST_OIDC_PROVIDERS, LIST_SAML_PROVIDERS

SAML_PROVIDERS = PopulationSpec(
    name="iam.saml-providers",
    noun="SAML identity provider",
    type="AWS::IAM::SAMLProvider",
    listed_by=LIST_SAML_PROVIDERS,
    items="SAMLProviderList[]",
    identity="Arn",
    arn="{Arn}",
    columns={"created": time("CreateDate"), "valid_until": time("ValidUntil", label="valid until")},
)

OIDC_PROVIDERS = PopulationSpec(
    name="iam.oidc-providers",
    noun="OpenID Connect provider",
    type="AWS::IAM::OIDCProvider",
    listed_by=LIST_OIDC_PROVIDERS,
    items="OpenIDConnectProviderList[]",
    identity="Arn",
    arn="{Arn}",
    columns={},
)


def groups(answer: Item) -> list[Item]:
    """Each group with the names of its users."""
    users = answer.get("UserDetailList") or ()
    return [
        {**group, "Users": [user["UserName"] for user in users if group.get("GroupName") in (user.get("GroupList") or ())]}
        for group in answer.get("GroupDetailList") or ()
    ]


GROUPS = PopulationSpec(
    name="iam.groups",
    noun="group of IAM users",
    type="AWS::IAM::Group",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    rows=groups,
    identity="GroupName",
    arn="{Arn}",
    columns={
        "users": items("Users", label="users"),
        "attached": items("AttachedManagedPolicies[].PolicyArn", label="attached policies"),
    },
)
