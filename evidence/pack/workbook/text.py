"""Text as a workbook can hold it and a reader can see it.

Characters that show nothing, or that turn the text around them, are spelled out as U+XXXX; text that Excel would take for its
own escape (`_x0041_`) is escaped; what is longer than Excel's limits is cut and says where the whole is.
"""

import re
from typing import Any

from evidence.pack.visible import visible

CHARACTERS, BREAKS = 32_767, 253
"""The most UTF-16 units, and line breaks, of a cell."""
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def plain(value: Any) -> str:
    """Nothing hidden, and what was cut says where the whole is."""
    text = "" if value is None else str(value)
    text = visible(text.replace("\r\n", "\n"))
    if len(text) * 2 > CHARACTERS or text.count("\n") > BREAKS or "_x" in text:
        text = _cut(text)
    return text


def _cut(text: str) -> str:
    """The text with Excel's escapes escaped, as far as Excel takes it, counted in UTF-16 units."""
    note = f" … cut at Excel's limit; all {len(text):,} characters are in report/results.json"
    written = _ESCAPE.sub("_x005F_", text)
    used = breaks = end = 0
    for at, character in enumerate(written, start=1):
        used += 1 + (character > "\uffff")
        breaks += character == "\n"
        if used > CHARACTERS or breaks > BREAKS:
            return written[:end] + note
        if used <= CHARACTERS - len(note):
            end = at
    return written
