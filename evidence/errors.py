"""The one error a user meets: plain sentences that say what failed, where, and what to do."""


class EvidenceError(Exception):
    """Something the user can act on. `str(error)` is one or two sentences; the command line prints it and exits with 2.

    `what` says what failed and where; `todo` says what to do about it.
    """

    def __init__(self, what: str, todo: str = "") -> None:
        self.what, self.todo = what, todo
        super().__init__(f"{what} {todo}".strip())
