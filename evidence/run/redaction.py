"""The marker that stands where a secret was: what it says, without the secret.

`[redacted KIND; looks like CLASS; digest HEX16]`, without "looks like ..." where no detector fired.
"""

import re
from collections import Counter

_MARKER = re.compile(r"\[redacted (?P<kind>[^;\]]+)(?:; looks like (?P<looks>[^;\]]+))?; digest (?P<digest>[0-9a-f]{16})\]")
_KEPT = re.compile(_MARKER.pattern.encode())


def is_redacted(text: str) -> bool:
    """Whether the text is a marker, whole."""
    return _MARKER.fullmatch(text) is not None


def redactions_in(line: bytes) -> Counter[str]:
    """How many markers of each kind stand in a kept line."""
    return Counter(found["kind"].decode("utf-8", "replace") for found in _KEPT.finditer(line))


def class_of(marker: str) -> str | None:
    """What the redacted text looked like to the detectors ("AWS access key"), None where none fired. Raises ValueError
    where the text is no marker."""
    found = _MARKER.fullmatch(marker)
    if found is None:
        raise ValueError("this text is no redaction marker")
    return found["looks"]


def marker(kind: str, looks: str | None, digest: str) -> str:
    """The marker itself; `digest` is 16 hexadecimal digits."""
    return f"[redacted {kind}{f'; looks like {looks}' if looks else ''}; digest {digest}]"
