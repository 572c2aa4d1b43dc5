"""`report/ocsf/compliance-findings.jsonl.gz`: what became of every resource, as OCSF Compliance Findings (class 2003), one a line.

The words are OCSF's own. Of a resource: meets is Pass, an exception Fail, a gap Unknown, not applicable Other. A list that
could not be read is an event of its own, Unknown, about the account: so a population that nothing is known of does not look
clean. Nothing is said about how severe an exception is, and nothing of a control: that is the auditor's.

Valid under OCSF 1.5 and every later 1.x so far. Events are written as they are made: memory stays flat.
"""

import gzip
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from evidence.assessment.model import Judgement, MemberResult, RequirementResult
from evidence.pack import words
from evidence.pack.columns import controls_of
from evidence.pack.facts import exception_numbers, member_key
from evidence.pack.kept import kept_in
from evidence.pack.material import Material
from evidence.populations.population import Unread

VERSION = "1.5.0"
NAME = "compliance-findings.jsonl.gz"
STATUS: Mapping[Judgement, tuple[int, str]] = {
    "meets": (1, "Pass"), "exception": (3, "Fail"), "gap": (0, "Unknown"), "not_applicable": (99, "Not applicable"),
}  # fmt: skip
"""OCSF's compliance.status_id of each judgement, and its caption; of Other the caption is ours, as OCSF wants it."""
MEMBER, LIST = "Member of a population", "List not read"
_IDS = uuid.UUID("26925ff7-c146-4489-9c1e-758a3fd687af")
"""Our own namespace: a finding has the same uid in every pack, an event in no other."""


def write_ocsf(material: Material) -> None:
    """Writes `report/ocsf/compliance-findings.jsonl.gz`; the same Assessment, run and pack give the same bytes."""
    folder = material.report / "ocsf"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0, compresslevel=6) as file:
        for event in events(material):
            file.write(orjson.dumps(event) + b"\n")


def events(material: Material) -> Iterator[dict[str, Any]]:
    """One for each member under each requirement, in the Assessment's order; then one for each list unread."""
    a = material.assessment
    results = {(r.id, r.variant): r for r in a.requirements}
    shared = {key: _Shared(material, r) for key, r in results.items()}
    numbers, kept = exception_numbers(a), kept_in(material)
    for m in a.members:
        number = numbers[member_key(m)] if m.judgement == "exception" else ""
        yield _member(shared[m.requirement, m.variant], m, number, kept)
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


def _member(shared: _Shared, m: MemberResult, number: str, kept: Mapping[str, str]) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "uid": m.arn or m.id,
        "name": m.id,
        "type": m.type,
        "region": m.region,
        "cloud_partition": m.partition,
    }
    if m.arn:
        resource["uid_alt"] = m.id
    unmapped = {**shared.unmapped, "judgement": m.judgement, "exception": number, "environments": m.environments}
    event = _event(shared, m.judgement, m.reason, resource, (MEMBER, *member_key(m)), m.account, m.region, m.partition)
    if m.evidence:
        event["evidences"] = [{"uid": id, "data": {"evidence": id, "file": kept.get(id, "")}} for id in m.evidence]
    if m.judgement == "exception":
        event["remediation"] = shared.remediation
    return {**event, "unmapped": unmapped}


def _list(shared: _Shared, unread: Unread) -> dict[str, Any]:
    partition = shared.partitions.get(unread.account, "aws")
    reason = f"{unread.call} {unread.ending}" + (f" ({unread.detail})" if unread.detail else "") + ": members unknown"
    resource = {"uid": unread.account, "name": shared.names.get(unread.account) or unread.account, "type": "AWS::::Account",
                "region": unread.region, "cloud_partition": partition}  # fmt: skip
    r = shared.requirement
    key = (LIST, r.id, r.variant, partition, unread.account, unread.region, unread.call, unread.ending, unread.detail)
    unmapped = {**shared.unmapped, "judgement": "gap", "exception": "", "environments": ()}
    event = _event(shared, "gap", reason, resource, key, unread.account, unread.region, partition)
    return {**event, "unmapped": unmapped}


def _event(
    shared: _Shared,
    judgement: Judgement,
    reason: str,
    resource: dict[str, Any],
    key: tuple[str, ...],
    account: str,
    region: str,
    partition: str,
) -> dict[str, Any]:
    number, caption = STATUS[judgement]
    r, uid = shared.requirement, str(uuid.uuid5(_IDS, "\n".join(map(repr, key))))
    owner = {"uid": account, "type_id": 10, "type": "AWS Account"}
    if name := shared.names.get(account):
        owner["name"] = name
    return {
        "activity_id": 1, "activity_name": "Create", "category_uid": 2, "category_name": "Findings", "class_uid": 2003,
        "class_name": "Compliance Finding", "type_uid": 200301, "type_name": "Compliance Finding: Create",
        "time": shared.time, "timezone_offset": 0, "severity_id": 0, "severity": "Unknown",
        "message": f"{r.says} {caption}: {reason}" if reason else f"{r.says} {caption}.", "status_detail": reason,
        "metadata": {**shared.metadata, "uid": str(uuid.uuid5(_IDS, f"{shared.pack}\n{uid}"))},
        "cloud": {"provider": "AWS", "account": owner, "region": region, "cloud_partition": partition},
        "finding_info": {"uid": uid, "title": r.says, "desc": r.why, "types": [key[0]], "analytic": shared.analytic,
                         "created_time": shared.time},
        "compliance": {**shared.compliance, "status_id": number, "status": caption, "status_details": [reason],
                       "checks": [{**shared.check, "status_id": number, "status": caption}]},
        "resources": [resource],
    }  # fmt: skip
