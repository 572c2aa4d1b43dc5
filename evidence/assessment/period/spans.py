"""Stretches of time: laid over one another, merged, and made to fill a period. All moments are aware datetimes, stretches half open."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evidence.assessment.period.model import Source, Span, State
from evidence.run.calendar import iso

Moment = dt.datetime


@dataclass(frozen=True)
class Stretch:
    """What a member was from `start` up to `end`; see `Span`. `contradicted`: a gap because two sources say the opposite, which no third
    one settles."""

    start: Moment
    end: Moment
    state: State
    by: Source = ""
    reason: str = ""
    evidence: tuple[str, ...] = ()
    contradicted: bool = False

    def within(self, start: Moment, end: Moment) -> "Stretch | None":
        """The part of it inside these moments; None where there is none."""
        start, end = max(start, self.start), min(end, self.end)
        return replace(self, start=start, end=end) if start < end else None


def over(base: Sequence[Stretch], known: Iterable[Stretch]) -> list[Stretch]:
    """`base` with its gaps filled by what is known besides. What `base` says already stands, but for a contradiction: where the two
    say meets and exception of the same time, neither is believed."""
    out = list(base)
    for more in known:
        if more.state == "gap":
            continue
        pieces: list[Stretch] = []
        for piece in out:
            inside = more.within(piece.start, piece.end)
            if inside is None:
                pieces.append(piece)
                continue
            before, after = piece.within(piece.start, inside.start), piece.within(inside.end, piece.end)
            pieces.extend(p for p in (before, _both(piece, inside), after) if p is not None)
        out = pieces
    return out


def _both(piece: Stretch, inside: Stretch) -> Stretch:
    """One of the two, over the time of `inside`, which lies in `piece`."""
    if piece.state == "gap" and not piece.contradicted:
        return inside
    if piece.state != inside.state and {piece.state, inside.state} == {"meets", "exception"}:
        reason = (
            f"{piece.by} and {inside.by} contradict each other: {piece.state} ({piece.reason}), {inside.state} ({inside.reason})"
        )
        evidence = tuple(dict.fromkeys((*piece.evidence, *inside.evidence)))
        return Stretch(inside.start, inside.end, "gap", piece.by, reason, evidence, contradicted=True)
    return replace(piece, start=inside.start, end=inside.end)


def filled(stretches: Iterable[Stretch], since: Moment, until: Moment, why: str) -> tuple[Span, ...]:
    """The stretches in order, cut to the period, with a gap (`why`) wherever there is none; neighbours that say the same are one."""
    out: list[Stretch] = []
    at = since
    for stretch in sorted(stretches, key=lambda s: s.start):
        inside = stretch.within(at, until)
        if inside is None:
            continue
        if inside.start > at:
            out.append(Stretch(at, inside.start, "gap", "", why))
        out.append(inside)
        at = inside.end
    if at < until:
        out.append(Stretch(at, until, "gap", "", why))
    joined: list[Stretch] = []
    for stretch in out:
        last = joined[-1] if joined else None
        if last and (last.state, last.by, last.reason, last.end) == (stretch.state, stretch.by, stretch.reason, stretch.start):
            evidence = tuple(dict.fromkeys((*last.evidence, *stretch.evidence)))
            joined[-1] = replace(last, end=stretch.end, evidence=evidence)
        else:
            joined.append(stretch)
    return tuple(Span(iso(s.start), iso(s.end), s.state, s.by, s.reason, s.evidence) for s in joined)


def merged(windows: Iterable[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """Stretches of time in order; those that touch are one."""
    out: list[tuple[Moment, Moment]] = []
    for start, end in sorted(windows):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif start < end:
            out.append((start, end))
    return out


def around(windows: Iterable[tuple[Moment, Moment]], moment: Moment) -> tuple[Moment, Moment] | None:
    """The stretch that the moment lies in, its end included."""
    return next((w for w in windows if w[0] <= moment <= w[1]), None)
