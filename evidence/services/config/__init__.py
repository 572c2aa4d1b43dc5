"""AWS Config: what records the configuration of the others, and the rules that judge it."""

from evidence.services.config.asks import ASKS
from evidence.services.config.history import ASKS as HISTORY
from evidence.services.config.history import RESOURCES
from evidence.services.config.recorded import ASKS as RECORDED_ASKS
from evidence.services.config.recorded import RESOURCES as RECORDED
from evidence.services.config.regions import ACCOUNT, REGION
from evidence.services.config.rules import DISCOVERED, PACKS, RULES
from evidence.services.declare import Service

SERVICE = Service(
    "config",
    "AWS Config",
    asks=(*ASKS, *HISTORY, *RECORDED_ASKS),
    populations=(ACCOUNT, REGION, RULES, PACKS, DISCOVERED, RESOURCES, RECORDED),
)
