"""AWS STS: who is asking, and how other accounts are entered."""

from evidence.services.declare import Ask, Redact, Service

GET_CALLER_IDENTITY = Ask("sts", "GetCallerIdentity", ("sts:GetCallerIdentity",), result="Account", whole_account=True)

# The SDK's own call, named in the wall; no asks of a service, since only finding the scope makes it. The external id is a
# shared secret: it is sent, and never kept.
ASSUME_ROLE = Ask(
    "sts",
    "AssumeRole",
    ("sts:AssumeRole",),
    whole_account=True,
    result="AssumedRoleUser",
    redact=tuple(
        Redact("Credentials", "temporary credential", key=key) for key in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    ),
    plain=False,
    note="It gives temporary credentials of the role that was named, and changes nothing in the account.",
)

SERVICE = Service("sts", "AWS Security Token Service", asks=(GET_CALLER_IDENTITY,))
