"""A Prowler mutelist becomes acceptances that nobody answers for yet, and that cover nothing that was not muted."""

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.management.model import Acceptance
from evidence.management.mutelist import Draft, Imported, _names, _tags, counterparts, read_mutelist, written
from evidence.management.read import read_acceptances
from evidence.requirements import requirements
from evidence.services import populations
from tests.cli.commands import evidence, refused

MUTELIST = """
Mutelist:
  Accounts:
    "123456789012":
      Checks:
        iam_user_mfa_enabled_console_access:
          Regions: ["*"]
          Resources: [user-1, ".*-robot", "user-[0-9]"]
          Description: "Robots: no person signs in."
        s3_bucket_object_versioning:
          Regions: [eu-west-1]
          Resources: [logs]
        "ec2_*": {Regions: ["*"], Resources: ["*"]}
        iam_user_hardware_mfa_enabled: {Regions: ["*"], Resources: [user-1]}
        s3_bucket_public_access:
          Regions: ["*"]
          Resources: ["*"]
          Tags: [environment=dev]
    "*":
      Checks:
        "*": {Regions: ["*"], Resources: [test]}
        ec2_instance_public_ip:
          Regions: ["*"]
          Resources: ["*"]
          Tags: [team=web, "project=test|project=stage"]
        rds_snapshots_encrypted:
          Regions: ["*"]
          Resources: ["^legacy-"]
        lambda_function_inside_vpc: {Regions: ["*"], Resources: ["edge-*"]}
        rds_instance_multi_az:
          Regions: ["*"]
          Resources: ["*"]
          Exceptions: {Accounts: ["123456789012"]}
"""


def imported(folder: Path, text: str = MUTELIST) -> Imported:
    (folder / "mutelist.yaml").write_text(text, encoding="utf-8")
    return read_mutelist(folder / "mutelist.yaml", requirements(), populations())


def test_what_an_acceptance_can_say_is_drafted(tmp_path: Path) -> None:
    drafts = imported(tmp_path).drafts
    assert [(d.requirement, d.members, d.accounts, dict(d.tags)) for d in drafts] == [
        ("iam.users.console-mfa", ("user-1", "*-robot"), ("123456789012",), {}),
        ("ec2.instances.no-public-address", ("*",), (), {"team": "web", "project": "test"}),
        ("ec2.instances.no-public-address", ("*",), (), {"team": "web", "project": "stage"}),
        ("rds.cluster-snapshots.encrypted", ("legacy-*",), (), {}),
        ("rds.snapshots.encrypted", ("legacy-*",), (), {}),
        ("lambda.functions.in-vpc", ("edge-*",), (), {}),
    ]
    assert drafts[0].reason == "Robots: no person signs in."


def test_what_it_cannot_say_is_named_with_the_reason(tmp_path: Path) -> None:
    assert imported(tmp_path).left == (
        "account 123456789012, iam_user_mfa_enabled_console_access: the resource 'user-[0-9]' is no name that an acceptance can say as narrowly.",
        "account 123456789012, s3_bucket_object_versioning: it is of some Regions only, which an acceptance cannot say.",
        "account 123456789012, ec2_*: it is of several checks, and an acceptance is of one requirement.",
        "account 123456789012, iam_user_hardware_mfa_enabled: no requirement is known to judge the same.",
        "account 123456789012, s3_bucket_public_access: it is limited by tags, and those of s3.buckets are not collected.",
        "account *, *: it is of several checks, and an acceptance is of one requirement.",
        "account *, rds_instance_multi_az: it has exceptions, which an acceptance cannot say.",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mutelist: []", "is not a mutelist"), ("Allowlist: {Accounts: {}}", "is not a mutelist"), ("- a", "is not a mutelist"),
        ("Mutelist: {Accounts: {a: 1}, Accounts: {}}", "stands twice"), ("Mutelist: {", "not YAML"),
    ],
)  # fmt: skip
def test_what_is_no_mutelist_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        imported(tmp_path, text)


@pytest.mark.parametrize(
    "entry", ["5", "[]", "{}", "{Regions: '*', Resources: ['*']}", "{Regions: ['*'], Resources: [[a]], Tags: {}}",
              "{Regions: ['*'], Resources: ['*'], Tags: [5]}", "{Regions: ['*'], Resources: ['*'], Until: 2027}"],
)  # fmt: skip
@pytest.mark.parametrize("account", ["'*'", "123456789012", "prod"])
def test_strange_entries_are_left_with_a_sentence(tmp_path: Path, entry: str, account: str) -> None:
    found = imported(tmp_path, f"Mutelist: {{Accounts: {{{account}: {{Checks: {{s3_bucket_no_mfa_delete: {entry}}}}}}}}}")
    assert not found.drafts and len(found.left) == 1 and found.left[0].endswith(".")


