"""What each sheet of the workbook says, beside what the Assessment says; and where its cells lead."""

import dataclasses
import datetime as dt
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from evidence.assessment.model import Assessment, AwsSide
from evidence.management.model import Document
from evidence.pack.material import Material
from evidence.pack.workbook import asked, places, sheet, write, write_workbook
from evidence.pack.workbook.page import HEAD
from evidence.pack.workbook.sheets import sheets
from evidence.populations.population import Unread
from evidence.requirements.declare import TOPICS
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from tests.pack.example import DATA, SHOP, WEB, WORKER, clean, example, pack, registered
from tests.pack.test_workbook import ANSWERS, Rows, material, rows, written

ODD = "réviews & notes/access #1 100%.pdf"
"""A file of management's whose name a link must spell out."""


def cited() -> Assessment:
    """The example, some of whose results were read from the answers that the test's run keeps, with a document of an odd name and
    one for a control that no program here has."""
    full = example()
    call = Call("012345678901", "eu-west-1", "s3", "GetBucketEncryption", {"Bucket": "=bucket-3"})
    kept = Answer(call, "answered", ({"n": 3},)).id
    members = tuple(dataclasses.replace(m, evidence=(kept, *m.evidence)) for m in full.members)
    odd = Document(
        file=ODD, title="Review", provider="IT", received=dt.date(2026, 9, 2), controls=("soc2-2017:CC6.2", "other:1.1"),
        sha256="cd" * 32, bytes=5,
    )  # fmt: skip
    stated = dataclasses.replace(full.management, documents=(*full.management.documents, odd))
    return dataclasses.replace(full, members=members, management=stated)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return cited()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, assessment: Assessment) -> Path:
    made = material(tmp_path_factory.mktemp("sheets"), assessment)
    for d in assessment.management.documents:
        file = made.folder / "evidence/manual" / d.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"paper")
    write_workbook(made)
    return made.report / "workbook.xlsx"


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


def totals(page: Worksheet) -> dict[str, int]:
    """The sums above the heads."""
    found = {str(head.value): above.value for above, head in zip(page[HEAD - 1], page[HEAD], strict=True)}
    return {head: value for head, value in found.items() if isinstance(value, int)}


# What they say


def test_the_crosswalk_has_every_requirement_of_every_control(book: Workbook, assessment: Assessment) -> None:
    found = rows(book["Crosswalk"])
    assert sorted((r["Program"], r["Control"], r["Requirement"], r["Reach"], r["Why it goes no further"] or "") for r in found) == sorted(
        (c.program, c.control, m.id, m.reach, m.why) for c in assessment.conclusions for m in c.requirements
    )  # fmt: skip
    shown = {(c.program, c.control): c.conclusion for c in assessment.conclusions}
    assert all(r["Evidence shows of the control"] == shown[r["Program"], r["Control"]] for r in found)
    assert [r["Requirement"] for r in found] == sorted(r["Requirement"] for r in found)


def test_sums_above_the_heads_are_those_of_the_rows_and_of_the_results(book: Workbook, assessment: Assessment) -> None:
    counted = {page.title: totals(page) for page in book if totals(page)}
    assert set(counted) == {"Scope", "Populations", "NotCollected", "Environments", "Redactions", "Manifest"}
    for name, sums in counted.items():
        assert sums == {head: sum(r[head] for r in rows(book[name])) for head in sums}, name
        assert "All rows" in {cell.value for cell in book[name][HEAD - 1]}
    judged = Counter(m.judgement for m in assessment.members)
    of = counted["Populations"]
    assert (of["Meets"], of["Exception"], of["Gap"], of["N/A"]) == tuple(
        judged[w] for w in ("meets", "exception", "gap", "not_applicable")
    )
    assert of["Listed"] == len(assessment.members) == len(rows(book["Results"]))
    assert of["Of these accepted"] == sum(e.status == "accepted" for e in assessment.exceptions) > 0
    assert counted["NotCollected"]["Calls"] == len(assessment.failed_calls)


