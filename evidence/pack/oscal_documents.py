"""The three OSCAL documents of a pack, out of `oscal_parts`."""

from collections.abc import Mapping, Sequence

from pydantic import AnyUrl
from trestle.core.base_model import OscalBaseModel
from trestle.oscal import assessment_plan, assessment_results, common, poam

from evidence.assessment.model import Conclusion, ConclusionWord, RequirementResult
from evidence.pack.material import Material
from evidence.pack.oscal import NS, PLAN, POAM, RESULTS
from evidence.pack.oscal_parts import Pieces, markup, prop, stable
from evidence.pack.oscal_risks import Risks

STATUS: Mapping[ConclusionWord, tuple[str, str, str]] = {
    "exceptions": ("not-satisfied", "fail", "At least one member was read and does not meet a mapped requirement."),
    "incomplete": ("not-satisfied", "other", "No exception was seen, but something could not be read: it is not shown to hold."),
    "accepted": ("not-satisfied", "other", "The only exceptions are ones that a named person accepted until a date."),
    "supported": ("satisfied", "pass", "Every member read meets the mapped requirements, and nothing was left unread."),
}
"""State, reason and remark of a finding's target. Any other conclusion gives no finding: nothing was tested that could be one."""
_EVIDENCE = (
    "Management's evidence, not an assessor's opinion: what AWS answered, what the answers support, and what could not be read. "
    "One observation of settings at one time."
)


def documents(material: Material) -> Mapping[str, OscalBaseModel]:
    """{file name: document}. There is no POA&M without an exception: OSCAL allows none without an item."""
    pieces = Pieces(material)
    exceptions = [r for r in material.assessment.requirements if r.counts["exception"]]
    found: dict[str, OscalBaseModel] = {
        PLAN: _plan(pieces),
        RESULTS: _results(pieces, findings=material.oscal_findings, poam=bool(exceptions)),
    }
    return found | ({POAM: _poam(pieces, exceptions)} if exceptions else {})


def _plan(pieces: Pieces) -> assessment_plan.AssessmentPlan:
    ssp = pieces.id("ssp")
    return assessment_plan.AssessmentPlan(
        uuid=pieces.id("plan"),
        metadata=pieces.metadata("Assessment plan", f"{_EVIDENCE} This plan is minimal: assessment-results.json imports it."),
        import_ssp=common.ImportSsp(href=f"#{ssp}", remarks="No system security plan was given to the tool."),
        reviewed_controls=pieces.reviewed_controls(),
        assessment_subjects=[
            common.AssessmentSubjectAll(
                type="inventory-item",
                include_all=common.IncludeAll(),
                description="Every resource of the kinds that a requirement names, in the accounts and Regions in scope.",
            )
        ],
        assessment_assets=pieces.assets(),
        back_matter=common.BackMatter(
            resources=[
                common.Resource(
                    uuid=ssp,
                    title="In place of a system security plan: the scope of the run",
                    description="Accounts, Regions, services and period, as they were collected.",
                    rlinks=[common.Rlink(href="../../evidence/run.json", media_type="application/json")],
                )
            ]
        ),
    )


def _results(pieces: Pieces, *, findings: bool, poam: bool) -> assessment_results.AssessmentResults:
    a = pieces.assessment
    asked = [c for c in a.conclusions if c.conclusion in STATUS] if findings else []
    without = len(a.conclusions) - len(asked)
    remarks = [
        _EVIDENCE,
        "Findings were asked for. Each is about the mapped requirements of a control, not the whole of it: see its target. "
        f"{without:,} of {len(a.conclusions):,} controls have none: not applicable, inherited, or for a person to show."
        if findings
        else "There are no findings: they are the assessor's conclusions.",
        "" if poam else "There is no exception, so there is no poam.json: OSCAL allows no plan of action without an item.",
    ]
    result = assessment_results.Result(
        uuid=pieces.id("result"),
        title=f"Requirements judged as of {a.run.as_of}",
        description=f"{len(a.requirements):,} requirements over {len(a.members):,} results, for {len(a.programs):,} programs.",
        start=pieces.started,
        end=pieces.as_of,
        props=[prop("requirements", len(a.requirements)), prop("members", len(a.members)), *pieces.calls()],
        local_definitions=assessment_results.LocalDefinitions1(
            components=pieces.accounts() or None,
            inventory_items=pieces.inventory(a.requirements) or None,
            assessment_assets=pieces.assets(),
        ),
        reviewed_controls=pieces.reviewed_controls(),
        observations=[pieces.observation(r) for r in a.requirements] or None,
        findings=[_finding(pieces, c) for c in asked] or None,
        remarks=" ".join(filter(None, remarks)),
    )
    objectives = (
        assessment_results.LocalDefinitions(objectives_and_methods=[_objective(pieces, c) for c in asked]) if asked else None
    )
    return assessment_results.AssessmentResults(
        uuid=pieces.id("results"),
        metadata=pieces.metadata("Assessment results", _EVIDENCE),
        import_ap=assessment_results.ImportAp(href=PLAN),
        local_definitions=objectives,
        results=[result],
    )


