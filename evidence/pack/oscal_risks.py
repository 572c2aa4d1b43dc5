"""What management states of exceptions, as the risks of OSCAL's plan of action: one for each response and one for each
acceptance in force, by requirement. An exception that nobody answered for has no risk here: its item counts it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from trestle.oscal import common

from evidence.assessment.model import RegisteredException, RequirementResult
from evidence.management.model import Acceptance, Response
from evidence.pack import words
from evidence.pack.oscal import SUBJECTS
from evidence.pack.oscal_parts import Pieces, markup, prop

Key = tuple[str, str]
_UNSAID = "Management states no effect, and how grave the risk is, nobody has stated."


class Risks:
    """The risks of a pack, by requirement and variant, in the order of their first exception."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._stated: dict[Key, dict[Response | Acceptance, list[RegisteredException]]] = defaultdict(lambda: defaultdict(list))
        self._silent: dict[Key, int] = defaultdict(int)
        for e in pieces.assessment.exceptions:
            said = e.acceptance or e.response
            if said is None:
                self._silent[e.requirement, e.variant] += 1
            else:
                self._stated[e.requirement, e.variant][said].append(e)

    def unanswered(self, r: RequirementResult) -> int:
        """Open exceptions of which management states nothing."""
        return self._silent[r.id, r.variant]

    def of(self, r: RequirementResult) -> list[common.Risk]:
        stated: Mapping[Response | Acceptance, list[RegisteredException]] = self._stated[r.id, r.variant]
        return [
            self._accepted(r, n, said, found) if isinstance(said, Acceptance) else self._responded(r, n, said, found)
            for n, (said, found) in enumerate(stated.items())
        ]

    def _responded(self, r: RequirementResult, n: int, said: Response, found: list[RegisteredException]) -> common.Risk:
        uuid = self._pieces.id("risk", r.id, r.variant, str(n))
        late = sum(e.overdue for e in found)
        deadline = dt.datetime.combine(said.due, dt.time(23, 59, 59), dt.UTC) if said.due else None
        props = [
            prop("owner", said.owner),
            *([prop("due", said.due.isoformat()), prop("overdue", late)] if said.due else []),
            *([prop("ticket", said.ticket)] if said.ticket else []),
            *self._numbers(found),
        ]
        plan = common.Response(
            uuid=self._pieces.id("response", r.id, r.variant, str(n)), lifecycle="planned", title="Management's response",
            description=markup(said.response), props=[prop("owner", said.owner)], origins=[self._management()],
            tasks=[self._milestone(uuid, deadline)] if deadline else None,
        )  # fmt: skip
        past = f" The day is past for {words.plural(late, 'exception')}." if late else ""
        return common.Risk(
            uuid=uuid, title=markup(f"{words.plural(len(found), 'open exception')}: {r.says}"),
            description=(f"Cause, as management states: {markup(said.cause)}" if said.cause else "Management states no cause.") + past,
            statement=markup(said.effect) if said.effect else _UNSAID,
            props=props, status=common.RiskStatus("open"), origins=[self._management()], deadline=deadline, remediations=[plan],
            related_observations=[self._observation(r)],
        )  # fmt: skip

    def _milestone(self, risk: str, deadline: dt.datetime) -> common.Task:
        return common.Task(
            uuid=self._pieces.id("milestone", risk), type="milestone", title="Planned completion",
            timing=common.TimingOnDate(on_date=common.OnDate(date=deadline)),
        )  # fmt: skip

    def _accepted(self, r: RequirementResult, n: int, said: Acceptance, found: list[RegisteredException]) -> common.Risk:
        uuid = self._pieces.id("risk", r.id, r.variant, str(n))
        until = said.expires.isoformat()
        factor = common.MitigatingFactor(
            uuid=self._pieces.id("factor", uuid), description=markup(said.compensating_control or "-")
        )
        return common.Risk(
            uuid=uuid, title=markup(f"{words.plural(len(found), 'accepted exception')}: {r.says}"),
            description=f"Accepted by {markup(said.approver)} until {until}, and still exceptions. Reason, as stated: {markup(said.reason)}",
            statement=_UNSAID,
            props=[
                prop("acceptance", said.id), prop("owner", said.owner), prop("approver", said.approver),
                prop("opened", said.opened.isoformat()), prop("expires", until),
                *([prop("ticket", said.ticket)] if said.ticket else []), *self._numbers(found),
            ],
            status=common.RiskStatus("deviation-approved"), origins=[self._management()],
            mitigating_factors=[factor] if said.compensating_control else None,
            related_observations=[self._observation(r)],
        )  # fmt: skip

    def _numbers(self, found: list[RegisteredException]) -> list[common.Property]:
        return [prop("exceptions", len(found)), *(prop("exception", e.number) for e in found[:SUBJECTS])]

    def _management(self) -> common.Origin:
        return common.Origin(actors=[common.OriginActor(type="party", actor_uuid=self._pieces.entity)])

    def _observation(self, r: RequirementResult) -> common.RelatedObservation:
        return common.RelatedObservation(observation_uuid=self._pieces.observed(r))