# -- the file -------------------------------------------------------------------------------------------------------------


def filled(text: str) -> str:
    for blank, said in (
        ("owner:", "O"),
        ("approver:", "A"),
        ("opened:", "2026-10-01"),
        ("expires:", "2026-12-31"),
        ("reason:", "R"),
    ):
        text = re.sub(rf"(?m)^    {blank}$", f"    {blank} {said}", text)
    return text


def test_the_file_is_refused_until_somebody_answers_for_it(tmp_path: Path) -> None:
    path = tmp_path / "acceptances.yaml"
    path.write_text(written(imported(tmp_path).drafts, "From a test."))
    with pytest.raises(EvidenceError, match=r"M-001 needs an owner, an approver, the day on which it was opened and an expiry\."):
        read_acceptances(path, requirements(), populations())
    path.write_text(filled(path.read_text()))
    accepted = read_acceptances(path, requirements(), populations())
    assert [(a.requirement, a.members, a.accounts) for a in accepted] == [
        (d.requirement, d.members, d.accounts) for d in imported(tmp_path).drafts
    ]
    path.write_text(re.sub(r"(?m)^    expires:.*$", "    expires:", path.read_text(), count=1))
    with pytest.raises(EvidenceError, match=r"M-001 needs an expiry\."):
        read_acceptances(path, requirements(), populations())


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=200)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_whatever_was_written_is_read_as_that_text(member: str, key: str, value: str, reason: str) -> None:
    draft = Draft("check", "ec2.volumes.encrypted", (member,), ("012345678901",), {key: value}, reason)
    (entry,) = yaml.safe_load(written([draft], "x"))["acceptances"]
    assert (entry["members"], entry["tags"], entry["reason"]) == ([member], {key: value}, reason)
    assert entry["expires"] is None and entry["owner"] is None and Acceptance.__dataclass_fields__.keys() >= entry.keys()


# -- never more than was muted --------------------------------------------------------------------------------------------


def prowler(items: list[str], text: str, tag: bool = False) -> bool:
    """Whether Prowler counts the text as muted, as its documentation says: any of the resources, all of the tags."""

    def found(item: str) -> bool:
        try:
            return re.search(f".{item}" if item.startswith("*") else item, text) is not None
        except re.error:
            return False

    return (all if tag else any)(found(item) for item in items)


REGEX = st.lists(st.sampled_from([*"ab-./:*^$|+?[]()\\d", ".*", ".+", "ci", "\\."]), min_size=1, max_size=6).map("".join)
IDS = st.text(st.sampled_from("abci-./:d"), min_size=1, max_size=6)


@given(REGEX, IDS, st.sampled_from(["", "a/", "path/b/"]))
def test_a_draft_names_no_resource_that_was_not_muted(regex: str, id: str, path: str) -> None:
    arn = f"arn:aws:iam::012345678901:user/{path}{id}"
    for pattern in _names(regex):
        if fnmatchcase(id, pattern) or fnmatchcase(arn, pattern):
            assert prowler([regex], id), (regex, pattern, id, arn)


ITEMS = st.lists(
    st.lists(st.sampled_from([*"ab=*.|", ".*", "a=b", "b=a"]), min_size=1, max_size=4).map("".join), min_size=1, max_size=3
)


@given(ITEMS, st.dictionaries(st.sampled_from(["a", "b", "ab"]), st.sampled_from(["", "a", "b", "ab"])))
def test_a_draft_by_tag_covers_no_resource_that_was_not_muted(items: list[str], tags: dict[str, str]) -> None:
    ways: Any = _tags(items) or ()
    if any(all(k in tags and fnmatchcase(tags[k], p) for k, p in way.items()) for way in ways):
        assert prowler(items, " | ".join(f"{k}={v}" for k, v in tags.items()), tag=True), (items, ways, tags)


def test_every_counterpart_is_a_requirement_and_no_two_checks_share_one() -> None:
    known = [id for ids in counterparts().values() for id in ids]
    assert set(known) <= requirements().keys() and len(set(known)) == len(known) > 200
    assert list(counterparts()) == sorted(counterparts())


def test_the_command_writes_the_file_lists_what_is_left_and_writes_over_nothing(tmp_path: Path) -> None:
    imported(tmp_path)
    words = ("acceptances", "import-mutelist", tmp_path / "mutelist.yaml", "--out", tmp_path / "a.yaml")
    out = evidence(*words)
    assert out.returncode == 3 and "6 acceptances" in out.stdout and out.stdout.count("not imported: ") == 7, out.stderr
    assert "is there already" in refused(*words)
