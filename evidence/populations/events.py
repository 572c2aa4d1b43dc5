"""CloudTrail's event history of the time that a run asked about: which stretches were read to their end, and the calls that changed
something in them."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.populations.answers import Answers
from evidence.populations.cells import UNREADABLE
from evidence.run.scope import Account
from evidence.services.calls import call_of, own_entries
from evidence.services.cloudtrail import DAYS_OF_EVENTS, LOOKUP_DAY
from evidence.services.declare import DAYS

NEEDS: Mapping[str, tuple[str, ...]] = {DAYS_OF_EVENTS.name: ("changes",)}
"""The populations and columns that the events are read from."""
KEPT_BY_AWS = dt.timedelta(days=90)
"""How far back AWS looks: of an earlier day the answer is empty, and says nothing.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html"""
DELIVERED = dt.timedelta(minutes=15)
"""Within how long an event is usually delivered: what was asked earlier than that after it may miss it.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html"""


@dataclass(frozen=True)
class Change:
    """A call that may have changed something: when, of which service ("s3.amazonaws.com"), and the resources that its record names
    as (type, name); without any it could be about every resource of the service."""

    at: dt.datetime
    source: str
    resources: tuple[tuple[str, str], ...]
    name: str


@dataclass(frozen=True)
class Events:
    """One account and Region: the stretches of time of which every changing call is known, and the calls in them."""

    account: str
    region: str
    read: tuple[tuple[dt.datetime, dt.datetime], ...]
    changes: tuple[Change, ...]
    evidence: tuple[str, ...]


def read_events(answers: Answers) -> dict[tuple[str, str], Events]:
    """(account, Region) → what is known of its changing calls. A day that was refused, cut off, older than AWS looks back, or holds a
    record that cannot be read counts as not read."""
    found = {}
    for account in answers.scope.accounts:
        if account.status != "in scope" or account.shut:
            continue
        for region in account.asked:
            read, changes, evidence = [], [], []
            for start, end, seen, id in _days(answers, account, region):
                read.append((start, end))
                changes.extend(seen)
                evidence.append(id)
            if read:
                unique = tuple(sorted(dict.fromkeys(changes), key=lambda c: (c.at, c.name)))
                found[account.id, region] = Events(account.id, region, tuple(read), unique, tuple(evidence))
    return found


_Day = tuple[dt.datetime, dt.datetime, list[Change], str]


def _days(answers: Answers, account: Account, region: str) -> Iterator[_Day]:
    for entry in own_entries(DAYS, account, region):
        answer = answers.find(call_of(LOOKUP_DAY, account, region, entry))
        if answer is None or answer.ending != "answered" or not answer.started:
            continue
        asked = dt.datetime.fromisoformat(answer.started)
        start = max(dt.datetime.fromisoformat(entry["from"]), asked - KEPT_BY_AWS)
        end = min(dt.datetime.fromisoformat(entry["to"]), asked - DELIVERED)
        if start >= end:
            continue
        try:
            changes = [change for event in answers.value(answer)["Events"] if (change := _change(event)) is not None]
        except UNREADABLE:
            continue
        yield start, end, changes, answer.id


def _change(event: Mapping[str, Any]) -> Change | None:
    """The call; None where AWS refused it, for then it changed nothing. Raises one of UNREADABLE for what cannot be told."""
    told = json.loads(event["CloudTrailEvent"])
    if told.get("errorCode"):
        return None
    named = ((r.get("ResourceType") or "", r.get("ResourceName") or "") for r in event.get("Resources") or ())
    return Change(event["EventTime"], event["EventSource"], tuple(r for r in named if r[1]), event["EventName"])
