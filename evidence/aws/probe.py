"""Which of the calls that a collection needs AWS would answer: each is tried once, where trying is free.

A list is asked for its first page, a call about a resource is made of the first one listed. So whatever decides a call is
in it: identity policies, boundaries, the organisation's policies, resource policies. iam:SimulatePrincipalPolicy would
need a right that no collection needs, and sees only some of these.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from evidence.aws.ask import Asker
from evidence.aws.feed import Feed
from evidence.run.answer import GLOBAL, READ, Answer, merged
from evidence.run.scope import Account
from evidence.services.calls import call_of, needed
from evidence.services.declare import Ask, Item, Only, PopulationSpec
from evidence.services.path import Absent, WrongShape, walk

AT_ONCE = 16


@dataclass(frozen=True)
class Tried:
    """One call of one account and Region, and its answer; without one `why` says why it was not made."""

    ask: Ask
    region: str
    answer: Answer | None
    why: str = ""


def probe(
    account: Account, asks: Iterable[Ask], specs: Mapping[str, PopulationSpec], asker: Asker, region: str
) -> tuple[Tried, ...]:
    """Tries every ask in one Region of the account (those without Regions under `global`)."""
    trial = _Trial(account, specs, asker, region)
    listed = tuple(dict.fromkeys(asks))
    by_depth = groupby(sorted(listed, key=trial.depth), key=trial.depth)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _, level in by_depth:
            trial.done.update({tried.ask: tried for tried in pool.map(trial.tried, list(level))})
    return tuple(trial.done[ask] for ask in listed)


def reach(account: Account, ask: Ask, asker: Asker, regions: Sequence[str]) -> tuple[Tried, ...]:
    """Tries one list in several Regions: an organisation may close Regions of which the account's own policies say nothing."""

    def one(region: str) -> Tried:
        return Tried(ask, region, asker.ask(ask, call_of(ask, account, region), first_page=True))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(pool.map(one, regions))


class _Trial:
    def __init__(self, account: Account, specs: Mapping[str, PopulationSpec], asker: Asker, region: str) -> None:
        self.account, self.specs, self.asker, self.region = account, specs, asker, region
        self.done: dict[Ask, Tried] = {}

    def depth(self, ask: Ask) -> int:
        """How many asks must have been made before this one."""
        return max((1 + self.depth(before) for before in self._before(ask)), default=0)

    def _before(self, ask: Ask) -> Iterator[Ask]:
        listed = self.specs[ask.each].listed_by if ask.each is not None else None
        of = ask.only.of if ask.only is not None else None
        yield from (before for before in (listed, ask.after, of) if isinstance(before, Ask))

    def tried(self, ask: Ask) -> Tried:
        place = GLOBAL if ask.whole_account else self.region
        item: Item | None = None
        why = self._unready(ask)
        if not why and ask.each is not None:
            item, why = self._first(ask, self.specs[ask.each])
        if why:
            return Tried(ask, place, None, why)
        try:
            call = call_of(ask, self.account, place, item)
        except (Absent, WrongShape, KeyError, TypeError, ValueError):
            return Tried(ask, place, None, "the first resource listed lacks what the call needs")
        return Tried(ask, call.region, self.asker.ask(replace(ask, poll=None), call, first_page=True))

    def _unready(self, ask: Ask) -> str:
        """Why it is too early for a call that comes after one that takes its time, if it is."""
        before = self.done.get(ask.after) if ask.after is not None else None
        if before is None or before.ask.poll is None:
            return ""
        path, finished = before.ask.poll
        try:
            ready = before.answer is not None and walk(path, merged(before.answer.pages)) in finished
        except (Absent, WrongShape):
            ready = False
        return "" if ready else f"{before.ask.name} has not finished"

    def _first(self, ask: Ask, spec: PopulationSpec) -> tuple[Item | None, str]:
        """The first listed resource that the call is made for, or why there is none."""
        if not isinstance(spec.listed_by, Ask):
            place = GLOBAL if ask.whole_account else self.region
            return {"account": self.account.id, "region": place}, ""
        listing = self.done[spec.listed_by]
        if listing.answer is None:
            return None, f"{spec.listed_by.name} was not tried"
        if listing.answer.ending not in READ:
            return None, f"{spec.listed_by.name} ended {listing.answer.ending}"
        feed = Feed(0, spec, (), self.account, listing.region)
        for page in listing.answer.pages:
            feed.page(page)
        feed.ended(listing.answer.pages)
        while (chain := feed.next()) is not None:
            item = chain.item or {}
            if ask.only is None or needed(ask.only, item, self._decided(ask.only)) is not False:
                return item, ""
            if ask.only.of is not None:  # of the first one only is it known
                break
        return None, f"there is no {spec.noun} to try it on" if ask.only is None else f"no {spec.noun} tried needs it"

    def _decided(self, only: Only) -> Any:
        """The value by which the first resource needs the call or does not; None where it is not known."""
        made = self.done.get(only.of) if only.of is not None else None
        answered = made is not None and made.answer is not None and made.answer.ending == "answered"
        return merged(made.answer.pages) if answered and made is not None and made.answer is not None else None
