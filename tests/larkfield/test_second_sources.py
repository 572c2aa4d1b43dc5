"""The sample organisation counted a second time: the sources agree, but for two honest differences and a Region where AWS Config is off."""

from evidence.populations.answers import Answers
from evidence.populations.population import Populations
from evidence.populations.read import read_populations
from evidence.run.run import Run
from evidence.services import populations
from evidence.services.plan import asks_for
from evidence.services.second import SOURCES, read_beside
from tests.larkfield.base import ACCOUNT, BAD, GOOD
from tests.larkfield.build import KEPT
from tests.larkfield.more.second import DELETED, JUST_MADE


def read(*names: str) -> Populations:
    run = Run.open(KEPT)
    facts = run.finished()
    wanted: dict[str, tuple[str, ...]] = {}
    for name in names:
        wanted |= {name: (), **read_beside(populations()[name])}
    return read_populations(Answers(facts.scope, run.answers()), wanted, populations(), facts.as_of)


def test_the_differences_are_itemised_and_make_no_gap() -> None:
    found = read("s3.buckets", "ec2.volumes")
    buckets, volumes = found["s3.buckets"], found["ec2.volumes"]
    assert buckets.second is not None and volumes.second is not None
    new, gone = f"{ACCOUNT}/{GOOD}/{JUST_MADE}", f"{ACCOUNT}/{GOOD}/{DELETED}"
    assert buckets.second.only_ours == (new,) and "less than a day before" in buckets.second.reasons[new]
    assert volumes.second.only_theirs == (gone,) and "last recorded by AWS Config 2026-09-28" in volumes.second.reasons[gone]
    assert volumes.corroborated is False and buckets.corroborated is None
    assert {u.call for p in (buckets, volumes) for u in p.unread} == {"sts:AssumeRole"}, "the account that refuses, and no more"
    assert any(why.startswith(f"{ACCOUNT}/{BAD}: AWS Config's recorder is stopped") for why in buckets.uncounted)


def test_it_costs_three_calls_a_region_and_one_a_view() -> None:
    asks = asks_for(dict.fromkeys(SOURCES, ()), populations())
    assert [a.whole_account for a in asks if a.each is None] == [False] * 3
    assert [(a.operation, a.each) for a in asks if a.each is not None] == [("ListResources", "resource-explorer-2.views")]
