"""An account judged alone says what the whole run says of it, and the accounts together come to the whole."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.assessment import tally
from evidence.assessment.assess import assess, assess_account, shared_of
from evidence.assessment.model import PopulationFacts
from evidence.assessment.rules import rules_of
from evidence.assessment.tally import Sum, Tally
from evidence.assessment.together import part_of, together
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING, Acceptance, Response, Statements
from evidence.populations.population import Second
from evidence.populations.recount import both_uncounted, read_uncounted, told_uncounted
from evidence.populations.shared import Shared
from evidence.programs.load import program
from evidence.requirements import requirements
from evidence.requirements.declare import Requirement
from evidence.requirements.needs import needs
from evidence.run.answer import Answer
from evidence.run.run import RunFacts
from evidence.run.scope import Account
from evidence.services import populations
from tests.assessment.account_by_account import accounts_of, asking, both, differences, sample, shared_by
from tests.judging import ACCOUNT, REGION, answered, ended

ANALYZERS, ROOT = "accessanalyzer.regions.external-access", "iam.account.root-managed-centrally"
SOME = asking(
    ANALYZERS, ROOT, "ec2.volumes.encrypted", "elasticbeanstalk.environments.managed-updates", "iam.users.console-mfa",
    "kms.keys.rotation", "s3.buckets.encrypted", "artifact.account.report-published",
)  # fmt: skip
STATED = Statements(
    acceptances=tuple(
        Acceptance(id=id, requirement=requirement, members=("*",), tags=tags, reason="r", owner="o", approver="a",
                   opened=dt.date(2026, 7, 1), expires=expires)
        for id, requirement, tags, expires in (
            ("A-1", "ec2.volumes.encrypted", {}, dt.date(2026, 12, 31)), ("A-2", "s3.buckets.encrypted", {"team": "*"}, dt.date(2026, 12, 31)),
            ("A-3", "kms.keys.rotation", {}, dt.date(2026, 8, 31)),
        )
    ),
    responses=(Response(requirement="iam.users.console-mfa", members=("*",), owner="o", response="Soon."),),
)  # fmt: skip


def test_the_sample_organisation_account_by_account_is_the_sample_organisation() -> None:
    kept, answers = sample()
    programs = (program("soc2-2017"), program("cis-aws-foundations-7.0"), SOME)
    whole, sum, alone = both(kept, answers, programs, STATED)
    assert differences(whole, sum, alone) == []
    assert {m.requirement for m in whole.members} >= {ANALYZERS, ROOT} and len(alone) == 4 and whole.aws_side.reports
    assert not sum.left_off and sum.exceptions == len(whole.exceptions)
    calls = Counter[str]()
    for one in alone:
        calls.update(one.run.calls)
    assert {ending: n for ending, n in calls.items() if n} == {ending: n for ending, n in kept.calls.items() if n}


def test_without_what_the_others_share_an_account_would_be_judged_otherwise() -> None:
    """Otherwise the shared table would prove nothing."""
    kept, answers = sample()
    rules = rules_of((SOME,), requirements(), populations())
    shared = shared_by(kept, answers, rules)
    nothing = Shared(shared.run, shared.regions, {})
    own = [a for a in answers if a.call.account == ACCOUNT]
    seen, blind = (assess_account(kept, ACCOUNT, own, rules, table) for table in (shared, nothing))
    differ = {a.requirement for a, b in zip(seen.members, blind.members, strict=True) if a != b}
    assert differ == {ANALYZERS, ROOT}


def organisation(seed: int) -> tuple[RunFacts, list[Answer]]:
    """The sample's accounts, some of them left out, one there again under another id, or shut; some of the answers otherwise."""
    (kept, answers), chance = sample(), Random(seed)
    chosen = chance.sample(kept.scope.accounts, chance.randint(1, 4))
    found = [a for a in answers if a.call.account in {account.id for account in chosen}]
    if chance.random() < 0.5:
        one, id = chance.choice(chosen), "999988887777"
        twins = {a.id: replace(a, call=replace(a.call, account=id)) for a in found if a.call.account == one.id}
        found += twins.values()
        chosen.append(replace(one, id=id, seen=tuple(twins[seen].id for seen in one.seen)))
    for n, account in enumerate(chosen):
        changed = chance.choice([{}, {}, {}, {"ending": "denied"}, {"regions": {}}, {"status": "out of scope"}])
        chosen[n] = replace(account, **changed)
    touched = [n for n, a in enumerate(found) if a.call.operation in _TOUCHED]
    how = {n: chance.choice(_ENDINGS) for n in chance.sample(touched, min(len(touched), chance.randint(0, 25)))}
    kept = replace(kept, scope=replace(kept.scope, accounts=tuple(sorted(chosen, key=lambda a: a.id))))
    ended = (a if n not in how else replace(a, ending=how[n], code="Code") for n, a in enumerate(found))
    asked = {account.id for account in chosen if account.status == "in scope"}
    return kept, [a for a in ended if a.ending != "not asked" and a.call.account in asked]


