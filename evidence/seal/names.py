"""Names: of files in a pack, what a manifest, a zip file and a run may name without leading anywhere else; and of people."""

import unicodedata
from collections.abc import Iterable

LONGEST = 400
"""Characters of the longest path that is read."""


def wrong_with(name: str) -> str | None:
    """Why this cannot be the path of a file in a pack, as the end of a sentence ("has a NUL in it"); None where it can."""
    parts = name.split("/")
    for wrong, why in (
        (not name or len(name) > LONGEST, f"is empty or longer than {LONGEST} characters"),
        ("\0" in name, "has a NUL in it"),
        ("\\" in name, "has a backslash in it, which is another separator on another system"),
        (name.startswith("/"), "is an absolute path"),
        (":" in name, "has a colon in it, which names a drive or a stream on Windows"),
        (".." in parts, "leads out of the pack"),
        ("" in parts or "." in parts, "has an empty part, so that it can be written in two ways"),
        (any(part.endswith((" ", ".")) for part in parts), "has a part that ends in a space or a dot, which Windows drops"),
        (not name.isprintable(), "has a character that shows nothing, or that turns the text around it"),
        (not unicodedata.is_normalized("NFC", name), "has letters that can be written in two ways (it is not in form NFC)"),
    ):
        if wrong:
            return why
    return None


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's as far as spelling tells: case, width and spaces do not count."""

    def told(name: str) -> str:
        return " ".join(unicodedata.normalize("NFKC", name).casefold().split())

    return told(one) == told(other)


def colliding(names: Iterable[str]) -> tuple[str, str] | None:
    """Two names that one file would stand for where case is not told apart, as on Windows and macOS; None where all differ.

    A file and a folder of one name collide as well."""
    seen: dict[str, str] = {}
    for name in names:
        folded = _folded(name)
        if folded in seen:
            return seen[folded], name
        seen[folded] = name
    for folded, name in seen.items():
        parent = folded.rpartition("/")[0]
        while parent:
            if parent in seen:
                return seen[parent], name
            parent = parent.rpartition("/")[0]
    return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())