def test_readme_counts_each_word_as_often_as_it_stands_in_its_sheet(book: Workbook, assessment: Assessment) -> None:
    told = {r["What"]: r["How many"] for r in rows(book["README"])}
    shown = Counter(r["Evidence shows"] for r in rows(book["Controls"]))
    assert {w: told[w] for w in shown} == shown and told["not applicable"] == shown["not applicable"]
    assert {w: told[w] for w in ("meets", "exception", "gap", "not_applicable")} == Counter(
        m.judgement for m in assessment.members
    )
    assert told["Program soc2-2017"] + told["Program house-rules"] == len(assessment.conclusions)
    assert {told[f"Time: {c.time}"] for c in assessment.conclusions} == set(
        Counter(c.time for c in assessment.conclusions).values()
    )
    people = {r["What"]: r["Meaning"] for r in rows(book["README"])}
    assert people["Prepared by"] == "A. Reader, Platform engineering" and people["Approved by"] == "not named"


def test_every_population_shows_both_counts_or_is_uncorroborated(book: Workbook, assessment: Assessment) -> None:
    facts = {r.population.name: r.population for r in assessment.requirements}
    found = {r["Population"]: r for r in rows(book["Reconciliation"])}
    bill = found.pop("used Regions, used services")
    assert bill["What the second source does not show"].startswith("Nothing was compared: Cost Explorer was not asked")
    assert found.keys() == facts.keys()
    heads = ("Counted in the list", "Counted in the second", "In both", "Only in the list", "Only in the second")
    for name, r in found.items():
        second = facts[name].second
        assert r["Listed"] == facts[name].listed
        if second is None:
            assert r["Confirmed by a second source"] == "uncorroborated" and [r[h] for h in heads] == [None] * 5
            assert r["What the second source does not show"].startswith("Nothing was compared")
        else:
            assert [r[h] for h in heads] == [
                second.ours, second.theirs, second.both, len(second.only_ours), len(second.only_theirs),
            ]  # fmt: skip
            assert r["Counted in the list"] == r["In both"] + r["Only in the list"]
            assert r["What the second source does not show"] == second.limits
    differ = rows(book["ReconDiff"])
    assert Counter(r["Where it stands"] for r in differ) == Counter(
        {
            "only in the list": sum(r["Only in the list"] or 0 for r in found.values()),
            "only in the second": sum(r["Only in the second"] or 0 for r in found.values()),
        }
    )
    assert {"012345678901", "eu-west-1", "left-out"} in [{r["Account"], r["Region"], r["Resource"]} for r in differ]


def test_exceptions_say_condition_criterion_cause_effect_since_when_and_who(book: Workbook, assessment: Assessment) -> None:
    found = rows(book["Exceptions"])
    results = {(r.id, r.variant): r for r in assessment.requirements}
    for r, e in zip(found, assessment.exceptions, strict=True):
        assert (r["No."], r["Status"], r["Days"], r["First seen in run"]) == (e.number, e.status, e.days, e.seen_in)
        assert r["First seen"].date().isoformat() == e.first_seen[:10]
        assert r["Criterion: what must hold"] == results[e.requirement, e.variant].says and r["Condition: observed"]
        assert r["Acceptance"] == (e.acceptance.id if e.acceptance else None)
        assert r["Overdue"] == ("overdue" if e.overdue else None)
        stated = e.response
        shown = [r[f"Management: {w}"] for w in ("owner", "cause", "effect", "response", "ticket")]
        said = [stated.owner, stated.cause, stated.effect, stated.response, stated.ticket] if stated else [""] * 5
        assert [s or "" for s in shown] == said
        assert (r["Management: due"].date() if r["Management: due"] else None) == (stated.due if stated else None)
    assert Counter(r["Status"] for r in found)["accepted"] and Counter(r["Overdue"] for r in found)["overdue"]
    assert {r["Exception"]: r["Open or accepted"] for r in rows(book["Results"]) if r["Exception"]} == {
        e.number: e.status for e in assessment.exceptions
    }


def test_managements_columns_are_tinted_and_an_overdue_day_looks_so(book: Workbook) -> None:
    page = book["Exceptions"]
    heads = {str(c.value): c for c in page[HEAD]}
    tinted = [c.column for c in heads.values() if page.cell(HEAD + 1, c.column).fill.patternType == "solid"]
    assert tinted == [c.column for name, c in heads.items() if name.startswith("Management: ")] and len(tinted) == 6
    due, overdue = heads["Management: due"].column_letter, heads["Overdue"].column_letter
    rules = {str(f.sqref): [r.formula[0] for r in f.rules if r.formula] for f in page.conditional_formatting}
    last = page.max_row
    assert f'OR(${overdue}5="overdue")' in rules[f"{due}5:{due}{last}"]
    assert f'OR(${overdue}5="overdue")' in rules[f"{overdue}5:{overdue}{last}"]


