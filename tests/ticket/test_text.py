"""What a ticket says of an invented company, and that hostile text stays text in it."""

import dataclasses
import datetime as dt
import json
import re

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evidence.assessment.model import CONCLUSIONS, Assessment, RequirementResult
from evidence.errors import EvidenceError
from evidence.management.model import Response
from evidence.pack.printing import Printable, print_pdf
from evidence.pack.ticket.index import index
from evidence.pack.ticket.make import cited, find, ticket_of
from evidence.pack.ticket.model import Origin, Ticket, key_of, name_of
from evidence.pack.ticket.readme import readme
from evidence.pack.ticket.say import runs
from evidence.pack.ticket.schema import described, schema_json
from evidence.pack.ticket.text import (
    FITS,
    MARKDOWN_BYTES,
    WIKI_CHARACTERS,
    Fit,
    code,
    html,
    markdown,
    one_line,
    ours,
    plain,
    view,
    wiki,
)
from evidence.pack.ticket.write import ticket_json
from tests.pack.example import AS_OF, clean, example, registered

PACK = Origin("EVP-2026Q3-8c41d2aa", "ab" * 32, "cd" * 32, False)
GFM = MarkdownIt("commonmark").enable("table")


def made(control: str, assessment: Assessment | None = None, origin: Origin = PACK, program: str = "soc2-2017") -> Ticket:
    assessment = assessment or example()
    return ticket_of(assessment, find(assessment, program, control), origin)


def with_members(count: int, reason: str, id: str = "vol-{}") -> Assessment:
    """The example with so many exceptions among its volumes."""
    full = example()
    one = next(m for m in full.members if m.requirement == "ec2.volumes.encrypted" and m.judgement == "exception")
    kept = tuple(m for m in full.members if m.requirement != "ec2.volumes.encrypted")
    more = tuple(dataclasses.replace(one, id=id.format(n), arn="", reason=reason) for n in range(count))

    def counted(r: RequirementResult) -> RequirementResult:
        if r.id != "ec2.volumes.encrypted":
            return r
        population = dataclasses.replace(r.population, listed=count, judged=count)
        return dataclasses.replace(
            r, counts={"meets": 0, "exception": count, "gap": 0, "not_applicable": 0}, population=population
        )

    return registered(dataclasses.replace(full, members=kept + more, requirements=tuple(map(counted, full.requirements))))


def cells(text: str) -> list[list[str]]:
    """Every row of every table, its cells as the text that a reader sees."""
    rows: list[list[str]] = []
    inside = False
    for token in GFM.parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            inside = True
        elif token.type == "inline" and inside:
            rows[-1].append("".join(child.content for child in token.children or []))
            inside = False
    return rows


def test_the_title_says_the_conclusion_and_n_of_n() -> None:
    t = made("CC6.1")
    assert t.title == f"[soc2-2017 CC6.1] exceptions — {t.counts.open} of {t.counts.judged} judged"
    assert t.counts.open == 5
    assert t.key == "soc2-2017|CC6.1|2026-Q3"


def test_the_counts_foot_and_are_those_of_the_assessment() -> None:
    t, assessment = made("CC6.1"), example()
    n = t.counts
    assert n.listed == n.meets + n.exceptions + n.gaps + n.not_applicable
    behind = {r.id: r for r in assessment.requirements}
    assert n.listed == sum(behind[x.id].population.listed for x in t.requirements)
    assert n.exceptions == sum(i.status != "gap" for i in t.items) + t.more_exceptions
    assert n.gaps == sum(i.status == "gap" for i in t.items) + t.more_gaps


def test_the_worst_is_first_and_the_overdue_is_named_with_its_owner() -> None:
    first = made("CC6.1").items[0]
    assert (first.requirement, first.overdue, first.owner, first.due) == (
        "s3.buckets.not-public",
        True,
        "R. Lindqvist, web",
        "2026-09-15",
    )
    assert (first.since, first.days, first.ticket) == ("2026-03-30T08:00:00Z", 184, "WEB-981")
    states = [i.status for i in made("CC6.1").items]
    assert states == sorted(states, key=["open", "gap", "accepted"].index)


