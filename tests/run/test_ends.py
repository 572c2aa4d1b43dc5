"""Where segments end: held packed, written as they would be unpacked."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from evidence.run.ends import Segments
from evidence.run.run import RunFacts
from evidence.run.scope import Scope

paths = st.just("of no account") | st.builds(
    "answers/{:012}/{}/{}.jsonl.gz".format,
    st.integers(0, 4),
    st.sampled_from(["eu-west-1", "global", "é"]),
    st.sampled_from(["ec2", "s3", "iam"]),
)
ends = st.dictionaries(paths, st.fixed_dictionaries({"lines": st.integers(1, 9), "head": st.text(max_size=9)}))


@given(ends)
def test_what_is_packed_is_what_was_given_and_is_written_the_same(given: dict[str, dict[str, object]]) -> None:
    packed = Segments.of(given)
    assert dict(packed) == given and len(packed) == len(given)
    assert [p for p in packed if "/" in p] == sorted(p for p in given if "/" in p)
    facts = RunFacts("run", Scope(()), "2026-09-30T22:00:00Z", segments=packed)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    written = facts.to_json()
    if all("/" in path for path in given):
        assert written == orjson.dumps(orjson.loads(written), option=options)
    assert RunFacts.from_json(written, "run.json") == facts


@given(ends)
def test_accounts_apart_are_the_whole_together(given: dict[str, dict[str, object]]) -> None:
    whole = Segments.of(given)
    apart = {account: whole.of_accounts([account]) for account in {(path.split("/") + [""])[1] for path in given}}
    assert Segments.joined(apart.values()) == whole
    assert all((path.split("/") + [""])[1] == account for account, own in apart.items() for path in own)
    assert not whole.of_accounts(["999999999999"])
    assert "answers/999999999999/eu-west-1/ec2.jsonl.gz" not in whole and "no path" not in whole
