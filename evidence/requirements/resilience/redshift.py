"""Warehouses: surviving the loss of data and of a zone."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement


@requirement(
    "redshift.clusters.snapshots",
    says="Every Redshift cluster takes snapshots automatically and keeps them.",
    why="A wrong load or a ransom note then costs hours of data, not all of it.",
    logic="AutomatedSnapshotRetentionPeriod is at least the given days (0: there are none).",
    covers=(),
    parameters={"days": Parameter(7, "days for which automated snapshots are kept at least")},
    shows=("node_type",),
    fix="aws redshift modify-cluster --automated-snapshot-retention-period.",
    source="https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html",
)
def snapshots(clusters: Population, *, days: int) -> Truth:
    return clusters.backup_days >= days


@requirement(
    "redshift.clusters.multi-az",
    says="Every Redshift cluster stands in two Availability Zones.",
    why="The loss of one zone then costs minutes, not the warehouse.",
    logic="MultiAZ is Enabled.",
    covers=(),
    applies=(
        Applies(
            lambda clusters: ~clusters.node_type.matches("^d[cs][0-9]+[.]"),
            "Nodes of this type keep their data themselves and cannot stand in two zones.",
        ),
    ),
    shows=("node_type",),
    fix="aws redshift modify-cluster --multi-az.",
    source="https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-multi-az.html",
)
def multi_az(clusters: Population) -> Truth:
    return clusters.multi_az.is_true()


REQUIREMENTS = (snapshots, multi_az)
