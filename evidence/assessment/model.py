"""The `Assessment`: all judgements and conclusions of one run for some programs, as values that every format reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from evidence.management.model import NOTHING, Acceptance, Response, Statements
from evidence.populations.population import Member, Second, Unread
from evidence.programs.model import AttestedServices, Reach, Responsibility
from evidence.run.run import PartOf

Judgement = Literal["meets", "exception", "gap", "not_applicable"]
JUDGEMENTS: tuple[str, ...] = get_args(Judgement)
ConclusionWord = Literal["exceptions", "incomplete", "accepted", "supported", "not applicable", "needs a person", "inherited"]
CONCLUSIONS: tuple[str, ...] = get_args(ConclusionWord)
KindOfTime = Literal["point in time", "AWS's report period", "as its documents say"]
"""What kind of time a control's evidence covers: one observation; the period of AWS's own report; what a person hands in."""
SCHEMA = 2


@dataclass(frozen=True)
class MemberResult:
    """One resource under one requirement. `reason` says what was observed, or why nothing is said; `evidence` are the ids
    of the answers read; `environments` the Elastic Beanstalk environments that stand on the resource (their ids)."""

    requirement: str
    variant: str
    partition: str
    account: str
    region: str
    type: str
    id: str
    arn: str
    environments: tuple[str, ...]
    judgement: Judgement
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class PopulationFacts:
    """How many members there are and what became of them: listed = judged + not_applicable + gaps. Beside them, not
    counted: lists unread, members gone meanwhile (see `gone_as`), members of Regions out of scope. `uncounted` says where no second
    source could count it, and why ("account/Region and 5 more: why")."""

    name: str
    noun: str
    listed: int
    judged: int
    not_applicable: int
    gaps: int
    complete: bool
    corroborated: bool | None
    second: Second | None
    unread: tuple[Unread, ...]
    gone: tuple[str, ...]
    out_of_scope: int
    uncounted: tuple[str, ...] = ()


def gone_as(member: Member | MemberResult) -> str:
    """How `PopulationFacts.gone` names a resource."""
    return member.arn or f"{member.account}/{member.region}/{member.type}/{member.id}"


@dataclass(frozen=True)
class RequirementResult:
    """A requirement over its population, with the parameters used. `variant` tells apart the same requirement under
    different parameters ("" for the defaults, else "days=45"). `reason` says why where nothing was judged; `accepted` counts
    the exceptions among `counts` that an acceptance in force covers."""

    id: str
    variant: str
    topic: str
    says: str
    why: str
    logic: str
    fix: str
    source: str
    catalogue: tuple[str, ...]
    parameters: Mapping[str, Any]
    judgement: Judgement
    reason: str
    population: PopulationFacts
    counts: Mapping[str, int]
    accepted: int
    lists: tuple[str, ...]

    @property
    def open(self) -> int:
        """Exceptions that nobody accepted."""
        return self.counts["exception"] - self.accepted

    @property
    def whole(self) -> bool:
        """Whether every member was judged and every list read to its end."""
        return not self.counts["gap"] and self.population.complete


@dataclass(frozen=True)
class MappedResult:
    """A requirement as one control sees it."""

    id: str
    variant: str
    reach: Reach
    why: str


@dataclass(frozen=True)
class Conclusion:
    """What the evidence says for one control: the worst of its requirements' results, how far they reach together, and
    what a person must add."""

    program: str
    control: str
    title: str
    group: str
    responsibility: Responsibility
    conclusion: ConclusionWord
    reach: Reach | None
    adds: str
    requirements: tuple[MappedResult, ...]
    time: KindOfTime
    derived: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProgramFacts:
    """A program as the pack needs it beside its conclusions. `derives` names the program that its mappings are taken over from, and
    the source of the crosswalk; a conclusion's `derived` the controls ("nist-800-53-r5:AC-2")."""

    id: str
    name: str
    edition: str
    body: str
    text: str
    groups: Mapping[str, str]
    aws_attested: bool
    aws_artifact: str
    aws_note: str
    derives: str = ""
    aws_services: AttestedServices | None = None


