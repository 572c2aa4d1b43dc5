"""A made-up past that knows the truth: buckets that are made, changed and deleted, a recorder that is switched on and off, and the
answers that AWS would give of it to a run."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.assessment.assess import assess
from evidence.assessment.period.model import Period, Timeline
from evidence.assessment.period.over_time import Observed, observed, over_time
from evidence.programs.model import AwsSide, Control, Mapped, Program
from evidence.requirements import requirements
from evidence.run.answer import Answer, Attempt, Ending
from evidence.run.calendar import iso
from evidence.run.run import Run, RunFacts
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.calls import call_of, own_entries
from evidence.services.cloudtrail import LOOKUP_DAY
from evidence.services.config.asks import DESCRIBE_RECORDER_STATUS, DESCRIBE_RECORDERS
from evidence.services.config.history import GET_CURRENT, GET_HISTORY, LIST_RESOURCES, TYPES
from evidence.services.declare import DAYS, Ask
from evidence.services.s3 import GET_BUCKET_VERSIONING, LIST_BUCKETS

ACCOUNT, REGION = "012345678901", "eu-west-1"
ID = "s3.buckets.versioning"
SINCE = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
ON, OFF = "Enabled", "Suspended"
PROGRAM = Program(
    "ours", "Ours", "1", "", "", AwsSide(False), (Control("1", "Versions are kept", "customer", (Mapped(ID, "full", {}, ""),)),)
)


def at(days: float) -> dt.datetime:
    """So many days after the period's first moment."""
    return SINCE + dt.timedelta(days=days)


@dataclass(frozen=True)
class Bucket:
    """A bucket's true life: {moment: "Enabled", "Suspended", or None once it is deleted}; its first moment is when it was made."""

    name: str
    life: dict[dt.datetime, str | None]

    def state(self, moment: dt.datetime) -> str | None:
        """What it was at that moment; None where it was not there."""
        past = [value for when, value in sorted(self.life.items()) if when <= moment]
        return past[-1] if past else None

    def made(self, moment: dt.datetime) -> dt.datetime:
        """When the bucket that was there at that moment, or the last before it, was made: a name can be used again."""
        past = [(when, value) for when, value in sorted(self.life.items()) if when <= moment]
        births = [when for n, (when, value) in enumerate(past) if value and (n == 0 or past[n - 1][1] is None)]
        return births[-1]


