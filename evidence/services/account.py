"""AWS Account Management: whom AWS writes to, and the Regions that the account has switched on."""

from evidence.services.declare import ACCOUNTS, Ask, Only, PopulationSpec, Redact, Service, text
from evidence.services.ec2 import DESCRIBE_REGIONS

# Without AccountId it is the caller's own account, which every account may ask, the organisation's own among them.
GET_SECURITY_CONTACT = Ask(
    "account",
    "GetAlternateContact",
    ("account:GetAlternateContact",),
    parameters={"AlternateContactType": "SECURITY"},
    absent=frozenset({"ResourceNotFoundException"}),
    result="AlternateContact",
    whole_account=True,
    redact=tuple(
        Redact("AlternateContact", "contact detail", key=key) for key in ("Name", "Title", "EmailAddress", "PhoneNumber")
    ),
)

ACCOUNT = PopulationSpec(
    name="account.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={
        "security_email": text("AlternateContact.EmailAddress", of=GET_SECURITY_CONTACT, label="security contact's e-mail"),
        "security_phone": text("AlternateContact.PhoneNumber", of=GET_SECURITY_CONTACT, label="security contact's telephone"),
    },
)

# EC2 has told of the Regions at the beginning of every run: its answer is read again, and nothing more is asked.
SWITCHED_ON = PopulationSpec(
    name="account.regions",
    offered=True,
    noun="Region that the account has switched on",
    type="AWS::Region",
    listed_by=DESCRIBE_REGIONS,
    items="Regions[]",
    identity="RegionName",
    only=Only("OptInStatus", frozenset({"not-opted-in"}), negate=True),
    columns={
        "name": text("RegionName"),
        "opt_in": text("OptInStatus", label="opt-in status"),
    },
)

SERVICE = Service("account", "AWS Account Management", asks=(GET_SECURITY_CONTACT,), populations=(ACCOUNT, SWITCHED_ON))
