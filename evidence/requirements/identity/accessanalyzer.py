"""Access from outside: an analyzer looks for it in each Region, and what it found was dealt with."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "accessanalyzer.regions.external-access",
    says="In every Region in scope, IAM Access Analyzer looks for access from outside.",
    why="A policy that lets strangers in is found when it is written, not at the next review.",
    logic="The account has an analyzer of type ACCOUNT or ORGANIZATION with status ACTIVE in the Region, or an account in scope holds its "
    "organisation's. Inside an organisation where none is seen, it is a gap: the organisation's analyzer is listed in its own account "
    "only. Analyzers of unused and internal access do not count.",
    covers=("IA-18",),
    uses=("accessanalyzer.analyzers",),
    across=("accessanalyzer.analyzers",),
    fix="aws accessanalyzer create-analyzer --type ACCOUNT in each Region, or --type ORGANIZATION in the delegated account.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-external.html",
)
def external_access(regions: Population, analyzers: Population) -> Truth:
    own = regions.some_in(analyzers, where=analyzers.status == "ACTIVE", label="active external access analyzers")
    theirs = regions.lookup(
        analyzers, ("organization", "organization"), "status", within="accounts", label="its organisation's analyzer"
    )
    # Absent where no account in scope holds one, which says neither yes nor no; without an organisation it is no.
    return own | (regions.organization.present() & (theirs == "ACTIVE"))


@requirement(
    "accessanalyzer.findings.dealt-with",
    says="Every finding of access from outside has been dealt with.",
    why="A finding that stays open is access that nobody has said is meant.",
    logic="The finding is ARCHIVED (or has been RESOLVED meanwhile: resolved ones are not asked for); one that is ACTIVE is an exception, and "
    "one that only says that the resource could not be read is a gap. Who archived it and why is not told by the API, and a rule may have done so.",
    covers=("IA-18",),
    shows=("kind", "resource", "owner"),
    fix="Take the access away and the finding resolves itself; archive it where the access is meant, and record why.",
    source="https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_FindingSummaryV2.html",
)
def dealt_with(findings: Population) -> Truth:
    return findings.status.is_in(("ARCHIVED", "RESOLVED"))


REQUIREMENTS = (external_access, dealt_with)
