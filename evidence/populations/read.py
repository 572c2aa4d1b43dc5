"""Builds populations from kept answers: who the members are, what each cell holds, and what could not be read."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any

from evidence.populations.answers import Answers
from evidence.populations.cells import UNREADABLE, Column, Gap, objects
from evidence.populations.corroborate import corroborated
from evidence.populations.population import EVERY_REGION, OWN, Member, Population, Populations, Unread
from evidence.populations.recount import Recount
from evidence.run.answer import GLOBAL, Answer
from evidence.run.scope import BUDGET_SPENT, NOT_ASKED, Account
from evidence.services.calls import call_of, needed, own_entries, with_parent
from evidence.services.declare import ACCOUNTS, Ask, Item, Only, PopulationSpec
from evidence.services.declare import Column as Declared
from evidence.services.ec2 import DESCRIBE_REGIONS
from evidence.services.path import Absent, WrongShape, walk
from evidence.services.second import is_named
from evidence.services.sts import GET_CALLER_IDENTITY

UNREADABLE_ENDING = "unreadable"


@dataclass(frozen=True)
class Row:
    """A listed item on its way to becoming a member: where it was listed, and by which answer."""

    account: Account
    listed_in: str
    item: Item
    member: Member


class _Unreadable(Exception):
    """A cell that cannot be read; carries why."""

    def __init__(self, gap: Gap, sources: tuple[str, ...] = ()) -> None:
        self.gap, self.sources = gap, sources


class _Gone(Exception):
    """The member went away while it was read."""


def read_populations(
    answers: Answers, wanted: Mapping[str, Iterable[str]], specs: Mapping[str, PopulationSpec], as_of: dt.datetime
) -> Populations:
    """The populations named in `wanted`, each with the columns named there (own columns are always there)."""
    out: dict[str, Population] = {}
    for name, columns in wanted.items():
        out[name] = _population(answers, specs[name], tuple(columns), as_of, specs)
    for name, population in out.items():
        if population.spec.corroborated_by or population.spec.filtered:
            out[name] = corroborated(population, out, answers)
    recount = Recount(out, answers)
    for name, population in out.items():
        if is_named(population.spec):
            out[name] = recount.of(population, partial(_left_out, answers, population.spec, specs))
    return Populations(out)


def _population(
    answers: Answers, spec: PopulationSpec, columns: tuple[str, ...], as_of: dt.datetime, specs: Mapping[str, PopulationSpec]
) -> Population:
    rows, unread, lists, outside = _list(answers, spec, specs)
    kept, gone = [], []
    cells: dict[str, list[tuple[Any, Gap | None, tuple[str, ...]]]] = {name: [] for name in columns}
    for row in rows:
        try:
            read = {name: _cell(answers, spec, spec.columns[name], row) for name in columns}
        except _Gone:
            gone.append(row.member)
            continue
        kept.append(row.member)
        for name, cell in read.items():
            cells[name].append(cell)
    built = {name: column_of(name, spec.columns[name].label or name.replace("_", " "), cells[name], as_of) for name in columns}
    return Population(
        spec,
        tuple(kept),
        {**built, **own_columns(kept, as_of)},
        as_of,
        tuple(unread),
        lists,
        gone=tuple(gone),
        out_of_scope=outside,
    )


def _left_out(answers: Answers, spec: PopulationSpec, specs: Mapping[str, PopulationSpec]) -> list[Member]:
    """What the list names that is no member: what is being deleted, or another's kind."""
    if spec.only is None:
        return []
    rows = _list(answers, replace(spec, only=None), specs)[0]
    return [row.member for row in rows if needed(spec.only, row.item, None, row.account.since) is False]


def own_columns(members: Iterable[Member], as_of: dt.datetime) -> dict[str, Column]:
    """The columns that every population has, read from the listing itself."""
    listed = list(members)
    return {n: column_of(n, n, [(getattr(m, n) or None, None, (m.listed,)) for m in listed], as_of) for n in OWN}


def column_of(name: str, label: str, cells: list[tuple[Any, Gap | None, tuple[str, ...]]], as_of: dt.datetime) -> Column:
    values, gaps, sources = zip(*cells, strict=True) if cells else ((), (), ())
    return Column(name, label, objects(values), objects(gaps), objects(sources), as_of)


# -- members -------------------------------------------------------------------------------------------------------


_Listed = tuple[list[Row], list[Unread], dict[tuple[str, str], tuple[str, ...]], int]


