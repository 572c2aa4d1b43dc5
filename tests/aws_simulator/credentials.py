"""Whose access key is this, and what STS gives for it."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from tests.aws_simulator import codes
from tests.aws_simulator.wire import Call
from tests.aws_simulator.world import World

_UNSIGNED = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}  # these carry a token in place of a signature


class Credentials:
    """The access keys of a world's accounts, and those that STS has given out for its roles."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._owners: dict[str, str] = {}
        self._assumed: dict[str, tuple[str, str]] = {}  # by access key: account and principal

    def account_of(self, access_key: str, call: Call) -> str | None:
        """Whose key it is, None where it is nobody's. Where the world has one account only, every key is its own."""
        accounts = self._world.accounts
        if access_key in self._assumed:
            return self._assumed[access_key][0]
        owner = self._owners.get(access_key)
        if owner not in accounts or access_key not in accounts[owner].access_keys:
            self._owners = {key: number for number, account in accounts.items() for key in account.access_keys}
            owner = self._owners.get(access_key)
        if owner is None and call.service == "sts" and call.operation in _UNSIGNED:
            owner = _account_in(call.parameters["RoleArn"])
        if owner in accounts:
            return owner
        return next(iter(accounts)) if len(accounts) == 1 else None

    def sts(self, call: Call, account: str, access_key: str) -> Mapping[str, Any] | codes.Error | None:
        """What STS itself knows: who is asking, and credentials for a role in an account of the world; else None."""
        if call.service != "sts":
            return None
        if call.operation == "AssumeRole" or call.operation in _UNSIGNED:
            return self._assume(call.parameters)
        if call.operation != "GetCallerIdentity":
            return None
        _, principal = self._assumed.get(access_key) or ("", self._world.accounts[account].principal)
        user = f"AROA{account}:{principal.rpartition('/')[2]}" if ":assumed-role/" in principal else f"AIDA{account}"
        return {"UserId": user, "Account": account, "Arn": principal}

    def _assume(self, parameters: Mapping[str, Any]) -> Mapping[str, Any] | codes.Error:
        role, session = parameters["RoleArn"], parameters.get("RoleSessionName", "session")
        account = _account_in(role)
        if account not in self._world.accounts:
            refused = f"not authorized to perform: sts:AssumeRole on resource: {role}"
            return codes.error("denied", "sts")._replace(message=refused)
        digest = hashlib.sha256(f"{role}/{session}/{len(self._assumed)}".encode()).hexdigest()
        key = f"ASIA{digest[:16].upper()}"
        principal = f"{role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{session}"
        self._assumed[key] = (account, principal)
        # By the real clock, whatever the world's: a client takes credentials that seem to have expired for none at all.
        expires = self._world.credentials_expire or (
            dt.datetime.now(dt.UTC) + dt.timedelta(seconds=parameters.get("DurationSeconds", 3600))
        )
        return {
            "AssumedRoleUser": {"AssumedRoleId": f"AROA{account}:{session}", "Arn": principal},
            "Credentials": {
                "AccessKeyId": key, "SecretAccessKey": digest, "SessionToken": digest, "Expiration": expires,
            },
        }  # fmt: skip


def _account_in(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 else None
