"""How many requests a collection will make and how long it will take, before it starts: from a run kept before, or assumed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evidence.aws.board import everywhere
from evidence.aws.pace import PER_LANE, PER_LANE_GENTLE, UNDOCUMENTED, rate_of
from evidence.run.answer import GLOBAL, Answer
from evidence.run.scope import Account
from evidence.services.calls import own_entries
from evidence.services.declare import ACCOUNTS, Ask, PopulationSpec
from evidence.services.rates import limits_of

MEMBERS = 25
"""Members that every list is taken to have in an account (and Region) of which no earlier run tells."""
SECONDS = 0.25
"""How long one request is taken to last."""

Counts = Counter[tuple[str, str, str]]
"""Requests of one account by Region, service and operation."""


@dataclass(frozen=True)
class ServiceEstimate:
    """Requests to one service in all accounts, and the seconds they would take if nothing else were asked."""

    service: str
    requests: int
    seconds: float


@dataclass(frozen=True)
class Estimate:
    """What a collection is expected to take. `share` is that of the limits, None where they are not shared; `told` accounts are
    those of which an earlier run tells, all others are assumed."""

    requests: int
    seconds: float
    services: tuple[ServiceEstimate, ...]
    share: float | None
    concurrency: int
    workers: int
    accounts: int
    told: int

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "services": [asdict(service) for service in self.services], "basis": self.basis}

    @property
    def basis(self) -> str:
        """What the numbers stand on, as sentences."""
        parts = []
        if self.told:
            parts.append(f"The requests of {self.told} of {self.accounts} accounts are those of the earlier run.")
        if self.told < self.accounts:
            parts.append(
                f"Of {self.accounts - self.told} of {self.accounts} accounts nothing is known: every list is taken to be one page "
                f"and to have {MEMBERS} members."
            )
        parts.append(f"A request is taken to last {SECONDS:g} seconds; throttling is not foreseen.")
        if self.share is not None:
            parts.append(
                f"Of every documented limit {self.share:.0%} is used at most; where AWS documents none, of {UNDOCUMENTED:g} requests "
                "a second for a service in one Region."
            )
        return " ".join(parts)

    def __str__(self) -> str:
        widest = max([len(service.service) for service in self.services], default=0)
        rows = [f"  {s.service:<{widest}}  {s.requests:>9,} requests  {duration(s.seconds):>10}" for s in self.services]
        at = f"{self.concurrency} calls at once" + (f" in each of {self.workers} workers" if self.workers > 1 else "")
        return "\n".join((f"about {self.requests:,} requests, about {duration(self.seconds)}, {at}:", *rows, self.basis))


def estimate(
    asks: Iterable[Ask],
    accounts: Iterable[Account],
    specs: Mapping[str, PopulationSpec],
    *,
    share: float | None = None,
    concurrency: int = 32,
    workers: int = 1,
    kept: Iterable[Answer] = (),
) -> Estimate:
    """Expected requests and seconds of asking these accounts; `kept` are the answers of an earlier run, asked of or not.

    Of an account that the earlier run holds, its requests by service and Region are taken, those that were made again among them."""
    asks = tuple(dict.fromkeys(asks))
    entered = [account for account in accounts if account.ending == "answered"]
    before = _kept(kept, asks, entered)
    counts = [before.get(account.id) or _assumed(asks, account, specs) for account in entered]
    per_lane = min(PER_LANE if share is None else PER_LANE_GENTLE, concurrency)
    lasts = [_seconds(count, share, concurrency, per_lane) for count in counts]
    services = sorted({service for count in counts for _, service, _ in count})
    return Estimate(
        sum(count.total() for count in counts),
        max([sum(lasts) / max(workers, 1), *lasts], default=0.0),
        tuple(_service(service, counts, share, concurrency, per_lane) for service in services),
        share, concurrency, workers, len(entered), sum(account.id in before for account in entered),
    )  # fmt: skip


def duration(seconds: float) -> str:
    """ "40 s", "7 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _kept(kept: Iterable[Answer], asks: Sequence[Ask], accounts: Sequence[Account]) -> dict[str, Counts]:
    wanted = {(ask.service, ask.operation) for ask in asks}
    places = {account.id: {GLOBAL, *account.asked} for account in accounts}
    found: dict[str, Counts] = {}
    for answer in kept:
        call = answer.call
        if (call.service, call.operation) in wanted and call.region in places.get(call.account, ()):
            requests = max(1, len(answer.attempts), len(answer.pages))
            found.setdefault(call.account, Counter())[call.region, call.service, call.operation] += requests
    return found


def _assumed(asks: Sequence[Ask], account: Account, specs: Mapping[str, PopulationSpec]) -> Counts:
    counts: Counts = Counter()
    for ask in asks:
        for region, requests in _places(ask, account, specs):
            counts[region, ask.service, ask.operation] += requests
    return counts


def _places(ask: Ask, account: Account, specs: Mapping[str, PopulationSpec]) -> Iterator[tuple[str, int]]:
    """Where an ask is made, and how often there. Members that name their own Region are taken to lie in the first."""
    if ask.each is None:
        yield from ((region, 1) for region in ((GLOBAL,) if ask.whole_account else account.asked))
        return
    spec = specs[ask.each]
    regions = (GLOBAL,) if everywhere(spec, specs) else account.asked
    for listed in regions[:1] if spec.home else regions:  # such members are listed in every Region, and are the same
        region = GLOBAL if ask.whole_account else (account.asked or (listed,))[0] if ask.region is not None else listed
        if spec.listed_by == ACCOUNTS:
            yield region, 1
        else:
            own = isinstance(spec.listed_by, str)
            yield region, len(own_entries(str(spec.listed_by), account, listed)) if own else MEMBERS


def _service(service: str, counts: Sequence[Counts], share: float | None, concurrency: int, per_lane: int) -> ServiceEstimate:
    ours = [Counter({place: n for place, n in count.items() if place[1] == service}) for count in counts]
    seconds = sum(_seconds(count, share, concurrency, per_lane) for count in ours)
    return ServiceEstimate(service, sum(count.total() for count in ours), seconds)


def _seconds(counts: Counts, share: float | None, concurrency: int, per_lane: int) -> float:
    """What the fullest bucket, the fullest lane and all of it together take, whichever takes longest."""
    buckets: Counter[tuple[str, str, float, float]] = Counter()
    lanes: Counter[tuple[str, str]] = Counter()
    for (region, service, operation), requests in counts.items():
        lanes[region, service] += requests
        for limit in limits_of(service, operation) or (None,):
            name = f"{service}:*" if limit is None else limit.bucket(operation)
            burst = 1.0 if limit is None else max(1.0, limit.burst * (share or 1))
            buckets[region, name, rate_of(limit, share), burst] += requests
    paced = [max(0.0, requests - burst) / rate for (_, _, rate, burst), requests in buckets.items()]
    shared = [requests * SECONDS / per_lane for requests in lanes.values()]
    return max([counts.total() * SECONDS / concurrency, *paced, *shared], default=0.0)
