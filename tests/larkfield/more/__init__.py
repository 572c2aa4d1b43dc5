"""Larkfield in depth: more resources of every kind, good and bad, under names that no report may choke on.

Nothing is left to chance: a call that the world does not know is an error on the wire, not an empty answer.
"""

from tests.aws_simulator import Fault, World
from tests.larkfield.base import BAD, GOOD, HOME, Place
from tests.larkfield.beanstalk import balancer
from tests.larkfield.more import (
    account,
    apis,
    balancers,
    beanstalk,
    boxes,
    certificates,
    databases,
    detecting,
    distributions,
    eb_network,
    edge,
    functions,
    identity,
    keeping,
    machines,
    network,
    people,
    records,
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
        edge.add_web_acls(place, names)
        edge.add_firewalls(place, names)
        functions.add_functions(place, names)
        apis.add_apis(place, names)
        telling.add_topics(place, names)
        telling.add_alarms(place, names)
        eb_network.add_eb_network(place, names)
        keep = (keeping.add_secrets, keeping.add_managed, keeping.add_backups, keeping.add_file_systems, *boxes.ADD)
        store = (stores.add_tables, stores.add_caches, stores.add_search, stores.add_warehouse, stores.add_streams)
        for add in (*keep, *store, stores.add_documents, stores.add_analysis):
            add(place, names)
        records.add_records(place, names)
    edge.add_zones(everywhere, shop, legacy)
    distributions.add_distributions(everywhere, More(world, HOME))
    watching.add_account(everywhere)
    watching.add_reports(More(world, HOME))
    identity.add_identities(everywhere)
    people.add_people(everywhere)
    account.add_old_trail(bad)
    account.add_keys(bad)
    account.add_buckets(everywhere, good)
    account.add_log_groups(good, shop.environment)
    forgotten = {"KeyId": bad.arn("kms", f"key/{account.FORGOTTEN}")}
    world.faults.append(Fault("denied", service="kms", operation="GetKeyPolicy", when=forgotten, message=CONTROLS))
    world.unlisted = "error"