@dataclass
class Past:
    """`on`: the stretches in which the recorder was on. `forgets`: after a break the recorder says nothing of what was deleted."""

    buckets: list[Bucket]
    on: list[tuple[dt.datetime, dt.datetime | None]]
    forgets: bool = False
    daily: bool = False
    left_out: tuple[str, ...] = ()
    """Types that the recorder leaves out."""

    @property
    def group(self) -> dict[str, Any]:
        if not self.left_out:
            return {"allSupported": True}
        strategy = {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}
        return {"recordingStrategy": strategy, "exclusionByResourceTypes": {"resourceTypes": list(self.left_out)}}

    def recording(self, moment: dt.datetime) -> bool:
        return any(start <= moment and (end is None or moment < end) for start, end in self.on)

    def items(self, bucket: Bucket, until: dt.datetime) -> list[dict[str, Any]]:
        """AWS Config's items of a bucket, oldest first."""
        found: list[dict[str, Any]] = []
        moments = sorted({*bucket.life, *(start for start, _ in self.on)})
        last: Any = "never seen"
        for moment in (m for m in moments if m <= until and self.recording(m)):
            now = bucket.state(moment)
            if (now == last and moment != bucket.made(moment)) or (
                now is None and (last == "never seen" or (self.forgets and moment not in bucket.life))
            ):
                continue
            found.append(self.item(bucket, moment, now, first=last == "never seen"))
            last = now
        return found

    def item(self, bucket: Bucket, moment: dt.datetime, state: str | None, *, first: bool) -> dict[str, Any]:
        told = {"BucketVersioningConfiguration": json.dumps({"status": state, "isMfaDeleteEnabled": None})}
        return {
            "configurationItemCaptureTime": moment,
            "configurationItemStatus": "ResourceDeleted" if state is None else "ResourceDiscovered" if first else "OK",
            "configurationStateId": str(moment.timestamp()),
            "resourceType": "AWS::S3::Bucket",
            "resourceId": bucket.name,
            "awsRegion": REGION,
            "resourceCreationTime": bucket.made(moment),
            **({"recordingFrequency": "DAILY"} if self.daily else {}),
            **({} if state is None else {"configuration": json.dumps({"name": bucket.name}), "supplementaryConfiguration": told}),
        }

    def run(
        self,
        name: str,
        ended: dt.datetime,
        *,
        history: bool = True,
        events: bool = False,
        endings: dict[str, Ending] | None = None,
    ) -> Observed:
        """A run that ended then. `endings`: {operation: how it ends} for those that AWS does not answer."""
        started = ended - dt.timedelta(minutes=5)
        account = Account(ACCOUNT, regions={REGION: "asked"}, since=iso(SINCE), until=iso(started))
        over = (*(["history"] if history else []), *(["events"] if events else []))
        kept = RunFacts(name, Scope((account,), ("ours",), "2026-Q3", over_time=over), iso(started), iso(ended))
        answers = self.answers(account, started, ended, history, events, endings or {})
        assessment = assess(kept, answers, [PROGRAM], requirements(), populations())
        return observed(kept, answers, assessment)

    def kept(self, folder: Path, name: str, ended: dt.datetime, *, history: bool = True, events: bool = False) -> Path:
        """The same run, kept in a folder."""
        started = ended - dt.timedelta(minutes=5)
        account = Account(ACCOUNT, regions={REGION: "asked"}, since=iso(SINCE), until=iso(started))
        over = (*(["history"] if history else []), *(["events"] if events else []))
        scope = Scope((account,), ("ours",), "2026-Q3", "Larkfield Ltd", over_time=over)
        run = Run.create(folder / name, scope, id=name, started=started, versions={})
        for answer in self.answers(account, started, ended, history, events, {}):
            run.keep(answer)
        run.finish(ended=ended)
        return folder / name

    def answers(
        self, account: Account, started: dt.datetime, ended: dt.datetime, history: bool, events: bool, endings: dict[str, Ending]
    ) -> list[Answer]:
        out = []

        def say(ask: Ask, value: dict[str, Any], region: str = REGION, entry: dict[str, Any] | None = None) -> None:
            call = call_of(ask, account, region, entry)
            ending = endings.get(ask.operation, "answered")
            attempt = Attempt(0, iso(started), iso(ended), 200)
            out.append(
                Answer(
                    call,
                    ending,
                    (value,) if ending == "answered" else (),
                    "" if ending == "answered" else "X",
                    attempts=(attempt,),
                )
            )

        there = [b for b in self.buckets if b.state(ended) is not None]
        say(LIST_BUCKETS, {"Buckets": [{"Name": b.name, "BucketRegion": REGION} for b in there]}, "global")
        for b in there:
            say(GET_BUCKET_VERSIONING, {"Status": b.state(ended)}, entry={"Name": b.name, "BucketRegion": REGION})
        if history:
            self._history(say, started)
        if events:
            for entry in own_entries(DAYS, account, REGION):
                say(
                    LOOKUP_DAY,
                    {"Events": self.events(dt.datetime.fromisoformat(entry["from"]), dt.datetime.fromisoformat(entry["to"]))},
                    entry=dict(entry),
                )
        return out

    def _history(self, say: Any, ended: dt.datetime) -> None:
        """What AWS Config says of the time up to `ended`, when the run began: what comes after is in no answer."""
        past = [(start, end) for start, end in self.on if start <= ended]
        say(DESCRIBE_RECORDERS, {"ConfigurationRecorders": [{"name": "default", "recordingGroup": self.group}]})
        status: dict[str, Any] = {"name": "default", "recording": self.recording(ended)}
        if past:
            status["lastStartTime"] = past[-1][0]
            stops = [end for _, end in past if end is not None and end <= ended]
            status |= {"lastStopTime": stops[-1]} if stops else {}
        say(DESCRIBE_RECORDER_STATUS, {"ConfigurationRecordersStatus": [status]})
        listed, known = [], {}
        for bucket in self.buckets:
            items = self.items(bucket, ended)
            if items:
                gone = items[-1]["configurationItemStatus"] == "ResourceDeleted"
                entry = {"resourceType": "AWS::S3::Bucket", "resourceId": bucket.name}
                entry |= {"resourceDeletionTime": items[-1]["configurationItemCaptureTime"]} if gone else {}
                listed.append(entry)
                known[bucket.name] = (entry, items, gone)
        for kind, ask in zip(TYPES, LIST_RESOURCES, strict=True):
            say(ask, {"resourceIdentifiers": listed if kind == "AWS::S3::Bucket" else []})
        for entry, items, gone in known.values():
            keyed = {**entry, "key": {name: entry[name] for name in ("resourceType", "resourceId")}}
            if not gone:
                say(GET_CURRENT, {"baseConfigurationItems": [items[-1]]}, entry=keyed)
            if items[-1]["configurationItemCaptureTime"] > SINCE:
                say(GET_HISTORY, {"configurationItems": _walked(items)}, entry=keyed)

    def events(self, start: dt.datetime, end: dt.datetime) -> list[dict[str, Any]]:
        """The changing calls of this time, as CloudTrail's event history has them."""
        return [
            {
                "EventTime": moment, "EventSource": "s3.amazonaws.com", "EventName": "PutBucketVersioning", "EventId": f"{b.name}{moment}",
                "Resources": [{"ResourceType": "AWS::S3::Bucket", "ResourceName": b.name}], "CloudTrailEvent": "{}",
            }
            for b in self.buckets
            for moment in b.life
            if start <= moment < end
        ]  # fmt: skip


def _walked(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Newest first, back to the item in force when the period began."""
    behind = [i for i in items if i["configurationItemCaptureTime"] <= SINCE]
    return [*reversed([i for i in items if i["configurationItemCaptureTime"] > SINCE]), *behind[-1:]]


def period(runs: Sequence[Observed], since: dt.datetime = SINCE, until: dt.datetime = UNTIL) -> Period:
    return over_time(runs, "2026-Q3", since, until, [PROGRAM], requirements(), populations())


def wrong(line: Timeline, bucket: Bucket) -> list[str]:
    """Every stretch that says something else than what was true in it."""
    out = []
    for span in line.spans:
        start, end = dt.datetime.fromisoformat(span.start), dt.datetime.fromisoformat(span.end)
        moments = [start, *(m for m in bucket.life if start < m < end)]
        truths = {{ON: "meets", OFF: "exception", None: "not there"}[bucket.state(m)] for m in moments}
        if span.state != "gap" and truths != {span.state}:
            out.append(f"{span} where it was {truths}")
    return out
