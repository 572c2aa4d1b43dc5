"""The one error a user meets: plain sentences that say what failed, where, and what to do."""

import difflib
from collections.abc import Iterable, Sequence


class EvidenceError(Exception):
    """Something the user can act on. `str(error)` is one or two sentences; the command line prints it and exits with 2.

    `what` says what failed and where; `todo` says what to do about it.
    """

    def __init__(self, what: str, todo: str = "") -> None:
        self.what, self.todo = what, todo
        super().__init__(f"{what} {todo}".strip())

    def __reduce__(self) -> tuple[type["EvidenceError"], tuple[str, str]]:
        """The same error in another process."""
        return EvidenceError, (self.what, self.todo)


def few(names: Sequence[str], most: int) -> str:
    """ "a, b and 3 more": the first `most`, and how many are left."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def did_you_mean(given: str, choices: Iterable[str]) -> str:
    """ "Did you mean iam.account.root-mfa?", or nothing where no choice is near."""
    near = difflib.get_close_matches(given, list(choices), n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else ""
