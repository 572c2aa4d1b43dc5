"""Elastic Beanstalk applications, their saved configurations, and the platforms that AWS offers."""

from typing import Any

from evidence.services.declare import Corroboration, Item, Only, PopulationSpec, document, items, number, text
from evidence.services.elasticbeanstalk.asks import (
    DESCRIBE_APPLICATIONS,
    DESCRIBE_TEMPLATE,
    LIST_APPLICATION_TAGS,
    LIST_BRANCHES,
    LIST_RECOMMENDED_PLATFORMS,
)
from evidence.services.elasticbeanstalk.options import hidden, listed

_RULES = "ResourceLifecycleConfig.VersionLifecycleConfig"

APPLICATIONS = PopulationSpec(
    name="elasticbeanstalk.applications",
    noun="Elastic Beanstalk application",
    type="AWS::ElasticBeanstalk::Application",
    listed_by=DESCRIBE_APPLICATIONS,
    items="Applications[]",
    identity="ApplicationName",
    arn="arn:{partition}:elasticbeanstalk:{region}:{account}:application/{ApplicationName}",
    filtered=True,
    corroborated_by=Corroboration(
        "elasticbeanstalk.environments", "application", r"^(.+)$", limits="It names only applications that have an environment."
    ),
    columns={
        "description": text("Description"),
        "tag_values": items("ResourceTags[]", LIST_APPLICATION_TAGS, label="tags"),
        "lifecycle": document(_RULES, label="version life cycle"),
        "versions": number(read=lambda item, answer: len(item["Versions"]), label="versions kept"),
    },
)


def _templates(answer: Any) -> list[Item]:
    """One entry for each saved configuration of each application. Without the application's name it has no identity: the
    reader reports it, and goes on."""
    return [
        {"Id": application and f"{application}/{name}", "ApplicationName": application, "TemplateName": name}
        for application, names in ((a.get("ApplicationName"), a.get("ConfigurationTemplates")) for a in answer["Applications"])
        for name in names or ()
    ]


def _hidden(item: Item, answer: Any) -> list[dict[str, str]]:
    """Raises ValueError where the answer is not this one template."""
    (found,) = answer["ConfigurationSettings"]
    if found.get("TemplateName") != item["TemplateName"]:
        raise ValueError("the answer is about another saved configuration")
    return list(hidden(listed(found)))


TEMPLATES = PopulationSpec(
    name="elasticbeanstalk.configuration-templates",
    noun="Elastic Beanstalk saved configuration",
    type="AWS::ElasticBeanstalk::ConfigurationTemplate",
    listed_by=DESCRIBE_APPLICATIONS,
    rows=_templates,
    identity="Id",
    arn="arn:{partition}:elasticbeanstalk:{region}:{account}:configurationtemplate/{ApplicationName}/{TemplateName}",
    columns={
        "name": text("TemplateName"),
        "application": text("ApplicationName"),
        "hidden": items(of=DESCRIBE_TEMPLATE, read=_hidden, label="option values that may be secrets"),
    },
)

PLATFORM_VERSIONS = PopulationSpec(
    name="elasticbeanstalk.platform-versions",
    offered=True,
    noun="recommended platform version",
    type="AWS::ElasticBeanstalk::PlatformVersion",
    listed_by=LIST_RECOMMENDED_PLATFORMS,
    items="PlatformSummaryList[]",
    identity="PlatformArn",
    arn="{PlatformArn}",
    only=Only("PlatformLifecycleState", frozenset({"recommended", "Recommended"})),
    columns={
        "branch": text("PlatformBranchName"),
        "version": text("PlatformVersion"),
    },
)

PLATFORM_BRANCHES = PopulationSpec(
    name="elasticbeanstalk.platform-branches",
    offered=True,
    noun="platform branch",
    type="AWS::ElasticBeanstalk::PlatformBranch",
    listed_by=LIST_BRANCHES,
    items="PlatformBranchSummaryList[]",
    identity="BranchName",
    columns={
        "state": text(read=lambda item, answer: item["LifecycleState"].lower(), label="branch state"),
        "platform": text("PlatformName"),
    },
)
