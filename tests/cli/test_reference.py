"""docs/requirements.md and docs/permissions.md are what the declarations say, and lead to one another."""

import re
from pathlib import Path

import pytest

from evidence.cli.reference import PAGES, standing
from evidence.requirements import requirements
from evidence.services import asks

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_writes(name: str) -> None:
    assert (DOCS / f"{name}.md").read_text() == PAGES[name](), f"python -m evidence.cli.reference {name} > docs/{name}.md"


def test_every_requirement_has_a_section_and_every_link_leads_to_one() -> None:
    page = PAGES["requirements"]()
    assert sorted(re.findall("^### (.+)$", page, re.M)) == sorted(requirements())
    anchors = {re.sub(r"[^a-z0-9_ -]", "", heading.lower()) for heading in re.findall("^#+ (.+)$", page, re.M)}
    linked = re.findall(r"\(requirements\.md#([^)]+)\)", PAGES["permissions"]())
    assert linked and set(linked) <= anchors


def test_every_action_of_every_call_has_its_row() -> None:
    rows = re.findall(r"^\| `([\w-]+:\w+)` \|", PAGES["permissions"](), re.M)
    assert len(rows) == len(set(rows)) and set(rows) == {action for ask in asks() for action in ask.actions}


def test_a_requirement_rests_on_every_call_behind_it_lists_and_second_sources_too() -> None:
    """The account's own block counts for every bucket; who the members of a list are asked of is asked first."""
    stands = standing(requirements()["s3.buckets.not-public"])
    assert {"s3:ListBuckets", "s3:GetBucketPolicyStatus", "s3control:GetPublicAccessBlock"} <= set(stands.calls)
    assert {"s3:ListAllMyBuckets", "s3:GetBucketPolicyStatus", "s3:GetAccountPublicAccessBlock"} <= set(stands.actions)
    assert "CC6.1 (part)" in stands.under["soc2-2017"]
