"""AWS Config: a record of how every resource was configured, and when that changed."""

from collections.abc import Callable, Iterator

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

RECORDING_GROUP = "https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html"
RETENTION = "https://docs.aws.amazon.com/config/latest/developerguide/delete-config-data-with-retention-period.html"


def succeeded(status: str) -> bool:
    """AWS writes SUCCESS in some answers and Success in others. Pending, or a word we do not know, decides nothing."""
    known = {"success": True, "failure": False}
    if status.lower() not in known:
        raise ValueError(f"its status is {status}")
    return known[status.lower()]


@requirement(
    "config.regions.recording",
    says="AWS Config records in every Region in scope.",
    why="What a resource was like on a day of the period, and who changed it, can then be shown afterwards.",
    logic="The Region has a recorder of the account's own, its recording is true and its lastStatus is Success, in whatever case; an "
    "empty list of recorders says that there is none. Recorders that AWS services keep for themselves are not read.",
    covers=("BP-05",),
    shows=("last_error", "frequency"),
    fix="aws configservice put-configuration-recorder and put-delivery-channel, then start-configuration-recorder, in each Region.",
    source="https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorderStatus.html",
)
def recording(regions: Population) -> Truth:
    success = regions.last_status.compute(succeeded, label="last recording succeeded").is_true()
    return regions.recorder.present() & regions.recording.is_true() & success


def _left_out(allowed: list[str]) -> Callable[[list[str]], Iterator[str]]:
    return lambda types: (f"{kind} is left out" for kind in types if kind not in allowed)


@requirement(
    "config.regions.all-types",
    says="AWS Config is set to record every type of resource in every Region in scope.",
    why="A list of chosen types does not grow when a new service comes into use.",
    logic="The recorder's strategy is ALL_SUPPORTED_RESOURCE_TYPES (named, or by allSupported), or EXCLUSION_BY_RESOURCE_TYPES leaving "
    "out only the types given. IAM's four types are judged by config.account.iam-types; a Region without a recorder has an exception.",
    covers=("BP-05",),
    parameters={"left_out": Parameter([], "types of resource that your policy leaves out")},
    fix="AWS Config → Settings → Edit: record all resource types, with or without overrides that your policy names.",
    source=RECORDING_GROUP,
)
def all_types(regions: Population, *, left_out: list[str]) -> Truth:
    everything = regions.strategy == "ALL_SUPPORTED_RESOURCE_TYPES"
    nearly = (regions.strategy == "EXCLUSION_BY_RESOURCE_TYPES") & regions.left_out.free_of(_left_out(left_out))
    return regions.recorder.present() & (everything | nearly)


@requirement(
    "config.account.iam-types",
    says="In every account, AWS Config records IAM users, groups, roles and policies in at least one Region.",
    why="Rights are the same in all Regions, so one record is enough, but without any there is no history of who could do what.",
    logic="In at least one Region that the account has switched on, the recorder is recording and its group holds IAM's four types, "
    "which allSupported alone does not. Where none is found and a Region was not asked, it is a gap. Regions that AWS Config reached "
    "after February 2022 cannot record these types and do not count.",
    covers=("BP-05",),
    uses=("account.regions", "config.regions"),
    fix="In one Region, AWS Config → Settings → Edit: include globally recorded IAM resource types.",
    source=RECORDING_GROUP,
)
def iam_types(accounts: Population, switched_on: Population, regions: Population) -> Truth:
    # A Region that was not asked has no cells to look up: unknown, where a Region without a recorder says no.
    on = switched_on.lookup(regions, ("name", "region"), "recording", within="account", label="recording (of each Region asked)")
    holds = switched_on.lookup(regions, ("name", "region"), "iam_types", within="account")
    records = on.is_true() & holds.is_true()
    return accounts.some_in(switched_on, where=records, within="account", label="Regions that record IAM")


