"""Populations whose list is asked for each member of another population."""

from dataclasses import replace

import pytest

from evidence.populations.answers import Answers
from evidence.populations.population import Population
from evidence.populations.read import read_populations
from evidence.run.answer import Answer
from evidence.run.scope import Account, Scope
from evidence.services.calls import call_of
from evidence.services.declare import Ask, Only, PopulationSpec, text
from evidence.services.path import WrongShape
from evidence.services.plan import asks_for
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

SHELVES = Ask("lib", "ListShelves", ("lib:ListShelves",), result="Shelves")
BOOKS = Ask(
    "lib",
    "ListBooks",
    ("lib:ListBooks",),
    each="lib.shelves",
    given={"Shelf": "Name"},
    only=Only("Kind", frozenset({"open"})),
    gone=frozenset({"NoSuchShelf"}),
    result="Books",
)
PAGES = Ask("lib", "ListPages", ("lib:ListPages",), each="lib.books", given={"Book": "Title"}, result="Pages")
COVER = Ask("lib", "GetCover", ("lib:GetCover",), each="lib.books", given={"Book": "Title"}, result="Colour")

SPECS = {
    "lib.shelves": PopulationSpec("lib.shelves", "shelf", "Lib::Shelf", SHELVES, {}, items="Shelves[]", identity="Name"),
    "lib.books": PopulationSpec(
        "lib.books",
        "book",
        "Lib::Book",
        BOOKS,
        {"author": text("Author"), "colour": text("Colour", of=COVER)},
        items="Books[]",
        identity="Title",
    ),
    "lib.pages": PopulationSpec("lib.pages", "page", "Lib::Page", PAGES, {}, items="Pages[]", identity="Number"),
}


def read(name: str, *answers: Answer, columns: tuple[str, ...] = (), regions: tuple[str, ...] = (REGION,)) -> Population:
    scope = Scope((Account(ACCOUNT, regions=dict.fromkeys(regions, "asked")),))
    return read_populations(Answers(scope, answers), {name: columns}, SPECS, AS_OF)[name]


def shelves(*names: str, kind: str = "open", region: str = REGION) -> Answer:
    return answered("lib", "ListShelves", {"Shelves": [{"Name": n, "Kind": kind} for n in names]}, region=region)


def books(shelf: str, *titles: str, region: str = REGION) -> Answer:
    return answered("lib", "ListBooks", {"Books": [{"Title": t, "Author": "x"} for t in titles]}, region=region, Shelf=shelf)


def names(population: Population) -> list[str]:
    return [m.id for m in population.members]


def unread(population: Population) -> list[tuple[str, str, str]]:
    return [(u.region, u.call, u.ending) for u in population.unread]


def test_members_of_every_parent_are_listed_and_the_population_is_complete() -> None:
    found = read("lib.books", shelves("a", "b"), books("a", "one", "two"), books("b", "three"))
    assert names(found) == ["one", "two", "three"] and found.complete


def test_a_member_names_the_answer_that_listed_it_and_the_lists_include_the_parents_list() -> None:
    parent, first, second = shelves("a", "b"), books("a", "one"), books("b", "two")
    found = read("lib.books", parent, first, second)
    assert [m.listed for m in found.members] == [first.id, second.id]
    assert found.lists == {(ACCOUNT, REGION): (parent.id, first.id, second.id)}


def test_a_list_that_was_not_asked_or_denied_leaves_the_population_incomplete() -> None:
    found = read("lib.books", shelves("a", "b", "c"), books("a", "one"), ended("lib", "ListBooks", "denied", Shelf="b"))
    assert names(found) == ["one"]
    assert unread(found) == [(REGION, "lib:ListBooks", "denied"), (REGION, "lib:ListBooks", "not asked")]


def test_a_list_cut_off_between_pages_keeps_what_was_seen_and_is_unread() -> None:
    cut = ended("lib", "ListBooks", "throttled", {"Books": [{"Title": "one"}]}, Shelf="a")
    found = read("lib.books", shelves("a"), cut)
    assert names(found) == ["one"] and unread(found) == [(REGION, "lib:ListBooks", "throttled")]


