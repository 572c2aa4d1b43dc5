"""Tickets into Jira: one issue for each key, whatever fails on the way."""

import base64
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.assessment.model import CONCLUSIONS
from evidence.cli.jira import Board, label_of
from evidence.errors import EvidenceError
from evidence.pack.ticket.make import find, ticket_of
from evidence.pack.ticket.model import Origin, key_of, name_of
from evidence.pack.ticket.write import Made
from tests.cli.commands import ROOT, evidence
from tests.pack.example import example
from tests.ticket.fake_jira import Fake, running

TOKEN = "token-of-a-reader"
LABEL = "evidence-soc2-2017_CC6.1_2026-Q3"
ZIP, PDF = "soc2-2017_CC6.1_2026-Q3.zip", "soc2-2017_CC6.1_2026-Q3.pdf"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setenv("EVIDENCE_JIRA_TOKEN", TOKEN)
    monkeypatch.delenv("EVIDENCE_JIRA_USER", raising=False)
    with running(Fake()) as found:
        yield found


def made(folder: Path, control: str = "CC6.1", said: bytes = b"first") -> Made:
    """A ticket whose files are a few invented bytes."""
    assessment = example()
    ticket = ticket_of(assessment, find(assessment, "soc2-2017", control), Origin("EVP-2026Q3-8c41d2aa", "ab" * 32, "cd" * 32))
    out = folder / control
    out.mkdir(exist_ok=True)
    (out / "ticket.pdf").write_bytes(b"%PDF " + said)
    (folder / f"{control}.zip").write_bytes(b"PK " + said)
    return Made(ticket, out, folder / f"{control}.zip")


def board(fake: Fake) -> Board:
    return Board.open(fake.url, "SEC", "Task")


def test_the_first_upload_makes_an_issue_with_the_ticket_in_it(fake: Fake, tmp_path: Path) -> None:
    assert board(fake).upload(made(tmp_path)) == f"made {fake.url}/browse/SEC-1"
    fields = fake.issues["SEC-1"]["fields"]
    assert fields["summary"] == "[soc2-2017 CC6.1] exceptions — 5 of 172 judged"
    assert fields["labels"] == [LABEL] and fields["issuetype"] == {"name": "Task"}
    assert "h2. What is open, the worst first" in fields["description"] and "EVP" in fields["description"]
    assert fake.attached("SEC-1") == {ZIP: b"PK first", PDF: b"%PDF first"}


def test_a_rerun_updates_the_same_issue_and_replaces_its_files_only(fake: Fake, tmp_path: Path) -> None:
    board(fake).upload(made(tmp_path))
    fake.issues["SEC-1"]["fields"]["labels"].append("audit-2026")
    fake.attach("SEC-1", "screenshot.png", b"mine")
    later = made(tmp_path, said=b"second")
    later = dataclasses.replace(later, ticket=dataclasses.replace(later.ticket, title="[soc2-2017 CC6.1] supported"))
    assert board(fake).upload(later) == f"updated {fake.url}/browse/SEC-1"
    assert list(fake.issues) == ["SEC-1"]
    fields = fake.issues["SEC-1"]["fields"]
    assert fields["summary"] == "[soc2-2017 CC6.1] supported" and fields["labels"] == [LABEL, "audit-2026"]
    assert fake.attached("SEC-1") == {ZIP: b"PK second", PDF: b"%PDF second", "screenshot.png": b"mine"}


def test_two_controls_are_two_issues_and_another_period_is_another(fake: Fake, tmp_path: Path) -> None:
    one = made(tmp_path)
    next_quarter = dataclasses.replace(one, ticket=dataclasses.replace(one.ticket, key=key_of("soc2-2017", "CC6.1", "2026-Q4")))
    assert len(board(fake).upload_all([one, made(tmp_path, "CC6.6"), next_quarter, one])) == 4
    assert len(fake.issues) == 3


def test_where_people_made_copies_the_oldest_is_updated_and_the_others_are_named(fake: Fake, tmp_path: Path) -> None:
    board(fake).upload(made(tmp_path))
    copied = {**fake.issues["SEC-1"]["fields"], "summary": "a copy"}
    fake.make(copied)
    said = board(fake).upload(made(tmp_path))
    assert said == f"updated {fake.url}/browse/SEC-1; 1 more carry the label {LABEL} and were left alone"
    assert fake.issues["SEC-2"]["fields"]["summary"] == "a copy"


def test_jira_cloud_is_asked_by_its_own_search_with_address_and_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_JIRA_TOKEN", TOKEN)
    monkeypatch.setenv("EVIDENCE_JIRA_USER", "reader@example.com")
    basic = "Basic " + base64.b64encode(f"reader@example.com:{TOKEN}".encode()).decode()
    with running(Fake("Cloud", basic)) as fake:
        board(fake).upload(made(tmp_path))
        assert board(fake).upload(made(tmp_path)).startswith("updated")
        assert ("GET", "search/jql") in fake.asked and ("GET", "search") not in fake.asked


STEPS = {
    "signing in": ("GET", "serverInfo"), "who am I": ("GET", "myself"), "the project": ("GET", "project"), "search": ("GET", "search"),
    "making": ("POST", "issue"), "attaching": ("POST", "issue/"),
}  # fmt: skip
AGAIN = {"update": ("PUT", "issue"), "attaching": ("POST", "issue/"), "taking off": ("DELETE", "attachment")}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 503])
@pytest.mark.parametrize("step", STEPS)
def test_what_jira_refuses_is_a_sentence_and_a_rerun_makes_no_second_issue(
    fake: Fake, tmp_path: Path, step: str, status: int
) -> None:
    fake.refuse = {STEPS[step]: status}
    with pytest.raises(EvidenceError, match=f"Jira refused .*HTTP {status}, 'refused with {status}'") as refused:
        board(fake).upload(made(tmp_path))
    assert refused.value.todo and TOKEN not in str(refused.value) and "\n" not in str(refused.value)
    assert len(fake.issues) == (step == "attaching")
    fake.refuse = {}
    board(fake).upload(made(tmp_path))
    assert list(fake.issues) == ["SEC-1"] and set(fake.attached("SEC-1")) == {ZIP, PDF}


