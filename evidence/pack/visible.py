"""Characters that show nothing, or that turn the text around them, spelled out as U+XXXX: one rule for every format."""

import unicodedata
from functools import cache

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of such characters (Unicode Standard, 4.5)."""


@cache
def hidden(character: str) -> bool:
    """Whether a reader would not see the character, or see others in another order for it."""
    return unicodedata.category(character) in _HIDDEN


def codepoint(character: str) -> str:
    """ "U+202E"."""
    return f"U+{ord(character):04X}"


def visible(text: str, keep: str = "\n\t") -> str:
    """The text with nothing hidden in it; `keep` are the characters that stay as they are."""
    if text.isprintable():
        return text
    return "".join(codepoint(c) if c not in keep and hidden(c) else c for c in text)
