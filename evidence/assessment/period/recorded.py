"""From AWS Config's items of one resource, each judged, to stretches of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evidence.assessment.period.model import Source, State
from evidence.assessment.period.spans import Moment, Stretch, around, over
from evidence.populations.history import Recorded, Recorder, Resource

_BY: Source = "AWS Config"


@dataclass(frozen=True)
class Look:
    """What a run's own answers said of the member, between its first call and its last."""

    started: Moment
    ended: Moment
    state: State
    reason: str
    evidence: tuple[str, ...]


Word = tuple[State, str]
"""What an item was judged, and the reason."""


def recorded(
    resource: Resource,
    judged: Sequence[Word],
    windows: Sequence[tuple[Moment, Moment]],
    recorder: Recorder | None,
    looks: Sequence[Look],
    since: Moment,
    until: Moment,
) -> list[Stretch]:
    """What AWS Config's record says of the resource, stretch by stretch, gaps with their reasons among them.

    An item holds from its capture to the next one, as long as the recorder stays on without a break: `windows` are the times in which
    it was known to be on. `judged` are the items' rows. After a break an item says nothing until the next one, unless a run looked
    later in the same window and no item came in between: then what the run saw has held since the recorder was started."""
    why = _unusable(resource, recorder)
    if why:
        return [Stretch(since, until, "gap", _BY, why, _evidence(resource, recorder))]
    out = _before(resource, windows, since)
    items = resource.items
    for item, after in zip(items, [*(i.captured for i in items[1:]), None], strict=True):
        end = max(item.captured, after or until)
        held = _held(item, end, judged, windows, looks if after is None else (), recorder)
        out.extend(_doubted(stretch, looks, items) for stretch in held)
    return [s for stretch in out if (s := stretch.within(since, until)) is not None]


def _unusable(resource: Resource, recorder: Recorder | None) -> str:
    if recorder is None:
        return "it is not known whether AWS Config's recorder was on in this Region"
    if recorder.gap is not None:
        return str(recorder.gap)
    if resource.gap is not None:
        return str(resource.gap)
    return "" if resource.items else "AWS Config gave no item of it"


def _evidence(resource: Resource, recorder: Recorder | None) -> tuple[str, ...]:
    items = (id for item in resource.items for id in item.evidence)
    return tuple(dict.fromkeys((*items, *(recorder.evidence if recorder else ()))))


def _before(resource: Resource, windows: Sequence[tuple[Moment, Moment]], since: Moment) -> list[Stretch]:
    """The time before the first item. Until it was made the resource was not there, but only while the recorder was on: another of
    the same name may have been there before."""
    first = resource.items[0]
    if first.captured <= since:
        return []
    made = resource.made if resource.made is not None and resource.made <= first.captured else first.captured
    why = "AWS Config has no item of it from before"
    unborn = [
        Stretch(max(start, since), min(end, made), "not there", _BY, "not made yet", first.evidence)
        for start, end in (windows if resource.made is not None else ())
        if max(start, since) < min(end, made)
    ]
    young = Stretch(max(made, since), first.captured, "gap", _BY, "made, and not yet recorded by AWS Config", first.evidence)
    unknown = [Stretch(since, made, "gap", _BY, why, first.evidence)] if since < made else []
    return [*over(unknown, unborn), *([young] if young.start < young.end else [])]


def _held(
    item: Recorded,
    end: Moment,
    judged: Sequence[Word],
    windows: Sequence[tuple[Moment, Moment]],
    looks: Sequence[Look],
    recorder: Recorder | None,
) -> list[Stretch]:
    evidence = tuple(dict.fromkeys((*item.evidence, *(recorder.evidence if recorder else ()))))
    state, reason = _word(item, judged)
    window = around(windows, item.captured)
    held_until = min(end, window[1]) if window else item.captured
    out = [Stretch(item.captured, held_until, state, _BY, reason, evidence)] if item.captured < held_until else []
    if held_until >= end:
        return out
    later = [w for w in windows if w[0] >= held_until]
    at = held_until
    for start, stop in later:
        look = next((one for one in looks if start <= one.started and one.ended <= stop), None)
        if look is None or look.state == "gap":
            continue
        out.append(Stretch(at, start, "gap", _BY, "AWS Config was not known to record it then", evidence))
        why = f"{look.reason} (seen by a run; nothing was recorded since the recorder was started)"
        out.append(Stretch(start, min(stop, end), look.state, _BY, why, (*look.evidence, *evidence)))
        at = min(stop, end)
    out.append(Stretch(at, end, "gap", _BY, "AWS Config was not known to record it then", evidence))
    return [s for s in out if s.start < s.end]


def _doubted(stretch: Stretch, looks: Sequence[Look], items: Sequence[Recorded]) -> Stretch:
    """The stretch, or a gap where a run that began to look in it, or as it ended, saw the opposite, and no item says that it changed
    meanwhile: then neither is believed."""
    for look in looks:
        changed = any(look.started < item.captured <= look.ended for item in items)
        began = stretch.start <= look.started <= stretch.end and not changed
        if began and {stretch.state, look.state} == {"meets", "exception"}:
            why = f"AWS Config says {stretch.state} ({stretch.reason}), and a run that looked meanwhile {look.state} ({look.reason})"
            evidence = tuple(dict.fromkeys((*stretch.evidence, *look.evidence)))
            return replace(stretch, state="gap", reason=why, evidence=evidence, contradicted=True)
    return stretch


def _word(item: Recorded, judged: Sequence[Word]) -> Word:
    if item.status == "deleted":
        return "not there", "deleted"
    if item.status == "not recorded":
        return "gap", "AWS Config does not record it"
    if item.row is None:
        return "gap", "the configuration item cannot be read"
    state, reason = judged[item.row]
    return state, f"{reason}{' (AWS Config looked once a day)' if item.daily else ''}"
