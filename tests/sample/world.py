"""The sample organisation in depth: the world of `tests.larkfield`, and more of every kind, good and bad.

Nothing is left to chance: a call that the world does not know is an error on the wire, not an empty answer.
"""

from tests.aws_simulator import Fault, World
from tests.larkfield.base import BAD, GOOD
from tests.larkfield.world import LEGACY, SHOP, larkfield
from tests.sample import account, balancers, beanstalk, databases, identity, machines, network
from tests.sample.more import CONTROLS, More


def sample_world() -> World:
    """One account, two environments. Lists are throttled, calls are denied, and a snapshot goes away meanwhile."""
    world = larkfield()
    deepen(world)
    return world


def deepen(world: World) -> None:
    """Adds to the world of `tests.larkfield`, in place."""
    everywhere, good, bad = (More(world, region) for region in ("global", GOOD, BAD))
    for place, names in ((good, SHOP), (bad, LEGACY)):
        for add in (
            network.add_networks,
            machines.add_machines,
            balancers.add_balancers,
            databases.add_databases,
            beanstalk.add_beanstalk,
        ):
            add(place, names)
    identity.add_identities(everywhere)
    account.add_old_trail(good, bad)
    account.add_keys(bad)
    account.add_buckets(everywhere, good)
    account.add_log_groups(good)
    world.faults.append(
        Fault(
            "denied",
            service="kms",
            operation="GetKeyPolicy",
            when={"KeyId": bad.arn("kms", f"key/{account.FORGOTTEN}")},
            message=CONTROLS,
        )
    )
    world.unlisted = "error"
