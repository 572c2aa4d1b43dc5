"""How far a run is, in words: for `evidence status`, and for whoever collects."""

from evidence.run.status import AT_WORK, RunStatus

SLOW = 3
"""Accounts that are named for needing longest."""


def sentences(status: RunStatus) -> list[str]:
    """The run, and how far it is: the first two lines that anybody reads, and what is notable."""
    where = f"{status.id} in {status.where}: {_state(status)}"
    if status.state == "finished":
        calls = ", ".join(f"{n:,} {ending}" for ending, n in status.calls.items() if n) or "no call"
        return [where, f"{beside(status.states)}; {calls}"]
    far = f"{status.done:,} of {status.known:,} calls known so far"
    pace = f"; {status.rate:.1f} calls a second; {left(status)}" if status.state == "under way" else ""
    return [where, f"accounts: {beside(status.states)}; {far}{pace}", *notable(status)]


def _state(status: RunStatus) -> str:
    since = f"{status.heard[:16].replace('T', ' ')} UTC"
    on = f"Go on with it: evidence collect --resume --out {status.where}"
    return {
        "finished": f"finished {status.ended[:16].replace('T', ' ')} UTC",
        "under way": f"under way since {status.started[:16].replace('T', ' ')} UTC",
        "not heard of": f"not heard of since {since}. If nobody works on it any more: {on[0].lower()}{on[1:]}",
        "cut short": f"cut short {since}. {on}",
        "not closed": f"all is asked, and the run is not closed yet (last heard of {since})",
        "not begun": "no account has said anything yet",
    }[status.state]


def beside(states: dict[str, int]) -> str:
    """ "3 could not be entered, 12 asking, 40 done", the worst first."""
    return ", ".join(f"{n:,} {state}" for state, n in states.items()) or "none"


def left(status: RunStatus) -> str:
    """How long it may still take, and what says so."""
    eta = status.eta
    return f"about {took(eta.seconds)} left ({eta.basis})" if eta.seconds is not None else f"nobody can say how long: {eta.basis}"


def took(seconds: float) -> str:
    """ "2 h 05 min", "3 min", "20 s"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def notable(status: RunStatus) -> list[str]:
    """What is slow, what was throttled, who is not heard of."""
    at_work = [a for a in status.accounts if a.state in AT_WORK and a.rate and a.left]
    slow = sorted(at_work, key=lambda a: -a.left / a.rate)[:SLOW]
    out = [f"slowest: {', '.join(f'{a.account} ({took(a.left / a.rate)})' for a in slow)}"] if len(at_work) > 1 else []
    throttled = sorted((a for a in status.accounts if a.throttled), key=lambda a: -a.throttled)[:SLOW]
    if throttled:
        most = ", ".join(f"{a.account} ({a.throttled:,})" for a in throttled)
        out.append(f"throttled: {status.throttled:,} requests, most in {most}")
    silent = [a for a in status.accounts if a.state == "not heard of"]
    if silent:
        out.append("not heard of: " + ", ".join(f"{a.account} since {a.updated[11:16]} UTC" for a in silent[:SLOW]))
    return out
