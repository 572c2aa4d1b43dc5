"""Populations whose members stand in more than one list, and those that a second source knows of."""

from evidence.populations.answers import Answers
from evidence.populations.population import Population
from evidence.populations.read import read_populations
from evidence.run.answer import Answer
from evidence.run.scope import Account, Scope
from evidence.services.declare import Ask, Corroboration, PopulationSpec, text
from evidence.services.plan import asks_for
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

OPEN = Ask("lib", "ListBooks", ("lib:ListBooks",), result="Books")
LOCKED = Ask("lib", "ListBooks", ("lib:ListBooks",), parameters={"Shelf": "locked"}, result="Books")
COVER = Ask("lib", "GetCover", ("lib:GetCover",), each="lib.books", given={"Book": "Title"}, gone=frozenset({"NoSuchBook"}))
CATALOGUE = Ask("lib", "SearchCatalogue", ("lib:SearchCatalogue",), result="Found")
SPECS = {
    "lib.books": PopulationSpec(
        "lib.books", "book", "Lib::Book", OPEN, {"colour": text("Colour", of=COVER)}, items="Books[]", identity="Title",
        corroborated_by=Corroboration("lib.catalogue", "title", "^(.+)$"), also=(LOCKED,),
    ),
    "lib.catalogue": PopulationSpec(
        "lib.catalogue", "entry", "Lib::Entry", CATALOGUE, {"title": text("Title")}, items="Found[]", identity="Title",
    ),
}  # fmt: skip


def read(*answers: Answer) -> Population:
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}),))
    wanted = {"lib.books": ("colour",), "lib.catalogue": ("title",)}
    return read_populations(Answers(scope, answers), wanted, SPECS, AS_OF)["lib.books"]


def books(*titles: str, **parameters: str) -> Answer:
    return answered("lib", "ListBooks", {"Books": [{"Title": t} for t in titles]}, **parameters)


def catalogue(*titles: str) -> Answer:
    return answered("lib", "SearchCatalogue", {"Found": [{"Title": t} for t in titles]})


def test_members_of_every_list_count_once_and_name_the_list_they_were_first_seen_in() -> None:
    first, second = books("one", "two"), books("two", "three", Shelf="locked")
    found = read(first, second, catalogue("one", "two", "three"))
    assert [(m.id, m.listed) for m in found.members] == [("one", first.id), ("two", first.id), ("three", second.id)]
    assert found.lists == {(ACCOUNT, REGION): (first.id, second.id)}
    assert found.complete and found.corroborated is True


def test_one_list_of_several_unread_leaves_the_population_incomplete() -> None:
    denied = ended("lib", "ListBooks", "denied", Shelf="locked")
    for answers in ((books("one"), denied), (books("one"),), (books("one", Shelf="locked"),)):
        found = read(*answers, catalogue("one"))
        assert [m.id for m in found.members] == ["one"] and not found.complete


def test_what_only_the_second_source_names_makes_the_population_incomplete() -> None:
    found = read(books("one"), books(Shelf="locked"), catalogue("one", "hidden"))
    assert found.corroborated is False
    assert ["hidden" in u.detail for u in found.unread] == [True]


def test_a_member_that_went_away_while_it_was_read_was_listed_all_the_same() -> None:
    gone = ended("lib", "GetCover", "gone", Book="two")
    found = read(books("one", "two"), books(Shelf="locked"), gone, catalogue("one", "two"))
    assert [m.id for m in found.gone] == ["two"] and found.complete and found.corroborated is True


def test_the_plan_asks_every_list_before_what_fans_out_from_it() -> None:
    assert asks_for({"lib.books": ("colour",)}, SPECS) == (OPEN, LOCKED, COVER)