@dataclass(frozen=True)
class CallFailed:
    """A call that did not bring what was asked, and the populations that lack it. `call` is "s3:GetBucketEncryption";
    `resource` the parameters that name the resource, as text; `evidence` the id of the kept answer, if there is one."""

    account: str
    region: str
    call: str
    ending: str
    code: str
    resource: str
    evidence: str
    populations: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One account × Region of the coverage matrix: "read", "in part", "denied", "not enabled", "not active" or "out of scope"."""

    account: str
    region: str
    status: str
    asked: int
    answered: int


@dataclass(frozen=True)
class Standing:
    """A resource that an environment stands on, and how it was found ("environment resources", "stack", "tag",
    "setting", "attachment", "name", "named by management"). `role` is its place in the picture: "load balancer", "instance", …; `facts` short
    texts for the drawing ("t3.large", "eu-west-1a")."""

    role: str
    type: str
    id: str
    arn: str
    region: str
    found: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """An Elastic Beanstalk environment as a lens: what it stands on. `settings` are deployed options worth showing."""

    id: str
    name: str
    application: str
    account: str
    region: str
    tier: str
    platform: str
    status: str
    health: str
    evidence: tuple[str, ...]
    stands_on: tuple[Standing, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegisteredException:
    """One exception in the register: its number (the same in every format), since when it is seen, and what management says.

    first_seen   the end (UTC, ISO 8601) of the earliest run that shows it without a break; `seen_in` that run
    days         whole days from there to the end of this run
    status       "open", or "accepted" by an acceptance in force
    overdue      the day of the response is past
    """

    number: str
    requirement: str
    variant: str
    partition: str
    account: str
    region: str
    type: str
    id: str
    first_seen: str
    seen_in: str
    days: int
    status: Literal["open", "accepted"]
    overdue: bool
    response: Response | None
    acceptance: Acceptance | None


@dataclass(frozen=True)
class AcceptanceStatus:
    """What became of an acceptance: "in force", "expired", "not yet in force", "covers no exception" or "tags not read", and how many
    it covers. `tags_unread` are exceptions beside these that it may mean: their tags decide it and could not be read, so it does not
    count for them."""

    acceptance: Acceptance
    status: Literal["in force", "expired", "not yet in force", "covers no exception", "tags not read"]
    covers: int
    tags_unread: int = 0


@dataclass(frozen=True)
class AwsReport:
    """A report of AWS's own that AWS Artifact lists. `days_short` are the days from its end to the end of the audited period (of
    the run where no period is named): below 0 where it reaches further, None where AWS names no end."""

    account: str
    id: str
    name: str
    category: str
    state: str
    period_start: str
    period_end: str
    days_short: int | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class AwsSide:
    """AWS's reports, each once. `asked` is false where the programs do not ask for them; `unread` are lists not read."""

    asked: bool
    reports: tuple[AwsReport, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class ServiceInUse:
    """A service of AWS's of which `resources` were listed. `unread`: a list of its resources was not read, so there may be more.

    `service` is its name in AWS's API, `name` what AWS calls it."""

    service: str
    name: str
    resources: int
    unread: bool


@dataclass(frozen=True)
class BilledAccount:
    """What Cost Explorer says of one account: which account's Cost Explorer told (`told_by`), or why nothing is told (`why`). Of its
    Regions and services (by the names on the bill), how many are billed and how many of these were asked, or read."""

    account: str
    told_by: str
    why: str
    regions: int = 0
    regions_asked: int = 0
    services: int = 0
    services_read: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class BilledDifference:
    """What only the bill names, or only the run. `kind` is one of the kinds in `evidence.assessment.billing`, `names` Regions, services or
    charges, `where` the Regions of a service or the services of a Region, of all accounts that were told of together."""

    account: str
    kind: str
    names: tuple[str, ...]
    where: tuple[str, ...]
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Billing:
    """Used services and Regions as Cost Explorer knows them from the bill, beside what the run asked. Nothing is judged by it. `first` and
    `last` are the days that it tells of, `limits` what it cannot tell."""

    asked: bool
    first: str = ""
    last: str = ""
    accounts: tuple[BilledAccount, ...] = ()
    differences: tuple[BilledDifference, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyAge:
    """An active access key of an IAM user and its age in whole days at the run's end; None where that could not be read."""

    account: str
    user: str
    key: int
    days: int | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class RunFacts:
    """Who asked what, when and with which tool: the provenance page. Times are UTC, ISO 8601. `part`: of which run this is one
    account; None where it is the whole run."""

    id: str
    entity: str
    period: str
    prepared_by: str
    as_of: str
    started: str
    tool: str
    botocore: str
    accounts: tuple[Mapping[str, Any], ...]
    programs: tuple[str, ...]
    calls: Mapping[str, int]
    redactions: Mapping[str, int] = field(default_factory=dict)
    redaction_key: str = ""
    part: PartOf | None = None

    @property
    def in_scope(self) -> tuple[Mapping[str, Any], ...]:
        """The accounts looked at: not those that the organisation has besides."""
        return tuple(account for account in self.accounts if account.get("status", "in scope") == "in scope")


@dataclass(frozen=True)
class Assessment:
    """See the module's docstring. Everything is sorted, so that the same run gives the same bytes."""

    run: RunFacts
    programs: tuple[ProgramFacts, ...]
    requirements: tuple[RequirementResult, ...]
    members: tuple[MemberResult, ...]
    conclusions: tuple[Conclusion, ...]
    failed_calls: tuple[CallFailed, ...]
    coverage: tuple[Cell, ...]
    environments: tuple[Environment, ...]
    exceptions: tuple[RegisteredException, ...] = ()
    acceptances: tuple[AcceptanceStatus, ...] = ()
    aws_side: AwsSide = AwsSide(asked=False)
    key_ages: tuple[KeyAge, ...] = ()
    management: Statements = NOTHING
    """What management stated. A program that demands a parameter's value overrules management's."""
    services: tuple[ServiceInUse, ...] = ()
    billing: Billing = Billing(asked=False)
    incomparable: tuple[str, ...] = ()
    """Populations of which nothing was there that a second source could have counted; not told in results.json."""
    schema: int = SCHEMA