def _list(answers: Answers, spec: PopulationSpec, specs: Mapping[str, PopulationSpec]) -> _Listed:
    """Members, lists unread, evidence ids of the lists, and how many members lie outside the Regions asked about.

    A list that is asked for each member of another population is as complete as that population's own list."""
    ask = spec.listed_by
    parents = _list(answers, specs[ask.each], specs) if isinstance(ask, Ask) and ask.each else None
    rows: dict[tuple[str, ...], Row] = {}
    unread: list[Unread] = list(parents[1]) if parents else []
    lists: dict[tuple[str, str], tuple[str, ...]] = dict(parents[2]) if parents else {}
    outside: set[tuple[str, str]] = set()
    if parents is None and spec.listed_by != ACCOUNTS:
        unread.extend(lost for account in answers.scope.accounts if (lost := _unentered(answers, spec, account)) is not None)
    places = list(_places(answers, spec, parents[0] if parents else None))
    for listed, (account, region, parent) in product(spec.lists, places):
        entries, answer, problem = _entries(answers, spec, listed, account, region, parent)
        unread.extend(problem)
        if answer is not None:
            region = answer.call.region
            lists[account.id, region] = (*lists.get((account.id, region), ()), answer.id)
        for item in entries:
            row = row_of(spec, account, region, item, answer)
            if row is None:
                continue
            if isinstance(row, Unread):
                unread.append(row)
            elif row.member.region not in (GLOBAL, *account.asked) and not spec.home:
                outside.add((account.id, row.member.arn or row.member.id))
            else:
                key = (account.id, row.member.id) if spec.home else (account.id, row.member.region, row.member.id)
                rows.setdefault(key, row)
    return list(rows.values()), unread, lists, len(outside)


def _places(answers: Answers, spec: PopulationSpec, parents: list[Row] | None) -> Iterator[tuple[Account, str, Row | None]]:
    """Where the list is asked for: once an account, once a Region, or once for each member of another population."""
    if parents is not None:
        yield from ((parent.account, parent.listed_in, parent) for parent in parents)
        return
    for account in answers.scope.accounts:
        if spec.listed_by == ACCOUNTS and account.status == "in scope":
            yield account, GLOBAL, None
        elif account.status == "in scope" and not account.shut:
            for region in (GLOBAL,) if _whole_account(spec) else account.asked:
                yield account, region, None


def _whole_account(spec: PopulationSpec) -> bool:
    return isinstance(spec.listed_by, Ask) and spec.listed_by.whole_account


def _unentered(answers: Answers, spec: PopulationSpec, account: Account) -> Unread | None:
    """Why nothing of an account could be listed: it was not entered, or nobody said which Regions it has. None where the lists
    themselves say how they ended, and of an account that is out of scope."""
    if account.status != "in scope" or (not account.shut and (account.regions or _whole_account(spec))):
        return None
    if account.shut:
        return Unread(account.id, EVERY_REGION, *_why_shut(answers, account))
    answer = answers.find(call_of(DESCRIBE_REGIONS, account, GLOBAL))
    ending, code = (answer.ending, answer.code or "") if answer is not None else (account.ending, "")
    return Unread(account.id, EVERY_REGION, DESCRIBE_REGIONS.name, NOT_ASKED if ending == "answered" else ending, code)


def _why_shut(answers: Answers, account: Account) -> tuple[str, str, str]:
    """Call, ending and code by which the account refused to be entered."""
    known = answers.find(call_of(GET_CALLER_IDENTITY, account, GLOBAL))
    answer = answers.shutting(account) or known
    if answer is None or answer.ending == "answered":  # it was entered, and what it said made no sense
        call = DESCRIBE_REGIONS if known is not None else GET_CALLER_IDENTITY
        return call.name, account.ending, "the account could not be entered"
    return answer.call.name, answer.ending, answer.code or ""


def _why_unasked(account: Account) -> str:
    return BUDGET_SPENT if account.unasked else ""


def _entries(
    answers: Answers, spec: PopulationSpec, ask: Ask | str, account: Account, region: str, parent: Row | None
) -> tuple[list[Item], Answer | None, list[Unread]]:
    if not isinstance(ask, Ask):
        return own_entries(ask, account, region), None, []
    try:
        call = call_of(ask, account, region, parent.item if parent else None)
    except Absent:
        return [], None, []
    except WrongShape as error:
        return [], None, [Unread(account.id, region, ask.name, UNREADABLE_ENDING, str(error))]
    answer = answers.find(call)
    if answer is None:
        if parent is not None and ask.only is not None and _needed(answers, ask.only, parent) is False:
            return [], None, []
        return [], None, [Unread(account.id, call.region, ask.name, NOT_ASKED, _why_unasked(account))]
    if parent is not None and answer.ending == "gone":
        return [], answer, []
    problem: list[Unread] = []
    if answer.ending not in ("answered", "absent"):
        problem.append(Unread(account.id, call.region, ask.name, answer.ending, answer.code or ""))
    entries: list[Item] = []
    try:
        if spec.rows is not None:
            entries = list(spec.rows(answers.value(answer))) if answer.pages else []
        else:
            for page in answer.pages:
                entries.extend(_page_entries(spec.items, page))
    except (WrongShape, *UNREADABLE) as error:
        problem.append(Unread(account.id, call.region, ask.name, UNREADABLE_ENDING, str(error)))
    return with_parent(spec, entries, parent.item if parent else None), answer, problem


def _page_entries(path: str, page: Item) -> list[Item]:
    try:
        return list(walk(path, page))
    except Absent:
        return []


