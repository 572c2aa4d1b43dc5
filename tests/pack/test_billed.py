"""What is said of the bill, wherever a pack is reconciled; and that nobody asked for it, where nobody did."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jsonschema

from evidence.assessment import billing as kinds
from evidence.assessment.model import Assessment, BilledAccount, BilledDifference, Billing
from evidence.pack import billed
from evidence.pack.results import results_json, schema_json
from evidence.pack.templates import page
from evidence.pack.view import program_view
from evidence.pack.workbook.populations import differences, reconciliation
from tests.pack.example import example, pack

SHOP, SHUT = "012345678901", "098765432109"
HOSTILE = "<script>alert(1)</script>"


def difference(kind: str, *names: str, where: tuple[str, ...] = (), reason: str = "because") -> BilledDifference:
    return BilledDifference(SHOP, kind, names, where, reason, ("a" * 16,))


TOLD = Billing(
    True,
    "2026-07-01",
    "2026-09-30",
    (
        BilledAccount(SHOP, SHOP, "", 3, 2, 4, 3, ("a" * 16,)),
        BilledAccount(SHUT, "", "ce:GetCostAndUsage denied (AccessDeniedException)"),
    ),
    (
        difference(kinds.NOT_IN_SCOPE, "eu-south-2", where=("Amazon Lightsail",)),
        difference(kinds.NOT_READ, HOSTILE),
        difference(kinds.NOT_BILLED, "AWS IAM"),
        difference(kinds.UNUSED_REGION, "us-east-1", "us-west-2"),
    ),
    ("It is a day behind.",),
)


def told(billing: Billing = TOLD) -> Assessment:
    return replace(example(), billing=billing)


def rows(made: Assessment, kept: Any, of: Sequence[str]) -> list[Sequence[Any]]:
    return [row for row in kept(made).rows if row[0] in of]


def html(made: Assessment) -> str:
    return page("program.html", program_view(made, made.programs[0].id, pack(made)) | {"attached": 0})


def test_both_counts_foot_and_an_account_that_was_not_told_of_confirms_nothing() -> None:
    regions, services = rows(told(), reconciliation, (billed.REGIONS, billed.SERVICES))
    assert regions[5:10] == (4, 3, 2, 2, 1) and services[5:10] == (4, 4, 3, 1, 1)
    assert {row[3] for row in (regions, services)} == {"no: they differ"} and SHUT in regions[-1] and "denied" in services[-1]
    agrees = replace(TOLD, differences=(), accounts=(BilledAccount(SHOP, SHOP, "", 2, 2, 3, 3), TOLD.accounts[1]))
    assert [row[3] for row in rows(told(agrees), reconciliation, (billed.REGIONS,))] == ["in part"]
    alone = replace(agrees, accounts=agrees.accounts[:1])
    assert [row[3] for row in rows(told(alone), reconciliation, (billed.REGIONS,))] == ["yes"]
    nobody = replace(agrees, accounts=agrees.accounts[1:])
    (row,) = rows(told(nobody), reconciliation, (billed.REGIONS,))
    assert row[3] == "uncorroborated" and row[5:10] == ("",) * 5


def test_each_name_that_one_side_has_alone_is_a_row_with_its_reason() -> None:
    found = rows(told(), differences, (billed.REGIONS, billed.SERVICES))
    assert [(row[1], row[4] or row[5]) for row in found] == [
        ("only in the second", "eu-south-2"), ("only in the second", HOSTILE), ("only in the list", "AWS IAM"),
        ("only in the list", "us-east-1"), ("only in the list", "us-west-2"),
    ]  # fmt: skip
    assert found[0][-1] == "Region billed, not asked: because; services there: Amazon Lightsail" and found[0][3] == SHOP


def test_the_report_shows_it_and_says_where_nobody_asked() -> None:
    shown = html(told())
    for said in (
        "2026-07-01 to 2026-09-30",
        "for 1 of 2 accounts",
        "eu-south-2",
        "Amazon Lightsail",
        "It is a day behind.",
        SHUT,
    ):
        assert said in shown
    assert HOSTILE not in shown and "&lt;script&gt;alert(1)" in shown
    assert "Cost Explorer was not asked" not in shown
    assert billed.NOT_ASKED in html(told(Billing(asked=False)))


def test_results_have_it_only_where_it_was_asked_and_the_schema_knows_it() -> None:
    found, schema = json.loads(results_json(told())), json.loads(schema_json())
    jsonschema.validate(found, schema)
    assert found["billing"]["differences"][0]["names"] == ["eu-south-2"]
    assert "billing" not in json.loads(results_json(told(Billing(asked=False))))
    assert schema["$defs"]["billed_difference"]["properties"]["kind"]["enum"] == list(kinds.KINDS)
