"""The sample world, put together, with the calls that go wrong on purpose."""

import datetime as dt

from tests.aws_simulator import Fault, World
from tests.larkfield.account import add_account
from tests.larkfield.base import ACCOUNT, BAD, GOOD, HOME, NAME, Place, ident, seen_in
from tests.larkfield.beanstalk import add_balancer, add_databases, add_environment, add_logs_and_keys
from tests.larkfield.earlier import as_it_was
from tests.larkfield.more import deepen
from tests.larkfield.more.history import add_history
from tests.larkfield.more.second import add_second_sources
from tests.larkfield.network import Names, add_machines, add_network
from tests.larkfield.organisation import STAGING, add_organisation

SHOP = Names(True, "shop-web-prod", "e-m4xq9k2ptz", "shop", "vpc-0a1b2c3d4e5f60718", (f"{GOOD}a", f"{GOOD}b", f"{GOOD}c"))
LEGACY = Names(False, "shop-legacy", "e-8z7y6x5w4v", "shop-old", ident("vpc", f"default {BAD}a"), (f"{BAD}a",))


def larkfield(quarter: str = "2026-Q3") -> World:
    """The organisation as a quarter's collection found it: four accounts, of which one refuses, and four environments.

    In the third quarter one list is throttled, one is cut off between its pages, and calls are denied."""
    with seen_in(quarter) as end:
        # By the real clock these must not have expired, and two collections must get the same.
        world = World(clock=end, page_size=50, credentials_expire=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        add_account(world)
        world.account(ACCOUNT).name = NAME
        for region, names in ((GOOD, SHOP), (BAD, LEGACY)):
            place = Place(world, region)
            for add in (add_network, add_machines, add_environment, add_balancer, add_databases, add_logs_and_keys):
                add(place, names)
        deepen(world, SHOP, LEGACY)
        add_organisation(world)
        if quarter == "2026-Q2":
            as_it_was(world, SHOP, LEGACY)
        add_second_sources(world)
        if quarter == "2026-Q3":
            add_history(world)
            throttled = Fault("throttled", account=ACCOUNT, region=BAD, service="logs", operation="DescribeLogGroups")
            cut = Fault("cut_between_pages", account=STAGING, region=HOME, service="ec2", operation="DescribeSnapshots", page=1)
            world.faults += [throttled, cut]
    return world