def test_every_acceptance_is_there_with_what_became_of_it(book: Workbook, assessment: Assessment) -> None:
    found = rows(book["Accepted"])
    assert [(r["Id"], r["Status"], r["Exceptions it names"], r["Approved by"]) for r in found] == [
        (a.acceptance.id, a.status, a.covers, a.acceptance.approver) for a in assessment.acceptances
    ]
    by_it = {
        a.acceptance.id: [e.number for e in assessment.exceptions if e.acceptance == a.acceptance] for a in assessment.acceptances
    }
    assert {r["Id"]: (r["By number"] or "").split() for r in found} == by_it
    assert {r["Id"]: r["Accepted by it"] for r in found} == {id: len(numbers) for id, numbers in by_it.items()}
    assert found[0]["Until"].date() == dt.date(2026, 12, 31) and {r["Status"] for r in found} == {"in force", "expired"}


def test_environments_count_by_topic_and_list_what_they_stand_on(book: Workbook, assessment: Assessment) -> None:
    topics = {(r.id, r.variant): TOPICS[r.topic] for r in assessment.requirements}
    counted = Counter((id, topics[m.requirement, m.variant]) for m in assessment.members for id in m.environments)
    found = rows(book["Environments"])
    assert len(found) == len(TOPICS) * len(assessment.environments)
    assert {(r["Id"], r["Topic"]): r["Listed"] for r in found if r["Listed"]} == counted
    assert all(r["Listed"] == r["Meets"] + r["Exception"] + r["Gap"] + r["N/A"] for r in found)
    assert {r["What could not be read of it"] for r in found if r["Id"] == WORKER} == {
        "cloudformation:ListStackResources denied (AccessDenied)"
    }
    stands = rows(book["StandsOn"])
    assert [(r["Id"], r["Stands on"], r["Resource"], r["Found through"]) for r in stands] == [
        (e.id, s.role, s.arn or s.id, s.found) for e in assessment.environments for s in e.stands_on
    ]
    database = next(r for r in stands if r["Id"] == WEB and r["Stands on"] == "database")
    assert (database["Worst judgement"], database["Exceptions"]) == ("exception", 1)
    number = next(e.number for e in assessment.exceptions if e.id == "shop-orders")
    assert database["By number"] == number
    assert next(r for r in stands if r["Stands on"] == "queue")["Worst judgement"] == "not judged"
    group = next(r for r in stands if r["Stands on"] == "Auto Scaling group")
    assert group["Worst judgement"] == "meets", "found by type, Region and id, without an ARN"


def test_a_resource_of_another_account_is_not_the_environments(tmp_path: Path) -> None:
    """The same name in two accounts: only the environment's own counts."""
    full = example()
    members = tuple(dataclasses.replace(m, account=DATA) if m.id == "shop-orders" else m for m in full.members)
    members = tuple(dataclasses.replace(m, arn="") for m in members)
    environments = tuple(
        dataclasses.replace(e, stands_on=tuple(dataclasses.replace(s, arn="") for s in e.stands_on)) for e in full.environments
    )
    changed = registered(dataclasses.replace(full, members=members, environments=environments))
    book = load_workbook(written(tmp_path, changed))
    database = next(r for r in rows(book["StandsOn"]) if r["Stands on"] == "database")
    assert (database["Worst judgement"], database["Exceptions"]) == ("not judged", 0)


def test_awss_side_shows_its_reports_and_how_far_they_fall_short(book: Workbook, assessment: Assessment) -> None:
    (report,) = rows(book["AwsSide"])
    assert (report["Report"], report["Days from its end to the end of ours"]) == ("SOC 2 Type II report", 183)
    assert (report["Period from"].date(), report["Period until"].date()) == (dt.date(2025, 10, 1), dt.date(2026, 3, 31))
    found = rows(book["Inherited"])
    assert [(r["Control"], r["Side"]) for r in found] == [
        (c.control, c.responsibility) for c in assessment.conclusions if c.responsibility != "customer"
    ]
    assert {r["AWS's report that covers AWS's side"] for r in found} == {"SOC 2 report"}


