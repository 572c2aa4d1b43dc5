"""`report/ocsf/compliance-findings.jsonl.gz`: what became of every resource, as OCSF Compliance Findings (class 2003), one a line.

The words are OCSF's own. Of a resource: meets is Pass, an exception Fail, a gap Unknown, not applicable Other. A list that
could not be read is an event of its own, Unknown, about the account: so a population that nothing is known of does not look
clean. An exception that management accepted stays Fail; the finding is Suppressed, by whom and until when. Nothing is said
about how severe an exception is, and nothing of a control: that is the auditor's.

Valid under OCSF 1.5 and every later 1.x so far. Events are written as they are made: memory stays flat.
"""

import gzip
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from evidence.assessment.model import Judgement, MemberResult, RegisteredException, RequirementResult
from evidence.assessment.register import identity
from evidence.pack import words
from evidence.pack.columns import STATED, controls_of, instant
from evidence.pack.material import Material
from evidence.populations.population import EVERY_REGION, Unread
from evidence.run.answer import encode

VERSION = "1.5.0"
NAME = "compliance-findings.jsonl.gz"
STATUS: Mapping[Judgement, tuple[int, str]] = {
    "meets": (1, "Pass"), "exception": (3, "Fail"), "gap": (0, "Unknown"), "not_applicable": (99, "Not applicable"),
}  # fmt: skip
"""OCSF's compliance.status_id of each judgement, and its caption; of Other the caption is ours, as OCSF wants it."""
_SPOKEN: Mapping[Judgement, str] = {"meets": "Meets", "exception": "Exception", "gap": "Gap", "not_applicable": "Not applicable"}
MEMBER, LIST = "Member of a population", "List not read"
_IDS = uuid.UUID("26925ff7-c146-4489-9c1e-758a3fd687af")
"""Our own namespace: a finding has the same uid in every pack, an event in no other."""


def write_ocsf(material: Material) -> None:
    """Writes `report/ocsf/compliance-findings.jsonl.gz`; the same Assessment, run and pack give the same bytes."""
    folder = material.report / "ocsf"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0, compresslevel=6) as file:
        for event in events(material):
            file.write(_line(event))