def test_of_many_exceptions_ten_are_shown_each_requirement_in_its_turn_and_the_rest_is_counted() -> None:
    t = made("CC6.1", with_members(400, "encrypted = false"))
    assert len(t.items) == 10
    assert {i.requirement for i in t.items} >= {"ec2.volumes.encrypted", "s3.buckets.not-public", "iam.users.console-mfa"}
    assert t.counts.exceptions == 403
    text = markdown(t)
    assert f"**{t.more_exceptions} exceptions and {t.more_gaps} gaps more**, see sheet Results" in text


def test_a_requirement_that_is_no_longer_met_has_an_owner_only_where_management_named_one() -> None:
    assert "nobody named" in markdown(made("CC6.1"))
    answered = Response(
        requirement="ec2.volumes.encrypted", members=("*",), owner="Storage", response="Copied.", due=dt.date(2026, 12, 1)
    )
    full = example()
    stated = dataclasses.replace(full.management, responses=(answered, *full.management.responses))
    t = made("CC6.1", registered(dataclasses.replace(full, management=stated)))
    assert [(i.owner, i.due, i.overdue) for i in t.items if i.requirement == "ec2.volumes.encrypted"] == [
        ("Storage", "2026-12-01", False)
    ] * 2


@pytest.mark.parametrize("word", CONCLUSIONS)
def test_every_conclusion_has_its_title_its_reason_and_what_closes_it(word: str) -> None:
    assessment = example()
    found = next(c for c in assessment.conclusions if c.conclusion == word)
    t = ticket_of(assessment, found, PACK)
    assert f"] {word} — " in t.title
    assert t.says and t.closes
    text = markdown(t) + wiki(t) + html(t, FITS[0])
    assert not re.search(r"compliant|\bscore|\bpassed\b|\bfailed the\b", text, re.I)
    if word not in ("supported", "not applicable", "inherited", "needs a person"):
        assert "Closes when a pack with evidence later than 30 September 2026, 23:04:51 UTC" in text


def test_incomplete_lists_what_was_not_read_and_is_no_silent_pass() -> None:
    t = made("CC6.6")
    assert t.conclusion == "incomplete"
    assert [(r.call, r.ending, r.account) for r in t.not_read] == [
        ("elasticloadbalancing:DescribeLoadBalancers", "denied", "111122223333")
    ]
    text = markdown(t)
    assert "could not be read: nothing is said of what they would show, for or against" in text
    assert "that is not enough to say “supported”" in text
    assert (
        "allow `elasticloadbalancing:DescribeLoadBalancers` to the reading role, then `evidence collect --resume --retry-denied`"
        in text
    )


def test_an_unread_list_that_no_call_explains_has_a_row_too() -> None:
    assessment = example()
    results = [r for r in assessment.requirements if r.population.unread]
    filtered = next(r for r in results if r.population.unread[0].ending == "filtered")
    control = next(c for c in assessment.conclusions if any(m.id == filtered.id for m in c.requirements))
    assert ("elasticbeanstalk:DescribeEnvironments", "filtered") in [
        (r.call, r.ending) for r in ticket_of(assessment, control, PACK).not_read
    ]


def test_accepted_exceptions_are_shown_with_who_approved_until_when() -> None:
    found = next(c for c in example().conclusions if c.conclusion == "accepted")
    t = ticket_of(example(), found, PACK)
    assert {i.status for i in t.items} == {"accepted"}
    assert "A-01, approved by M. Okoye, until 2026-12-31" in markdown(t)


def test_a_gap_is_not_told_to_be_put_right_but_to_be_read() -> None:
    t = made("CC6.1")
    gaps = [i for i in t.items if i.status == "gap"]
    assert gaps and all(not i.number and not i.since for i in gaps)
    section = markdown(t).split("### Every bucket encrypts by default.")[1].split("###")[0]
    assert "First of all it has to be read" in section and "Put right" not in section


def test_what_a_person_must_add_names_what_is_wanted_and_what_was_handed_in() -> None:
    assert any("Still wanted: The code of conduct (by People and until 2026-10-09)" in said for said in made("CC1.1").adds)
    assert any("Handed in: Minutes of the board, from Company secretary" in said for said in made("CC1.2").adds)


