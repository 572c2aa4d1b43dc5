"""What a run saw, carried on in time: as far as every changing call is known, and none was about the member."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from evidence.assessment.period.model import Source
from evidence.assessment.period.recorded import Look
from evidence.assessment.period.spans import Moment, Stretch, around
from evidence.populations.events import Change

_BY: Source = "CloudTrail"
_WHY = "seen by a run; no changing call was about it from then on, or until then"


class Touches:
    """When each member of a population was touched by a changing call, in one account and Region.

    `source` is the service's event source, `kind` the members' resource type, `known` every name of every member: a call that names no
    resource, or one of the kind under a name that is not known, may be about any of them."""

    def __init__(self, changes: Iterable[Change], source: str, kind: str, known: Container[str]) -> None:
        self._by_name: dict[str, list[Moment]] = defaultdict(list)
        self._anyone: list[Moment] = []
        for change in changes:
            if change.source != source:
                continue
            for _, name in change.resources:
                self._by_name[name].append(change.at)
            if not change.resources or any(k == kind and name not in known for k, name in change.resources):
                self._anyone.append(change.at)

    def of(self, names: Iterable[str]) -> list[Moment]:
        """The moments, in order."""
        return sorted({*self._anyone, *(at for name in names for at in self._by_name.get(name, ()))})


def names_of(id: str, arn: str) -> frozenset[str]:
    """What CloudTrail may call a resource: its id, its ARN, the last part of the ARN."""
    last = arn.rpartition("/")[2] if "/" in arn else arn.rpartition(":")[2]
    return frozenset(filter(None, (id, arn, last)))


def carried(looks: Sequence[Look], touched: Sequence[Moment], read: Sequence[tuple[Moment, Moment]]) -> list[Stretch]:
    """A stretch around each look, as far as `read` (the stretches of which every changing call is known) reaches without a break and
    without a call about the member. A look during which the member was touched tells nothing of any other moment."""
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
