"""Ten criteria that an auditor holds a pack against, each a test of the sample pack. Some stand in full elsewhere and say where;
the third makes packs of its own: test_same_pack.py."""

import datetime as dt
import gzip
import json
import random
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings
from openpyxl import load_workbook

from evidence.run.run import Run
from tests.cli.commands import NOWHERE, evidence

pytestmark = pytest.mark.xdist_group("sample")
SOC2 = "report/soc2-2017.pdf"
TIMES = {"point in time", "AWS's report period", "as its documents say"}


@pytest.fixture(scope="module")
def pack(sample: Path) -> Path:
    return sample / "pack"


@pytest.fixture(scope="module")
def results(pack: Path) -> dict[str, Any]:
    return dict(json.loads((pack / "report/results.json").read_bytes()))


@pytest.fixture(scope="module")
def book(pack: Path) -> Mapping[str, list[dict[str, Any]]]:
    """The workbook's sheets as rows by their heads."""
    workbook = load_workbook(pack / "report/workbook.xlsx", read_only=False)
    return {sheet.title: list(_rows(sheet)) for sheet in workbook.worksheets}


def _rows(sheet: Any) -> Iterator[dict[str, Any]]:
    (table,) = list(sheet.tables.values())[:1] or (None,)
    if table is None:
        return
    cells = sheet[table.ref]
    heads = [cell.value for cell in cells[0]]
    yield from (dict(zip(heads, (cell.value for cell in row), strict=True)) for row in cells[1:])


