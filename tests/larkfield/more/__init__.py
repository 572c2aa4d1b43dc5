"""Larkfield in depth: more resources of every kind, good and bad, under names that no report may choke on.

Nothing is left to chance: a call that the world does not know is an error on the wire, not an empty answer.
"""

from tests.aws_simulator import Fault, World
from tests.larkfield.base import BAD, GOOD, HOME, Place
from tests.larkfield.beanstalk import balancer
from tests.larkfield.more import (
    account,
    balancers,
    beanstalk,
    certificates,
    databases,
    detecting,
    identity,
    keeping,
    machines,
    network,
    stores,
    telling,
    watching,
)
from tests.larkfield.more.place import CONTROLS, More
from tests.larkfield.network import Names


def deepen(world: World, shop: Names, legacy: Names) -> None:
    """Adds to the world, in place."""
    everywhere, good, bad = (More(world, region) for region in ("global", GOOD, BAD))
    for place, names in ((good, shop), (bad, legacy)):
        network.add_networks(place, names)
        machines.add_machines(place, names)
        balancers.add_balancers(place, names)
        databases.add_databases(place, names)
        beanstalk.add_beanstalk(place, names)
        environment = balancer(Place(world, place.region), names)
        certificates.add_targets(place, names, environment)
        certificates.add_classics(place, names)
        certificates.add_certificates(place, names, environment)
        watching.add_config(place, names)
        watching.add_analyzer(place, names)
        detecting.add_detection(place, names)
        telling.add_topics(place, names)
        telling.add_alarms(place, names)
        for add in (keeping.add_secrets, keeping.add_managed, keeping.add_backups, keeping.add_file_systems):
            add(place, names)
        for add in (
            stores.add_tables,
            stores.add_caches,
            stores.add_search,
            stores.add_warehouse,
            stores.add_streams,
            stores.add_documents,
            stores.add_analysis,
        ):
            add(place, names)
    watching.add_account(everywhere)
    watching.add_reports(More(world, HOME))
    identity.add_identities(everywhere)
    account.add_old_trail(bad)
    account.add_keys(bad)
    account.add_buckets(everywhere, good)
    account.add_log_groups(good, shop.environment)
    forgotten = {"KeyId": bad.arn("kms", f"key/{account.FORGOTTEN}")}
    world.faults.append(Fault("denied", service="kms", operation="GetKeyPolicy", when=forgotten, message=CONTROLS))
    world.unlisted = "error"
