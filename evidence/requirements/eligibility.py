"""Who a requirement can apply to at all, where files of several topics say the same."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies


def own(population: Population, *_: Population) -> Truth:
    """Whether the account owns the resource: shared networks are listed by everyone they are shared with."""
    return population.some_in(population, on=("owner", "account"), label="resource of the owner's account")


OWN_RESOURCE = Applies(own, "It belongs to another account, which shares it: that account answers for it.")


def not_in_cluster(statement: str) -> Applies:
    """RDS instances on their own; a cluster's members are judged under the cluster's requirement."""
    return Applies(lambda instances, *_: ~instances.cluster.present(), f"A member of a DB cluster: see rds.clusters.{statement}.")


def _no_replica(instances: Population, *_: Population) -> Truth:
    return ~(instances.replica_of.present() | instances.replica_of_cluster.present())


NO_REPLICA = Applies(_no_replica, "A read replica: the database it copies is judged.")

NO_CUSTOM = Applies(lambda instances, *_: ~instances.engine.matches("^custom-"), "RDS Custom does not have this setting.")
