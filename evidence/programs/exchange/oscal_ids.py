"""Control ids as OSCAL's tokens: NIST's own for NIST SP 800-53, else the program's id and the number."""

import re

_NIST = re.compile(r"([A-Z]{2}-\d+)(?:\((\d+)\))?")


def nist_token(control: str) -> str:
    """ "AC-2(3)" as NIST's catalogue has it, "ac-2.3"; empty for what is no such number."""
    official = _NIST.fullmatch(control)
    return official[1].lower() + (f".{official[2]}" if official[2] else "") if official else ""


def token(program: str, control: str) -> str:
    """The control's id where OSCAL wants a token (a letter or underscore, then letters, digits, full stop, hyphen, underscore)."""
    if program.startswith(("nist-800-53", "fedramp-r5")) and (official := nist_token(control)):
        return official
    found = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{program}_{control}").strip("_")
    return found if found[:1].isalpha() else f"_{found}"