def test_a_run_in_no_pack_says_so_and_names_no_root() -> None:
    text = markdown(made("CC6.1", origin=Origin()))
    assert "From a run that is in no pack: `run-2026-09-30`" in text and "root" not in text.split("## Evidence")[1]
    assert f"evidence root `{'ab' * 32}`" in markdown(made("CC6.1"))


def test_nothing_open_says_so() -> None:
    t = made("HR-1", clean(), program="house-rules")
    assert t.title == "[house-rules HR-1] supported — 12 of 12 judged"
    assert "Nothing is open." in t.closes and not t.items


def test_answers_are_cited_items_first_and_lists_last() -> None:
    assessment = example()
    ids = cited(made("CC6.1"), assessment.requirements)
    t = made("CC6.1")
    assert ids[0] == t.items[0].evidence[0]
    assert set(ids) >= {id for r in assessment.requirements if r.id == "ec2.volumes.encrypted" for id in r.lists}
    assert len(ids) == len(set(ids))


HOSTILE = "a|b `c` ``d`` <img src=x> [x](http://evil) @team ![y](z) \\ **bold** \n| new | row | #1 ~~s~~ $x$ \u202egnp"


def test_hostile_text_stays_text_in_every_table() -> None:
    assessment = with_members(3, HOSTILE, id=HOSTILE + "{}")
    text = markdown(made("CC6.1", assessment))
    rows = cells(text)
    widths = {len(row) for row in rows if row and (row[0].startswith("X-") or row[0] == "gap")}
    assert widths == {6}
    seen = [row[1] for row in rows if "c`" in row[1]]
    assert seen and all("a|b `c` ``d`` <img src=x>" in cell and "U+202E" in cell for cell in seen)
    kinds = {child.type for token in GFM.parse(text) for child in token.children or []}
    assert kinds <= {"text", "code_inline", "strong_open", "strong_close", "softbreak", "text_special"}
    assert not any(token.type.startswith("html") for token in GFM.parse(text))


def test_hostile_words_of_management_neither_link_nor_mention_nor_end_a_table() -> None:
    full = example()
    answer = Response(
        requirement="ec2.volumes.encrypted",
        members=("*",),
        owner="@team | <b>",
        response="see [x](http://evil) | `y`",
        ticket="|`",
    )
    t = made("CC6.1", registered(dataclasses.replace(full, management=dataclasses.replace(full.management, responses=(answer,)))))
    text = markdown(t)
    assert {len(row) for row in cells(text) if row and row[0].startswith("X-")} == {6}
    kinds = {child.type for token in GFM.parse(text) for child in token.children or []}
    assert "link_open" not in kinds and "html_inline" not in kinds
    outside = "".join(c.content for token in GFM.parse(text) for c in token.children or [] if c.type != "code_inline")
    assert "@team" not in outside and "http://evil" not in outside


@given(st.text(max_size=60))
def test_a_code_span_shows_its_text_and_nothing_else(text: str) -> None:
    row = cells(f"| h |\n| --- |\n| {code(text)} |\n")[1]
    assert " ".join(row[0].split()) == " ".join(one_line(text).split())


@given(st.text(max_size=60))
def test_collected_text_and_our_words_make_one_cell_and_no_markup(text: str) -> None:
    for said in (plain(text), ours(text)):
        tokens = GFM.parse(f"| h |\n| --- |\n| x {said} |\n\nafter\n")
        assert sum(t.type == "td_open" for t in tokens) == 1
        kinds = {c.type for t in tokens for c in t.children or []}
        assert kinds <= {"text", "code_inline", "text_special"}


def test_jiras_markup_escapes_what_would_be_markup() -> None:
    text = wiki(made("CC6.1", with_members(1, "{noformat} [~admin] !http://evil/x.png! |a|", id="{{code}}{}")))
    row = next(line for line in text.splitlines() if "noformat" in line)
    assert r"\{noformat\} \[\~admin\] \!http://evil/x.png\! \|a\|" in row
    assert row.count("|") - row.count(r"\|") == 7


def test_the_texts_stay_within_their_bounds_however_much_there_is() -> None:
    t = made("CC6.1", with_members(10_000, "observed " * 5_000, id="x" * 900 + "{}"))
    assert len(markdown(t).encode()) <= MARKDOWN_BYTES and len(wiki(t)) <= WIKI_CHARACTERS
    assert "9,99" in markdown(t), "the rest is counted"
    assert len(ticket_json(t)) < 150_000


