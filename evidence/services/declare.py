"""How a service file says what to ask AWS and which populations the answers fill: data only, no behaviour.

A path walks a parsed answer: `Volumes[]` every item of a list, `Instance.State.Name` a member of a structure,
`Reservations[].Instances[]` a list of lists made flat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["flag", "number", "text", "time", "items", "document"]
Item = Mapping[str, Any]

ACCOUNTS = "accounts"
"""`listed_by` of a population whose only member in each account is the account itself. Its entry is {"account", "region", "partition",
"payer"}: see `Account`."""
REGIONS = "regions"
"""`listed_by` of a population with one member for each account and Region in scope."""
DAYS = "days"
"""`listed_by` of a population with one member for each account, Region and day (UTC) of the time that is asked about; none where
only the present is. An entry is {"account", "region", "day", "from", "to"}, times as ISO 8601."""


@dataclass(frozen=True)
class Redact:
    """What must not be kept of an answer: texts that are replaced by a marker before hashing, logging and keeping.

    `path` leads to the structures (or, without `key`, the texts themselves); `key` is the member of the structure whose
    text is replaced, `when` limits it to some structures, `kind` names the sort of secret, e.g. "environment property".
    `name` is the member that names the value (an option's name tells a password when the value does not).
    `keeps`: the text is a JSON object of which these members stay, and all others are replaced one by one; a text that is no
    JSON object is replaced whole.
    """

    path: str
    kind: str
    key: str | None = None
    name: str | None = None
    when: Callable[[Item], bool] | None = None
    keeps: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Only:
    """Limits a fan-out (or a population) to members whose text at `path` is one of `values`.

    `of` is the earlier ask of the same member that holds the path; without it the member's own list entry does. Where
    that answer could not be read, the fan-out is asked all the same: unknown never means "not needed". What is `told` AWS
    always sends: an entry without it may be of this population or of another, so neither is read whole.
    `test(entry, answer to `of` or None, beginning of the time asked about)` decides instead of path and values, where what is
    asked depends on that time; None: it cannot be told.
    """

    path: str = ""
    values: frozenset[Any] = frozenset()
    of: "Ask | None" = None
    negate: bool = False
    told: bool = False
    test: Callable[[Item, Any, str], bool | None] | None = None


@dataclass(frozen=True)
class Said:
    """An error code that has its meaning only where AWS's message begins with these words.

    For services that say "not enabled" with the code of a refusal: the words tell one from the other, and a refusal in any
    other words stays a refusal. AWS begins a refusal by IAM with the caller's name, so a name can never be mistaken for them.
    """

    code: str
    words: str


@dataclass(frozen=True)
class Ask:
    """One AWS operation that the product may call, and all there is to know about calling it.

    service, operation  as botocore names them: "s3", "GetBucketEncryption"
    actions             the IAM actions the call needs ("s3:GetEncryptionConfiguration")
    parameters          constants sent with every call; texts may hold {account}, {region}, {partition}, and {since}, {until}:
                        the time that is asked about, ISO 8601; {first_day}, {day_after}: its days, as a bill is asked for
    each, given         fan-out: the population whose members are asked one by one, and {parameter: path in the member's
                        list entry}; a path written ("Path",) is sent as a list of one. Equal calls are made once.
    region              path in the member's entry that names the Region to ask (default: where the member was listed)
    only                the members worth asking
    absent              error codes by which AWS says "not configured" (`Said` where only the message tells)
    gone                error codes by which AWS says that the resource went away meanwhile
    result              a key that every whole page has; an answer without it is `failed`, not empty
    whole_account       True: asked once for the account, under `global` (IAM, the list of buckets)
    tokens              (input, output) page tokens, where botocore has no paginator
    after               an ask that must have ended before this one is made
    poll                (path, values): asked again until the text at path is one of the values
    enough              enough(page, since): no page after this one is asked for, since it reaches behind the time asked about
    plain               False for the few operations that are not a plain read; `note` then says why it is safe
    redact              what must not be kept
    """

    service: str
    operation: str
    actions: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    each: str | None = None
    given: Mapping[str, str | tuple[str]] = field(default_factory=dict)
    region: str | None = None
    only: Only | None = None
    absent: frozenset[str | Said] = frozenset()
    gone: frozenset[str] = frozenset()
    result: str | None = None
    whole_account: bool = False
    tokens: tuple[str, str] | None = None
    after: "Ask | None" = None
    poll: tuple[str, frozenset[str]] | None = None
    enough: Callable[[Mapping[str, Any], str], bool] | None = None
    plain: bool = True
    note: str = ""
    redact: tuple[Redact, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    def __hash__(self) -> int:
        return hash((self.service, self.operation, self.each, repr(self.parameters)))


@dataclass(frozen=True)
class Column:
    """A typed cell for each member: a value, *absent* (the call answered, the field was not there) or a gap.

    `path` is walked in the member's list entry, or in the answer to `of`; `read(item, answer)` computes what a path
    cannot say (`answer` is None without `of`) and returns the value, or None for absent; what it cannot make sense of
    it raises (KeyError, TypeError, ValueError, ...), and that is a gap. `of` without `each` is the account's (or
    Region's) one answer. `label` is how a report names the cell ("encrypted = false").
    """

    kind: Kind
    path: str = ""
    of: Ask | None = None
    read: Callable[[Item, Any], Any] | None = None
    label: str = ""
    doc: str = ""


def flag(path: str = "", of: Ask | None = None, **more: Any) -> Column:
    """A boolean. Texts "true" and "false" (AWS's attribute lists hold them) are read as booleans."""
    return Column("flag", path, of, **more)


def number(path: str = "", of: Ask | None = None, **more: Any) -> Column:
    return Column("number", path, of, **more)


def text(path: str = "", of: Ask | None = None, **more: Any) -> Column:
    return Column("text", path, of, **more)


def time(path: str = "", of: Ask | None = None, **more: Any) -> Column:
    """An instant, UTC."""
    return Column("time", path, of, **more)


def items(path: str = "", of: Ask | None = None, **more: Any) -> Column:
    """A list, of texts or structures."""
    return Column("items", path, of, **more)


def document(path: str = "", of: Ask | None = None, **more: Any) -> Column:
    """A structure; a text that holds JSON (a bucket policy) is parsed, and unreadable JSON is a gap."""
    return Column("document", path, of, **more)


@dataclass(frozen=True)
class Corroboration:
    """A second source for a population: the identities that another population implies.

    `population` and `column`: the other population and its text column holding the identity; `pattern` a regular
    expression whose first group is the identity (members that do not match are none of ours). `made` is the other's time
    column that says when it was written, where that can be long before our list (IAM's report can be four hours old): whom
    it names and a later list does not has gone meanwhile, and was not left out. `limits` says which members the other
    source does not show, so that a reader can explain the difference.
    """

    population: str
    column: str
    pattern: str
    made: str = ""
    limits: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """The other population's columns that are read."""
        return frozenset(filter(None, (self.column, self.made)))


@dataclass(frozen=True)
class History:
    """How AWS Config's configuration items of a population's members are read as if the service itself had answered at that time.

    type     the resource type as AWS Config names it
    columns  the population's columns that an item tells of; what it does not hold is never taken for absent
    entry    from an item (its JSON texts parsed) to the member's list entry
    answers  for columns with an ask of their own: the answer that the item stands for, None for "not configured"
    """

    type: str
    columns: frozenset[str]
    entry: Callable[[Item], Item]
    answers: Mapping[Ask, Callable[[Item], Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class PopulationSpec:
    """All resources of one kind in scope, and how its members are read from answers.

    name        "<service>.<kind, plural>", e.g. "ec2.volumes"
    noun        what one member is called in a sentence: "EBS volume"
    type        the CloudFormation resource type, or the nearest word
    listed_by   the ask that lists the members, or ACCOUNTS, or REGIONS
    also        further lists of the same shape, where AWS shows some members only when asked for them apart (no fan-outs);
                a member in several lists counts once, and the population is as complete as the least complete of them
    items       path to the members in a page of that answer
    rows        instead of `items`: a function from the merged answer to the members' entries
    carries     fields of the parent's entry that every entry gets, where a list asked for each member of another population
                does not say whose it is
    identity    path in the entry to what tells members apart within account and Region
    arn         template of the ARN: {partition}, {region}, {account} and any path of the entry, e.g. {VolumeId}
    region      path in the entry to the member's own Region (default: where it was listed)
    only        which entries are members of this population at all
    filtered    AWS shortens this list by the caller's rights without saying so: complete only if corroborated
    home        a member listed in several Regions counts once, by its identity alone (CloudTrail's shadow trails)
    offered     members are what AWS offers (certificates, policies, platforms), used or not
    history     how AWS Config's history of the members is read
    """

    name: str
    noun: str
    type: str
    listed_by: Ask | str
    columns: Mapping[str, Column]
    items: str = ""
    rows: Callable[[Any], list[Item]] | None = None
    identity: str = ""
    arn: str = ""
    region: str | None = None
    only: Only | None = None
    filtered: bool = False
    corroborated_by: Corroboration | None = None
    home: bool = False
    also: tuple[Ask, ...] = ()
    offered: bool = False
    carries: tuple[str, ...] = ()
    history: History | None = None

    @property
    def lists(self) -> "tuple[Ask | str, ...]":
        """Everything that lists members."""
        return (self.listed_by, *self.also)


@dataclass(frozen=True)
class Service:
    """Everything the product knows about one AWS service: a service file ends with one of these."""

    name: str
    title: str
    asks: tuple[Ask, ...]
    populations: tuple[PopulationSpec, ...] = ()