def row_of(spec: PopulationSpec, account: Account, region: str, item: Item, answer: Answer | None) -> "Row | Unread | None":
    """A listed entry as a row; None where it is no member of this population, Unread where it does not say who it is."""
    if spec.only is not None and needed(spec.only, item, None, account.since) is False:
        return None
    try:
        if spec.only is not None and spec.only.told:
            walk(spec.only.path, item)
        own = region if spec.region is None else str(walk(spec.region, item))
        name = str(walk(spec.identity, item)) if spec.identity else account.id
        arn = _arn(spec.arn, account, own, item)
        if not name:  # two of them would pass for one
            raise Absent(f"{spec.identity}: it is empty")
    except (Absent, WrongShape) as error:
        call = spec.listed_by.name if isinstance(spec.listed_by, Ask) else spec.name
        return Unread(account.id, region, call, UNREADABLE_ENDING, f"a listed entry has no {error}")
    listed = answer.id if answer is not None else (account.seen[0] if account.seen else "")
    member = Member(account.partition, account.id, own, spec.type, name, arn, listed)
    return Row(account, region, item, member)


def _arn(template: str, account: Account, region: str, item: Item) -> str:
    known = {"partition": account.partition, "account": account.id, "region": region}
    return re.sub(r"{([\w.]+)}", lambda m: known.get(m[1]) or str(walk(m[1], item)), template)


# -- cells -----------------------------------------------------------------------------------------------------------


def _cell(answers: Answers, spec: PopulationSpec, column: Declared, row: Row) -> tuple[Any, Gap | None, tuple[str, ...]]:
    sources = (row.member.listed,) if row.member.listed else ()
    try:
        answer = None if column.of is None else _answer(answers, spec, column.of, row)
        if answer is not None:
            sources = (*sources, answer.id)
            if answer.ending == "absent":
                return None, None, sources
        return value_of(column, row.item, None if answer is None else answers.value(answer)), None, sources
    except Absent:
        return None, None, sources
    except _Unreadable as unreadable:
        return None, unreadable.gap, unreadable.sources
    except (WrongShape, *UNREADABLE) as error:
        call = column.of.name if column.of else spec.listed_by.name if isinstance(spec.listed_by, Ask) else spec.name
        return None, Gap(row.account.id, row.member.region, call, UNREADABLE_ENDING, str(error)), sources


def _answer(answers: Answers, spec: PopulationSpec, ask: Ask, row: Row) -> Answer:
    """The answer that a cell is read from. Raises _Unreadable or _Gone."""
    listed = (row.member.listed,) if row.member.listed else ()
    try:
        call = call_of(ask, row.account, row.listed_in if ask.each else row.member.region, row.item if ask.each else None)
    except (Absent, WrongShape) as error:  # what names the resource to the call is not told, so the call was not made
        raise _Unreadable(Gap(row.account.id, row.member.region, ask.name, UNREADABLE_ENDING, str(error)), listed) from error
    answer = answers.find(call)
    if answer is None:
        if row.account.shut:
            raise _Unreadable(Gap(row.account.id, call.region, *_why_shut(answers, row.account)), listed)
        wanted = ask.only is None or _needed(answers, ask.only, row) is not False
        detail = _why_unasked(row.account) if wanted else "the call does not apply to this resource"
        raise _Unreadable(Gap(row.account.id, call.region, ask.name, NOT_ASKED, detail), listed)
    if answer.ending == "gone" and ask.each == spec.name:
        raise _Gone
    if answer.ending not in ("answered", "absent"):
        gap = Gap(row.account.id, call.region, ask.name, answer.ending, answer.code or "")
        raise _Unreadable(gap, (*listed, answer.id))
    return answer


def _needed(answers: Answers, only: Only, row: Row) -> bool | None:
    if only.of is None:
        return needed(only, row.item, None, row.account.since)
    answer = answers.find(call_of(only.of, row.account, row.listed_in, row.item))
    value = answers.value(answer) if answer is not None and answer.ending == "answered" else None
    return needed(only, row.item, value, row.account.since)


def value_of(column: Declared, item: Item, answer: Any) -> Any:
    """The typed value of a cell of a member with this list entry. Raises Absent where the field was left out, WrongShape or one of
    UNREADABLE where it makes no sense."""
    if column.read is not None:
        value = column.read(item, answer)
        if value is None:
            raise Absent
    else:
        value = walk(column.path, item if answer is None else answer)
    return _TYPED[column.kind](value)


def _flag(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return bool(_is(value, bool))


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise WrongShape(f"a number was expected, not {value!r}")
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    return _is(value, (int, float))


def _time(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else _is(value, dt.datetime)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _document(value: Any) -> Mapping[str, Any]:
    return _is(json.loads(value) if isinstance(value, str) else value, Mapping)


def _is(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise WrongShape(f"{getattr(kind, '__name__', kind)} was expected, not {type(value).__name__}")
    return value


_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "flag": _flag,
    "number": _number,
    "text": lambda v: _is(v, str),
    "time": _time,
    "items": lambda v: list(_is(v, (list, tuple))),
    "document": _document,
}
