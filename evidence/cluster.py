"""A Dask cluster, by the address of its scheduler."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from evidence.errors import EvidenceError

ANSWERS = 20.0
"""Seconds within which a scheduler answers."""


@contextmanager
def connected(scheduler: str) -> Iterator[Any]:
    """A `distributed.Client` of it. Raises EvidenceError where it cannot be reached."""
    try:
        from distributed import Client
    except ImportError as error:
        raise EvidenceError("Dask is not installed here.", "Install evidence[dask], here and on every worker.") from error
    try:
        client = Client(scheduler, set_as_default=False, timeout=ANSWERS, direct_to_workers=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise EvidenceError(
            f"The Dask scheduler {scheduler} does not answer ({error}).",
            "Check its address; it is printed when it starts, like tcp://10.0.0.5:8786.",
        ) from error
    with client:
        yield client


def gone() -> tuple[type[Exception], ...]:
    """What a future of such a client raises where its worker, or the scheduler, went away."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    return KilledWorker, FutureCancelledError