_ENDINGS: tuple[Any, ...] = ("denied", "throttled", "absent", "gone", "not asked", "not asked")
_TOUCHED = {
    "ListAnalyzers", "DescribeOrganization", "ListOrganizationsFeatures", "GetCredentialReport", "ListUsers", "ListBuckets", "DescribeVolumes",
    "GetBucketEncryption", "DescribeEnvironments", "DescribeStacks", "DescribeConfigurationRecorderStatus", "ListDiscoveredResources",
    "SelectResourceConfig", "ListViews", "Search", "GetResources", "ListKeys", "DescribeKey", "DescribeRegions", "GetCallerIdentity",
}  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_the_accounts_of_any_organisation_come_to_the_whole(seed: int) -> None:
    kept, answers = organisation(seed)
    whole, sum, alone = both(kept, answers, (SOME,), STATED)
    assert differences(whole, sum, alone) == []


def test_the_shared_table_keeps_every_type_and_gap_through_json() -> None:
    kept, answers = sample()
    denied = [
        replace(a, ending="denied", code="No", pages=()) if a.call.operation == "ListOrganizationsFeatures" else a
        for a in answers
    ]
    shared = shared_of(kept, denied, rules_of((SOME,), requirements(), populations()))
    again = Shared.from_json(shared.to_json(), populations())
    assert again.to_json() == shared.to_json() and again.digest == shared.digest
    for name, population in shared.populations.items():
        other = again.populations[name]
        assert (population.members, population.unread, population.lists) == (other.members, other.unread, other.lists)
        for column in population.cells:
            for part in ("_values", "_gaps", "_sources"):
                assert list(getattr(population[column], part)) == list(getattr(other[column], part)), (name, column, part)
    assert any(gap is not None for gap in shared.populations["iam.account"].root_features._gaps)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"schema": 2}', b'{"schema": 1, "run": "r", "regions": [], "populations": {"x": {}}}']
)
def test_what_is_no_shared_table_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(EvidenceError, match="What an account may know of the others cannot be read"):
        Shared.from_json(data, populations())


@pytest.mark.parametrize("id", [ANALYZERS, ROOT])
def test_a_look_up_in_all_accounts_that_is_not_declared_is_refused(id: str) -> None:
    declared = requirements()[id]
    undeclared: Requirement = replace(declared, across=())
    kept, answers = sample()
    with pytest.raises(ValueError, match="the requirement must name it in `across`"):
        needs([undeclared], populations())
    with pytest.raises(ValueError, match="must stand in `uses`"):
        replace(declared, across=("ec2.volumes",))
    with pytest.raises(ValueError, match="`across`"):
        assess(kept, answers, (asking(id),), {**requirements(), id: undeclared}, populations())


def test_an_account_that_is_missing_or_comes_twice_is_never_summed_over() -> None:
    kept, answers = sample()
    rules = rules_of((asking("ec2.volumes.encrypted"),), requirements(), populations())
    parts = [part_of(one) for one in accounts_of(kept, answers, rules)]
    for wrong in (parts[:-1], parts[1:], [parts[0], *parts], [*parts, parts[-1]], parts[::-1]):
        with pytest.raises(ValueError, match="the part of account"):
            together(kept, rules, wrong)
    with pytest.raises(KeyError):
        assess_account(kept, "100020003000", (), rules, shared_by(kept, answers, rules))


def many(accounts: int) -> Any:
    """An organisation of so many accounts, none of which holds the organisation's analyzer; the first was not answered."""
    kept, _ = sample()
    ids = [f"{n:012}" for n in range(1, accounts + 1)]
    scope = replace(kept.scope, accounts=tuple(Account(id, regions={REGION: "asked"}) for id in ids))
    organisation = {"Organization": {"Id": "o-1", "MasterAccountId": ids[0]}}
    said = [answered("organizations", "DescribeOrganization", organisation, region="global", account=id) for id in ids]
    lists = [answered("accessanalyzer", "ListAnalyzers", {"analyzers": []}, account=id) for id in ids[1:]]
    return replace(kept, scope=scope), [*said, *lists, ended("accessanalyzer", "ListAnalyzers", "denied", account=ids[0])]


