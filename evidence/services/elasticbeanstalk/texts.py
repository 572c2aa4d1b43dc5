"""What people write about applications and environments: descriptions and the values of tags. None of it is kept in clear."""

import re
from typing import Any

from evidence.run.redaction import class_of, is_redacted
from evidence.services.declare import Item, Redact

PERSONAL = "personal data"
"""The kind of a marker in the place of a text that held some."""
_PATTERNS = (
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("a telephone number", re.compile(r"(?<![\w+])\+\d(?:[ ()./-]{0,2}\d){7,14}(?!\d)")),
    ("a social security number", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")),
)
_KEY = re.compile(r"(?<![A-Z0-9])A(?:KI|SI)A[A-Z2-7]{16}(?![A-Z0-9])")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_BY_AWS = ("aws:", "elasticbeanstalk:")


def personal(text: str) -> str | None:
    """What in the text looks personal ("an e-mail address"), None where no pattern fits: names of people never do."""
    found = next((what for what, pattern in _PATTERNS if pattern.search(text)), None)
    return found or ("a payment card number" if any(_checks(m[0]) for m in _CARD.finditer(text)) else None)


def in_name(name: str) -> str | None:
    """What in a name, which is kept in clear since everything is found by it, looks personal or like an access key."""
    return "an access key" if _KEY.search(name) else personal(name)


def _checks(number: str) -> bool:
    """Whether the last digit is the one that a card's number must have (Luhn's formula)."""
    digits = [int(d) for d in reversed(number) if d.isdigit()]
    doubled = (d * 2 - 9 * (d > 4) for d in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def by_aws(tag: Item) -> bool:
    """Whether AWS wrote the tag: its values are names and ids of resources, and are kept."""
    return str(tag.get("Key", "")).startswith(_BY_AWS)


def _is_personal(key: str) -> Any:
    return lambda holder: personal(str(holder.get(key, ""))) is not None


def _own(tag: Item) -> bool:
    return not by_aws(tag)


def described(path: str, kind: str) -> tuple[Redact, ...]:
    """What to redact of the Description of each structure at the path."""
    return (
        Redact(path, PERSONAL, key="Description", when=_is_personal("Description")),
        Redact(path, kind, key="Description"),
    )


TAGS = (
    Redact("ResourceTags[]", PERSONAL, key="Value", when=lambda tag: _own(tag) and _is_personal("Value")(tag)),
    Redact("ResourceTags[]", "tag value", key="Value", name="Key", when=_own),
)


def telling(text: str) -> str | None:
    """What a redacted text looked like; None where nothing was found in it. Raises ValueError where it was kept in clear."""
    if not text:
        return None
    if is_redacted(text) and text.startswith(f"[redacted {PERSONAL};"):
        return PERSONAL
    return class_of(text)
