"""The tables for machines: which there are, their columns, and where each value comes from.

One declaration makes the rows, the CSV's head, Parquet's types, the JSON Schemas in `method/formats/` and `docs/formats.md`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from evidence.assessment.model import CONCLUSIONS, JUDGEMENTS, Conclusion, KindOfTime
from evidence.assessment.register import identity
from evidence.pack.facts import exception_numbers, not_collected
from evidence.pack.material import Material
from evidence.run.answer import ENDINGS, canonical

Kind = Literal["text", "texts", "json", "whole", "flag", "instant", "day"]


@dataclass(frozen=True)
class Column:
    """A column: its kind, what it means, and the value of the Assessment or the run that it repeats.

    text     any text
    texts    a list of texts
    json     JSON, as text
    whole    a whole number that counts `unit`
    flag     true or false
    instant  a time, UTC
    day      a day, UTC

    Where there is nothing to say the cell is null, if the column is `nullable`. `words` are the only ones that it holds."""

    name: str
    kind: Kind
    says: str
    source: str
    unit: str = ""
    nullable: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """`rows` makes the rows, in the order of the columns, one by one."""

    name: str
    says: str
    columns: tuple[Column, ...]
    rows: Callable[[Material], Iterator[tuple[Any, ...]]]


def _counts(of: str, nullable: bool = False) -> tuple[Column, ...]:
    """The counts that foot: listed = meets + exceptions + gaps + not_applicable."""
    return (
        Column("listed", "whole", f"members listed of {of}", "requirements[].population.listed", "members", nullable),
        Column("meets", "whole", "members read, and the requirement holds", "requirements[].counts.meets", "members", nullable),
        Column("exceptions", "whole", "members read, and it does not hold", "requirements[].counts.exception", "members", nullable),
        Column("accepted", "whole", "exceptions among these that an acceptance in force covers; the others are open", "requirements[].accepted", "members", nullable),
        Column("gaps", "whole", "members that could not be read: nothing is said of them", "requirements[].counts.gap", "members", nullable),
        Column("not_applicable", "whole", "members that it cannot apply to", "requirements[].counts.not_applicable", "members", nullable),
        Column("lists_unread", "whole", "lists not read, or not to their end: their members are unknown, and counted nowhere",
               "requirements[].population.unread", "lists", nullable),
    )  # fmt: skip


_REQUIREMENT = Column("requirement", "text", "permanent id of the requirement", "requirements[].id")
_VARIANT = Column(
    "variant", "text", "tells apart the same requirement under other parameters; empty for the defaults", "requirements[].variant"
)
_CONTROLS = Column("controls", "texts", "controls it is mapped to, each as program:control", "conclusions[].mapped")
_ACCOUNT = Column("account", "text", "AWS account, 12 digits: text, so that a leading 0 stays", "members[].account")
_REGION = Column("region", "text", "AWS Region, or “global”", "members[].region")
_PROGRAM = Column("program", "text", "id of the program", "conclusions[].program")
_CONTROL = Column("control", "text", "number of the control in the program", "conclusions[].control")
_JUDGEMENT = Column(
    "judgement", "text", "what became of it; a gap is neither for nor against", "members[].judgement", words=JUDGEMENTS
)
_RUN = (
    Column("run", "text", "id of the run that this was judged from", "run.id"),
    Column("as_of", "instant", "the run's end: every age is counted from here", "run.as_of"),
)

_MEMBERS = (
    _REQUIREMENT,
    _VARIANT,
    Column("partition", "text", "AWS partition: aws, aws-us-gov, aws-cn", "members[].partition"),
    _ACCOUNT,
    _REGION,
    Column("type", "text", "kind of resource, in CloudFormation's words", "members[].type"),
    Column("id", "text", "the resource's id", "members[].id"),
    Column("arn", "text", "the resource's ARN; empty where AWS gives it none", "members[].arn"),
    Column("environments", "texts", "ids of the Elastic Beanstalk environments that stand on it", "members[].environments"),
    _JUDGEMENT,
    Column("exception", "text", "number of the exception, the same in every format of the pack", "X-001 in order of the members", nullable=True),
    Column("reason", "text", "what was observed, or why nothing is said", "members[].reason"),
    Column("evidence", "texts", "evidence ids of the answers read; table answers says where each is kept", "members[].evidence"),
    *_RUN,
)  # fmt: skip
_RESULTS = (
    _REQUIREMENT,
    _VARIANT,
    Column("topic", "text", "topic of the AWS Elastic Beanstalk guide's security chapter", "requirements[].topic"),
    Column("says", "text", "what must hold", "requirements[].says"),
    Column("why", "text", "what it is good for", "requirements[].why"),
    Column("logic", "text", "how it is judged", "requirements[].logic"),
    Column("fix", "text", "how an exception is put right", "requirements[].fix"),
    Column("source", "text", "AWS's page for what was read", "requirements[].source"),
    Column("catalogue", "texts", "rows of the requirement catalogue that it covers", "requirements[].catalogue"),
    Column("parameters", "json", "parameters as used", "requirements[].parameters"),
    Column("judgement", "text", "the worst of its members; a gap also where a list was not read", "requirements[].judgement", words=JUDGEMENTS),
    Column("reason", "text", "why nothing was judged; else empty", "requirements[].reason"),
    Column("population", "text", "name of the population", "requirements[].population.name"),
    Column("noun", "text", "what one member is", "requirements[].population.noun"),
    *_counts("the population"),
    Column("judged", "whole", "meets + exceptions", "requirements[].population.judged", "members"),
    Column("complete", "flag", "every list was read to its end", "requirements[].population.complete"),
    Column("corroborated", "flag", "a second source agrees; null where none was tried", "requirements[].population.corroborated", nullable=True),
    Column("second_source", "text", "population that counted them a second time; null where none did", "requirements[].population.second.source", nullable=True),
    Column("second_ours", "whole", "names that were listed", "requirements[].population.second.ours", "names", nullable=True),
    Column("second_theirs", "whole", "names that the second source has", "requirements[].population.second.theirs", "names", nullable=True),
    Column("second_both", "whole", "names that both have", "requirements[].population.second.both", "names", nullable=True),
    Column("gone", "texts", "members that went away meanwhile; not counted", "requirements[].population.gone"),
    Column("out_of_scope", "whole", "members of Regions out of scope; not counted", "requirements[].population.out_of_scope", "members"),
    _CONTROLS,
    Column("lists", "texts", "evidence ids of the lists read", "requirements[].lists"),
    *_RUN,
)  # fmt: skip
_CONCLUSIONS = (
    _PROGRAM,
    Column("program_name", "text", "name of the program", "programs[].name"),
    Column("edition", "text", "edition of the program", "programs[].edition"),
    _CONTROL,
    Column("title", "text", "what the control asks, in our words", "conclusions[].title"),
    Column("group", "text", "group of controls", "conclusions[].group"),
    Column("responsibility", "text", "whose side it is", "conclusions[].responsibility", words=("aws", "shared", "customer")),
    Column("conclusion", "text", "what the evidence says of the control; management's, not the auditor's", "conclusions[].conclusion", words=CONCLUSIONS),
    Column("reach", "text", "how far the mapped requirements go together", "conclusions[].reach", nullable=True, words=("full", "part", "context")),
    Column("time", "text", "kind of time that the evidence covers", "conclusions[].time", words=get_args(KindOfTime)),
    Column("adds", "text", "what a person must add", "conclusions[].adds"),
    Column("requirements", "whole", "requirements mapped to it; table mappings names them", "conclusions[].mapped", "requirements"),
    Column("derived", "texts", "controls of another program that it is made of, from which the mappings come", "conclusions[].derived"),
    *_counts("all its requirements, summed; null where it has none", nullable=True),
    *_RUN,
)  # fmt: skip
_MAPPINGS = (
    _PROGRAM,
    _CONTROL,
    _REQUIREMENT,
    _VARIANT,
    Column("reach", "text", "how far the requirement goes for the control", "conclusions[].mapped[].reach", words=("full", "part", "context")),
    Column("why", "text", "why it goes no further", "conclusions[].mapped[].why"),
    Column("judgement", "text", "the requirement's judgement", "requirements[].judgement", words=JUDGEMENTS),
    *_RUN,
)  # fmt: skip
STATED = "exceptions[].response, or .acceptance where accepted"
_EXCEPTIONS = (
    Column("number", "text", "number of the exception, the same in every format of the pack", "exceptions[].number"),
    _REQUIREMENT,
    _VARIANT,
    Column("partition", "text", "AWS partition: aws, aws-us-gov, aws-cn", "exceptions[].partition"),
    Column("account", "text", "AWS account, 12 digits: text, so that a leading 0 stays", "exceptions[].account"),
    Column("region", "text", "AWS Region, or “global”", "exceptions[].region"),
    Column("type", "text", "kind of resource, in CloudFormation's words", "exceptions[].type"),
    Column("id", "text", "the resource's id", "exceptions[].id"),
    Column("first_seen", "instant", "end of the earliest run that shows it without a break", "exceptions[].first_seen"),
    Column("seen_in", "text", "id of that run", "exceptions[].seen_in"),
    Column("days", "whole", "whole days from there to the run's end", "exceptions[].days", "days"),
    Column("status", "text", "accepted: by an acceptance in force; it stays an exception", "exceptions[].status", words=("open", "accepted")),
    Column("overdue", "flag", "the day of the response is past, and it is open", "exceptions[].overdue"),
    Column("owner", "text", "who owns it; null where management named nobody", STATED, nullable=True),
    Column("cause", "text", "why it came about, as management states", "exceptions[].response.cause", nullable=True),
    Column("effect", "text", "what it may lead to, as management states", "exceptions[].response.effect", nullable=True),
    Column("response", "text", "what management does; null where it stated nothing", "exceptions[].response.response", nullable=True),
    Column("due", "day", "until when", "exceptions[].response.due", nullable=True),
    Column("ticket", "text", "ticket", STATED, nullable=True),
    Column("acceptance", "text", "id of the acceptance in force that covers it", "exceptions[].acceptance.id", nullable=True),
    Column("approver", "text", "who accepted it", "exceptions[].acceptance.approver", nullable=True),
    Column("expires", "day", "the last day on which it counts as accepted", "exceptions[].acceptance.expires", nullable=True),
    *_RUN,
)  # fmt: skip
_ACCEPTANCES = (
    Column("id", "text", "id of the acceptance", "acceptances[].acceptance.id"),
    Column("status", "text", "what became of it; only one in force makes an exception accepted", "acceptances[].status",
           words=("in force", "expired", "not yet in force", "covers no exception", "tags not read")),
    Column("covers", "whole", "today's exceptions that it names, whether it is in force or not", "acceptances[].covers", "exceptions"),
    Column("tags_unread", "whole", "exceptions beside these that it may name, whose tags were not read: it does not count for them",
           "acceptances[].tags_unread", "exceptions"),
    Column("requirement", "text", "permanent id of the requirement", "acceptances[].acceptance.requirement"),
    Column("members", "texts", "patterns of ids or ARNs (* stands for anything); empty: all", "acceptances[].acceptance.members"),
    Column("accounts", "texts", "AWS accounts; empty: all", "acceptances[].acceptance.accounts"),
    Column("tags", "texts", "tags that a resource carries, key=pattern of the value; empty: any", "acceptances[].acceptance.tags"),
    Column("reason", "text", "why, as management states", "acceptances[].acceptance.reason"),
    Column("owner", "text", "who owns the exceptions", "acceptances[].acceptance.owner"),
    Column("approver", "text", "who accepted them", "acceptances[].acceptance.approver"),
    Column("compensating_control", "text", "what is done instead; else empty", "acceptances[].acceptance.compensating_control"),
    Column("ticket", "text", "ticket; else empty", "acceptances[].acceptance.ticket"),
    Column("opened", "day", "the first day on which it counts", "acceptances[].acceptance.opened"),
    Column("expires", "day", "the last day on which it counts", "acceptances[].acceptance.expires"),
    *_RUN,
)  # fmt: skip
_ENDING = Column("ending", "text", "how the call ended", "failed_calls[].ending")
_UNREAD = (
    _REQUIREMENT,
    _VARIANT,
    Column("population", "text", "the population that is incomplete", "requirements[].population.name"),
    Column("account", "text", "AWS account, 12 digits", "requirements[].population.unread[].account"),
    Column("region", "text", "AWS Region, “global”, or “every Region”", "requirements[].population.unread[].region"),
    Column("call", "text", "the call that lists it, as service:Operation", "requirements[].population.unread[].call"),
    Column("ending", "text", "how the call ended, or why the list does not count", "requirements[].population.unread[].ending"),
    Column("detail", "text", "AWS's error code, or what was missing", "requirements[].population.unread[].detail"),
    *_RUN,
)
_NOT_COLLECTED = (
    Column(
        "number", "text", "number of the group of calls that ended alike, the same in every format", "NC-01 in order of the calls"
    ),
    Column("account", "text", "AWS account, 12 digits", "failed_calls[].account"),
    Column("region", "text", "AWS Region, or “global”", "failed_calls[].region"),
    Column("call", "text", "the call, as service:Operation", "failed_calls[].call"),
    _ENDING,
    Column("code", "text", "AWS's error code", "failed_calls[].code"),
    Column("resource", "text", "parameters that name the resource", "failed_calls[].resource"),
    Column(
        "evidence",
        "text",
        "evidence id of the kept answer; null where the call was never made",
        "failed_calls[].evidence",
        nullable=True,
    ),
    Column("populations", "texts", "populations that lack it", "failed_calls[].populations"),
    Column("actions", "texts", "IAM actions that would close it", "failed_calls[].actions"),
    *_RUN,
)
_ANSWERS = (
    Column("evidence", "text", "evidence id: the first 16 hex digits of sha256", "the kept answer"),
    Column("sha256", "text", "SHA-256, in hex, of the call and its value", "the kept answer"),
    Column("call", "text", "the call, as service:Operation", "the kept answer"),
    Column("account", "text", "AWS account, 12 digits", "the kept answer"),
    Column("region", "text", "AWS Region, or “global”", "the kept answer"),
    Column("parameters", "json", "parameters as sent", "the kept answer"),
    Column("ending", "text", "how the call ended", "the kept answer", words=ENDINGS),
    Column("code", "text", "AWS's error code", "the kept answer", nullable=True),
    Column("pages", "whole", "pages read", "the kept answer", "pages"),
    Column("attempts", "whole", "HTTP exchanges, retries included", "the kept answer", "exchanges"),
    Column("started", "instant", "when the first was sent", "the kept answer", nullable=True),
    Column("ended", "instant", "when the last came back", "the kept answer", nullable=True),
    Column("principal", "text", "who asked", "the kept answer"),
    Column("request_ids", "texts", "AWS's request ids", "the kept answer"),
    Column("file", "text", "where it is kept, from the pack's folder", "the kept answer"),
)


def instant(text: str) -> dt.datetime | None:
    """The time in UTC, or None for a text that is none."""
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return when.astimezone(dt.UTC) if when.tzinfo else when.replace(tzinfo=dt.UTC)


def controls_of(conclusions: Iterable[Conclusion]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(requirement, variant) → ("soc2-2017:CC6.1", …)."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for c in conclusions:
        for m in c.requirements:
            found[m.id, m.variant][f"{c.program}:{c.control}"] = None
    return defaultdict(tuple, {key: tuple(names) for key, names in found.items()})


def _run(material: Material) -> tuple[str, dt.datetime]:
    return material.assessment.run.id, material.as_of


def _members(material: Material) -> Iterator[tuple[Any, ...]]:
    a, run = material.assessment, _run(material)
    numbers = exception_numbers(a)
    for m in a.members:
        number = numbers[identity(m)] if m.judgement == "exception" else None
        what = (m.requirement, m.variant, m.partition, m.account, m.region, m.type, m.id, m.arn, m.environments, m.judgement)
        yield *what, number, m.reason, m.evidence, *run


def _results(material: Material) -> Iterator[tuple[Any, ...]]:
    a, run = material.assessment, _run(material)
    controls = controls_of(a.conclusions)
    for r in a.requirements:
        p, n, s = r.population, r.counts, r.population.second
        second = (s.source, s.ours, s.theirs, s.both) if s else (None,) * 4
        yield (
            r.id, r.variant, r.topic, r.says, r.why, r.logic, r.fix, r.source, r.catalogue, canonical(r.parameters).decode(),
            r.judgement, r.reason, p.name, p.noun,
            p.listed, n["meets"], n["exception"], r.accepted, n["gap"], n["not_applicable"], len(p.unread), p.judged,
            p.complete, p.corroborated, *second, p.gone, p.out_of_scope, controls[r.id, r.variant], r.lists, *run,
        )  # fmt: skip


def _conclusions(material: Material) -> Iterator[tuple[Any, ...]]:
    a, run = material.assessment, _run(material)
    results, programs = {(r.id, r.variant): r for r in a.requirements}, {p.id: p for p in a.programs}
    for c in a.conclusions:
        mine, p = [results[m.id, m.variant] for m in c.requirements], programs[c.program]
        counts = (
            sum(r.population.listed for r in mine),
            *(sum(r.counts[word] for r in mine) for word in ("meets", "exception")),
            sum(r.accepted for r in mine),
            *(sum(r.counts[word] for r in mine) for word in ("gap", "not_applicable")),
            sum(len(r.population.unread) for r in mine),
        )
        said = (c.control, c.title, c.group, c.responsibility, c.conclusion, c.reach, c.time, c.adds, len(mine), c.derived)
        yield c.program, p.name, p.edition, *said, *(counts if mine else (None,) * len(counts)), *run


def _exceptions(material: Material) -> Iterator[tuple[Any, ...]]:
    for e in material.assessment.exceptions:
        r, a = e.response, e.acceptance
        said = a or r
        yield (
            e.number, *identity(e), instant(e.first_seen), e.seen_in, e.days, e.status, e.overdue, said.owner if said else None,
            *((r.cause or None, r.effect or None, r.response, r.due) if r else (None,) * 4), (said.ticket or None) if said else None,
            *((a.id, a.approver, a.expires) if a else (None,) * 3), *_run(material),
        )  # fmt: skip


def _acceptances(material: Material) -> Iterator[tuple[Any, ...]]:
    for s in material.assessment.acceptances:
        a = s.acceptance
        what = (a.requirement, a.members, a.accounts, a.tagged, a.reason, a.owner, a.approver, a.compensating_control, a.ticket)
        yield a.id, s.status, s.covers, s.tags_unread, *what, a.opened, a.expires, *_run(material)


def _mappings(material: Material) -> Iterator[tuple[Any, ...]]:
    judged = {(r.id, r.variant): r.judgement for r in material.assessment.requirements}
    for c in material.assessment.conclusions:
        for m in c.requirements:
            yield c.program, c.control, m.id, m.variant, m.reach, m.why, judged[m.id, m.variant], *_run(material)


def _unread(material: Material) -> Iterator[tuple[Any, ...]]:
    for r in material.assessment.requirements:
        for u in r.population.unread:
            yield r.id, r.variant, r.population.name, u.account, u.region, u.call, u.ending, u.detail, *_run(material)


def _not_collected(material: Material) -> Iterator[tuple[Any, ...]]:
    numbers = {(n.account, n.region, n.call, n.ending, n.code): n.number for n in not_collected(material.assessment)}
    for f in material.assessment.failed_calls:
        key = (f.account, f.region, f.call, f.ending, f.code)
        yield numbers[key], *key, f.resource, f.evidence or None, f.populations, f.actions, *_run(material)


def _answers(material: Material) -> Iterator[tuple[Any, ...]]:
    for a in material.answers():
        call = a.call
        what = (a.id, a.digest, call.name, call.account, call.region, canonical(call.parameters).decode(), a.ending, a.code)
        how = (len(a.pages), len(a.attempts), instant(a.started), instant(a.ended), a.principal)
        requests = tuple(t.request_id for t in a.attempts if t.request_id)
        yield *what, *how, requests, material.kept.where[a.id]


TABLES = (
    Table("members", "one row for each requirement and resource", _MEMBERS, _members),
    Table("results", "one row for each requirement, and variant of it, over its population", _RESULTS, _results),
    Table("conclusions", "one row for each control of each program", _CONCLUSIONS, _conclusions),
    Table("mappings", "one row for each requirement that a control stands on", _MAPPINGS, _mappings),
    Table("exceptions", "one row for each exception: since when, and what management states of it", _EXCEPTIONS, _exceptions),
    Table("acceptances", "one row for each acceptance of exceptions, whatever became of it", _ACCEPTANCES, _acceptances),
    Table("unread_lists", "one row for each list that a requirement lacks: its members are unknown", _UNREAD, _unread),
    Table("not_collected", "one row for each call that did not bring what was asked", _NOT_COLLECTED, _not_collected),
    Table("answers", "one row for each answer of AWS: from an evidence id to its file", _ANSWERS, _answers),
)
