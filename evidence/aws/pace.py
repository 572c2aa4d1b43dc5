"""How fast is asked: never above a documented limit's share, slower once AWS says so, faster again when it stops saying so.

One bucket counts the requests of one account and Region against one limit (evidence/services/rates.py), or, where none is
documented, against a service as a whole. A bucket hands out turns in the order in which they are asked for, so nobody starves;
whoever has a later turn sleeps, holding no lock. Its rate after throttling is botocore's own: cut to seven tenths, then back
along a cubic curve.
"""

import datetime as dt
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime

from botocore.retries.throttling import CubicCalculator

from evidence.aws.endings import THROTTLED
from evidence.errors import EvidenceError
from evidence.run.answer import Call
from evidence.services.rates import Limit, limits_of

GENTLE = 0.2
"""The share of every limit that a gentle collection takes unless the user says how much."""
LOW = 5.0
"""Requests a second: a documented limit up to this one is kept even where no share was asked for, since any list would break it."""
UNDOCUMENTED = 10.0
"""Requests a second that are taken for the limit of a service in one Region where AWS documents none and a share was asked for."""
SLOWEST = 0.5
"""Requests a second below which throttling does not bring a bucket."""
FREE = 1000.0
"""Requests a second from which a bucket that was throttled once is let go."""
LONGEST = 60.0
"""Seconds for which `Retry-After` is heeded at most: a collection is not to hang on one header."""
PER_LANE = 16
"""Calls at once to one service in one Region; with a share PER_LANE_GENTLE, so that calls that wait leave room for other services."""
PER_LANE_GENTLE = 2


def rate_of(limit: Limit | None, share: float | None) -> float:
    """Requests a second that may be made of a limit, None being an undocumented one; infinite where nothing is to be kept."""
    if share is None:
        return limit.rate if limit is not None and limit.rate <= LOW else math.inf
    return share * (UNDOCUMENTED if limit is None else limit.rate)


class _Bucket:
    """Tokens at a moment, which lies ahead where turns have been given away: whoever uses it holds the pacer's lock."""

    def __init__(self, cap: float, burst: float, known: float, now: float) -> None:
        self.cap = self.rate = cap
        self.burst = self._tokens = burst
        self._known, self._at = known, now
        self._given: deque[float] = deque(maxlen=256)
        self._cubic: CubicCalculator | None = None
        self._cut, self._paused, self.put_off = -math.inf, -math.inf, 0.0

    def earliest(self, now: float) -> float:
        """When the next request may be made: after those that have a turn already."""
        self._refill(now)
        return self._at + max(0.0, 1 - self._tokens) / self.rate

    def take(self, at: float) -> None:
        """Gives a turn away, at its earliest or later."""
        self._refill(at)
        self._tokens = max(0.0, self._tokens - 1)
        self._given.append(at)

    def throttled(self, asked: float, now: float) -> None:
        """Cuts the rate, once for all requests that were on their way when it was cut."""
        if asked <= self._cut:
            return
        self._refill(now)
        lately = sum(1 for given in self._given if now - 1 < given <= now)
        rate = min(self.rate, self._known, max(1.0, lately))
        self._cubic = CubicCalculator(rate, now)
        self._tokens, self._cut = 0.0, now
        self._set(self._cubic.error_received(rate, now))

    def passed(self, now: float) -> None:
        """Lets the rate grow back, up to what it was before."""
        if self._cubic is not None:
            self._refill(now)
            self._set(self._cubic.success_received(now))
            if self.rate >= min(self.cap, FREE):
                self.rate, self._cubic = self.cap, None

    def pause(self, seconds: float, now: float) -> None:
        """Puts every turn off, those that were given away already too, until so many seconds from now."""
        later = now + seconds - max(now, self._paused)
        if later > 0:
            self._refill(now)
            self._at += later
            self._tokens = min(self._tokens, 1.0)
            self._paused = now + seconds
            self.put_off += later

    def _set(self, rate: float) -> None:
        self.rate = min(self.cap, max(min(SLOWEST, self.cap), rate))

    def _refill(self, now: float) -> None:
        if now > self._at:
            self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
            self._at = now