def test_the_longest_ticket_fits_two_pages_and_a_short_one_one(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assessment = with_members(500, "observed " * 500, id="x" * 900 + "{}")

    def pages(t: Ticket, fit: Fit) -> int:
        return print_pdf(Printable(html(t, fit), tmp_path / "t.pdf", assessment.run.as_of, "t"))

    assert pages(made("CC6.1", assessment), FITS[-1]) <= 2
    assert pages(made("CC6.6"), FITS[0]) == 1


def test_what_is_left_out_of_a_shorter_text_is_counted_in_it() -> None:
    t = made("CC6.1", with_members(50, "encrypted = false"))
    for fit in FITS:
        seen = view(t, fit)
        shown = [i for g in seen["groups"] for i in g.items]
        assert len(shown) + seen["more_exceptions"] + seen["more_gaps"] == t.counts.exceptions + t.counts.gaps


def test_the_json_is_as_its_published_schema_says() -> None:
    assert schema_json() == described(), "write described() to ticket.schema.json, and raise SCHEMA where a field went or changed"
    for control in example().conclusions:
        jsonschema.validate(json.loads(ticket_json(ticket_of(example(), control, PACK))), json.loads(schema_json()))
    broken = json.loads(ticket_json(made("CC6.1"))) | {"verdict": "fine"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, json.loads(schema_json()))


def test_keys_make_names_that_are_safe_and_never_the_same_for_two_controls() -> None:
    assert name_of(key_of("soc2-2017", "CC6.1", "2026-Q3")) == "soc2-2017_CC6.1_2026-Q3"
    odd = ["AC-2(1)", "AC-2 1", "AC-2-1", "AC-2_1", "../../etc", "a" * 300, "a" * 301, "控", ""]
    names = [name_of(key_of("p", control, "2026-Q3")) for control in odd]
    assert len(set(names)) == len(odd)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) and len(name) < 100 and ".." not in name for name in names)


def test_an_unknown_program_or_control_is_answered_with_the_nearest() -> None:
    with pytest.raises(EvidenceError, match=r"no control soc2-2017:CC6\.01\. Did you mean CC6\.1\?"):
        find(example(), "soc2-2017", "CC6.01")
    with pytest.raises(EvidenceError, match=r"not judged for soc2-2018.*Did you mean soc2-2017"):
        find(example(), "soc2-2018", "CC6.1")


def test_numbers_in_a_row_are_said_as_one() -> None:
    assert runs(["X-001", "X-002", "X-003", "X-007"]) == ["X-001 to X-003", "X-007"]


def test_the_index_counts_what_has_no_ticket_and_says_that_this_is_no_word_about_it() -> None:
    assessment = example()
    tickets = [ticket_of(assessment, c, PACK) for c in assessment.conclusions if c.conclusion == "exceptions"]
    text = index(assessment, tickets, ["exceptions"])
    none = len(assessment.conclusions) - len(tickets)
    assert (
        f"Of {len(assessment.conclusions)} controls, {none} have no ticket here, and this is no word about whether they are met"
        in text
    )
    assert all(f"]({name_of(t.key)}/ticket.md)" in text for t in tickets)
    assert sum(int(m) for m in re.findall(r"^- (\d+) ", text, re.M)) == none


def test_the_same_assessment_gives_the_same_ticket_and_as_of_is_the_runs_end() -> None:
    assert orjson.dumps(made("CC6.1")) == orjson.dumps(made("CC6.1"))
    assert made("CC6.1").as_of == AS_OF.isoformat().replace("+00:00", "Z")


def test_that_a_pack_is_signed_is_said_as_its_own_word() -> None:
    """Making a ticket checks no signature: whose key it is, only the reader knows."""
    for signed in (True, False):
        t = made("CC6.1", origin=dataclasses.replace(PACK, signed=signed))
        for text in (markdown(t), wiki(t), html(t, FITS[0]), readme(t)):
            assert ("says that it is signed" in text) == signed and ("UNSIGNED" in text) != signed
