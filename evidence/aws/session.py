"""One session per account: credentials from AWS's standard chain, behind the wall, with clients that the next account goes on with."""

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials, DeferredRefreshableCredentials
from botocore.exceptions import ClientError
from botocore.utils import parse_timestamp

from evidence import __version__
from evidence.aws.clients import Clients, Spares
from evidence.aws.complaints import sentence
from evidence.aws.credentials import Renewable
from evidence.aws.endings import EXPIRED
from evidence.aws.models import loader
from evidence.aws.wall import Wall, allowed_by
from evidence.run.answer import GLOBAL
from evidence.services import asks
from evidence.services.declare import Ask

HOME: Mapping[str, str] = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""The Region of each partition in which services without Regions are asked."""
ATTEMPTS = 6
"""How often botocore tries a request when neither AWS_MAX_ATTEMPTS nor the profile says."""

SESSION_NAME = "evidence"
"""How the sessions of roles are named unless the user says."""


@dataclass(frozen=True)
class Settings:
    """How to enter AWS. Empty texts leave the choice to AWS's own configuration (environment, profile)."""

    profile: str = ""
    region: str = ""
    session_name: str = SESSION_NAME
    connections: int = 16
    connect_timeout: float = 10
    read_timeout: float = 60


class Session:
    """One account, its credentials and, from its first call until it is closed, clients that ask with them. Safe to share between
    threads.

    `principal` is the caller's ARN once known; `enabled` says of each Region whether the account has it switched on, None
    while nobody knows. `role` is how another account is entered.
    """

    def __init__(
        self,
        inner: Any,
        credentials: Credentials,
        partition: str,
        settings: Settings,
        wall: Wall,
        role: "Role | None" = None,
        spares: Spares | None = None,
    ) -> None:
        self.botocore, self.credentials, self.partition, self.settings = inner, credentials, partition, settings
        self.wall, self.role = wall, role
        self.principal = ""
        self.enabled: Mapping[str, bool] | None = None
        self._spares = spares or Spares(lambda: Clients(_walled(settings, wall), _client_config(inner, settings)))
        self._lock = threading.Lock()
        self._own = Clients(inner, _client_config(inner, settings)) if role is None else None
        self._clients: Clients | None = None
        self._worn: set[tuple[str, str]] = set()
        if self._own is not None:
            self._own.whose.of = credentials

    @property
    def home(self) -> str:
        return HOME.get(self.partition) or self.settings.region

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a Region; `global` is the partition's home Region. Not to be used once the session is closed: the
        client then asks for another account."""
        return self._held().client(service, self._place(region))

    def _place(self, region: str) -> str:
        return self.home if region == GLOBAL else region

    def _held(self) -> Clients:
        held = self._own or self._clients
        if held is None:
            with self._lock:
                held = self._clients = self._clients or self._spares.lend(self.credentials)
        return held

    def pagination(self, service: str, operation: str) -> Mapping[str, Any] | None:
        """botocore's description of how the operation is paged, None where it has none."""
        return self._held().pagination(service, operation)

    def wear(self, service: str, region: str) -> None:
        """Notes that a request had to be made again: what botocore keeps of that (its quota of retries, the pace it has found) must
        not reach the next account, which gets a new client."""
        if self._own is None:
            self._worn.add((service, self._place(region)))

    def offers(self, service: str, region: str) -> bool:
        """Whether botocore's own data lists the service in the Region."""
        return region in self.botocore.get_available_regions(service, self.partition)

    @property
    def generation(self) -> int:
        return self.credentials.generation if isinstance(self.credentials, Renewable) else 0

    def refresh(self, seen: int | None = None) -> bool:
        """Fetches credentials anew, unless that was done since generation `seen`. False where it could not be done."""
        if not isinstance(self.credentials, Renewable):
            return False
        return self.credentials.renew(self.generation if seen is None else seen)

    def assume(self, role_arn: str, external_id: str = "") -> "Session":
        """A session of another account, by its role; the role is assumed when the first call is made, and again before its
        hour is over."""
        role = Role(self, role_arn, external_id)
        credentials = Renewable(lambda: DeferredRefreshableCredentials(role.fetch, "assume-role"))
        return Session(self.botocore, credentials, self.partition, self.settings, self.wall, role, self._spares)

    def close(self) -> None:
        """Gives the clients back for the next account, with their connections: an account that has been asked needs none. The next call
        takes others. Our own are let go."""
        if self._own is not None:
            self._own.close()
            return
        with self._lock:
            clients, self._clients = self._clients, None
            worn, self._worn = self._worn, set()
        if clients is not None:
            for service, region in worn:
                clients.drop(service, region)
            self._spares.take_back(clients)


