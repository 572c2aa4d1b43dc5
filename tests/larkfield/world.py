"""The sample world, put together, with the calls that go wrong on purpose."""

from tests.aws_simulator import Fault, World
from tests.larkfield.account import add_account
from tests.larkfield.base import ACCOUNT, BAD, END, GOOD, NAME, Place, ident
from tests.larkfield.beanstalk import add_balancer, add_databases, add_environment, add_logs_and_keys
from tests.larkfield.more import deepen
from tests.larkfield.network import Names, add_machines, add_network

SHOP = Names(True, "shop-web-prod", "e-m4xq9k2ptz", "shop", "vpc-0a1b2c3d4e5f60718", (f"{GOOD}a", f"{GOOD}b", f"{GOOD}c"))
LEGACY = Names(False, "shop-legacy", "e-8z7y6x5w4v", "shop-old", ident("vpc", f"default {BAD}a"), (f"{BAD}a",))


def larkfield() -> World:
    """One account, a good environment in one Region and a neglected one in another; one list is throttled, calls are denied."""
    world = World(clock=END, page_size=50)
    add_account(world)
    world.account(ACCOUNT).name = NAME
    for region, names in ((GOOD, SHOP), (BAD, LEGACY)):
        place = Place(world, region)
        for add in (add_network, add_machines, add_environment, add_balancer, add_databases, add_logs_and_keys):
            add(place, names)
    world.faults.append(Fault("throttled", region=BAD, service="logs", operation="DescribeLogGroups"))
    deepen(world, SHOP, LEGACY)
    return world
