"""What stands beside the judgements: AWS's reports against the end of the period, and the ages of access keys."""

import datetime as dt
from typing import Any

from evidence.assessment.beside import aws_side, key_ages, services_in_use
from evidence.assessment.model import ServiceInUse
from evidence.populations.population import Populations
from evidence.run.answer import Answer
from tests.judging import AS_OF, answered, ended, read_for
from tests.requirements.iam_answers import ago, details, no_report, report, root_row, row, user

END = dt.date(2026, 9, 30)
ASKS_FOR_REPORTS = "artifact.account.report-published"


def published(id: str, until: str | None, **more: Any) -> dict[str, Any]:
    ends = {"periodEnd": dt.datetime.fromisoformat(f"{until}T00:00:00+00:00")} if until else {}
    return {"id": id, "name": "SOC 2", "series": "soc-2", "state": "PUBLISHED"} | ends | more


def listed(*entries: dict[str, Any]) -> Answer:
    return answered("artifact", "ListReports", {"reports": list(entries)}, region="global")


def test_the_newest_of_a_series_is_held_against_the_end_of_the_period() -> None:
    answers = listed(published("old", "2025-09-30"), published("new", "2026-03-31"), published("odd", None))
    side = aws_side(read_for(ASKS_FOR_REPORTS, answers), END)
    assert [(r.id, r.period_end, r.days_short) for r in side.reports] == [("new", "2026-03-31", 183)]
    assert side.reports[0].evidence == (answers.id,) and side.asked and not side.unread


def test_a_report_without_an_end_and_one_that_reaches_further_say_so() -> None:
    answers = listed(published("a", None, series="a", name="A"), published("b", "2026-12-31", series="b", name="B"))
    found = {r.id: r.days_short for r in aws_side(read_for(ASKS_FOR_REPORTS, answers), END).reports}
    assert found == {"a": None, "b": -92}


def test_reports_that_were_denied_are_unread_and_those_not_asked_for_are_said_not_to_be() -> None:
    denied = ended("artifact", "ListReports", "denied", region="global", code="AccessDeniedException")
    side = aws_side(read_for(ASKS_FOR_REPORTS, denied), END)
    assert side.asked and not side.reports and [u.ending for u in side.unread] == ["denied"]
    assert not aws_side(Populations({}), END).asked


def users(*answers: Answer) -> Populations:
    return read_for("iam.users.key-age", details({"UserDetailList": [user("ana"), user("bo")]}), *answers)


def test_only_active_keys_have_an_age_and_one_that_was_not_read_has_none() -> None:
    cells = {
        "access_key_1_active": "true", "access_key_1_last_rotated": ago(400),
        "access_key_2_active": "true", "access_key_2_last_rotated": "N/A",
    }  # fmt: skip
    found = key_ages(users(report(root_row(), row("ana", **cells), row("bo"))), AS_OF)
    assert [(k.user, k.key, k.days) for k in found] == [("ana", 1, 400), ("ana", 2, None)]
    assert all(k.evidence for k in found)


def test_where_the_report_was_denied_no_key_is_said_to_be_young_or_none_to_be_there() -> None:
    found = key_ages(users(no_report()), AS_OF)
    assert {(k.user, k.key, k.days) for k in found} == {(name, key, None) for name in ("ana", "bo") for key in (1, 2)}
    assert key_ages(Populations({}), AS_OF) == ()


QUEUE = "https://sqs.eu-west-1.amazonaws.com/012345678901/a"


def test_a_service_is_in_use_where_resources_of_it_were_listed() -> None:
    queues = answered("sqs", "ListQueues", {"QueueUrls": [QUEUE]}, MaxResults=1000)
    asked = ("sqs", "GetQueueAttributes", {"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:012345678901:a"}})
    found = services_in_use(read_for("sqs.queues.encrypted", queues, answered(*asked, QueueUrl=QUEUE, AttributeNames=["All"])))
    assert found == (ServiceInUse("sqs", "Amazon Simple Queue Service", 1, False),)
    nothing = answered("sqs", "ListQueues", {}, MaxResults=1000)
    assert services_in_use(read_for("sqs.queues.encrypted", nothing)) == ()


def test_a_service_whose_list_was_denied_may_be_in_use() -> None:
    denied = ended("sqs", "ListQueues", "denied", code="AccessDenied", MaxResults=1000)
    assert services_in_use(read_for("sqs.queues.encrypted", denied)) == (
        ServiceInUse("sqs", "Amazon Simple Queue Service", 0, True),
    )


def test_what_aws_offers_to_all_and_what_every_account_has_is_no_use_of_a_service() -> None:
    assert services_in_use(read_for(ASKS_FOR_REPORTS, listed(published("a", "2026-03-31")))) == ()