def test_where_no_account_has_it_each_cites_its_own_list_and_not_those_of_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.populations.population.LISTS_CITED", 3)
    kept, answers = many(9)
    whole, sum, alone = both(kept, answers, (asking(ANALYZERS),), NOTHING)
    assert differences(whole, sum, alone) == []
    lists = {a.call.account: a.id for a in answers if a.call.operation == "ListAnalyzers"}
    for member in whole.members:
        cited = [account for account, id in lists.items() if id in member.evidence]
        assert member.judgement == "gap" and member.account in cited
        assert len(set(cited) - {member.account}) == 3


def test_sums_name_the_first_entries_of_what_grows_and_count_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "NAMED", 3)
    kept, answers = many(9)
    rules = rules_of((asking(ANALYZERS),), requirements(), populations())
    sum = together(kept, rules, map(part_of, accounts_of(kept, answers, rules)))
    (result,) = sum.requirements
    whole = assess(kept, answers, rules.programs, requirements(), populations()).requirements[0]
    assert (result.counts, result.judgement) == (whole.counts, whole.judgement) and result.population.listed == 9
    again = Sum("r", "", "p", "thing")
    for n in range(5):
        second = Second("s", "l", 2, 2, 0, (f"{n}/a", f"{n}/b"), (f"{n}/c", f"{n}/d"), {f"{n}/a": "why"})
        facts = PopulationFacts("p", "thing", 1, 1, 0, 0, True, False, second, (), (f"gone-{n}",), 0)
        again.add(Tally("r", "", facts, {"meets": 1, "exception": 0, "gap": 0, "not_applicable": 0}, 0, (f"list-{n}",)))
    found = again.tally()
    assert found.lists == ("list-0", "list-1", "list-2") and found.population.gone == ("gone-0", "gone-1", "gone-2")
    assert found.left_off == {"gone": 2, "lists": 2, "only_ours": 7, "only_theirs": 7} and found.number("only_ours") == 10
    assert found.population.second is not None and found.population.second.ours == 10
    assert dict(found.population.second.reasons) == {"0/a": "why", "1/a": "why"}


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        ([(True, True), (None, False)], True),
        ([(True, True), (None, True)], None),
        ([(True, True), (None, True), (False, True)], False),
        ([(None, False)], None),
    ],
)
def test_accounts_that_had_nothing_to_be_counted_again_do_not_spoil_a_second_count(
    parts: list[tuple[bool | None, bool]], together: bool | None
) -> None:
    sum = Sum("r", "", "p", "thing")
    for corroborated, comparable in parts:
        facts = PopulationFacts("p", "thing", 0, 0, 0, 0, True, corroborated, None, (), (), 0)
        sum.add(Tally("r", "", facts, dict.fromkeys(("meets", "exception", "gap", "not_applicable"), 0), 0, (), comparable))
    assert sum.tally().population.corroborated is together


def test_an_account_of_which_no_region_is_asked_has_nothing_to_be_counted_again() -> None:
    kept, _ = sample()
    scope = replace(kept.scope, accounts=(Account(ACCOUNT, regions={REGION: "out of scope"}),))
    answers = [answered("s3", "ListBuckets", {"Buckets": []}, region="global", MaxBuckets=1000)]
    found = assess(replace(kept, scope=scope), answers, (asking("s3.buckets.encrypted"),), requirements(), populations())
    assert found.requirements[0].population.complete and "s3.buckets" in found.incomparable


PLACES = st.lists(st.tuples(st.integers(0, 99), st.sampled_from(["eu-west-1", "global"])), min_size=1, max_size=9, unique=True)
WHYS = st.dictionaries(st.sampled_from(["denied", "a: b, c and 5 more", "x"]), PLACES, max_size=3)


def _told(found: Any) -> tuple[str, ...]:
    names = {why: sorted(f"{n:012}/{region}" for n, region in places) for why, places in found.items()}
    return told_uncounted({why: (len(places), tuple(places[:3])) for why, places in names.items()})


@given(WHYS, WHYS)
def test_what_could_not_be_counted_again_adds_up(one: Any, other: Any) -> None:
    other = {why: [(n + 100, region) for n, region in places] for why, places in other.items()}
    joined = {why: [*one.get(why, ()), *other.get(why, ())] for why in {*one, *other}}
    assert told_uncounted(both_uncounted(read_uncounted(_told(one)), read_uncounted(_told(other)))) == _told(joined)
