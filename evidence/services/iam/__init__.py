"""AWS Identity and Access Management."""

from evidence.services.declare import Service
from evidence.services.iam.account import ACCOUNT, SERVER_CERTIFICATES
from evidence.services.iam.asks import ASKS
from evidence.services.iam.principals import POLICIES, PRINCIPALS, REPORT_USERS, ROLES, USERS
from evidence.services.iam.providers import GROUPS, OIDC_PROVIDERS, SAML_PROVIDERS
from evidence.services.iam.rights import LAST_ACCESSED, MACHINE_ROLES, PEOPLE

SERVICE = Service(
    "iam",
    "AWS Identity and Access Management",
    asks=ASKS,
    populations=(
        ACCOUNT,
        USERS,
        REPORT_USERS,
        ROLES,
        PRINCIPALS,
        POLICIES,
        SERVER_CERTIFICATES,
        SAML_PROVIDERS,
        OIDC_PROVIDERS,
        GROUPS,
        MACHINE_ROLES,
        LAST_ACCESSED,
        PEOPLE,
    ),  # fmt: skip
)
