"""The page in a real browser: it says what the Assessment says, leads to the raw answer, and nothing in it runs or leaves."""

import base64
import dataclasses
import gzip
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from evidence.assessment import register
from evidence.assessment.model import Assessment, AwsSide, RegisteredException, RequirementResult
from evidence.errors import EvidenceError
from evidence.management.model import People, Person, Statements
from evidence.pack import words
from evidence.pack.facts import exception_numbers, not_collected
from evidence.pack.formats import FORMATS
from evidence.pack.material import Material
from evidence.pack.page import page as page_of
from evidence.pack.page import write_page
from evidence.run.run import Run
from tests.pack.example import ACCEPTED, AS_OF, DATA, EXPIRED, SHOP, WEB, clean, example, registered
from tests.pack.paging import EXACT, found, identity, large, material, rows

pytestmark = pytest.mark.xdist_group("page")  # one browser, and one page of 50,000 members

expect.set_options(timeout=60_000)  # a busy machine is no defect of the page
ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
VOLUMES = "#/soc2-2017/CC6.1/ec2.volumes.encrypted"
HOSTILE = (
    "</script><img src=x onerror=\"document.title='hacked'\">", "--><script>document.title='hacked'</script>",
    "\"'><svg onload=\"document.title='hacked'\">", "javascript:document.title='hacked'", "{{ 7 * 7 }} ${7 * 7} &lt;b&gt;",
    "turned \u202egnp.exe", "nul\0and\x1b[31m", "שלום عليكم", "東京の暗号化", "a/b?c#d%2F,e%", "x" * 3000, "../../etc/passwd",
)  # fmt: skip
"""What a stranger may write into a name, a tag or a policy."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@dataclasses.dataclass
class Opened:
    """A page in the browser, and whatever it asked for or complained of."""

    material: Material
    page: Page
    asked: list[str]
    said: list[str]

    @property
    def assessment(self) -> Assessment:
        return self.material.assessment

    def go(self, address: str) -> Page:
        self.page.goto(f"{(self.material.report / 'index.html').as_uri()}{address}")
        expect(self.page.locator("#count")).not_to_be_empty()
        return self.page


def opened(context: BrowserContext, made: Material) -> Opened:
    tab = context.new_page()
    seen = Opened(made, tab, [], [])
    tab.on("request", lambda request: seen.asked.append(request.url))
    tab.on("requestfailed", lambda request: seen.said.append(f"failed {request.url}"))
    tab.on("console", lambda message: seen.said.append(message.text))
    tab.on("pageerror", lambda error: seen.said.append(str(error)))
    tab.on("dialog", lambda dialog: seen.said.append(dialog.message))
    return seen


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Material:
    made = material(tmp_path_factory.mktemp("page"), example())
    write_page(made)
    return made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1560, "height": 900})
    yield context
    context.close()


@pytest.fixture
def view(context: BrowserContext, made: Material) -> Iterator[Opened]:
    seen = opened(context, made)
    yield seen
    file = (made.report / "index.html").as_uri()
    assert {url.partition("#")[0] for url in seen.asked if not url.startswith("data:font/woff2")} == {file}
    assert seen.said == []


def numbers(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"(?<![\w.-])\d[\d,]*", text)]


def cells(page: Page, table: str) -> list[list[str]]:
    """The texts of the first table that is found so."""
    return [row.locator("td").all_inner_texts() for row in page.locator(table).first.locator("tbody tr").all()]


def counts(assessment: Assessment, *ids: str) -> list[int]:
    own = [r for r in assessment.requirements if r.id in ids]
    words = ("meets", "exception", "gap", "not_applicable")
    return [sum(r.population.listed for r in own), *(sum(r.counts[w] for r in own) for w in words)]


# What it says


def test_the_head_names_the_pack_and_that_it_is_unsigned(view: Opened) -> None:
    head = view.go("").locator("header").inner_text()
    facts = view.material.facts
    for said in ("Larkfield Books Ltd", "30 September 2026, 23:04:51 UTC", facts.id, facts.evidence_root[:16], "UNSIGNED"):
        assert said in head
    assert "Quarter 3 of 2026: 1 July to 30 September 2026" in head
    signed = dataclasses.replace(view.material, facts=dataclasses.replace(facts, signed="A. Reader <a@example.org>"))
    html = page_of(signed)
    assert "UNSIGNED" not in html.partition("<main")[0] and "Signed by A. Reader &lt;a@example.org&gt;" in html


def test_programs_are_counted_by_conclusion(view: Opened) -> None:
    heads = view.go("").locator("table.programs thead th").all_inner_texts()
    for program, row in zip(view.assessment.programs, cells(view.page, "table.programs"), strict=True):
        own = Counter[str](c.conclusion for c in view.assessment.conclusions if c.program == program.id)
        assert row[0].startswith(program.name)
        assert dict(zip(heads[2:], map(int, row[2:]), strict=True)) == {
            **{word: own[word] for word in heads[2:-1]}, "Controls": own.total()
        }  # fmt: skip


def test_counts_of_a_control_are_the_assessments(view: Opened) -> None:
    control = next(c for c in view.assessment.conclusions if c.control == "CC6.1")
    view.go("#/soc2-2017/CC6.1")
    table = cells(view.page, ".pane.wide table")
    shown = {next(m.id for m in control.requirements if m.id in row[0]): [numbers(cell)[0] for cell in row[2:7]] for row in table}
    assert shown == {m.id: counts(view.assessment, m.id) for m in control.requirements}
    foot = [numbers(t)[0] for t in view.page.locator(".pane.wide tfoot td").all_inner_texts()[2:7]]
    assert foot == counts(view.assessment, *(m.id for m in control.requirements))
    assert foot[0] == sum(foot[1:])


@pytest.mark.parametrize("word", ["gap", "exception"])
def test_gaps_stand_beside_exceptions_in_a_control(view: Opened, word: str) -> None:
    view.go("#/soc2-2017/CC6.1")
    mapped = {m.id for c in view.assessment.conclusions if c.control == "CC6.1" for m in c.requirements}
    wanted = [identity(m) for m in view.assessment.members if m.requirement in mapped and m.judgement == word]
    listed = rows(view.page)
    both = [identity(m) for m in view.assessment.members if m.requirement in mapped and m.judgement in ("exception", "gap")]
    assert set(wanted) <= set(listed) and sorted(listed) == sorted(both)
    assert view.page.locator(f".st.{word}s, .st.{word}").first.is_visible()


def test_lists_unread_are_said_beside_the_counts(view: Opened) -> None:
    text = view.go("#/soc2-2017/CC6.6/elbv2.listeners.tls-only").locator(".pane.requirement").inner_text()
    assert "1 list unread" in text and "elasticloadbalancing:DescribeLoadBalancers" in text and "denied" in text
    assert "incomplete" in view.page.locator(".pane.controls a", has_text="CC6.6").inner_text()


def test_what_was_not_collected_is_all_there(view: Opened) -> None:
    text = view.go("#not-collected").locator("main").inner_text()
    for call in not_collected(view.assessment):
        assert call.number in text and call.call in text
    assert f"({sum(c.count for c in not_collected(view.assessment))})" in text


def test_none_is_asserted_where_nothing_is_missing(context: BrowserContext, tmp_path: Path) -> None:
    made = material(tmp_path, clean())
    write_page(made)
    text = opened(context, made).go("#not-collected").locator("main").inner_text()
    assert "None: all 40 calls were answered" in text and "calls that ended denied: 0 of 40" in text


def test_an_environment_has_its_eight_topics(view: Opened) -> None:
    view.go(f"#environments/{WEB}")
    topics = {r.id: r.topic for r in view.assessment.requirements}
    table = cells(view.page, ".environment table")
    assert len(table) == 8
    own = [m for m in view.assessment.members if WEB in m.environments]
    data = next(row for row in table if row[0] == "Data protection")
    mine = [m for m in own if topics[m.requirement] == "data_protection"]
    assert numbers(data[2])[0] == len(mine) > 0
    assert numbers(data[4])[0] == sum(m.judgement == "exception" for m in mine)
    view.page.get_by_role("link", name="Data protection").click()
    assert sorted(rows(view.page)) == sorted(identity(m) for m in mine)


def test_no_conclusion_of_ours_is_an_opinion(view: Opened) -> None:
    for address in ("", "#/soc2-2017", "#/soc2-2017/CC6.1", VOLUMES, "#not-collected", "#check", "#environments"):
        text = view.go(address).locator("body").inner_text().lower()
        assert not re.search(r"\bcompliant\b|\bscore\b|\bpassed\b|\bfailed controls?\b", text)


# What management states


def state(assessment: Assessment, word: str) -> list[str]:
    """The numbers of the exceptions in a state, as Python says it."""
    found = assessment.exceptions
    return [
        e.number
        for e in found
        if {"": True, "open": e.acceptance is None, "accepted": e.acceptance is not None, "overdue": e.overdue,
            "unanswered": e.acceptance is None and e.response is None}[word]
    ]  # fmt: skip


def numbered(view: Opened) -> list[str]:
    """The numbers of the exceptions that the register lists, in its order."""
    by_row = {identity(m): exception_numbers(view.assessment).get(register.identity(m), "") for m in view.assessment.members}
    return [by_row[row] for row in rows(view.page)]


@pytest.mark.parametrize("word", ["", "open", "accepted", "overdue", "unanswered"])
def test_the_register_has_every_exception_and_narrows_to_a_state(view: Opened, word: str) -> None:
    page = view.go("#exceptions")
    page.locator(".choices [name=state]").select_option(word)
    wanted = state(view.assessment, word)
    expect(page.locator(".register [role=status]")).to_have_text(f"{len(wanted)} of {len(view.assessment.exceptions)} exceptions")
    assert wanted and numbered(view) == wanted
    page.reload()
    expect(page.locator(".register [role=status]")).to_have_text(f"{len(wanted)} of {len(view.assessment.exceptions)} exceptions")


def test_the_register_narrows_to_an_owner_and_to_the_filters_above(view: Opened) -> None:
    page, owner = view.go("#exceptions"), "R. Lindqvist, web"
    page.locator(".choices [name=owner]").select_option(owner)
    assert numbered(view) == [e.number for e in view.assessment.exceptions if e.response and e.response.owner == owner]
    page.locator(".choices [name=owner]").select_option("")
    page.locator("#filters [name=account]").select_option(DATA)
    assert numbered(view) == [e.number for e in view.assessment.exceptions if e.account == DATA] != []
    page.get_by_role("button", name="clear").click()
    assert numbered(view) == state(view.assessment, "")


@pytest.mark.parametrize(("order", "key"), [
    ("age", lambda e: -e.days),
    ("due", lambda e: str(e.acceptance.expires if e.acceptance else e.response.due if e.response else "9999")),
], ids=["age", "due"])  # fmt: skip
def test_the_register_is_put_in_order(view: Opened, order: str, key: Callable[[RegisteredException], Any]) -> None:
    view.go("#exceptions").locator(".choices [name=sort]").select_option(order)
    assert numbered(view) == [e.number for e in sorted(view.assessment.exceptions, key=key)]
    assert numbered(view) != state(view.assessment, "")


def test_an_overdue_exception_says_so_with_owner_day_and_ticket(view: Opened) -> None:
    late = next(e for e in view.assessment.exceptions if e.overdue)
    page = view.go("#exceptions?state=overdue")
    row = page.locator(".members .body [role=row]")
    assert late.response is not None
    for said in (
        "exception",
        "overdue",
        late.number,
        late.first_seen[:10],
        f"{late.days} days",
        "was due 2026-09-15",
        late.response.owner,
        "WEB-981",
    ):
        assert said in row.inner_text()
    assert row.locator(".late").first.evaluate(
        "e => getComputedStyle(e).color === getComputedStyle(e.closest('[role=row]').querySelector('.st')).color"
    )
    row.get_by_role("link").click()
    text = page.locator(".member").inner_text()
    for said in ("overdue at 2026-09-30", late.response.cause, late.response.response, late.seen_in, "R. Lindqvist, web"):
        assert said in text
    assert page.locator(".register").is_visible() and row.get_attribute("class") == "current"


def test_an_accepted_exception_has_its_own_shape_and_word_and_stays_an_exception(view: Opened) -> None:
    accepted = next(e for e in view.assessment.exceptions if e.acceptance)
    page = view.go(f"#/soc2-2017/C1.1/{accepted.requirement}")
    row = page.get_by_role("row").filter(has_text=accepted.number)
    expect(row.locator("use[href='#shape-accepted']")).to_have_count(1)
    assert "accepted" in row.inner_text() and "exception" in row.text_content()
    assert "2 exceptions (2 accepted)" in page.locator(".requirement .lead").inner_text()
    row.get_by_role("link").click()
    text = page.locator(".member").inner_text()
    for said in (
        "exception, accepted",
        ACCEPTED.approver,
        "until 2026-12-31",
        ACCEPTED.reason,
        ACCEPTED.compensating_control,
        "SEC-212",
    ):
        assert said in text
    page.goto(page.url.partition("#")[0] + "#/soc2-2017/C1.1")
    foot = page.locator(".pane.wide tfoot td").all_inner_texts()
    assert numbers(foot[4]) == [2, 2] and "accepted" in foot[4]


def test_exceptions_of_a_control_and_a_requirement_say_since_when_and_whose(view: Opened) -> None:
    late = next(e for e in view.assessment.exceptions if e.overdue)
    for address in ("#/soc2-2017/CC6.1", f"#/soc2-2017/CC6.1/{late.requirement}"):
        row = view.go(address).locator(".members [role=row]", has_text=late.number).inner_text()
        assert (
            f"since {late.first_seen[:10]}, {late.days} days" in row
            and "R. Lindqvist, web" in row
            and "was due 2026-09-15" in row
        )
        assert "public access block" in row


def test_where_management_states_nothing_it_is_said(view: Opened) -> None:
    silent = next(e for e in view.assessment.exceptions if not e.response and not e.acceptance)
    page = view.go(f"#exceptions/{silent.requirement}/{silent.account},{silent.region},{silent.type},{silent.id}")
    text = page.locator(".member").inner_text()
    assert "management names nobody" in text and "management states none" in text
    assert "first in this run" in text and f"{silent.days} days" in text


def test_every_acceptance_is_there_whatever_became_of_it(view: Opened) -> None:
    table = cells(view.go("#acceptances"), ".pane table")
    assert [row[0].split("\n")[:2] for row in table] == [[s.acceptance.id, s.status] for s in view.assessment.acceptances]
    accepted = [e.number for e in view.assessment.exceptions if e.acceptance]
    assert table[0][3].split() == accepted and table[0][2] == str(len(accepted))
    assert EXPIRED.expires.isoformat() in table[1][6] and table[1][3] == ""
    view.page.get_by_role("link", name=accepted[0]).click()
    expect(view.page.locator(".member h2")).to_contain_text(accepted[0])


def test_the_overview_counts_the_register_and_names_the_people(view: Opened) -> None:
    text = view.go("").locator("main").inner_text()
    counted = {word: len(state(view.assessment, word)) for word in ("open", "overdue", "unanswered", "accepted")}
    assert (f"{len(view.assessment.exceptions)} exceptions: {counted['open']} open ({counted['overdue']} overdue, {counted['unanswered']} "
            f"without a response) and {counted['accepted']} accepted. 2 acceptances stated.") in text  # fmt: skip
    people = dict(
        zip(view.page.locator("main dt").all_inner_texts(), view.page.locator("main dd").all_inner_texts(), strict=True)
    )
    assert people["Prepared by"] == "A. Reader, Platform engineering" and people["Reviewed by"] == "J. Moreau, Head of security"
    assert people["Approved by"] == "nobody was named"
    view.page.get_by_role("link", name=f"{counted['overdue']} overdue").click()
    expect(view.page.locator(".register [role=status]")).to_contain_text(f"{counted['overdue']} of")


def test_a_control_that_needs_a_person_shows_what_was_handed_in_and_what_is_wanted(view: Opened) -> None:
    page, (document,) = view.go("#/soc2-2017/CC1.2"), view.assessment.management.documents
    (row,) = cells(page, ".pane.wide table")
    assert document.title in row[0] and document.sha256 in row[3] and "2026-09-01" in row[2]
    link = page.get_by_role("link", name=document.file)
    assert link.get_attribute("href") == "../evidence/manual/board.pdf"
    assert (view.material.report / str(link.get_attribute("href"))).resolve() == (
        view.material.folder / "evidence/manual/board.pdf"
    ).resolve()
    text = view.go("#/soc2-2017/CC1.1").locator(".pane.wide").inner_text()
    assert (
        "None was handed in for this control" in text
        and "The code of conduct" in text
        and "2026-10-09" in text
        and "overdue" not in text
    )
    assert "None was handed in" in view.go("#/soc2-2017/CC2.1").locator(".pane.wide").inner_text()


def test_each_control_says_its_kind_of_time(view: Opened) -> None:
    for c in (c for c in view.assessment.conclusions if c.control in ("CC1.1", "CC6.1", "CC6.4")):
        said = view.go(f"#/soc2-2017/{c.control}").locator(".facts dd", has_text=words.TIME_MEANINGS[c.time])
        assert said.inner_text().startswith(c.time)


def test_services_in_use_and_derived_mappings_are_shown(view: Opened) -> None:
    text = view.go("#/soc2-2017").locator(".pane.wide").inner_text()
    assert "As AWS’s page said on 2026-09-01" in text and "Of AWS Key Management Service nothing was listed" in text
    rows = view.page.locator(".pane.wide tr", has_text="AWS Transfer Family")
    assert "not in scope" in rows.first.inner_text()
    text = view.go("#/house-rules/HR-1").locator(".pane.wide").inner_text()
    assert "soc2-2017:CC6.1, soc2-2017:CC6.7 (soc2-2017, by a table of our own)" in text


def test_aws_reports_say_how_many_days_they_fall_short(view: Opened) -> None:
    (report,) = view.assessment.aws_side.reports
    for address in ("#/soc2-2017/CC6.4", "#/soc2-2017"):
        text = view.go(address).locator(".pane.wide").inner_text()
        assert report.name in text and "183 days short" in text and "2026-03-31" in text
    view.page.get_by_role("link", name=report.evidence[0]).click()
    expect(view.page.locator(".answer")).to_contain_text("SHA-256")


def test_a_population_counted_again_shows_both_counts_and_their_difference(view: Opened) -> None:
    result = next(r for r in view.assessment.requirements if r.id == "ec2.volumes.encrypted")
    second = result.population.second
    assert second is not None
    page = view.go(VOLUMES)
    text = page.locator(".again").inner_text()  # open of itself where the list misses something
    assert f"{second.ours} listed, {second.theirs} in the second source, {second.both} in both" in text
    assert second.limits in text and "1 missing here" in text
    page.locator(".again").get_by_text("1 name").last.click()
    expect(page.locator(".again")).to_contain_text(second.only_theirs[0])
    assert (
        "Counted once: no second source was read."
        in view.go("#/soc2-2017/CC6.1/kms.keys.rotation").locator(".requirement").inner_text()
    )


# The way to the raw answer, and back


def exception(assessment: Assessment) -> tuple[str, str, str]:
    """The first exception of the volumes: its resource, its number, an evidence id of it."""
    member = next(m for m in assessment.members if m.requirement == "ec2.volumes.encrypted" and m.judgement == "exception")
    return member.id, exception_numbers(assessment)[register.identity(member)], member.evidence[-1]


def test_from_program_to_raw_answer_by_clicks(view: Opened) -> None:
    resource, number, evidence = exception(view.assessment)
    page = view.go("")
    page.locator("table.programs").get_by_role("link", name="SOC 2").click()
    page.locator(".controls").get_by_role("link", name="CC6.1").click()
    page.locator(".wide").get_by_role("link", name="Every EBS volume is encrypted.").click()
    page.locator(".requirement").get_by_role("link", name=resource).click()
    expect(page.locator(".member h2")).to_contain_text(f"{number} {resource}")
    page.locator(".member").get_by_role("link", name=evidence).click()
    answer = page.locator(".answer")
    expect(answer).to_contain_text(f'"Id": "{resource}"')
    kept = next(a for a in view.material.run.answers() if a.id == evidence)
    assert kept.attempts[0].request_id is not None
    for said in (kept.attempts[0].request_id, kept.principal, "ec2:DescribeThings", kept.digest, "answered"):
        assert said in answer.inner_text()
    assert f"zgrep {evidence} evidence/answers/{kept.call.account}/{kept.call.region}/ec2.jsonl.gz" in answer.inner_text()
    assert page.url.endswith(evidence)
    for pane in (".member", ".requirement", ".controls"):
        page.go_back()
        expect(page.locator(pane)).to_be_visible()
    assert page.url.endswith("#/soc2-2017/CC6.1")


def test_the_same_way_by_keyboard_only(view: Opened) -> None:
    resource, _, evidence = exception(view.assessment)
    page = view.go("#/soc2-2017")

    def until(text: str, key: str, most: int = 120) -> None:
        for _ in range(most):
            if text in page.evaluate("document.activeElement.innerText"):
                return
            page.keyboard.press(key)
        raise AssertionError(f"{key} does not reach {text}, but {page.evaluate('document.activeElement.outerHTML')[:200]}")

    until("CC8.1", "Shift+Tab")
    until("CC1.1", "ArrowUp")
    until("CC6.1", "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".wide h1")).to_be_focused()
    until("Every EBS volume is encrypted.", "Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".requirement h2")).to_be_focused()
    until("vol-", "Tab")
    until(resource, "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".member h2")).to_be_focused()
    until(evidence, "Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text(f'"Id": "{resource}"')
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".members a:focus")).to_have_text(resource)
    page.keyboard.press("/")
    expect(page.locator("#filters input")).to_be_focused()


def test_a_number_of_an_answer_is_shown_as_it_was_kept(view: Opened) -> None:
    view.go(f"#answer/{exception(view.assessment)[2]}")
    expect(view.page.locator("pre", has_text='"Things"')).to_contain_text(f'"Size": {EXACT}')
    assert '"Share": 1.0' in view.page.locator(".answer").inner_text()


def test_the_part_that_names_the_resource_comes_first(view: Opened) -> None:
    resource, _, evidence = exception(view.assessment)
    member = next(m for m in view.assessment.members if m.id == resource)
    address = f"{VOLUMES}/{member.account},{member.region},{member.type},{member.id}/{evidence}"
    answer = view.go(address).locator(".answer")
    expect(answer).to_contain_text("Where the answer names the resource: page 1 of 1, Things[1]")
    assert answer.get_by_label("Part of the answer").locator("mark").all_inner_texts() == [f'"{member.arn}"', f'"{resource}"']
    assert "another" not in answer.get_by_label("Part of the answer").inner_text()
    assert "another" in answer.get_by_label("Page 1").inner_text()


def test_every_judgement_of_a_resource_stands_with_it(view: Opened) -> None:
    member = next(m for m in view.assessment.members if m.requirement == "s3.buckets.encrypted" and m.judgement == "gap")
    address = f"#results/{member.requirement}/{member.account},{member.region},{member.type},{member.id}"
    page = view.go(address)
    page.get_by_text("other judgements of this resource").click()
    others = [m.requirement for m in view.assessment.members if m.id == member.id and m.requirement != member.requirement]
    assert page.locator(".member details li").count() == len(others) == 2


def test_unknown_addresses_say_so(view: Opened) -> None:
    for address in ("#/none", "#/soc2-2017/none", f"{VOLUMES}/none", "#results/none/none", "#answer/none", "#none", "#%E0%A4%A"):
        assert "Nothing stands here" in view.go(address).locator("main").inner_text()


# Filters and search


@pytest.mark.parametrize("wanted", [
    {"judgement": "gap"}, {"judgement": "exception"}, {"account": SHOP, "region": "eu-central-1"}, {"environment": WEB},
    {"topic": "identity", "judgement": "not_applicable"}, {"program": "house-rules"}, {"q": "VOL-0"}, {"q": "x-003"},
    {"q": "bucket denied"}, {"q": "cc6.2"}, {"q": "elasticbeanstalk", "judgement": "meets"}, {"q": "nothing like it"},
    {"program": "soc2-2017", "environment": WEB, "topic": "data_protection", "judgement": "exception"},
], ids=lambda wanted: " ".join(wanted.values()))  # fmt: skip
def test_filters_and_search_give_the_rows_that_python_gives(view: Opened, wanted: dict[str, str]) -> None:
    page = view.go("#results")
    for name, value in wanted.items():
        field = page.locator(f"#filters [name={name}]")
        field.fill(value) if name == "q" else field.select_option(value)
    expected = [identity(m) for m in found(view.assessment, **wanted)]
    expect(page.locator("#count")).to_contain_text(f"{len(expected)} of {len(view.assessment.members)} results")
    if not expected:
        expect(page.locator(".results")).to_contain_text("No result matches")
        return
    assert sorted(rows(page)) == sorted(expected)
    page.reload()
    expect(page.locator("#count")).to_contain_text(f"{len(expected)} of {len(view.assessment.members)} results")


def test_an_evidence_id_that_is_searched_leads_to_its_answer(view: Opened) -> None:
    evidence = exception(view.assessment)[2]
    page = view.go("")
    page.locator("#filters input").fill(evidence)
    page.keyboard.press("Enter")
    assert rows(page) == [identity(m) for m in view.assessment.members if evidence in m.evidence]
    page.locator(".results").get_by_role("link", name=evidence).click()
    expect(page.locator("h1")).to_have_text(f"Answer {evidence}")


def test_filters_never_change_the_counts_of_the_assessment(view: Opened) -> None:
    page = view.go(f"{VOLUMES}?judgement=exception")
    assert numbers(page.locator(".requirement .lead").inner_text())[:2] == counts(view.assessment, "ec2.volumes.encrypted")[:2]
    assert "2 of 60" in page.locator(".requirement").inner_text()
    assert "2 match" in page.locator(".requirements a", has_text="EBS volume").inner_text()


# Hostile text


def _hostile(stated: Statements) -> Statements:
    replace, text = dataclasses.replace, HOSTILE[0]
    return replace(
        stated,
        people=People(Person(text, HOSTILE[1]), Person(HOSTILE[2]), Person(HOSTILE[3])),
        responses=tuple(
            replace(r, members=("*",), owner=text, response=HOSTILE[1], cause=HOSTILE[2], effect=HOSTILE[4], ticket=text)
            for r in stated.responses
        ),
        acceptances=tuple(
            replace(a, id=f"{n} {text}", members=("*",), accounts=(), reason=HOSTILE[1], owner=HOSTILE[2], approver=text, ticket=text,
                    compensating_control=text)
            for n, a in enumerate(stated.acceptances)
        ),
        documents=tuple(replace(d, file="a/b?c#d%2F,<img src=x>", title=text, provider=HOSTILE[1], period=HOSTILE[2]) for d in stated.documents),
        wanted=tuple(replace(w, what=text, owner=HOSTILE[1]) for w in stated.wanted),
    )  # fmt: skip


def _hostile_reports(side: AwsSide) -> AwsSide:
    reports = tuple(
        dataclasses.replace(r, name=HOSTILE[0], id=HOSTILE[1], state=HOSTILE[2], period_end=HOSTILE[0]) for r in side.reports
    )
    return dataclasses.replace(side, reports=reports)


def _hostile_second(r: RequirementResult) -> RequirementResult:
    second = r.population.second and dataclasses.replace(r.population.second, limits=HOSTILE[0], only_theirs=HOSTILE)
    return dataclasses.replace(r, population=dataclasses.replace(r.population, second=second))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Material:
    full, replace = example(), dataclasses.replace
    texts = HOSTILE * len(full.members)
    members = tuple(
        replace(m, id=f"{n} {texts[n]}", arn=texts[n + 1], reason=texts[n + 2], type=texts[n + 3][:40]) for n, m in enumerate(full.members)
    )  # fmt: skip
    accounts = tuple({**a, "name": HOSTILE[0], "principal": HOSTILE[2]} for a in full.run.accounts)
    programs = tuple(replace(p, name=HOSTILE[n], edition=HOSTILE[2], aws_note=HOSTILE[1]) for n, p in enumerate(full.programs))
    environments = tuple(replace(e, name=HOSTILE[0], platform=HOSTILE[1]) for e in full.environments)
    calls = tuple(replace(c, resource=HOSTILE[0], code=HOSTILE[2]) for c in full.failed_calls)
    run = replace(full.run, entity=HOSTILE[0], prepared_by=HOSTILE[1], accounts=accounts)
    conclusions = tuple(replace(c, title=HOSTILE[0], adds=HOSTILE[1]) for c in full.conclusions)
    bad = replace(full, members=members, run=run, programs=programs, environments=environments, failed_calls=calls,
                  conclusions=conclusions, management=_hostile(full.management), aws_side=_hostile_reports(full.aws_side),
                  requirements=tuple(_hostile_second(r) for r in full.requirements))  # fmt: skip
    bad = replace(registered(bad), acceptances=register.acceptances(bad.management, members, AS_OF))
    made = material(tmp_path_factory.mktemp("hostile"), bad, {text[:60]: text for text in HOSTILE})
    write_page(made)
    return made


def test_hostile_text_is_shown_as_text_and_nothing_runs(context: BrowserContext, hostile: Material) -> None:
    view = opened(context, hostile)
    for address in ("", "#/soc2-2017", "#/soc2-2017/CC6.1", VOLUMES, "#environments", "#not-collected", "#check", "#results",
                    "#exceptions", "#acceptances", "#/soc2-2017/CC1.1", "#/soc2-2017/CC1.2", "#/soc2-2017/CC6.4"):  # fmt: skip
        page = view.go(address)
        assert page.locator("main img, main script, body > img, a[href^='javascript']").count() == 0
    member = next(m for m in hostile.assessment.members if m.requirement == "ec2.volumes.encrypted" and "onerror" in m.id)
    page = view.go(VOLUMES)
    page.get_by_role("link", name=member.id, exact=True).click()
    expect(page.locator(".member h2")).to_contain_text(member.id)
    expect(page.locator(".answer")).to_contain_text("gnp.exe")
    text = page.locator(".answer").inner_text()
    assert "turned U+202Egnp.exe" in text and "\u202e" not in page.locator("body").inner_text()
    assert r"nul\u0000and\u001b[31m" in text and "東京の暗号化" in text
    assert page.title().startswith("Evidence, </script><img")
    assert view.said == [] and len({url.partition("#")[0] for url in view.asked if not url.startswith("data:")}) == 1


def test_every_hostile_member_has_a_link_that_leads_to_it(context: BrowserContext, hostile: Material) -> None:
    view = opened(context, hostile)
    view.page.set_viewport_size({"width": 1560, "height": 1500})
    view.go(f"{VOLUMES}?q=")
    links = view.page.evaluate("[...document.querySelectorAll('.members .body a')].map(a => [a.href, a.textContent])")
    assert len(links) >= len(HOSTILE)
    for href, text in links[: len(HOSTILE)]:
        view.page.goto(href)
        expect(view.page.locator(".member h2")).to_contain_text(text)
        view.page.reload()
        expect(view.page.locator(".member h2")).to_contain_text(text)


def test_the_policy_names_this_script_and_this_style_only(made: Material) -> None:
    html = (made.report / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    for tag, name in ((r'<script type="module">', "script"), ("<style>", "style")):
        text = html.split(tag)[1].split(f"</{name}>")[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;; ") and "unsafe" not in policy[1]


def test_a_script_that_is_not_ours_does_not_run(context: BrowserContext, made: Material, tmp_path: Path) -> None:
    html = (made.report / "index.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(html.replace("</main>", "<script>document.title='hacked'</script></main>"))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "index.html").as_uri())
    expect(page.locator("#count")).not_to_be_empty()
    assert page.title() != "hacked" and "Content Security Policy" in said[0]


# Size, and what has no room


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Material:
    made = material(tmp_path_factory.mktemp("many"), large())
    write_page(made)
    return made


def test_of_fifty_thousand_members_only_those_in_view_are_in_the_document(context: BrowserContext, many: Material) -> None:
    view = opened(context, many)
    page = view.go(VOLUMES)
    grid = page.get_by_role("grid", name="Members: Every EBS volume is encrypted.")
    assert grid.get_attribute("aria-rowcount") == "50001"
    assert 0 < grid.locator(".body [role=row]").count() < 60
    members = [m for m in many.assessment.members if m.requirement == "ec2.volumes.encrypted"]
    ordered = sorted(members, key=lambda m: ("exception", "gap", "meets").index(m.judgement))
    grid.locator("a").first.focus()
    page.keyboard.press("End")
    expect(page.locator(".members a:focus")).to_have_text(ordered[-1].id)
    assert page.evaluate("document.activeElement.closest('[role=row]').ariaRowIndex") == "50001"
    expect(page.locator(".members a:focus")).to_be_in_viewport()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    assert grid.locator(".body [role=row]").count() < 60
    page.keyboard.press("Home")
    expect(page.locator(".members a:focus")).to_have_text(ordered[0].id)
    page.locator("#filters [name=q]").fill("encrypted = false; gib")
    wanted = found(many.assessment, q="encrypted = false; gib")
    expect(page.locator("#count")).to_contain_text(f"{len(wanted):,} of {len(many.assessment.members):,} results")
    page.locator("#filters [name=q]").fill(ordered[-1].id)
    page.locator(".members .body a").click()
    expect(page.locator(".answer")).to_contain_text("Things")
    assert view.said == []


def test_the_page_of_fifty_thousand_members_is_a_few_megabytes(many: Material, made: Material) -> None:
    assert (many.report / "index.html").stat().st_size < 4_000_000
    assert (made.report / "index.html").stat().st_size < 1_000_000


def test_an_answer_without_room_is_named_with_its_file(context: BrowserContext, made: Material, tmp_path: Path) -> None:
    html = page_of(made, limit=1)
    assert 'id="answers-0"' not in html
    (tmp_path / "report").mkdir()
    (tmp_path / "report/index.html").write_text(html, encoding="utf-8")
    view = opened(context, dataclasses.replace(made, folder=tmp_path))
    evidence = exception(view.assessment)[2]
    text = view.go(f"#answer/{evidence}").locator(".answer").inner_text()
    kept = next(a for a in made.run.answers() if a.id == evidence)
    assert f"evidence/answers/{kept.call.account}/{kept.call.region}/ec2.jsonl.gz" in text and f"zgrep {evidence}" in text
    assert "does not stand in this page" in text


def test_answers_of_exceptions_and_gaps_have_room_first(many: Material) -> None:
    def embedded(limit: int) -> set[str]:
        html = page_of(many, limit=limit)
        data = orjson.loads(gzip.decompress(base64.b64decode(html.split('id="data">')[1].split("<")[0])))["evidence"]
        blocks = [gzip.decompress(base64.b64decode(part.split(">")[1].split("<")[0])) for part in html.split('id="answers-')[1:]]
        assert sum(len(p.split(">")[1].split("<")[0]) for p in html.split('id="answers-')[1:]) <= limit
        at = zip(data["id"], data["block"], data["line"], strict=True)
        lines = {id: orjson.loads(blocks[block].split(b"\n")[line])["id"] for id, block, line in at if block >= 0}
        assert all(digest.startswith(id) for id, digest in lines.items())
        return set(lines)

    spoilt = {id for m in many.assessment.members if m.judgement in ("exception", "gap") for id in m.evidence}
    everything, some = embedded(8_000_000), embedded(70_000)
    assert spoilt <= some < everything


def test_results_without_room_are_counted_and_exceptions_stay(context: BrowserContext, made: Material, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report/index.html").write_text(page_of(made, most=50), encoding="utf-8")
    view = opened(context, dataclasses.replace(made, folder=tmp_path))
    total = len(made.assessment.members)
    page = view.go("#results")
    expect(page.locator("main")).to_contain_text(f"50 of {total} results stand in this page")
    spoilt = {identity(m) for m in made.assessment.members if m.judgement in ("exception", "gap")}
    assert spoilt <= set(rows(page))
    text = view.go(VOLUMES).locator(".requirement").inner_text()
    assert "60 listed" in text and "of 60 stand in this page" in text


def test_an_answer_that_is_not_what_its_id_says_stops_the_page(made: Material, tmp_path: Path) -> None:
    other = material(tmp_path, example())
    name = next(iter(other.run.store.names("answers")))
    text = gzip.decompress(other.run.store.read(name)).replace(b'"Share":1.0', b'"Share":2.0')
    other.run.store.replace(name, gzip.compress(text))
    with pytest.raises(EvidenceError, match=r"line 1: the answer is not the one its id names"):
        write_page(Material(other.assessment, other.facts, Run.open(tmp_path / "evidence"), tmp_path))


def test_an_answer_that_the_run_does_not_have_is_said(context: BrowserContext, tmp_path: Path) -> None:
    made = material(tmp_path, example())
    bare = dataclasses.replace(made, assessment=example())
    write_page(bare)
    view = opened(context, bare)
    text = view.go(f"#answer/{example().members[0].evidence[0]}").locator("main").inner_text()
    assert "has no answer with this id" in text


# The same bytes, and its looks

MAKE = """
import sys
from pathlib import Path
from evidence.pack.page import write_page
from tests.pack.example import example
from tests.pack.paging import material
write_page(material(Path(sys.argv[1]), example()))
"""


def test_the_same_bytes_in_another_process(made: Material, tmp_path: Path) -> None:
    env = {**os.environ, "TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", MAKE, str(tmp_path)], check=True, env=env, cwd=tmp_path)
    assert (tmp_path / "report/index.html").read_bytes() == (made.report / "index.html").read_bytes()


def test_the_page_is_written_last_and_links_to_the_other_reports(made: Material) -> None:
    assert FORMATS[-1].name == "page"
    (made.report / "summary.pdf").write_bytes(b"")
    data = orjson.loads(gzip.decompress(base64.b64decode(page_of(made).split('id="data">')[1].split("<")[0])))
    (made.report / "summary.pdf").unlink()
    assert data["files"] == ["summary.pdf"]  # and not the page itself, which would be there the second time only


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_is_readable_on_every_ground(browser: Browser, made: Material, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = opened(context, made).go("")

    def colour(name: str) -> str:
        return str(page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()"))

    low = {
        (text, ground): round(contrast(colour(text), colour(ground)), 2)
        for ground in ("bg", "tint", "sel") for text in ("ink", "mut", "blue", "ex", "gap", "ok", "zero")
        if contrast(colour(text), colour(ground)) < 4.5
    }  # fmt: skip
    assert low == {}
    assert contrast(colour("ink"), colour("mark")) >= 4.5
    assert min(contrast(colour(name), colour("bg")) for name in ("strong", "meets", "ex", "gap")) >= 3
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    context.close()


def test_paper_has_every_row_and_what_was_folded(view: Opened) -> None:
    page = view.go(VOLUMES)
    assert page.locator(".members .body [role=row]").count() < 60
    page.emulate_media(media="print")
    expect(page.locator(".members .body [role=row]")).to_have_count(60)
    expect(page.locator(".requirement")).to_contain_text("All 60 rows.")
    expect(page.locator(".requirement dd", has_text="https://docs.aws.amazon.com/")).to_be_visible()
    expect(page.locator(".controls, .requirements").first).to_be_hidden()
    expect(page.locator("header")).to_contain_text("UNSIGNED")
    page.emulate_media(media="screen")
    expect(page.get_by_text("All 60 rows.")).to_have_count(0)
    assert page.locator(".members .body [role=row]").count() < 60


def test_a_long_list_on_paper_says_how_much_of_it_is_printed(context: BrowserContext, many: Material) -> None:
    page = opened(context, many).go(VOLUMES)
    page.emulate_media(media="print")
    expect(page.locator(".requirement")).to_contain_text("2,000 of 50,000 rows are printed; workbook.xlsx has every one.")


def test_only_the_panes_scroll_and_the_filters_stay_in_view(view: Opened) -> None:
    view.page.set_viewport_size({"width": 1560, "height": 450})
    page = view.go("#/soc2-2017/CC6.1")
    assert page.evaluate("[document.documentElement.scrollHeight, scrollY]") == [450, 0]
    expect(page.locator(".controls a", has_text="CC6.1")).to_be_in_viewport()
    expect(page.locator("header")).to_be_in_viewport()


def test_a_narrow_window_shows_one_pane_and_the_way_back(browser: Browser, made: Material) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 800})
    page = opened(context, made).go("#/soc2-2017")
    page.locator(".controls").get_by_role("link", name="CC6.1").click()
    page.get_by_role("link", name="Every EBS volume is encrypted.").click()
    expect(page.locator(".requirement")).to_be_visible()
    expect(page.locator(".controls")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.locator("#trail").get_by_role("link", name="CC6.1").click()
    assert page.url.endswith("#/soc2-2017/CC6.1")
    context.close()


def test_without_javascript_it_says_where_the_results_are(browser: Browser, made: Material) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((made.report / "index.html").as_uri())
    assert "The same results are in the PDFs and in workbook.xlsx" in page.locator("main").inner_text()
    assert "UNSIGNED" in page.locator("header").inner_text()
    context.close()


def test_a_screen_reader_finds_names_roles_and_the_place_of_a_row(view: Opened) -> None:
    page = view.go("#/soc2-2017/CC6.1")
    expect(page.get_by_role("heading", level=1, name="CC6.1 Access to systems and data is restricted")).to_be_visible()
    assert page.get_by_role("region", name="Control CC6.1").is_visible()
    for name in ("Program", "Account", "Region", "Environment", "Topic", "Judgement"):
        expect(page.get_by_role("combobox", name=name)).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search")).to_be_visible()
    grid = page.get_by_role("grid", name="Exceptions and gaps")
    row = grid.get_by_role("row").nth(1)
    assert row.get_attribute("aria-rowindex") == "2" and "exception" in row.inner_text()
    assert page.locator(".controls a[aria-current=true]").inner_text().split("\n")[:2] == ["CC6.1", "5 exceptions"]
