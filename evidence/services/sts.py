"""AWS STS: who is asking."""

from evidence.services.declare import Ask, Service

GET_CALLER_IDENTITY = Ask("sts", "GetCallerIdentity", ("sts:GetCallerIdentity",), result="Account", whole_account=True)

SERVICE = Service("sts", "AWS Security Token Service", asks=(GET_CALLER_IDENTITY,))
