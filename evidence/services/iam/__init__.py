"""AWS Identity and Access Management."""

from evidence.services.declare import Service
from evidence.services.iam.account import ACCOUNT, SERVER_CERTIFICATES
from evidence.services.iam.asks import ASKS
from evidence.services.iam.principals import POLICIES, PRINCIPALS, REPORT_USERS, ROLES, USERS

SERVICE = Service(
    "iam",
    "AWS Identity and Access Management",
    asks=ASKS,
    populations=(ACCOUNT, USERS, REPORT_USERS, ROLES, PRINCIPALS, POLICIES, SERVER_CERTIFICATES),
)
