"""The draw itself: every member can be drawn, nothing but seed and population decides, and who is drawn stays drawn."""

import dataclasses
import hashlib
import random
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.assessment.draw import Draw, digest_of, draw, line_of, text_of
from evidence.assessment.model import JUDGEMENTS, MemberResult, RequirementResult
from evidence.errors import EvidenceError
from tests.pack.example import clean

RESULT: RequirementResult = clean().requirements[0]
ACCOUNTS = ("012345678901", "111122223333", "210987654321")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
members = st.builds(
    MemberResult,
    requirement=st.just(RESULT.id), variant=st.just(""), partition=st.sampled_from(["aws", "aws-cn"]), account=st.sampled_from(ACCOUNTS),
    region=st.sampled_from(["eu-west-1", "global"]), type=st.sampled_from(["AWS::EC2::Volume", "A B"]),
    id=st.one_of(texts, st.sampled_from([" ", "%20", "a b", "é", "e\u0301", "x\ny", "=1+1"])), arn=st.just(""),
    environments=st.just(()), judgement=st.sampled_from(JUDGEMENTS), reason=st.just(""), evidence=st.just(()),
)  # fmt: skip
populations = st.lists(members, min_size=1, max_size=25, unique_by=lambda m: (m.account, m.region, m.partition, m.type, m.id))
light = settings(max_examples=40, deadline=None)
seeds = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


def used(made: Draw, use: str) -> list[str]:
    return [r.line for r in made.order if r.use == use]


@light
@given(populations)
def test_a_line_is_one_line_of_printable_ascii_that_gives_back_the_member(found: list[MemberResult]) -> None:
    lines = [line_of(m) for m in found]
    assert len(set(lines)) == len(found)
    for m, line in zip(found, lines, strict=True):
        assert line.isascii() and line.isprintable()
        assert [unquote(part) for part in line.split(" ")] == [m.account, m.region, m.partition, m.type, m.id]


@light
@given(populations, seeds, st.integers(1, 30), st.booleans(), st.booleans(), st.randoms())
def test_seed_and_population_decide_and_nothing_else(
    found: list[MemberResult], seed: str, count: int, by_account: bool, applicable_only: bool, order: random.Random
) -> None:
    """Neither the order in which members come nor what was judged of them, where all are in it."""

    def drawn(given: list[MemberResult]) -> Draw | None:
        try:
            return draw(RESULT, given, count, seed=seed, by_account=by_account, applicable_only=applicable_only)
        except EvidenceError:
            assert applicable_only and all(m.judgement == "not_applicable" for m in given)
            return None

    made, shuffled = drawn(found), list(found)
    order.shuffle(shuffled)
    again = drawn(shuffled)
    if made is None or again is None:
        assert made is again
        return
    assert made == again
    if not applicable_only:
        other = drawn([dataclasses.replace(m, judgement="gap", reason="?") for m in found])
        assert other and [(r.line, r.use) for r in other.order] == [(r.line, r.use) for r in made.order] and other.id == made.id
    for r in made.order:
        assert r.hash == hashlib.sha256(f"{seed}|{r.line}".encode()).hexdigest()
    assert [r.hash for r in made.order] == sorted(r.hash for r in made.order)


@light
@given(populations, st.integers(1, 12), st.booleans())
def test_totals_foot_and_quotas_hold(found: list[MemberResult], count: int, by_account: bool) -> None:
    made = draw(RESULT, found, count, by_account=by_account)
    assert sum(s.size for s in made.strata) == len(made.order) == len(found)
    for s in made.strata:
        size = sum(m.account == s.account for m in found) if by_account else len(found)
        assert (s.size, s.sample, s.replacements) == (size, min(count, size), max(0, min(count, size - count)))
        mine = [r for r in made.order if not by_account or r.member.account == s.account]
        assert [r.place for r in mine] == list(range(1, size + 1))
        assert [r.use for r in mine] == (["sample"] * count + ["replacement"] * count + ["not drawn"] * size)[:size]


@light
@given(populations, st.integers(1, 12), st.booleans())
def test_a_larger_sample_begins_with_the_smaller_and_keeps_its_ids(
    found: list[MemberResult], count: int, by_account: bool
) -> None:
    small, large = (draw(RESULT, found, n, by_account=by_account) for n in (count, count + 3))
    assert set(used(small, "sample")) <= set(used(large, "sample"))
    assert [small.name(r) for r in small.order] == [large.name(r) for r in large.order]
    if not by_account:
        assert (used(small, "sample") + used(small, "replacement"))[: count + 3] == used(large, "sample")[: 2 * count]


@light
@given(populations, seeds)
def test_without_the_members_not_drawn_the_same_are_drawn(found: list[MemberResult], seed: str) -> None:
    """One more or one fewer elsewhere moves nobody in or out but by rank."""
    made = draw(RESULT, found, 4, seed=seed)
    kept = [r.member for r in made.order if r.use == "sample"]
    assert used(draw(RESULT, kept, 4, seed=seed), "sample") == used(made, "sample")


@light
@given(populations)
def test_the_digest_is_of_the_sorted_lines_and_is_the_seed_that_nobody_chose(found: list[MemberResult]) -> None:
    made = draw(RESULT, found, 2)
    text = text_of(sorted(line_of(m) for m in found))
    assert made.digest == made.seed.text == digest_of(found) == hashlib.sha256(text.encode()).hexdigest()
    assert made.seed.derived and not made.seed.by


def test_every_member_can_be_drawn() -> None:
    """Each of ten is drawn about as often as any other, over 500 seeds: 150 times, give or take five deviations."""
    found = [dataclasses.replace(clean().members[0], id=f"vol-{n}") for n in range(10)]
    times = dict.fromkeys((line_of(m) for m in found), 0)
    for seed in range(500):
        for line in used(draw(RESULT, found, 3, seed=str(seed)), "sample"):
            times[line] += 1
    assert all(100 < n < 200 for n in times.values()), times


def test_not_applicable_members_are_in_it_or_left_out_as_asked() -> None:
    base = clean().members[0]
    found = [dataclasses.replace(base, id=str(n), judgement="not_applicable" if n < 3 else "meets") for n in range(8)]
    whole, part = draw(RESULT, found, 8), draw(RESULT, found, 8, applicable_only=True)
    assert (len(whole.order), whole.not_applicable) == (8, 3)
    assert (len(part.order), part.not_applicable, part.applicable_only) == (5, 3, True)
    assert whole.digest != part.digest


@pytest.mark.parametrize("seed", ["", " x", "x ", "a\nb", "é", "x" * 201, "a\0b"])
def test_a_seed_that_two_people_would_not_hash_alike_is_refused(seed: str) -> None:
    with pytest.raises(EvidenceError, match="seed"):
        draw(RESULT, clean().members, 1, seed=seed)


def test_of_nobody_nobody_is_drawn() -> None:
    unread = dataclasses.replace(RESULT, reason="It is not known whether there is any EBS volume: a list could not be read.")
    with pytest.raises(EvidenceError, match=r"nobody to draw.*could not be read"):
        draw(unread, [], 1)