@pytest.mark.parametrize("step", AGAIN)
def test_an_update_that_fails_leaves_the_issue_with_its_files(fake: Fake, tmp_path: Path, step: str) -> None:
    board(fake).upload(made(tmp_path))
    fake.refuse = {AGAIN[step]: 500}
    with pytest.raises(EvidenceError, match=r"HTTP 500.*a rerun updates"):
        board(fake).upload(made(tmp_path, said=b"second"))
    assert {a["filename"] for a in fake.issues["SEC-1"]["fields"]["attachment"]} == {ZIP, PDF}
    fake.refuse = {}
    board(fake).upload(made(tmp_path, said=b"third"))
    assert list(fake.issues) == ["SEC-1"] and fake.attached("SEC-1") == {ZIP: b"PK third", PDF: b"%PDF third"}


def test_nothing_is_sent_twice_by_itself(fake: Fake, tmp_path: Path) -> None:
    fake.refuse = {("POST", "issue"): 503}
    with pytest.raises(EvidenceError):
        board(fake).upload(made(tmp_path))
    assert fake.asked.count(("POST", "issue")) == 1


def test_of_several_the_error_says_how_many_are_there(fake: Fake, tmp_path: Path) -> None:
    ready = board(fake)
    tickets = [made(tmp_path), made(tmp_path, "CC6.6")]
    ready.upload(tickets[0])
    fake.refuse = {("POST", "issue"): 429}
    with pytest.raises(EvidenceError, match="HTTP 429"):
        ready.upload_all([tickets[1]])
    fake.refuse = {("PUT", "issue"): 429}
    with pytest.raises(EvidenceError, match=r"0 of 2 tickets are in Jira.*asks to wait"):
        ready.upload_all(tickets)


def test_an_issue_that_is_said_to_be_elsewhere_gets_no_token(fake: Fake, tmp_path: Path) -> None:
    board(fake).upload(made(tmp_path))
    fake.base = "http://127.0.0.1:1"
    with pytest.raises(EvidenceError, match="SEC-1 is at another address"):
        board(fake).upload(made(tmp_path))


@pytest.mark.parametrize(
    ("url", "project", "said"),
    [
        ("http://jira.example.com", "SEC", "no address that a token is sent to"),
        ("https://user:secret@jira.example.com", "SEC", "no address that a token is sent to"),
        ("ftp://jira.example.com", "SEC", "no address that a token is sent to"),
        ("https://jira.example.com", 'SEC" OR project = "X', "no key of a Jira project"),
        ("https://jira.example.com", "", "no key of a Jira project"),
    ],
)
def test_a_token_goes_to_no_address_and_no_project_that_is_none(
    url: str, project: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_JIRA_TOKEN", TOKEN)
    with pytest.raises(EvidenceError, match=said):
        Board.open(url, project, "Task")


def test_a_missing_token_and_a_jira_that_is_not_there_are_said(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EvidenceError, match="Jira was not reached"):
        Board.open("http://127.0.0.1:1", "SEC", "Task")
    monkeypatch.setenv("EVIDENCE_JIRA_TOKEN", "wrong")
    with pytest.raises(EvidenceError, match=r"HTTP 401.*Check EVIDENCE_JIRA_TOKEN"):
        board(fake)
    monkeypatch.delenv("EVIDENCE_JIRA_TOKEN")
    with pytest.raises(EvidenceError, match="EVIDENCE_JIRA_TOKEN is not set"):
        board(fake)


def test_labels_hold_nothing_that_jql_could_read_as_its_own() -> None:
    for control in ("CC6.1", 'x" OR labels = "y', "AC-2(1)", "a b"):
        label = label_of(key_of("p", control, "2026-Q3"))
        assert label == f"evidence-{name_of(key_of('p', control, '2026-Q3'))}"
        assert all(c.isascii() and (c.isalnum() or c in "._-") for c in label)


def test_every_conclusion_uploads(fake: Fake, tmp_path: Path) -> None:
    ready = board(fake)
    firsts = [next(c for c in example().conclusions if c.conclusion == word) for word in CONCLUSIONS]
    ready.upload_all([made(tmp_path, c.control) for c in firsts if c.program == "soc2-2017"])
    assert all(len(i["fields"]["summary"]) <= 255 and len(i["fields"]["description"]) < 32_767 for i in fake.issues.values())


def test_through_the_command_line_twice_one_issue(fake: Fake, tmp_path: Path) -> None:
    words = ("ticket", ROOT / "evidence/sample/2026-Q3", "aws-elastic-beanstalk:DP-01", "--program", "aws-elastic-beanstalk")
    for said in ("made", "updated"):
        out = evidence(*words, "--out", tmp_path / "t", "--jira", fake.url, "--jira-project", "SEC", EVIDENCE_JIRA_TOKEN=TOKEN)
        assert out.returncode == 0, out.stderr
        assert f"{said} {fake.url}/browse/SEC-1" in out.stdout and TOKEN not in out.stdout + out.stderr
    name = "aws-elastic-beanstalk_DP-01_2026-Q3"
    assert fake.attached("SEC-1") == {
        f"{name}.zip": (tmp_path / "t.zip").read_bytes(), f"{name}.pdf": (tmp_path / "t/ticket.pdf").read_bytes()
    }  # fmt: skip
    assert list(fake.issues) == ["SEC-1"]