def _target(pieces: Pieces, c: Conclusion) -> str:
    return f"{pieces.tokens[c.program, c.control]}.{c.program}.mapped"


def _objective(pieces: Pieces, c: Conclusion) -> common.LocalObjective:
    """What a finding is about: not the control, only what was judged for it."""
    prose = f"The {len(c.requirements):,} requirements mapped to this control hold for every member. Reach: {c.reach}. A person must add: {c.adds}"
    part = common.Part(id=_target(pieces, c), name="assessment-objective", prose=markup(prose))
    return common.LocalObjective(
        control_id=pieces.tokens[c.program, c.control],
        props=[prop("program", c.program), prop("control", c.control)],
        parts=[part],
    )


def _finding(pieces: Pieces, c: Conclusion) -> common.Finding:
    state, reason, remark = STATUS[c.conclusion]
    results = {(r.id, r.variant): r for r in pieces.assessment.requirements}
    mine = [results[m.id, m.variant] for m in c.requirements]
    props = [prop("program", c.program), prop("control", c.control), prop("conclusion", c.conclusion)]
    reach = [prop("reach", c.reach)] if c.reach else []
    return common.Finding(
        uuid=pieces.id("finding", c.program, c.control),
        title=markup(f"{c.program} {c.control}: {c.conclusion}"),
        description=markup(c.title),
        props=[*props, *reach],
        origins=[pieces.origin()],
        target=common.FindingTarget(
            type="objective-id",
            target_id=_target(pieces, c),
            description=f"Of the mapped requirements only, with reach {c.reach}.",
            status=common.ObjectiveStatus(state=state, reason=reason, remarks=remark),
        ),
        related_observations=[common.RelatedObservation(observation_uuid=pieces.observed(r)) for r in mine],
        remarks=markup(f"A person must add: {c.adds}") if c.adds else None,
    )


def _poam(pieces: Pieces, exceptions: Sequence[RequirementResult]) -> poam.PlanOfActionAndMilestones:
    run = pieces.assessment.run
    system = stable("system", run.entity, *(str(account["id"]) for account in run.accounts))
    risks, remarks = (
        Risks(pieces),
        (
            f"{_EVIDENCE} One item for each requirement with exceptions, accepted ones too. Owners, dates and acceptances are as management "
            "stated them; where it stated nothing, none is given. Nobody has rated a risk."
        ),
    )
    found = {(r.id, r.variant): risks.of(r) for r in exceptions}
    return poam.PlanOfActionAndMilestones(
        uuid=pieces.id("poam"),
        metadata=pieces.metadata("Plan of action and milestones", remarks),
        system_id=common.SystemId(identifier_type=AnyUrl("http://ietf.org/rfc/rfc4122"), id=system),
        local_definitions=poam.LocalDefinitions(
            components=pieces.accounts() or None,
            inventory_items=pieces.inventory(exceptions) or None,
            assessment_assets=pieces.assets(),
            remarks=f"Property names of {NS} are the tool's own.",
        ),
        observations=[pieces.observation(r) for r in exceptions],
        risks=[risk for r in exceptions for risk in found[r.id, r.variant]] or None,
        poam_items=[_item(pieces, r, found[r.id, r.variant], risks.unanswered(r)) for r in exceptions],
    )


def _item(pieces: Pieces, r: RequirementResult, risks: Sequence[common.Risk], unanswered: int) -> poam.PoamItem:
    n, listed = r.counts["exception"], r.population.listed
    controls = [name.partition(":") for name in pieces.controls[r.id, r.variant]]
    return poam.PoamItem(
        uuid=pieces.id("item", r.id, r.variant),
        title=markup(r.says),
        description=f"{n:,} of {listed:,} listed do not meet it: {r.open:,} open, {r.accepted:,} accepted; {unanswered:,} without a response. "
        + markup(r.why),
        props=[
            prop("requirement", r.id), *([prop("variant", r.variant)] if r.variant else []), prop("exceptions", n), prop("open", r.open),
            prop("accepted", r.accepted), prop("unanswered", unanswered), prop("listed", listed),
            *(prop("control", f"{p}:{c}", class_=pieces.tokens[p, c]) for p, _, c in controls),
        ],
        origins=[poam.Origination(actors=[common.OriginActor(type="tool", actor_uuid=pieces.tool)])],
        related_observations=[common.RelatedObservation(observation_uuid=pieces.observed(r))],
        related_risks=[common.AssociatedRisk(risk_uuid=risk.uuid) for risk in risks] or None,
        remarks=f"How it is put right: {markup(r.fix)}",
    )  # fmt: skip
