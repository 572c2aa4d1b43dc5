"""What a second source says, wherever it is shown: a difference with its reason, and where nothing could be counted again."""

from dataclasses import replace

from evidence.assessment.model import Assessment
from evidence.pack.lens import Lens
from evidence.pack.ticket.say import reconciled, second
from evidence.pack.view_completeness import completeness
from evidence.pack.workbook.populations import differences, reconciliation
from evidence.populations.population import Second
from tests.pack.example import example

WHERE = "012345678901/eu-central-1"
WHY = f"{WHERE}: AWS Config's recorder is stopped"
COUNTED = Second(
    "config.recorded",
    "It is behind. It may be filtered.",
    3,
    3,
    2,
    (f"{WHERE}/new",),
    (f"{WHERE}/old",),
    {f"{WHERE}/new": "made just now"},
)


def shown(corroborated: bool | None, counted: Second | None) -> tuple[Assessment, str]:
    """The example, its first population counted again so."""
    made = example()
    name = made.requirements[0].population.name
    again = tuple(
        replace(r, population=replace(r.population, corroborated=corroborated, second=counted, uncounted=(WHY,)))
        if r.population.name == name
        else r
        for r in made.requirements
    )
    return replace(made, requirements=again), name


def test_a_difference_is_shown_with_its_reason_where_one_is_known() -> None:
    made, name = shown(False, COUNTED)
    rows = [row for row in differences(made).rows if row[0] == name]
    assert sorted((row[5], row[-1]) for row in rows) == [("new", "made just now"), ("old", "")]
    view = completeness(Lens(made, made.programs))
    found = {side: items for n, side, items, _ in view["differences"] if n == name}
    assert found["only in the list"] == [(f"{WHERE}/new", "made just now")]
    assert found["only in the second source"] == [(f"{WHERE}/old", "")]


def test_where_nothing_was_counted_again_it_says_why() -> None:
    made, name = shown(None, None)
    assert ([(WHY, [name])], 0) == completeness(Lens(made, made.programs))["uncounted"]
    row = next(row for row in reconciliation(made).rows if row[0] == name)
    assert row[3] == "uncorroborated" and row[-1] == WHY


def test_a_count_in_part_is_neither_a_confirmation_nor_nothing() -> None:
    made, name = shown(None, COUNTED)
    row = next(row for row in reconciliation(made).rows if row[0] == name)
    assert row[3] == "in part" and row[5:10] == (3, 3, 2, 1, 1)
    verdicts = {p.name: verdict for p, verdict, *_ in completeness(Lens(made, made.programs))["rows"]}
    assert verdicts[name] == "counted again in part"
    result = next(r for r in made.requirements if r.population.name == name)
    assert second(result.population) == "in part: config.recorded names 2 of the 3 where both were read"
    assert "1 was counted again in part" in reconciled([result])


def test_what_several_sources_do_not_show_is_said_once() -> None:
    made, _ = shown(True, COUNTED)
    every = tuple(replace(r, population=replace(r.population, second=COUNTED)) for r in made.requirements)
    view = completeness(Lens(replace(made, requirements=every), made.programs))
    assert view["limits"] == ["It is behind.", "It may be filtered."] and {limits for *_, limits, _ in view["rows"]} == {""}
