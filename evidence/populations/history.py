"""A population as AWS Config recorded it over time: for each resource its configuration items, each read as if the service itself had
answered then, so that the requirement that judges today judges every one of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evidence.populations.answers import Answers
from evidence.populations.cells import UNREADABLE, Gap
from evidence.populations.population import Member, Population, Populations, Unread
from evidence.populations.read import UNREADABLE_ENDING, column_of, own_columns, row_of, value_of
from evidence.run.answer import GLOBAL
from evidence.run.scope import Account
from evidence.services.config_items import read_item
from evidence.services.declare import Ask, PopulationSpec
from evidence.services.path import Absent, WrongShape

RESOURCES, RECORDERS = "config.resources", "config.regions"
NEEDS: Mapping[str, tuple[str, ...]] = {
    RESOURCES: ("current", "deleted", "kind", "recorded"),
    RECORDERS: ("recorder", "recording", "started", "stopped", "unrecorded"),
}
"""The populations and columns that the history is read from."""
_NO_TIME = dt.datetime.min.replace(tzinfo=dt.UTC)
_CALL = "config:GetResourceConfigHistory"
Status = Literal["there", "deleted", "not recorded"]
_STATUS: Mapping[str, Status] = {
    "OK": "there",
    "ResourceDiscovered": "there",
    "ResourceDeleted": "deleted",
    "ResourceNotRecorded": "not recorded",
    "ResourceDeletedNotRecorded": "deleted",
}


@dataclass(frozen=True)
class Recorded:
    """One configuration item: when AWS Config captured it, what became of the resource, and the row of the population that holds what
    it tells (None where it tells nothing that can be read). `daily`: the recorder looked once a day only."""

    captured: dt.datetime
    status: Status
    row: int | None
    daily: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """A resource over time. `recorded_in` is the Region whose recorder has it; `items` are in the order in which they were captured; `made` is when AWS Config says that it was made;
    `gap` is why its items could not be read."""

    member: Member
    recorded_in: str
    items: tuple[Recorded, ...]
    made: dt.datetime | None
    gap: Gap | None


@dataclass(frozen=True)
class HistoryOf:
    """A population over time: `rows` has one row for each item that could be read. `unread` are lists of AWS Config's that were not
    read to their end: there may be resources that nobody saw."""

    rows: Population
    resources: tuple[Resource, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True)
class Recorder:
    """AWS Config's recorder in one Region: while it was known to be on (from, to), and the types that it leaves out. `gap`: why that
    is not known."""

    account: str
    region: str
    on: tuple[tuple[dt.datetime, dt.datetime], ...]
    unrecorded: frozenset[str]
    gap: Gap | None
    evidence: tuple[str, ...]


def recorders(populations: Populations, asked: dt.datetime) -> dict[tuple[str, str], Recorder]:
    """(account, Region) → its recorder as it was when it was `asked` about, at the earliest: on since it was last started, or until it was
    stopped. What was before that, and what came while the run went on, is not told."""
    regions = populations[RECORDERS]
    names = ("recording", "started", "stopped", "unrecorded", "recorder")
    out = {}
    for row, member in enumerate(regions.members):
        cells = {name: regions[name]._values[row] for name in names}
        gap = next((regions[name]._gaps[row] for name in names if regions[name]._gaps[row] is not None), None)
        sources = dict.fromkeys(id for name in names for id in regions[name]._sources[row])
        started, stopped = cells["started"], cells["stopped"]
        on: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
        if gap is None and started is not None:
            if cells["recording"]:
                on = ((started, asked),) if started < asked else ()
            elif stopped is not None and stopped > started:
                on = ((started, min(stopped, asked)),)
        out[member.account, member.region] = Recorder(
            member.account, member.region, on, frozenset(cells["unrecorded"] or ()), gap, tuple(sources)
        )
    return out


def read_history(answers: Answers, spec: PopulationSpec, columns: Sequence[str], known: Populations) -> HistoryOf:
    """The population over the time that the run asked about, with these columns. `known` holds `NEEDS`.

    A column that AWS Config does not record is a gap in every row."""
    assert spec.history is not None
    resources = known[RESOURCES]
    cells: dict[str, list[tuple[Any, Gap | None, tuple[str, ...]]]] = {name: [] for name in columns}
    members: list[Member] = []
    found = []
    for row, listed in enumerate(resources.members):
        if resources["kind"]._values[row] != spec.history.type:
            continue
        account, deleted = answers.accounts[listed.account], resources["deleted"]._values[row]
        if deleted is not None and account.since and deleted <= dt.datetime.fromisoformat(account.since):
            continue  # gone before the time that was asked about
        raw, gap = _items(resources, row)
        one = _Reader(spec, columns, account, listed, tuple(dict.fromkeys(_sources(resources, row))))
        found.append(one.resource(raw, gap, len(members)))
        members.extend(one.members)
        for name in columns:
            cells[name].extend(one.cells[name])
    built = {name: column_of(name, spec.columns[name].label or name.replace("_", " "), cells[name], _NO_TIME) for name in columns}
    population = Population(spec, tuple(members), {**built, **own_columns(members, _NO_TIME)}, _NO_TIME)
    mine = tuple(r for r in found if r is not None)
    return HistoryOf(population, mine, resources.unread)


def _sources(resources: Population, row: int) -> Iterable[str]:
    for name in ("kind", "current", "recorded"):
        yield from resources[name]._sources[row]


def _items(resources: Population, row: int) -> tuple[list[Any], Gap | None]:
    """The resource's items as AWS gave them, and why some are missing. Where its present state is older than the time asked about,
    its history was not asked for: that state held all along."""
    current, recorded = resources["current"], resources["recorded"]
    deleted = resources["deleted"]._values[row] is not None
    raw = [*(current._values[row] or ()), *(recorded._values[row] or ())]
    gap = recorded._gaps[row]
    if gap is not None and gap.ending == "not asked" and gap.detail:
        gap = None if current._values[row] or deleted else current._gaps[row] or gap
    return raw, gap


class _Reader:
    """Reads the items of one resource into rows."""

    def __init__(
        self, spec: PopulationSpec, columns: Sequence[str], account: Account, listed: Member, evidence: tuple[str, ...]
    ) -> None:
        self.spec, self.columns, self.account, self.listed, self.evidence = spec, columns, account, listed, evidence
        listed_by = spec.listed_by
        whole = spec.region is None and isinstance(listed_by, Ask) and listed_by.whole_account
        self.region = GLOBAL if whole else listed.region  # IAM's types are recorded in some Region, and have none
        self.members: list[Member] = []
        self.cells: dict[str, list[tuple[Any, Gap | None, tuple[str, ...]]]] = defaultdict(list)

    def resource(self, raw: Iterable[Any], gap: Gap | None, first_row: int) -> Resource | None:
        """The resource, None where its items say that it is none of this population."""
        assert self.spec.history is not None
        items: dict[tuple[dt.datetime, str], Recorded] = {}
        made, member, outside = None, None, False
        for one in raw:
            try:
                item = read_item(one)
                captured, status = item["configurationItemCaptureTime"], _STATUS[item["configurationItemStatus"]]
                state = str(item.get("configurationStateId") or "")
            except UNREADABLE as error:
                gap = gap or self._gap(f"a configuration item: {type(error).__name__}: {error}")
                continue
            made = item.get("resourceCreationTime") or made
            row = None
            if status == "there" and item["configuration"] is not None:
                read = self._row(item)
                if read is None:  # no member in that state: an instance that is terminated, say
                    outside, status = True, "deleted"
                if isinstance(read, Member):
                    member, row = read, first_row + len(self.members)
                    self.members.append(read)
            if (captured, state) not in items or items[captured, state].row is None:
                daily = item.get("recordingFrequency") == "DAILY"
                items[captured, state] = Recorded(captured, status, row, daily, self.evidence)
        if member is None and outside:
            return None
        member = member or Member(
            self.account.partition, self.account.id, self.region, self.spec.type,
            self.listed.id.partition(" ")[2], "", self.listed.listed,
        )  # fmt: skip
        return Resource(member, self.listed.region, tuple(sorted(items.values(), key=lambda i: i.captured)), made, gap)

    def _row(self, item: Mapping[str, Any]) -> Member | Gap | None:
        """The item as a row: its member, None where it is none of this population, or why it cannot be read."""
        assert self.spec.history is not None
        history = self.spec.history
        try:
            entry = history.entry(item)
        except (WrongShape, Absent, *UNREADABLE) as error:
            return self._gap(f"a configuration item: {error}")
        row = row_of(self.spec, self.account, self.region, entry, None)
        if row is None:
            return None
        if isinstance(row, Unread):
            return self._gap(row.detail)
        for name in self.columns:
            self.cells[name].append(self._cell(name, item, row))
        return row.member

    def _cell(self, name: str, item: Mapping[str, Any], row: Any) -> tuple[Any, Gap | None, tuple[str, ...]]:
        assert self.spec.history is not None
        history, column = self.spec.history, self.spec.columns[name]
        if name not in history.columns:
            return None, self._gap(f"AWS Config does not record {column.label or name.replace('_', ' ')}"), self.evidence
        try:
            answer = None
            if column.of is not None:
                answer = history.answers[column.of](item)
                if answer is None:
                    return None, None, self.evidence
            return value_of(column, row.item, answer), None, self.evidence
        except Absent:
            return None, None, self.evidence
        except (WrongShape, *UNREADABLE) as error:
            return None, self._gap(f"{type(error).__name__}: {error}"), self.evidence

    def _gap(self, detail: str) -> Gap:
        return Gap(self.account.id, self.listed.region, _CALL, UNREADABLE_ENDING, detail)
