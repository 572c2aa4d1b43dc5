"""ECS: tasks out of the internet's reach, and containers shut off from their host."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.containers import CONTAINER, DEFINITION, IN_USE, NO_WINDOWS, REGISTER, STANDING
from evidence.requirements.declare import Applies, requirement

Container = Mapping[str, Any]


def public(networks: list[Mapping[str, Any]]) -> list[str]:
    """A sentence where tasks get public addresses. AWS documents DISABLED for what is left out."""
    given = {network.get("assignPublicIp") or "DISABLED" for network in networks}
    if given - {"ENABLED", "DISABLED"}:
        raise ValueError(f"assignPublicIp is {', '.join(sorted(given))}")
    return ["its tasks get public addresses"] if "ENABLED" in given else []


@requirement(
    "ecs.services.no-public-addresses",
    says="No ECS service gives its tasks public addresses.",
    why="A task that only its load balancer can reach is not found by those who scan the internet.",
    logic="assignPublicIp is not ENABLED in the awsvpc settings of the service, of its deployments and of its task sets; left out, it is "
    "DISABLED.",
    covers=(),
    applies=(
        STANDING,
        Applies(
            lambda services: services.networks.some(lambda _: True),
            "Its tasks do not use the network mode awsvpc: they have the addresses of their container instance.",
        ),
    ),
    fix="aws ecs update-service --network-configuration with assignPublicIp=DISABLED, in subnets that reach ECR by NAT or VPC endpoints.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
)
def no_public_addresses(services: Population) -> Truth:
    return services.networks.free_of(public)


def _on(containers: list[Container], name: str) -> Iterator[tuple[str, bool]]:
    """Name of each container, and whether the setting is on; left out, it is off."""
    for container in containers:
        value = container.get(name)
        if value not in (None, True, False):
            raise TypeError(f"{name} is {value!r}")
        yield container["name"], value is True


@requirement(
    "ecs.task-definitions.not-privileged",
    says="No container of an ECS task definition in use is privileged.",
    why="A privileged container has nearly the rights of root on the machine it shares with others.",
    logic="privileged is not true in any container definition; left out, a container is not privileged." + IN_USE,
    covers=(),
    shows=("network_mode",),
    fix=REGISTER.format("privileged false, and only the Linux capabilities that are needed"),
    source=CONTAINER,
)
def not_privileged(definitions: Population) -> Truth:
    return definitions.containers.free_of(lambda found: [f"{name} is privileged" for name, on in _on(found, "privileged") if on])


@requirement(
    "ecs.task-definitions.read-only-root",
    says="Every container of an ECS task definition in use has a root file system that it cannot write.",
    why="Whoever breaks in cannot change the program or leave one of his own; what must be written goes to a volume.",
    logic="readonlyRootFilesystem is true in every container definition; left out, the file system can be written. A "
    "definition that does not name Windows is taken for Linux." + IN_USE,
    covers=(),
    applies=(NO_WINDOWS,),
    fix=REGISTER.format("readonlyRootFilesystem true and volumes for what is written"),
    source=CONTAINER,
)
def read_only_root(definitions: Population) -> Truth:
    def writable(containers: list[Container]) -> list[str]:
        return [f"{name} can write its root file system" for name, on in _on(containers, "readonlyRootFilesystem") if not on]

    return definitions.containers.free_of(writable)


def _as_root(containers: list[Container]) -> Iterator[str]:
    for container in containers:
        user = container.get("user") or ""
        if not user:
            yield f"{container['name']} leaves its user to the image"
        elif user.partition(":")[0] in ("root", "0"):
            yield f"{container['name']} runs as root"


@requirement(
    "ecs.task-definitions.named-user",
    says="Every container of an ECS task definition in use is given a user other than root.",
    why="What breaks out of a container has the rights it had inside.",
    logic="user is set in every container definition and its first part is neither root nor 0. Left out, the image's own user "
    "counts, which AWS does not show and which is root where the image says nothing: that is an exception too." + IN_USE,
    covers=(),
    applies=(NO_WINDOWS,),
    fix=REGISTER.format("a user such as 1000:1000"),
    source=CONTAINER,
)
def named_user(definitions: Population) -> Truth:
    return definitions.containers.free_of(_as_root)


@requirement(
    "ecs.task-definitions.no-host-network",
    says="No ECS task definition in use shares the network of its host.",
    why="On the host's network a container reaches the host's own services and every other container's ports, past security groups.",
    logic="networkMode is not host; left out, it is bridge, or on Windows default." + IN_USE,
    covers=(),
    fix=REGISTER.format("networkMode awsvpc"),
    source=DEFINITION,
)
def no_host_network(definitions: Population) -> Truth:
    mode = definitions.network_mode.absent_means("bridge", source=DEFINITION)
    return mode.is_in(("bridge", "awsvpc", "none", "default"))


@requirement(
    "ecs.task-definitions.no-host-processes",
    says="No ECS task definition in use shares the processes or the memory of its host.",
    why="A container that sees the host's processes can read what they keep in memory and stop them.",
    logic="Neither pidMode nor ipcMode is host; left out, pidMode is private to each container and ipcMode is that of the Docker "
    "daemon, which shares nothing with the host unless its own configuration says so." + IN_USE,
    covers=(),
    fix=REGISTER.format("pidMode task or none at all, and no ipcMode host"),
    source=DEFINITION,
)
def no_host_processes(definitions: Population) -> Truth:
    pid, ipc = (c.absent_means("none", source=DEFINITION) for c in (definitions.pid_mode, definitions.ipc_mode))
    return pid.is_in(("none", "task")) & ipc.is_in(("none", "task"))


REQUIREMENTS = (no_public_addresses, not_privileged, read_only_root, named_user, no_host_network, no_host_processes)
