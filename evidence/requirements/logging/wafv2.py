"""Web application firewalls: what they saw."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

LOGIC = (
    "GetLoggingConfiguration answers with at least one destination, and its filter, where there is one, keeps something: it keeps by "
    "default, or one of its filters keeps. WAFNonexistentItemException says that there is no logging. Logs that only Security Lake has "
    "do not count."
)
SOURCE = "https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html"
WHY = "Only the log says afterwards which requests were stopped, and which were let through."


def _not_logged(logging: Mapping[str, Any]) -> list[str]:
    if not logging["LogDestinationConfigs"]:
        return ["no destination is named"]
    only = logging.get("LoggingFilter") or {"DefaultBehavior": "KEEP", "Filters": ()}
    kept = {only["DefaultBehavior"], *(one["Behavior"] for one in only["Filters"])}
    return [] if "KEEP" in kept else ["the filter drops every request"]


def _logged(acls: Population) -> Truth:
    return acls.logging.present() & acls.logging.free_of(_not_logged)


@requirement(
    "wafv2.web-acls.logging",
    says="Every web ACL logs the requests it sees.",
    why=WHY,
    logic=LOGIC,
    covers=("IS-13",),
    shows=("name",),
    fix="AWS WAF console, web ACL, Logging and metrics, Enable; or aws wafv2 put-logging-configuration.",
    source=SOURCE,
)
def regional_logging(acls: Population) -> Truth:
    return _logged(acls)


@requirement(
    "wafv2.cloudfront-web-acls.logging",
    says="Every web ACL for CloudFront logs the requests it sees.",
    why=WHY,
    logic=LOGIC,
    covers=(),
    shows=("name",),
    fix="AWS WAF console, Global (CloudFront), web ACL, Logging and metrics, Enable; or aws wafv2 put-logging-configuration in us-east-1.",
    source=SOURCE,
)
def cloudfront_logging(acls: Population) -> Truth:
    return _logged(acls)


REQUIREMENTS = (regional_logging, cloudfront_logging)
