"""Clients that go from one account to the next: making them costs more than all that they ask in one account."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import DataNotFoundError, UnknownServiceError

from evidence.aws.credentials import Lent, Provider


class Clients:
    """A botocore session and the clients made of it, which ask as one account at a time: `whose` stands for its credentials.

    Safe to share between threads."""

    def __init__(self, inner: Any, config: Config) -> None:
        self.botocore, self.whose = inner, Lent()
        inner.register_component("credential_provider", Provider(self.whose))
        self._config = config
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Any] = {}
        self._pages: dict[tuple[str, str], Mapping[str, Any] | None] = {}

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a Region, made when it is first asked for."""
        found = self._made.get((service, region))
        if found is None:
            with self._lock:
                found = self._made.get((service, region))
                if found is None:
                    found = self.botocore.create_client(service, region_name=region, config=self._config)
                    self._made[service, region] = found
        return found

    def pagination(self, service: str, operation: str) -> Mapping[str, Any] | None:
        """botocore's description of how the operation is paged, None where it has none."""
        if (service, operation) not in self._pages:
            with self._lock:
                try:
                    found = self.botocore.get_paginator_model(service).get_paginator(operation)
                except (ValueError, UnknownServiceError, DataNotFoundError):
                    found = None
                self._pages[service, operation] = found
        return self._pages[service, operation]

    def drop(self, service: str, region: str) -> None:
        """Lets one client and its connections go; the next call makes a new one."""
        with self._lock:
            found = self._made.pop((service, region), None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """Lets all go."""
        for service, region in list(self._made):
            self.drop(service, region)


class Spares:
    """Clients that no account holds, with their connections: as many as accounts were asked at once. Safe to share between threads."""

    def __init__(self, make: Callable[[], Clients]) -> None:
        self._make, self._lock, self._idle = make, threading.Lock(), list[Clients]()

    def lend(self, credentials: Credentials) -> Clients:
        """Clients that ask with these credentials until they are given back."""
        with self._lock:
            clients = self._idle.pop() if self._idle else None
        clients = clients or self._make()
        clients.whose.of = credentials
        return clients

    def take_back(self, clients: Clients) -> None:
        clients.whose.of = None
        with self._lock:
            self._idle.append(clients)
