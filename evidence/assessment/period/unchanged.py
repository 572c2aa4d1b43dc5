"""What a run saw, carried on in time: as far as every changing call is known, and none was about the member."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evidence.assessment.period.model import Source
from evidence.assessment.period.recorded import Look
from evidence.assessment.period.spans import Moment, Stretch, around
from evidence.populations.events import Change

_BY: Source = "CloudTrail"
_WHY = "seen by a run; no changing call was about it from then on, or until then"


@dataclass(frozen=True)
class About:
    """Whom a changing call must be about to count. `source` is the service's event source, `type` the member's resource type, `names`
    what a record may call the member, `others` what it may call the other members: a resource of the type under another name may be
    the member itself."""

    source: str
    type: str
    names: frozenset[str]
    others: Collection[str]

    def touched_by(self, change: Change) -> bool:
        if change.source != self.source:
            return False
        if not change.resources:
            return True
        return any(name in self.names or (kind == self.type and name not in self.others) for kind, name in change.resources)


def names_of(id: str, arn: str) -> frozenset[str]:
    """What CloudTrail may call a resource: its id, its ARN, the last part of the ARN."""
    last = arn.rpartition("/")[2] if "/" in arn else arn.rpartition(":")[2]
    return frozenset(filter(None, (id, arn, last)))


def carried(
    looks: Sequence[Look], about: About, read: Sequence[tuple[Moment, Moment]], changes: Sequence[Change]
) -> list[Stretch]:
    """A stretch around each look, as far as `read` (the stretches of which every changing call is known) reaches without a break and
    without a call about the member. A look during which the member was touched tells nothing of any other moment."""
    touched = sorted(change.at for change in changes if about.touched_by(change))
    out = []
    for look in looks:
        window = around(read, look.started)
        if look.state == "gap" or window is None or look.ended > window[1]:
            continue
        if any(look.started <= at <= look.ended for at in touched):
            continue
        start = max([window[0], *(at for at in touched if at < look.started)])
        end = min([window[1], *(at for at in touched if at > look.ended)])
        out.append(Stretch(start, end, look.state, _BY, f"{look.reason} ({_WHY})", look.evidence))
    return [s for s in out if s.start < s.end]
