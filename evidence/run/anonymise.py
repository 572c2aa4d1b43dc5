"""A run with ids, names, addresses and times replaced: the same original always by the same, so that it is judged as the original is.

Nothing is kept for being unknown. What cannot be read as a text, and what still looks like the original when the new run is read again, is said
with its place, and then there is no new run.
"""

import base64
import datetime as dt
import hashlib
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from evidence.errors import EvidenceError
from evidence.run.answer import Answer, Attempt, Call, canonical
from evidence.run.replace import Replacer, Vocabulary, document_in, words
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from evidence.run.store import far

SHOWN = 5
"""Places named in a refusal."""
_NAMING = frozenset((
    "name", "Name", "series", "category", "companyName", "productName", "SslProtocols",
    "clusterVersion", "CertificateIdentifier",
))  # fmt: skip
"""Fields by which a catalogue of AWS's names what it offers."""
_TIME = re.compile(r"\w*(?:[tT]ime|[dD]ate|[sS]tamp|[cC]reated|[mM]odified|At)")
_LOOKS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])|(?<!\w)\d{12}(?!\w)"
)
"""What an original looks like, whoever's it is: an address, a UUID, an account."""
_MANAGED = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/(?:[\w-]+/)*([\w+=,.@-]+)")
"""The name of a policy that AWS manages."""
Text = tuple[str, str, str]
"""Where a text stands in an answer, the field it is of (or that it is a key itself, or a number), the text."""
KEY, NUMBER = "a key", "a number"


def anonymise(run: Run, out: Path, vocabulary: Vocabulary, own: Collection[str] = ()) -> dict[str, str]:
    """Writes the anonymised run to a new folder `out` and returns what was replaced by what (words without case). `own`: ids of the
    entity's own programs, which are left out. Raises EvidenceError where something of the original could be left."""
    facts = run.finished()
    if facts.anonymised:
        raise EvidenceError(f"The run in {run.where} is anonymised already.", "Share it as it is.")
    if far(out):
        raise EvidenceError(
            f"{out} is no folder, and the run is written into one.", "Name a folder with --out; copy it from there."
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EvidenceError(f"{out} is not empty.", "Choose a new folder with --out.")
    taken: set[str] = set()
    policies: set[str] = set()
    for answer in run.answers():
        for _, _, text in texts(answer):
            taken.update(words(text))
            policies.update(_MANAGED.findall(text))
    key = hashlib.sha256(canonical([facts.id, dict(facts.segments)])).digest()
    replacer = Replacer(replace(vocabulary, values=vocabulary.values | policies), key, taken)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".anonymised-", dir=out.parent) as scratch:
        made = Path(scratch, "run")
        _write(run, made, Anonymiser(replacer), own)
        _refuse(run, left(Run.open(made), replacer))
        if out.exists():
            out.rmdir()
        made.rename(out)
    return dict(replacer.mapping)


def _refuse(run: Run, places: Collection[str]) -> None:
    if places:
        more = f"; and {len(places) - SHOWN} places more" if len(places) > SHOWN else ""
        raise EvidenceError(
            f"{run.where} cannot be anonymised, nothing was written. {'; '.join(list(places)[:SHOWN])}{more}.",
            "Please report the calls and the fields (not the values), so that they are told apart.",
        )


def _write(run: Run, out: Path, anonymiser: "Anonymiser", own: Collection[str]) -> None:
    facts, replacer = run.finished(), anonymiser.replacer
    for account in facts.scope.accounts:
        replacer.account(account.id)
    started = replacer.moment(facts.started_at)
    new = Run.create(out, facts.scope, versions=facts.versions, started=started, id=f"run-{started:%Y%m%dT%H%M%SZ}-anonymised")
    ids: dict[str, str] = {}
    for answer in run.answers():
        changed = anonymiser.answer(answer)
        ids[answer.id] = changed.id
        new.keep(changed)
    _refuse(run, anonymiser.unread)
    new.finish(
        ended=replacer.moment(facts.as_of), scope=_scope(facts.scope, facts.as_of.date(), replacer, ids, own), redaction_key="random",
        anonymised=True,
    )  # fmt: skip


def _scope(scope: Scope, ended: dt.date, replacer: Replacer, ids: Mapping[str, str], own: Collection[str]) -> Scope:
    text = replacer.text

    def account(of: Account) -> Account:
        return replace(
            of, id=text(of.id), name=text(of.name), principal=text(of.principal), role=text(of.role), session=text(of.session),
            seen=tuple(ids[id] for id in of.seen if id in ids), since=text(of.since), until=text(of.until), payer=text(of.payer),
            path="/".join(map(text, of.path.split("/"))),
        )  # fmt: skip

    return replace(
        scope, accounts=tuple(map(account, scope.accounts)), programs=tuple(p for p in scope.programs if p not in own),
        period=_period(scope.period, ended, replacer), entity=f"{text(scope.entity)} (anonymised)".strip(), prepared_by=text(scope.prepared_by),
        organization=text(scope.organization), seen=tuple(ids[id] for id in scope.seen if id in ids),
    )  # fmt: skip


