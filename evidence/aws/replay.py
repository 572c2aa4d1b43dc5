"""Answers from a kept run in the place of AWS, through the same clients: nothing is sent and nothing is waited for."""

import copy
import io
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import BotoCoreError
from botocore.handlers import BUILTIN_HANDLERS

from evidence.aws.exchange import in_flight
from evidence.aws.session import Session, offline_session
from evidence.aws.wall import NotKept
from evidence.run.answer import Answer, Call
from evidence.services.declare import Ask


class Replayed(BotoCoreError):
    """The mishap that ended the recorded call where AWS itself had sent no error."""

    fmt = "{code}: {message}"


def replay_session(partition: str, declared: Iterable[Ask] | None = None) -> Session:
    """A session whose clients answer from the recorded answer that the asker lays before them. It is nobody's, and all accounts of a
    partition share it."""
    return _shared(partition, None if declared is None else tuple(declared))


@cache
def _shared(partition: str, declared: tuple[Ask, ...] | None) -> Session:
    session = offline_session(partition, declared)
    events = session.botocore.get_component("event_emitter")
    for entry in BUILTIN_HANDLERS:
        # They turn AWS's spelling into Python values (a policy's text into a document); what was kept is that already.
        if entry[0].startswith("after-call"):
            events.unregister(entry[0], entry[1])
    events.register_last("before-call", _answer)
    return session


def recorded(answers: Iterable[Answer]) -> Callable[[Call], Answer | None]:
    """Finds the newest of these answers for a call: what `Asker(recorded=...)` wants."""
    newest = {answer.call.key: answer for answer in answers}
    return lambda call: newest.get(call.key)


def _answer(model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
    """The recorded page of the call in flight, or its error, as botocore would have parsed it."""
    exchange = in_flight(model.service_model.service_name, model.name)
    if exchange is None or exchange.kept is None:
        raise NotKept(service=model.service_model.service_name, operation=model.name, account="?", region="?")
    kept, index = exchange.kept, exchange.page - 1
    if index < len(kept.pages):
        return _http(200), {**copy.deepcopy(dict(kept.pages[index])), "ResponseMetadata": {"HTTPStatusCode": 200}}
    status = kept.attempts[-1].status if kept.attempts else None
    if status is None or status < 300:
        raise Replayed(code=kept.code, message=kept.message)
    error = {"Code": kept.code, "Message": kept.message}
    return _http(status), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}


def _http(status: int) -> AWSResponse:
    return AWSResponse("replay:", status, HTTPHeaders(), io.BytesIO())
