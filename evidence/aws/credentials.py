"""Credentials that can be fetched anew in the middle of a run, under clients that already exist."""

import threading
from collections.abc import Callable
from typing import Any

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError


class _Front(Credentials):
    """What clients hold: it stands before other credentials, and may change them under clients that already exist."""

    def __init__(self) -> None:
        pass  # botocore's own would set what is asked of the others here

    def _now(self) -> Credentials:
        raise NotImplementedError

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return self._now().get_frozen_credentials()

    def get_deferred_property(self, property_name: str) -> Callable[[], Any]:
        return lambda: self._now().get_deferred_property(property_name)()

    # botocore reads these in a few places; there is nothing to set from outside.
    @property
    def access_key(self) -> Any:  # type: ignore[override]
        return self.get_frozen_credentials().access_key

    @property
    def secret_key(self) -> Any:  # type: ignore[override]
        return self.get_frozen_credentials().secret_key

    @property
    def token(self) -> str | None:  # type: ignore[override]
        return self.get_frozen_credentials().token

    @property
    def account_id(self) -> str | None:
        return self.get_frozen_credentials().account_id

    @property
    def method(self) -> str:  # type: ignore[override]
        return self._now().method


class Lent(_Front):
    """Stands before the credentials of the account that the clients are lent to; between two of them there are none."""

    of: Credentials | None = None

    def _now(self) -> Credentials:
        if self.of is None:
            raise NoCredentialsError
        return self.of


class Renewable(_Front):
    """Stands before what the credential chain gave, and can ask the chain again.

    botocore refreshes by the expiry it was told, never because AWS said "expired". Clients hold this object; `renew`
    changes what is behind it. `generation` counts renewals: a caller that saw an older one need not renew again.
    """

    def __init__(self, load: Callable[[], Credentials | None]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._inner: Credentials | None = None
        self._failed_at: int | None = None
        self.generation = 0

    def _now(self) -> Credentials:
        if self._inner is None:
            with self._lock:
                if self._inner is None:
                    self._inner = self._loaded()
        return self._inner

    def _loaded(self) -> Credentials:
        found = self._load()
        if found is None:
            raise NoCredentialsError
        return found

    def renew(self, seen: int) -> bool:
        """Fetches new credentials unless somebody has since generation `seen`. False where that failed, now or before."""
        with self._lock:
            if self.generation != seen:
                return True
            if self._failed_at == seen:
                return False
            try:
                fresh = self._loaded()
                fresh.get_frozen_credentials()
            except Exception:  # whatever the chain raises: the caller keeps AWS's own "expired", which says more
                self._failed_at = seen
                return False
            self._inner = fresh
            self.generation += 1
            return True


class Provider:
    """A botocore `credential_provider` component that gives always the same object."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Credentials:
        return self._credentials