class Role:
    """A role of another account, assumed from a session of ours.

    For one hour: AWS's default, and the most it allows where our own credentials are a role's already (role chaining).
    `response` is what STS said last."""

    def __init__(self, caller: Session, arn: str, external_id: str = "") -> None:
        self.caller, self.arn = caller, arn
        self.response: Mapping[str, Any] = {}
        self._external_id = external_id

    @property
    def parameters(self) -> dict[str, str]:
        """What is sent, without the external id: nobody else is to know that."""
        return {"RoleArn": self.arn, "RoleSessionName": self.caller.settings.session_name}

    @property
    def with_external_id(self) -> bool:
        return bool(self._external_id)

    def fetch(self) -> dict[str, Any]:
        """New credentials, as botocore wants them. Where our own have expired, they are fetched anew once."""
        seen = self.caller.generation
        try:
            self.response = self._assume()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in EXPIRED or not self.caller.refresh(seen):
                raise
            self.response = self._assume()
        given = self.response["Credentials"]
        return {
            "access_key": given["AccessKeyId"], "secret_key": given["SecretAccessKey"], "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }  # fmt: skip

    def _assume(self) -> Mapping[str, Any]:
        extra = {"ExternalId": self._external_id} if self._external_id else {}
        found: Mapping[str, Any] = self.caller.client("sts", GLOBAL).assume_role(**self.parameters, **extra)
        return found


def open_session(settings: Settings, declared: Iterable[Ask] | None = None) -> Session:
    """A session from the standard chain: environment, profile, SSO, assume-role, web identity, container, instance.

    `declared` is what the wall lets through, by default every ask of every service file. Raises EvidenceError where there
    is nothing to enter AWS with."""
    wall = Wall(allowed_by(asks() if declared is None else declared))
    try:
        inner = _walled(settings, wall)
        region = inner.get_config_variable("region")
        partition = inner.get_partition_for_region(region)
        first = [inner]

        def load() -> Credentials | None:
            """Every renewal asks a chain that remembers nothing: files changed since are read again."""
            chain = first.pop() if first else _walled(settings, wall)
            return chain.get_component("credential_provider").load_credentials()

        credentials = Renewable(load)
        credentials.get_frozen_credentials()
    except Exception as error:  # the chain raises whatever went wrong in it
        names = botocore.session.Session()
        profile = settings.profile or names.get_config_variable("profile") or "default"
        raise sentence(error, profile, names) from error
    return Session(inner, credentials, partition, replace(settings, region=region), wall)


def offline_session(partition: str, declared: Iterable[Ask] | None = None) -> Session:
    """A session that needs no credentials and reads no configuration: for a run that is replayed."""
    wall = Wall(allowed_by(asks() if declared is None else declared))
    inner = botocore.session.Session(session_vars=_NO_FILES)
    inner.register_component("data_loader", loader(None, wall.allowed))
    _fit(inner, wall)
    credentials = Credentials("replay", "replay")
    return _Offline(inner, credentials, partition, Settings(), wall)


class _Offline(Session):
    """One client of a service stands for those of all Regions: it sends nothing, and making one costs more than what it is asked."""

    def _place(self, region: str) -> str:
        return self.home or region


# A profile, and the two files, are the three things that botocore would read of the machine it runs on.
_NO_FILES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, "", None),
    "credentials_file": (None, None, "", None),
}


def _walled(settings: Settings, wall: Wall) -> Any:
    """A botocore session behind the wall."""
    inner = botocore.session.Session(profile=settings.profile or None)
    inner.register_component("data_loader", loader(inner.get_config_variable("data_path"), wall.allowed))
    region = settings.region or inner.get_config_variable("region") or HOME["aws"]
    inner.set_config_variable("region", region)
    _fit(inner, wall)
    return inner


def _fit(inner: Any, wall: Wall) -> None:
    inner.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=fast_timestamp)
    wall.install(inner)


def _client_config(inner: Any, settings: Settings) -> Config:
    mode = "adaptive" if inner.get_config_variable("retry_mode") == "adaptive" else "standard"
    attempts = inner.get_config_variable("max_attempts") or ATTEMPTS
    retries: Any = {"mode": mode, "total_max_attempts": int(attempts)}
    return Config(
        max_pool_connections=settings.connections,
        retries=retries,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        user_agent_extra=f"evidence/{__version__}",
    )


def fast_timestamp(value: Any) -> dt.datetime:
    """ISO 8601 by the interpreter itself, which halves the cost of parsing EC2's answers; other forms by botocore.

    botocore gives the times of ISO 8601 texts without an offset no time zone; AWS means UTC."""
    if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T":
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            moment = parse_timestamp(value)
    else:
        moment = parse_timestamp(value)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
