"""Insights on the trail: of both kinds, on management events that are recorded."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ended
from tests.requirements.test_cloudtrail_logging import ALL, FOREIGN, OWN, answered, listed, of_account, selecting, status, trail

BOTH = ({"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"})
READS = {"EventSelectors": [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}]}
DATA = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": []}]}


def watching(*found: Any, arn: str = OWN) -> Answer:
    page = {"TrailARN": arn, "InsightSelectors": list(found)}
    return answered("cloudtrail", "GetInsightSelectors", page, region=arn.split(":")[3], TrailName=arn)


def off(arn: str = OWN) -> Answer:
    region = arn.split(":")[3]
    return ended("cloudtrail", "GetInsightSelectors", "absent", region=region, code="InsightNotEnabledException", TrailName=arn)


@pytest.mark.parametrize(
    ("insights", "selectors", "expected"),
    [
        (watching(*BOTH), ALL, "meets"),
        (watching(*({**one, "EventCategories": ["Management", "Data"]} for one in BOTH)), ALL, "meets"),
        (watching(*({**one, "EventCategories": ["Data"]} for one in BOTH)), ALL, "exception"),
        (watching(BOTH[0]), ALL, "exception"),
        (watching(), ALL, "exception"),
        (off(), ALL, "exception"),
        (watching(*BOTH), READS, "exception"),
        (watching(BOTH[1]), DATA, "exception"),
        (watching({"EventCategories": ["Management"]}), ALL, "gap"),
        (ended("cloudtrail", "GetInsightSelectors", "denied", TrailName=OWN), ALL, "gap"),
    ],
)
def test_both_kinds_watch_events_that_the_trail_records(insights: Answer, selectors: dict[str, Any], expected: str) -> None:
    assert of_account("insights", listed(trail()), status(), selecting(selectors), insights) == expected


def test_a_trail_that_is_off_or_in_one_region_does_not_count() -> None:
    answers = (selecting(ALL), watching(*BOTH))
    assert of_account("insights", listed(trail()), status(IsLogging=False), *answers) == "exception"
    assert of_account("insights", listed(trail(IsMultiRegionTrail=False)), status(), *answers) == "exception"
    assert of_account("insights", listed()) == "exception"


def test_two_trails_may_share_the_kinds() -> None:
    other = OWN.replace("main", "other")
    answers = (watching(BOTH[0]), watching(BOTH[1], arn=other), selecting(ALL), selecting(ALL, other), status(), status(other))
    assert of_account("insights", listed(trail(), trail(other)), *answers) == "meets"


def test_an_organisation_s_trail_that_does_not_tell_its_insights_is_a_gap() -> None:
    refused = ended("cloudtrail", "GetInsightSelectors", "failed", region="us-east-1", TrailName=FOREIGN)
    assert of_account("insights", listed(trail(FOREIGN)), status(FOREIGN), selecting(ALL, FOREIGN), refused) == "gap"
