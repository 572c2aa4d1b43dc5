"""Draw: a sample of a requirement's population. Pure, and so plain that `sha256sum` and `sort` give the same.

line        one member: account, Region, partition, type and id, one space between them. Each is printable ASCII; a space, "%" and
            every other character are percent-encoded bytes of UTF-8 (RFC 3986, 2.1)
population  its lines in byte order, each ended by a newline; its digest is the SHA-256 of these bytes
rank        a line's place in the order of SHA-256("SEED|LINE"), in hex
sample      the lowest ranks, of the whole population or of each account; the next as many are its replacements, in order

AS 2315 and AU-C 530: the population is complete or said not to be, every item can be selected, and the size is the auditor's.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from evidence.assessment.model import MemberResult, RequirementResult
from evidence.errors import EvidenceError

Use = Literal["sample", "replacement", "not drawn"]
LONGEST_SEED = 200
_PLAIN = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) != "%")


@dataclass(frozen=True)
class Seed:
    """`text` is what is hashed. `by` names who gave it, "" where nobody said; nobody gave a `derived` one: it is the digest."""

    text: str
    by: str
    derived: bool


@dataclass(frozen=True)
class Ranked:
    """One member in the order of the draw. `rank` counts from 1 in the whole population, `place` among those it is drawn from: the
    whole population, or its account."""

    rank: int
    place: int
    hash: str
    line: str
    use: Use
    member: MemberResult


@dataclass(frozen=True)
class Stratum:
    """What is drawn from together: one account, or ("") the whole population."""

    account: str
    size: int
    sample: int
    replacements: int


@dataclass(frozen=True)
class Draw:
    """A draw: `order` has every member of the population, by rank.

    asked            items to draw: of the population, or of each account
    applicable_only  not-applicable members are no part of the population
    not_applicable   how many of those listed are not applicable, in it or left out
    """

    result: RequirementResult
    asked: int
    by_account: bool
    applicable_only: bool
    not_applicable: int
    digest: str
    seed: Seed
    order: tuple[Ranked, ...]

    @property
    def id(self) -> str:
        """The same for any size and strata, so that a sample that grows keeps the ids of what was drawn first."""
        of = "|".join((self.result.id, self.result.variant, self.digest, self.seed.text))
        return f"S-{hashlib.sha256(of.encode()).hexdigest()[:8]}"

    def name(self, item: Ranked) -> str:
        """A sample's id, by its rank in the whole population: "S-3fa2c1d0-007"."""
        return f"{self.id}-{item.rank:0{max(3, len(str(len(self.order))))}}"

    def used(self, use: Use) -> tuple[Ranked, ...]:
        return tuple(item for item in self.order if item.use == use)

    @property
    def strata(self) -> tuple[Stratum, ...]:
        groups = {""} if not self.by_account else {item.member.account for item in self.order}
        counted = Counter((item.member.account if self.by_account else "", item.use) for item in self.order)
        uses: tuple[Use, ...] = ("sample", "replacement", "not drawn")
        found = [(group, [counted[group, use] for use in uses]) for group in sorted(groups)]
        return tuple(Stratum(group, sum(n), n[0], n[1]) for group, n in found)


def line_of(member: MemberResult) -> str:
    """The member as a line of its population: no two members have the same."""
    parts = (member.account, member.region, member.partition, member.type, member.id)
    return " ".join(quote(part, safe=_PLAIN, errors="surrogatepass") for part in parts)


def digest_of(members: Iterable[MemberResult]) -> str:
    """The population's digest: SHA-256 in hex of `text_of` its lines."""
    return hashlib.sha256(text_of(sorted(map(line_of, members))).encode()).hexdigest()


def text_of(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def hash_of(seed: str, line: str) -> str:
    return hashlib.sha256(f"{seed}|{line}".encode()).hexdigest()


def check_seed(seed: str) -> None:
    """Raises EvidenceError for a seed that two people would not type or hash alike."""
    if not seed.isascii() or not seed.isprintable() or seed != seed.strip() or not 0 < len(seed) <= LONGEST_SEED:
        raise EvidenceError(
            f"The seed {seed[:LONGEST_SEED]!r} cannot be used.",
            f"Give 1 to {LONGEST_SEED} printable ASCII characters with no space at either end.",
        )


def draw(
    result: RequirementResult,
    members: Sequence[MemberResult],
    count: int,
    *,
    seed: str | None = None,
    seed_by: str = "",
    by_account: bool = False,
    applicable_only: bool = False,
) -> Draw:
    """Draws `count` of the requirement's `members`, or `count` of each account; all where there are not so many. Without a seed the
    population's digest is the seed. Raises EvidenceError where there is nobody to draw."""
    if seed is not None:
        check_seed(seed)
    out = sum(m.judgement == "not_applicable" for m in members)
    population = [m for m in members if not (applicable_only and m.judgement == "not_applicable")]
    if not population:
        why = result.reason or f"Of the {len(members)} listed the requirement applies to none, and these were to be left out."
        raise EvidenceError(f"There is nobody to draw for {result.id}.", why)
    digest = digest_of(population)
    given = Seed(digest, "", True) if seed is None else Seed(seed, seed_by, False)
    hashed = sorted(
        ((hash_of(given.text, line), line, m) for m, line in zip(population, map(line_of, population), strict=True)), key=_rank
    )
    places, order = Counter[str](), []
    for rank, (hash, line, member) in enumerate(hashed, start=1):
        group = member.account if by_account else ""
        places[group] += 1
        place = places[group]
        use: Use = "sample" if place <= count else "replacement" if place <= 2 * count else "not drawn"
        order.append(Ranked(rank, place, hash, line, use, member))
    return Draw(result, count, by_account, applicable_only, out, digest, given, tuple(order))


def _rank(hashed: tuple[str, str, MemberResult]) -> tuple[str, str]:
    return hashed[:2]