@requirement(
    "config.regions.beanstalk-types",
    says="Every Region with environments records Elastic Beanstalk's applications, versions and environments.",
    why="The environment's own history shows what was deployed, and with which options, on any day.",
    logic="The recorder is recording and its group holds AWS::ElasticBeanstalk::Application, ApplicationVersion and Environment.",
    covers=("BP-06",),
    uses=("elasticbeanstalk.environments",),
    applies=(
        Applies(
            lambda regions, environments: regions.some_in(environments),
            "There is no Elastic Beanstalk environment in this Region.",
        ),
    ),
    fix="AWS Config → Settings → Edit: record all types, or add Elastic Beanstalk's three.",
    source=RECORDING_GROUP,
)
def beanstalk_types(regions: Population, environments: Population) -> Truth:
    missing = regions.beanstalk_unrecorded.free_of(lambda types: [f"{kind} is not recorded" for kind in types])
    return regions.recording.is_true() & missing


@requirement(
    "elasticbeanstalk.environments.in-config",
    says="Every environment is known to AWS Config.",
    why="Two lists that agree show that the record of AWS Config leaves no environment out.",
    logic="ListDiscoveredResources names the environment by its id or its name. It also names resources that are found and not "
    "recorded: whether they are recorded is judged by config.regions.beanstalk-types.",
    covers=("BP-06",),
    uses=("config.discovered-environments",),
    applies=(
        Applies(
            lambda environments, known: ~environments.created.within(days=1),
            "It was made within a day before the run's end: AWS Config may take that long to find it.",
        ),
    ),
    fix="Start the recorder and record AWS::ElasticBeanstalk::Environment; see that its role may describe environments.",
    source="https://docs.aws.amazon.com/config/latest/APIReference/API_ListDiscoveredResources.html",
)
def in_config(environments: Population, known: Population) -> Truth:
    by_id = environments.some_in(known, on=("id", "named"), label="in AWS Config by id")
    return by_id | environments.some_in(known, on=("name", "named"), label="in AWS Config by name")


@requirement(
    "config.regions.delivery",
    says="AWS Config delivers its history to a bucket from every Region in scope.",
    why="Files in a bucket outlive the recorder, and can be kept where nobody of the account changes them.",
    logic="The Region has a delivery channel with a bucket, and the lastStatus of its history is Success, in whatever case. A history "
    "that has not been delivered yet leaves a gap.",
    covers=("BP-07",),
    shows=("history_delivered", "history_error"),
    fix="aws configservice put-delivery-channel; where deliveries fail, put the bucket's and its key's policy right.",
    source="https://docs.aws.amazon.com/config/latest/APIReference/API_DeliveryChannelStatus.html",
)
def delivery(regions: Population) -> Truth:
    delivered = regions.history_status.compute(succeeded, label="last history delivered").is_true()
    return regions.bucket.present() & delivered


@requirement(
    "config.regions.notices-delivered",
    says="Every Region whose AWS Config has a topic delivers its notices of changes there.",
    why="A notice that never arrives is worse than none that anybody counts on.",
    logic="The lastStatus of the stream to the SNS topic is Success, in whatever case. Not applicable without a topic: AWS asks for "
    "none, and rules of EventBridge may do the same.",
    covers=("BP-07",),
    applies=(
        Applies(
            lambda regions: regions.topic.present(),
            "AWS Config has no SNS topic in this Region: whether EventBridge tells of changes is not read.",
        ),
    ),
    shows=("notice_error",),
    fix="Put the topic's access policy right: config.amazonaws.com must be allowed to publish.",
    source="https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigStreamDeliveryInfo.html",
)
def notices_delivered(regions: Population) -> Truth:
    return regions.notice_status.compute(succeeded, label="last notice delivered").is_true()


@requirement(
    "config.regions.retention",
    says="AWS Config keeps its history long enough in every Region in scope.",
    why="The history has to reach back over the whole audited period.",
    logic="RetentionPeriodInDays is at least the days demanded; without a retention setting AWS keeps the history for 2557 days. Files in "
    "the bucket are kept by the bucket's own rules.",
    covers=("BP-07",),
    parameters={"days": Parameter(365, "days that the history must be kept at least")},
    applies=(Applies(lambda regions: regions.recorder.present(), "AWS Config has no recorder in this Region."),),
    fix="aws configservice put-retention-configuration, or delete the setting to have AWS's default.",
    source=RETENTION,
)
def retention(regions: Population, *, days: int) -> Truth:
    return regions.retention.absent_means(2557, source=RETENTION) >= days


REQUIREMENTS = (
    recording,
    all_types,
    iam_types,
    beanstalk_types,
    in_config,
    delivery,
    notices_delivered,
    retention,
)