@cache
def text(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout


def lines_of(pack: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file, kept line) of every answer, read as anybody could: gzip and JSON."""
    for path in sorted((pack / "evidence/answers").rglob("*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            yield path.relative_to(pack).as_posix(), json.loads(line)


# -- 1 -----------------------------------------------------------------------------------------------------------------------


def changed(pack: Path) -> None:
    path = sorted((pack / "evidence/answers").rglob("*.gz"))[7]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def added(pack: Path) -> None:
    (pack / "evidence/answers/012345678901/added.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))


def removed(pack: Path) -> None:
    sorted((pack / "evidence/answers").rglob("*.gz"))[3].unlink()


SHELL = """sha256sum --strict --quiet -c SHA256SUMS && find . -type f ! -name SHA256SUMS ! -path './seal/*' -printf '%P\\n' \
| LC_ALL=C sort | diff - <(cut -c67- SHA256SUMS | LC_ALL=C sort)"""


@pytest.mark.parametrize("spoil", [changed, added, removed])
def test_1_verifies_offline_without_our_tool_and_a_change_fails(
    pack: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """The README's own steps, taken from it literally, with a key and a timestamp: tests/seal/test_readme.py."""
    copy = Path(shutil.copytree(pack, tmp_path / "pack"))

    def fine() -> bool:
        return subprocess.run(["bash", "-c", SHELL], cwd=copy, capture_output=True).returncode == 0

    assert fine()
    spoil(copy)
    assert not fine()
    assert evidence("verify", copy, **NOWHERE).returncode == 2


# -- 2 -----------------------------------------------------------------------------------------------------------------------


def test_2_a_number_on_paper_leads_to_the_raw_answer_and_its_request_id_and_back(
    pack: Path, results: dict[str, Any], book: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Hop 1: the exception's number to its row. Hop 2: the row's evidence id to the kept line. Hop 3: the line's request id.
    Back: the answer's id stands in the rows that were read from it."""
    printed = sorted(set(re.findall(r"\bX-\d{3,}\b", text(pack / SOC2))))
    kept = {line["id"][:16]: line for _, line in lines_of(pack)}
    rows = {row["No."]: row for row in book["Exceptions"]}
    extractions = {row["Evidence"]: row for row in book["Extractions"]}
    for number in random.Random(results["run"]["id"]).sample(printed, 25):
        row = rows[number]
        line = kept[row["Evidence"]]
        requests = [a["request_id"] for a in line["attempts"] if a.get("request_id")]
        assert requests, (number, line["operation"])
        assert row["Evidence"] in text(pack / SOC2), "printed beside the number"
        assert requests[0] in str(extractions[row["Evidence"]]["Request ids"])
        back = [r for r in book["Results"] if row["Evidence"] in (r["Evidence"], *str(r["Further evidence"]).split())]
        assert number in {r["Exception"] for r in back}


# -- 4 -----------------------------------------------------------------------------------------------------------------------


def test_4_every_population_is_reconciled_or_labelled_and_totals_foot(
    pack: Path, results: dict[str, Any], book: Mapping[str, list[dict[str, Any]]]
) -> None:
    facts = {r["population"]["name"]: r["population"] for r in results["requirements"]}
    rows = {row["Population"]: row for row in book["Reconciliation"]}
    assert rows.keys() >= facts.keys()
    for name, p in facts.items():
        assert p["listed"] == p["judged"] + p["not_applicable"] + p["gaps"]
        second, row = p["second"], rows[name]
        if second is None:
            assert "uncorroborated" in row["Confirmed by a second source"], name
            continue
        itemised = second["both"] + len(second["only_ours"])
        assert second["ours"] == itemised or (second["ours"] > itemised and "not itemised" in second["limits"])
        assert second["theirs"] == second["both"] + len(second["only_theirs"])
        assert (row["Counted in the list"], row["Counted in the second"]) == (second["ours"], second["theirs"])
    one = Counter((c["program"], c["conclusion"]) for c in results["conclusions"])
    assert one == Counter((row["Program"], row["Evidence shows"]) for row in book["Controls"])
    assert sum(one.values()) == len(results["conclusions"])


# -- 5 -----------------------------------------------------------------------------------------------------------------------


def test_5_a_denied_call_gives_neither_meets_nor_exception(results: dict[str, Any]) -> None:
    """Every list and every detail denied in turn, over the wire: tests/test_honesty.py."""
    denied = [f for f in results["failed_calls"] if f["call"] == "kms:GetKeyRotationStatus"]
    assert denied
    for call in denied:
        key = call["resource"].partition("=")[2]
        words = {m["judgement"] for m in results["members"] if m["requirement"] == "kms.keys.rotation" and key.endswith(m["id"])}
        assert words == {"gap"}


# -- 6 -----------------------------------------------------------------------------------------------------------------------


def test_6_every_control_states_its_kind_of_time(
    pack: Path, results: dict[str, Any], book: Mapping[str, list[dict[str, Any]]]
) -> None:
    assert {c["time"] for c in results["conclusions"]} <= TIMES
    said = {(row["Program"], row["Control"]): row["Kind of time"] for row in book["Controls"]}
    assert said == {(c["program"], c["control"]): c["time"] for c in results["conclusions"]}
    blocks = [
        c for c in results["conclusions"] if c["program"] == "soc2-2017" and c["conclusion"] in ("exceptions", "incomplete")
    ]
    assert text(pack / SOC2).count("Kind of time") >= len(blocks)


# -- 7 -----------------------------------------------------------------------------------------------------------------------


def test_7_who_when_where_and_how_are_complete_for_every_extraction(pack: Path, book: Mapping[str, list[dict[str, Any]]]) -> None:
    kept = list(lines_of(pack))
    for file, line in kept:
        where = f"{file} {line['operation']}"
        assert line["principal"].startswith("arn:"), where
        assert line["account"] and line["region"] and line["service"] and line["operation"], where
        assert line["attempts"], where
        for attempt in line["attempts"]:
            assert dt.datetime.fromisoformat(attempt["started"]) <= dt.datetime.fromisoformat(attempt["ended"]), where
            if attempt.get("status"):
                assert attempt.get("request_id") and attempt.get("date"), where
    rows = {row["Evidence"]: row for row in book["Extractions"]}
    assert len(rows) == len({line["id"] for _, line in kept}) == len(book["Extractions"])
    always = ("Call", "Account", "Region", "Ended", "Started, UTC", "Ended, UTC", "Asked as", "SHA-256")
    assert [row["Evidence"] for row in rows.values() if any(row[head] in (None, "") for head in always)] == []
    assert all(isinstance(row["Clock skew, s"], int) for row in rows.values() if row["AWS's date"])


# -- 8 -----------------------------------------------------------------------------------------------------------------------


def test_8_exceptions_carry_condition_criterion_cause_owner_response_and_date(
    results: dict[str, Any], book: Mapping[str, list[dict[str, Any]]]
) -> None:
    rows = {row["No."]: row for row in book["Exceptions"]}
    assert rows.keys() == {e["number"] for e in results["exceptions"]}
    for e in results["exceptions"]:
        row = rows[e["number"]]
        assert row["Condition: observed"] and row["Criterion: what must hold"] and row["First seen"] is not None
        if e["response"]:
            r = e["response"]
            assert (row["Management: owner"], row["Management: response"]) == (r["owner"], r["response"])
            assert (row["Management: cause"] or "") == r["cause"]
            assert str(row["Management: due"])[:10] == r["due"]
    answered = [e for e in results["exceptions"] if e["response"]]
    assert any(e["overdue"] for e in answered) and any(not e["overdue"] for e in answered)
    accepted = [e for e in results["exceptions"] if e["status"] == "accepted"]
    assert accepted and all(e["acceptance"]["approver"] and e["acceptance"]["expires"] for e in accepted)


# -- 9 -----------------------------------------------------------------------------------------------------------------------

OPINION = re.compile(
    r"\b(?:[Ii]s|[Aa]re|[Ff]ully|[Rr]emains?) [Cc]ompliant\b|\b[Cc]ertified as\b|\b[Cc]ompliance score\b|\b[Ss]core of\b|\d ?% [Cc]ompliant"
)
"""AWS Config's own value COMPLIANT, in capitals, is what AWS said of a rule: an observation, and no opinion of ours."""
NO_ENTROPY = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "CloudantDetector",
    "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector", "IbmCloudIamDetector", "JwtTokenDetector",
    "MailchimpDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector",
    "SlackDetector", "SoftlayerDetector", "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
"""All of detect-secrets but those that call every digest a secret, and a word before an equals sign one."""


def texts(pack: Path) -> Iterator[tuple[str, str]]:
    """Every file of the pack as text: what is compressed or typeset is read as a reader would."""
    for path in sorted(p for p in pack.rglob("*") if p.is_file()):
        name, data = path.relative_to(pack).as_posix(), path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                data = b"\n".join(parts.read(n) for n in parts.namelist())
        if path.suffix == ".parquet":
            data = "\n".join(map(str, pq.read_table(path).to_pylist())).encode("utf-8", "replace")
        yield name, text(path) if path.suffix == ".pdf" else data.decode("utf-8", "replace")


def test_9_no_opinion_and_no_secret(pack: Path) -> None:
    """The sample world is full of secrets: tests/larkfield/test_sample.py looks for each by its value."""
    found, looked_at = [], set[str]()
    with transient_settings({"plugins_used": [{"name": name} for name in NO_ENTROPY]}):
        assert list(scan_line('key = "AKIAZ7Q4JXW2L5TRP9NB"')), "the scanner works"
        for name, whole in texts(pack):
            if name.startswith("report/") or name in ("README.txt", "pack.json"):
                assert not OPINION.search(whole), (name, OPINION.search(whole))
            for line in whole.splitlines():
                if line in looked_at:  # the same row stands in many files
                    continue
                looked_at.add(line)
                for piece in (line[i : i + 20_000] for i in range(0, len(line), 19_000)):
                    found += [(name, secret.type, str(secret.secret_value)[:60]) for secret in scan_line(piece)]
    assert not found, found[:10]


# -- 10 ----------------------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_10_the_report_can_be_read_by_a_screen_reader_and_in_grey() -> None:
    """Structure tree, order of headings, table heads, text alternatives: tests/pack/test_pdf.py. No open PDF/A validator could be
    installed from the package registries; PDF/A-3a is asked for and its marks are tested. Here: every colour of text on its ground."""
    sheet = (Path(__file__).parents[2] / "report_templates/style.css").read_text()
    colours = set(re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", sheet))
    grounds = {"#ffffff", *re.findall(r"background: (#[0-9a-f]{6})", sheet)}
    assert len(colours) > 5 and len(grounds) > 4
    assert {(c, g): round(contrast(c, g), 1) for c in colours for g in grounds if contrast(c, g) < 4.5} == {}
    assert contrast("#000000", "#ffffff") == pytest.approx(21), "the measure"


def test_the_answers_of_the_sample_are_what_the_run_keeps(pack: Path, sample: Path) -> None:
    assert [a.digest for a in Run.open(pack / "evidence").answers()] == [
        a.digest for a in Run.open(sample / "runs/2026-Q3").answers()
    ]