def test_each_service_in_use_says_for_each_program_whether_aws_attests_it(book: Workbook) -> None:
    found = {(r["Program"], r["In AWS's API"]): r["AWS's attestation"] for r in rows(book["ServicesInScope"])}
    assert {key: covers for key, covers in found.items() if key[0] == "soc2-2017"} == {
        ("soc2-2017", "ec2"): "in scope", ("soc2-2017", "elasticbeanstalk"): "in scope", ("soc2-2017", "kms"): "not known",
        ("soc2-2017", "transfer"): "not in scope",
    }  # fmt: skip
    assert {covers for key, covers in found.items() if key[0] == "house-rules"} == {"not known"}
    (ec2,) = [r for r in rows(book["ServicesInScope"]) if (r["Program"], r["In AWS's API"]) == ("soc2-2017", "ec2")]
    assert (ec2["Resources listed"], ec2["All lists read"], ec2["As AWS's page said on"].date()) == (
        208,
        "no",
        dt.date(2026, 9, 1),
    )


def test_the_crosswalk_says_what_a_mapping_is_derived_from(book: Workbook) -> None:
    derived = {r["Program"]: r["Mapping derived from"] for r in rows(book["Crosswalk"])}
    assert derived == {"soc2-2017": None, "house-rules": "soc2-2017:CC6.1\nsoc2-2017:CC6.7"}


def test_awss_reports_not_asked_for_or_not_read_are_said_so(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path / "a", clean()))
    assert book["AwsSide"]["A1"].value == "AwsSide: these programs do not ask AWS Artifact for its reports"
    unread = AwsSide(True, (), (Unread(SHOP, "us-east-1", "artifact:ListReports", "denied", "AccessDenied"),))
    book = load_workbook(written(tmp_path / "b", dataclasses.replace(clean(), aws_side=unread)))
    (row,) = rows(book["AwsSide"])
    assert (row["Report"], row["State"], row["Category"]) == (
        "Not read: artifact:ListReports in us-east-1", "not read", "AccessDenied",
    )  # fmt: skip


def test_manual_says_what_was_handed_in_is_wanted_or_owed_by_nobody(book: Workbook, assessment: Assessment) -> None:
    found = rows(book["Manual"])
    states = {(r["Program"], r["Control"]): r["State"] for r in found}
    assert states["soc2-2017", "CC1.1"] == "wanted" and states["soc2-2017", "CC1.2"] == "handed in"
    nobody = {(c.program, c.control) for c in assessment.conclusions if c.conclusion == "needs a person"}
    nobody -= {("soc2-2017", "CC1.1"), ("soc2-2017", "CC1.2")}
    assert {key for key, state in states.items() if state == "nothing handed in"} == nobody
    assert states["other", "1.1"] == "handed in" and states["soc2-2017", "CC6.2"] == "handed in"
    minutes = next(r for r in found if r["Control"] == "CC1.2")
    assert (minutes["SHA-256"], minutes["Bytes"], minutes["From, or owed by"]) == ("ab" * 32, 81_234, "Company secretary")
    assert minutes["Received"].date() == dt.date(2026, 9, 1) and minutes["Overdue"] is None
    wanted = next(r for r in found if r["State"] == "wanted")
    assert wanted["Due"].date() == dt.date(2026, 10, 9) and wanted["Overdue"] is None, "the run ended before that day"


def test_what_is_wanted_and_past_its_day_is_overdue(tmp_path: Path) -> None:
    full = example()
    late = tuple(dataclasses.replace(w, due=dt.date(2026, 9, 29)) for w in full.management.wanted)
    stated = dataclasses.replace(full.management, wanted=late)
    book = load_workbook(written(tmp_path, dataclasses.replace(full, management=stated)))
    assert [r["Overdue"] for r in rows(book["Manual"]) if r["State"] == "wanted"] == ["overdue"]


def test_redactions_and_sign_off(book: Workbook, assessment: Assessment) -> None:
    assert {r["What was replaced by a marker"]: r["Texts"] for r in rows(book["Redactions"])} == assessment.run.redactions
    assert all(r["Key of the markers' digests"].startswith("random") for r in rows(book["Redactions"]))
    found = rows(book["Sign-off"])
    assert [(r["Who"], r["Name"], r["Title"]) for r in found] == [
        ("Preparer", "A. Reader", "Platform engineering"), ("Reviewer", "J. Moreau", "Head of security"),
        ("Approver", None, None), ("Auditor", None, None),
    ]  # fmt: skip
    assert all(r["Signature"] is None and r["Date"] is None for r in found)
    page = book["Sign-off"]
    assert all(page.cell(line, column).fill.patternType == "solid" for line in range(5, 9) for column in range(3, 7))
    assert all(page.row_dimensions[line].height >= 40 for line in range(5, 9)), "room for a signature"


