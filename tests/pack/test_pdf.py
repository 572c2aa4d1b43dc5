"""The PDFs: what a reader finds in them, and that they are the same wherever they are made."""

import dataclasses
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pikepdf
import pytest

from evidence.assessment.model import Assessment, Conclusion, MappedResult
from evidence.assessment.register import identity
from evidence.errors import EvidenceError
from evidence.pack import fonts, pdf
from evidence.pack.drawing import bar, shape_chart
from evidence.pack.facts import exception_numbers, not_collected, pack_facts, pack_id
from evidence.pack.kept import Kept, KeptAnswers, KeptFile
from evidence.pack.lens import Lens, pick
from evidence.pack.printing import Printable, print_pdf
from evidence.pack.results import schema_json
from evidence.pack.templates import page
from evidence.pack.view import program_view, summary_view
from evidence.seal.steps import TITLES
from tests.pack.example import DATA, ROOT, SHOP, WEST, Judged, Thing, clean, example, judged, pack, registered
from tests.printed import pages_of

SOC2 = "soc2-2017"


@dataclasses.dataclass(frozen=True)
class Printed:
    path: Path
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        """All words, one space apart: where a line breaks is not a fact."""
        return " ".join(" ".join(self.pages).split())

    def page_with(self, words: str) -> str:
        return next(p for p in map(_flat, self.pages) if words in p)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _printed(path: Path) -> Printed:
    return Printed(path, tuple(pages_of(path)))


