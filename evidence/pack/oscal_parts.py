"""The pieces of OSCAL that its documents share: names, texts, properties, subjects and observations."""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import AnyUrl
from trestle.oscal import common

from evidence.assessment.model import Assessment, MemberResult, RequirementResult
from evidence.assessment.register import identity
from evidence.pack import words
from evidence.pack.columns import controls_of, instant
from evidence.pack.material import Material
from evidence.pack.oscal import LISTS, NS, PROPERTIES, SUBJECTS
from evidence.pack.visible import visible
from evidence.programs.exchange import oscal_ids

IDS = uuid.UUID(NS.removeprefix("urn:uuid:"))
ROLES = {
    "prepared-by": "Prepared the evidence, for management", "reviewed-by": "Reviewed it, for management",
    "approved-by": "Approved it, for management",
}  # fmt: skip
_URL = AnyUrl(NS)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>^~\"&])")


def stable(*thing: str) -> str:
    """The UUID of a thing that is the same in every pack: an account, a resource, the tool."""
    return str(uuid.uuid5(IDS, "\n".join(map(repr, thing))))


def line(text: str) -> str:
    """The text on one line with nothing hidden in it, as OSCAL's strings must be: other characters as U+XXXX."""
    return visible(text, keep="").strip() or "(empty)"


def markup(text: str) -> str:
    """The text on one line, for a field that is read as Markdown: nothing in it is taken for markup."""
    return _MARKUP.sub(r"\\\1", line(text))


def prop(name: str, value: object, **more: str) -> common.Property:
    """One property in our namespace, by a name of PROPERTIES. `class_` and `remarks` are OSCAL's."""
    if name not in PROPERTIES:
        raise ValueError(f"{name} is not among the properties that are described")
    return common.Property(name=name, value=line(str(value)), ns=_URL, **more)


def tokens(assessment: Assessment) -> Mapping[tuple[str, str], str]:
    """(program, control) → the control's id as an OSCAL token: NIST's own where it is NIST's catalogue, else the
    program's id and the number with what a token cannot hold replaced. No two controls of a program have the same."""
    found: dict[tuple[str, str], str] = {}
    taken: set[tuple[str, str]] = set()
    for c in assessment.conclusions:
        token = oscal_ids.token(c.program, c.control)
        if (c.program, token) in taken:
            token += f"_{stable(c.program, c.control)[:8]}"
        taken.add((c.program, token))
        found[c.program, c.control] = token
    return found


