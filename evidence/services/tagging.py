"""The Resource Groups Tagging API: every resource of a Region that has tags, or had."""

from evidence.services.declare import Ask, PopulationSpec, Redact, Service, text
from evidence.services.second import TAGGED

# What the tags hold is not needed here, and it may be anything.
GET_RESOURCES = Ask(
    "resourcegroupstaggingapi",
    "GetResources",
    ("tag:GetResources",),
    result="ResourceTagMappingList",
    redact=(Redact("ResourceTagMappingList[].Tags[]", "tag of a named resource", key="Value"),),
)
RESOURCES = PopulationSpec(
    name=TAGGED,
    noun="resource with tags",
    type="AWS::ResourceGroups::Resource",
    listed_by=GET_RESOURCES,
    items="ResourceTagMappingList[]",
    identity="ResourceARN",
    columns={"named": text("ResourceARN", label="ARN")},
)

SERVICE = Service("resourcegroupstaggingapi", "AWS Resource Groups Tagging API", asks=(GET_RESOURCES,), populations=(RESOURCES,))
