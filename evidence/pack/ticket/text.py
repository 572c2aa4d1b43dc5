"""A ticket as text: Markdown to paste, Jira's own markup to upload, and HTML for the PDF. All three print the same view.

What was collected is hostile: in Markdown and in Jira's markup every value is made harmless where it is put in, not where it
is used, so that no template can forget it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from evidence.pack import words
from evidence.pack.templates import page, template_folder
from evidence.pack.ticket.model import Item, Tested, Ticket
from evidence.pack.visible import visible

MARKDOWN_BYTES, WIKI_CHARACTERS = 32_000, 32_000
"""Under the 32,767 characters that a description in Jira holds, and half of what GitHub takes."""


@dataclass(frozen=True)
class Fit:
    """How much is printed: items, characters of a long text and of the explanations, rows of the other tables."""

    items: int
    observed: int
    explained: int
    rows: int
    evidence: int


FITS = (
    Fit(10, 260, 420, 32, 32), Fit(10, 200, 260, 16, 12), Fit(10, 160, 200, 12, 8), Fit(10, 120, 150, 10, 6), Fit(10, 100, 110, 6, 4),
    Fit(8, 90, 100, 6, 4), Fit(6, 80, 80, 6, 4), Fit(4, 80, 80, 4, 2), Fit(2, 60, 60, 4, 2),
)  # fmt: skip
"""From the fullest to the shortest: the first that keeps within the bound is printed, and says what it leaves out."""


@dataclass(frozen=True)
class Shown:
    """Items of one requirement, with how it was tested and how they are put right."""

    tested: Tested
    items: tuple[Item, ...]


def view(ticket: Ticket, fit: Fit) -> dict[str, Any]:
    """What the templates print."""
    items = [replace(i, observed=words.brief(i.observed, fit.observed), resource=words.brief(i.resource, 200),
                     response=words.brief(i.response, fit.observed), owner=words.brief(i.owner, 60), ticket=words.brief(i.ticket, 40),
                     acceptance=words.brief(i.acceptance, 120))
             for i in ticket.items[: fit.items]]  # fmt: skip
    groups = [
        Shown(
            _brief(next(t for t in ticket.requirements if (t.id, t.variant) == key), fit),
            tuple(i for i in items if key == _key(i)),
        )
        for key in dict.fromkeys(map(_key, items))
    ]
    bad = [t for t in ticket.requirements if t.bad]
    used = dict.fromkeys(id for i in items for id in i.evidence) | dict.fromkeys(
        id for n in ticket.not_read[:6] for id in n.evidence
    )
    evidence = [c for c in ticket.evidence if c.id in used] or list(ticket.evidence)
    hidden = ticket.items[fit.items :]
    return {
        "t": ticket,
        "n": ticket.counts,
        "groups": groups,
        "more_exceptions": ticket.more_exceptions + sum(i.status != "gap" for i in hidden),
        "more_gaps": ticket.more_gaps + sum(i.status == "gap" for i in hidden),
        "numbers": words.listed(ticket.exceptions, 30),
        "bad": [_brief(t, fit) for t in bad[: fit.rows]],
        "more_bad": len(bad) - fit.rows,
        "good": len(ticket.requirements) - len(bad),
        "not_read": ticket.not_read[: min(6, fit.rows)],
        "more_not_read": len(ticket.not_read) - min(6, fit.rows),
        "adds": [words.brief(said, 400) for said in ticket.adds[:6]],
        "more_adds": len(ticket.adds) - 6,
        "evidence": evidence[: fit.evidence],
        "more_evidence": len(ticket.evidence) - len(evidence[: fit.evidence]),
        "missing": sum(not c.file for c in ticket.evidence),
        "period": words.period(ticket.period),
        "as_of": words.instant(ticket.as_of),
        "signed": "which says that it is signed: check with the signer's key" if ticket.origin.signed else "UNSIGNED",
    }


def _key(item: Item) -> tuple[str, str]:
    return (item.requirement, item.variant)


def _brief(t: Tested, fit: Fit) -> Tested:
    return replace(
        t,
        logic=words.brief(t.logic, fit.explained),
        fix=words.brief(t.fix, max(240, fit.explained)),
        says=words.brief(t.says, 160),
    )


def markdown(ticket: Ticket) -> str:
    """`ticket.md`: at most 32,000 bytes of plain Markdown."""
    return _fitting(
        lambda fit: _markdown().get_template("ticket.md").render(view(ticket, fit)), lambda s: len(s.encode()) <= MARKDOWN_BYTES
    )


def wiki(ticket: Ticket) -> str:
    """The description of an issue in Jira, in the markup that its REST API takes."""
    return _fitting(
        lambda fit: _wiki().get_template("ticket.wiki").render(view(ticket, fit)), lambda s: len(s) <= WIKI_CHARACTERS
    )


def html(ticket: Ticket, fit: Fit) -> str:
    """The page that the PDF is made of."""
    return page("ticket.html", view(ticket, fit))


def _fitting(made: Callable[[Fit], str], fits: Callable[[str], bool]) -> str:
    return next((text for text in map(made, FITS[:-1]) if fits(text)), "") or made(FITS[-1])


_SPACES = str.maketrans("\r\n\t", "   ")


class Safe(str):
    """Text that is markup already."""


def one_line(text: str) -> str:
    """The text on one line, with nothing hidden in it."""
    return visible(text.translate(_SPACES), keep="").strip()


_PLAIN = re.compile(r"\w(?:[\w .,;:'’“”()/%+=–—-]|(?<=\w)&(?=\w))*")
_LINKED = re.compile(r"://|\bwww\.|^\d+[.)]|:[a-z_]\w*:|__|(?<!\w)_|_(?!\w)")
_MARKS = re.compile(r"([\\`*_\[\]<>|~#&])")


def code(value: object, bar: str = r"\|") -> Safe:
    """A code span that nothing in the text can end. A bar is escaped, as tables need it; outside of them it need not be."""
    text = one_line(str(value)) or " "
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Safe(f"{fence}{pad}{text}{pad}{fence}".replace("|", bar))


def plain(value: object) -> str:
    """Collected text in Markdown: as it is where it cannot be markup, else a code span."""
    if isinstance(value, Safe) or not isinstance(value, str):
        return str(value)
    text = one_line(value)
    return text if not text or (_PLAIN.fullmatch(text) and not _LINKED.search(text)) else code(text)


def ours(value: str) -> Safe:
    """Sentences of requirements, programs and management: marks are escaped; what could be a mention or a link is a code span."""
    return Safe(
        " ".join(
            code(w) if "@" in w or "://" in w or "www." in w.casefold() else _MARKS.sub(r"\\\1", w)
            for w in one_line(value).split(" ")
        )
    )


_WIKI = re.compile(r"([\\{}\[\]!*_^~|#?@&<>+-])")


def wiki_text(value: object) -> str:
    """Any text in Jira's markup: every mark escaped."""
    return str(value) if isinstance(value, Safe) or not isinstance(value, str) else _WIKI.sub(r"\\\1", one_line(value))


def wiki_code(value: object) -> Safe:
    return Safe("{{" + wiki_text(one_line(str(value))) + "}}")


@cache
def _markdown() -> Any:
    return _environment(plain, code=code, ours=ours)


@cache
def _wiki() -> Any:
    return _environment(wiki_text, code=wiki_code, ours=lambda text: Safe(wiki_text(text)))


def _environment(finalize: Callable[[Any], str], **filters: Callable[[Any], str]) -> Any:
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template_folder()), autoescape=False, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, finalize=finalize,
    )  # fmt: skip
    env.filters |= {
        **filters, "alone": lambda text: filters["code"](text) if filters["code"] is not code else code(text, "|"), "n": lambda n: Safe(words.number(n)), "plural": lambda n, noun: Safe(words.plural(n, noun)),
        "instant": words.instant, "parameters": words.parameters, "day": lambda iso: iso[:10], "codes": lambda ids: _codes(ids, filters["code"]),
        "regions": words.listed,
    }  # fmt: skip
    return env


def _codes(ids: Sequence[str], code: Callable[[Any], str], most: int = 3) -> Safe:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return Safe(" ".join(code(id) for id in ids[:most]) + more)