@pytest.mark.parametrize(
    ("ended", "date", "seconds"),
    [
        ("2026-09-30T22:51:04.600Z", "Wed, 30 Sep 2026 22:51:00 GMT", 5),
        ("2026-09-30T22:50:58Z", "Wed, 30 Sep 2026 22:51:00 GMT", -2),
        ("2026-09-30T22:50:58Z", "=HYPERLINK(1)", ""),
        ("2026-09-30T22:50:58Z", "Wed, 30 Sep 2026 22:51:00", ""),
        ("", "Wed, 30 Sep 2026 22:51:00 GMT", ""),
    ],
)
def test_the_clock_skew_is_the_local_clock_less_awss(ended: str, date: str, seconds: int | str) -> None:
    assert asked.skew(Attempt(0, "2026-09-30T22:50:00Z", ended, date=date)) == seconds


def test_rows_received_are_the_entries_of_the_answers_lists() -> None:
    call = Call(SHOP, "eu-west-1", "ec2", "DescribeVolumes")
    assert asked.received(Answer(call, "answered", ({"Volumes": [1, 2]}, {"Volumes": [3], "Owner": "x"}))) == 3
    assert asked.received(Answer(call, "answered", ({"Volumes": []},))) == 0
    assert asked.received(Answer(call, "answered", ({"Policy": "{}"},))) == asked.received(Answer(call, "denied")) == ""


def test_extractions_show_the_skew_and_the_rows(book: Workbook) -> None:
    found = rows(book["Extractions"])
    assert [r["Clock skew, s"] for r in found] == list(range(ANSWERS)) and {r["Rows received"] for r in found} == {None}


# Where cells lead


def leads(book: Workbook, page: Worksheet) -> Iterator[tuple[str, str, str, Rows]]:
    """(head, text of the cell, sheet it leads to, the row there as {head: value})"""
    for line in page.iter_rows(min_row=HEAD + 1):
        for cell in line:
            if cell.hyperlink is not None and cell.hyperlink.location:
                name, _, place = cell.hyperlink.location.rpartition("!")
                there = book[name.strip("'")]
                number = int(place.removeprefix("A"))
                row = rows(there)[number - HEAD - 1] if number > HEAD else {}
                yield str(page.cell(HEAD, cell.column).value), str(cell.value), there.title, [row]


def test_a_number_an_id_and_a_control_lead_to_their_rows(book: Workbook, assessment: Assessment) -> None:
    key = {"Exceptions": "No.", "Controls": "Control", "Extractions": "Evidence", "Populations": "Requirement", "Accepted": "Id"}
    seen: Counter[tuple[str, str]] = Counter()
    for page in book:
        for _, text, there, (row,) in leads(book, page):
            seen[page.title, there] += 1
            if page.title == "README":
                assert (text, row) == (f"Sheet {there}", {})
            elif text.isdecimal() and there == "Exceptions":
                assert int(text) > 0 and row["No."]
            else:
                assert row[key[there]] == text, (page.title, there)
    exceptions = len(assessment.exceptions)
    assert seen["Results", "Exceptions"] == seen["Exceptions", "Controls"] == seen["Exceptions", "Extractions"] == exceptions
    assert seen["Results", "Extractions"] == len(assessment.members)
    mapped = sum(len(c.requirements) for c in assessment.conclusions)
    assert seen["Crosswalk", "Controls"] == seen["Crosswalk", "Populations"] == mapped
    assert seen["Exceptions", "Accepted"] == sum(e.acceptance is not None for e in assessment.exceptions) > 0
    assert all(seen[name, there] for name, there in (
        ("Controls", "Exceptions"), ("Accepted", "Exceptions"), ("StandsOn", "Exceptions"), ("Inherited", "Controls"), ("Manual", "Controls"),
    ))  # fmt: skip
    assert {there for name, there in seen if name == "README"} == set(book.sheetnames) - {"README"}


