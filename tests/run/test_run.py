"""The run on disk: typed round trip, chains, torn tails, resume, errors in sentences."""

import datetime as dt
import decimal
import gzip
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.run import segment
from evidence.run.answer import Answer, Attempt, Call, canonical, decode, encode
from evidence.run.run import BATCH, Run
from evidence.run.scope import Account, Scope
from evidence.run.store import Folder

SCOPE = Scope((Account("012345678901", regions={"eu-west-1": "asked"}),), ("soc2-2017",), "2026-Q3", "Larkfield Books Ltd")

plain = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text() | st.binary() | st.floats(allow_nan=False)
times = st.datetimes(timezones=st.just(dt.UTC))
values = st.recursive(
    plain | times | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_values_keep_their_types_through_json(value: object) -> None:
    import orjson

    assert decode(orjson.loads(canonical(value))) == value


strange = st.sampled_from(
    [float("nan"), float("inf"), "a\ud800b", 2**64, 2**63, -(2**63) - 1, "null", '{"$time":', decimal.Decimal("1e3")]
)
keys = st.sampled_from(["$time", "$bytes", "$escaped", "$", "null", "a\ud800b"]) | st.text(max_size=4)
anything = st.recursive(
    plain | times | st.datetimes() | strange,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@given(anything)
def test_a_value_has_one_spelling_however_it_is_found(value: object) -> None:
    import orjson

    assert canonical(value) == orjson.dumps(encode(value), option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize("tag", ["$time", "$bytes", "$decimal", "$float", "$escaped"])
def test_a_dict_that_looks_like_a_tag_comes_back_as_it_was(tag: str) -> None:
    assert decode(encode({tag: "evil"})) == {tag: "evil"}


def test_text_that_utf8_cannot_hold_is_kept_spelled_out() -> None:
    assert encode("a\ud800b") == "a\\ud800b"


def answer(number: int, ending: str = "answered") -> Answer:
    attempt = Attempt(
        0, "2026-09-30T22:00:00Z", "2026-09-30T22:00:01Z", 200, f"request-{number}", "Wed, 30 Sep 2026 22:00:01 GMT"
    )
    call = Call("012345678901", "eu-west-1", "ec2", "DescribeVolumes", {"Number": number, "Exact": decimal.Decimal("1.10")})
    return Answer(
        call, ending, ({"Volumes": [{"VolumeId": f"vol-{number}"}]},), attempts=(attempt,), principal="arn:aws:iam::1:x"
    )  # type: ignore[arg-type]


def new(path: Path) -> Run:
    return Run.create(path, SCOPE, versions={"tool": "0.1.0"})


def test_answers_come_back_equal_and_the_digest_ignores_when_they_came(tmp_path: Path) -> None:
    run = new(tmp_path / "run")
    kept = [answer(n) for n in range(BATCH + 3)]
    for one in kept:
        run.keep(one)
    run.finish()
    assert list(Run.open(tmp_path / "run").answers()) == kept
    again = Answer(kept[0].call, "answered", kept[0].pages, attempts=(), principal="someone else")
    assert again.digest == kept[0].digest
    assert Run.open(tmp_path / "run").facts.calls["answered"] == BATCH + 3


def test_zgrep_finds_an_answer_by_its_evidence_id(tmp_path: Path) -> None:
    run = new(tmp_path / "run")
    for n in range(5):
        run.keep(answer(n))
    run.finish()
    path = tmp_path / "run/answers/012345678901/eu-west-1/ec2.jsonl.gz"
    out = subprocess.run(["zgrep", answer(3).id, str(path)], capture_output=True, text=True, check=True).stdout
    assert "request-3" in out and out.count("\n") == 1


@settings(deadline=None)
@given(st.integers(1, 400))
def test_a_torn_tail_is_cut_back_and_writing_goes_on(cut: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "run"
        run = new(path)
        for n in range(3):
            run.keep(answer(n))
            run.flush()
        file = path / "answers/012345678901/eu-west-1/ec2.jsonl.gz"
        data = file.read_bytes()
        file.write_bytes(data[: max(0, len(data) - cut)])
        again = Run.open(path)
        whole = list(again.answers())
        again.keep(answer(9))
        again.finish()
        assert [a.call for a in Run.open(path).answers()] == [a.call for a in [*whole, answer(9)]]
        assert segment.broken_link(file.read_bytes()) is None


def test_a_changed_line_breaks_the_chain(tmp_path: Path) -> None:
    run = new(tmp_path / "run")
    for n in range(3):
        run.keep(answer(n))
    run.finish()
    file = tmp_path / "run/answers/012345678901/eu-west-1/ec2.jsonl.gz"
    rows = gzip.decompress(file.read_bytes()).replace(b"request-1", b"request-7").splitlines()
    file.write_bytes(segment.pack(rows))
    assert segment.broken_link(file.read_bytes()) == "line 3 does not follow the line before it"


def test_the_newest_answer_of_a_call_counts_once(tmp_path: Path) -> None:
    run = new(tmp_path / "run")
    run.keep(answer(1, "throttled"))
    run.keep(answer(1))
    run.finish()
    assert (run.facts.calls["answered"], run.facts.calls["throttled"]) == (1, 0)


def test_a_folder_that_is_no_run_and_a_run_cut_short_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"is not a run.*evidence collect --out"):
        Run.open(tmp_path)
    run = new(tmp_path / "run")
    run.keep(answer(1))
    run.flush()
    with pytest.raises(EvidenceError, match=r"cut short.*--resume"):
        Run.open(tmp_path / "run").finished()
    with pytest.raises(EvidenceError, match="not empty"):
        new(tmp_path / "run")


def test_an_unwritable_place_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="Cannot write"):
        new(tmp_path / "file" / "run")


names = st.lists(st.sampled_from(["a", "a-b", "a.b", "B", ".lock"]), min_size=1, max_size=3).map("/".join)


@given(st.lists(names, max_size=8))
def test_names_are_sorted_as_texts_whatever_the_folders_are_called(wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        made = set[str]()
        for name in wanted:
            path = Path(scratch) / name
            if not path.exists() and not any((Path(scratch) / other) in path.parents for other in made):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"")
                made.add(name)
        seen = sorted(name for name in made if ".lock" not in name.split("/"))
        assert list(Folder(Path(scratch)).names()) == seen
        assert list(Folder(Path(scratch)).names("a")) == [name for name in seen if name.startswith("a/")]
        assert not list(Folder(Path(scratch)).names("nowhere"))
