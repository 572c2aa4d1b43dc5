"""One call, one kept answer: paging, whole pages, our own retries, expired credentials, redaction, and how it ended."""

import copy
import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Protocol

import botocore.exceptions as aws
from botocore import xform_name
from botocore.paginate import Paginator
from botocore.parsers import ResponseParserError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from evidence.aws.budget import Budget, Spent
from evidence.aws.endings import Place, code_of, ending_of, message_of
from evidence.aws.exchange import Clock, Exchange, noting
from evidence.aws.pace import Pacer
from evidence.aws.redact import Redactor, Unredactable
from evidence.aws.session import Session
from evidence.aws.wall import CutShort, NotKept
from evidence.run.answer import GLOBAL, Answer, Call, canonical
from evidence.services import asks
from evidence.services.declare import Ask, Redact
from evidence.services.path import Absent, WrongShape, walk
from evidence.services.sts import ASSUME_ROLE

Page = Mapping[str, Any]

TRIES = 3
"""How often a page that did not arrive whole is asked for."""
BROKEN = (
    CutShort, ResponseParserError, aws.ConnectionClosedError, aws.ResponseStreamingError, aws.IncompleteReadError,
    aws.FlexibleChecksumError,
)  # fmt: skip
"""What botocore does not try again, or gave up on too early: the request is a read, so it may be made once more."""
POLLS, POLL_SECONDS = 60, 2.0


class Keeper(Protocol):
    """Where answers go: `evidence.run.run.Run`, or a list in a test."""

    def keep(self, answer: Answer) -> None: ...


