"""A run anonymised as a whole: consistent, chained anew, the same bytes each time, and refused where something could be left."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import EvidenceError
from evidence.run.anonymise import anonymise
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.replace import Vocabulary
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from evidence.seal.verify import verify_run

OWN = Vocabulary(
    frozenset({"ACTIVE", "s3", "ec2", "iam"}),
    frozenset({"Buckets", "Bucket", "Name", "Status", "Tags", "Created", "Content", "MadeAt"}),
)
ACCOUNT = "444455556666"


def run_of(path: Path, *pages: dict[str, Any], message: str | None = None) -> Run:
    ends = dt.datetime(2026, 9, 30, 23, tzinfo=dt.UTC)
    attempt = Attempt(
        1,
        "2026-09-30T22:00:00Z",
        "2026-09-30T22:00:01Z",
        200,
        "3eb918ac-b679-67ce-7ebb-c6ed2973e3c0",
        "Wed, 30 Sep 2026 22:00:01 GMT",
    )
    answers = [
        Answer(Call(ACCOUNT, "eu-west-1", "s3", "ListBuckets", {"Bucket": "larkfield"}), "answered", (page,), None, message, (attempt,), f"arn:aws:iam::{ACCOUNT}:user/alice")
        for page in pages
    ]  # fmt: skip
    account = Account(ACCOUNT, name="larkfield-shop", regions={"eu-west-1": "asked"}, seen=(answers[0].id,))
    run = Run.create(
        path,
        Scope((account,), ("soc2-2017", "larkfield-rules"), "2026-Q3", "Larkfield Books Ltd", "alice"),
        versions={"tool": "1"},
        started=ends,
        id="run-larkfield",
    )
    for answer in answers:
        run.keep(answer)
    run.finish(ended=ends)
    return run


PAGE = {
    "Buckets": [
        {
            "Name": "larkfield-trail",
            "Created": dt.datetime(2025, 9, 30, tzinfo=dt.UTC),
            "Status": "ACTIVE",
            "Tags": {"team": "Books", "cost": "4711-9"},
            "MadeAt": 1790000000,
        }
    ]
}


def test_nothing_of_the_original_lies_in_the_new_run_and_its_chains_hold(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", PAGE, message="User: alice is not authorized to perform: s3:List on larkfield")
    mapping = anonymise(run, tmp_path / "new", OWN, own={"larkfield-rules"})
    new = Run.open(tmp_path / "new")
    kept = b"".join(line for _, _, line in new.lines()) + new.store.read("run.json")
    for word in ("larkfield", "Larkfield", "Books", "alice", ACCOUNT, "3eb918ac", "4711", "2026-09-30", "30 Sep 2026", "team"):
        assert word.encode() not in kept, word
    assert [s.outcome for s in verify_run(tmp_path / "new")] == [s.outcome for s in verify_run(tmp_path / "run")]
    facts = new.finished()
    (answer,) = new.answers()
    (bucket,) = answer.pages[0]["Buckets"]
    assert facts.anonymised and b'"anonymised": true' in new.store.read("run.json") and not run.facts.anonymised
    assert facts.scope.programs == ("soc2-2017",) and facts.scope.entity.endswith(" (anonymised)")
    assert facts.scope.accounts[0].id == answer.call.account == mapping[ACCOUNT] and facts.scope.accounts[0].seen == (answer.id,)
    assert facts.as_of - bucket["Created"] == dt.timedelta(days=365, hours=23) and bucket["Status"] == "ACTIVE"
    assert facts.as_of.timestamp() - bucket["MadeAt"] == run.facts.as_of.timestamp() - 1790000000
    assert bucket["Name"].startswith(answer.call.parameters["Bucket"] + "-")
    assert facts.scope.period == f"{facts.as_of.year}-Q{(facts.as_of.month + 2) // 3}"
    assert answer.message and answer.message.startswith("User: ") and "is not authorized to perform" in answer.message


def test_the_same_run_gives_the_same_bytes_and_another_gives_other_words(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", PAGE)
    for name in ("one", "two"):
        anonymise(run, tmp_path / name, OWN)
    files = [
        {n: Run.open(tmp_path / name).store.read(n) for n in Run.open(tmp_path / name).store.names()} for name in ("one", "two")
    ]
    assert files[0] == files[1]
    other = run_of(tmp_path / "other", PAGE, PAGE)
    assert (
        anonymise(other, tmp_path / "three", OWN)["3eb918ac-b679-67ce-7ebb-c6ed2973e3c0"]
        != anonymise(run, tmp_path / "four", OWN)["3eb918ac-b679-67ce-7ebb-c6ed2973e3c0"]
    )


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ({"Content": b"\xff\xfe\x00"}, f"account {ACCOUNT}, s3:ListBuckets, page 1.Content holds bytes that are no text"),
        ({"Status": "failed-for-larkfield"}, f"account {ACCOUNT}, s3:ListBuckets, page 1.Status"),
        ({"Status": ACCOUNT}, f"account {ACCOUNT}, s3:ListBuckets, page 1.Status"),
    ],
)  # fmt: skip
def test_what_could_be_left_is_a_refusal_with_its_place_and_no_run(tmp_path: Path, page: dict[str, Any], place: str) -> None:
    """A status is AWS's own word; one that holds the customer's is not let through for that."""
    run = run_of(tmp_path / "run", {"Buckets": [], **page})
    with pytest.raises(EvidenceError) as refused:
        anonymise(run, tmp_path / "new", OWN)
    assert place in str(refused.value) and "nothing was written" in str(refused.value)
    assert "larkfield" not in str(refused.value) or "larkfield" in str(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_anonymised_run_or_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", PAGE)
    anonymise(run, tmp_path / "new", OWN)
    with pytest.raises(EvidenceError, match="anonymised already"):
        anonymise(Run.open(tmp_path / "new"), tmp_path / "newer", OWN)
    with pytest.raises(EvidenceError, match="not empty"):
        anonymise(run, tmp_path / "new", OWN)