def test_a_count_of_exceptions_leads_to_the_first_of_the_control(book: Workbook) -> None:
    page = book["Controls"]
    column = next(c.column for c in page[HEAD] if c.value == "Exception")
    found = rows(book["Exceptions"])
    for n, r in enumerate(rows(page), HEAD + 1):
        if r["Exception"]:
            number = int(page.cell(n, column).hyperlink.location.rpartition("!A")[2])
            assert found[number - HEAD - 1]["No."] == r["Exceptions, by number"].split(", ")[0]


def test_links_to_files_are_relative_and_lead_to_files_of_the_pack(book: Workbook, path: Path) -> None:
    """No address beyond the pack, no macro: what a link names is there, seen from the folder of the workbook."""
    targets: dict[str, set[str]] = {}
    for page in book:
        for line in page.iter_rows():
            for cell in line:
                if cell.hyperlink is not None and cell.hyperlink.target:
                    targets.setdefault(page.title, set()).add(cell.hyperlink.target)
    assert set(targets) == {"Extractions", "Manual", "Manifest"}
    for target in set().union(*targets.values()):
        assert target.startswith("../") and ".." not in target[3:] and target.isascii() and " " not in target
        assert (path.parent / unquote(target)).resolve().is_file()
    assert len(targets["Manual"]) == 2 and any("%231%20100%25" in t for t in targets["Manual"])
    with zipfile.ZipFile(path) as archive:
        assert not any(word in name.lower() for name in archive.namelist() for word in ("vba", "external", "connection"))


def test_a_sheet_with_more_links_than_excel_takes_has_none_and_says_so(
    tmp_path: Path, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "LINKS", 100)
    book = load_workbook(written(tmp_path, assessment))
    linked = {page.title for page in book for line in page.iter_rows(min_row=HEAD + 1) for cell in line if cell.hyperlink}
    assert not linked & {"Results"} and {"README", "Exceptions", "Controls"} <= linked
    told = {r["What"]: r["Meaning"] for r in rows(book["README"])}
    assert "more than Excel's 65,530 links" in told["Sheet Results"] and "65,530" not in told["Sheet Exceptions"]
    assert all(sum(1 for line in page.iter_rows() for c in line if c.hyperlink) <= 100 for page in book)
    blue = [c.font.u for line in book["Results"].iter_rows(min_row=HEAD + 1) for c in line if c.font.u]
    assert not blue, "nothing looks like a link that is none"


def test_no_sheet_has_more_links_than_it_says_beforehand(path: Path, book: Workbook, assessment: Assessment) -> None:
    """Whether a sheet is linked is decided before its rows are known."""

    made = Material(assessment, pack(assessment), Run.open(path.parents[1] / "evidence"), path.parents[1])
    for s in sheets(made, places.Places(assessment)):
        assert sum(1 for line in book[s.name].iter_rows(min_row=HEAD) for c in line if c.hyperlink) <= s.links, s.name


def test_links_find_their_row_in_the_part_it_stands_in(
    tmp_path: Path, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "ROWS", HEAD + 4)
    book = load_workbook(written(tmp_path, assessment))
    found = [(text, there, row["No."]) for head, text, there, (row,) in leads(book, book["Results"]) if head == "Exception"]
    parts = [p for p in book.sheetnames if p.startswith("Results")]
    for part in parts[1:]:
        found += [(t, there, row["No."]) for head, t, there, (row,) in leads(book, book[part]) if head == "Exception"]
    assert len(found) == len(assessment.exceptions) and all(text == number for text, _, number in found)
    assert {"Exceptions", "Exceptions 2"} <= {there for _, there, _ in found}


def test_a_link_that_takes_two_lines_or_is_too_long_is_plain_text(tmp_path: Path) -> None:
    """LibreOffice shows a linked text on one line; Excel refuses an address of more than 2,079 characters."""
    full = example()
    day, long = dt.date(2026, 9, 1), "a/" * 1_100 + "b.pdf"
    papers = [
        Document(file=f, title="T", provider="P", received=day, controls=("soc2-2017:CC1.2",))
        for f in ("short.pdf", "x" * 60, long)
    ]
    stated = dataclasses.replace(full.management, documents=tuple(papers))
    page = load_workbook(written(tmp_path, dataclasses.replace(full, management=stated)))["Manual"]
    column = next(c.column for c in page[HEAD] if c.value == "File in evidence/manual/")
    cells = [c for (c,) in page.iter_rows(min_row=HEAD + 1, min_col=column, max_col=column) if c.value]
    assert [(len(c.value), c.hyperlink is not None) for c in cells] == [(9, True), (60, False), (len(long), False)]
