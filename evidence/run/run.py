"""A run: `run.json` and `answers/<account>/<region>/<service>.jsonl.gz`. Append-only, then finished."""

import datetime as dt
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import orjson

from evidence.errors import EvidenceError
from evidence.run import segment
from evidence.run.answer import ENDINGS, Answer, ending_of
from evidence.run.ends import Ends, Segments
from evidence.run.redaction import redactions_in
from evidence.run.scope import Scope
from evidence.run.store import Store, far, store_at

T = TypeVar("T")
SCHEMA = 1
STATUS = "status/"
"""Where it stands how far each account is while a run goes on (evidence.run.status)."""
SEGMENT = ".jsonl.gz"
"""How the name of a file of answers ends."""
BATCH = 64
"""Answers of one segment kept in memory before they are written: what a kill can lose, and what arrives while they are written."""


@dataclass(frozen=True)
class PartOf:
    """Says of a run that it is some accounts of another, cut out for a pack of these alone: of one, or of an organisational unit.

    of        SHA-256, in hex, of the whole run's run.json; `run` is its id
    accounts  how many accounts of it are in scope
    shared    SHA-256, in hex, of `shared.json`: what these accounts may know of the others
    unit      id of the organisational unit, or the root; empty where it is one account
    """

    of: str
    run: str
    accounts: int
    shared: str
    unit: str = ""


@dataclass(frozen=True)
class RunFacts:
    """What `run.json` says. Times are UTC, ISO 8601; `ended` is empty until the run is finished.

    versions        tool, botocore, python
    redactions      how many texts of each kind were replaced by a marker in what is kept
    redaction_key   "kept by the entity" (changes of a secret are visible from run to run) or "random" (they are not)
    segments        {path: {"lines", "head"}}: the end of every segment's chain, when the run was finished
    calls           how many calls ended in which way
    anonymised      whether ids, names, addresses and times were replaced: `evidence anonymise` made the run of another
    part            of which run this is a part; None for a run that was collected
    """

    id: str
    scope: Scope
    started: str
    ended: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)
    redaction_key: str = "random"
    segments: Segments = field(default_factory=lambda: Segments({}))
    calls: Mapping[str, int] = field(default_factory=dict)
    schema: int = SCHEMA
    anonymised: bool = False
    part: PartOf | None = None

    @property
    def as_of(self) -> dt.datetime:
        """The instant that every age is counted from: the run's end."""
        return dt.datetime.fromisoformat(self.ended)

    @property
    def started_at(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.started)

    def to_json(self) -> bytes:
        return b"".join(self.written())

    def written(self) -> Iterator[bytes]:
        """The text of run.json, part after part: nobody need hold the whole of it."""
        said = {k: v for k, v in vars(self).items() if k not in ("anonymised", "part") or v}
        here = orjson.Fragment(b"\0")  # stands nowhere else in JSON (RFC 8259, section 7)
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        before, _, after = orjson.dumps({**said, "scope": self.scope.to_json(), "segments": here}, option=options).partition(
            b"\0"
        )
        yield before
        yield from self.segments.written()
        yield after

    @classmethod
    def from_json(cls, data: bytes, where: str) -> "RunFacts":
        try:
            raw = orjson.loads(data)
            if raw["schema"] != SCHEMA:
                raise EvidenceError(
                    f"{where} is of schema {raw['schema']}, this tool reads schema {SCHEMA}.",
                    "Use the version of the tool that made the run; it is named in run.json under versions.",
                )
            part = PartOf(**raw["part"]) if raw.get("part") else None
            segments = Segments.of(raw.pop("segments", {}))
            return cls(**{**raw, "scope": Scope.from_json(raw["scope"]), "part": part, "segments": segments})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EvidenceError(
                f"{where} is no run.json that can be read ({error}).",
                "Restore it from your copy, or collect again into a new folder.",
            ) from error


def now() -> dt.datetime:
    """The one clock of a collection."""
    return dt.datetime.now(dt.UTC)


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