class Pacer:
    """The buckets of all accounts that this worker asks. Safe to share between threads.

    `share` of every limit is never exceeded (0.2: a fifth; where none is documented, of UNDOCUMENTED); with None only limits up to
    LOW are kept. `clock` is monotone, in seconds. Raises EvidenceError where the share is none."""

    def __init__(
        self,
        share: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if share is not None and not 0 < share <= 1:
            raise EvidenceError(
                f"{share:g} is no share of a limit.", "Name one above 0 and up to 1, e.g. --gentle 0.2 for a fifth."
            )
        self.share, self.clock, self.sleep = share, clock, sleep
        self.per_lane = PER_LANE if share is None else PER_LANE_GENTLE
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def gate(self, call: Call) -> "Gate":
        """What each request of the call passes."""
        limits = limits_of(call.service, call.operation)
        found: list[tuple[str, Limit | None]] = [(limit.bucket(call.operation), limit) for limit in limits]
        with self._lock:
            return Gate(self, [self._bucket(call, *one) for one in found or [(f"{call.service}:*", None)]])

    def rate(self, call: Call) -> float:
        """Requests a second that such a call may make now; infinite where nothing holds it back."""
        buckets = self.gate(call).buckets
        with self._lock:
            return min(bucket.rate for bucket in buckets)

    def _bucket(self, call: Call, name: str, limit: Limit | None) -> _Bucket:
        place = (call.account, name, call.region)
        if place not in self._buckets:
            burst = 1.0 if limit is None else max(1.0, limit.burst * (self.share or 1))
            known = math.inf if limit is None else limit.rate
            self._buckets[place] = _Bucket(rate_of(limit, self.share), burst, known, self.clock())
        return self._buckets[place]

    def wait(self, buckets: Sequence[_Bucket]) -> float:
        """Sleeps until a turn has come that all of the buckets give, and says when that was."""
        with self._lock:
            now = self.clock()
            turn = max(bucket.earliest(now) for bucket in buckets)
            for bucket in buckets:
                bucket.take(turn)
            before = [bucket.put_off for bucket in buckets]
        while True:
            if turn > now:
                self.sleep(turn - now)
            with self._lock:
                put_off = [bucket.put_off for bucket in buckets]
                if put_off == before:
                    return turn
                turn += max(new - old for new, old in zip(put_off, before, strict=True))
                before, now = put_off, self.clock()

    def heard(self, buckets: Sequence[_Bucket], asked: float, throttled: bool, pause: float) -> None:
        """Takes in what an answer says about the pace; `asked` is the turn of its request."""
        with self._lock:
            now = self.clock()
            for bucket in buckets:
                if throttled:
                    bucket.throttled(asked, now)
                else:
                    bucket.passed(now)
                if pause:
                    bucket.pause(pause, now)


class Gate:
    """What the requests of one call pass, one after the other: `wait` before each is signed, `heard` after each."""

    def __init__(self, pacer: Pacer, buckets: list[_Bucket]) -> None:
        self.pacer, self.buckets = pacer, buckets
        self._asked = -math.inf

    def wait(self) -> None:
        self._asked = self.pacer.wait(self.buckets)

    def heard(self, status: int | None, code: str | None, headers: Mapping[str, str], now: dt.datetime) -> None:
        """`headers` by lower-case name; `now` (UTC) for a `Retry-After` that names a date."""
        pause = retry_after(headers, now) if status in (429, 503) or code in THROTTLED else 0.0
        throttled = code in THROTTLED or status == 429 or pause > 0
        self.pacer.heard(self.buckets, self._asked, throttled, pause)


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> float:
    """Seconds that the answer asks us to wait, LONGEST at most; 0 where it asks for nothing that makes sense.

    `Retry-After` holds seconds or a date (RFC 9110, 10.2.3); `x-amz-retry-after` milliseconds, by which botocore delays its own
    retry too, though by five seconds at most."""
    waits = [_or_zero(float, headers.get("retry-after")), _or_zero(float, headers.get("x-amz-retry-after")) / 1000]
    date = _or_zero(lambda text: parsedate_to_datetime(text).timestamp(), headers.get("retry-after"))
    waits.append(date - now.timestamp())
    return max(0.0, min(LONGEST, max(waits)))


def _or_zero(read: Callable[[str], float], text: str | None) -> float:
    try:
        value = read(text) if text else 0.0
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return value if math.isfinite(value) else 0.0