def _program(assessment: Assessment, folder: Path, program: str = SOC2) -> Printed:
    pdf.write_program_pdf(assessment, program, pack(assessment), folder / "out.pdf")
    return _printed(folder / "out.pdf")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return _program(example(), tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    out = tmp_path_factory.mktemp("summary") / "out.pdf"
    pdf.write_summary_pdf(example(), pack(example()), out)
    return _printed(out)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return _program(clean(), tmp_path_factory.mktemp("clean"), "house-rules")


def test_the_cover_says_who_what_when_and_that_nobody_signed(program: Printed) -> None:
    cover = _flat(program.pages[0])
    for words in (
        "Larkfield Books Ltd", "SOC 2", "Trust Services Criteria 2017, points of focus revised 2022",
        "Quarter 3 of 2026: 1 July to 30 September 2026", "30 September 2026, 23:04:51 UTC", "A. Reader, Platform engineering",
        "J. Moreau, Head of security (named; the box to sign is in the assertion)",
        pack(example()).id, ROOT[:32], ROOT[32:], "UNSIGNED", "management's evidence, not an auditor's opinion",
    ):  # fmt: skip
        assert words in cover


def test_a_signed_pack_names_its_signer(tmp_path: Path) -> None:
    facts = pack_facts(clean(), ROOT, signed="Ed25519 key 3f2a of Larkfield", timestamped="an authority")
    pdf.write_program_pdf(clean(), "house-rules", facts, tmp_path / "out.pdf")
    text = _printed(tmp_path / "out.pdf").text
    assert "SIGNED By Ed25519 key 3f2a of Larkfield" in text
    assert "UNSIGNED" not in text and text.count("Cannot be done") == 2, "there is no pack before this one, and no signed copy"


@pytest.mark.parametrize("which", ["program", "summary"])
def test_every_page_has_label_pack_root_and_its_number(which: str, request: pytest.FixtureRequest) -> None:
    printed: Printed = request.getfixturevalue(which)
    facts, count = pack(example()), len(printed.pages)
    for number, text in enumerate(map(_flat, printed.pages), 1):
        assert f"Confidential · management's evidence, not an opinion · {facts.id} · root {ROOT[:16]}" in text
        assert f"page {number} of {count}" in text


@pytest.mark.parametrize("which", ["program", "summary"])
def test_no_page_is_empty(which: str, request: pytest.FixtureRequest) -> None:
    printed: Printed = request.getfixturevalue(which)
    assert all(len(_flat(p)) > 280 for p in printed.pages)


def _elements(node: Any) -> Iterator[Any]:
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from _elements(kid)
    elif isinstance(node, pikepdf.Dictionary):
        yield node
        if "/K" in node and "/S" in node:
            yield from _elements(node.K)


@pytest.mark.parametrize("which", ["program", "summary"])
def test_it_is_tagged_titled_and_says_its_language(which: str, request: pytest.FixtureRequest) -> None:
    printed: Printed = request.getfixturevalue(which)
    with pikepdf.open(printed.path) as file:
        root = file.Root
        assert str(root.Lang) == "en"
        assert bool(root.MarkInfo.Marked) and bool(root.ViewerPreferences.DisplayDocTitle)
        with file.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3" and metadata["pdfaid:conformance"] == "A"
            assert "Larkfield Books Ltd" in metadata["dc:title"]
        elements = [e for e in _elements(root.StructTreeRoot.K[0].K) if "/S" in e]
        kinds = {str(e.S) for e in elements}
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Link", "/Figure"} <= kinds
        pictures = [e for e in elements if str(e.S) == "/Figure"]
        assert pictures and all(str(e.get("/Alt", "")) for e in pictures)


def _titles(outline: Any) -> list[str]:
    return [title for item in outline for title in (item.title, *_titles(item.children))]


def test_bookmarks_lead_to_sections_controls_and_environments(program: Printed) -> None:
    with pikepdf.open(program.path) as file, file.open_outline() as outline:
        top = [item.title for item in outline.root]
        assert top == [
            "Cover", "How to read this pack", "Management's assertion", "Scope", "Period coverage", "Method and provenance",
            "Completeness", "Limitations", "Controls", "Exceptions", "Accepted exceptions", "Environments", "AWS's side",
            "Manual evidence", "Check this pack yourself", "Glossary", "Evidence index",
        ]  # fmt: skip
        assert "CC6.1 Access to systems and data is restricted: exceptions" in _titles(outline.root)
        assert "shop-web-prod" in _titles(outline.root)


@pytest.mark.parametrize("which", ["program", "summary"])
def test_links_stay_inside_and_arrive(which: str, request: pytest.FixtureRequest) -> None:
    printed: Printed = request.getfixturevalue(which)
    with pikepdf.open(printed.path) as file:
        names = file.Root.Names.Dests.Names
        known = {str(names[i]) for i in range(0, len(names), 2)}
        links = [a for p in file.pages for a in p.get("/Annots", []) if a.Subtype == "/Link"]
        assert links
        assert all("/A" not in a or a.A.S != "/URI" for a in links)
        assert {str(a.Dest) for a in links if "/Dest" in a} <= known


def test_a_control_prints_its_conclusion_its_counts_and_what_a_person_adds(program: Printed) -> None:
    page = program.page_with("CC6.1 Access to systems and data is restricted The evidence shows")
    assert "5 exceptions part 172 of 208 listed 11 results point in time" in page
    assert re.search(r"Every EBS volume is encrypted\. part [\d ]+ec2\.volumes\.encrypted: What the answer says", page)
    assert re.search(r"All 208 167 5 11 25\b", page)
    assert 167 + 5 + 11 + 25 == 208
    assert "15 because the user has no console password" in page
    assert "For the auditor. Left blank by management" in program.text
    assert "What shows that “access to systems and data is restricted” was done in the period" in program.text


def test_an_exception_prints_what_was_observed_and_where_to_find_it(program: Printed) -> None:
    member = next(m for m in example().members if m.judgement == "exception" and m.requirement == "rds.instances.multi-az")
    page = program.page_with("A1.2 Recovery infrastructure and data backups are in place The evidence shows")
    assert "MultiAZ = false" in page
    for evidence in member.evidence:
        assert evidence in page
    register = program.page_with("Exceptions, their age and management's response")
    assert "9 exceptions of 6 requirements" in register
    assert "To put it right: Change the setting named under “observed”" in register


def test_every_exception_has_one_number_everywhere(program: Printed) -> None:
    numbers = exception_numbers(example())
    assert sorted(numbers.values()) == [f"X-{n:03}" for n in range(1, 10)]
    for number in numbers.values():
        assert program.text.count(number) >= 2  # its control, the register


def test_an_incomplete_control_says_why_and_what_would_close_it(program: Printed) -> None:
    page = program.page_with("CC6.6 Threats from outside the boundary are kept out The evidence shows")
    assert "incomplete part 16 of 16 listed 1 list" in page
    assert f"elasticloadbalancing:DescribeLoadBalancers in account shop-data ({DATA}), eu-west-1: denied (AccessDenied)" in page
    assert "that is not enough to say “supported”" in page
    assert "Allow elasticloadbalancing:DescribeLoadBalancers to the reading role in account shop-data" in page
    assert "Exceptions: none among the 16 judged." in page


def test_a_list_that_may_be_short_is_not_closed_by_asking_again_alone(program: Printed) -> None:
    assert "elasticbeanstalk:DescribeEnvironments lists only what the caller may see" in program.text


def test_what_was_not_read_is_listed_with_the_action_that_closes_it(program: Printed) -> None:
    page = program.page_with("Limitations, and what was not read")
    assert "13 of 1,372 calls were not answered." in page
    assert "11 results are gaps and 2 lists could not be read" in page
    assert "5 controls are touched: CC6.1, CC6.6, CC6.7, CC6.8, CC8.1." in page
    assert "s3:GetBucketEncryption allow s3: GetEncryptionConfiguration" in page
    assert "All calls not answered 13" in page
    assert "calls that ended expired: 0 of 1,372" in program.text
    assert sum(n.count for n in not_collected(example())) == 13


def test_limitations_are_never_empty(quiet: Printed) -> None:
    page = quiet.page_with("Limitations, and what was not read")
    assert "None: all 40 calls were answered." in page
    assert "It does not show that a control operated over a period" in page
    assert "results that are gaps: 0 of 12" in page


def test_scope_shows_each_cell_and_sums_them(program: Printed) -> None:
    page = program.page_with("What was looked at, and what was not")
    assert "634 of 641 in part" in page and "120 of 120 read" in page
    assert "194 of 194 299 of 300 866 of 878 1,359 of 1,372" in page
    assert "Out of scope in every account, 2 Regions: eu-west-2, us-west-2." in page
    assert "Not enabled in every account, 2 Regions: ap-southeast-3, me-central-1." in page


def test_provenance_says_who_when_how_and_how_the_calls_ended(program: Printed) -> None:
    page = program.page_with("Where every number comes from")
    assert f"arn:aws:sts::{SHOP}:assumed-role/evidence-reader/collector" in page
    assert "30 September 2026, 22:41:07 UTC to 30 September 2026, 23:04:51 UTC" in page
    assert "evidence 0.1.0 with botocore 1.44.8" in page
    assert "environment property 204, user data 10" in page
    assert "denied the caller had no right 12 not read" in page
    assert "All read 1,359, not read 13, each in section 7 1,372" in page
    assert "iam.users.key-age days = 45 the program" in page


def test_people_and_inherited_controls_are_all_there(program: Printed) -> None:
    everything = program.text
    for control in (c for c in example().conclusions if c.program == SOC2):
        assert f"{control.control} {control.title}" in everything, control.control
    assert "needs a person 8 controls" in everything and "inherited 2 controls" in everything
    assert "Physical access to facilities is restricted" in everything and "SOC 2 report" in everything
    assert "There is no file system in scope: every list was read to its end and was empty" in everything


def test_an_environment_has_its_picture_its_topics_and_its_zones(program: Printed) -> None:
    page = program.page_with("Environment shop-web-prod Application")
    for words in (
        "Internet", "Load balancer", "Auto Scaling group: 6 instances", "Log groups: 3", "1 with an exception",
        "Data protection 10 8 1 1 0", "1 exception (X-001): every EBS volume is encrypted.", "All eight 19 15 3 1 0",
        "Over zones eu-west-1a eu-west-1b eu-west-1c Zones", "AWS's Shared Larkfield Books Ltd's",
    ):  # fmt: skip
        assert words in page
    apart = program.page_with("On no environment")
    assert re.search(r"EBS volume \d+ \d+", apart)
    other = program.page_with("Environment shop-worker Application")
    assert "Not all of it could be found. Not read: cloudformation:ListStackResources denied" in other


def test_verification_is_printed_as_numbered_steps(program: Printed) -> None:
    page = program.page_with("Check this pack yourself")
    assert "sha256sum --strict --quiet -c SHA256SUMS" in page
    assert "Who signed it. Cannot be done: this pack is UNSIGNED." in page
    assert f"evidence/' SHA256SUMS | sha256sum Expected: {ROOT}" in page
    for title in TITLES:
        assert title in page


def test_the_summary_has_every_program_topic_and_environment(summary: Printed) -> None:
    page = summary.page_with("All programs at a glance")
    assert re.search(r"All controls 4 3 1 2 2 8 1 21\b", page)
    topics = summary.page_with("Every requirement, by topic")
    assert "Data protection" in topics and re.search(r"6 requirements 173 149 3 11 10\b", topics)
    assert "Environment shop-web-prod" in summary.text and "Limitations, and what was not read" in summary.text


def test_all_counts_foot() -> None:
    for view in (program_view(example(), SOC2, pack(example())), summary_view(example(), pack(example()))):
        for sums in [b.counts for b in view.get("blocks", [])] + [e["counts"] for e in view["environments"]]:
            assert sums["listed"] == sum(sums[w] for w in ("meets", "exception", "gap", "not_applicable"))
        for environment in view["environments"]:
            assert environment["counts"]["listed"] == sum(t["counts"]["listed"] for t in environment["topics"])
    reader = program_view(example(), SOC2, pack(example()))["reader"]
    assert sum(n for _, _, n, _ in reader["conclusions"]) == reader["controls"] == 20
    assert sum(n for _, _, n in reader["judgements"]) == reader["results"]


def test_counts_that_do_not_foot_are_refused(tmp_path: Path) -> None:
    good = clean()
    bad = dataclasses.replace(good.requirements[0], counts={"meets": 11, "exception": 0, "gap": 0, "not_applicable": 0})
    with pytest.raises(EvidenceError, match=r"ec2\.volumes\.encrypted do not add up to the 12 listed"):
        pdf.write_program_pdf(dataclasses.replace(good, requirements=(bad,)), "house-rules", pack(good), tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_an_unknown_program_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"soc3 is not in this assessment.*soc2-2017 and house-rules"):
        pdf.write_program_pdf(example(), "soc3", pack(example()), tmp_path / "out.pdf")


@pytest.mark.parametrize("which", ["program", "summary", "quiet"])
def test_it_never_gives_an_opinion(which: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(which).text.lower()
    for word in (r"\bcompliant", r"\bcertified", r"\bscores?\b", r"\d ?%", r"\bpassed\b"):
        assert not re.search(word, text), word


def _crowd(exceptions: int) -> Assessment:
    things = [Thing(SHOP, WEST, "AWS::EC2::Volume", f"vol-{k:017x}") for k in range(exceptions + 2)]
    found: dict[int, Judged] = dict.fromkeys(range(exceptions), ("exception", "encrypted = false"))
    result, members = judged("ec2.volumes.encrypted", things, "Every EBS volume is encrypted.", "data_protection", found,
                             noun="EBS volume")  # fmt: skip
    good = clean()
    control = dataclasses.replace(good.conclusions[0], conclusion="exceptions")
    return registered(dataclasses.replace(good, requirements=(result,), members=tuple(members), conclusions=(control,)))


def test_a_long_list_says_how_many_it_leaves_to_the_workbook() -> None:
    """Before it is printed; tests/known_faults/test_workbook_and_pdf.py prints one."""
    crowd = _crowd(230)
    html = page("program.html", program_view(crowd, "house-rules", pack(crowd)) | {"attached": 0})
    control = _flat(re.sub(r"<[^>]+>", "", html.split('<section class="control')[1].split("What a person must add")[0]))
    assert control.count("encrypted = false") == 200
    assert "200 of 230;" in control and "30 more, see sheet Results in the workbook" in control
    assert html.split('id="part-register"')[1].count("encrypted = false") == 230


def test_requirements_over_nothing_stand_in_a_short_table_of_their_own() -> None:
    crowd = _crowd(1)
    nothing, _ = judged("rds.instances.encrypted", [], "Every database is encrypted.", "data_protection", noun="database")
    nothing = dataclasses.replace(nothing, judgement="not_applicable", reason="No database was listed.")
    control = dataclasses.replace(
        crowd.conclusions[0], requirements=(*crowd.conclusions[0].requirements, MappedResult(nothing.id, "", "part", ""))
    )
    both = dataclasses.replace(crowd, requirements=(*crowd.requirements, nothing), conclusions=(control,))
    html = page("program.html", program_view(both, "house-rules", pack(both)) | {"attached": 0})
    block = html.split('<section class="control')[1].split("What a person must add")[0]
    empty = _flat(re.sub(r"<[^>]+>", " ", block.split("Nothing there to be judged: 1 requirement")[1].split("</table>")[0]))
    assert "Every database is encrypted. rds.instances.encrypted part No database was listed." in empty
    assert block.count("rds.instances.encrypted") == 1 and "ec2.volumes.encrypted" not in empty
    unread = dataclasses.replace(nothing, judgement="gap", reason="")
    html = page(
        "program.html",
        program_view(dataclasses.replace(both, requirements=(*crowd.requirements, unread)), "house-rules", pack(both))
        | {"attached": 0},
    )
    assert "Nothing there to be judged" not in html, "what could not be read is not nothing"


def test_what_is_cut_is_taken_from_each_requirement_in_turn() -> None:
    members = list(_crowd(50).members)
    kept = pick({("a", ""): members[:40], ("b", ""): members[40:43]}, 10)
    assert {key: len(found) for key, found in kept.items()} == {("a", ""): 7, ("b", ""): 3}
    assert pick({("a", ""): members[:4]}, 10) == {("a", ""): members[:4]}


HOSTILE = "<script>alert(1)</script>{{ 7*7 }}&amp;\x07\u202ertl 😀 שלום بيانات 名前 ∗ " + "A" * 300


def test_hostile_text_is_printed_as_text(tmp_path: Path) -> None:
    good = _crowd(1)
    member = next(m for m in good.members if m.judgement == "exception")
    nasty = dataclasses.replace(member, id=HOSTILE, arn=HOSTILE, reason=HOSTILE)
    control = dataclasses.replace(good.conclusions[0], title=HOSTILE, adds=HOSTILE, control="HR <1>")
    run = dataclasses.replace(good.run, entity=HOSTILE, prepared_by=HOSTILE)
    environment = dataclasses.replace(example().environments[0], name=HOSTILE, application=HOSTILE)
    members = tuple(nasty if m is member else m for m in good.members)
    printed = _program(
        registered(dataclasses.replace(good, members=members, conclusions=(control,), run=run, environments=(environment,))), tmp_path,
        "house-rules",
    )  # fmt: skip
    assert "<script>alert(1)</script>{{ 7*7 }}&amp;U+0007U+202Ertl U+1F600 U+05E9U+05DCU+05D5U+05DD" in printed.text
    assert "名前 U+2217" in printed.text
    assert max(text.replace("\n", "").count("A" * 300) for text in printed.pages) >= 1
    names = {str(f.BaseFont) for p in pikepdf.open(printed.path).pages for f in p.Resources.get("/Font", {}).values()}
    assert any("Evidence-Arabic" in n for n in names) and any("Evidence-CJK" in n for n in names)


def test_fonts_of_other_scripts_are_loaded_only_where_they_are_needed(program: Printed) -> None:
    with pikepdf.open(program.path) as file:
        names = {str(f.BaseFont) for p in file.pages for f in p.Resources.get("/Font", {}).values()}
    assert names and all(re.search(r"\+Evidence-(Sans|Mono)", n) for n in names)
    assert fonts.printable("plain Ж é …").faces == fonts.ALWAYS
    assert fonts.printable("名").faces == (*fonts.ALWAYS, fonts.CJK)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("∗", "U+2217"), ("a\x00b", "aU+0000b"), ("\u202e", "U+202E"), ("\u200b", "U+200B"), ("\ud800", "U+D800"), ("\x1b", "U+001B"),
     ("é — “ok”\n", "é — “ok”\n"), ("名前", "名前"), ("بيانات", "بيانات")],
)  # fmt: skip
def test_what_has_no_glyph_is_spelled_out(text: str, shown: str) -> None:
    assert fonts.printable(text).html == shown


