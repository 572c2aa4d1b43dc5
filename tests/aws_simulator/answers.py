"""From a request to the reply: who asks, what goes wrong, and what the world says."""

import hashlib
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from tests.aws_simulator import codes, models, paging, rendering, wire
from tests.aws_simulator.credentials import Credentials
from tests.aws_simulator.faults import Fault, Request, striking
from tests.aws_simulator.rendering import Rendered
from tests.aws_simulator.wire import Call, HttpRequest
from tests.aws_simulator.world import World


@dataclass(frozen=True)
class Reply:
    """What is sent back, and how: `fault` says in what way it is spoilt in transit, `seconds` how late it is."""

    rendered: Rendered
    request_id: str
    date: str
    fault: Fault | None = None
    seconds: float = 0.0


class Answers:
    """Answers requests from a world, and keeps a log of them. One thread at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log: list[Request] = []
        self._credentials = Credentials(world)
        self._asked: Counter[tuple[str | None, str, Call]] = Counter()
        self._remembered = lru_cache(maxsize=8192)(self._said)

    def reply(self, http: HttpRequest) -> Reply:
        """The reply to one request."""
        signer = wire.signature(http)
        try:
            call = wire.call_of(http, signer.signing_name)
        except wire.NotUnderstood as why:
            return Reply(rendering.plain(HTTPStatus.NOT_IMPLEMENTED, str(why)), str(uuid.uuid4()), self._date())
        account = self._credentials.account_of(signer.access_key, call)
        page = self._page(account, signer.region, call)
        request = Request(
            account, signer.region, call.service, call.operation, call.parameters,
            signer.access_key, signer.session_token, page or 0, self._request_id(account, signer.region, call),
        )  # fmt: skip
        self.log.append(request)
        fault, seconds = striking(self.world.faults, request)
        rendered = _spoilt(fault, call.service) if fault else None
        if rendered is None:
            rendered = self._outcome(request, call, page)
        if fault is not None and fault.retry_after is not None:
            rendered = rendered._replace(headers=(*rendered.headers, ("Retry-After", fault.retry_after)))
        return Reply(rendered, request.request_id, self._date(), fault, seconds)

    def _page(self, account: str | None, region: str, call: Call) -> int | None:
        """Which page is asked for, None where the token was never issued."""
        if account is None:
            return 0
        case, place = self.world.find(account, region, call), f"{self.world.answering(account)}:{region}"
        try:
            return paging.position(place, call, case.answer if case and case.answer else {}).page
        except paging.InvalidToken:
            return None

    def _outcome(self, request: Request, call: Call, page: int | None) -> Rendered:
        if request.account is None:
            return rendering.failure(call.service, codes.error("unknown_key", call.service))
        if page is None:
            return rendering.failure(call.service, codes.invalid_token(call.service, call.operation))
        world = self.world
        if call.service == "sts" and world.find(request.account, request.region, call) is None:
            match self._credentials.sts(call, request.account, request.access_key):
                case codes.Error() as error:
                    return rendering.failure("sts", error)
                case dict() as answer:
                    return rendering.answer(call, answer)
        answering = world.answering(request.account)
        return self._remembered(answering, request.region, call, world.version, world.page_size, world.unlisted)

    def _said(self, account: str, region: str, call: Call, *_changing: object) -> Rendered:
        """What the world says to a call; `_changing` is what else it depends on, so that it can be remembered."""
        case = self.world.find(account, region, call)
        if case and case.error:
            return rendering.failure(call.service, case.error)
        if case and case.answer is not None:
            return rendering.answer(call, paging.page(f"{account}:{region}", call, case.answer, self.world.page_size))
        if self.world.unlisted == "error":
            error = codes.error("not_in_world", call.service)
            where = f"{error.message}: {account} {region} {call.service}.{call.operation} {call.parameters}"
            return rendering.failure(call.service, error._replace(message=where))
        shape = models.operation_model(call.service, call.operation).output_shape
        members = shape.members.items() if shape else ()
        return rendering.answer(call, {name: [] for name, member in members if member.type_name == "list"})

    def _request_id(self, account: str | None, region: str, call: Call) -> str:
        """A random one, or by a stopped clock the digest of the call, its page, and how often it was asked before."""
        if self.world.clock is None:
            return str(uuid.uuid4())
        asked = (account, region, call)
        self._asked[asked] += 1
        text = f"{account}:{region}:{call.service}:{call.operation}:{call.identity}:{self._asked[asked]}"
        return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16]))

    def _date(self) -> str:
        return _http_date(int(self.world.clock.timestamp() if self.world.clock else time.time()))


def _spoilt(fault: Fault, service: str) -> Rendered | None:
    """What the fault makes the service say, None where the answer is only spoilt in transit."""
    if fault.kind == "malformed":
        body = b"<html><body><h1>Bad Gateway</h1>" if fault.body is None else fault.body
        return Rendered(fault.status or HTTPStatus.OK, (("Content-Type", "text/html"),), body)
    kind = "http_500" if fault.kind == "cut_between_pages" else fault.kind
    if not codes.is_error(kind):
        return None
    usual = codes.error(kind, service)
    said = codes.Error(fault.code or usual.code, fault.status or usual.status, fault.message or usual.message)
    return rendering.failure(service, said)


@lru_cache(maxsize=2)
def _http_date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)