def _line(event: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(event) + b"\n"
    except TypeError:  # text that UTF-8 cannot hold is spelled out, as the run does
        return orjson.dumps(encode(event)) + b"\n"


def events(material: Material) -> Iterator[dict[str, Any]]:
    """One for each member under each requirement, in the Assessment's order; then one for each list unread."""
    a = material.assessment
    results = {(r.id, r.variant): r for r in a.requirements}
    shared = {key: _Shared(material, r) for key, r in results.items()}
    registered, kept = {identity(e): e for e in a.exceptions}, material.kept.where
    for m in a.members:
        found = registered[identity(m)] if m.judgement == "exception" else None
        yield _member(shared[m.requirement, m.variant], m, found, kept)
    for key, r in results.items():
        for unread in r.population.unread:
            yield _list(shared[key], unread)


class _Shared:
    """What all events of one requirement have alike, made once."""

    def __init__(self, material: Material, r: RequirementResult) -> None:
        a, facts = material.assessment, material.facts
        self.requirement, self.pack, self.time = r, facts.id, int(material.as_of.timestamp() * 1000)
        self.names = {str(account["id"]): str(account.get("name") or "") for account in a.run.accounts}
        self.partitions = {str(account["id"]): str(account.get("partition") or "aws") for account in a.run.accounts}
        controls = controls_of(a.conclusions)[r.id, r.variant]
        mapped = {control.partition(":")[0] for control in controls}
        self.standards = [f"{p.name}, {p.edition}" for p in a.programs if p.id in mapped]
        self.metadata = {
            "version": VERSION, "profiles": ["cloud"], "correlation_uid": facts.id,
            "product": {"name": "evidence", "vendor_name": "evidence", "version": a.run.tool or "not recorded"},
        }  # fmt: skip
        parameters = [{"name": k, "value": words.parameters({k: v}).partition(" = ")[2]} for k, v in sorted(r.parameters.items())]
        self.compliance = {
            "control": r.id, "desc": r.says, "standards": self.standards, "requirements": list(controls), "control_parameters": parameters,
        }  # fmt: skip
        self.check = {"uid": r.id + (f"[{r.variant}]" if r.variant else ""), "name": r.says, "desc": r.logic}
        self.analytic = {"uid": r.id, "name": r.says, "type_id": 1, "type": "Rule"}
        self.remediation = {"desc": r.fix, "references": [r.source]}
        self.unmapped = {"pack": facts.id, "evidence_root": facts.evidence_root, "run": a.run.id, "variant": r.variant}


def _member(shared: _Shared, m: MemberResult, found: RegisteredException | None, kept: Mapping[str, str]) -> dict[str, Any]:
    resource = {"uid": m.arn or m.id, "name": m.id, "type": m.type, "region": m.region, "cloud_partition": m.partition}
    unmapped: dict[str, Any] = {
        **shared.unmapped,
        "judgement": m.judgement,
        "exception": found.number if found else "",
        "environments": m.environments,
    }
    event = _event(shared, m.judgement, m.reason, resource, (MEMBER, *identity(m)), m.account)
    if m.evidence:
        event["evidences"] = [{"uid": id, "data": {"evidence": id, "file": kept.get(id, "")}} for id in m.evidence]
    if found:
        event["remediation"] = shared.remediation
        event |= _stated(found)
        event["finding_info"]["first_seen_time"] = _milliseconds(found.first_seen) or shared.time
        unmapped["register"] = _register(found)
    return {**event, "unmapped": unmapped}


def _stated(e: RegisteredException) -> dict[str, Any]:
    """The finding's status, which is what management made of it; the compliance status stays Fail."""
    if e.acceptance:
        a = e.acceptance
        detail = f"Accepted ({a.id}) by {a.approver} until {a.expires.isoformat()}"
        return {"status_id": 3, "status": "Suppressed", "status_detail": detail, "comment": a.reason}
    if e.response:
        return {"status_id": 2, "status": "In Progress", "comment": e.response.response}
    return {"status_id": 1, "status": "New"}


def _register(e: RegisteredException) -> dict[str, Any]:
    """What of the register OCSF has no place for; what management did not state is left out."""
    r, a = e.response, e.acceptance
    said = a or r
    stated = {
        "owner": said.owner if said else "", "ticket": said.ticket if said else "",
        "cause": r.cause if r else "", "effect": r.effect if r else "", "response": r.response if r else "",
        "due": r.due.isoformat() if r and r.due else "",
        "acceptance": a.id if a else "", "approver": a.approver if a else "", "expires": a.expires.isoformat() if a else "",
        "compensating_control": a.compensating_control if a else "",
    }  # fmt: skip
    seen = {"status": e.status, "overdue": e.overdue, "first_seen": e.first_seen, "seen_in": e.seen_in, "days": e.days}
    return {**seen, **{name: value for name, value in stated.items() if value}}


def _milliseconds(time: str) -> int | None:
    when = instant(time)
    return int(when.timestamp() * 1000) if when else None


def _list(shared: _Shared, u: Unread) -> dict[str, Any]:
    r, partition = shared.requirement, shared.partitions.get(u.account, "aws")
    reason = f"{u.call} {u.ending}" + (f" ({u.detail})" if u.detail else "") + ": members unknown"
    where = {} if u.region == EVERY_REGION else {"region": u.region}
    name = shared.names.get(u.account) or u.account
    resource = {"uid": u.account, "name": name, "type": "AWS::::Account", **where, "cloud_partition": partition}
    key = (LIST, r.id, r.variant, partition, u.account, u.region, u.call, u.ending, u.detail)
    unmapped = {**shared.unmapped, "judgement": "gap", "exception": "", "environments": ()}
    return {**_event(shared, "gap", reason, resource, key, u.account), "unmapped": unmapped}


def _event(
    shared: _Shared, judgement: Judgement, reason: str, resource: Mapping[str, str], key: tuple[str, ...], account: str
) -> dict[str, Any]:
    number, caption = STATUS[judgement]
    r, uid = shared.requirement, str(uuid.uuid5(_IDS, "\n".join(map(repr, key))))
    name = shared.names.get(account)
    owner = {"uid": account, "type_id": 10, "type": "AWS Account", **({"name": name} if name else {})}
    where = {k: resource[k] for k in ("region", "cloud_partition") if k in resource}
    return {
        "activity_id": 1, "activity_name": "Create", "category_uid": 2, "category_name": "Findings", "class_uid": 2003,
        "class_name": "Compliance Finding", "type_uid": 200301, "type_name": "Compliance Finding: Create",
        "time": shared.time, "timezone_offset": 0, "severity_id": 0, "severity": "Unknown",
        "message": f"{r.says} {_SPOKEN[judgement]}: {reason or 'nothing more is said'}", "status_detail": reason,
        "metadata": {**shared.metadata, "uid": str(uuid.uuid5(_IDS, f"{shared.pack}\n{uid}"))},
        "cloud": {"provider": "AWS", "account": owner, **where},
        "finding_info": {"uid": uid, "title": r.says, "desc": r.why, "types": [key[0]], "analytic": shared.analytic,
                         "created_time": shared.time},
        "compliance": {**shared.compliance, "status_id": number, "status": caption, "status_details": [reason],
                       "checks": [{**shared.check, "status_id": number, "status": caption}]},
        "resources": [resource],
    }  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """An attribute of our events: where it stands (`[]` of a list), its JSON type, what it means here, what it repeats.
    `values` are the only ones it has. `always`: it is never left out of the object that it stands in."""

    path: str
    type: str
    says: str
    source: str = ""
    values: tuple[Any, ...] = ()
    always: bool = True


def _fixed(path: str, value: Any, says: str) -> Attribute:
    return Attribute(path, "integer" if isinstance(value, int) else "string", says, "fixed", (value,))


_NUMBERS, _CAPTIONS = tuple(n for n, _ in STATUS.values()), tuple(caption for _, caption in STATUS.values())
ATTRIBUTES = (
    _fixed("activity_id", 1, "Create"),
    _fixed("activity_name", "Create", "name of activity_id"),
    _fixed("category_uid", 2, "Findings"),
    _fixed("category_name", "Findings", "name of category_uid"),
    _fixed("class_uid", 2003, "Compliance Finding"),
    _fixed("class_name", "Compliance Finding", "name of class_uid"),
    _fixed("type_uid", 200301, "Compliance Finding: Create"),
    _fixed("type_name", "Compliance Finding: Create", "name of type_uid"),
    Attribute("time", "integer", "the run's end, milliseconds since 1970 UTC", "run.as_of"),
    _fixed("timezone_offset", 0, "times are UTC"),
    _fixed("severity_id", 0, "Unknown: how severe an exception is, is not judged"),
    _fixed("severity", "Unknown", "name of severity_id"),
    Attribute("message", "string", "requirement, judgement and reason in one line", "members[]"),
    Attribute("status_id", "integer", "of exceptions only: accepted 3, management responded 2, else 1", "exceptions[]", (3, 2, 1), always=False),
    Attribute("status", "string", "name of status_id", "exceptions[]", ("Suppressed", "In Progress", "New"), always=False),
    Attribute("status_detail", "string", "what was observed, or why nothing is said; of an accepted exception by whom and until when",
              "members[].reason"),
    Attribute("comment", "string", "why it was accepted, else management's response", "exceptions[]", always=False),
    _fixed("metadata.version", VERSION, "version of OCSF"),
    Attribute("metadata.profiles[]", "string", "profiles of OCSF that apply", "fixed", ("cloud",)),
    Attribute("metadata.correlation_uid", "string", "id of the pack", "pack.json"),
    Attribute("metadata.uid", "string", "UUID of the event; it follows from the pack and finding_info.uid"),
    _fixed("metadata.product.name", "evidence", "the tool"),
    _fixed("metadata.product.vendor_name", "evidence", "the tool"),
    Attribute("metadata.product.version", "string", "the tool's version", "run.tool"),
    _fixed("cloud.provider", "AWS", "the cloud"),
    Attribute("cloud.account.uid", "string", "AWS account, 12 digits", "members[].account"),
    _fixed("cloud.account.type_id", 10, "AWS Account"),
    _fixed("cloud.account.type", "AWS Account", "name of type_id"),
    Attribute("cloud.account.name", "string", "the account's name, where known", "run.accounts[].name", always=False),
    Attribute("cloud.region", "string", "AWS Region or “global”; left out for a list of every Region", "members[].region", always=False),
    Attribute("cloud.cloud_partition", "string", "AWS partition", "members[].partition"),
    Attribute("finding_info.uid", "string", "UUID of requirement, variant and resource: the same in every pack"),
    Attribute("finding_info.title", "string", "what must hold", "requirements[].says"),
    Attribute("finding_info.desc", "string", "what it is good for", "requirements[].why"),
    Attribute("finding_info.types[]", "string", "a resource, or a list that could not be read", "", (MEMBER, LIST)),
    Attribute("finding_info.created_time", "integer", "the run's end, milliseconds since 1970 UTC", "run.as_of"),
    Attribute("finding_info.first_seen_time", "integer", "of exceptions only: since when it is seen, milliseconds since 1970 UTC",
              "exceptions[].first_seen", always=False),
    Attribute("finding_info.analytic.uid", "string", "id of the requirement", "requirements[].id"),
    Attribute("finding_info.analytic.name", "string", "what must hold", "requirements[].says"),
    _fixed("finding_info.analytic.type_id", 1, "Rule"),
    _fixed("finding_info.analytic.type", "Rule", "name of type_id"),
    Attribute("compliance.control", "string", "id of the requirement", "requirements[].id"),
    Attribute("compliance.desc", "string", "what must hold", "requirements[].says"),
    Attribute("compliance.standards[]", "string", "programs that ask for it, with edition", "programs[]"),
    Attribute("compliance.requirements[]", "string", "controls it is mapped to, each as program:control", "conclusions[].mapped"),
    Attribute("compliance.control_parameters[].name", "string", "a parameter", "requirements[].parameters"),
    Attribute("compliance.control_parameters[].value", "string", "its value as used", "requirements[].parameters"),
    Attribute("compliance.status_id", "integer", "meets 1 Pass, exception 3 Fail, gap 0 Unknown, not applicable 99 Other", "members[].judgement", _NUMBERS),
    Attribute("compliance.status", "string", "name of status_id; of 99 ours", "members[].judgement", _CAPTIONS),
    Attribute("compliance.status_details[]", "string", "what was observed, or why nothing is said", "members[].reason"),
    Attribute("compliance.checks[].uid", "string", "id of the requirement, and its variant in brackets", "requirements[].id"),
    Attribute("compliance.checks[].name", "string", "what must hold", "requirements[].says"),
    Attribute("compliance.checks[].desc", "string", "how it is judged", "requirements[].logic"),
    Attribute("compliance.checks[].status_id", "integer", "as compliance.status_id", "members[].judgement", _NUMBERS),
    Attribute("compliance.checks[].status", "string", "as compliance.status", "members[].judgement", _CAPTIONS),
    Attribute("resources[].uid", "string", "the resource's ARN, or its id where it has none; of a list the account", "members[].arn"),
    Attribute("resources[].name", "string", "the resource's id; of a list the account's name", "members[].id"),
    Attribute("resources[].type", "string", "kind of resource, in CloudFormation's words", "members[].type"),
    Attribute("resources[].region", "string", "as cloud.region", "members[].region", always=False),
    Attribute("resources[].cloud_partition", "string", "AWS partition", "members[].partition"),
    Attribute("evidences[].uid", "string", "evidence id of an answer read", "members[].evidence"),
    Attribute("evidences[].data.evidence", "string", "the same", "members[].evidence"),
    Attribute("evidences[].data.file", "string", "where it is kept, from the pack's folder", "evidence/answers/"),
    Attribute("remediation.desc", "string", "how the exception is put right; of exceptions only", "requirements[].fix"),
    Attribute("remediation.references[]", "string", "AWS's page for what was read", "requirements[].source"),
    Attribute("unmapped.pack", "string", "id of the pack", "pack.json"),
    Attribute("unmapped.evidence_root", "string", "SHA-256 of the evidence, 64 hex digits", "pack.json"),
    Attribute("unmapped.run", "string", "id of the run", "run.id"),
    Attribute("unmapped.variant", "string", "tells apart the same requirement under other parameters", "requirements[].variant"),
    Attribute("unmapped.judgement", "string", "the judgement in our words", "members[].judgement", tuple(STATUS)),
    Attribute("unmapped.exception", "string", "number of the exception, the same in every format; else empty"),
    Attribute("unmapped.environments[]", "string", "Elastic Beanstalk environments that stand on it", "members[].environments"),
    Attribute("unmapped.register.status", "string", "an accepted exception stays an exception", "exceptions[].status", ("open", "accepted")),
    Attribute("unmapped.register.overdue", "boolean", "the day of the response is past, and it is open", "exceptions[].overdue"),
    Attribute("unmapped.register.first_seen", "string", "end of the earliest run that shows it without a break", "exceptions[].first_seen"),
    Attribute("unmapped.register.seen_in", "string", "id of that run", "exceptions[].seen_in"),
    Attribute("unmapped.register.days", "integer", "whole days from there to the run's end", "exceptions[].days"),
    *(
        Attribute(f"unmapped.register.{name}", "string", says, source, always=False)
        for name, says, source in (
            ("owner", "who owns it", STATED), ("ticket", "ticket", STATED),
            ("cause", "why it came about, as management states", "exceptions[].response.cause"),
            ("effect", "what it may lead to, as management states", "exceptions[].response.effect"),
            ("response", "what management does", "exceptions[].response.response"),
            ("due", "until which day", "exceptions[].response.due"),
            ("acceptance", "id of the acceptance in force", "exceptions[].acceptance.id"),
            ("approver", "who accepted it", "exceptions[].acceptance.approver"),
            ("expires", "the last day on which it counts as accepted", "exceptions[].acceptance.expires"),
            ("compensating_control", "what is done instead", "exceptions[].acceptance.compensating_control"),
        )
    ),
)  # fmt: skip
"""Every attribute that an event may have. `method/formats/ocsf.schema.json` is made of it and lets no other in."""