class NotWhole(Exception):
    """A page without the key that every whole page has, or a page token that came before."""


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Asker:
    """Asks calls through the sessions of their accounts. Safe to share between threads.

    `recorded` finds the answer of a run that is replayed: with it nothing is sent, and a call the run never made raises
    NotKept. `pacer` says how fast is asked; by default it keeps AWS's lowest limits and slows down where AWS throttles.
    """

    def __init__(
        self,
        session_for: Callable[[str], Session],
        redactor: Redactor,
        *,
        now: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        recorded: Callable[[Call], Answer | None] | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        self.session_for, self.redactor, self.now, self.sleep, self.recorded = session_for, redactor, now, sleep, recorded
        self.pacer = pacer or Pacer(sleep=sleep)

    def ask(
        self,
        ask: Ask,
        call: Call,
        *,
        session: Session | None = None,
        on_page: Callable[[Page], None] | None = None,
        enough: Callable[[Page], bool] | None = None,
        first_page: bool = False,
        budget: Budget | None = None,
    ) -> Answer:
        """The answer to one call; every way to fail is an ending of it. `on_page` sees each page as it will be kept; after a page that
        is `enough` no other is asked for.

        With `first_page` no other is asked for: a trial, nothing to keep. Raises Spent where a request was not made since the budget
        is spent."""
        kept = self._recorded(call)
        gate = self.pacer.gate(call) if kept is None else None
        spend = budget.spend if budget is not None else None
        exchange = Exchange(call.service, call.operation, self.now, kept, gate, spend)
        pages: list[Page] = []
        error: BaseException | None = None
        with noting(exchange):
            try:
                session = session or self.session_for(call.account)
                for raw in islice(_Pages(self, session, ask, call, exchange), 1 if first_page else None):
                    page = self._fit(ask, raw)
                    pages.append(page)
                    exchange.page += 1
                    if on_page is not None:
                        on_page(page)
                    if enough is not None and enough(page):
                        break
            except (NotKept, Spent):
                raise
            except Exception as caught:  # one call's mishap is that call's ending, whatever it is
                error = caught
                exchange.ended(code_of(caught), message_of(caught))
        if session is not None and len(exchange.attempts) > max(len(pages), 1):
            session.wear(call.service, call.region)
        answer = _answer(ask, call, pages, exchange, session, error)
        return answer if kept is None else _as_recorded(answer, kept)

    def enter(self, account: str, member: Session) -> Answer:
        """The answer to assuming the member's role: its credentials stay with the session, and are not in what is kept.

        The parameters are those sent but for the external id."""
        assert member.role is not None
        role, exchange = member.role, Exchange(ASSUME_ROLE.service, ASSUME_ROLE.operation, self.now)
        call = Call(account, GLOBAL, ASSUME_ROLE.service, ASSUME_ROLE.operation, role.parameters)
        pages: list[Page] = []
        error: BaseException | None = None
        with noting(exchange):
            try:
                member.credentials.get_frozen_credentials()
                pages.append(self._fit(ASSUME_ROLE, copy.deepcopy(dict(role.response))))
            except Exception as caught:  # one account's mishap is that account's ending, whatever it is
                error = caught
                exchange.ended(code_of(caught), message_of(caught))
        return _answer(ASSUME_ROLE, call, pages, exchange, role.caller, error)

    def _recorded(self, call: Call) -> Answer | None:
        if self.recorded is None:
            return None
        kept = self.recorded(call)
        if kept is None:
            raise NotKept(service=call.service, operation=call.operation, account=call.account, region=call.region)
        return kept

    def _fit(self, ask: Ask, raw: Mapping[str, Any]) -> Page:
        """The page as it is kept: without botocore's own notes, without secrets; checked for what makes it whole."""
        page = {key: value for key, value in raw.items() if key != "ResponseMetadata"}
        if ask.result is not None:
            try:
                walk(ask.result, page)
            except (Absent, WrongShape):
                raise NotWhole(f"the answer has no {ask.result}, which every whole answer has") from None
        self.redactor.apply(page, dict.fromkeys((*ask.redact, *_rules(ask.service, ask.operation))))
        return page


@cache
def _rules(service: str, operation: str) -> tuple[Redact, ...]:
    """What any ask of the operation says must not be kept: equal calls of two asks are made once, by the first."""
    return tuple(rule for ask in asks() if (ask.service, ask.operation) == (service, operation) for rule in ask.redact)


def _answer(
    ask: Ask, call: Call, pages: list[Page], exchange: Exchange, session: Session | None, error: BaseException | None
) -> Answer:
    principal = session.principal if session is not None else ""
    attempts = tuple(exchange.attempts)
    if error is None:
        return Answer(call, "answered", tuple(pages), None, None, attempts, principal)
    ending = ending_of(error, ask, _place(session, call, error))
    if ending == "absent" and pages:  # "not configured" after a page of what is configured makes no sense
        ending = "failed"
    return Answer(call, ending, tuple(pages), code_of(error), message_of(error), attempts, principal)


def _place(session: Session | None, call: Call, error: BaseException) -> Place:
    if session is None:
        return Place()
    if call.region == GLOBAL:
        return Place(bool(session.principal), True)
    enabled = None if session.enabled is None else session.enabled.get(call.region)
    offered = not isinstance(error, aws.EndpointConnectionError) or session.offers(call.service, call.region)
    return Place(bool(session.principal), enabled, offered)


def _as_recorded(answer: Answer, kept: Answer) -> Answer:
    """What was replayed, with the times, attempts, principal and ending of when it was asked."""
    return Answer(answer.call, kept.ending, answer.pages, kept.code, kept.message, kept.attempts, kept.principal)


class _Pages:
    """The pages of one call, each requested with our own retries."""

    def __init__(self, asker: Asker, session: Session, ask: Ask, call: Call, exchange: Exchange) -> None:
        self.asker, self.session, self.ask, self.call, self.exchange = asker, session, ask, call, exchange
        self._method = getattr(session.client(call.service, call.region), xform_name(call.operation))
        self._requested: set[bytes] = set()

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        parameters = dict(self.call.parameters)
        if self.ask.poll is not None:
            yield self._polled(parameters)
            return
        paging = None if self.ask.tokens else self.session.pagination(self.call.service, self.call.operation)
        if paging is not None:
            method: Any = self._page
            model = self.session.client(self.call.service, self.call.region).meta.service_model.operation_model(
                self.call.operation
            )
            yield from Paginator(method, dict(paging), model).paginate(**parameters)
        elif self.ask.tokens is not None:
            yield from self._by_hand(parameters, *self.ask.tokens)
        else:
            yield self._page(**parameters)

    def _by_hand(self, parameters: dict[str, Any], send: str, receive: str) -> Iterator[Mapping[str, Any]]:
        while True:
            page = self._page(**parameters)
            yield page
            if not page.get(receive):
                return
            parameters[send] = page[receive]

    def _polled(self, parameters: dict[str, Any]) -> Mapping[str, Any]:
        assert self.ask.poll is not None
        path, values = self.ask.poll
        for _ in range(POLLS):
            self._requested.clear()
            page = self._page(**parameters)
            try:
                state = walk(path, page)
            except (Absent, WrongShape):
                raise NotWhole(f"the answer has no {path}, which says whether it is finished") from None
            if state in values or self.exchange.kept is not None:
                return page
            self.asker.sleep(POLL_SECONDS)
        raise NotWhole(f"{path} was still {state!r} after {POLLS} requests")

    def _page(self, **parameters: Any) -> Mapping[str, Any]:
        """One page: asked again where it did not arrive whole, and once with new credentials where they had expired."""
        request = canonical(parameters)
        if request in self._requested:
            raise NotWhole("AWS gave the same page token twice: the list has no end that could be reached")
        self._requested.add(request)
        seen = self.session.generation
        try:
            return self._whole(parameters)
        except aws.ClientError as error:
            expired = ending_of(error, self.ask) == "expired"
            if not expired or self.exchange.kept is not None or not self.session.refresh(seen):
                raise
        return self._whole(parameters)

    def _whole(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        tries = 1 if self.exchange.kept is not None else TRIES
        for attempt in Retrying(
            stop=stop_after_attempt(tries),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            retry=retry_if_exception_type(BROKEN),
            sleep=self.asker.sleep,
            reraise=True,
        ):
            with attempt:
                try:
                    return _read(self._method(**parameters))
                except Exception as error:
                    self.exchange.ended(code_of(error), message_of(error))
                    raise
        raise AssertionError("tenacity returns or raises")


def _read(page: Mapping[str, Any]) -> Mapping[str, Any]:
    """The page with its streaming body, if it has one, read to the end."""
    return {key: value.read() if hasattr(value, "read") else value for key, value in page.items()}


__all__ = ["Asker", "Keeper", "NotWhole", "Page", "Unredactable"]