def _period(period: str, ended: dt.date, replacer: Replacer) -> str:
    """The quarter in which the run's end comes to lie or, where it lay in another, the day of the quarter that was nearest to it."""
    found = re.fullmatch(r"([1-9]\d{3})-Q([1-4])", period)
    if found is None:
        return replacer.text(period)
    year, quarter = int(found[1]), int(found[2])
    first = dt.date(year, 3 * quarter - 2, 1)
    last = dt.date(year + quarter // 4, 3 * quarter % 12 + 1, 1) - dt.timedelta(days=1)
    day = replacer.day(min(max(ended, first), last))
    return f"{day.year}-Q{(day.month + 2) // 3}"


class Anonymiser:
    """Replaces what an answer holds. `unread`: places of what is no text."""

    def __init__(self, replacer: Replacer) -> None:
        self.replacer = replacer
        self.unread: dict[str, None] = {}

    def answer(self, answer: Answer) -> Answer:
        call, text = answer.call, self.replacer.text
        where = f"account {call.account}, {call.name}"
        parameters = self.value(call.parameters, f"{where}, parameters")
        return Answer(
            Call(text(call.account), call.region, call.service, call.operation, parameters), answer.ending,
            tuple(self.value(page, f"{where}, page {n}", offered=call.name in self.replacer.vocabulary.catalogues) for n, page in enumerate(answer.pages, start=1)),
            answer.code, self._said(answer.message), tuple(map(self._attempt, answer.attempts)),
            text(answer.principal),
        )  # fmt: skip

    def value(self, value: Any, where: str, name: str = "", offered: bool = False) -> Any:
        replacer = self.replacer
        if isinstance(value, str):
            return value if offered and name in _NAMING else replacer.text(value, name)
        if isinstance(value, Mapping):
            return {replacer.member(k): self.value(v, f"{where}.{k}", k, offered) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(v, f"{where}[{n}]", name, offered) for n, v in enumerate(value)]
        if isinstance(value, dt.datetime):
            return replacer.moment(value)
        if isinstance(value, bytes):
            return self._bytes(value, where, name)
        if isinstance(value, int) and not isinstance(value, bool):
            if _TIME.fullmatch(name) and len(str(value)) in (10, 13):
                return int(replacer.epoch(str(value)))
            return int(replacer.mapping.get(str(value), value)) if len(str(value)) == 12 else value
        return value

    def _bytes(self, value: bytes, where: str, name: str) -> bytes:
        try:
            return self.replacer.text(value.decode(), name).encode()
        except UnicodeDecodeError:
            self.unread[f"{where} holds bytes that are no text"] = None
            return b""

    def _attempt(self, attempt: Attempt) -> Attempt:
        text = self.replacer.text
        return replace(
            attempt, started=text(attempt.started), ended=text(attempt.ended), request_id=self._said(attempt.request_id),
            date=self._said(attempt.date), message=self._said(attempt.message),
        )  # fmt: skip

    def _said(self, said: str | None) -> str | None:
        return None if said is None else self.replacer.text(said)


def texts(answer: Answer) -> Iterator[Text]:
    """Every text of an answer, but for its call's names and AWS's error codes."""
    call = answer.call
    for where, said in (("account", call.account), ("message", answer.message), ("principal", answer.principal)):
        yield where, "", said or ""
    yield from _texts(call.parameters, "parameters")
    for number, page in enumerate(answer.pages, start=1):
        yield from _texts(page, f"page {number}")
    for n, attempt in enumerate(answer.attempts):
        for said in (attempt.started, attempt.ended, attempt.request_id, attempt.date, attempt.message):
            yield f"attempts[{n}]", "", said or ""


def _texts(value: Any, where: str, name: str = "") -> Iterator[Text]:
    if isinstance(value, str) and (document := document_in(value)) is not None:
        yield from _texts(document, where, name)
    elif isinstance(value, str):
        yield where, name, value
    elif isinstance(value, bytes):
        yield where, name, value.decode(errors="replace")
    elif isinstance(value, Mapping):
        for k, v in value.items():
            yield where, KEY, k
            yield from _texts(v, f"{where}.{k}", k)
    elif isinstance(value, (list, tuple)):
        for n, v in enumerate(value):
            yield from _texts(v, f"{where}[{n}]", name)
    elif isinstance(value, int) and value >= 10**11:
        yield where, NUMBER, str(value)


def left(run: Run, replacer: Replacer) -> list[str]:
    """The places of a new run, read again as it lies on disk, where something stands that the original held or that looks like it: never
    the thing itself."""
    made = {m.partition("/")[0] for m in replacer.mapping.values()}
    gone = {o.casefold() for o in replacer.mapping if len(o) > (5 if o.isdigit() else 3)}
    gone -= replacer.kept | replacer.common | {m.casefold() for m in made}
    found: dict[str, None] = {}
    originals = {m: o for o, m in replacer.mapping.items()}

    def look(where: str, name: str, text: str) -> None:
        if (name == KEY and text in replacer.vocabulary.members) or text in replacer.vocabulary.values:
            return
        for form in _forms(text):
            alike = () if name == NUMBER or name.lower().endswith("version") else _LOOKS.findall(form)
            if not gone.isdisjoint(words(form)) or any(each not in made for each in alike):
                found[f"Something is left of the original in {where}"] = None

    for answer in run.answers():
        for where, name, text in texts(answer):
            look(f"account {originals.get(answer.call.account)}, {answer.call.name}, {where}", name, text)
    scope = run.facts.scope
    for n, account in enumerate(scope.accounts):
        for text in (account.id, account.name, account.principal, account.role, account.session):
            look(f"run.json, account {n}", "", text)
    for text in (scope.entity.removesuffix("(anonymised)"), scope.prepared_by, scope.organization):
        look("run.json, scope", "", text)
    return list(found)


def _forms(text: str) -> Iterator[str]:
    """The text, and what it is once the usual wrappings are off."""
    yield text
    if "%" in text:
        yield unquote(text)
    if len(text) >= 16 and re.fullmatch(r"[A-Za-z0-9+/_-]+={0,2}", text):
        with suppress(ValueError):
            yield base64.b64decode(text.replace("-", "+").replace("_", "/") + "==").decode("ascii")
