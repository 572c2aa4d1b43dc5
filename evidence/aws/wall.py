"""The read-only wall: nothing leaves this process but operations that a service file declares.

It hangs on the events of a botocore session before the first client is made, so that every client of the session, the
ones the SDK makes for itself among them, is born behind it.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError

from evidence.aws import exchange
from evidence.aws.whole import CutShort, whole
from evidence.services.declare import Ask

__all__ = ["SDK_OWN", "CutShort", "NotKept", "Undeclared", "Wall", "allowed_by"]

SDK_OWN: tuple[tuple[str, str], ...] = (
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "GetCallerIdentity"),
    ("sso", "GetRoleCredentials"),
    ("sso-oidc", "CreateToken"),
    ("signin", "CreateOAuth2Token"),
    ("s3", "HeadBucket"),
)
"""What the SDK asks on its own account: for credentials, and for the Region of a bucket it was sent away from. None of
these changes anything in an account."""


class Undeclared(BotoCoreError):
    fmt = "The read-only wall refused {service}:{operation}: no service file declares it."


class Presigned(Undeclared):
    fmt = "The read-only wall refused to sign {service}:{operation} for somebody else to send."


class NotKept(BotoCoreError):
    fmt = "The run that is replayed holds no answer for {service}:{operation} in {account}/{region}."


def allowed_by(asks: Iterable[Ask]) -> frozenset[tuple[str, str]]:
    return frozenset((ask.service, ask.operation) for ask in asks) | frozenset(SDK_OWN)


class Wall:
    """Refuses what is not in `allowed`, and answers that did not arrive whole."""

    def __init__(self, allowed: Collection[tuple[str, str]]) -> None:
        self.allowed = frozenset(allowed)

    def install(self, session: Any) -> None:
        """Puts the wall around a botocore session that has made no client yet."""
        events = session.get_component("event_emitter")
        events.register("getattr", self.refuse_missing)
        events.register_first("provide-client-params", self.refuse)  # the first event of a call, and of presigning
        events.register_first("before-call", self.refuse)
        events.register_first("before-sign", self.refuse_presigning)
        events.register_last("before-sign", exchange.wait_for_turn)
        events.register_first("before-send", exchange.note_sent)
        events.register_first("before-parse", exchange.note_arrived)
        events.register_first("before-parse", whole)
        events.register_last("response-received", exchange.note_ended)

    def refuse(self, model: Any, **_: Any) -> None:
        service, operation = model.service_model.service_name, model.name
        if (service, operation) not in self.allowed:
            raise Undeclared(service=service, operation=operation)

    def refuse_missing(self, client: Any, event_name: str, **_: Any) -> Callable[..., NoReturn] | None:
        """In the place of a method that the client has not, since its model was cut down to what is allowed (evidence.aws.models)."""
        name = event_name.split(".", 2)[2]

        def refused(*_: Any, **__: Any) -> NoReturn:
            raise Undeclared(service=client.meta.service_model.service_name, operation=name)

        return None if name.startswith("_") else refused

    def refuse_presigning(self, signature_version: Any, operation_name: str, signing_name: str, **_: Any) -> None:
        if isinstance(signature_version, str) and signature_version.endswith(("-query", "-presign-post")):
            raise Presigned(service=signing_name, operation=operation_name)
