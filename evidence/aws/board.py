"""What is still to be asked in one account, in which order, and how much of it may be under way at once."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from evidence.aws.feed import AHEAD, Chain, Feed
from evidence.run.answer import GLOBAL, Answer, Call, merged
from evidence.run.scope import Account
from evidence.services.calls import call_of, needed, own_entries
from evidence.services.declare import ACCOUNTS, Ask, PopulationSpec
from evidence.services.path import Absent, WrongShape

Lane = tuple[str, str]
"""Service and Region: what is bounded besides the whole."""
BACKLOG = 5_000
"""With more listed members waiting than this, their calls go before further lists."""
_LISTS, _MEMBERS = 0, 1


@dataclass(frozen=True)
class Task:
    """A call to make now."""

    ask: Ask
    call: Call
    chain: Chain


class Board:
    """Hands out calls and takes back what came of them. Whoever uses it holds a lock.

    Lists and single calls go first, in the plan's order; a member's calls follow as its list's pages arrive. `already`
    gives the answer of a call that need not be made again. Equal calls are made once.
    """

    def __init__(
        self,
        account: Account,
        asks: Iterable[Ask],
        populations: Mapping[str, PopulationSpec],
        already: Callable[[Call], Answer | None],
        per_lane: int,
    ) -> None:
        self.account, self._already, self._per_lane = account, already, per_lane
        self._asks = tuple(dict.fromkeys(asks))
        self._number = {ask: number for number, ask in enumerate(self._asks)}
        self._deciding = {self._number[a.only.of] for a in self._asks if a.only and a.only.of in self._number}
        self._ready: tuple[dict[Lane, list[Any]], dict[Lane, list[Any]]] = ({}, {})
        self._busy: Counter[Lane] = Counter()
        self._left: Counter[int] = Counter()  # of each ask, the calls that may still come
        self._parked: list[Chain] = []
        self._feeds: dict[tuple[int, str], list[Feed]] = {}
        self._touched: list[Feed] = []
        self._seen: set[bytes] = set()
        self._waiting = 0
        self.pushed = self.reused = self.expected = 0
        self.known_in: Counter[str] = Counter()
        self.done_in: Counter[str] = Counter()
        self._begin(populations)
        self._settle()

    def _begin(self, populations: Mapping[str, PopulationSpec]) -> None:
        fans: dict[str, list[int]] = {}
        for number, ask in enumerate(self._asks):
            if ask.each is not None:
                fans.setdefault(ask.each, []).append(number)
        for place, (name, numbers) in enumerate(fans.items()):
            self._open(place, populations[name], tuple(numbers), everywhere(populations[name], populations))
        roots = []
        for number, ask in enumerate(self._asks):
            if ask.each is None:
                regions = (GLOBAL,) if ask.whole_account else self.account.asked
                self._left[number] = self._left[number] + len(regions)
                self._expect((number,), len(regions))
                roots += [Chain((0, number, place), (number,), region) for place, region in enumerate(regions)]
        for chain in roots:
            self._advance(chain)

    def _open(self, place: int, spec: PopulationSpec, numbers: tuple[int, ...], everywhere: bool) -> None:
        places = [(listed, region) for listed in spec.lists for region in ((GLOBAL,) if everywhere else self.account.asked)]
        for at, (listed, region) in enumerate(places):
            feed = Feed(place * 1000 + at, spec, numbers, self.account, region)
            self._left.update(numbers)
            if isinstance(listed, Ask) and listed in self._number:
                self._feeds.setdefault((self._number[listed], region), []).append(feed)
                continue
            feed.closed = True
            if not isinstance(listed, Ask):
                self._listed(feed, feed.add(own_entries(listed, self.account, region)))
            self._touched.append(feed)

    # Handing out

    @property
    def finished(self) -> bool:
        return not any(self._ready) and not self._busy.total()

    @property
    def known(self) -> int:
        """How many calls there are, as far as can be known now; `known_in` says it by service, and `done_in` how many ended."""
        return self.pushed + self.reused + self.expected

    def take(self) -> Task | None:
        """The call to make next, None where none may be made now."""
        lists, members = self._first(_LISTS), self._first(_MEMBERS)
        chosen = members if lists is None or (members is not None and self._waiting > BACKLOG) else lists
        if chosen is None:
            return None
        kind, lane = chosen
        task: Task = heapq.heappop(self._ready[kind][lane])[-1]
        if not self._ready[kind][lane]:
            del self._ready[kind][lane]
        self._busy[lane] += 1
        return task

    def _first(self, kind: int) -> tuple[int, Lane] | None:
        """The lane with the first call in the plan's order, of those that are not full."""
        free = [(heap[0][:2], lane) for lane, heap in self._ready[kind].items() if self._busy[lane] < self._per_lane]
        return (kind, min(free)[1]) if free else None

    # Taking back

    def page(self, task: Task, page: Mapping[str, Any]) -> None:
        """A page of a list has arrived: its members may be asked about."""
        for feed in self._feeds.get((task.chain.asks[task.chain.step], task.chain.region), ()):
            self._listed(feed, feed.page(page, task.chain.item))
        self._settle()

    def done(self, task: Task, answer: Answer | None) -> None:
        """A call has ended; its pages were seen already."""
        lane = (task.call.service, task.call.region)
        self._busy[lane] -= 1
        if not self._busy[lane]:
            del self._busy[lane]
        self.done_in[task.call.service] += 1
        self._pass(task.chain, answer)
        self._go_on(task.chain)
        self._settle()

    def _listed(self, feed: Feed, entries: int) -> None:
        self._waiting += entries
        self._expect(feed.asks, entries)
        self._left.update(dict.fromkeys(feed.asks, entries))
        self._touched.append(feed)

    def _expect(self, numbers: Iterable[int], entries: int) -> None:
        """So many calls more (or less, where it is negative) of each of these asks."""
        for number in numbers:
            self.expected += entries
            self.known_in[self._asks[number].service] += entries

    def _pass(self, chain: Chain, answer: Answer | None) -> None:
        """The chain's step is behind it, whatever came of it."""
        number = chain.asks[chain.step]
        ask = self._asks[number]
        self._left[number] -= 1
        if number in self._deciding and answer is not None and answer.ending == "answered":
            chain.values[number] = merged(answer.pages)
        pages = answer.pages if answer is not None else ()
        for feed in self._feeds.get((number, chain.region), ()):
            self._listed(feed, feed.ended(pages, chain.item))
        if ask.each is None:
            self._close(number, chain.region)
        chain.step += 1

    def _close(self, number: int, region: str) -> None:
        """Nothing more will be listed by this ask in this Region."""
        for feed in self._feeds.pop((number, region), ()):
            feed.closed = True
            self._touched.append(feed)

    def _go_on(self, chain: Chain) -> None:
        if self._advance(chain) and chain.feed is not None:
            chain.feed.under_way -= 1
            self._touched.append(chain.feed)

    def _settle(self) -> None:
        """Lets waiting members in where there is room, and parked chains go on where what they wait for has ended."""
        going_on = True
        while going_on or self._touched:
            while self._touched:
                self._pump(self._touched.pop(0))
            for number, region in list(self._feeds):  # lists that are fan-outs themselves end with their last call
                if self._asks[number].each is not None and not self._left[number]:
                    self._close(number, region)
            free = [chain for chain in self._parked if not self._must_wait(chain)]
            self._parked = [chain for chain in self._parked if self._must_wait(chain)]
            for chain in free:
                self._go_on(chain)
            going_on = bool(free)

    def _pump(self, feed: Feed) -> None:
        while feed.under_way < AHEAD:
            before = feed.waiting
            chain = feed.next()
            passed_over = before - feed.waiting - (chain is not None)
            self._waiting -= before - feed.waiting
            self._expect(feed.asks, -passed_over)
            self._left.subtract(dict.fromkeys(feed.asks, passed_over))
            if chain is None:
                break
            feed.under_way += not self._advance(chain)
        if feed.drained and feed.asks:
            self._left.subtract(feed.asks)
            feed.asks = ()

    # One chain

    def _advance(self, chain: Chain) -> bool:
        """Goes on to the chain's next call, past those that need not be made. True where the chain has ended."""
        while chain.step < len(chain.asks):
            if self._must_wait(chain):
                self._parked.append(chain)
                return False
            self.expected -= 1
            ask = self._asks[chain.asks[chain.step]]
            call = self._call(ask, chain)
            if call is None:
                self.known_in[ask.service] -= 1
                self._pass(chain, None)
                continue
            known = self._already(call)
            if known is None:
                self._push(Task(ask, call, chain))
                return False
            self.reused += 1
            self.done_in[ask.service] += 1
            for feed in self._feeds.get((chain.asks[chain.step], chain.region), ()):
                for page in known.pages:
                    self._listed(feed, feed.page(page, chain.item))
            self._pass(chain, known)
        return True

    def _must_wait(self, chain: Chain) -> bool:
        """Whether the next call comes after one that has not ended everywhere. What comes before it in its own chain has."""
        after = self._asks[chain.asks[chain.step]].after
        number = self._number.get(after) if after is not None else None
        return number is not None and number not in chain.asks and self._left[number] > 0

    def _call(self, ask: Ask, chain: Chain) -> Call | None:
        """The call of the chain's step, None where it does not apply, cannot be said, or was made before."""
        try:
            if ask.only is not None and chain.item is not None:
                decides = None if ask.only.of is None else chain.values.get(self._number.get(ask.only.of, -1))
                if needed(ask.only, chain.item, decides, self.account.since) is False:
                    return None
            call = call_of(ask, self.account, chain.region, chain.item)
        except (Absent, WrongShape, KeyError, TypeError, ValueError):
            return None  # the reader meets the same entry, and says what it lacks
        elsewhere = call.region not in (GLOBAL, *self.account.asked)
        if elsewhere and not (chain.feed is not None and chain.feed.spec.home):
            return None
        digest = blake2b(call.key.encode(), digest_size=12).digest()
        if digest in self._seen:
            return None
        self._seen.add(digest)
        return call

    def _push(self, task: Task) -> None:
        chain, lane = task.chain, (task.call.service, task.call.region)
        heap = self._ready[chain.order[0]].setdefault(lane, [])
        heapq.heappush(heap, (chain.order, chain.step, task))
        self.pushed += 1


def everywhere(spec: PopulationSpec, populations: Mapping[str, PopulationSpec]) -> bool:
    """Whether the population is listed once for the account; a nested list lies where its parents do."""
    listed = spec.listed_by
    if isinstance(listed, Ask) and listed.each is not None:
        return everywhere(populations[listed.each], populations)
    return listed == ACCOUNTS or (isinstance(listed, Ask) and listed.whole_account)