def test_a_missing_glyph_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = clean()
    run = dataclasses.replace(good.run, prepared_by="Ada ∗ Reader")
    monkeypatch.setattr(fonts, "printable", lambda html: fonts.Printable(html, fonts.ALWAYS))
    with pytest.raises(EvidenceError, match=r"not be whole.*U\+2217"):
        pdf.write_program_pdf(dataclasses.replace(good, run=run), "house-rules", pack(good), tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://localhost/", "pkg:font_source_sans_pro/../secret", "data:,x"])
def test_nothing_but_our_fonts_is_read(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="refused"):
        fonts.read(url)


def test_a_picture_from_elsewhere_fails_the_build(tmp_path: Path) -> None:
    picture = '<!doctype html><html lang="en"><title>t</title><body><img alt="x" src="file:///etc/hostname">'
    with pytest.raises(EvidenceError, match="refused: file:///etc/hostname"):
        print_pdf(Printable(picture, tmp_path / "out.pdf", clean().run.as_of, "x"))


def test_a_run_that_ended_after_the_period_says_so(tmp_path: Path) -> None:
    good = clean()
    late = dataclasses.replace(good.run, as_of="2026-10-03T01:00:00Z")
    view = program_view(dataclasses.replace(good, run=late), "house-rules", pack(good))
    assert view["timing"] == "Collected 3 days after the end of the period."
    html = page("program.html", view | {"attached": 0})
    assert html.count("Collected 3 days after the end of the period.") >= 3


def test_a_second_column_is_drawn_beyond_twenty_groups() -> None:
    def chart(n: int) -> str:
        return str(shape_chart([(str(g), f"Group {g}", [(f"{g}.1", "supported")]) for g in range(n)]))

    assert 'x="900"' not in chart(20)
    assert 'x="900"' in chart(26) and 'viewBox="0 0 1740 585"' in chart(26)


def test_a_bar_shows_one_among_thousands_and_stays_in_its_room() -> None:
    drawn = str(bar({"exception": 1, "gap": 1, "meets": 9000, "not_applicable": 1}))
    assert "9000 meet, 1 exceptions, 1 gaps, 1 not applicable" in drawn
    boxes = [(float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)" y="1" width="([\d.]+)"', drawn)]
    assert len(boxes) == 4 and all(w >= 5 for _, w in boxes)
    assert max(x + w for x, w in boxes) <= 290


def test_a_requirement_of_two_programs_is_counted_once() -> None:
    lens = Lens(example(), example().programs)
    assert lens.counts["listed"] == sum(r.population.listed for r in example().requirements)
    assert lens.controls_of[("ec2.volumes.encrypted", "")] == ("soc2-2017 CC6.1", "house-rules HR-1")


def test_the_pack_id_follows_from_what_is_packed() -> None:
    here = pack_id(example(), ROOT)
    assert re.fullmatch(r"EVP-2026Q3-[0-9a-f]{8}", here)
    assert here == pack_id(example(), ROOT)
    assert here != pack_id(example(), hashlib.sha256(b"other").hexdigest())
    assert here[-8:] != pack_id(clean(), ROOT)[-8:]


def test_a_control_without_requirements_or_words_still_prints(tmp_path: Path) -> None:
    good = clean()
    bare = Conclusion(
        "house-rules", "HR-2", "Somebody reads the log", "", "customer", "needs a person", None, "", (), "as its documents say"
    )
    context = Conclusion("house-rules", "HR-3", "Disks are looked after", "", "customer", "needs a person", "context", "",
                         (MappedResult("ec2.volumes.encrypted", "", "context", ""),), "point in time")  # fmt: skip
    printed = _program(dataclasses.replace(good, conclusions=(bare, context)), tmp_path, "house-rules")
    assert "HR-2 Somebody reads the log not named" in printed.text
    assert "HR-3 Disks are looked after not named Context: 1 requirement, 12 results." in printed.text


MAKE = """
import sys
from pathlib import Path
from evidence.pack import pdf
assert "weasyprint" not in sys.modules, "importing must open nothing"
from tests.printed import pages_of
from tests.pack.example import example, pack
pdf.write_program_pdf(example(), "soc2-2017", pack(example()), Path(sys.argv[1]))
"""


def test_the_same_bytes_in_another_process_zone_and_language(program: Printed, tmp_path: Path) -> None:
    started = []
    for name, own in (
        ("a", {"TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
        ("b", {"TZ": "America/Lima", "LANG": "C.UTF-8", "PYTHONHASHSEED": "77", "SOURCE_DATE_EPOCH": "5", "HOME": str(tmp_path)}),
    ):
        command = [sys.executable, "-c", MAKE, str(tmp_path / name)]
        started.append(subprocess.Popen(command, env={**os.environ, **own}, cwd=Path(__file__).parents[2]))
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    expected = program.path.read_bytes()
    assert (tmp_path / "a").read_bytes() == expected
    assert (tmp_path / "b").read_bytes() == expected


def test_the_results_are_attached_as_associated_data(program: Printed) -> None:
    """PDF/A-3: the file is embedded, says what it is to the document, and holds what the pages were made from."""
    with pikepdf.open(program.path) as file:
        found = list(file.Root.AF)
        assert {(str(f.AFRelationship), str(f.UF)) for f in found} == {("/Data", "results.json")}
        results = json.loads(file.attachments["results.json"].get_file().read_bytes())
    jsonschema.validate(results, json.loads(schema_json()))
    assert [p["id"] for p in results["programs"]] == [SOC2]
    assert len(results["conclusions"]) == 20 and {c["program"] for c in results["conclusions"]} == {SOC2}
    used = {id for c in results["conclusions"] for id in c["requirements"]}
    assert {m["requirement"] for m in results["members"]} == used - {"efs.file-systems.encrypted"}


def test_results_too_large_to_be_carried_are_said_to_stand_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "ATTACHED", 10)
    printed = _program(clean(), tmp_path, "house-rules")
    assert "its results are too large to be carried: report/results.json" in printed.text
    with pikepdf.open(printed.path) as file:
        assert not file.attachments


def test_management_states_and_only_boxes_are_signed(program: Printed, quiet: Printed) -> None:
    page = program.page_with("What management states, and who signs it")
    assert "Prepared by A. Reader, Platform engineering" in page and "Reviewed by J. Moreau, Head of security" in page
    assert "13 calls were not answered" in page and "only a signature is a signature" in page
    assert "Every call was answered" in quiet.page_with("What management states, and who signs it")


def test_exceptions_carry_age_owner_response_and_date(program: Printed) -> None:
    """Condition, criterion, cause, owner, response and date of one; of another, that none was stated."""
    register = program.text.split("Exceptions, their age and management's response")[1].split("Accepted exceptions")[0]
    assert "9 exceptions of 6 requirements" in register and "7 open, of which 1 past their date, 2 accepted" in register
    assert "Cause: Left open when the shop moved. Response: The policy is taken out. Ticket: WEB-981." in register
    assert "2026-03-30, 184" in register and "2026-09-15 overdue R. Lindqvist, web" in register
    assert "no date stated no owner stated" in register


def test_acceptances_are_shown_whatever_became_of_them(program: Printed, quiet: Printed) -> None:
    page = program.page_with("Accepted exceptions 2 exceptions of this program are accepted")
    assert "A-01" in page and "in force 2 exceptions" in page and "Compensates: CloudTrail records who reads them." in page
    assert "A-02 expired" in page and "It no longer counts." in page
    assert "None: no acceptance was stated" in quiet.text


def test_awss_side_says_how_many_days_its_report_is_short(program: Printed, quiet: Printed) -> None:
    page = program.page_with("AWS's side: what its own reports cover")
    assert "2 controls of this program are AWS's to show" in page
    assert "2025-10-01 to 2026-03-31" in page and "ends 183 days before our period does: ask for a bridge letter" in page
    assert "Not asked: no requirement of these programs reads AWS Artifact" in quiet.text


def test_each_service_in_use_says_whether_awss_attestation_covers_it(program: Printed, quiet: Printed) -> None:
    page = program.page_with("Services in use those of which resources were listed")
    assert "Amazon EC2 ec2 208 or more in scope" in page and "AWS Transfer Family transfer 1 not in scope" in page
    assert "Of AWS Key Management Service nothing was listed, but a list could not be read" in page
    assert "As AWS's page said on 2026-09-01" in page
    assert "AWS's own attestation of AWS Elastic Beanstalk: SOC 2 in scope (2026-09-01)." in program.text
    assert "For this program no list of AWS's is kept here" in quiet.text


def test_a_derived_mapping_is_shown_as_derived(program: Printed, tmp_path: Path) -> None:
    house = _program(example(), tmp_path, "house-rules")
    assert "Mapping derived from soc2-2017:CC6.1, soc2-2017:CC6.7 (soc2-2017, by a table of our own)." in house.text
    assert "Mapping derived" not in program.text


def test_documents_are_shown_by_control_and_what_lacks_is_said(program: Printed) -> None:
    page = program.page_with("What people hand in, and what is still wanted")
    assert "8 controls of this program need a person" in page and "1 document was handed in; 7 controls have none" in page
    assert "81,234 bytes" in page and "board.pdf" in page and "The code of conduct People 2026-10-09" in page


def test_each_control_says_which_kind_of_time_it_covers(program: Printed) -> None:
    page = program.page_with("Which time the evidence covers")
    assert "point in time One observation" in page and "All controls 20" in page
    assert "91 days of the period before this run and 0 days after it" in page
    assert "run-2026-03-30 30 March 2026, 08:00:00 UTC since when exceptions are seen" in page


def test_every_population_is_counted_twice_or_said_to_be_uncorroborated(program: Printed) -> None:
    lens = Lens(example(), [p for p in example().programs if p.id == SOC2])
    text = program.text.split("Is each population whole?")[1].split("Limitations, and what was not read")[0]
    twice, alone = text.split("Uncorroborated")[0], text.split("Uncorroborated")[1]
    for p in lens.populations:
        assert p.name in (twice if p.second else alone)
    assert "01234567890" in twice and "only in the list" in twice


def test_the_index_leads_from_an_exception_to_the_file_of_its_answer(tmp_path: Path) -> None:
    crowd = _crowd(3)
    member = next(m for m in crowd.members if m.judgement == "exception")
    kept = KeptAnswers(
        {member.evidence[0]: Kept(member.evidence[0], "ec2:DescribeVolumes", SHOP, WEST, "evidence/answers/a/b/ec2.jsonl.gz")},
        (KeptFile("evidence/answers/a/b/ec2.jsonl.gz", "ab" * 32, 7),),
    )
    pdf.write_program_pdf(crowd, "house-rules", pack(crowd), tmp_path / "out.pdf", kept)
    index = _printed(tmp_path / "out.pdf").text.split("Evidence index 7 answers in 1 file")[1]
    number = exception_numbers(crowd)[identity(member)]
    assert member.evidence[0] in index and "a/b/ec2.jsonl.gz" in index and number in index
    assert re.search(r"\d+ answers of these could not be found in the run", index)
    assert "ab" * 20 in index.replace(" ", "")


@pytest.mark.parametrize("which", ["program", "summary", "quiet"])
def test_headings_skip_no_level_and_every_table_has_heads(which: str, request: pytest.FixtureRequest) -> None:
    """What a screen reader goes by: the order of headings, and a head for each column of a table."""
    printed: Printed = request.getfixturevalue(which)
    with pikepdf.open(printed.path) as file:
        elements = [e for e in _elements(file.Root.StructTreeRoot.K[0].K) if "/S" in e]
        levels = [int(str(e.S)[2:]) for e in elements if re.fullmatch(r"/H[1-6]", str(e.S))]
        tables = [e for e in elements if str(e.S) == "/Table"]
        heads = [sum(str(k.S) == "/TH" for k in _elements(table.K) if "/S" in k) for table in tables]
    assert levels and levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert tables and min(heads) >= 1