class Run:
    """One collection, in a folder or on S3. `keep` may be called from many threads; each segment has this one writer: who goes on with
    a run holds what it writes below (`store.hold("answers/<account>")`)."""

    def __init__(self, store: Store, facts: RunFacts, where: str) -> None:
        self.store, self.facts, self.where = store, facts, where
        self._lock = threading.Lock()
        self._pending: dict[str, list[Answer]] = {}
        self._heads: dict[str, str] = {}
        self._writing: dict[str, threading.Lock] = {}

    @classmethod
    def create(
        cls,
        where: str | Path,
        scope: Scope,
        *,
        versions: Mapping[str, str],
        started: dt.datetime | None = None,
        id: str | None = None,
    ) -> "Run":
        """Begins a run in a new place: a folder or s3://bucket/prefix that is empty, or holds a run of which no answer was kept. Raises
        EvidenceError where anything else lies."""
        store = store_at(where)
        there = list(islice((name for name in store.names() if not name.startswith(STATUS)), 2))
        if there == ["run.json"]:
            RunFacts.from_json(store.read("run.json"), f"{where}/run.json")
        elif there or (not far(where) and Path(where).is_file()):
            raise EvidenceError(
                f"{where} is not empty.", "Choose a new folder with --out, or go on with the run that lies there with --resume."
            )
        moment = started or now()
        facts = RunFacts(
            id or f"run-{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}", scope, stamp(moment), versions=dict(versions)
        )
        run = cls(store, facts, str(where))
        run.write_facts()
        return run

    @classmethod
    def open(cls, where: str | Path) -> "Run":
        """Opens a run, in a folder or at s3://bucket/prefix, to read it, or to go on with it."""
        store = store_at(where)
        if not store.exists("run.json"):
            raise EvidenceError(
                f"{where} is not a run: there is no run.json in it.",
                "Name the folder, or the place on S3, that `evidence collect --out` or `evidence sample` made.",
            )
        return cls(store, RunFacts.from_json(store.read("run.json"), f"{where}/run.json"), str(where))

    def write_facts(self, **changes: Any) -> None:
        self.facts = replace(self.facts, **changes)
        self.store.replace("run.json", self.facts.written())

    # Writing

    def keep(self, answer: Answer) -> None:
        """Keeps an answer; it is on disk at the latest when its batch is full or `flush` returns."""
        call = answer.call
        name = f"answers/{call.account}/{call.region}/{call.service}{SEGMENT}"
        with self._lock:
            waiting = self._pending.setdefault(name, [])
            waiting.append(answer)
            full = len(waiting) >= BATCH
        if full:
            self._write(name)

    def flush(self) -> None:
        with self._lock:
            names = sorted(self._pending)
        for _ in self.store.each(self._write, names):
            pass

    def _write(self, name: str) -> None:
        """Writes what waits, one thread at a time for each segment: what is taken first is written first, and nobody else has to wait."""
        with self._lock:
            writing = self._writing.setdefault(name, threading.Lock())
        with writing:
            with self._lock:
                waiting = self._pending.pop(name, ())
            if not waiting:
                return
            if name not in self._heads:
                self._heads[name] = self._repaired(name)
            head, kept = self._heads[name], []
            for answer in waiting:
                line = answer.to_line(head)
                head = segment.link(line)
                kept.append(line)
            self.store.append(name, segment.pack(kept))
            self._heads[name] = head

    def _repaired(self, name: str) -> str:
        """Cuts a torn tail and returns the head of the chain that is left."""
        if not self.store.exists(name):
            return segment.FIRST
        data = self.store.read(name)
        end = segment.tail(data)
        if end.length < len(data):
            self.store.cut(name, end.length)
        return end.head

    def ends(self, account: str) -> Ends:
        """Where the segments of one account end, how its calls ended and what was redacted, from what is kept."""
        heads, counted, redacted = {}, Counter[str](), Counter[str]()
        for name, data in self._segments(account=account):
            end = segment.tail(data)
            heads[name] = {"lines": end.lines, "head": end.head}
            lines = list(segment.lines(data))
            # a call has its answers in one segment alone: the newest counts
            counted.update(dict(self._read(name, lines, ending_of)).values())
            for line in lines:
                redacted.update(redactions_in(line))
        return Ends(Segments.of(heads), counted, redacted)

    def finish(self, *, ended: dt.datetime | None = None, known: Mapping[str, Ends] | None = None, **changes: Any) -> None:
        """Writes everything out, notes the chains' heads, the calls' endings and the markers, and closes the run: run.json is written last. `known`
        are the ends of accounts that need not be read again."""
        self.flush()
        accounts = {name.split("/")[1] for name in self.store.names("answers")}
        every = {account: (known or {}).get(account) or self.ends(account) for account in sorted(accounts)}
        heads = Segments.joined(ends.segments for ends in every.values())
        calls = {ending: sum(ends.calls.get(ending, 0) for ends in every.values()) for ending in ENDINGS}
        redactions = sum((Counter(ends.redactions) for ends in every.values()), Counter[str]())
        said = {"segments": heads, "calls": calls, "redactions": dict(sorted(redactions.items()))}
        self.write_facts(ended=stamp(ended or now()), **said, **changes)

    # Reading

    def lines(self, files: Collection[str] | None = None, account: str = "") -> Iterator[tuple[str, int, bytes]]:
        """Every kept line as it stands (of segments with these file names alone, of one account alone): its segment's name, its number
        in it from 1, and the line, of which nothing is read."""
        for name, data in self._segments(files, account):
            for number, line in enumerate(segment.lines(data), start=1):
                yield name, number, line

    def answers(self, services: Iterable[str] | None = None, account: str = "") -> Iterator[Answer]:
        """Every kept answer (of these services alone, of one account alone), segment by segment, in the order in which they were kept."""
        wanted = None if services is None else {f"{service}{SEGMENT}" for service in services}
        for name, data in self._segments(wanted, account):
            yield from self._read(name, segment.lines(data), Answer.from_line)

    def _segments(self, files: Collection[str] | None = None, account: str = "") -> Iterator[tuple[str, bytes]]:
        """Every segment's name and bytes, by name."""
        names = [
            name
            for name in self.store.names(f"answers/{account}" if account else "answers")
            if name.endswith(SEGMENT) and (files is None or name.rpartition("/")[2] in files)
        ]
        yield from zip(names, self.store.each(self.store.read, names), strict=True)

    def _read(self, name: str, lines: Iterable[bytes], read: Callable[[bytes], T]) -> Iterator[T]:
        for number, line in enumerate(lines, start=1):
            try:
                yield read(line)
            except ValueError as error:
                raise EvidenceError(
                    f"{self.where}/{name}, line {number}: {error}.",
                    "The run was changed after it was collected; restore your copy of it.",
                ) from error

    def finished(self) -> RunFacts:
        """The facts of a run that came to its end. Raises EvidenceError for one that was cut short."""
        if not self.facts.ended:
            raise EvidenceError(
                f"The run in {self.where} was cut short: it has no end, and every age is counted from the end.",
                f"Go on with it: evidence collect --resume --out {self.where}",
            )
        return self.facts