class Pieces:
    """What the documents of one pack are made of."""

    def __init__(self, material: Material) -> None:
        a = material.assessment
        self.material, self.assessment, self.facts = material, a, material.facts
        self.as_of, self.started = material.as_of, instant(a.run.started) or material.as_of
        self.tokens, self.controls = tokens(a), controls_of(a.conclusions)
        self.registered, self.kept = {identity(e): e for e in a.exceptions}, material.kept.where
        self.entity = stable("entity", a.run.entity)
        self.names = {str(account["id"]): str(account.get("name") or "") for account in a.run.accounts}
        self.tool = stable("tool", a.run.tool)
        self._observations: dict[tuple[str, str], common.Observation] = {}
        self.subjects: dict[tuple[str, str], list[MemberResult]] = {}
        for m in sorted(a.members, key=lambda m: m.judgement != "exception"):
            if m.judgement in ("exception", "gap"):
                self.subjects.setdefault((m.requirement, m.variant), []).append(m)

    def id(self, *thing: str) -> str:
        """The UUID of a thing of this pack."""
        return str(uuid.uuid5(uuid.uuid5(IDS, f"{self.facts.id}\n{self.facts.evidence_root}"), "\n".join(map(repr, thing))))

    def calls(self) -> list[common.Property]:
        """How many calls ended in which way."""
        return [prop("calls", n, class_=ending) for ending, n in sorted(self.assessment.run.calls.items())]

    def origin(self) -> common.Origin:
        return common.Origin(actors=[common.OriginActor(type="tool", actor_uuid=self.tool)])

    def metadata(self, title: str, remarks: str) -> common.Metadata:
        run, people = self.assessment.run, self._people()
        parties = [common.Parties(uuid=self.entity, type="organization", name=line(run.entity or "Entity not named"))]
        for name in dict.fromkeys(people.values()):
            parties.append(
                common.Parties(uuid=self._person(name), type="person", name=line(name), member_of_organizations=[self.entity])
            )
        responsible = {role: self._person(name) for role, name in people.items()}
        responsible.setdefault("prepared-by", self.entity)
        return common.Metadata(
            title=f"{title}, {markup(run.entity or 'entity not named')}, {markup(run.period or run.as_of[:10])}",
            last_modified=self.as_of,
            version=self.facts.id,
            oscal_version=common.OSCAL_VERSION,
            props=[
                prop("pack", self.facts.id), prop("evidence-root", self.facts.evidence_root), prop("run", run.id),
                prop("period", run.period or "not named"), prop("signed", self.facts.signed or "UNSIGNED"),
                prop("marking", self.facts.label),
            ],
            roles=[common.Role(id=role, title=title) for role, title in ROLES.items() if role in responsible],
            parties=parties,
            responsible_parties=[common.ResponsibleParty(role_id=role, party_uuids=[party]) for role, party in responsible.items()],
            remarks=remarks,
        )  # fmt: skip

    def _people(self) -> dict[str, str]:
        """{role: who answers for it}, of those whom management named."""
        run, people = self.assessment.run, self.assessment.management.people
        named = (str(people.preparer or "") or run.prepared_by, str(people.reviewer or ""), str(people.approver or ""))
        return {role: name for role, name in zip(ROLES, named, strict=True) if name}

    def _person(self, name: str) -> str:
        return stable("person", self.assessment.run.entity, name)

    def reviewed_controls(self) -> common.ReviewedControls:
        return common.ReviewedControls(
            description="Every control of each program; the properties say each one's number in the program and what the evidence "
            "says of it. Conclusions are management's, not the assessor's.",
            control_selections=[s for p in self.assessment.programs if (s := self._selection(p.id, f"{p.name}, {p.edition}"))],
        )

    def _selection(self, program: str, name: str) -> common.ControlSelections | None:
        mine = [c for c in self.assessment.conclusions if c.program == program]
        if not mine:
            return None
        numbers = [
            prop("control", c.control, class_=self.tokens[program, c.control], remarks=markup(f"{c.title}: {c.conclusion}"))
            for c in mine
        ]
        return common.ControlSelections(
            description=markup(name),
            props=[prop("program", program), prop("program-name", name), *numbers],
            links=[common.Link(href=f"../../method/programs/{program}.yaml", rel="reference")],
            include_controls=[common.SelectControlById(control_id=self.tokens[program, c.control]) for c in mine],
        )

    def assets(self) -> common.AssessmentAssets:
        tool = common.SystemComponent(
            uuid=self.tool, type="software", title=f"evidence {markup(self.assessment.run.tool)}",
            description="Asks AWS with read-only calls, keeps every answer, and judges the answers.",
            status=common.Status(state="operational"), props=[prop("version", self.assessment.run.tool or "not recorded")],
        )  # fmt: skip
        return common.AssessmentAssets(
            components=[tool],
            assessment_platforms=[
                common.AssessmentPlatform(
                    uuid=stable("platform", self.assessment.run.tool),
                    title="Where the tool ran",
                    uses_components=[common.UsesComponent(component_uuid=self.tool)],
                )
            ],
        )

    def accounts(self) -> list[common.SystemComponent]:
        """The accounts as components: those of the run, and any other that a resource stands in."""
        known = {str(account["id"]): account for account in self.assessment.run.accounts}
        every = sorted(known.keys() | {m.account for m in self.assessment.members})
        return [self._account(id, known.get(id, {})) for id in every]

    def _account(self, id: str, account: Mapping[str, Any]) -> common.SystemComponent:
        entered = account.get("ending", "answered") == "answered" and account.get("status", "in scope") == "in scope"
        return common.SystemComponent(
            uuid=stable("account", id), type="system", title=f"AWS account {markup(id)}",
            description=markup(f"{account.get('name') or 'without a name'}, partition {account.get('partition') or 'aws'}"),
            props=[prop("account", id), prop("entered", "yes" if entered else "no")],
            status=common.Status(state="operational" if entered else "other", remarks=None if entered else "It was not read."),
        )  # fmt: skip

    def inventory(self, results: Iterable[RequirementResult]) -> list[common.InventoryItem]:
        """Every resource that an observation of these results names as a subject, once."""
        found = {_identity(m): m for r in results for m in self.subjects.get((r.id, r.variant), [])[:SUBJECTS]}
        return [
            common.InventoryItem(
                uuid=stable(*identity), description=markup(f"{m.type} {m.id}"),
                props=[
                    common.Property(name="asset-id", value=line(m.arn or m.id)), prop("resource-type", m.type), prop("resource-id", m.id),
                    prop("account", m.account), prop("region", m.region),
                    *(prop("environment", e) for e in m.environments),
                ],
                implemented_components=[common.ImplementedComponent(component_uuid=stable("account", m.account))],
            )
            for identity, m in found.items()
        ]  # fmt: skip

    def observation(self, r: RequirementResult) -> common.Observation:
        """A requirement over its population: its counts always, its exceptions and gaps as subjects up to a limit."""
        if (r.id, r.variant) not in self._observations:
            self._observations[r.id, r.variant] = self._observe(r)
        return self._observations[r.id, r.variant]

    def _observe(self, r: RequirementResult) -> common.Observation:
        shown = self.subjects.get((r.id, r.variant), [])[:SUBJECTS]
        evidence = dict.fromkeys([*r.lists[:LISTS], *(id for m in shown for id in m.evidence)])
        return common.Observation(
            uuid=self.observed(r), title=markup(r.says), description=self._counted(r),
            props=self._facts(r, len(shown), len(evidence)),
            links=[common.Link(href=r.source, rel="reference")] if r.source else None,
            methods=["EXAMINE"], types=["control-objective"], origins=[self.origin()],
            subjects=[self._subject(m) for m in shown] or None,
            relevant_evidence=[self._evidence(id) for id in evidence] or None,
            collected=self.as_of, remarks=self._unread(r),
        )  # fmt: skip

    def observed(self, r: RequirementResult) -> str:
        """The UUID of a requirement's observation."""
        return self.id("observation", r.id, r.variant)

    def _counted(self, r: RequirementResult) -> str:
        p, n = r.population, r.counts
        left = n["exception"] + n["gap"] - SUBJECTS
        said = [
            f"{p.listed:,} listed ({markup(p.noun)}): {n['meets']:,} meet, {words.plural(n['exception'], 'exception')} "
            f"({r.open:,} open, {r.accepted:,} accepted), {words.plural(n['gap'], 'gap')}, {n['not_applicable']:,} not applicable. "
            f"{words.plural(len(p.unread), 'list')} not read.",
            markup(r.reason) if r.reason else "",
            f"How it is judged: {markup(r.logic)}",
            f"{words.plural(left, 'more exception or gap', 'more exceptions and gaps')} in ../data/members.csv, not embedded." if left > 0 else "",
        ]  # fmt: skip
        return "\n\n".join(filter(None, said))

    def _facts(self, r: RequirementResult, subjects: int, evidence: int) -> list[common.Property]:
        p, n = r.population, r.counts
        corroborated = {True: "yes", False: "no", None: "not tried"}[p.corroborated]
        facts = {
            "requirement": r.id, "variant": r.variant, "topic": r.topic, "population": p.name, "judgement": r.judgement,
            "listed": p.listed, "meets": n["meets"], "exceptions": n["exception"],
            "open": r.open, "accepted": r.accepted, "gaps": n["gap"], "not-applicable": n["not_applicable"],
            "lists-unread": len(p.unread), "complete": "yes" if p.complete else "no", "corroborated": corroborated,
            "gone": len(p.gone), "out-of-scope": p.out_of_scope,
            "subjects-embedded": subjects, "subjects-left-out": n["exception"] + n["gap"] - subjects, "evidence-embedded": evidence,
        }  # fmt: skip
        controls = [name.partition(":") for name in self.controls[r.id, r.variant]]
        return [
            *(prop(name, value) for name, value in facts.items() if value != ""),
            *(prop("parameter", words.parameters({k: v})) for k, v in sorted(r.parameters.items())),
            *(prop("control", f"{p}:{c}", class_=self.tokens[p, c]) for p, _, c in controls),
        ]

    def _subject(self, m: MemberResult) -> common.SubjectReference:
        props = [prop("judgement", m.judgement)]
        if m.judgement == "exception":
            e = self.registered[identity(m)]
            props += [prop("exception", e.number), prop("status", e.status), prop("first-seen", e.first_seen)]
        return common.SubjectReference(
            subject_uuid=stable(*_identity(m)),
            type="inventory-item",
            title=markup(m.arn or m.id),
            props=props,
            remarks=markup(m.reason),
        )

    def _evidence(self, id: str) -> common.RelevantEvidence:
        where = self.kept.get(id)
        return common.RelevantEvidence(
            href=f"../../{where}#{id}" if where else None, description=f"The kept answer {id}", props=[prop("evidence", id)]
        )

    def _unread(self, r: RequirementResult) -> str | None:
        unread = r.population.unread
        if not unread:
            return None
        said = [markup(f"{u.account} {u.region} {u.call} {u.ending} {u.detail}") for u in unread[:LISTS]]
        more = [f"{len(unread) - LISTS:,} more in ../data/unread_lists.csv"] if len(unread) > LISTS else []
        return "Lists not read, so their members are unknown: " + "; ".join([*said, *more]) + "."


def _identity(m: MemberResult) -> tuple[str, str, str, str, str, str]:
    return ("resource", m.partition, m.account, m.region, m.type, m.id)
