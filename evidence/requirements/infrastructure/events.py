"""Who may use event buses."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "events.buses.policy-not-public",
    says="Every event bus's policy keeps strangers out.",
    why="Who may put events on a bus sets off whatever its rules start; who may make rules on it reads every event.",
    logic="There is no policy (Policy left out or empty: the owner's account alone can use the bus), or no Allow of it names everyone "
    "(Principal * or NotPrincipal) unless a condition pins the caller: a fixed account, principal, organisation, source, VPC or "
    "address range, by an operator that fails where the key is missing. The default bus is one of them.",
    covers=(),
    fix="EventBridge console, Event buses, bus, Manage permissions: name the accounts, or add a condition on aws:PrincipalOrgID.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html",
)
def policy_not_public(buses: Population) -> Truth:
    return ~buses.policy.present() | buses.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
