"""AWS Resource Explorer: what its index names, where somebody has set up a view of it."""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, text, time
from evidence.services.second import INDEXED, VIEWS

LIST_VIEWS = Ask("resource-explorer-2", "ListViews", ("resource-explorer-2:ListViews",), result="Views")
# IAM has no action of this name: to list is to search. A search without a view lets Resource Explorer make an index and a view in a
# Region that has none, and we change nothing: only views that are there are asked.
# https://docs.aws.amazon.com/resource-explorer/latest/userguide/getting-started-terms-and-concepts.html
LIST_RESOURCES = Ask(
    "resource-explorer-2",
    "ListResources",
    ("resource-explorer-2:Search",),
    each=VIEWS,
    given={"ViewArn": "ViewArn"},
    gone=frozenset({"ResourceNotFoundException"}),
    result="Resources",
    plain=False,
    note="It names a view that is there already, so none is made.",
    redact=(Redact("Resources[].Properties[]", "property of an indexed resource", key="Data"),),
)


def _views(answer: Any) -> list[Item]:
    return [{"ViewArn": view} for view in answer["Views"]]


FOUND_VIEWS = PopulationSpec(
    name=VIEWS,
    noun="view of Resource Explorer",
    type="AWS::ResourceExplorer2::View",
    listed_by=LIST_VIEWS,
    rows=_views,
    identity="ViewArn",
    arn="{ViewArn}",
    columns={},
)
RESOURCES = PopulationSpec(
    name=INDEXED,
    noun="resource indexed by Resource Explorer",
    type="AWS::ResourceExplorer2::Index",
    listed_by=LIST_RESOURCES,
    items="Resources[]",
    identity="Arn",
    columns={
        "named": text("Arn", label="ARN"),
        "lies_in": text("Region", label="Region"),
        "owner": text("OwningAccountId", label="account"),
        "seen": time("LastReportedAt", label="last reported"),
    },
)

SERVICE = Service(
    "resource-explorer-2", "AWS Resource Explorer", asks=(LIST_VIEWS, LIST_RESOURCES), populations=(FOUND_VIEWS, RESOURCES)
)