def test_a_parents_unread_list_makes_the_children_incomplete_too() -> None:
    found = read("lib.books", shelves("a"), books("a", "one"), regions=(REGION, "eu-west-2"))
    assert names(found) == ["one"] and unread(found) == [("eu-west-2", "lib:ListShelves", "not asked")]
    assert unread(read("lib.books", ended("lib", "ListShelves", "denied"))) == [(REGION, "lib:ListShelves", "denied")]


def test_a_parent_that_went_away_meanwhile_is_no_gap() -> None:
    found = read("lib.books", shelves("a", "b"), books("a", "one"), ended("lib", "ListBooks", "gone", Shelf="b"))
    assert names(found) == ["one"] and found.complete


def test_no_parents_after_a_full_list_means_no_children() -> None:
    parent = shelves()
    found = read("lib.books", parent)
    assert len(found) == 0 and found.complete and found.lists == {(ACCOUNT, REGION): (parent.id,)}


def test_a_parent_for_which_the_list_does_not_apply_has_no_children() -> None:
    assert read("lib.books", shelves("a", kind="closed")).complete


def test_a_parent_without_what_the_call_needs_to_decide_is_asked_and_missed() -> None:
    strange = answered("lib", "ListShelves", {"Shelves": [{"Name": "a", "Kind": ["open"]}]})
    assert unread(read("lib.books", strange)) == [(REGION, "lib:ListBooks", "not asked")]


def test_an_unreadable_list_is_unread_and_costs_only_itself() -> None:
    strange = answered("lib", "ListBooks", {"Books": "many"}, Shelf="b")
    found = read("lib.books", shelves("a", "b"), books("a", "one"), strange)
    assert names(found) == ["one"] and unread(found) == [(REGION, "lib:ListBooks", "unreadable")]


def test_an_entry_with_an_empty_identity_is_no_member_and_leaves_the_list_incomplete() -> None:
    found = read("lib.shelves", shelves("a", "", ""))
    assert names(found) == ["a"] and unread(found) == [(REGION, "lib:ListShelves", "unreadable")] * 2
    assert "Name" in found.unread[0].detail


def test_nothing_is_asked_about_an_empty_name() -> None:
    account = Account(ACCOUNT, regions={REGION: "asked"})
    for given in ("Name", "shelf-{Name}-x", ("Name",)):
        ask = replace(BOOKS, given={"Shelf": given})
        assert call_of(ask, account, REGION, {"Name": "a"}).parameters
        with pytest.raises(WrongShape, match="Name is empty"):
            call_of(ask, account, REGION, {"Name": ""})


def test_lists_nest_to_any_depth_and_every_level_counts() -> None:
    pages = answered("lib", "ListPages", {"Pages": [{"Number": "1"}]}, Book="one")
    found = read("lib.pages", shelves("a", "b"), books("a", "one"), ended("lib", "ListBooks", "denied", Shelf="b"), pages)
    assert names(found) == ["1"] and unread(found) == [(REGION, "lib:ListBooks", "denied")]


def test_the_same_child_under_two_parents_is_one_member() -> None:
    assert names(read("lib.books", shelves("a", "b"), books("a", "one"), books("b", "one"))) == ["one"]


def test_children_stand_in_their_parents_region_and_their_own_calls_are_looked_up_there() -> None:
    cover = answered("lib", "GetCover", {"Colour": "red"}, region="eu-west-2", Book="one")
    answers = (shelves(), shelves("a", region="eu-west-2"), books("a", "one", region="eu-west-2"), cover)
    found = read("lib.books", *answers, columns=("colour",), regions=(REGION, "eu-west-2"))
    assert found.members[0].region == "eu-west-2" and (found.colour == "red").listed() == [True]


def test_the_plan_asks_parents_before_children() -> None:
    assert asks_for({"lib.pages": (), "lib.books": ("colour",)}, SPECS) == (SHELVES, BOOKS, PAGES, COVER)
